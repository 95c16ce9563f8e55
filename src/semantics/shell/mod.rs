//! Shell commands in the order they run.

mod arith;
mod assign;
mod branches;
mod builtins;
mod calls;
mod expand;
mod loops;
mod named;
mod programs;
mod redirects;
mod run;
mod simple;
mod state;
mod status;
mod vars;
mod wrappers;

pub use self::named::Named;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::run::{Function, Runner};
use self::simple::Launch;
use self::state::Scope;
use self::status::{Done, End, Status, Switch};
use self::vars::{HOLE, Known, Value};
use crate::formats::shell::Script;
use crate::source::Span;

/// Variables whose value is known before the script runs (ARG and ENV of an image, say).
pub type Env = BTreeMap<String, String>;

/// What a script does, as far as it can be seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flow {
    /// Every command in the order it runs: a function's where it is called, not where it is defined.
    pub commands: Vec<Command>,
    /// What could do anything: an unreadable region, a download piped into a shell, `eval`, a command
    /// whose name is an unresolved variable, a bound that was passed.
    pub opaque: Vec<Opaque>,
    /// Whether errexit is on when the last command has run.
    pub errexit: bool,
    /// Whether pipefail is on when the last command has run.
    pub pipefail: bool,
    /// Functions that are defined and never called, in the order of their definition, with what each would
    /// do.
    pub uncalled: Vec<Uncalled>,
    /// Whether the script can end with another status than 0.
    pub fails: CanFail,
    /// Whether it can end with 0.
    pub succeeds: bool,
    /// Commands at whose failure errexit ends the script for sure (in a world where they fail).
    pub stops: Vec<Span>,
    /// Whether every path behind a command whose end is known came to one that [`World::wanted`] names.
    pub reached: bool,
}

/// A function that nothing calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncalled {
    /// Its name.
    pub name: String,
    /// Its body.
    pub span: Span,
    /// What it would run.
    pub commands: Vec<Command>,
}

/// A command as it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Name and arguments. Wrappers that run what follows them (`sudo`, `env`, `exec`, `command`, `nice`,
    /// `time`, `gosu USER`, `su-exec USER`, …) are taken off and listed in [`Command::wrappers`].
    pub argv: Vec<Arg>,
    /// The wrappers taken off, outermost first, each with its own arguments (`timeout 300`).
    pub wrappers: Vec<Vec<Arg>>,
    /// Where it stands.
    pub span: Span,
    /// The function it was called in, innermost.
    pub function: Option<String>,
    /// Whether it only runs under a condition: in a branch, a case, a loop that may not turn, behind `||` of
    /// something that can fail, behind `&&` of something that only asks (`[ -f x ] &&`). Behind `&&` of work
    /// (`apt-get update &&`) it is not: when that fails nothing goes on as if it had not.
    pub conditional: bool,
    /// Whether it stands behind `&&` of work that may fail.
    pub chained: bool,
    /// Whether its failure is swallowed (`|| true`, `|| :`, in the background, `!`).
    pub ignored: bool,
    /// What it reads from a here-document or a here-string, as far as it is known.
    pub stdin: Option<Arg>,
    /// Files that its output goes to (`> f`, `>> f`, also `| tee f`), unresolved ones left out.
    pub writes: Vec<String>,
    /// The working directory it runs in when a `cd` before it is known; relative to where the script
    /// began unless absolute.
    pub directory: Option<String>,
    /// Variables set for it alone: `A=1 cmd`, `env A=1 cmd`.
    pub env: Vec<(String, Arg)>,
    /// Where its standard output goes.
    pub stdout: Sink,
    /// Where its standard error goes.
    pub stderr: Sink,
    /// How many conditions stand above it that cannot be decided: 0 when it is not conditional.
    pub conditions: u32,
    /// Where the functions that it stands in were called, outermost first.
    pub calls: Arc<[Span]>,
    /// Whether the script is known to end with 0, and does not unless this does.
    pub must: bool,
    /// Whether something looks at its status: a condition, `&&`, `||`, `!`. Then errexit does not act.
    pub tested: bool,
}

/// Where output goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sink {
    /// Out of the script: its standard output or error, or a terminal.
    Shown,
    /// `/dev/null`, or closed.
    Null,
    /// A file.
    File,
    /// The next command of a pipeline, unless that only passes it on (`| tee log`).
    Pipe,
    /// `$( … )`.
    Captured,
}

/// One argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arg {
    /// The text after expansion, or `None` when a part of it has no known value.
    pub text: Option<String>,
    /// As written.
    pub raw: String,
    /// Where.
    pub span: Span,
    /// Whether the text follows from the script alone: nothing outside can change it.
    pub fixed: bool,
    /// It is the status of a command.
    status: Option<Status>,
    /// The text only stands in for a value that the environment may bring.
    outside: bool,
    /// What of the text follows from the script alone.
    sketch: Option<String>,
}

/// Stands for an unknown piece of a text that is run.
const UNSEEN: &str = "${__unseen}";

