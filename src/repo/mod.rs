//! Git: trees, history, authors. The only room that knows git2.

mod history;
mod path;
mod pattern;
mod tree;

pub use history::{Commit, History, Person, Touching};
pub use path::{PathError, RepoPath};
pub use pattern::{Pattern, PatternError};
pub use tree::{BlobId, Entry, EntryKind, LARGEST_FILE, MOST_MATCHES, Match, ReadError, Tree};
