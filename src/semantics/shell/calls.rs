//! What is entered: functions, other shells, sourced scripts, handlers.

use std::rc::Rc;
use std::sync::Arc;

use super::run::{DEEPEST_CALL, Function, Runner};
use super::simple::Launch;
use super::state::{Place, Scope};
use super::status::{Done, End, Status, Switch};
use super::{Arg, Unseen, wrappers};
use crate::formats::shell::{self, Script};
use crate::source::Span;

impl Runner<'_> {
    /// Calls a function.
    pub(super) fn call(&mut self, name: &str, alternatives: &[Function], launch: Launch, scope: &Scope) -> Done {
        if let [function] = alternatives {
            let done = self.enter(name, function, &launch, scope);
            return if done.goes_on() { self.checked(done.status, scope, launch.span) } else { done };
        }
        let under = scope.under(Status::EITHER);
        let mut status = None;
        for function in alternatives {
            let done = self.enter(name, function, &launch, &under);
            status = Some(status.map_or(done.status, |before: Status| before.or(done.status)));
        }
        self.checked(status.unwrap_or(Status::OK), scope, launch.span)
    }

    pub(super) fn enter(&mut self, name: &str, function: &Function, launch: &Launch, scope: &Scope) -> Done {
        self.called.insert(function.address());
        let running = self.running.iter().filter(|body| Arc::ptr_eq(body, &function.body)).count();
        if running >= 2 {
            // It calls itself: one more turn would show nothing new.
            return Done::next(Status::EITHER);
        }
        if !self.deeper(launch.span) {
            return Done::next(Status::UNSEEN);
        }
        let mut calls = scope.calls.to_vec();
        calls.push(launch.span);
        let mut wrappers = scope.wrappers.to_vec();
        wrappers.extend(launch.wrappers.iter().cloned());
        let inner = Scope {
            function: Some(Rc::from(name)),
            calls: calls.into(),
            wrappers: wrappers.into(),
            place: function.place,
            ..scope.clone()
        };
        let kept: usize =
            launch.argv.iter().map(|arg| 1 + (arg.raw.len() + arg.text.as_ref().map_or(0, String::len)) / 64).sum();
        self.work(kept, launch.span);
        let args = Rc::new(launch.argv.iter().skip(1).cloned().collect::<Vec<_>>());
        let positional = self.state.positional.replace(args);
        if self.state.passed && self.world.entered.is_some_and(|entered| entered(&inner.calls)) {
            self.state.reached = true;
        }
        self.locals.push(Vec::new());
        self.running.push(Arc::clone(&function.body));
        let outer = self.returned.take();
        let missed = std::mem::take(&mut self.missed.function);
        let done = self.node(&function.body, &inner);
        self.running.pop();
        let returned = std::mem::replace(&mut self.returned, outer);
        self.state.reached &= !std::mem::replace(&mut self.missed.function, missed);
        if returned.is_some() && done.end != End::Return {
            // Some paths left early: what the function assigned may not be.
            self.blur(std::slice::from_ref(&function.body));
        }
        for (name, value) in self.locals.pop().unwrap_or_default() {
            self.vars.set(&name, value);
        }
        self.state.positional = positional;
        self.calls -= 1;
        let status = done.status.either(returned);
        match done.end {
            End::Return | End::Next => Done::next(status),
            // Some path came back, though the last one did not.
            End::Exit if returned.is_some() => Done::next(returned.unwrap_or(status)),
            _ => done,
        }
    }

    /// Counts a call; false when calls nest too deep.
    pub(super) fn deeper(&mut self, span: Span) -> bool {
        if self.calls >= DEEPEST_CALL {
            self.opaque(Unseen::Bound, span, format!("calls nest deeper than the bound of {DEEPEST_CALL}"));
            return false;
        }
        self.calls += 1;
        true
    }

    /// `sh -c '…'`.
    pub(super) fn script(
        &mut self,
        mut launch: Launch,
        at: usize,
        positional: usize,
        options: (bool, bool),
        scope: &Scope,
    ) -> Done {
        let Some(script) = launch.argv.get(at).cloned() else {
            return self.external(launch, Status::EITHER, scope);
        };
        let Some(text) = script.text.clone().or_else(|| script.template()) else {
            let name = launch.argv.first().map(|arg| arg.raw.clone()).unwrap_or_default();
            self.opaque(
                Unseen::Child,
                launch.span,
                format!("what `{name}` is told to run, `{}`, has no known value", script.raw),
            );
            return self.external(launch, Status::EITHER, scope);
        };
        let args = launch.argv.get(positional..).unwrap_or_default().iter().skip(1).cloned().collect();
        let place = place_of(&script, &text, scope.place);
        // The text itself is not kept with each of its commands.
        launch.argv.truncate(at);
        self.child(launch, &text, place, args, options, scope)
    }

    /// The script that a command names: `./x.sh`, `bash x.sh`.
    pub(super) fn named_script(&self, argv: &[Arg]) -> Option<Arc<Script>> {
        let open = self.world.open?;
        let first = argv.first()?.shape();
        if !wrappers::is_shell(first.rsplit('/').next()?) {
            return if first.contains('/') { open(&first, false) } else { None };
        }
        let operand = argv.iter().skip(1).find(|arg| !arg.shape().starts_with(['-', '+']))?;
        open(&operand.shape(), false)
    }

    /// Runs a script in a shell of its own.
    pub(super) fn run_script(&mut self, launch: Launch, script: &Script, scope: &Scope) -> Done {
        let span = launch.span;
        if !self.deeper(span) {
            return Done::next(Status::UNSEEN);
        }
        let mut wrappers = scope.wrappers.to_vec();
        wrappers.extend(launch.wrappers);
        let args = launch.argv.iter().skip(1).cloned().collect();
        let place = Place::Word(span);
        let inner =
            Scope { wrappers: wrappers.into(), place, stdin: None, piped: None, tested: false, ..scope.clone() };
        let functions = std::mem::take(&mut self.functions);
        let traps = std::mem::take(&mut self.traps);
        // A shell that is named reads the script as it is told to itself; its first line is a comment then.
        let line = shell_line(&launch.argv).unwrap_or_else(|| script.shebang.clone().unwrap_or_default());
        let (errexit, pipefail) = super::shebang_options(&line);
        let done = self.subshell(|runner| {
            runner.state.errexit = errexit;
            runner.state.pipefail = pipefail;
            runner.state.bash = super::names_bash(&line);
            runner.state.positional = Some(Rc::new(args));
            let done = runner.list(&script.body, &inner);
            runner.finish(done, &inner)
        });
        self.functions = functions;
        self.traps = traps;
        self.calls -= 1;
        if done.end == End::Stopped { done } else { self.checked(done.status, scope, span) }
    }

    /// Runs a script that is sourced here; `None` when it cannot be found.
    pub(super) fn sourced(&mut self, launch: &Launch, path: Option<&Arg>, scope: &Scope) -> Option<Done> {
        let script = self.world.open?(&path?.shape(), true)?;
        if !self.deeper(launch.span) {
            return Some(Done::next(Status::UNSEEN));
        }
        let inner = Scope { place: Place::Word(launch.span), ..scope.clone() };
        let returned = self.returned.take();
        self.sourcing += 1;
        let done = self.list(&script.body, &inner);
        self.sourcing -= 1;
        self.returned = returned;
        self.calls -= 1;
        Some(match done.end {
            End::Return => Done::next(done.status),
            _ => done,
        })
    }

    /// A shell that reads its commands from standard input.
    pub(super) fn fed(&mut self, launch: Launch, options: (bool, bool), scope: &Scope) -> Done {
        let name = launch.argv.first().and_then(|arg| arg.text.clone()).unwrap_or_default();
        let (text, place) = match (&scope.stdin, &scope.piped) {
            (Some(stdin), _) => match &stdin.text {
                Some(text) => (text.clone(), place_of(stdin, text, scope.place)),
                None => {
                    self.opaque(
                        Unseen::Child,
                        launch.span,
                        format!("what `{name}` reads, `{}`, is not known", stdin.raw),
                    );
                    return self.external(launch, Status::EITHER, scope);
                }
            },
            (None, Some(Some(known))) if known.text.is_some() => {
                (known.text.clone().unwrap_or_default(), Place::Word(launch.span))
            }
            (None, Some(_)) => {
                let before = self.commands.last().map(|command| shown(&command.argv)).unwrap_or_default();
                self.opaque(Unseen::Child, launch.span, format!("what `{before}` prints is run by `{name}`"));
                return self.external(launch, Status::EITHER, scope);
            }
            (None, None) => return self.external(launch, Status::EITHER, scope),
        };
        self.child(launch, &text, place, Vec::new(), options, scope)
    }

    /// Another shell runs a text: it knows no functions of this one.
    pub(super) fn child(
        &mut self,
        launch: Launch,
        text: &str,
        place: Place,
        args: Vec<Arg>,
        (errexit, pipefail): (bool, bool),
        scope: &Scope,
    ) -> Done {
        let span = launch.span;
        if !self.deeper(span) {
            return Done::next(Status::UNSEEN);
        }
        let bash = shell_line(&launch.argv).is_some_and(|line| super::names_bash(&line));
        let mut wrappers = scope.wrappers.to_vec();
        wrappers.extend(launch.wrappers);
        wrappers.push(launch.argv);
        let inner =
            Scope { wrappers: wrappers.into(), place, stdin: None, piped: None, tested: false, ..scope.clone() };
        let exported: Vec<(String, Option<Vec<Function>>)> =
            self.exported.iter().map(|name| (name.clone(), self.functions.get(name).cloned())).collect();
        let functions = std::mem::take(&mut self.functions);
        for (name, function) in exported {
            self.functions.set(&name, function);
        }
        let traps = std::mem::take(&mut self.traps);
        let done = self.subshell(|runner| {
            runner.state.errexit = if errexit { Switch::On } else { Switch::Off };
            runner.state.pipefail = if pipefail { Switch::On } else { Switch::Off };
            runner.state.bash = bash;
            runner.state.positional = Some(Rc::new(args));
            let done = runner.parsed(text, &inner);
            runner.finish(done, &inner)
        });
        self.functions = functions;
        self.traps = traps;
        self.calls -= 1;
        if done.end == End::Stopped { done } else { self.checked(done.status, scope, span) }
    }

    /// Runs a text here, as `eval` and handlers do.
    pub(super) fn inline(&mut self, arg: &Arg, scope: &Scope) -> Done {
        let Some(text) = &arg.text.clone().or_else(|| arg.template()) else {
            self.opaque(Unseen::Text, arg.span, format!("what is run, `{}`, has no known value", arg.raw));
            return Done::next(Status::UNSEEN);
        };
        if !self.deeper(arg.span) {
            return Done::next(Status::UNSEEN);
        }
        let inner = Scope { place: place_of(arg, text, scope.place), ..scope.clone() };
        let done = self.parsed(text, &inner);
        self.calls -= 1;
        done
    }

    /// Parses and runs a text.
    pub(super) fn parsed(&mut self, text: &str, scope: &Scope) -> Done {
        let span = scope.place.span(Span::new(0, text.len()));
        if !self.work(text.len() / 16, span) {
            return Done { status: Status::UNSEEN, end: End::Stopped };
        }
        let script = shell::parse(text.as_bytes());
        self.list(&script.body, scope)
    }

    /// The handler of a signal, unless handlers are running.
    pub(super) fn handle(&mut self, signal: &str, scope: &Scope, span: Span) -> Option<Done> {
        if self.trapped {
            return None;
        }
        let handler = self.traps.get(signal).cloned()?;
        self.trapped = true;
        let scope = scope.tested();
        let done =
            self.inline(&Arg { span: if handler.text.is_some() { handler.span } else { span }, ..handler }, &scope);
        self.trapped = false;
        Some(done)
    }

    /// The end of a script: its EXIT handler, then (under a condition) those of signals.
    pub(super) fn finish(&mut self, done: Done, scope: &Scope) -> Done {
        let mut status = done.status;
        self.state.last = status;
        if done.end == End::Stopped {
            return done;
        }
        let scope = Scope { tested: false, ..scope.clone() };
        if let Some(handled) = self.handle("EXIT", &scope, Span::default())
            && handled.end == End::Exit
        {
            status = handled.status;
        }
        for signal in ["TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "DEBUG"] {
            self.handle(signal, &scope.under(Status::EITHER), Span::default());
        }
        Done { status, end: End::Next }
    }
}