impl Arg {
    fn new(known: Known, raw: &str, span: Span) -> Self {
        let Known { text, fixed, status, outside, sketch } = known;
        Self { text, raw: raw.replace(UNSEEN, "…"), span, fixed, status, outside, sketch }
    }

    /// The same where it may not be there: then it is not known.
    fn perhaps(&self) -> Self {
        let shape = self.shape();
        let sketch = if shape.contains(HOLE) { shape } else { format!("{HOLE}{shape}{HOLE}") };
        Self { text: None, fixed: false, outside: false, sketch: Some(sketch), ..self.clone() }
    }

    /// The text as a script in which variables without a value stand for the pieces that are not known; `None`
    /// when the first word, and so what would run, is such a piece, or one stands in single quotes beside other
    /// text.
    fn template(&self) -> Option<String> {
        let shape = self.shape();
        if !shape.contains(HOLE) || shape.trim_start().starts_with(HOLE) {
            return None;
        }
        let shape = shape.replace(&format!("'{HOLE}'"), &format!("\"{HOLE}\""));
        let (mut single, mut double) = (false, false);
        for c in shape.chars() {
            match c {
                '\'' if !double => single = !single,
                '"' if !single => double = !double,
                HOLE if single => return None,
                _ => {}
            }
        }
        Some(shape.replace(HOLE, UNSEEN))
    }

    fn known(&self) -> Known {
        let Self { text, fixed, status, outside, sketch, .. } = self;
        Known { text: text.clone(), fixed: *fixed, status: *status, outside: *outside, sketch: sketch.clone() }
    }

    /// The text, with U+FFFC for every piece that does not follow from the script alone.
    pub fn shape(&self) -> String {
        self.text.clone().unwrap_or_else(|| self.known().shape())
    }

    /// The pieces of the text that follow from the script alone: all of it when it is [`Arg::fixed`], `www.`
    /// of `www.$DOMAIN`, nothing of `${DOMAIN:-example.org}`.
    pub fn literals(&self) -> Vec<String> {
        self.known().shape().split(HOLE).filter(|piece| !piece.is_empty()).map(str::to_owned).collect()
    }
}

/// Something that cannot be seen through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opaque {
    /// Where.
    pub span: Span,
    /// What, a lower-case fragment.
    pub what: String,
    /// Of which kind.
    pub kind: Unseen,
}

/// Why something cannot be seen through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unseen {
    /// A region that cannot be read.
    Region,
    /// A command whose name has no known value.
    Name,
    /// A text that this shell itself runs: `eval`, a sourced file.
    Text,
    /// A text that another shell runs.
    Child,
    /// A bound was passed.
    Bound,
}

/// Whether a command line can end with another status than 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CanFail {
    /// It can.
    Yes,
    /// Whatever happens, it ends with 0.
    #[default]
    No,
    /// It cannot be seen.
    Unknown,
}

impl Command {
    /// The name of the program without its folder: `apt-get` of `/usr/bin/apt-get`.
    pub fn program(&self) -> Option<&str> {
        let text = self.argv.first()?.text.as_deref()?;
        Some(text.rsplit('/').next().unwrap_or(text))
    }

    /// The arguments after the name that are known.
    pub fn known_args(&self) -> impl Iterator<Item = &str> {
        self.argv.iter().skip(1).filter_map(|arg| arg.text.as_deref())
    }
}

/// Says how a command ends: with 0 (`true`), with something else, or (`None`) either way.
pub type Decides<'e> = dyn Fn(&Command) -> Option<bool> + 'e;

/// Names calls of functions by where the calls around one and it stand.
pub type Enters<'e> = dyn Fn(&[Span]) -> bool + 'e;

/// Finds a script by the path that a script names, sourced (`true`) or run.
pub type Opens<'e> = dyn Fn(&str, bool) -> Option<Arc<Script>> + 'e;

/// What a flow may know beyond the script.
#[derive(Default, Clone, Copy)]
pub struct World<'e> {
    /// Says how a command ends (`true`: with 0), or `None` where that is left open. What only runs in other
    /// worlds is not part of the flow.
    pub assume: Option<&'e Decides<'e>>,
    /// Whether only paths count that run a command whose end `assume` says.
    pub through: bool,
    /// Whether the script ends with 0: what a `[ -f x ] &&` at its end keeps from running has run then.
    pub succeeds: bool,
    /// Names commands that are waited for behind one whose end is known: [`Flow::reached`] says whether every
    /// path came to one.
    pub wanted: Option<&'e dyn Fn(&Command) -> bool>,
    /// Names calls of functions that are waited for likewise, by where the calls around one and it stand.
    pub entered: Option<&'e Enters<'e>>,
    /// Finds the script that is sourced (`true`) or run by a path (unknown pieces of it are U+FFFC). What it
    /// does becomes part of the flow, placed at the command that names it.
    pub open: Option<&'e Opens<'e>>,
    /// Whether the shell is bash or another that reads `&>` as bash does; the script's first line may say so too.
    pub bash: bool,
}

