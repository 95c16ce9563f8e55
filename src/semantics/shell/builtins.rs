//! Builtins that change what the shell remembers.

use std::rc::Rc;

use super::arith::judge;
use super::programs::exit_status;
use super::run::Runner;
use super::simple::Launch;
use super::state::Scope;
use super::status::{Done, End, Status, Switch};
use super::vars::{Known, Value};
use super::{Arg, Sink, Unseen};
use crate::source::Span;

impl Runner<'_> {
    /// Runs a builtin; `None` when the name is none (or only a program like another).
    pub(super) fn builtin(&mut self, name: &str, launch: &Launch, scope: &Scope) -> Option<Done> {
        let args: Vec<Arg> = launch.argv.get(1..).unwrap_or_default().to_vec();
        match name {
            "eval" => return Some(self.evaluate(launch, &args, scope)),
            "exec" => return Some(self.replace(launch, &args, scope)),
            "." | "source" => {
                if let Some(done) = self.sourced(launch, args.first(), scope) {
                    return Some(done);
                }
            }
            _ => {}
        }
        let (status, end) = match self.leaves(name, &args) {
            Some(left) => left,
            None => (self.changes(name, &args, launch.span, scope)?, End::Next),
        };
        let launch = Launch {
            argv: launch.argv.clone(),
            wrappers: launch.wrappers.clone(),
            env: launch.env.clone(),
            writes: launch.writes.clone(),
            ..*launch
        };
        let done = self.external(launch, status, &if end == End::Next { scope.clone() } else { scope.tested() });
        if !done.goes_on() || end == End::Next {
            return Some(done);
        }
        match end {
            End::Exit => {
                self.exits(status, scope);
                self.missed.script |= self.misses();
            }
            End::Return => {
                self.returns(status, scope);
                self.missed.function |= self.misses();
            }
            _ => self.missed.turn |= self.misses(),
        }
        Some(Done { status, end })
    }

    /// The builtins that leave something.
    fn leaves(&mut self, name: &str, args: &[Arg]) -> Option<(Status, End)> {
        let told = exit_status(args.first(), self.state.last);
        let level =
            args.first().and_then(|arg| arg.text.as_deref()?.parse::<u32>().ok()).unwrap_or(1).saturating_sub(1);
        Some(match name {
            "exit" => (told, End::Exit),
            "return" if self.running.is_empty() && self.sourcing == 0 => (told, End::Exit),
            "return" => (told, End::Return),
            "break" => {
                self.broke = true;
                (Status::OK, End::Break(level))
            }
            "continue" => (Status::OK, End::Continue(level)),
            _ => return None,
        })
    }

    /// The builtins that change what is remembered; answers how they end.
    fn changes(&mut self, name: &str, args: &[Arg], span: Span, scope: &Scope) -> Option<Status> {
        let text = |index: usize| args.get(index).and_then(|arg| arg.text.as_deref());
        let names = || args.iter().filter_map(|arg| arg.text.as_deref()).filter(|text| !text.starts_with('-'));
        match name {
            "export" | "declare" | "typeset" => {
                let option = text(0).unwrap_or_default();
                if option.starts_with('-') && option.contains('f') && (name == "export" || option.contains('x')) {
                    self.exported.extend(names().map(str::to_owned));
                }
            }
            ":" | "local" | "readonly" | "shopt" | "umask" | "alias" | "unalias" => {}
            "set" => self.set_options(args),
            "popd" => self.state.directory = None,
            "unset" => {
                for name in names() {
                    if text(0) == Some("-f") {
                        self.functions.set(name, None);
                    } else {
                        self.vars.set(name, Some(Value::Unset));
                    }
                }
            }
            "shift" => {
                let by = text(0).map_or(Some(1), |text| text.parse::<usize>().ok());
                self.state.positional = match (&self.state.positional, by) {
                    (Some(args), Some(by)) => Some(Rc::new(args.iter().skip(by).cloned().collect())),
                    _ => None,
                };
            }
            "test" | "[" => return Some(test(name, args)),
            "trap" => self.set_traps(args),
            // Without a name it waits for all, and tells of none.
            "wait" if args.is_empty() => {}
            "cd" | "pushd" => {
                self.change_directory(args);
                return Some(Status::EITHER);
            }
            "read" | "mapfile" | "readarray" | "getopts" => {
                names().for_each(|name| drop(self.vars.set(name, Some(Value::Text(Known::outside())))));
                return Some(Status::EITHER);
            }
            "let" => {
                for text in args.iter().filter_map(|arg| arg.text.clone()) {
                    self.judge_test(&format!("(({text}))"), scope);
                }
                return Some(Status::EITHER);
            }
            "." | "source" => {
                if let Some(arg) = args.first().filter(|arg| arg.text.is_none()) {
                    let what = format!("the script that is sourced, `{}`, has no known value", arg.raw);
                    self.opaque(Unseen::Text, span, what);
                }
                return Some(Status::EITHER);
            }
            "wait" => return Some(args.last().and_then(|arg| arg.status).unwrap_or(Status::EITHER)),
            "kill" | "jobs" | "hash" | "ulimit" => return Some(Status::EITHER),
            _ => return None,
        }
        Some(Status::OK)
    }

    /// `set -euo pipefail`, `set -- a b`.
    fn set_options(&mut self, args: &[Arg]) {
        let mut args = args.iter();
        let mut positional: Option<Vec<Arg>> = None;
        while let Some(arg) = args.next() {
            let Some(text) = arg.text.as_deref() else {
                if positional.is_none() && !arg.raw.contains("$@") && !arg.raw.contains("$*") {
                    self.state.errexit = self.state.errexit.or(Switch::Maybe);
                }
                positional.get_or_insert_default().push(arg.clone());
                continue;
            };
            let on = match text.bytes().next() {
                _ if positional.is_some() => None,
                Some(b'-') => Some(Switch::On),
                Some(b'+') => Some(Switch::Off),
                _ => None,
            };
            match (text, on) {
                ("--" | "-", Some(_)) => {
                    positional = Some(args.by_ref().cloned().collect());
                }
                (text, Some(switch)) => {
                    for flag in text.chars().skip(1) {
                        match flag {
                            'e' => self.state.errexit = switch,
                            'o' => match args.next().and_then(|arg| arg.text.as_deref()) {
                                Some("errexit") => self.state.errexit = switch,
                                Some("pipefail") => self.state.pipefail = switch,
                                _ => {}
                            },
                            _ => {}
                        }
                    }
                }
                (_, None) => positional.get_or_insert_default().push(arg.clone()),
            }
        }
        if let Some(positional) = positional {
            self.state.positional = Some(Rc::new(positional));
        }
    }

    fn change_directory(&mut self, args: &[Arg]) {
        let target =
            args.iter().find(|arg| arg.text.as_deref().is_none_or(|text| !text.starts_with('-') || text == "-"));
        self.state.directory = match target.map(|arg| arg.text.as_deref()) {
            Some(Some(path)) if path.starts_with('/') => Some(path.to_owned()),
            Some(Some(path)) if path != "-" && !path.starts_with('~') => match &self.state.directory {
                Some(before) => Some(format!("{}/{path}", before.trim_end_matches('/'))),
                None => Some(path.to_owned()),
            },
            _ => None,
        };
    }

    fn set_traps(&mut self, args: &[Arg]) {
        let args: Vec<&Arg> = args.iter().filter(|arg| arg.text.as_deref() != Some("--")).collect();
        let Some((handler, signals)) = args.split_first() else { return };
        for signal in signals {
            let Some(text) = signal.text.as_deref() else { continue };
            let name = text.to_ascii_uppercase();
            let name = match name.strip_prefix("SIG").unwrap_or(&name) {
                "0" => "EXIT",
                "1" => "HUP",
                "2" => "INT",
                "3" => "QUIT",
                "15" => "TERM",
                name => name,
            };
            let handler = match handler.text.as_deref() {
                Some("-" | "") => None,
                _ => Some((*handler).clone()),
            };
            self.traps.set(name, handler);
        }
    }

    /// `eval words`: they are joined and run here.
    fn evaluate(&mut self, launch: &Launch, args: &[Arg], scope: &Scope) -> Done {
        let texts: Option<Vec<&str>> = args.iter().map(|arg| arg.text.as_deref()).collect();
        match (texts, args) {
            (None, [one]) if one.template().is_some() => self.inline(one, scope),
            (Some(_), [one]) => self.inline(one, scope),
            (Some(texts), _) => {
                let arg = Arg::new(Known::fixed(texts.join(" ")), "", launch.span);
                self.inline(&arg, scope)
            }
            (None, _) => {
                let raw: Vec<&str> = args.iter().map(|arg| arg.raw.as_str()).collect();
                self.opaque(
                    Unseen::Text,
                    launch.span,
                    format!("what `eval {}` runs has no known value", raw.join(" ")),
                );
                Done::next(Status::UNSEEN)
            }
        }
    }

    /// `exec`: with a command the script ends with it; without, its redirections stay.
    fn replace(&mut self, launch: &Launch, args: &[Arg], scope: &Scope) -> Done {
        let mut skip = 0;
        while let Some(text) = args.get(skip).and_then(|arg| arg.text.as_deref()) {
            match text {
                "-a" => skip += 2,
                "-c" | "-l" | "-cl" | "-lc" | "--" => skip += 1,
                _ => break,
            }
        }
        let argv: Vec<Arg> = args.iter().skip(skip).cloned().collect();
        if argv.is_empty() {
            let kept = |sink: Option<Sink>, before: Option<Sink>| sink.or(before);
            self.state.stdout = kept(scope.stdout, self.state.stdout);
            self.state.stderr = kept(scope.stderr, self.state.stderr);
            return Done::next(Status::OK);
        }
        let mut wrappers = launch.wrappers.clone();
        wrappers.push(launch.argv.iter().take(1 + skip).cloned().collect());
        let inner = Launch {
            argv,
            wrappers,
            span: launch.span,
            env: launch.env.clone(),
            writes: launch.writes.clone(),
            functions: false,
            builtins: false,
        };
        let done = self.launch(inner, scope);
        if done.goes_on() {
            self.exits(done.status, scope);
            self.missed.script |= self.misses();
            return Done { end: End::Exit, ..done };
        }
        done
    }
}

/// `test`, `[`.
fn test(name: &str, args: &[Arg]) -> Status {
    let args = match args.split_last() {
        Some((last, rest)) if name == "[" && last.text.as_deref() == Some("]") => rest,
        _ if name == "[" => return Status::FAIL,
        _ => args,
    };
    let operands: Vec<(Known, String)> = args.iter().map(|arg| (arg.known(), arg.raw.clone())).collect();
    judge(&operands)
}
