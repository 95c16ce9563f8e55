//! From files to a project.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::canonical::{self, Faults};
use super::item::{Data, Item, Key, Place};
use super::merge::merge;
use super::service::{Located, Service, locate};
use super::text::{Scalar, short};
use super::{Named, Problem, Project, Source, Why};
use crate::formats::yaml::{MOST_NODES, Yaml};
use crate::repo::{ReadError, RepoPath};
use crate::semantics::files::Files;
use crate::source::Span;

/// Services extended and files included one through the other.
const LONGEST_CHAIN: usize = 64;

/// Resolves one file; `None` when it is not there. Errors are those of the file itself: what it includes or
/// extends from ends as a problem of the project or the service.
pub fn load(files: &Files<'_>, path: &RepoPath) -> Result<Option<Project>, ReadError> {
    load_merged(files, std::slice::from_ref(path))
}

/// Resolves several files, each laid over the ones before it, as `docker compose -f a -f b` does: relative
/// paths of all of them start at the folder of the first. `None` when one is not there.
pub fn load_merged(files: &Files<'_>, paths: &[RepoPath]) -> Result<Option<Project>, ReadError> {
    let base = paths.first().map(RepoPath::parent).unwrap_or_default();
    for path in paths {
        if files.yaml(path)?.is_none() {
            return Ok(None);
        }
    }
    let mut loader = Loader {
        files,
        sources: Vec::new(),
        documents: HashMap::new(),
        left: MOST_NODES,
        variables: Vec::new(),
        named: HashSet::new(),
        problems: Vec::new(),
    };
    let mut model = Model::default();
    for path in paths {
        let layer = loader.file(path, &base, &mut Vec::new());
        model = loader.lay(model, layer);
    }
    Ok(Some(loader.finish(model)))
}

/// Documents of one file, interpolated, nothing else done.
type Documents = Arc<Vec<Item>>;

struct Loader<'f, 't> {
    files: &'f Files<'t>,
    sources: Vec<Source>,
    documents: HashMap<(RepoPath, RepoPath), Result<Documents, Problem>>,
    /// Values that may still be made.
    left: usize,
    variables: Vec<Named>,
    named: HashSet<String>,
    problems: Vec<Problem>,
}

/// Services and everything else of some files, tags for the merge still on.
#[derive(Default)]
struct Model {
    services: Vec<Draft>,
    top: Option<Item>,
}

struct Draft {
    key: Key,
    item: Item,
    problems: Vec<Problem>,
}

impl Problem {
    fn new(why: Why, message: impl Into<String>, place: Option<Place>) -> Self {
        Self { why, message: message.into(), place }
    }
}