/// Runs a script in thought: variables assigned on the way are followed, functions are entered where they
/// are called, both sides of a condition that cannot be decided are seen (and marked conditional).
pub fn flow(script: &Script, env: &Env) -> Flow {
    flow_in(script, env, World::default())
}

/// The same in a world in which some commands end as `assume` says (`true`: with 0; `None`: either way).
pub fn flow_if(script: &Script, env: &Env, assume: &dyn Fn(&Command) -> Option<bool>) -> Flow {
    flow_in(script, env, World { assume: Some(assume), ..World::default() })
}

/// The same in a world of which more is known.
pub fn flow_in(script: &Script, env: &Env, world: World<'_>) -> Flow {
    let mut runner = Runner::new(world);
    for (name, value) in env {
        let known = Known { text: Some(value.clone()), ..Known::outside() };
        runner.vars.set(name, Some(Value::Text(known)));
    }
    if let Some((errexit, pipefail)) = script.shebang.as_deref().map(shebang_options) {
        runner.state.errexit = errexit;
        runner.state.pipefail = pipefail;
        runner.state.bash |= script.shebang.as_deref().is_some_and(names_bash);
    }
    let scope = Scope::default();
    let done = runner.list(&script.body, &Scope { must: world.succeeds, ..scope.clone() });
    let (errexit, pipefail) = (runner.state.errexit == Switch::On, runner.state.pipefail == Switch::On);
    let before = runner.state.reached;
    let done = runner.finish(done, &scope);
    // What a handler at the end says, it says on every path.
    let reached = runner.state.reached && (!before || !runner.missed.script);
    let Status { ok: succeeds, fail: fails } = done.status.either(runner.exited);
    let commands = std::mem::take(&mut runner.commands);
    let opaque = std::mem::take(&mut runner.opaque);
    let stops = std::mem::take(&mut runner.stops);
    let uncalled = if done.end == End::Stopped { Vec::new() } else { uncalled(&mut runner, &scope) };
    Flow { commands, opaque, errexit, pipefail, uncalled, fails, succeeds, stops, reached }
}

/// Whether a program, or the first line of a script, names a shell that reads `&>` as bash does.
pub fn names_bash(line: &str) -> bool {
    let names = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    names.take(3).any(|name| matches!(name, "bash" | "zsh" | "mksh"))
}

/// The options that the first line sets: `#!/bin/bash -e`.
fn shebang_options(line: &str) -> (Switch, Switch) {
    let words: Vec<&str> = line.split_whitespace().skip(1).collect();
    let errexit = words.iter().any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('e'))
        || words.windows(2).any(|pair| matches!(pair, ["-o", "errexit"]));
    let pipefail = words.windows(2).any(|pair| matches!(pair, [flags, "pipefail"] if flags.ends_with('o')));
    let switch = |on| if on { Switch::On } else { Switch::Off };
    (switch(errexit), switch(pipefail))
}

/// Runs, apart, the functions that were never called.
fn uncalled(runner: &mut Runner<'_>, scope: &Scope) -> Vec<Uncalled> {
    let defined: Vec<(String, Function)> = std::mem::take(&mut runner.defined);
    let mut uncalled = Vec::new();
    for (name, function) in defined {
        if !runner.called.insert(function.address()) {
            continue;
        }
        let span = function.place.span(function.body.span);
        let inner = Scope { function: Some(name.as_str().into()), place: function.place, ..scope.clone() };
        runner.subshell(|runner| runner.node(&function.body, &inner));
        uncalled.push(Uncalled { name, span, commands: std::mem::take(&mut runner.commands) });
    }
    uncalled
}

/// Whether the script can fail, by the rules of CHECKS 3.2: `true`, `:`, `exit 0`, `echo`, `printf` cannot;
/// `a || b` can if both can, `a && b` if one can, `a; b` and a pipeline as their last (any part under
/// pipefail); any other command can.
pub fn can_fail(script: &Script, env: &Env) -> CanFail {
    let flow = flow(script, env);
    let bound = flow.opaque.iter().any(|opaque| opaque.kind == Unseen::Bound);
    if bound { CanFail::Unknown } else { flow.fails }
}

/// Whether a command in exec form can fail: no shell reads it, `||` is an argument like another, and what
/// only a shell knows (`exit`, `:`) cannot be run at all.
pub fn can_fail_exec(argv: &[String]) -> CanFail {
    let Some(name) = argv.first() else { return CanFail::Unknown };
    if programs::only_in_a_shell(name) {
        return CanFail::Yes;
    }
    let mut runner = Runner::new(World::default());
    let argv = argv.iter().map(|text| Arg::new(Known::fixed(text.clone()), text, Span::default())).collect();
    let launch = Launch {
        argv,
        wrappers: Vec::new(),
        span: Span::default(),
        env: Vec::new(),
        writes: Vec::new(),
        functions: false,
        builtins: false,
    };
    let Done { status: Status { fail, .. }, .. } = runner.launch(launch, &Scope::default());
    fail
}
