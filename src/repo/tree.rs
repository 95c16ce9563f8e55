//! What can be asked of a tree, whether it is a commit, the index or the work tree.

use std::sync::Arc;

use super::{Pattern, RepoPath};

/// A blob's id: the hash that git gives these bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(pub [u8; 20]);

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A file.
    File {
        /// Whether its mode says that it can be run.
        executable: bool,
    },
    /// A symbolic link; its blob holds the target.
    Symlink,
    /// A folder.
    Folder,
    /// A submodule: a boundary, nothing behind it is read.
    Submodule,
}

impl EntryKind {
    /// The kind as a byte to keep or to hash: never 0, and the same in all versions.
    pub fn byte(self) -> u8 {
        match self {
            Self::File { executable: false } => 1,
            Self::File { executable: true } => 2,
            Self::Symlink => 3,
            Self::Folder => 4,
            Self::Submodule => 5,
        }
    }

    /// The kind of a byte; `None` for one that stands for none.
    pub fn of_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::File { executable: false },
            2 => Self::File { executable: true },
            3 => Self::Symlink,
            4 => Self::Folder,
            5 => Self::Submodule,
            _ => return None,
        })
    }
}

/// One entry of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Its blob; `None` for folders and submodules.
    pub id: Option<BlobId>,
}

/// One path that a pattern matches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Match {
    /// The path.
    pub path: RepoPath,
    /// What stands there: never [`EntryKind::Folder`].
    pub kind: EntryKind,
}

/// A file of more bytes than this is not read (counted from the object's header): 4 MiB.
pub const LARGEST_FILE: u64 = 4 * 1024 * 1024;

/// A pattern that matches more paths than this is not followed.
pub const MOST_MATCHES: usize = 10_000;

/// Why a tree could not answer. Absence is no error: it is `Ok(None)` or an empty list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The object database lacks an object that the tree names (partial clone, corruption).
    #[error("object {id} is missing from the object database{}", detail(.why))]
    MissingObject {
        /// Hex id.
        id: String,
        /// What git said, or empty.
        why: String,
    },
    /// Larger than a counted bound.
    #[error("{what} is over the bound of {bound}")]
    TooLarge {
        /// What is too large, with its size.
        what: String,
        /// The bound with its unit.
        bound: String,
    },
    /// It is there, but cannot be read as what it should be.
    #[error("{0}")]
    Unreadable(String),
    /// Two sides of a merge stand in the index.
    #[error("the index holds an unresolved merge of it")]
    Conflict,
}

fn detail(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!(" ({why})") }
}

/// Where a check reads: the three questions of DESIGN §4. The same question has the same meaning on a
/// commit, the index and the work tree (there: tracked files, and untracked ones that are not ignored;
/// ids are those of the bytes on disk).
pub trait Tree: Send + Sync {
    /// What stands at `path`, or `None`. The root is a folder.
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError>;

    /// Files, symlinks and submodules that match, sorted by path; at most [`MOST_MATCHES`].
    fn glob(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError>;

    /// The bytes of a blob that [`Tree::entry`] named; at most [`LARGEST_FILE`].
    fn bytes(&self, id: BlobId) -> Result<Arc<[u8]>, ReadError>;
}
