//! Compose files, resolved: interpolation defaults, `extends`, `include`, merged files, short and long forms.
//!
//! Rules: <https://docs.docker.com/reference/compose-file/> and, where that is silent,
//! <https://github.com/compose-spec/compose-go>.
//!
//! ```text
//! YAML ─► Item (interpolated, placed) ─► one form ─► extends ─► include ─► files laid over each other ─► Project
//! ```
//!
//! What is not known stays unknown: a variable without a default makes only the values that name it unknown
//! ([`Text`]); an `extends` that leads nowhere makes only its service broken ([`Service::problems`]); a file that
//! cannot be read makes the whole project unreadable ([`Project::problems`]).

mod canonical;
mod extend;
mod include;
mod item;
mod load;
mod merge;
mod service;
mod text;
mod units;
mod volume;

pub use item::{Data, Item, Key, Layering, Place};
pub use load::{load, load_merged};
pub use service::{Build, EnvFile, Located, Recipe, Service, Tmpfs, clean_path};
pub use text::{Part, Scalar, Text, Variable};
pub use units::{boolean, bytes, cpus};
pub use volume::{Mount, MountKind};

use crate::repo::{ReadError, RepoPath};
use crate::semantics::files::SourceFile;

/// A Compose project: what `docker compose -f FILE… config` would show, without any variable's value.
#[derive(Debug, Clone)]
pub struct Project {
    /// The files it is made of: those that were asked for, then those that they include or extend from.
    pub files: Vec<Source>,
    /// Its services in file order, included ones last; those with profiles too.
    pub services: Vec<Service>,
    /// Everything beside the services (`volumes`, `networks`, `secrets`, `x-…`): a mapping.
    pub top: Item,
    /// The variables that it interpolates, each once, where it is named first.
    pub variables: Vec<Named>,
    /// What keeps the project as a whole from being read. Compose would refuse it: when this is not empty,
    /// nothing that stands in the other fields proves or disproves anything.
    pub problems: Vec<Problem>,
}

/// A file of a project.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file.
    pub file: SourceFile,
    /// The folder from which its relative paths start.
    pub base: RepoPath,
}

/// A variable's name and the first place that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The value that names it.
    pub place: Place,
}

/// Why something cannot be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Why.
    pub why: Why,
    /// In words: a lower-case fragment.
    pub message: String,
    /// Where it stands.
    pub place: Option<Place>,
}

/// The kinds of problems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It cannot be parsed, or says what Compose refuses.
    Unreadable,
    /// It hangs on a variable without a value.
    Unresolved,
    /// A counted bound was passed.
    TooLarge,
    /// A file that it needs could not be read.
    Read(ReadError),
}

impl Project {
    /// The service of that name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The file in which something stands.
    pub fn file(&self, place: Place) -> Option<&SourceFile> {
        self.files.get(place.file).map(|source| &source.file)
    }

    /// The path of the file that was asked for (the first one).
    pub fn path(&self) -> RepoPath {
        self.files.first().map(|source| source.file.path.clone()).unwrap_or_default()
    }

    /// A volume, declared at the top level, by its key.
    pub fn volume(&self, name: &str) -> Option<&(Key, Item)> {
        self.top.get("volumes")?.pair(name)
    }

    /// Where a path leads that stands at `place`: relative to the folder of its file.
    pub fn locate(&self, text: &Text, place: Place) -> Located {
        match self.files.get(place.file) {
            Some(source) => service::locate(text, &source.base),
            None => Located::Unresolved(text.clone()),
        }
    }
}
