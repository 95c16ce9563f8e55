//! Runs an instruction's command in thought, and the scripts that it starts.

use std::sync::Arc;

use super::interpreter::{self, Interpreter, Start, What};
use super::run::{Hidden, MOST_COMMANDS, Ran, Run, RunUser};
use super::scene::{DEEPEST_SCRIPT, Found, Scene, Started};
use super::source_map::{SourceMap, quoted};
use super::work::too_much;
use super::{Place, paths};
use crate::formats::dockerfile::Args;
use crate::formats::shell;
use crate::semantics::files::SourceFile;
use crate::semantics::shell::{Command, Env, Sink, World, flow_in, names_bash};
use crate::source::Span;

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
    /// Whether an image is only made if it ends with 0.
    must: bool,
    depth: usize,
}

pub(super) struct Runner<'a> {
    scene: &'a Scene<'a>,
    run: Run,
}

impl<'a> Runner<'a> {
    pub(super) fn run(scene: &'a Scene<'a>) -> Run {
        let mut runner = Self { scene, run: Run::default() };
        runner.start();
        runner.run
    }

    fn start(&mut self) {
        let scene = self.scene;
        let mut set = String::new();
        let (text, map) = match &scene.instruction.args {
            Args::Json(words) => quoted(words),
            _ => {
                let Some(script) = scene.instruction.script() else { return };
                let map = SourceMap::Pieces(script.map);
                let body = scene.instruction.heredocs.first().filter(|body| body.content == script.text);
                if let Some(body) = body.filter(|_| script.text.starts_with("#!")) {
                    return self.start_by_shebang(script.text, map, body.span);
                }
                if let Some(shell) = &scene.state.shell {
                    if !shell.is_posix() {
                        return self.hide_all(scene.span, format!("SHELL is {}, which is not read", shell.program()));
                    }
                    set = shell.set_line();
                }
                (script.text, map)
            }
        };
        self.follow(&self.outermost(&set, &text, map));
    }

    /// The instruction's own text, behind a line of `set`.
    fn outermost(&self, set: &str, text: &str, map: SourceMap) -> Script {
        let scene = self.scene;
        let map = Arc::new(map);
        Script {
            text: [set, text].concat().into_bytes(),
            map: if set.is_empty() { map } else { Arc::new(SourceMap::After(map, set.len())) },
            file: Arc::clone(&scene.finder.walk.file),
            env: scene.env.clone(),
            user: scene.state.run_user(),
            directory: scene.state.workdir.path.clone(),
            conditional: false,
            ignored: false,
            must: scene.instruction.keyword == "RUN",
            depth: 0,
        }
    }

    fn start_by_shebang(&mut self, text: String, map: SourceMap, span: Span) {
        match interpreter::of_shebang(text.as_bytes()) {
            Interpreter::Shell(set) => self.follow(&self.outermost(&set, &text, map)),
            Interpreter::Other(name) if interpreter::may_change_the_image(text.as_bytes()) => {
                self.hide_all(span, format!("a script for {name}, which is not read"));
            }
            Interpreter::Other(_) => {}
        }
    }

    fn hide_all(&mut self, span: Span, what: String) {
        self.hide(self.scene.finder.walk.place(span), what, self.scene.state.run_user());
    }

    fn hide(&mut self, place: Place, what: String, user: RunUser) {
        self.run.hidden.push(Hidden { place, what, user });
    }

