//! Loops.

use std::collections::BTreeSet;

use super::run::{MOST_TURNS, Runner};
use super::state::Scope;
use super::status::{Done, End, Status};
use super::vars::{Known, Value};
use super::{Arg, Unseen};
use crate::formats::shell::{Node, NodeKind, Word};

impl Runner<'_> {
    /// `while`, `until`: turn by turn as long as the condition can be decided, then once for all that may
    /// follow.
    pub(super) fn repeat(&mut self, until: bool, condition: &[Node], body: &[Node], scope: &Scope) -> Done {
        let start = self.commands.len();
        let broke = std::mem::replace(&mut self.broke, false);
        let missed = std::mem::take(&mut self.missed.turn);
        let done = self.turns(until, condition, body, &scope.free(), start);
        self.broke = broke;
        self.state.reached &= !std::mem::replace(&mut self.missed.turn, missed);
        done
    }

    fn turns(&mut self, until: bool, condition: &[Node], body: &[Node], scope: &Scope, start: usize) -> Done {
        let endless = constant(condition);
        for turn in 0.. {
            let (from, mark) = (self.commands.len(), self.vars.mark());
            let done = self.list(condition, &scope.tested());
            let status = if until { done.status.negated() } else { done.status };
            if !done.goes_on() {
                return done;
            }
            self.state.last = done.status;
            if status.fails() {
                self.forget_repeats(start, from);
                return Done::next(Status::OK);
            }
            if !status.succeeds() || turn >= MOST_TURNS {
                let done = self.perhaps(body, &scope.under(status));
                self.forget_repeats(start, from);
                return done;
            }
            let done = self.list(body, scope);
            self.forget_repeats(start, from);
            match left(done) {
                Some(done) => return done,
                None if self.broke => {
                    // Some paths left the loop here: what it assigned may or may not be.
                    self.blur(body);
                    return Done::next(Status::EITHER);
                }
                None if self.vars.unchanged_since(mark) => break,
                None => {}
            }
        }
        // It turns for ever, or until something outside changes.
        let end = if endless { End::Exit } else { End::Next };
        Done { status: Status::OK, end }
    }

    /// A body that runs any number of times, or never.
    fn perhaps(&mut self, body: &[Node], under: &Scope) -> Done {
        self.blur(body);
        let ran = self.branch(|runner| {
            let done = runner.list(body, under);
            left(done).unwrap_or(Done::next(done.status))
        });
        let skipped = self.nothing(Status::OK);
        self.join(vec![ran, skipped])
    }

    /// `for`, `select`.
    pub(super) fn each(&mut self, variable: &str, words: Option<&[Word]>, body: &[Node], scope: &Scope) -> Done {
        let missed = std::mem::take(&mut self.missed.turn);
        let done = self.all_turns(variable, words, body, &scope.free());
        self.state.reached &= !std::mem::replace(&mut self.missed.turn, missed);
        done
    }

    fn all_turns(&mut self, variable: &str, words: Option<&[Word]>, body: &[Node], scope: &Scope) -> Done {
        let broke = std::mem::replace(&mut self.broke, false);
        let args = match words {
            Some(words) => Some(self.args(words, scope)),
            None if variable.is_empty() => None,
            None => self.state.positional.clone().map(|args| args.to_vec()),
        };
        let mut last = Done::next(Status::OK);
        let mut open = args.is_none();
        for (turn, arg) in args.unwrap_or_default().into_iter().enumerate() {
            if turn == MOST_TURNS {
                self.opaque(Unseen::Bound, arg.span, format!("a loop over more than the bound of {MOST_TURNS} words"));
                break;
            }
            if arg.text.is_none() {
                open = true;
                continue;
            }
            last = self.turn(variable, &arg, body, scope);
            if let Some(done) = left(last) {
                self.broke = broke;
                return done;
            }
        }
        if self.broke {
            self.blur(body);
        }
        if open {
            self.vars.set(variable, Some(Value::Text(Known::outside())));
            last = self.perhaps(body, &scope.under(Status::EITHER));
        }
        self.broke = broke;
        Done { end: if last.end == End::Stopped { End::Stopped } else { End::Next }, ..last }
    }

    fn turn(&mut self, variable: &str, arg: &Arg, body: &[Node], scope: &Scope) -> Done {
        self.vars.set(variable, Some(Value::Text(arg.known())));
        let done = self.list(body, scope);
        match done.end {
            End::Continue(0) => Done::next(done.status),
            _ => done,
        }
    }

    /// Takes the commands since `from` out again that the turns since `start` had already.
    fn forget_repeats(&mut self, start: usize, from: usize) {
        if start == from {
            return;
        }
        let key = |command: &super::Command| {
            let texts: Vec<Option<String>> = command.argv.iter().map(|arg| arg.text.clone()).collect();
            (command.span, command.calls.clone(), texts)
        };
        let before: BTreeSet<_> = self.commands.iter().skip(start).take(from - start).map(key).collect();
        let new = self.commands.split_off(from.min(self.commands.len()));
        self.commands.extend(new.into_iter().filter(|command| !before.contains(&key(command))));
    }

    /// What the body assigns is unknown: it did not run, or more than once, or in part.
    pub(super) fn blur<N: std::borrow::Borrow<Node>>(&mut self, body: &[N]) {
        let mut names = BTreeSet::new();
        assigned(body, &mut names);
        for name in names {
            if let Some(Value::Text(known)) = self.vars.get(&name) {
                let outside = known.outside;
                self.vars.set(&name, Some(Value::Text(Known { outside, ..Known::unseen() })));
            }
        }
    }
}

