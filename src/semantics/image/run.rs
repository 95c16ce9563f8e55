//! What a RUN runs: its own commands and those of the scripts that it starts.
//!
//! Forms: <https://docs.docker.com/reference/dockerfile/#run>. A RUN that is one here-document runs its body, by
//! the interpreter of its `#!` line when it has one; other here-documents are the shell's own.

use std::sync::Arc;

use super::mount::{self, Mount};
use super::provided::Finder;
use super::scene::Scene;
use super::{Image, Place, State, Step, Walk, covers, paths};
use crate::formats::dockerfile::Instruction;
use crate::semantics::files::{Files, SourceFile};
use crate::semantics::shell::Command;
use crate::source::Span;

/// Commands of one RUN, those of its scripts included.
pub const MOST_COMMANDS: usize = 5_000;

/// What a RUN does, as far as it can be seen.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The commands in the order they run; a script's where it is started.
    pub commands: Vec<Ran>,
    /// What cannot be seen through.
    pub hidden: Vec<Hidden>,
    /// Its mounts: nothing written below their targets stays in the image.
    pub mounts: Vec<Mount>,
}

/// A command of a RUN.
#[derive(Debug, Clone)]
pub struct Ran {
    /// The command; its spans are those of `file`.
    pub command: Command,
    /// The file it stands in: the Dockerfile, or a script of the context.
    pub file: Arc<SourceFile>,
    /// Who runs it.
    pub user: RunUser,
    /// The folder it runs in, absolute, when it is known.
    pub directory: Option<String>,
    /// Whether what it starts was followed: those commands come after it.
    pub followed: bool,
}

/// Who runs a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunUser {
    /// Root.
    Root,
    /// This name or number.
    Other(String),
    /// A variable without a value.
    Unknown,
}

/// Something that could do anything.
#[derive(Debug, Clone)]
pub struct Hidden {
    /// Where it is started.
    pub place: Place,
    /// What it is, a lower-case fragment.
    pub what: String,
    /// Who runs it.
    pub user: RunUser,
}

impl Ran {
    /// Whether it runs as somebody who is not root: no accounts, packages or owners change by it.
    pub fn lacks_root(&self) -> bool {
        matches!(self.user, RunUser::Other(_))
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        Place { file: Arc::clone(&self.file), span: self.command.span }
    }

    /// A path argument of it, absolute; `None` when its folder is not known.
    pub fn absolute(&self, path: &str) -> Option<String> {
        paths::absolute(self.directory.as_deref(), path)
    }
}

impl Run {
    /// Whether what is written at a path of the image is gone with a mount when the RUN ends.
    pub fn is_mounted(&self, path: &str) -> bool {
        self.mounts.iter().filter_map(|mount| mount.target.as_deref()).any(|target| covers(target, path))
    }
}

impl Walk {
    /// What a step runs; nothing for another instruction than RUN.
    pub fn run(&self, files: &Files<'_>, step: &Step) -> Run {
        if step.instruction.keyword != "RUN" {
            return Run::default();
        }
        let mounts = mount::of(self, step);
        let chain = self.image_of(step.stage).map(|image| image.steps).unwrap_or_default();
        let scene = Scene {
            finder: Finder { walk: self, files },
            instruction: &step.instruction,
            span: step.span,
            earlier: chain.into_iter().take_while(|earlier| !std::ptr::eq(*earlier, step)).collect(),
            mounts: &mounts,
            state: &step.before,
            env: step.before.env().clone(),
        };
        let run = scene.run();
        Run { mounts, ..run }
    }
}

impl<'w> Image<'w> {
    /// Where an instruction runs when a container of the image runs it (HEALTHCHECK's CMD, say): by the image's last
    /// SHELL, with ENV, and with all its files.
    pub(super) fn in_container<'a>(
        &'a self,
        files: &'a Files<'a>,
        instruction: &'a Instruction,
        span: Span,
    ) -> Scene<'a>
    where
        'w: 'a,
    {
        Scene {
            finder: Finder { walk: self.walk, files },
            instruction,
            span,
            earlier: self.steps.iter().map(|step| &**step).collect(),
            mounts: &[],
            state: self.end,
            env: self.end.runtime_env(),
        }
    }
}

impl State {
    /// Who runs the commands of a RUN that stands here.
    pub fn run_user(&self) -> RunUser {
        match self.user.as_deref() {
            None => RunUser::Root,
            Some(user) if user.is_unresolved() => RunUser::Unknown,
            Some(user) => RunUser::of(user.name().unwrap_or_default()),
        }
    }
}

impl RunUser {
    /// Of a user's name or number.
    pub fn of(name: &str) -> Self {
        if super::is_root(name) { Self::Root } else { Self::Other(name.to_owned()) }
    }
}
