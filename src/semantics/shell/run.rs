//! A shell in thought: what it remembers, and how lists run.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::state::{Missed, Place, Scope, State};
use super::status::{Done, End, Status, Switch, least};
use super::vars::{Journal, Known, Value};
use super::{Arg, CanFail, Command, Opaque, Unseen, World};
use crate::formats::shell::{Node, NodeKind};
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
    /// Whether some path left without one of the wanted commands: the script, the function, the loop.
    pub missed: Missed,
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
                bash: world.bash,
                directory: None,
                last: Status::OK,
                pipe: Rc::new([]),
                background: None,
                positional: None,
                stdout: None,
                stderr: None,
                passed: false,
                reached: false,
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
            missed: Missed::default(),
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
        let before = scope.must.then(|| scope.free());
        for (index, node) in nodes.iter().enumerate() {
            let scope = before.as_ref().filter(|_| index + 1 < nodes.len()).unwrap_or(scope);
            last = self.node(node, scope);
            self.state.last = last.status;
            if !matches!(node.kind, NodeKind::Pipeline(_) | NodeKind::Not(_)) {
                self.state.pipe = Rc::new([last.status]);
            }
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
        self.nested(span, |runner| runner.statement(node, scope))
    }

    /// Runs something one level deeper.
    pub fn nested(&mut self, span: Span, run: impl FnOnce(&mut Self) -> Done) -> Done {
        if self.depth >= DEEPEST_NODE {
            self.opaque(Unseen::Bound, span, format!("nested deeper than the bound of {DEEPEST_NODE}, calls included"));
            return Done::next(Status::UNSEEN);
        }
        self.depth += 1;
        let done = run(self);
        self.depth -= 1;
        done
    }

    fn statement(&mut self, node: &Node, scope: &Scope) -> Done {
        if !self.state.bash && node.redirects.iter().any(|redirect| redirect.operator.starts_with('&')) {
            let what = "`&>` sends both outputs on in bash, and starts the command in the background in dash";
            self.opaque(Unseen::Region, scope.place.span(node.span), what);
            return Done::next(Status::UNSEEN);
        }
        match &node.kind {
            NodeKind::Simple { assigns, words } => self.simple(node, assigns, words, scope),
            _ if node.redirects.is_empty() => self.compound(node, scope),
            _ => {
                let (inner, checked) = self.redirected(&node.redirects, scope);
                let mut done = self.compound(node, &inner);
                done.status = done.status.and(checked);
                done
            }
        }
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
                let done = self.subshell(|runner| runner.node(inner, &scope.free()));
                self.state.background = Some(done.status);
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
                self.missed.script |= self.misses();
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

    /// Whether the path ran a command whose end is known, and none of the wanted ones since.
    pub fn misses(&self) -> bool {
        self.state.passed && !self.state.reached
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
        let stops = self.stops.len();
        let done = run(self);
        // errexit has only ended the subshell.
        self.stops.truncate(stops);
        self.vars.take_back(vars);
        self.functions.take_back(functions);
        self.traps.take_back(traps);
        // What ran in a subshell has run.
        let (passed, reached) = (self.state.passed, self.state.reached);
        self.state = State { passed, reached, ..state };
        let inside = std::mem::replace(&mut self.exited, exited);
        let end = if done.end == End::Stopped { End::Stopped } else { End::Next };
        Done { status: done.status.either(inside), end }
    }
}

/// A status that is only reached if something that cannot be seen allows it.
fn doubted(status: Status, scope: &Scope) -> Status {
    if scope.doubt { Status { fail: least(status.fail, CanFail::Unknown), ..status } } else { status }
}
