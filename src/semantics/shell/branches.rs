//! Branches of which one runs, and how the shell goes on behind them.

use std::ops::Range;
use std::rc::Rc;

use super::expand::matches;
use super::run::{Function, Runner};
use super::state::{Scope, State};
use super::status::{Done, End, Status, Switch, least};
use super::vars::{Known, Value, Writes};
use super::{Arg, Sink};
use crate::formats::shell::{Node, NodeKind, Part, Word};

/// What one branch did.
pub(super) struct Branch {
    done: Done,
    /// Whether a command ran in it whose end is known.
    decided: bool,
    /// Its commands.
    commands: Range<usize>,
    vars: Writes<Value>,
    functions: Writes<Vec<Function>>,
    state: State,
}

impl Runner<'_> {
    pub(super) fn and(&mut self, left: &Node, right: &Node, scope: &Scope) -> Done {
        let done = self.node(left, &Scope { must: scope.must, ..scope.tested() });
        if !done.goes_on() || done.status.fails() {
            return done;
        }
        self.state.last = done.status;
        if done.status.succeeds() || scope.must {
            self.state.last = Status::OK;
            return self.node(right, scope);
        }
        let under = if asks(left) { scope.under(done.status) } else { Scope { chained: true, ..scope.clone() } };
        self.state.last = Status::OK;
        let ran = self.branch(|runner| runner.node(right, &under));
        let fails = Status { ok: false, fail: done.status.fail };
        let skipped = self.nothing(fails);
        self.join(vec![ran, skipped])
    }

    pub(super) fn or(&mut self, left: &Node, right: &Node, scope: &Scope) -> Done {
        let from = self.commands.len();
        let must = self.world.succeeds && refuses(right);
        let done = self.node(left, &Scope { must, ..scope.tested() });
        if !done.goes_on() || done.status.succeeds() {
            return done;
        }
        let until = self.commands.len();
        self.state.last = Status { ok: false, ..done.status };
        let decided = done.status.fails();
        let under = if decided { scope.clone() } else { scope.under(done.status) };
        let ran = self.branch(|runner| runner.node(right, &under));
        let swallows = ran.done.status.succeeds() && !matches!(ran.done.end, End::Stopped);
        if swallows {
            for command in self.commands.iter_mut().skip(from).take(until - from) {
                command.ignored = true;
            }
        }
        if decided {
            return self.join(vec![ran]);
        }
        let fail = least(done.status.fail, ran.done.status.fail);
        let right_goes_on = ran.done.goes_on();
        if self.through(std::slice::from_ref(&ran)) {
            return self.join(vec![ran]);
        }
        let mut joined = {
            let skipped = self.nothing(Status::OK);
            self.join(vec![ran, skipped])
        };
        joined.status = if right_goes_on { Status { ok: true, fail } } else { Status::OK };
        joined
    }

    pub(super) fn conditional(
        &mut self,
        branches: &[(Vec<Node>, Vec<Node>)],
        otherwise: &[Node],
        scope: &Scope,
    ) -> Done {
        self.arms(branches, otherwise, scope, false)
    }

    /// What is left of an `if`, `elif` by `elif`: `later` when a condition before could not be decided.
    fn arms(&mut self, arms: &[(Vec<Node>, Vec<Node>)], otherwise: &[Node], scope: &Scope, later: bool) -> Done {
        let mut left = arms.iter();
        while let Some((condition, body)) = left.next() {
            let done = self.list(condition, &scope.tested());
            self.state.last = done.status;
            if !done.goes_on() {
                return done;
            }
            if done.status.succeeds() {
                return self.list(body, scope);
            }
            if done.status.fails() {
                continue;
            }
            let under = scope.under(done.status);
            let conditions = if later { scope.conditions } else { under.conditions };
            let ran = self.branch(|runner| runner.list(body, &under));
            let next = Scope { conditions, doubt: under.doubt, ..scope.clone() };
            let rest = left.as_slice();
            let span = scope.place.span(condition.first().map(|node| node.span).unwrap_or_default());
            let other = self.branch(|runner| runner.nested(span, |runner| runner.arms(rest, otherwise, &next, true)));
            return self.join(vec![ran, other]);
        }
        self.list(otherwise, scope)
    }

    /// Runs the branch that is left, in place when there is no other.
    pub(super) fn last_branch(&mut self, mut ran: Vec<Branch>, run: impl FnOnce(&mut Self) -> Done) -> Done {
        if ran.is_empty() {
            return run(self);
        }
        ran.push(self.branch(run));
        self.join(ran)
    }

    pub(super) fn case(&mut self, word: &Word, arms: &[(Vec<Word>, Vec<Node>)], scope: &Scope) -> Done {
        let subject = self.text(word, scope);
        let failed = subject.failed();
        let subject = subject.text.filter(|_| !subject.outside);
        let under = scope.under(Status::EITHER);
        let mut ran = Vec::new();
        let mut open = false;
        for (patterns, body) in arms {
            let mut fits = Some(false);
            for pattern in patterns {
                let quoted = pattern.parts.iter().any(|part| matches!(part, Part::Literal(_, true)));
                let pattern = self.text(pattern, scope).text;
                let one = match (&pattern, &subject) {
                    (Some(pattern), _) if pattern == "*" && !quoted => Some(true),
                    (Some(pattern), None) if failed => fits_failure(pattern),
                    (Some(pattern), Some(text)) if !quoted => matches(pattern, text),
                    (Some(pattern), Some(text)) => Some(pattern == text),
                    _ => None,
                };
                fits = match (fits, one) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (Some(false), Some(false)) => Some(false),
                    _ => None,
                };
            }
            match fits {
                Some(false) => {}
                Some(true) => {
                    let scope = if open { &under } else { scope };
                    return self.last_branch(ran, |runner| runner.list(body, scope));
                }
                None => {
                    open = true;
                    ran.push(self.branch(|runner| runner.list(body, &under)));
                }
            }
        }
        self.last_branch(ran, |_| Done::next(Status::OK))
    }

    /// `a | b`: each part in a subshell.
    pub(super) fn pipeline(&mut self, parts: &[Node], scope: &Scope) -> Done {
        let mut statuses = Vec::new();
        let mut piped = scope.piped.clone();
        let last = parts.len().saturating_sub(1);
        for (index, part) in parts.iter().enumerate() {
            let alone = matches!(part.kind, NodeKind::Simple { .. });
            let mut inner = Scope { piped, part: alone, must: scope.must && index == last, ..scope.clone() };
            if index < last && !parts.iter().skip(index + 1).all(passes_on) {
                inner.stdout = Some(Sink::Pipe);
            }
            if index > 0 {
                inner.stdin = None;
            }
            self.emitted = None;
            let done = self.subshell(|runner| runner.node(part, &inner));
            if done.end == End::Stopped {
                return done;
            }
            piped = Some(self.emitted.take().filter(|_| self.prints_once(part)).map(Rc::new));
            statuses.push(done.status);
        }
        self.state.pipe = statuses.as_slice().into();
        let last = statuses.last().copied().unwrap_or(Status::OK);
        let any = statuses.iter().copied().fold(Status::OK, Status::and);
        let status = match self.state.pipefail {
            Switch::On => any,
            Switch::Off => last,
            Switch::Maybe => any.or(last),
        };
        let span = parts.first().map(|part| scope.place.span(part.span)).unwrap_or_default();
        self.checked(status, scope, span)
    }

    /// Runs one of several branches and takes its changes back.
    pub(super) fn branch(&mut self, run: impl FnOnce(&mut Self) -> Done) -> Branch {
        let (vars, functions) = (self.vars.mark(), self.functions.mark());
        let state = self.state.clone();
        let (decided, from) = (self.decided, self.commands.len());
        let done = run(self);
        Branch {
            done,
            decided: self.decided > decided,
            commands: from..self.commands.len(),
            vars: self.vars.take_back(vars),
            functions: self.functions.take_back(functions),
            state: std::mem::replace(&mut self.state, state),
        }
    }

    /// The branch in which nothing runs.
    pub(super) fn nothing(&self, status: Status) -> Branch {
        let here = self.commands.len();
        Branch {
            done: Done::next(status),
            decided: false,
            commands: here..here,
            vars: Writes::new(),
            functions: Writes::new(),
            state: self.state.clone(),
        }
    }

    /// Whether only the branches count that run a command whose end is known.
    pub(super) fn through(&self, branches: &[Branch]) -> bool {
        self.world.through && branches.iter().any(|branch| branch.decided)
    }

    /// Goes on after branches of which one ran: those that left do not count, unless all did.
    pub(super) fn join(&mut self, mut branches: Vec<Branch>) -> Done {
        if branches.iter().any(|branch| branch.done.end == End::Stopped) {
            return Done { status: Status::UNSEEN, end: End::Stopped };
        }
        if self.through(&branches) {
            for branch in branches.iter().rev().filter(|branch| !branch.decided) {
                let end = branch.commands.end.min(self.commands.len());
                self.commands.drain(branch.commands.start.min(end)..end);
            }
            branches.retain(|branch| branch.decided);
        }
        if branches.iter().any(|branch| branch.done.goes_on()) {
            branches.retain(|branch| branch.done.goes_on());
        }
        let mut dones = branches.iter().map(|branch| branch.done);
        let Some(first) = dones.next() else { return Done::next(Status::OK) };
        let done = dones.fold(first, |one, next| {
            let end = if one.end == next.end { one.end } else { weaker(one.end, next.end) };
            Done { status: one.status.or(next.status), end }
        });
        let states = branches.iter().map(|branch| branch.state.clone());
        if let Some(state) = states.reduce(|one, next| one.or(&next)) {
            self.state = state;
        }
        let (vars, functions) = branches.into_iter().map(|branch| (branch.vars, branch.functions)).unzip();
        self.vars.join(vars, differing);
        self.functions.join(functions, |one, other| {
            let mut all = one.unwrap_or_default();
            all.extend(other.unwrap_or_default());
            all.dedup();
            Some(all)
        });
        done
    }
}

