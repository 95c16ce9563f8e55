//! Lists, branches and loops, run in thought.

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::expand::matches;
use super::status::{Done, End, Status, Switch, least};
use super::vars::{Journal, Known, Value, Writes};
use super::{Arg, CanFail, Command, Opaque, Sink, Unseen, World};
use crate::formats::shell::{Node, NodeKind, Part, Word};
use crate::source::Span;

/// Most commands of a flow.
pub(super) const MOST_COMMANDS: usize = 20_000;
/// Most things that are named as not to be seen through.
const MOST_OPAQUE: usize = 256;
/// Most work on a flow: nodes, arguments, and their text in pieces of 64 bytes.
const MOST_STEPS: usize = 200_000;
/// Functions and scripts may call each other this deep.
pub(super) const DEEPEST_CALL: usize = 32;
/// Nodes may stand this deep in each other over all calls.
const DEEPEST_NODE: usize = 160;
/// A loop over a list runs at most so many times.
pub(super) const MOST_TURNS: usize = 64;

/// A function's body, with the place of the text that it stands in.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub body: Arc<Node>,
    pub place: Place,
}

impl Function {
    /// Tells bodies apart.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.body).addr()
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.body, &other.body)
    }
}

/// Where the text that is run stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It is the file, or a piece of it that begins so far in.
    At(usize),
    /// It came out of a word: everything in it stands where the word does.
    Word(Span),
}

impl Place {
    /// A span of the text as a span of the file.
    pub fn span(self, span: Span) -> Span {
        match self {
            Self::At(start) => Span::new(span.start + start, span.end + start),
            Self::Word(word) => word,
        }
    }
}

/// What surrounds a command.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// Its failure is looked at: errexit does not act.
    pub tested: bool,
    /// It is a part of a pipeline: errexit looks at the whole.
    pub part: bool,
    /// How many conditions that cannot be decided stand above it.
    pub conditions: u32,
    /// Whether one of them is a command that cannot be seen.
    pub doubt: bool,
    /// Where its output goes, when that is not where the shell's goes.
    pub stdout: Option<Sink>,
    /// Where its messages go, likewise.
    pub stderr: Option<Sink>,
    /// What it reads.
    pub stdin: Option<Rc<Arg>>,
    /// What the command before it in the pipeline prints; the outer `None` when there is none.
    pub piped: Option<Option<Rc<Known>>>,
    /// Wrappers around it.
    pub wrappers: Rc<[Vec<Arg>]>,
    /// The function it stands in.
    pub function: Option<Rc<str>>,
    /// Where the functions around it were called.
    pub calls: Arc<[Span]>,
    /// Where its text stands.
    pub place: Place,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            tested: false,
            part: false,
            conditions: 0,
            doubt: false,
            stdout: None,
            stderr: None,
            stdin: None,
            piped: None,
            wrappers: Rc::new([]),
            function: None,
            calls: Arc::new([]),
            place: Place::At(0),
        }
    }
}

impl Scope {
    /// The scope of a condition.
    pub fn tested(&self) -> Self {
        Self { tested: true, ..self.clone() }
    }

    /// The scope of what only runs if a command with this status ended as it had to.
    pub fn under(&self, status: Status) -> Self {
        Self { conditions: self.conditions + 1, doubt: self.doubt || status.fail == CanFail::Unknown, ..self.clone() }
    }
}

/// What a subshell does not hand back.
#[derive(Debug, Clone)]
pub(super) struct State {
    /// `set -e`.
    pub errexit: Switch,
    /// `set -o pipefail`.
    pub pipefail: Switch,
    /// Working directory, relative to the first one unless absolute.
    pub directory: Option<String>,
    /// `$?`.
    pub last: Status,
    /// `$1`…; `None` when the caller is not seen.
    pub positional: Option<Rc<Vec<Arg>>>,
    /// `exec > f`.
    pub stdout: Option<Sink>,
    /// `exec 2> f`.
    pub stderr: Option<Sink>,
}

impl State {
    fn or(&self, other: &Self) -> Self {
        Self {
            errexit: self.errexit.or(other.errexit),
            pipefail: self.pipefail.or(other.pipefail),
            directory: if self.directory == other.directory { self.directory.clone() } else { None },
            last: self.last.or(other.last),
            positional: match (&self.positional, &other.positional) {
                // As with arrays: the longer of two that begin alike.
                (Some(one), Some(two)) if begins(one, two) => self.positional.clone(),
                (Some(one), Some(two)) if begins(two, one) => other.positional.clone(),
                _ => None,
            },
            stdout: if self.stdout == other.stdout { self.stdout } else { None },
            stderr: if self.stderr == other.stderr { self.stderr } else { None },
        }
    }
}

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

