//! Ids of commits.

use std::fmt;

use git2::Oid;

use super::objects::{Id, id_bytes};

/// A commit's id. Displays as 40 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(Id);

impl CommitId {
    pub(super) fn of(id: Oid) -> Self {
        Self(id_bytes(id))
    }

    pub(super) fn of_bytes(id: Id) -> Self {
        Self(id)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<[u8; 20]> for CommitId {
    fn from(id: [u8; 20]) -> Self {
        Self(id)
    }
}