/// Whether a pattern fits the status of a command that failed, a number from 1 to 255; `None` when it fits some.
fn fits_failure(pattern: &str) -> Option<bool> {
    match pattern {
        "[1-9]*" | "[!0]*" | "[^0]*" => Some(true),
        "0" | "" => Some(false),
        _ if pattern.parse::<u32>().is_err() && pattern.chars().all(char::is_alphanumeric) => Some(false),
        _ => None,
    }
}

/// Whether a part of a pipeline prints what it reads, or logs it: then what is printed before it comes out
/// behind it.
fn passes_on(node: &Node) -> bool {
    let NodeKind::Simple { words, .. } = &node.kind else { return false };
    let name = words.first().and_then(Word::literal).unwrap_or_default();
    let filters = matches!(
        name.rsplit('/').next().unwrap_or_default(),
        "tee" | "cat" | "sed" | "awk" | "ts" | "tr" | "cut" | "head" | "tail" | "stdbuf" | "logger" | "systemd-cat"
    );
    filters && !node.redirects.iter().any(|r| r.operator.contains('>') && r.descriptor.is_none_or(|fd| fd == 1))
}

/// Whether a list begins with another, wherever its words were written.
pub(super) fn begins(long: &[Arg], short: &[Arg]) -> bool {
    long.len() >= short.len()
        && long.iter().zip(short).all(|(one, other)| one.text == other.text && one.shape() == other.shape())
}

