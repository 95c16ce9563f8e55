//! Commands about what is true at one place.

use clap::Args;

use super::value;

/// Which tree is judged.
#[derive(Debug, Clone, Default, Args)]
pub struct Where {
    /// Judge a revision (branch, tag, id, HEAD~3, main@{yesterday}) instead of the work tree
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    pub at: Option<String>,
    /// Judge what is staged instead of the work tree
    #[arg(long)]
    pub staged: bool,
}

/// `status`.
#[derive(Debug, Default, Args)]
pub struct Status {
    /// Which tree is judged.
    #[command(flatten)]
    pub place: Where,
    /// Show which verdicts differ from a revision's
    #[arg(long, value_name = "REV")]
    pub compare: Option<String>,
    /// Only the tasks of these phases
    #[arg(long, value_name = "ID")]
    pub phase: Vec<String>,
    /// Only the tasks of these issues (id or Linear identifier)
    #[arg(long, value_name = "ID")]
    pub issue: Vec<String>,
    /// Only these tasks
    #[arg(long, value_name = "ID")]
    pub task: Vec<String>,
    /// Exit with 1 unless every task shown holds
    #[arg(long)]
    pub exit_code: bool,
    /// Progress only
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// All evidence of each task
    #[arg(short, long)]
    pub verbose: bool,
}

/// `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// Ids of tasks (1.2, T.1), or of issues for all their tasks
    #[arg(required = true, value_name = "TASK")]
    pub tasks: Vec<String>,
    /// Which tree is judged.
    #[command(flatten)]
    pub place: Where,
}

/// `attest`.
#[derive(Debug, Args)]
pub struct Attest {
    /// The task's id
    #[arg(value_name = "TASK")]
    pub task: String,
    /// What you saw or did, in one line; kept with your word
    #[arg(long, value_name = "TEXT", conflicts_with = "revoke")]
    pub note: Option<String>,
    /// The last day on which your word counts, in UTC (2027-01-31)
    #[arg(long, value_name = "DATE", conflicts_with = "revoke", value_parser = value::day)]
    pub until: Option<jiff::civil::Date>,
    /// Take the word that stands there out, whosever it is
    #[arg(long)]
    pub revoke: bool,
    /// Say what would be recorded, and write nothing
    #[arg(long, conflicts_with = "revoke")]
    pub dry_run: bool,
}