/// Runs nodes in thought and keeps what they do.
pub(super) struct Runner<'e> {
    /// Variables.
    pub vars: Journal<Value>,
    /// What `local` hides, a list a function.
    pub locals: Vec<Vec<(String, Option<Value>)>>,
    /// Functions by name; several when branches defined it differently.
    pub functions: Journal<Vec<Function>>,
    /// The rest of what a shell remembers.
    pub state: State,
    /// `trap`: handlers by signal.
    pub traps: Journal<Arg>,
    /// Commands so far.
    pub commands: Vec<Command>,
    /// What could not be seen through.
    pub opaque: Vec<Opaque>,
    /// How paths end that leave the script (or the subshell) before its end.
    pub exited: Option<Status>,
    /// How paths end that leave the function before its end.
    pub returned: Option<Status>,
    /// Status of the last substitution in a word.
    pub substituted: Option<Status>,
    /// What the last command printed, when that is known.
    pub emitted: Option<Known>,
    /// Bodies that are running, innermost last.
    pub running: Vec<Arc<Node>>,
    /// Addresses of the bodies that have run.
    pub called: BTreeSet<usize>,
    /// Functions in the order they were defined.
    pub defined: Vec<(String, Function)>,
    /// Whether a `break` was met since the innermost loop began.
    pub broke: bool,
    /// Handlers are running.
    pub trapped: bool,
    steps: usize,
    depth: usize,
    /// Calls that are running.
    pub calls: usize,
    /// What is known beyond the script.
    pub world: World<'e>,
    /// How many commands ran whose end is known.
    pub decided: usize,
    /// Sourced scripts that are running.
    pub sourcing: usize,
    /// Names of functions that child shells know too.
    pub exported: BTreeSet<String>,
    /// Where errexit ended the script for sure.
    pub stops: Vec<Span>,
}

impl<'e> Runner<'e> {
    /// With nothing run yet.
    pub fn new(world: World<'e>) -> Self {
        Self {
            vars: Journal::default(),
            locals: Vec::new(),
            functions: Journal::default(),
            state: State {
                errexit: Switch::Off,
                pipefail: Switch::Off,
                directory: None,
                last: Status::OK,
                positional: None,
                stdout: None,
                stderr: None,
            },
            traps: Journal::default(),
            commands: Vec::new(),
            opaque: Vec::new(),
            exited: None,
            returned: None,
            substituted: None,
            emitted: None,
            running: Vec::new(),
            called: BTreeSet::new(),
            defined: Vec::new(),
            broke: false,
            trapped: false,
            steps: 0,
            depth: 0,
            calls: 0,
            world,
            decided: 0,
            sourcing: 0,
            exported: BTreeSet::new(),
            stops: Vec::new(),
        }
    }

    /// Notes something that cannot be seen through, once.
    pub fn opaque(&mut self, kind: Unseen, span: Span, what: impl Into<String>) {
        let opaque = Opaque { span, what: what.into(), kind };
        if self.opaque.len() < MOST_OPAQUE && !self.opaque.contains(&opaque) {
            self.opaque.push(opaque);
        }
    }

    /// Counts work; false when there was too much.
    pub fn work(&mut self, steps: usize, span: Span) -> bool {
        let before = self.steps;
        self.steps += steps;
        if self.steps <= MOST_STEPS {
            return true;
        }
        if before <= MOST_STEPS {
            self.opaque(Unseen::Bound, span, format!("the script does more than the bound of {MOST_STEPS} steps"));
        }
        false
    }

    /// Runs a list: each command after the other until one leaves it.
    pub fn list(&mut self, nodes: &[Node], scope: &Scope) -> Done {
        let mut last = Done::next(Status::OK);
        for node in nodes {
            last = self.node(node, scope);
            self.state.last = last.status;
            if !last.goes_on() {
                break;
            }
        }
        last
    }

    /// Runs one statement.
    pub fn node(&mut self, node: &Node, scope: &Scope) -> Done {
        let span = scope.place.span(node.span);
        if !self.work(1, span) {
            return Done { status: Status::UNSEEN, end: End::Stopped };
        }
        if self.depth >= DEEPEST_NODE {
            self.opaque(Unseen::Bound, span, format!("nested deeper than the bound of {DEEPEST_NODE}, calls included"));
            return Done::next(Status::UNSEEN);
        }
        self.depth += 1;
        let done = match &node.kind {
            NodeKind::Simple { assigns, words } => self.simple(node, assigns, words, scope),
            _ if node.redirects.is_empty() => self.compound(node, scope),
            _ => {
                let (inner, checked) = self.redirected(&node.redirects, scope);
                let mut done = self.compound(node, &inner);
                done.status = done.status.and(checked);
                done
            }
        };
        self.depth -= 1;
        done
    }