/// What leaves the loop, as the loop's own end; `None` when the next turn begins.
fn left(done: Done) -> Option<Done> {
    match done.end {
        End::Next | End::Continue(0) => None,
        End::Break(0) => Some(Done::next(Status::OK)),
        End::Break(more) => Some(Done { end: End::Break(more - 1), ..done }),
        End::Continue(more) => Some(Done { end: End::Continue(more - 1), ..done }),
        End::Exit | End::Return | End::Stopped => Some(done),
    }
}

/// Whether a condition has nothing in it that could change.
fn constant(condition: &[Node]) -> bool {
    condition.iter().all(|node| match &node.kind {
        NodeKind::Simple { words, .. } => words.iter().all(|word| word.literal().is_some()),
        NodeKind::Test(text) => !text.contains(|c: char| c == '$' || c.is_ascii_alphabetic()),
        _ => false,
    })
}

/// The names that nodes assign.
fn assigned<N: std::borrow::Borrow<Node>>(nodes: &[N], names: &mut BTreeSet<String>) {
    for node in nodes {
        match &node.borrow().kind {
            NodeKind::Simple { assigns, words } => {
                names.extend(assigns.iter().map(|assign| assign.name.clone()));
                names.extend(words.iter().skip(1).filter_map(Word::literal));
            }
            NodeKind::Pipeline(inner) | NodeKind::Group(inner) => assigned(inner, names),
            NodeKind::Not(inner) => assigned(std::slice::from_ref(&**inner), names),
            NodeKind::And(left, right) | NodeKind::Or(left, right) => {
                assigned(std::slice::from_ref(&**left), names);
                assigned(std::slice::from_ref(&**right), names);
            }
            NodeKind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    assigned(condition, names);
                    assigned(body, names);
                }
                assigned(otherwise, names);
            }
            NodeKind::While { condition, body, .. } => {
                assigned(condition, names);
                assigned(body, names);
            }
            NodeKind::For { variable, body, .. } => {
                names.insert(variable.clone());
                assigned(body, names);
            }
            NodeKind::Case { arms, .. } => arms.iter().for_each(|(_, body)| assigned(body, names)),
            NodeKind::Test(text) if text.starts_with("((") => {
                names.extend(text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned));
            }
            NodeKind::Subshell(_)
            | NodeKind::Background(_)
            | NodeKind::Function { .. }
            | NodeKind::Test(_)
            | NodeKind::Unreadable => {}
        }
    }
}
