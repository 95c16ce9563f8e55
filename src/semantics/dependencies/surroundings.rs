//! What earlier instructions and commands tell a command: variables, PATH, options of tools.

use std::borrow::Cow;

use crate::formats::dockerfile::Args;
use crate::semantics::image::{Ran, Step};
use crate::semantics::shell::Env;

/// What a stage's instructions tell those after them.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// Options of tools.
    pub(super) settings: Vec<(&'static str, String, String)>,
    /// PATH, as far as ENV sets it: what a base image has there is left out.
    pub(super) path: Option<String>,
    /// Whether ENV sets PATH to something with another variable that has no value.
    pub(super) hidden_path: bool,
}

impl Known {
    pub(super) fn after(&mut self, step: &Step) {
        let Args::Pairs(pairs) = &step.instruction.args else { return };
        if step.instruction.keyword != "ENV" {
            return;
        }
        for value in pairs.iter().filter(|pair| pair.name == "PATH").filter_map(|pair| pair.value.as_deref()) {
            let set = step.before.expand(value);
            // The PATH of the base image is not known, the folders put before it are.
            self.hidden_path = set.unresolved.iter().any(|name| name != "PATH");
            let old = self.path.clone().unwrap_or_default();
            let inherits = set.unresolved.iter().any(|name| name == "PATH");
            self.path = Some(if inherits { format!("{}:{old}", set.text.trim_end_matches(':')) } else { set.text });
        }
    }
}

/// What the commands of one RUN do to each other.
pub(super) struct InShell {
    pub(super) env: Env,
    pub(super) activated: bool,
    /// Whether a WORKDIR was set.
    pub(super) settled: bool,
}

impl InShell {
    /// Takes in what a command does for those after it.
    pub(super) fn after(&mut self, ran: &Ran) {
        self.activated |= activates(ran);
        if ran.command.program() == Some("export") {
            self.activated |= ran.command.argv.iter().any(|arg| arg.text.is_none() && arg.raw.contains("PATH="));
            let assigned = ran.command.known_args().filter_map(|arg| arg.split_once('='));
            self.env.extend(assigned.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
    }

    /// Whether it is known where a command runs: after a WORKDIR, or a `cd` to an absolute path.
    pub(super) fn settles(&self, ran: &Ran) -> bool {
        self.settled || ran.command.directory.as_deref().is_some_and(|directory| directory.starts_with('/'))
    }

    /// The environment of a command: `A=1 cmd` is its own.
    pub(super) fn env_of(&self, ran: &Ran) -> Cow<'_, Env> {
        if ran.command.env.is_empty() {
            return Cow::Borrowed(&self.env);
        }
        let mut own = self.env.clone();
        for (name, value) in &ran.command.env {
            match &value.text {
                Some(text) => own.insert(name.clone(), text.clone()),
                None => own.remove(name),
            };
        }
        Cow::Owned(own)
    }
}

/// Whether a command switches a virtual environment on for those after it.
fn activates(ran: &Ran) -> bool {
    let activates = |text: &str| text.ends_with("/activate") || text == "activate";
    match ran.command.program() {
        Some("." | "source") => ran.command.known_args().any(activates),
        Some("conda" | "mamba" | "micromamba" | "pyenv" | "workon") => {
            ran.command.known_args().any(|arg| matches!(arg, "activate" | "shell"))
        }
        _ => false,
    }
}
