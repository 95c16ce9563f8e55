//! `extends`.

use super::canonical::{self, Faults};
use super::item::{Data, Item};
use super::load::{LONGEST_CHAIN, Loader};
use super::merge::merge;
use super::service::Located;
use super::text::short;
use super::{Problem, Why};
use crate::repo::RepoPath;

impl Loader<'_, '_> {
    /// A service of `services`, which stand in the file at `path`, with everything it extends laid under it.
    /// `trail` is the way from the service that was asked for; `faults` hears what Compose would refuse.
    pub(super) fn extended(
        &mut self,
        services: Option<&Item>,
        name: &str,
        item: &Item,
        path: &RepoPath,
        trail: &mut Vec<(RepoPath, String)>,
        faults: &mut Faults,
    ) -> Result<Item, Problem> {
        self.spend(item.size(), item.place)?;
        let Some((key, extends)) = item.pair("extends").filter(|(_, extends)| !extends.is_null()) else {
            return Ok(canonical::service(item.clone(), faults));
        };
        let at = |why: Why, message: String| Problem::new(why, message, Some(key.place));
        let step = (path.clone(), name.to_owned());
        if trail.contains(&step) {
            let names: Vec<&str> = trail.iter().map(|(_, name)| name.as_str()).chain([name]).collect();
            return Err(at(Why::Unreadable, format!("services extend each other in a circle: {}", names.join(" → "))));
        }
        if trail.len() >= LONGEST_CHAIN {
            return Err(at(Why::TooLarge, format!("services extend each other through more than {LONGEST_CHAIN}")));
        }
        trail.push(step);
        let (target, file) = match &extends.data {
            Data::Map(_) => (extends.get("service"), extends.get("file").filter(|file| !file.is_null())),
            _ => (Some(extends), None),
        };
        let Some(target) = target.and_then(Item::text) else {
            return Err(at(Why::Unreadable, "`extends` names no service".to_owned()));
        };
        let Some(target) = target.value() else {
            let message = format!("`extends` names the service {}, which has no value", short(&target.shown()));
            return Err(at(Why::Unresolved, message));
        };
        let base = match file {
            None => {
                let Some(base) = services.and_then(|services| services.get(&target)) else {
                    let message = format!("it extends the service {}, which its file does not have", short(&target));
                    return Err(at(Why::Unreadable, message));
                };
                self.extended(services, &target, base, path, trail, faults)?
            }
            Some(file) => self.extended_from(file, &target, trail, faults)?,
        };
        let mut own = canonical::service(item.clone(), faults);
        if let Data::Map(entries) = &mut own.data {
            entries.retain(|(key, _)| key.name != "extends");
        }
        Ok(merge(base, own, "", &mut |place, message| faults.push((place, message))))
    }

    /// A service of another file.
    fn extended_from(
        &mut self,
        file: &Item,
        target: &str,
        trail: &mut Vec<(RepoPath, String)>,
        faults: &mut Faults,
    ) -> Result<Item, Problem> {
        let at = |why: Why, message: String| Problem::new(why, message, Some(file.place));
        let path = match self.located(file) {
            Some(Located::At(path)) => path,
            Some(Located::Unresolved(text)) => {
                let message = format!("it extends from the file {}, which has no value", short(&text.shown()));
                return Err(at(Why::Unresolved, message));
            }
            Some(Located::Outside(text) | Located::Remote(text)) => {
                let message = format!("it extends from {}, which is not in this repository", short(&text));
                return Err(at(Why::Unresolved, message));
            }
            None => return Err(at(Why::Unreadable, format!("`extends.file` is {}", file.type_name()))),
        };
        let documents = self.read(&path, &path.parent()).map_err(|problem| {
            let message = format!("it extends from {}: {}", path.shown().raw(), problem.message);
            Problem { message, place: problem.place.or(Some(file.place)), ..problem }
        })?;
        let services = documents.iter().find_map(|document| {
            let services = document.get("services")?;
            services.get(target).map(|base| (services, base))
        });
        let Some((services, base)) = services else {
            let message =
                format!("it extends the service {}, which {} does not have", short(target), path.shown().raw());
            return Err(at(Why::Unreadable, message));
        };
        self.collect(base);
        self.extended(Some(services), target, base, &path, trail, faults)
    }
}
