//! `sync`.

use clap::{Args, ValueEnum};

/// What stands below its options.
pub(super) const SYNC: &str = "\
The key of Linear is taken from LINEAR_API_KEY, never from a file. LINEAR_API_URL names another address.

Exit codes: 0 done · 1 conflicts are left, something was left for the next sync, or Linear shows a later commit \
· 2 the input is wrong · 3 git or Linear failed";

/// `sync`.
#[derive(Debug, Default, Args)]
pub struct Sync {
    /// Only show what would be done
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
    /// Do it without asking
    #[arg(short, long)]
    pub yes: bool,
    /// Publish what is true of a revision instead of `[linear] ref`
    #[arg(long, value_name = "REV")]
    pub at: Option<String>,
    /// Which side wins where both changed; `plan` also publishes over a commit that this clone cannot compare with
    #[arg(long, value_name = "SIDE")]
    pub take: Option<Side>,
    /// Make issues anew that lie in Linear's trash or are gone
    #[arg(long)]
    pub recreate: bool,
}

/// A side of a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Side {
    /// plan.toml.
    Plan,
    /// Linear.
    Linear,
}
