//! A command in shell scripts: what several kinds are about.

use super::{Args, Field, FieldType, FileSet, Finding, Outcome, Reason, Shell, each_script};
use crate::semantics::files::Files;
use crate::semantics::shell::{Command, Flow, Named};

/// `files`.
pub(super) const FILES: Field = Field { name: "files", takes: FieldType::Files, required: true, doc: "the scripts" };

/// `command`; `doc` says which one is meant.
pub(super) const fn command(doc: &'static str) -> Field {
    Field { name: "command", takes: FieldType::Text, required: true, doc }
}

/// A program with words among its arguments, and the scripts that run it.
pub(super) struct ScriptCommand {
    files: FileSet,
    text: String,
    words: Vec<String>,
}

impl ScriptCommand {
    /// Takes [`FILES`] and [`command`] from what a check says.
    pub fn of(args: &mut Args<'_>) -> Option<Self> {
        let files = args.files("files");
        let text = args.text("command")?;
        let words = text.split_whitespace().map(str::to_owned).collect();
        Some(Self { files, text, words })
    }

    /// The command as the plan writes it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Judges each script.
    pub fn each(&self, files: &Files<'_>, judge: impl FnMut(&Shell<'_>, &mut Outcome)) -> Outcome {
        let mut outcome = Outcome::default();
        each_script(files, &self.files, &mut outcome, judge);
        outcome
    }

    /// Whether a command that a script runs is this one.
    pub fn named(&self, command: &Command) -> Named {
        command.named(&self.words)
    }

    /// Whether it is this one for certain.
    pub fn is(&self, command: &Command) -> bool {
        self.named(command) == Named::Yes
    }

    /// Says that it may be this one.
    pub fn doubt(&self, shell: &Shell<'_>, command: &Command, outcome: &mut Outcome) {
        let message = format!("whether it is `{}` depends on arguments without a known value", self.text);
        outcome.doubt(Reason::Unresolved, Finding::note(message).at(shell.file, command.span));
    }

    /// Says where it stands in functions that nothing calls.
    pub fn note_uncalled(&self, shell: &Shell<'_>, flow: &Flow, outcome: &mut Outcome) {
        shell.note_uncalled(outcome, flow, &format!("`{}`", self.text), |command| self.is(command));
    }
}
