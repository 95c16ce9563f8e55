//! Build contexts after .dockerignore: what a COPY, an ADD or a bind mount finds there.
//!
//! Rules: <https://docs.docker.com/build/concepts/context/>, <https://docs.docker.com/reference/dockerfile/#copy> and,
//! where these are silent, BuildKit: sources are Go `filepath.Match` patterns below the context's root, `..` does not
//! leave it, links are followed inside it.
//!
//! The files of a context are those of the tree: what git does not have, a clean clone does not have. Docker's
//! own lint of COPY is silent as soon as the file has any `!`; this is not.

mod listing;
mod lookup;

pub use lookup::Source;

use std::cell::Cell;
use std::sync::Arc;

use crate::formats::dockerignore::{Decision, Dockerignore, MOST_STEPS, Rule};
use crate::repo::{PathError, ReadError, RepoPath};
use crate::semantics::files::{Files, SourceFile};

/// A build context: a folder of the tree without what its ignore file drops.
#[derive(Debug, Clone)]
pub struct Context {
    /// The folder, relative to the plan's root.
    pub folder: RepoPath,
    /// The ignore file in force; `None` when there is none, and nothing is dropped.
    pub ignore: Option<Ignore>,
    steps: Cell<u64>,
}

/// The ignore file of a context.
#[derive(Debug, Clone)]
pub struct Ignore {
    /// The file.
    pub file: SourceFile,
    /// What it says. With errors Docker refuses to build.
    pub rules: Arc<Dockerignore>,
}

impl Context {
    /// The context in which a Dockerfile is built. `<Dockerfile>.dockerignore`, beside the Dockerfile, goes before
    /// the .dockerignore at the context's root, even when it is empty.
    pub fn of(files: &Files<'_>, dockerfile: &RepoPath, folder: &RepoPath) -> Result<Self, ReadError> {
        let mut name = dockerfile.name().to_vec();
        name.extend_from_slice(b".dockerignore");
        let first = match dockerfile.parent().join(name).map_err(unreadable)? {
            path if files.entry(&path)?.is_some() => Ignore::read(files, &path)?,
            _ => None,
        };
        Self::with(files, folder, first)
    }

    /// A context besides the main one (`additional_contexts` of a Compose service): only the .dockerignore at its
    /// root counts.
    pub fn named(files: &Files<'_>, folder: &RepoPath) -> Result<Self, ReadError> {
        Self::with(files, folder, None)
    }

    fn with(files: &Files<'_>, folder: &RepoPath, first: Option<Ignore>) -> Result<Self, ReadError> {
        let ignore = match first {
            Some(first) => Some(first),
            None => Ignore::read(files, &folder.join(".dockerignore").map_err(unreadable)?)?,
        };
        Ok(Self { folder: folder.clone(), ignore, steps: Cell::new(MOST_STEPS) })
    }

    /// The rule of that index in the ignore file.
    pub fn rule(&self, index: usize) -> Option<&Rule> {
        self.ignore.as_ref()?.rules.patterns.get(index)
    }

    /// What the ignore file does with a path, relative to the context's root.
    fn decide(&self, path: &RepoPath) -> Result<Decision, ReadError> {
        let Some(ignore) = &self.ignore else { return Ok(Decision { ignored: false, rule: None }) };
        let mut steps = self.steps.get();
        let decision = ignore.rules.decide_within(path.as_bytes(), &mut steps);
        self.steps.set(steps);
        decision.ok_or_else(over)
    }

    /// Takes steps off those that all lookups in this context may take together.
    fn spend(&self, steps: u64) -> Result<(), ReadError> {
        self.steps.set(self.steps.get().checked_sub(steps).ok_or_else(over)?);
        Ok(())
    }

    /// Whether any rule could drop anything.
    fn drops(&self) -> bool {
        self.ignore.as_ref().is_some_and(|ignore| ignore.rules.patterns.iter().any(|rule| !rule.negated))
    }

    /// Whether any rule could bring back something from a dropped folder.
    fn brings_back(&self) -> bool {
        self.ignore.as_ref().is_some_and(|ignore| ignore.rules.patterns.iter().any(|rule| rule.negated))
    }

    /// A path of the context as one of the tree.
    fn place(&self, path: &RepoPath) -> Result<RepoPath, ReadError> {
        self.folder.join(path.as_bytes()).map_err(unreadable)
    }
}

impl Ignore {
    fn read(files: &Files<'_>, path: &RepoPath) -> Result<Option<Self>, ReadError> {
        Ok(files.dockerignore(path)?.map(|(file, rules)| Self { file, rules }))
    }
}

fn over() -> ReadError {
    ReadError::TooLarge {
        what: "looking for sources in the build context".to_owned(),
        bound: format!("{MOST_STEPS} steps"),
    }
}

fn unreadable(error: PathError) -> ReadError {
    ReadError::Unreadable(error.to_string())
}
