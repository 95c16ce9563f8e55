//! The one error type at the edge.

use std::process::ExitCode;

use crate::repo::RepoError;
use crate::report::json::MistakePart;
use crate::store::StateError;

/// What kind of thing went wrong: the `kind` of the JSON contract and the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The arguments.
    Usage,
    /// The plan.
    Plan,
    /// A file of settings.
    Config,
    /// Git.
    Git,
    /// A file or the terminal.
    Io,
    /// Linear, or the way to it.
    Linear,
    /// Something that was asked for and cannot be done as things stand.
    Unmet,
}

/// An error as a command ends with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CliError {
    /// What kind.
    pub kind: ErrorKind,
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The file it is about.
    pub path: Option<String>,
    /// Its line, 1-based.
    pub line: Option<u32>,
    /// Every mistake of a plan or of settings.
    pub plan: Option<Box<PlanMistakes>>,
}

/// The mistakes of a plan or of settings, for both readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanMistakes {
    /// For people, instead of message and help: each with its source.
    pub rendered: String,
    /// For programs.
    pub parts: Vec<MistakePart>,
}

impl ErrorKind {
    /// The word of the JSON contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Plan => "plan",
            Self::Config => "config",
            Self::Git => "git",
            Self::Io => "io",
            Self::Linear => "linear",
            Self::Unmet => "unmet",
        }
    }

    /// 1: asked for and not met. 2: the input is wrong. 3: the world failed.
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::Usage | Self::Plan | Self::Config => ExitCode::from(2),
            Self::Git | Self::Io | Self::Linear => ExitCode::from(3),
            Self::Unmet => ExitCode::from(1),
        }
    }
}

impl CliError {
    /// An error of a kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), help: None, path: None, line: None, plan: None }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The file it is about.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// The message with the line it is about, in one line.
    pub fn placed(&self) -> String {
        match (&self.path, self.line) {
            (Some(path), Some(line)) => {
                let name = std::path::Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
                format!("{}:{line}: {}", name.as_deref().unwrap_or(path), self.message)
            }
            _ => self.message.clone(),
        }
    }

    /// An error of a file, with its path.
    pub fn io(path: &std::path::Path, doing: &str, error: &std::io::Error) -> Self {
        let shown = path.display().to_string();
        Self::new(ErrorKind::Io, format!("cannot {doing} {shown}: {error}")).path(shown)
    }
}

/// An error of the repository, with its way out.
pub(super) fn git_error(error: &RepoError) -> CliError {
    let kind = if error.is_of_the_question() { ErrorKind::Usage } else { ErrorKind::Git };
    CliError::new(kind, error.to_string()).help(error.help())
}

/// An error of what is kept, with its way out.
pub(super) fn state_error(error: &StateError) -> CliError {
    CliError::new(ErrorKind::Io, error.to_string()).help(error.help())
}
