//! Where output goes and input comes from.

use std::rc::Rc;

use super::expand::LONGEST_VALUE;
use super::run::Runner;
use super::state::{Place, Scope};
use super::status::Status;
use super::vars::Known;
use super::{Arg, Sink};
use crate::formats::shell::{Part, Redirect, Word};

/// What redirections do to a command.
pub(super) struct Redirected {
    /// Its scope behind them.
    pub scope: Scope,
    /// Files that it writes.
    pub writes: Vec<String>,
    /// Whether one can fail.
    pub status: Status,
}

impl Runner<'_> {
    /// The scope behind redirections that stand on a compound command, and whether they can fail.
    pub(super) fn redirected(&mut self, redirects: &[Redirect], scope: &Scope) -> (Scope, Status) {
        let redirected = self.redirects(redirects, scope);
        (redirected.scope, redirected.status)
    }

    pub(super) fn redirects(&mut self, redirects: &[Redirect], scope: &Scope) -> Redirected {
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
}

/// The text of a here-document or here-string.
fn here(word: &Word, target: Known, redirect: &Redirect, place: Place) -> Arg {
    let line = if redirect.operator == "<<<" { "\n" } else { "" };
    Arg::new(target.joined(Known::fixed(line)), &word.raw, place.span(word.span))
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
