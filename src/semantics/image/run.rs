//! What a RUN runs: its own commands and those of the scripts that it starts.
//!
//! Forms: <https://docs.docker.com/reference/dockerfile/#run>. A RUN that is one here-document runs its body, by
//! the interpreter of its `#!` line when it has one; other here-documents are the shell's own.

use std::sync::Arc;

use super::interpreter::{self, Interpreter, Start, What};
use super::mount::{self, Mount};
use super::provided::{Finder, Provided};
use super::source_map::{SourceMap, quoted};
use super::{Image, Place, State, Step, Walk, covers, paths};
use crate::formats::dockerfile::{Args, Instruction};
use crate::formats::shell;
use crate::semantics::files::{Files, SourceFile};
use crate::semantics::shell::{CanFail, Command, Env, can_fail, flow};
use crate::source::Span;

/// Scripts that start each other are followed this deep.
const DEEPEST_SCRIPT: usize = 8;
/// Commands of one RUN, those of its scripts included.
pub const MOST_COMMANDS: usize = 5_000;
/// Bytes at the begin of a file that are looked through for a NUL, as git does.
const BINARY_PROBE: usize = 8_000;

/// What a RUN does, as far as it can be seen.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The commands in the order they run; a script's where it is started.
    pub commands: Vec<Ran>,
    /// What cannot be seen through.
    pub hidden: Vec<Hidden>,
    /// Its mounts: nothing written below their targets stays in the image.
    pub mounts: Vec<Mount>,
    /// The text whose status is the run's: its own, or of the script that it only starts.
    decisive: Option<(Vec<u8>, Env)>,
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
    /// Whether it can end with another status than 0.
    pub(super) fn can_fail(&self) -> CanFail {
        match &self.decisive {
            Some((text, env)) => can_fail(&shell::parse(text), env),
            None => CanFail::Unknown,
        }
    }

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

impl Image<'_> {
    /// What an instruction runs when a container of the image runs it (HEALTHCHECK's CMD, say): by the image's last
    /// SHELL, with ENV, and all its files.
    pub(super) fn run_in_container(&self, files: &Files<'_>, instruction: &Instruction, span: Span) -> Run {
        let scene = Scene {
            finder: Finder { walk: self.walk, files },
            instruction,
            span,
            earlier: self.steps.clone(),
            mounts: &[],
            state: self.end,
            env: self.end.runtime_env(),
        };
        scene.run()
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

/// A script about to run.
struct Script {
    text: Vec<u8>,
    map: Arc<SourceMap>,
    file: Arc<SourceFile>,
    env: Env,
    user: RunUser,
    directory: Option<String>,
    conditional: bool,
    ignored: bool,
    depth: usize,
}

/// A command that starts something.
struct Starter<'s> {
    script: &'s Script,
    ran: Ran,
}

/// Where an instruction runs.
struct Scene<'a> {
    finder: Finder<'a>,
    instruction: &'a Instruction,
    /// Where it stands.
    span: Span,
    /// What made the image so far.
    earlier: Vec<&'a Step>,
    mounts: &'a [Mount],
    state: &'a State,
    env: Env,
}

impl Scene<'_> {
    fn run(self) -> Run {
        let mut runner = Runner { scene: self, run: Run::default() };
        runner.start();
        runner.run
    }
}

struct Runner<'a> {
    scene: Scene<'a>,
    run: Run,
}

