//! Simple commands: assignments, redirections, functions, programs.

use std::rc::Rc;
use std::sync::Arc;

use super::expand::LONGEST_VALUE;
use super::run::{DEEPEST_CALL, Function, MOST_COMMANDS, Place, Runner, Scope};
use super::status::{Done, End, Status, Switch};
use super::vars::{Known, Value};
use super::wrappers::{self, Peeled};
use super::{Arg, Command, Sink, Unseen, programs};
use crate::formats::shell::{self, Assign, Node, Part, Redirect, Script, Word};
use crate::source::Span;

/// What redirections do to a command.
struct Redirected {
    scope: Scope,
    writes: Vec<String>,
    status: Status,
}

/// A command that is about to run.
pub(super) struct Launch {
    /// Its words.
    pub argv: Vec<Arg>,
    /// Wrappers taken off, outermost first.
    pub wrappers: Vec<Vec<Arg>>,
    /// Where it stands.
    pub span: Span,
    /// Variables set for it alone.
    pub env: Vec<(String, Arg)>,
    /// Files that it writes.
    pub writes: Vec<String>,
    /// Whether a function of that name would be meant.
    pub functions: bool,
    /// Whether a builtin would be meant.
    pub builtins: bool,
}

impl Runner<'_> {
    /// `A=1 cmd x > f`.
    pub(super) fn simple(&mut self, node: &Node, assigns: &[Assign], words: &[Word], scope: &Scope) -> Done {
        let span = scope.place.span(node.span);
        self.substituted = None;
        let argv = if words.first().is_some_and(|word| declares(&word.raw)) {
            self.declaration(words, scope)
        } else {
            self.args(words, scope)
        };
        let redirected = self.redirects(&node.redirects, scope);
        if argv.is_empty() {
            for assign in assigns {
                self.assign(assign, scope);
            }
            if !words.is_empty() && assigns.is_empty() && self.substituted.is_none() {
                // All words vanished: nothing runs.
                return Done::next(Status::OK);
            }
            self.emitted = None;
            let status = self.assigned_status().and(redirected.status);
            return self.checked(status, scope, span);
        }
        let env = assigns.iter().map(|assign| (assign.name.clone(), self.temporary(assign, scope))).collect();
        let launch = Launch {
            argv,
            wrappers: Vec::new(),
            span,
            env,
            writes: redirected.writes,
            functions: true,
            builtins: true,
        };
        self.emitted = None;
        let mut done = self.launch(launch, &redirected.scope);
        if done.goes_on() && done.status.succeeds() && !redirected.status.succeeds() {
            done = self.checked(redirected.status, scope, span);
        }
        done
    }

    /// The value of `A=1 cmd`, which only that command sees.
    fn temporary(&mut self, assign: &Assign, scope: &Scope) -> Arg {
        let span = scope.place.span(assign.span);
        match &assign.value {
            Some(word) => {
                let known = self.text(word, scope);
                Arg::new(known, &word.raw, span)
            }
            None => Arg::new(Known::unseen(), "", span),
        }
    }

    /// `A=1`.
    fn assign(&mut self, assign: &Assign, scope: &Scope) {
        let elements = assign.array.as_ref().map(|words| self.args(words, scope));
        let value = match (&assign.value, elements) {
            (_, Some(mut elements)) => {
                if assign.append {
                    let mut all = match self.vars.get(&assign.name) {
                        Some(Value::Array(before)) => before.clone(),
                        Some(Value::Text(known)) => vec![Arg::new(
                            known.clone(),
                            &assign.name,
                            elements.first().map_or(Span::default(), |arg| arg.span),
                        )],
                        _ => Vec::new(),
                    };
                    all.append(&mut elements);
                    self.work(all.len(), scope.place.span(assign.span));
                    elements = all;
                }
                Value::Array(elements)
            }
            (Some(word), None) => {
                let new = self.text(word, scope);
                Value::Text(if assign.append { self.appended(&assign.name, new) } else { new })
            }
            (None, None) => Value::Text(Known::unseen()),
        };
        self.vars.set(&assign.name, Some(value));
    }

    fn appended(&self, name: &str, new: Known) -> Known {
        match self.vars.get(name) {
            Some(Value::Text(before)) => before.clone().joined(new),
            Some(Value::Unset) => new,
            _ => Known::outside().joined(new),
        }
    }

    /// `export A=b C`, `local x=$1`, `declare -a A=( … )`.
    fn declaration(&mut self, words: &[Word], scope: &Scope) -> Vec<Arg> {
        let mut argv = Vec::new();
        let local = words.first().is_some_and(|word| word.raw == "local")
            || (!self.locals.is_empty()
                && words.first().is_some_and(|word| matches!(word.raw.as_str(), "declare" | "typeset")));
        for (index, word) in words.iter().enumerate() {
            let span = scope.place.span(word.span);
            let assigned = match word.parts.first() {
                Some(Part::Literal(text, false)) if index > 0 => {
                    text.split_once('=').map(|(name, rest)| (name.to_owned(), rest.to_owned()))
                }
                _ => None,
            };
            let Some((name, rest)) = assigned else {
                let args = self.args(std::slice::from_ref(word), scope);
                if local && index > 0 {
                    for name in args.iter().filter_map(|arg| arg.text.as_deref()).filter(|text| !text.starts_with('-'))
                    {
                        self.hide(name);
                        self.vars.set(name, Some(Value::Unset));
                    }
                }
                argv.extend(args);
                continue;
            };
            let (name, append) = match name.strip_suffix('+') {
                Some(name) => (name.to_owned(), true),
                None => (name, false),
            };
            let array = word.parts.iter().find_map(|part| match part {
                Part::Array(words) => Some(words.clone()),
                _ => None,
            });
            let mut parts = vec![Part::Literal(rest, false)];
            parts.extend(word.parts.iter().skip(1).cloned());
            let value = Word { raw: word.raw.clone(), parts, span: word.span };
            if local {
                self.hide(&name);
            }
            let assign =
                Assign { name: name.clone(), value: array.is_none().then_some(value), array, append, span: word.span };
            self.assign(&assign, scope);
            let text = match self.vars.get(&name) {
                Some(Value::Text(known)) => known.clone(),
                _ => Known::unseen(),
            };
            let text = Known::fixed(format!("{name}=")).joined(text);
            argv.push(Arg::new(text, &word.raw, span));
        }
        argv
    }

    /// Remembers what a function's local variable hides.
    fn hide(&mut self, name: &str) {
        let before = self.vars.get(name).cloned();
        if let Some(locals) = self.locals.last_mut()
            && !locals.iter().any(|(hidden, _)| hidden == name)
        {
            locals.push((name.to_owned(), before));
        }
    }

    /// The scope behind redirections that stand on a compound command, and whether they can fail.
    pub(super) fn redirected(&mut self, redirects: &[Redirect], scope: &Scope) -> (Scope, Status) {
        let redirected = self.redirects(redirects, scope);
        (redirected.scope, redirected.status)
    }

    fn redirects(&mut self, redirects: &[Redirect], scope: &Scope) -> Redirected {
        let mut result = Redirected { scope: scope.clone(), writes: Vec::new(), status: Status::OK };
        for redirect in redirects {
            let Some(word) = &redirect.target else { continue };
            let target = if word.raw.len() > LONGEST_VALUE { Known::unseen() } else { self.text(word, scope) };
            let text = target.text.clone();
            let known = text.as_deref().unwrap_or_default();
            if known.starts_with("/dev/tcp/") || known.starts_with("/dev/udp/") {
                result.status = Status::EITHER;
            }
            let process = word.parts.iter().any(|part| matches!(part, Part::Process(_)));
            let scope = &mut result.scope;
            match redirect.operator.as_str() {
                "<<" | "<<-" | "<<<" => scope.stdin = Some(Rc::new(here(word, target, redirect, scope.place))),
                "<" | "<>" => {
                    scope.stdin = Some(Rc::new(Arg::new(Known::unseen(), &word.raw, scope.place.span(word.span))));
                    if !process && !matches!(known, "/dev/null" | "/dev/stdin" | "/dev/tty" | "/dev/zero") {
                        result.status = Status::EITHER;
                    }
                }
                "<&" => {}
                ">&" if known == "-" || known.parse::<u32>().is_ok() => {
                    let copied = match known {
                        "1" => self.stdout(scope),
                        "2" => self.stderr(scope),
                        "-" => Sink::Null,
                        _ => Sink::Shown,
                    };
                    match redirect.descriptor {
                        None | Some(1) => scope.stdout = Some(copied),
                        Some(2) => scope.stderr = Some(copied),
                        Some(_) => {}
                    }
                }
                operator => {
                    let sink = if process { Sink::Shown } else { sink(text.as_deref(), self.stdout(scope)) };
                    let both = operator.starts_with('&') || (operator == ">&" && redirect.descriptor.is_none());
                    if both || matches!(redirect.descriptor, None | Some(1)) {
                        scope.stdout = Some(sink);
                    }
                    if both || redirect.descriptor == Some(2) {
                        scope.stderr = Some(sink);
                    }
                    if sink == Sink::File {
                        result.writes.extend(text.clone());
                    }
                }
            }
        }
        result
    }

    /// Where standard output goes.
    pub(super) fn stdout(&self, scope: &Scope) -> Sink {
        scope.stdout.or(self.state.stdout).unwrap_or(Sink::Shown)
    }

    /// Where standard error goes.
    pub(super) fn stderr(&self, scope: &Scope) -> Sink {
        scope.stderr.or(self.state.stderr).unwrap_or(Sink::Shown)
    }

    /// Runs a function, a builtin or a program, wrappers taken off.
    pub(super) fn launch(&mut self, mut launch: Launch, scope: &Scope) -> Done {
        loop {
            let Some(first) = launch.argv.first() else {
                return Done::next(Status::OK);
            };
            if !self.work(1, launch.span) {
                return Done { status: Status::UNSEEN, end: End::Stopped };
            }
            let Some(name) = first.text.clone() else {
                let what = format!("the command's name `{}` has no known value", first.raw);
                self.opaque(Unseen::Name, launch.span, what);
                return self.external(launch, Status::UNSEEN, scope);
            };
            if launch.functions
                && let Some(alternatives) = self.functions.get(&name).filter(|all| !all.is_empty()).cloned()
            {
                return self.call(&name, &alternatives, launch, scope);
            }
            if launch.builtins
                && let Some(done) = self.builtin(&name, &launch, scope)
            {
                return done;
            }
            match wrappers::peel(&launch.argv) {
                Peeled::Not => break,
                Peeled::Command { wrapper, mut env, functions, builtins } => {
                    let rest = launch.argv.split_off(wrapper.min(launch.argv.len()));
                    launch.env.append(&mut env);
                    launch.wrappers.push(std::mem::replace(&mut launch.argv, rest));
                    launch.functions &= functions;
                    launch.builtins &= builtins;
                    if launch.argv.is_empty() {
                        // `env`, `sudo -v`, `nice` alone.
                        launch.argv = launch.wrappers.pop().unwrap_or_default();
                        break;
                    }
                }
                Peeled::Split { wrapper, words } => {
                    let mut argv = words;
                    argv.extend(launch.argv.split_off((wrapper + 1).min(launch.argv.len())));
                    launch.argv.truncate(wrapper);
                    launch.wrappers.push(std::mem::replace(&mut launch.argv, argv));
                    launch.functions = false;
                    launch.builtins = false;
                }
                Peeled::Script { at, positional, errexit, pipefail } => {
                    return self.script(launch, at, positional, (errexit, pipefail), scope);
                }
                Peeled::Stdin { errexit, pipefail } => return self.fed(launch, (errexit, pipefail), scope),
            }
        }
        if let Some(script) = self.named_script(&launch.argv) {
            return self.run_script(launch, &script, scope);
        }
        let status = programs::status(&launch.argv);
        if let Some(text) = programs::emitted(&launch.argv, scope.stdin.as_deref()) {
            self.emitted = Some(text);
        }
        self.external(launch, status, scope)
    }

    /// Records a command that runs as itself.
    pub(super) fn external(&mut self, launch: Launch, status: Status, scope: &Scope) -> Done {
        let span = launch.span;
        if self.commands.len() >= MOST_COMMANDS {
            self.opaque(
                Unseen::Bound,
                span,
                format!("the script runs more than the bound of {MOST_COMMANDS} commands"),
            );
            return Done { status: Status::UNSEEN, end: End::Stopped };
        }
        let mut wrappers = scope.wrappers.to_vec();
        wrappers.extend(launch.wrappers);
        let kept = wrappers.iter().flatten().chain(scope.stdin.as_deref());
        let kept: usize = kept.map(|arg| arg.raw.len() + arg.text.as_ref().map_or(0, String::len)).sum();
        if !self.work(kept / 64, span) {
            return Done { status: Status::UNSEEN, end: End::Stopped };
        }
        let mut writes = launch.writes;
        if launch
            .argv
            .first()
            .and_then(|arg| arg.text.as_deref())
            .is_some_and(|name| name.rsplit('/').next() == Some("tee"))
        {
            let files = launch.argv.iter().skip(1).filter_map(|arg| arg.text.clone());
            writes.extend(files.filter(|text| !text.starts_with('-')));
        }
        let command = Command {
            argv: launch.argv,
            wrappers,
            span,
            function: scope.function.as_deref().map(str::to_owned),
            conditional: scope.conditions > 0,
            ignored: false,
            stdin: scope.stdin.as_deref().cloned(),
            writes,
            directory: self.state.directory.clone(),
            env: launch.env,
            stdout: self.stdout(scope),
            stderr: self.stderr(scope),
            conditions: scope.conditions,
            calls: Arc::clone(&scope.calls),
            tested: scope.tested,
        };
        let status = match self.world.assume.and_then(|assume| assume(&command)) {
            Some(ok) => {
                self.decided += 1;
                Status::of(ok)
            }
            None => status,
        };
        let hooks = programs::hooks(&command.argv);
        self.commands.push(command);
        for (hook, after_success) in hooks {
            if !(after_success && status.fails()) {
                self.inline(&hook, &scope.under(Status::EITHER));
            }
        }
        self.checked(status, scope, span)
    }

    /// Calls a function.
    fn call(&mut self, name: &str, alternatives: &[Function], launch: Launch, scope: &Scope) -> Done {
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

    fn enter(&mut self, name: &str, function: &Function, launch: &Launch, scope: &Scope) -> Done {
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
        self.locals.push(Vec::new());
        self.running.push(Arc::clone(&function.body));
        let outer = self.returned.take();
        let done = self.node(&function.body, &inner);
        self.running.pop();
        let returned = std::mem::replace(&mut self.returned, outer);
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
    fn deeper(&mut self, span: Span) -> bool {
        if self.calls >= DEEPEST_CALL {
            self.opaque(Unseen::Bound, span, format!("calls nest deeper than the bound of {DEEPEST_CALL}"));
            return false;
        }
        self.calls += 1;
        true
    }

    /// `sh -c '…'`.
    fn script(
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
        let Some(text) = script.text.clone() else {
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
    fn named_script(&self, argv: &[Arg]) -> Option<Arc<Script>> {
        let open = self.world.open?;
        let first = argv.first()?.shape();
        if !wrappers::is_shell(first.rsplit('/').next()?) {
            return if first.contains('/') { open(&first, false) } else { None };
        }
        let operand = argv.iter().skip(1).find(|arg| !arg.shape().starts_with(['-', '+']))?;
        open(&operand.shape(), false)
    }

    /// Runs a script in a shell of its own.
    fn run_script(&mut self, launch: Launch, script: &Script, scope: &Scope) -> Done {
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
        let (errexit, pipefail) = super::shebang_options(script.shebang.as_deref().unwrap_or_default());
        let done = self.subshell(|runner| {
            runner.state.errexit = errexit;
            runner.state.pipefail = pipefail;
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
    fn fed(&mut self, launch: Launch, options: (bool, bool), scope: &Scope) -> Done {
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
    fn child(
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
        let Some(text) = &arg.text else {
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
    fn parsed(&mut self, text: &str, scope: &Scope) -> Done {
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
        let scope = Scope { tested: true, ..scope.clone() };
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

/// Whether the word begins a command whose arguments are assignments.
fn declares(raw: &str) -> bool {
    matches!(raw, "export" | "declare" | "local" | "readonly" | "typeset")
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

/// The text of a here-document or here-string.
fn here(word: &Word, target: Known, redirect: &Redirect, place: Place) -> Arg {
    let line = if redirect.operator == "<<<" { "\n" } else { "" };
    Arg::new(target.joined(Known::fixed(line)), &word.raw, place.span(word.span))
}

/// Words as written, for messages.
fn shown(argv: &[Arg]) -> String {
    let words: Vec<&str> = argv.iter().take(6).map(|arg| arg.raw.as_str()).collect();
    words.join(" ")
}

/// Where a redirection to a file leads.
fn sink(target: Option<&str>, stdout: Sink) -> Sink {
    match target {
        Some("/dev/null") => Sink::Null,
        Some("/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1") => stdout,
        Some("/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2" | "/dev/tty" | "/dev/console") => Sink::Shown,
        Some(path) if path.starts_with("/proc/1/fd/") => Sink::Shown,
        _ => Sink::File,
    }
}
