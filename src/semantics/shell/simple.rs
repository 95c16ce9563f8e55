//! Simple commands: what is started, and as what it is recorded.

use std::sync::Arc;

use super::assign::declares;
use super::run::{MOST_COMMANDS, Runner};
use super::state::Scope;
use super::status::{Done, End, Status};
use super::wrappers::{self, Peeled};
use super::{Arg, Command, Sink, Unseen, programs};
use crate::formats::shell::{Assign, Node, Word};
use crate::source::Span;

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
            if first.outside && matches!(name.as_str(), "true" | "false" | ":") {
                // `${TRACE:-false} && …`: the environment decides.
                return self.external(launch, Status::UNSEEN, scope);
            }
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
                    let outer = std::mem::replace(&mut launch.argv, rest);
                    match wrappers::read_arguments(&outer, scope) {
                        Some(more) if !launch.argv.is_empty() => launch.argv.extend(more),
                        _ => launch.wrappers.push(outer),
                    }
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
        if let Some(text) = programs::emitted(&launch.argv, scope.stdin.as_deref())
            && matches!(self.stdout(scope), Sink::Captured | Sink::Pipe)
        {
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
            chained: scope.chained,
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
            must: scope.must,
        };
        let status = match self.world.assume.and_then(|assume| assume(&command)) {
            Some(ok) => {
                self.decided += 1;
                self.state.passed = true;
                Status::of(ok)
            }
            None => status,
        };
        if self.state.passed && self.world.wanted.is_some_and(|wanted| wanted(&command)) {
            self.state.reached = true;
        }
        let hooks = programs::hooks(&command.argv);
        self.commands.push(command);
        for (hook, after_success) in hooks {
            if !(after_success && status.fails()) {
                self.inline(&hook, &scope.under(Status::EITHER).free());
            }
        }
        self.checked(status, scope, span)
    }
}
