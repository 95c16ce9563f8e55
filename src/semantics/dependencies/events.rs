//! What happens in the stages of a build, as far as dependencies and source go.

use super::brings::Brings;
use super::code::Makes;
use super::install::{Act, Export, Install, Place as Where, Project};
use crate::semantics::image::{Place, Ran};
use crate::semantics::shell::Arg;
use crate::source::mask;

/// Something that happens in a stage.
#[derive(Debug, Clone)]
pub struct Event {
    /// 0-based index of the stage.
    pub stage: usize,
    /// Its instruction's place in the order of the file's steps: events of one instruction share it.
    pub step: usize,
    /// Where it stands: in the Dockerfile, or in a script that a RUN starts.
    pub place: Place,
    /// What.
    pub what: What,
}

/// What happens.
#[derive(Debug, Clone)]
pub enum What {
    /// Files come in.
    Brings(Brings),
    /// A command does something about dependencies.
    Acts(Acts),
    /// A command copies, fetches or makes files.
    Makes(Makes),
    /// Something that could do anything: what it is.
    Hides(String),
}

/// A command that does something about dependencies.
#[derive(Debug, Clone)]
pub struct Acts {
    /// What.
    pub act: Act,
    /// The command as it is written, shortened.
    pub shown: String,
    /// Whether it only runs under a condition.
    pub conditional: bool,
    /// Whether its failure is swallowed.
    pub ignored: bool,
    /// The folder it runs in, absolute, when it is known.
    pub directory: Option<String>,
}

impl Acts {
    /// Whether it runs whenever the image is built, and its failure ends the build.
    pub fn is_certain(&self) -> bool {
        !self.conditional && !self.ignored
    }

    /// The install that it is.
    pub fn install(&self) -> Option<&Install> {
        match &self.act {
            Act::Install(install) => Some(install),
            _ => None,
        }
    }
}

/// An install with where it happens.
#[derive(Debug, Clone, Copy)]
pub struct Installed<'l> {
    /// The event.
    pub event: &'l Event,
    /// The command.
    pub acts: &'l Acts,
    /// What it installs.
    pub install: &'l Install,
    /// Whether a later command took development dependencies out again.
    pub pruned: bool,
}

/// A command is shown with at most this many characters.
const SHOWN: usize = 80;

/// An export whose file is named by a redirection.
pub(super) fn with_output(act: Act, ran: &Ran) -> Act {
    match act {
        Act::Export(export) if export.output.is_none() => {
            let output = ran.command.writes.first().and_then(|file| ran.absolute(file));
            Act::Export(Box::new(Export { output, ..*export }))
        }
        act => act,
    }
}

impl Acts {
    pub(super) fn of(act: Act, ran: &Ran) -> Self {
        // As written: an expanded value may be a secret. One variable may hold several words.
        let mut args: Vec<&Arg> = ran.command.argv.iter().collect();
        args.dedup_by(|one, other| one.span == other.span && one.raw == other.raw && one.raw.contains('$'));
        let words: Vec<&str> = args.into_iter().map(|arg| arg.raw.as_str()).collect();
        // Masked before it is cut, or the end of a secret would go unseen.
        let mut shown = mask(&words.join(" ").split_whitespace().collect::<Vec<_>>().join(" "));
        if let Some((cut, _)) = shown.char_indices().nth(SHOWN) {
            shown.truncate(cut);
            shown.push('…');
        }
        Self {
            act,
            shown,
            conditional: ran.command.conditional,
            ignored: ran.command.ignored,
            directory: ran.directory.clone(),
        }
    }
}

impl Event {
    /// The install that it is.
    pub fn installs(&self) -> Option<Installed<'_>> {
        match &self.what {
            What::Acts(acts) => acts.install().map(|install| Installed { event: self, acts, install, pruned: false }),
            _ => None,
        }
    }

    /// Whether it puts application source from the build context into the image.
    pub fn brings_source(&self) -> bool {
        self.brings().is_some_and(Brings::brings_source)
    }

    /// The COPY, ADD or bind mount that it is.
    pub fn brings(&self) -> Option<&Brings> {
        match &self.what {
            What::Brings(brings) => Some(brings),
            _ => None,
        }
    }
}

/// Whether an act puts a copy of the project where the dependencies are.
pub fn copies_project(act: &Act) -> Option<&Where> {
    match act {
        Act::Install(install) if install.project == Project::Copied => Some(&install.place),
        Act::Project(Project::Copied, place) => Some(place),
        _ => None,
    }
}