/// Where a text that came out of a word stands: inside the word when nothing in it was changed.
fn place_of(arg: &Arg, text: &str, place: Place) -> Place {
    let whole = arg.span.end - arg.span.start == arg.raw.len();
    let quoted = ["'", "\""].iter().any(|quote| {
        arg.raw.strip_prefix(quote).and_then(|raw| raw.strip_suffix(quote)).is_some_and(|raw| raw == text)
    });
    match place {
        Place::At(_) if whole && quoted => Place::At(arg.span.start + 1),
        Place::At(_) if whole && arg.raw == text => Place::At(arg.span.start),
        Place::At(_) => Place::Word(arg.span),
        Place::Word(span) => Place::Word(span),
    }
}

/// Words as written, for messages.
fn shown(argv: &[Arg]) -> String {
    let words: Vec<&str> = argv.iter().take(6).map(|arg| arg.raw.as_str()).collect();
    words.join(" ")
}

/// The shell that a command line names, with its options, as the first line of a script would: `bash -e` of
/// `/bin/bash -e x.sh`. `None` when it names no shell.
fn shell_line(argv: &[Arg]) -> Option<String> {
    let mut words = argv.iter().map(Arg::shape);
    let program = words.next()?;
    let name = program.rsplit('/').next().filter(|name| wrappers::is_shell(name))?;
    let options = words.take_while(|word| word.starts_with(['-', '+']));
    Some(std::iter::once(name.to_owned()).chain(options).collect::<Vec<_>>().join(" "))
}