/// Arrays that differ between branches are followed up to so many elements.
const MOST_ELEMENTS: usize = 64;

/// Values that differ between branches: the longer of two lists that begin alike, else unknown.
fn differing(one: Option<Value>, other: Option<Value>) -> Option<Value> {
    match (one, other) {
        (Some(Value::Array(one)), Some(Value::Array(other))) if begins(&one, &other) => Some(Value::Array(one)),
        (Some(Value::Array(one)), Some(Value::Array(other))) if begins(&other, &one) => Some(Value::Array(other)),
        (Some(Value::Array(mut one)), Some(Value::Array(other))) if one.len() + other.len() <= MOST_ELEMENTS => {
            // Either's elements may be there.
            one.extend(other);
            Some(Value::Array(one.iter().map(Arg::perhaps).collect()))
        }
        (one, other) => {
            let known = |value: Option<Value>| match value {
                None => Known::outside(),
                Some(Value::Text(known)) => known,
                Some(Value::Unset) => Known::fixed(""),
                Some(Value::Array(_) | Value::Ref(_)) => Known::unseen(),
            };
            Some(Value::Text(known(one).either(known(other))))
        }
    }
}

/// Whether a command only asks something: what stands behind its `&&` runs under a condition. Behind work
/// that failed (`apt-get update && …`) nothing goes on as if it had not.
fn asks(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Test(_) | NodeKind::Not(_) => true,
        NodeKind::And(left, right) | NodeKind::Or(left, right) => asks(left) || asks(right),
        NodeKind::Pipeline(nodes) | NodeKind::Group(nodes) | NodeKind::Subshell(nodes) => {
            nodes.last().is_some_and(asks)
        }
        // `${TRACE:-false} && …`.
        NodeKind::Simple { words, .. } if matches!(words.as_slice(), [word] if word.literal().is_none()) => true,
        NodeKind::Simple { words, .. } => {
            let mut texts = words.iter().map(|word| word.literal().unwrap_or_default());
            let name = texts.next().unwrap_or_default();
            let first = texts.next().unwrap_or_default();
            match name.rsplit('/').next().unwrap_or_default() {
                "[" | "test" | "grep" | "egrep" | "fgrep" | "which" | "type" | "hash" | "id" | "getent" | "cmp"
                | "diff" | "pgrep" | "expr" | "read" | "false" => true,
                "command" => matches!(first.as_str(), "-v" | "-V"),
                "dpkg" => matches!(first.as_str(), "-s" | "-l"),
                "rpm" => first.starts_with("-q"),
                "apk" => first == "info",
                "nc" => first.starts_with("-z"),
                name => ["is_", "has_", "needs_", "should_"].iter().any(|start| name.starts_with(start)),
            }
        }
        _ => false,
    }
}

/// Whether a command ends the script with something else than 0, whatever happens: `exit 1`,
/// `{ echo "…"; exit 1; }`.
fn refuses(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Group(nodes) => nodes.last().is_some_and(refuses),
        NodeKind::Simple { words, .. } => {
            let texts: Vec<String> = words.iter().map(|word| word.literal().unwrap_or_default()).collect();
            matches!(texts.as_slice(), [exit, status] if exit == "exit" && status.parse::<u8>().is_ok_and(|n| n > 0))
        }
        _ => false,
    }
}

/// The end that leaves less far.
fn weaker(one: End, other: End) -> End {
    let rank = |end: End| match end {
        End::Next => 0,
        End::Continue(_) => 1,
        End::Break(_) => 2,
        End::Return => 3,
        End::Exit => 4,
        End::Stopped => 5,
    };
    if rank(one) <= rank(other) { one } else { other }
}
