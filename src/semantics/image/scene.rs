//! Where an instruction runs, and the scripts that can be started there.

use std::cell::Cell;
use std::sync::Arc;

use super::interpreter::{self, Interpreter, Start, What};
use super::provided::{Finder, Provided};
use super::run::Run;
use super::runner::Runner;
use super::source_map::SourceMap;
use super::{Mount, State, Step, paths};
use crate::formats::dockerfile::{Args, Instruction};
use crate::formats::shell;
use crate::semantics::files::SourceFile;
use crate::semantics::shell::{CanFail, Command, Env, can_fail_exec, flow_if};
use crate::source::Span;

/// Scripts that start each other are followed this deep.
pub(super) const DEEPEST_SCRIPT: usize = 8;
/// Bytes at the begin of a file that are looked through for a NUL, as git does.
const BINARY_PROBE: usize = 8_000;

/// Where an instruction runs.
pub(super) struct Scene<'a> {
    pub(super) finder: Finder<'a>,
    pub(super) instruction: &'a Instruction,
    /// Where it stands.
    pub(super) span: Span,
    /// What made the image so far.
    pub(super) earlier: Vec<&'a Step>,
    pub(super) mounts: &'a [Mount],
    pub(super) state: &'a State,
    pub(super) env: Env,
}

/// A script that a command starts.
pub(super) struct Started {
    /// Its text, behind the lines that options and arguments of the command amount to.
    pub(super) text: Vec<u8>,
    pub(super) map: Arc<SourceMap>,
    pub(super) file: Arc<SourceFile>,
}

/// What comes of looking for it.
pub(super) enum Found {
    /// A script for a shell.
    Shell(Started),
    /// A text for another interpreter: its name, the text.
    Foreign(String, Vec<u8>),
    /// It should be there, but cannot be read: why.
    Lost(String),
    /// Nothing that can be followed.
    Nothing,
}

impl Scene<'_> {
    /// What runs, as far as it can be seen.
    pub(super) fn run(&self) -> Run {
        Runner::run(self)
    }

    /// What a command starts by a path or name, from a folder.
    pub(super) fn started(&self, start: &Start<'_>, folder: Option<&str>) -> Found {
        let (path, by_shell) = match &start.what {
            What::ShellFile(path) | What::Sourced(path) => (*path, true),
            What::Program(path) => (*path, false),
            What::ForeignFile(language, path) => return self.foreign(language, path, folder),
            _ => return Found::Nothing,
        };
        let found = if by_shell || path.contains('/') { self.at(path, folder) } else { self.on_path(path) };
        let (text, map, file) = match found {
            Provided::File(file) => (file.bytes.to_vec(), SourceMap::Whole, file),
            Provided::Inline(heredoc) => {
                let file = Arc::clone(&self.finder.walk.file);
                (heredoc.content.into_bytes(), SourceMap::Pieces(heredoc.map), file)
            }
            Provided::Lost(why) => return Found::Lost(why),
            // Files of the base image and of tools are sourced (`. /venv/bin/activate`): those are no scripts.
            Provided::Nowhere if matches!(start.what, What::Sourced(_)) && !path.ends_with(".sh") => {
                return Found::Nothing;
            }
            Provided::Nowhere if by_shell || path.ends_with(".sh") || path.ends_with(".bash") => {
                return Found::Lost("nothing in this Dockerfile brings it from the repository".to_owned());
            }
            Provided::Nowhere => return Found::Nothing,
        };
        if text.iter().take(BINARY_PROBE).any(|byte| *byte == 0) {
            return Found::Lost("it is a binary file".to_owned());
        }
        let set = match interpreter::of_shebang(&text) {
            Interpreter::Other(language) if !by_shell => return Found::Foreign(language, text),
            Interpreter::Shell(set) if !by_shell => set,
            _ => start.set.clone(),
        };
        let head = start.head(&set);
        if head.is_empty() {
            return Found::Shell(Started { text, map: Arc::new(map), file });
        }
        let map = Arc::new(SourceMap::After(Arc::new(map), head.len()));
        Found::Shell(Started { text: [head.as_bytes(), &text].concat(), map, file })
    }

    fn foreign(&self, language: &str, path: &str, folder: Option<&str>) -> Found {
        match self.at(path, folder) {
            Provided::File(file) => Found::Foreign(language.to_owned(), file.bytes.to_vec()),
            Provided::Inline(heredoc) => Found::Foreign(language.to_owned(), heredoc.content.into_bytes()),
            Provided::Lost(why) if language != "make" => Found::Lost(why),
            Provided::Lost(_) | Provided::Nowhere => Found::Nothing,
        }
    }

    /// What stands at a path, from a folder.
    fn at(&self, path: &str, folder: Option<&str>) -> Provided {
        match paths::absolute(folder, path) {
            Some(path) => self.finder.at(&self.earlier, self.mounts, &path),
            None => Provided::Lost("the folder that it is looked for in is not known".to_owned()),
        }
    }

    /// A program by its name, when COPY or ADD brought it into a folder of the usual PATH.
    fn on_path(&self, name: &str) -> Provided {
        for folder in ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"] {
            let found = self.finder.at(&self.earlier, self.mounts, &format!("{folder}/{name}"));
            if matches!(found, Provided::File(_) | Provided::Inline(_)) {
                return found;
            }
        }
        Provided::Nowhere
    }

    /// Whether the instruction's command can end with another status than 0. A script of the context that it
    /// starts is read for that.
    pub(super) fn can_fail(&self) -> CanFail {
        let folder = self.state.workdir.path.as_deref();
        match &self.instruction.args {
            Args::Json(words) => {
                let argv: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
                let (text, _) = super::source_map::quoted(words);
                match can_fail_exec(&argv) {
                    // Of a command that can fail the script that it starts may tell better.
                    CanFail::Yes => self.text_can_fail(text.as_bytes(), &self.env, folder, 0),
                    decided => decided,
                }
            }
            _ => {
                let Some(script) = self.instruction.script() else { return CanFail::Unknown };
                let set = self.state.shell.as_ref().map(|shell| (shell.is_posix(), shell.set_line()));
                match set {
                    Some((false, _)) => CanFail::Unknown,
                    Some((true, set)) => self.text_can_fail((set + &script.text).as_bytes(), &self.env, folder, 0),
                    None => self.text_can_fail(script.text.as_bytes(), &self.env, folder, 0),
                }
            }
        }
    }

    fn text_can_fail(&self, text: &[u8], env: &Env, folder: Option<&str>, depth: usize) -> CanFail {
        let unseen = Cell::new(false);
        let assume = |command: &Command| {
            if depth >= DEEPEST_SCRIPT {
                return None;
            }
            let start = interpreter::starts(command)?;
            let folder = match command.directory.as_deref() {
                Some(inner) => paths::absolute(folder, inner),
                None => folder.map(str::to_owned),
            };
            let Found::Shell(started) = self.started(&start, folder.as_deref()) else { return None };
            match self.text_can_fail(&started.text, env, folder.as_deref(), depth + 1) {
                CanFail::No => Some(true),
                CanFail::Yes => None,
                CanFail::Unknown => {
                    unseen.set(true);
                    None
                }
            }
        };
        let flow = flow_if(&shell::parse(text), env, &assume);
        let over_a_bound = flow.opaque.iter().any(|opaque| opaque.what.contains("bound"));
        match flow.fails {
            CanFail::No if !over_a_bound => CanFail::No,
            CanFail::Yes if !over_a_bound && !unseen.get() => CanFail::Yes,
            _ => CanFail::Unknown,
        }
    }
}