impl Runner<'_> {
    fn start(&mut self) {
        let instruction = self.scene.instruction;
        let mut set = String::new();
        let (text, map) = match &instruction.args {
            Args::Json(words) => quoted(words),
            _ => {
                let Some(script) = instruction.script() else { return };
                let map = SourceMap::Pieces(script.map);
                let body = instruction.heredocs.first().filter(|body| body.content == script.text);
                if let Some(body) = body.filter(|_| script.text.starts_with("#!")) {
                    return self.start_by_shebang(script.text.into_bytes(), map, body.span);
                }
                if let Some(shell) = &self.scene.state.shell {
                    if !shell.is_posix() {
                        let what = format!("SHELL is {}, which is not read", shell.program());
                        return self.hide(
                            self.scene.finder.walk.place(self.scene.span),
                            what,
                            self.scene.state.run_user(),
                        );
                    }
                    set = shell.set_line();
                }
                (script.text, map)
            }
        };
        self.follow(&self.outermost(text.into_bytes(), map).with_options(&set));
    }

    fn outermost(&self, text: Vec<u8>, map: SourceMap) -> Script {
        Script {
            text,
            map: Arc::new(map),
            file: Arc::clone(&self.scene.finder.walk.file),
            env: self.scene.env.clone(),
            user: self.scene.state.run_user(),
            directory: self.scene.state.workdir.path.clone(),
            conditional: false,
            ignored: false,
            depth: 0,
        }
    }

    fn start_by_shebang(&mut self, text: Vec<u8>, map: SourceMap, span: Span) {
        match interpreter::of_shebang(&text) {
            Interpreter::Shell(set) => {
                let script = self.outermost(text, map).with_options(&set);
                self.follow(&script);
            }
            Interpreter::Other(name) if interpreter::may_change_the_image(&text) => {
                let what = format!("a script for {name}, which is not read");
                self.hide(self.scene.finder.walk.place(span), what, self.scene.state.run_user());
            }
            Interpreter::Other(_) => {}
        }
    }

    fn hide(&mut self, place: Place, what: String, user: RunUser) {
        self.run.hidden.push(Hidden { place, what, user });
    }

    /// Runs a script in thought.
    fn follow(&mut self, script: &Script) {
        let place = |span: Span| Place { file: Arc::clone(&script.file), span: script.map.span(span) };
        let parsed = shell::parse(&script.text);
        if script.depth == 0 {
            self.run.decisive = Some((script.text.clone(), script.env.clone()));
        }
        let flow = flow(&parsed, &script.env);
        for opaque in flow.opaque {
            self.hide(place(opaque.span), opaque.what, script.user.clone());
        }
        for command in flow.commands {
            if self.run.commands.len() >= MOST_COMMANDS {
                let what = format!("more than {MOST_COMMANDS} commands");
                return self.hide(place(command.span), what, script.user.clone());
            }
            let starter = Starter { script, ran: script.ran(&command) };
            let at = self.run.commands.len();
            self.run.commands.push(starter.ran.clone());
            if let Some(start) = interpreter::starts(&command)
                && self.start_from(&starter, start)
                && let Some(ran) = self.run.commands.get_mut(at)
            {
                ran.followed = true;
            }
        }
    }

    /// Follows what a command starts, or says that it cannot be seen; whether it was followed.
    fn start_from(&mut self, starter: &Starter<'_>, mut start: Start<'_>) -> bool {
        match std::mem::replace(&mut start.what, What::Program("")) {
            What::Text(arg) => match &arg.text {
                Some(text) => {
                    let map = Arc::new(starter.script.map.argument(arg));
                    let file = Arc::clone(&starter.script.file);
                    return self.deeper(starter, text.clone().into_bytes(), map, file, &start);
                }
                None => {
                    let what = format!("a variable without a value in what `{}` runs", starter.name());
                    self.hide(starter.ran.place(), what, starter.user(&start));
                }
            },
            What::ShellFile(path) => {
                let found = self.at(starter, path);
                return self.start_file(starter, path, found, &start, true);
            }
            What::UnknownFile(raw) => {
                let what = format!("the script `{raw}`, whose name has a variable without a value");
                self.hide(starter.ran.place(), what, starter.user(&start));
            }
            What::Program(path) => {
                let found = if path.contains('/') { self.at(starter, path) } else { self.on_path(path) };
                return self.start_file(starter, path, found, &start, false);
            }
            What::ForeignFile(language, path) => match self.at(starter, &path) {
                Provided::File(file) => self.foreign(starter, &start, language, &path, &file.bytes),
                Provided::Inline(heredoc) => self.foreign(starter, &start, language, &path, heredoc.content.as_bytes()),
                Provided::Lost(why) if language != "make" => {
                    self.hide(starter.ran.place(), cannot_read(&path, &why), starter.user(&start));
                }
                _ => {}
            },
            What::ForeignText(language, arg) => {
                let text = arg.text.as_deref().unwrap_or(&arg.raw);
                self.foreign(starter, &start, language, "its text", text.as_bytes());
            }
            What::Unread(name) => {
                let what = format!("`{name}` does what its own files say, and these are not read");
                self.hide(starter.ran.place(), what, starter.user(&start));
            }
        }
        false
    }

    fn foreign(&mut self, starter: &Starter<'_>, start: &Start<'_>, language: &str, what: &str, text: &[u8]) {
        if interpreter::may_change_the_image(text) {
            let what = format!("`{what}` is for {language}, which is not read");
            self.hide(starter.ran.place(), what, starter.user(start));
        }
    }

    /// What stands at a path, from the folder of the command.
    fn at(&self, starter: &Starter<'_>, path: &str) -> Provided {
        match starter.ran.absolute(path) {
            Some(path) => self.scene.finder.at(&self.scene.earlier, self.scene.mounts, &path),
            None => Provided::Lost("the folder that it is looked for in is not known".to_owned()),
        }
    }

    /// A program by its name, when COPY or ADD brought it into a folder of the usual PATH.
    fn on_path(&self, name: &str) -> Provided {
        let folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
        let found = folders
            .iter()
            .map(|folder| self.scene.finder.at(&self.scene.earlier, self.scene.mounts, &format!("{folder}/{name}")));
        found
            .into_iter()
            .find(|found| matches!(found, Provided::File(_) | Provided::Inline(_)))
            .unwrap_or(Provided::Nowhere)
    }

    fn start_file(
        &mut self,
        starter: &Starter<'_>,
        path: &str,
        found: Provided,
        start: &Start<'_>,
        by_shell: bool,
    ) -> bool {
        let (text, map, file) = match found {
            Provided::File(file) => (file.bytes.to_vec(), SourceMap::Whole, file),
            Provided::Inline(heredoc) => {
                let file = Arc::clone(&self.scene.finder.walk.file);
                (heredoc.content.into_bytes(), SourceMap::Pieces(heredoc.map), file)
            }
            Provided::Lost(why) => {
                self.hide(starter.ran.place(), cannot_read(path, &why), starter.user(start));
                return false;
            }
            Provided::Nowhere if by_shell || path.ends_with(".sh") || path.ends_with(".bash") => {
                let why = "nothing in this Dockerfile brings it from the repository";
                self.hide(starter.ran.place(), cannot_read(path, why), starter.user(start));
                return false;
            }
            Provided::Nowhere => return false,
        };
        if text.iter().take(BINARY_PROBE).any(|byte| *byte == 0) {
            let what = format!("`{path}` is a binary file");
            self.hide(starter.ran.place(), what, starter.user(start));
            return false;
        }
        let set = match interpreter::of_shebang(&text) {
            Interpreter::Shell(set) if !by_shell => set,
            Interpreter::Other(language) if !by_shell => {
                self.foreign(starter, start, &language, path, &text);
                return false;
            }
            _ => start.set.clone(),
        };
        let start =
            Start { what: What::Program(""), set, user: start.user.clone(), positional: start.positional.clone() };
        self.deeper(starter, text, Arc::new(map), file, &start)
    }

    /// Follows a text that a command starts.
    fn deeper(
        &mut self,
        starter: &Starter<'_>,
        text: Vec<u8>,
        map: Arc<SourceMap>,
        file: Arc<SourceFile>,
        start: &Start<'_>,
    ) -> bool {
        let user = starter.user(start);
        if starter.script.depth >= DEEPEST_SCRIPT {
            let what = format!("scripts that start each other, more than {DEEPEST_SCRIPT} deep");
            self.hide(starter.ran.place(), what, user);
            return false;
        }
        let mut env = starter.script.env.clone();
        for (at, value) in start.positional.iter().enumerate() {
            let name = (at + 1).to_string();
            match value {
                Some(value) => env.insert(name, value.clone()),
                None => env.remove(&name),
            };
        }
        let script = Script {
            text,
            map,
            file,
            env,
            user,
            directory: starter.ran.directory.clone(),
            conditional: starter.ran.command.conditional,
            ignored: starter.ran.command.ignored,
            depth: starter.script.depth + 1,
        };
        self.follow(&script.with_options(&start.set));
        true
    }
}

