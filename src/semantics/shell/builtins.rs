//! Builtins that change what the shell remembers.

use std::rc::Rc;

use super::arith::judge;
use super::programs::exit_status;
use super::run::{Runner, Scope};
use super::simple::Launch;
use super::status::{Done, End, Status, Switch};
use super::vars::{Known, Value};
use super::{Arg, Sink, Unseen};

impl Runner<'_> {
    /// Runs a builtin; `None` when the name is none (or only a program like another).
    pub(super) fn builtin(&mut self, name: &str, launch: &Launch, scope: &Scope) -> Option<Done> {
        let args: Vec<Arg> = launch.argv.get(1..).unwrap_or_default().to_vec();
        let text = |index: usize| args.get(index).and_then(|arg| arg.text.as_deref());
        let mut status = Status::OK;
        let mut end = End::Next;
        match name {
            "export" | "declare" | "typeset" => {
                let option = text(0).unwrap_or_default();
                if option.starts_with('-') && option.contains('f') && (name == "export" || option.contains('x')) {
                    self.exported.extend(args.iter().skip(1).filter_map(|arg| arg.text.clone()));
                }
            }
            ":" | "local" | "readonly" | "shopt" | "umask" | "alias" | "unalias" => {}
            "exit" => {
                status = exit_status(args.first(), self.state.last);
                end = End::Exit;
            }
            "return" => {
                status = exit_status(args.first(), self.state.last);
                end = if self.running.is_empty() && self.sourcing == 0 { End::Exit } else { End::Return };
            }
            "break" | "continue" => {
                let level = text(0).and_then(|text| text.parse::<u32>().ok()).unwrap_or(1).saturating_sub(1);
                if name == "break" {
                    self.broke = true;
                    end = End::Break(level);
                } else {
                    end = End::Continue(level);
                }
            }
            "set" => self.set_options(&args),
            "cd" | "pushd" => {
                status = Status::EITHER;
                self.change_directory(&args);
            }
            "popd" => self.state.directory = None,
            "unset" => {
                for name in args.iter().filter_map(|arg| arg.text.as_deref()).filter(|text| !text.starts_with('-')) {
                    self.vars.set(name, Some(Value::Unset));
                    if text(0) == Some("-f") {
                        self.functions.set(name, None);
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
            "read" | "mapfile" | "readarray" | "getopts" => {
                status = Status::EITHER;
                for name in args.iter().filter_map(|arg| arg.text.as_deref()).filter(|text| !text.starts_with('-')) {
                    self.vars.set(name, Some(Value::Text(Known::outside())));
                }
            }
            "let" => {
                status = Status::EITHER;
                for text in args.iter().filter_map(|arg| arg.text.clone()) {
                    self.judge_test(&format!("(({text}))"), scope);
                }
            }
            "test" | "[" => status = test(name, &args),
            "trap" => self.set_traps(&args),
            "eval" => return Some(self.evaluate(launch, &args, scope)),
            "." | "source" => {
                if let Some(done) = self.sourced(launch, args.first(), scope) {
                    return Some(done);
                }
                status = Status::EITHER;
                if args.first().is_some_and(|arg| arg.text.is_none()) {
                    let raw = args.first().map(|arg| arg.raw.clone()).unwrap_or_default();
                    let what = format!("the script that is sourced, `{raw}`, has no known value");
                    self.opaque(Unseen::Text, launch.span, what);
                }
            }
            "exec" => return Some(self.replace(launch, &args, scope)),
            // Without a name it waits for all, and tells of none.
            "wait" if args.is_empty() => {}
            "wait" | "kill" | "jobs" | "hash" | "ulimit" => status = Status::EITHER,
            _ => return None,
        }
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
            End::Exit => self.exits(status, scope),
            End::Return => self.returns(status, scope),
            _ => {}
        }
        Some(Done { status, end })
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
