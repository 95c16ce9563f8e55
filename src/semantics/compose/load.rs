//! From files to a project.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::canonical::{self, Faults};
use super::item::{Data, Item, Key, Place};
use super::merge::merge;
use super::service::{Located, Service, locate};
use super::text::Scalar;
use super::{Named, Problem, Project, Source, Why};
use crate::formats::yaml::{MOST_NODES, Yaml};
use crate::repo::{ReadError, RepoPath};
use crate::semantics::files::Files;
use crate::source::Span;

/// Services extended and files included one through the other.
pub(super) const LONGEST_CHAIN: usize = 64;

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
pub(super) type Documents = Arc<Vec<Item>>;

pub(super) struct Loader<'f, 't> {
    files: &'f Files<'t>,
    sources: Vec<Source>,
    documents: HashMap<(RepoPath, RepoPath), Result<Documents, Problem>>,
    /// Values that may still be made.
    left: usize,
    variables: Vec<Named>,
    named: HashSet<String>,
    pub(super) problems: Vec<Problem>,
}

/// Services and everything else of some files, tags for the merge still on.
#[derive(Default)]
pub(super) struct Model {
    pub(super) services: Vec<Draft>,
    pub(super) top: Option<Item>,
}

pub(super) struct Draft {
    pub(super) key: Key,
    pub(super) item: Item,
    pub(super) problems: Vec<Problem>,
}

impl Problem {
    pub(super) fn new(why: Why, message: impl Into<String>, place: Option<Place>) -> Self {
        Self { why, message: message.into(), place }
    }
}

impl Loader<'_, '_> {
    /// Takes values from what may still be made.
    pub(super) fn spend(&mut self, values: usize, place: Place) -> Result<(), Problem> {
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
    pub(super) fn read(&mut self, path: &RepoPath, base: &RepoPath) -> Result<Documents, Problem> {
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
    pub(super) fn file(&mut self, path: &RepoPath, base: &RepoPath, chain: &mut Vec<RepoPath>) -> Model {
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
        for (key, item) in top.entries() {
            let names_things = matches!(key.name.as_str(), "volumes" | "networks" | "secrets" | "configs");
            if names_things && !matches!(item.data, Data::Map(_) | Data::Null) {
                let message = format!("`{}` is {}, not a mapping of names", key.name, item.type_name());
                self.problems.push(Problem::new(Why::Unreadable, message, Some(key.place)));
            }
        }
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

    /// Where a path that stands in a file leads; `None` when it is no text.
    pub(super) fn located(&self, item: &Item) -> Option<Located> {
        let source = self.sources.get(item.place.file)?;
        Some(locate(&item.text()?, &source.base))
    }

    /// Lays one file or document over others.
    pub(super) fn lay(&mut self, mut model: Model, layer: Model) -> Model {
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

    pub(super) fn note(&mut self, clashes: Faults) {
        self.problems.extend(clashes.into_iter().map(|(place, text)| Problem::new(Why::Unreadable, text, Some(place))));
    }

    /// Notes the variables that a value names.
    pub(super) fn collect(&mut self, item: &Item) {
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
            item.each_scalar(&mut |scalar, place| problems.extend(refused(scalar, place)));
            services.push(Service { name: key.name.clone(), key: key.place, item, problems });
        }
        let mut top =
            model.top.unwrap_or_else(|| Item::new(Place { file: 0, span: Span::default() }, Data::Map(Vec::new())));
        top.settle();
        let mut problems = self.problems;
        top.each_scalar(&mut |scalar, place| problems.extend(refused(scalar, place)));
        Project { files: self.sources, services, top, variables: self.variables, problems }
    }
}

/// A value that Compose cannot interpolate.
fn refused(scalar: &Scalar, place: Place) -> Option<Problem> {
    let message = scalar.invalid.as_ref()?;
    Some(Problem::new(Why::Unreadable, format!("a value cannot be read: {message}"), Some(place)))
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
