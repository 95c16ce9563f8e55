//! Commands about what was, what is next, and who did what.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `history`.
#[derive(Debug, Default, Args)]
pub struct History {
    /// Ids of tasks whose life is told whole (1.2, T.1), or of issues for all their tasks
    #[arg(value_name = "TASK")]
    pub tasks: Vec<String>,
    /// The branch, or any revision, whose history is walked (default: HEAD)
    #[arg(long, value_name = "REV")]
    pub branch: Option<String>,
    /// Only what came after a revision (v1.2, main~20) or a date (2026-11-02, or RFC 3339)
    #[arg(long, value_name = "REV|DATE")]
    pub since: Option<String>,
    /// Only what came up to a revision or a date, that day included
    #[arg(long, value_name = "REV|DATE")]
    pub until: Option<String>,
    /// Write the burn-up as a self-contained SVG to a file; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Draw the burn-up in ASCII instead of braille
    #[arg(long)]
    pub ascii: bool,
    /// Progress and its chart only
    #[arg(short, long)]
    pub quiet: bool,
}

/// `standup`.
#[derive(Debug, Args)]
pub struct Standup {
    /// Tell what changed since a revision, a date or a time (default: the start of the last working day)
    #[arg(long, value_name = "REV|DATE")]
    pub since: Option<String>,
    /// Put what was made true together by who wrote it or by issue (default: the setting `standup_by`)
    #[arg(long, value_name = "WHAT")]
    pub by: Option<GroupBy>,
    /// Copy it to the clipboard too, through the terminal (OSC 52: it works over SSH)
    #[arg(long)]
    pub copy: bool,
}

/// How what was made true is put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GroupBy {
    /// By who wrote it.
    Person,
    /// By issue.
    Issue,
}

/// `today`.
#[derive(Debug, Args)]
pub struct Today {
    /// Pin a task: it stays on the list, from day to day, until it holds (repeatable)
    #[arg(long, value_name = "TASK")]
    pub pin: Vec<String>,
    /// Take a pin off (repeatable)
    #[arg(long, value_name = "TASK", conflicts_with = "pin")]
    pub unpin: Vec<String>,
}

/// `next`.
#[derive(Debug, Args)]
pub struct Next {
    /// So many tasks at most
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub count: usize,
    /// Only the tasks of these phases
    #[arg(long, value_name = "ID")]
    pub phase: Vec<String>,
    /// Only the tasks of these issues (id or Linear identifier)
    #[arg(long, value_name = "ID")]
    pub issue: Vec<String>,
}
