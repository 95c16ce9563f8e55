//! How an answer is printed.

use clap::ValueEnum;

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Text for people.
    #[value(alias = "text")]
    Human,
    /// One JSON document on standard output.
    Json,
    /// Markdown (`standup`, `today`).
    Markdown,
    /// A Slack message (`standup`).
    Slack,
}

/// How to print, to a command that knows text and JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Text for people.
    #[default]
    Human,
    /// One JSON document on standard output.
    Json,
}

impl Form {
    /// What it is to a command that knows text and JSON.
    pub fn format(self) -> Format {
        match self {
            Self::Json => Format::Json,
            Self::Human | Self::Markdown | Self::Slack => Format::Human,
        }
    }

    /// The word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Slack => "slack",
        }
    }
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