    fn compound(&mut self, node: &Node, scope: &Scope) -> Done {
        match &node.kind {
            NodeKind::Simple { .. } => Done::next(Status::OK),
            NodeKind::Pipeline(parts) => self.pipeline(parts, scope),
            NodeKind::Not(inner) => {
                let from = self.commands.len();
                let mut done = self.node(inner, &scope.tested());
                done.status = done.status.negated();
                self.ignore(from);
                done
            }
            NodeKind::And(left, right) => self.and(left, right, scope),
            NodeKind::Or(left, right) => self.or(left, right, scope),
            NodeKind::Background(inner) => {
                let from = self.commands.len();
                self.subshell(|runner| runner.node(inner, scope));
                self.ignore(from);
                Done::next(Status::OK)
            }
            NodeKind::Group(nodes) => self.list(nodes, scope),
            NodeKind::Subshell(nodes) => {
                let done = self.subshell(|runner| runner.list(nodes, scope));
                self.checked(done.status, scope, scope.place.span(node.span))
            }
            NodeKind::If { branches, otherwise } => self.conditional(branches, otherwise, scope),
            NodeKind::While { until, condition, body } => self.repeat(*until, condition, body, scope),
            NodeKind::For { variable, words, body } => self.each(variable, words.as_deref(), body, scope),
            NodeKind::Case { word, arms } => self.case(word, arms, scope),
            NodeKind::Function { name, body } => {
                let function = Function { body: Arc::clone(body), place: scope.place };
                self.defined.push((name.clone(), function.clone()));
                self.functions.set(name, Some(vec![function]));
                Done::next(Status::OK)
            }
            NodeKind::Test(text) => {
                let span = scope.place.span(node.span);
                self.inside(text, span, scope);
                let status = self.judge_test(text, scope);
                self.checked(status, scope, span)
            }
            NodeKind::Unreadable => {
                self.opaque(Unseen::Region, scope.place.span(node.span), "a region that cannot be read");
                Done::next(Status::UNSEEN)
            }
        }
    }

    /// Marks the commands since `from`: their failure is swallowed.
    fn ignore(&mut self, from: usize) {
        for command in self.commands.iter_mut().skip(from) {
            command.ignored = true;
        }
    }

    /// What errexit and an ERR trap make of a status.
    pub fn checked(&mut self, status: Status, scope: &Scope, span: Span) -> Done {
        if scope.tested || scope.part || status.succeeds() {
            return Done::next(status);
        }
        if status.fails() {
            self.state.last = status;
            self.handle("ERR", scope, span);
            if self.state.errexit == Switch::On {
                self.exits(status, scope);
                self.stops.push(span);
                return Done { status, end: End::Exit };
            }
        } else if self.state.errexit == Switch::On {
            self.exits(Status { ok: false, ..status }, scope);
        }
        Done::next(status)
    }

    /// Notes that the script may end here with this status.
    pub fn exits(&mut self, status: Status, scope: &Scope) {
        self.exited = Some(doubted(status, scope).either(self.exited));
    }

    /// Notes that the function may end here with this status.
    pub fn returns(&mut self, status: Status, scope: &Scope) {
        self.returned = Some(doubted(status, scope).either(self.returned));
    }

    /// Runs something whose changes are lost and whose `exit` only ends it.
    pub fn subshell(&mut self, run: impl FnOnce(&mut Self) -> Done) -> Done {
        let (vars, functions, traps) = (self.vars.mark(), self.functions.mark(), self.traps.mark());
        let state = self.state.clone();
        let exited = self.exited.take();
        let done = run(self);
        self.vars.take_back(vars);
        self.functions.take_back(functions);
        self.traps.take_back(traps);
        self.state = state;
        let inside = std::mem::replace(&mut self.exited, exited);
        let end = if done.end == End::Stopped { End::Stopped } else { End::Next };
        Done { status: done.status.either(inside), end }
    }