impl Loader<'_, '_> {
    /// Takes values from what may still be made.
    fn spend(&mut self, values: usize, place: Place) -> Result<(), Problem> {
        match self.left.checked_sub(values) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                let message = format!("more than {MOST_NODES} values once `extends` and `include` are followed");
                Err(Problem::new(Why::TooLarge, message, Some(place)))
            }
        }
    }

    /// The documents of a file, read once.
    fn read(&mut self, path: &RepoPath, base: &RepoPath) -> Result<Documents, Problem> {
        let key = (path.clone(), base.clone());
        if let Some(read) = self.documents.get(&key) {
            return read.clone();
        }
        let read = self.read_anew(path, base);
        self.documents.insert(key, read.clone());
        read
    }

    fn read_anew(&mut self, path: &RepoPath, base: &RepoPath) -> Result<Documents, Problem> {
        let shown = path.shown();
        let (file, yaml) = match self.files.yaml(path) {
            Ok(Some(found)) => found,
            Ok(None) => {
                let message = format!("there is no file {}", shown.raw());
                return Err(Problem::new(Why::Unreadable, message, None));
            }
            Err(error) => {
                let message = format!("cannot read {}: {error}", shown.raw());
                return Err(Problem::new(Why::Read(error), message, None));
            }
        };
        let index = self.sources.len();
        self.sources.push(Source { file, base: base.clone() });
        if let Some(problem) = broken(&yaml, index) {
            return Err(problem);
        }
        let mut documents = Vec::new();
        for node in yaml.documents() {
            let item = Item::of(node, index);
            self.spend(item.size(), item.place)?;
            documents.push(item);
        }
        Ok(Arc::new(documents))
    }

    /// A file with what it includes; what keeps it from being read is noted.
    fn file(&mut self, path: &RepoPath, base: &RepoPath, chain: &mut Vec<RepoPath>) -> Model {
        let mut model = Model::default();
        let documents = match self.read(path, base) {
            Ok(documents) => documents,
            Err(problem) => {
                self.problems.push(problem);
                return model;
            }
        };
        for document in documents.iter() {
            self.collect(document);
            match &document.data {
                Data::Map(_) => {}
                Data::Null => continue,
                _ => {
                    let message = format!("it is {} at the top, not a mapping", document.type_name());
                    self.problems.push(Problem::new(Why::Unreadable, message, Some(document.place)));
                    continue;
                }
            }
            let layer = self.document(path, document, chain);
            model = self.lay(model, layer);
        }
        model
    }

    fn document(&mut self, path: &RepoPath, document: &Item, chain: &mut Vec<RepoPath>) -> Model {
        let mut model = Model::default();
        let services = document.get("services");
        if let Some(services) = services
            && !matches!(services.data, Data::Map(_) | Data::Null)
        {
            let message = format!("`services` is {}, not a mapping", services.type_name());
            self.problems.push(Problem::new(Why::Unreadable, message, Some(services.place)));
        }
        for (key, item) in services.map(Item::entries).unwrap_or_default() {
            let draft = self.draft(services, key, item, path);
            model.services.push(draft);
        }
        let rest: Vec<(Key, Item)> = document
            .entries()
            .iter()
            .filter(|(key, _)| !matches!(key.name.as_str(), "services" | "include"))
            .cloned()
            .collect();
        let mut top = Item { data: Data::Map(rest), ..Item::new(document.place, Data::Null) };
        if let Data::Map(entries) = &mut top.data {
            for (_, volumes) in entries.iter_mut().filter(|(key, _)| key.name == "volumes") {
                if let Data::Map(volumes) = &mut volumes.data {
                    volumes.iter_mut().for_each(|(_, volume)| canonical::top_volume(volume));
                }
            }
        }
        model.top = Some(top);
        if let Some(include) = document.get("include") {
            chain.push(path.clone());
            self.include(include, &mut model, chain);
            chain.pop();
        }
        model
    }

    /// A service with what it extends.
    fn draft(&mut self, services: Option<&Item>, key: &Key, item: &Item, path: &RepoPath) -> Draft {
        let mut problems = Vec::new();
        let mut faults = Faults::new();
        let mut trail = Vec::new();
        let item = match self.extended(services, &key.name, item, path, &mut trail, &mut faults) {
            Ok(item) => item,
            Err(problem) => {
                problems.push(problem);
                canonical::service(item.clone(), &mut Faults::new())
            }
        };
        if !matches!(item.data, Data::Map(_) | Data::Null) {
            faults.push((item.place, format!("it is {}, not a mapping", item.type_name())));
        }
        problems.extend(faults.into_iter().map(|(place, text)| Problem::new(Why::Unreadable, text, Some(place))));
        Draft { key: key.clone(), item, problems }
    }

    fn extended(
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

    /// Where a path that stands in a file leads; `None` when it is no text.
    fn located(&self, item: &Item) -> Option<Located> {
        let source = self.sources.get(item.place.file)?;
        Some(locate(&item.text()?, &source.base))
    }

    /// The files of `include`.
    fn include(&mut self, include: &Item, model: &mut Model, chain: &mut Vec<RepoPath>) {
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

    /// Lays one file or document over others.
    fn lay(&mut self, mut model: Model, layer: Model) -> Model {
        let mut clashes = Faults::new();
        for draft in layer.services {
            match model.services.iter_mut().find(|below| below.key.name == draft.key.name) {
                Some(below) => {
                    let base = std::mem::replace(&mut below.item, Item::new(draft.item.place, Data::Null));
                    let mut faults = Faults::new();
                    below.item = merge(base, draft.item, "", &mut |place, text| faults.push((place, text)));
                    below.problems.extend(draft.problems);
                    below.problems.extend(
                        faults.into_iter().map(|(place, text)| Problem::new(Why::Unreadable, text, Some(place))),
                    );
                    below.key = draft.key;
                }
                None => model.services.push(draft),
            }
        }
        model.top = match (model.top.take(), layer.top) {
            (Some(base), Some(over)) => Some(merge(base, over, "", &mut |place, text| clashes.push((place, text)))),
            (base, over) => over.or(base),
        };
        self.note(clashes);
        model
    }

    fn note(&mut self, clashes: Faults) {
        self.problems.extend(clashes.into_iter().map(|(place, text)| Problem::new(Why::Unreadable, text, Some(place))));
    }

    /// Notes the variables that a value names.
    fn collect(&mut self, item: &Item) {
        item.each_scalar(&mut |scalar: &Scalar, place| {
            for variable in &scalar.variables {
                if self.named.insert(variable.name.clone()) {
                    self.variables.push(Named { name: variable.name.clone(), place });
                }
            }
        });
    }

    fn finish(self, model: Model) -> Project {
        let mut services = Vec::new();
        for draft in model.services {
            let Draft { key, mut item, mut problems } = draft;
            if item.layering == Some(super::Layering::Reset) {
                continue;
            }
            item.settle();
            item.each_scalar(&mut |scalar, place| {
                if let Some(message) = &scalar.invalid {
                    problems.push(Problem::new(
                        Why::Unreadable,
                        format!("a value cannot be read: {message}"),
                        Some(place),
                    ));
                }
            });
            services.push(Service { name: key.name.clone(), key: key.place, item, problems });
        }
        let mut top =
            model.top.unwrap_or_else(|| Item::new(Place { file: 0, span: Span::default() }, Data::Map(Vec::new())));
        top.settle();
        Project { files: self.sources, services, top, variables: self.variables, problems: self.problems }
    }
}

/// What keeps a file from being read at all.
fn broken(yaml: &Yaml, file: usize) -> Option<Problem> {
    if let Some(over) = &yaml.over {
        return Some(Problem::new(Why::TooLarge, over.clone(), None));
    }
    let error = yaml.errors_of_stream().first()?;
    let more = match yaml.errors_of_stream().len() {
        1 => String::new(),
        n => format!(" (and {} more)", n - 1),
    };
    let message = format!("line {} is no YAML that Compose reads: {}{more}", error.line, error.message);
    Some(Problem::new(Why::Unreadable, message, Some(Place { file, span: error.span })))
}