impl Script {
    /// The same script after a line of `set`.
    fn with_options(self, set: &str) -> Self {
        if set.is_empty() {
            return self;
        }
        let mut text = set.as_bytes().to_vec();
        text.extend_from_slice(&self.text);
        Self { text, map: Arc::new(SourceMap::After(self.map, set.len())), ..self }
    }

    fn ran(&self, command: &Command) -> Ran {
        let mut command = command.clone();
        let user = interpreter::user_of_wrappers(&command.wrappers).unwrap_or_else(|| self.user.clone());
        let directory = match command.directory.as_deref() {
            Some(folder) => paths::absolute(self.directory.as_deref(), folder),
            None => self.directory.clone(),
        };
        self.map.command(&mut command);
        command.conditional |= self.conditional;
        command.ignored |= self.ignored;
        Ran { command, file: Arc::clone(&self.file), user, directory, followed: false }
    }
}

impl Starter<'_> {
    fn user(&self, start: &Start<'_>) -> RunUser {
        start.user.clone().unwrap_or_else(|| self.ran.user.clone())
    }

    fn name(&self) -> &str {
        self.ran.command.program().unwrap_or_default()
    }
}

fn cannot_read(path: &str, why: &str) -> String {
    format!("`{path}` cannot be read: {why}")
}