    /// Runs one of several branches and takes its changes back.
    pub fn branch(&mut self, run: impl FnOnce(&mut Self) -> Done) -> Branch {
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
    pub fn nothing(&self, status: Status) -> Branch {
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
    fn through(&self, branches: &[Branch]) -> bool {
        self.world.through && branches.iter().any(|branch| branch.decided)
    }

    /// Goes on after branches of which one ran: those that left do not count, unless all did.
    pub fn join(&mut self, mut branches: Vec<Branch>) -> Done {
        if branches.iter().any(|branch| branch.done.end == End::Stopped) {
            return Done { status: Status::UNSEEN, end: End::Stopped };
        }
        if self.through(&branches) {
            for branch in branches.iter().rev().filter(|branch| !branch.decided) {
                self.commands.drain(branch.commands.clone());
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

    fn and(&mut self, left: &Node, right: &Node, scope: &Scope) -> Done {
        let done = self.node(left, &scope.tested());
        if !done.goes_on() || done.status.fails() {
            return done;
        }
        self.state.last = done.status;
        if done.status.succeeds() {
            return self.node(right, scope);
        }
        let under = if asks(left) { scope.under(done.status) } else { scope.clone() };
        self.state.last = Status::OK;
        let ran = self.branch(|runner| runner.node(right, &under));
        let fails = Status { ok: false, fail: done.status.fail };
        let skipped = self.nothing(fails);
        self.join(vec![ran, skipped])
    }

    fn or(&mut self, left: &Node, right: &Node, scope: &Scope) -> Done {
        let from = self.commands.len();
        let done = self.node(left, &scope.tested());
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

    fn conditional(&mut self, branches: &[(Vec<Node>, Vec<Node>)], otherwise: &[Node], scope: &Scope) -> Done {
        let mut ran: Vec<Branch> = Vec::new();
        let mut scope = scope.clone();
        for (condition, body) in branches {
            let done = self.list(condition, &scope.tested());
            self.state.last = done.status;
            if !done.goes_on() {
                return self.last_branch(ran, |_| done);
            }
            if done.status.succeeds() {
                return self.last_branch(ran, |runner| runner.list(body, &scope));
            }
            if done.status.fails() {
                continue;
            }
            let under = scope.under(done.status);
            let conditions = if ran.is_empty() { under.conditions } else { scope.conditions };
            ran.push(self.branch(|runner| runner.list(body, &under)));
            scope = Scope { conditions, doubt: under.doubt, ..scope };
        }
        self.last_branch(ran, |runner| runner.list(otherwise, &scope))
    }

    /// Runs the branch that is left, in place when there is no other.
    fn last_branch(&mut self, mut ran: Vec<Branch>, run: impl FnOnce(&mut Self) -> Done) -> Done {
        if ran.is_empty() {
            return run(self);
        }
        ran.push(self.branch(run));
        self.join(ran)
    }

    fn case(&mut self, word: &Word, arms: &[(Vec<Word>, Vec<Node>)], scope: &Scope) -> Done {
        let subject = self.text(word, scope);
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
    fn pipeline(&mut self, parts: &[Node], scope: &Scope) -> Done {
        let mut statuses = Vec::new();
        let mut piped = scope.piped.clone();
        let last = parts.len().saturating_sub(1);
        for (index, part) in parts.iter().enumerate() {
            let alone = matches!(part.kind, NodeKind::Simple { .. });
            let mut inner = Scope { piped, part: alone, ..scope.clone() };
            if index < last {
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
            piped = Some(self.emitted.take().filter(|_| alone).map(Rc::new));
            statuses.push(done.status);
        }
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
}

/// A status that is only reached if something that cannot be seen allows it.
fn doubted(status: Status, scope: &Scope) -> Status {
    if scope.doubt { Status { fail: least(status.fail, CanFail::Unknown), ..status } } else { status }
}

/// Whether a list begins with another, wherever its words were written.
fn begins(long: &[Arg], short: &[Arg]) -> bool {
    long.len() >= short.len()
        && long.iter().zip(short).all(|(one, other)| one.text == other.text && one.shape() == other.shape())
}

/// Values that differ between branches: the longer of two lists that begin alike, else unknown.
fn differing(one: Option<Value>, other: Option<Value>) -> Option<Value> {
    match (one, other) {
        (Some(Value::Array(one)), Some(Value::Array(other))) if begins(&one, &other) => Some(Value::Array(one)),
        (Some(Value::Array(one)), Some(Value::Array(other))) if begins(&other, &one) => Some(Value::Array(other)),
        (one, other) => {
            let known = |value: Option<Value>| match value {
                None => Known::outside(),
                Some(Value::Text(known)) => known,
                Some(Value::Unset) => Known::fixed(""),
                Some(Value::Array(_)) => Known::unseen(),
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
