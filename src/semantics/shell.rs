//! Shell commands in the order they run.

use std::collections::BTreeMap;

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
    /// Whether it only runs under a condition: in a branch, a loop, a case, behind `&&`/`||` of something
    /// that can fail.
    pub conditional: bool,
    /// Whether its failure is swallowed (`|| true`, `|| :`, in the background, `!`).
    pub ignored: bool,
    /// What it reads from a here-document or a here-string, as far as it is known.
    pub stdin: Option<Arg>,
    /// Files that its output goes to (`> f`, `>> f`, also `| tee f`), unresolved ones left out.
    pub writes: Vec<String>,
    /// The working directory it runs in when a `cd` before it is known.
    pub directory: Option<String>,
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
}

/// Something that cannot be seen through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opaque {
    /// Where.
    pub span: Span,
    /// What, a lower-case fragment.
    pub what: String,
}

/// Whether a command line can end with another status than 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CanFail {
    /// It can.
    Yes,
    /// Whatever happens, it ends with 0.
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

/// Runs a script in thought: variables assigned on the way are followed, functions are entered where they
/// are called, both sides of a condition are seen (and marked conditional).
pub fn flow(script: &Script, env: &Env) -> Flow {
    let _ = (script, env);
    Flow::default()
}

/// Whether the script can fail, by the rules of CHECKS 3.2: `true`, `:`, `exit 0`, `echo`, `printf` cannot;
/// `a || b` can if both can, `a && b` if one can, `a; b` and a pipeline as their last (any part under
/// pipefail); any other command can.
pub fn can_fail(script: &Script, env: &Env) -> CanFail {
    let _ = (script, env);
    CanFail::Unknown
}
