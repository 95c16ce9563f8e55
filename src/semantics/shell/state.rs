//! What surrounds a command, and what a shell remembers.

use std::rc::Rc;
use std::sync::Arc;

use super::branches::begins;
use super::status::{Status, Switch};
use super::vars::Known;
use super::{Arg, CanFail, Sink};
use crate::source::Span;

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
    /// The script does not end with 0 unless this does: in a world where it ended so, this did.
    pub must: bool,
    /// It is a part of a pipeline: errexit looks at the whole.
    pub part: bool,
    /// How many conditions that cannot be decided stand above it.
    pub conditions: u32,
    /// Whether it stands behind `&&` of work that may fail.
    pub chained: bool,
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
            must: false,
            part: false,
            conditions: 0,
            chained: false,
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
        Self { tested: true, must: false, ..self.clone() }
    }

    /// The scope of what may end in any way, whatever the script does.
    pub fn free(&self) -> Self {
        Self { must: false, ..self.clone() }
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
    /// Whether the shell is known to read `&>` as bash does.
    pub bash: bool,
    /// Working directory, relative to the first one unless absolute.
    pub directory: Option<String>,
    /// `$?`.
    pub last: Status,
    /// `PIPESTATUS`: how the parts of the last pipeline ended; empty when that is not seen.
    pub pipe: Rc<[Status]>,
    /// How the last command in the background ended.
    pub background: Option<Status>,
    /// `$1`…; `None` when the caller is not seen.
    pub positional: Option<Rc<Vec<Arg>>>,
    /// `exec > f`.
    pub stdout: Option<Sink>,
    /// `exec 2> f`.
    pub stderr: Option<Sink>,
    /// Whether this path ran a command whose end is known.
    pub passed: bool,
    /// Whether it ran one of those that [`World::wanted`] names since then.
    pub reached: bool,
}

impl State {
    pub(super) fn or(&self, other: &Self) -> Self {
        Self {
            errexit: self.errexit.or(other.errexit),
            pipefail: self.pipefail.or(other.pipefail),
            bash: self.bash && other.bash,
            directory: if self.directory == other.directory { self.directory.clone() } else { None },
            last: self.last.or(other.last),
            background: self.background.zip(other.background).map(|(one, other)| one.or(other)),
            pipe: if self.pipe == other.pipe { Rc::clone(&self.pipe) } else { Rc::new([]) },
            positional: match (&self.positional, &other.positional) {
                // As with arrays: the longer of two that begin alike.
                (Some(one), Some(two)) if begins(one, two) => self.positional.clone(),
                (Some(one), Some(two)) if begins(two, one) => other.positional.clone(),
                _ => None,
            },
            stdout: if self.stdout == other.stdout { self.stdout } else { None },
            stderr: if self.stderr == other.stderr { self.stderr } else { None },
            passed: self.passed || other.passed,
            reached: self.reached && other.reached,
        }
    }
}

/// Paths that left something before a wanted command ran.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Missed {
    /// The script.
    pub script: bool,
    /// The innermost function.
    pub function: bool,
    /// The innermost loop.
    pub turn: bool,
}
