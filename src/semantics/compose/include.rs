//! `include`.

use super::canonical::Faults;
use super::item::{Data, Item, Key};
use super::load::{LONGEST_CHAIN, Loader, Model};
use super::merge::merge;
use super::service::Located;
use super::text::short;
use super::{Problem, Why};
use crate::repo::RepoPath;

impl Loader<'_, '_> {
    /// The files of `include`.
    pub(super) fn include(&mut self, include: &Item, model: &mut Model, chain: &mut Vec<RepoPath>) {
        if !matches!(include.data, Data::List(_)) {
            let message = format!("`include` is {}, not a list", include.type_name());
            return self.problems.push(Problem::new(Why::Unreadable, message, Some(include.place)));
        }
        if chain.len() > LONGEST_CHAIN {
            let message = format!("files include each other through more than {LONGEST_CHAIN}");
            return self.problems.push(Problem::new(Why::TooLarge, message, Some(include.place)));
        }
        for entry in include.items() {
            let paths = match entry.get("path") {
                Some(paths) if matches!(paths.data, Data::List(_)) => paths.items(),
                Some(path) => std::slice::from_ref(path),
                None => std::slice::from_ref(entry),
            };
            let mut found = Vec::new();
            for item in paths {
                let problem = match self.located(item) {
                    Some(Located::At(path)) if chain.contains(&path) => {
                        Some((Why::Unreadable, "files include each other in a circle".to_owned()))
                    }
                    Some(Located::At(path)) => {
                        found.push(path);
                        None
                    }
                    Some(Located::Unresolved(text)) => {
                        Some((Why::Unresolved, format!("it includes {}, which has no value", short(&text.shown()))))
                    }
                    Some(Located::Outside(text) | Located::Remote(text)) => {
                        let message = format!("it includes {}, which is not in this repository", short(&text));
                        Some((Why::Unresolved, message))
                    }
                    None => Some((Why::Unreadable, format!("`include` lists {}", item.type_name()))),
                };
                if let Some((why, message)) = problem {
                    self.problems.push(Problem::new(why, message, Some(item.place)));
                }
            }
            let base = match entry.get("project_directory").map(|folder| self.located(folder)) {
                Some(Some(Located::At(folder))) => folder,
                _ => found.first().map(RepoPath::parent).unwrap_or_default(),
            };
            let mut included = Model::default();
            for path in found {
                let before = self.problems.len();
                let layer = self.file(&path, &base, chain);
                for problem in self.problems.iter_mut().skip(before) {
                    problem.place = problem.place.or(Some(entry.place));
                }
                included = self.lay(included, layer);
            }
            self.import(included, model);
        }
    }

    /// What an included file brings; two different things under one name are a problem.
    fn import(&mut self, included: Model, model: &mut Model) {
        for draft in included.services {
            match model.services.iter_mut().find(|own| own.key.name == draft.key.name) {
                Some(own) if own.item.same(&draft.item) => {}
                Some(own) => {
                    let message = "it is defined here and, differently, in an included file".to_owned();
                    own.problems.push(Problem::new(Why::Unreadable, message, Some(own.key.place)));
                }
                None => model.services.push(draft),
            }
        }
        let Some(top) = included.top else { return };
        let only: Vec<(Key, Item)> = top
            .entries()
            .iter()
            .filter(|(key, _)| matches!(key.name.as_str(), "volumes" | "networks" | "secrets" | "configs"))
            .cloned()
            .collect();
        let theirs = Item::new(top.place, Data::Map(only));
        let mut clashes = Faults::new();
        model.top = Some(match model.top.take() {
            // Their things stand below ours, so that ours keep their places.
            Some(own) => merge(theirs, own, "", &mut |place, text| clashes.push((place, text))),
            None => theirs,
        });
        self.note(clashes);
    }
}
