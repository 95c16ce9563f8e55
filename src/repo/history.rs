//! Commits and the people behind them.

use super::{Pattern, ReadError};
use crate::source::Outside;

/// Somebody who wrote a commit, .mailmap applied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Person {
    /// Name.
    pub name: Outside,
    /// E-mail address.
    pub email: Outside,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Hex id.
    pub id: String,
    /// Who wrote it.
    pub author: Person,
    /// Committer time, seconds since 1970-01-01 UTC.
    pub time: i64,
    /// First line of its message.
    pub subject: Outside,
    /// How many parents it has.
    pub parents: usize,
}

/// The commits that touch some files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touching {
    /// Newest first, merges included (`parents` > 1) only when they differ from every parent.
    pub commits: Vec<Commit>,
    /// The commit that brought the plan in, when the walk began there.
    pub since: Option<Commit>,
    /// Hex ids of the commits behind which history is cut off (shallow clone, graft), when the walk met one
    /// before it was done. Whether such a commit touches the files cannot be seen: it is not among `commits`.
    pub cut_at: Vec<String>,
}

/// What can be asked of the commits behind a tree.
pub trait History: Send + Sync {
    /// The commits reachable from the tree's tip that touch a path which one of the patterns matches,
    /// since the plan's file came into the repository (all, when it never did).
    fn touching(&self, patterns: &[Pattern]) -> Result<Touching, ReadError>;
}