    /// Runs a script in thought.
    fn follow(&mut self, script: &Script) {
        let place = |span: Span| Place { file: Arc::clone(&script.file), span: script.map.span(span) };
        let bash = self.scene.state.shell.as_ref().is_some_and(|shell| names_bash(shell.program()));
        let world = World { succeeds: script.must, bash, ..World::default() };
        let flow = flow_in(&shell::parse(&script.text), &script.env, world);
        for opaque in flow.opaque {
            self.hide(place(opaque.span), opaque.what, script.user.clone());
        }
        let mut before: Option<Command> = None;
        for command in flow.commands.into_iter().filter(|command| !interpreter::is_elsewhere(command)) {
            let at = self.run.commands.len();
            if !self.scene.finder.walk.work.spend(1) {
                return self.hide(place(command.span), too_much(), script.user.clone());
            }
            if at >= MOST_COMMANDS {
                return self.hide(
                    place(command.span),
                    format!("the RUN is over the bound of {MOST_COMMANDS} commands"),
                    script.user.clone(),
                );
            }
            let ran = script.ran(&command);
            self.run.commands.push(ran.clone());
            let start = interpreter::starts(&command);
            if let (Some(What::Piped(language)), Some(before)) = (start.as_ref().map(|start| &start.what), &before)
                && before.stdout == Sink::Pipe
                && !interpreter::prints_an_installer(before)
            {
                let printer = before.program().unwrap_or("a program");
                self.hide(ran.place(), format!("what `{printer}` prints is run by `{language}`"), ran.user.clone());
            }
            if let Some(start) = start
                && self.start_from(script, &ran, &start)
                && let Some(ran) = self.run.commands.get_mut(at)
            {
                ran.followed = true;
            }
            before = Some(command);
        }
    }

    /// Follows what a command starts, or says that it cannot be seen; whether it was followed.
    fn start_from(&mut self, script: &Script, ran: &Ran, start: &Start<'_>) -> bool {
        let what = match &start.what {
            What::UnknownFile(raw) => format!("the script `{raw}`, whose name has a variable without a value"),
            What::Unread(name) => format!("`{name}` does what its own files say, and these are not read"),
            What::ForeignText(language, arg) => {
                let text = arg.text.as_deref().unwrap_or(&arg.raw);
                if !interpreter::may_change_the_image(text.as_bytes()) {
                    return false;
                }
                format!("its text is for {language}, which is not read")
            }
            What::Piped(_) => return false,
            What::ShellFile(path) | What::Sourced(path) | What::Program(path) => {
                match self.scene.started(start, ran.directory.as_deref()) {
                    Found::Shell(started) => return self.deeper(script, ran, started),
                    Found::Foreign(_, text) if !interpreter::may_change_the_image(&text) => return false,
                    Found::Foreign(language, _) => format!("`{path}` is for {language}, which is not read"),
                    Found::Lost(why) => format!("`{path}` cannot be read: {why}"),
                    Found::Nothing => return false,
                }
            }
            What::ForeignFile(_, path) => match self.scene.started(start, ran.directory.as_deref()) {
                Found::Foreign(_, text) if !interpreter::may_change_the_image(&text) => return false,
                Found::Foreign(language, _) => format!("`{path}` is for {language}, which is not read"),
                Found::Lost(why) => format!("`{path}` cannot be read: {why}"),
                Found::Shell(_) | Found::Nothing => return false,
            },
        };
        self.hide(ran.place(), what, ran.user.clone());
        false
    }

    /// Follows a script that a command starts.
    fn deeper(&mut self, script: &Script, ran: &Ran, started: Started) -> bool {
        if script.depth >= DEEPEST_SCRIPT {
            let what = format!("scripts that start each other are over the bound of {DEEPEST_SCRIPT}");
            self.hide(ran.place(), what, ran.user.clone());
            return false;
        }
        let mut env = script.env.clone();
        let own = ran.command.env.iter();
        env.extend(own.filter_map(|(name, value)| Some((name.clone(), value.text.clone()?))));
        self.follow(&Script {
            text: started.text,
            map: started.map,
            file: started.file,
            env,
            user: ran.user.clone(),
            directory: ran.directory.clone(),
            conditional: ran.command.conditional,
            ignored: ran.command.ignored,
            must: ran.command.must,
            depth: script.depth + 1,
        });
        true
    }
}

impl Script {
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
