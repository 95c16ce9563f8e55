//! Whether two trees differ in the files that patterns match.

use super::commit_tree::DEEPEST;
use super::objects::{Folder, FolderEntry, Id, Objects};
use super::{EntryKind, Pattern, ReadError, RepoPath};

/// Whether something that one of the patterns matches was added, removed, or changed in content, kind or mode.
/// Only folders that differ and that a pattern reaches are read.
pub(super) fn differs(
    objects: &Objects,
    before: Option<Id>,
    after: Option<Id>,
    patterns: &[Pattern],
) -> Result<bool, ReadError> {
    Difference { objects, patterns }.folders(&RepoPath::root(), before, after)
}

struct Difference<'d> {
    objects: &'d Objects,
    patterns: &'d [Pattern],
}

impl Difference<'_> {
    fn folders(&self, at: &RepoPath, before: Option<Id>, after: Option<Id>) -> Result<bool, ReadError> {
        if before == after {
            return Ok(false);
        }
        if at.depth() > DEEPEST {
            return Err(ReadError::TooLarge {
                what: "the nesting of folders in the history".to_owned(),
                bound: format!("{DEEPEST} levels"),
            });
        }
        let read = |id: Option<Id>| id.map(|id| self.objects.folder(id)).transpose();
        let (before, after) = (read(before)?, read(after)?);
        let mut before = before.iter().flat_map(|folder| Folder::entries(folder)).peekable();
        let mut after = after.iter().flat_map(|folder| Folder::entries(folder)).peekable();
        loop {
            let order = match (before.peek(), after.peek()) {
                (None, None) => return Ok(false),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(old), Some(new)) => key(old).cmp(&key(new)),
            };
            let old = if order.is_le() { before.next() } else { None };
            let new = if order.is_ge() { after.next() } else { None };
            if old != new && self.entries(at, old, new)? {
                return Ok(true);
            }
        }
    }

    fn entries(
        &self,
        at: &RepoPath,
        old: Option<FolderEntry<'_>>,
        new: Option<FolderEntry<'_>>,
    ) -> Result<bool, ReadError> {
        let Some(path) = old.or(new).and_then(|entry| at.child(entry.name)) else { return Ok(false) };
        let folder = |entry: Option<FolderEntry<'_>>| {
            entry.filter(|entry| entry.kind == EntryKind::Folder).map(|entry| entry.id)
        };
        let is_file = |entry: Option<FolderEntry<'_>>| entry.is_some_and(|entry| entry.kind != EntryKind::Folder);
        if (is_file(old) || is_file(new)) && self.patterns.iter().any(|pattern| pattern.matches(&path)) {
            return Ok(true);
        }
        if (folder(old).is_some() || folder(new).is_some()) && self.patterns.iter().any(|p| p.reaches(&path)) {
            return self.folders(&path, folder(old), folder(new));
        }
        Ok(false)
    }
}

/// Git sorts folders as if their names ended in `/`.
fn key<'e>(entry: &'e FolderEntry<'_>) -> Key<'e> {
    Key(entry.name, if entry.kind == EntryKind::Folder { b"/" } else { b"" })
}

struct Key<'k>(&'k [u8], &'k [u8]);

impl Ord for Key<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        if self.0.starts_with(other.0) || other.0.starts_with(self.0) {
            return self.0.iter().chain(self.1).cmp(other.0.iter().chain(other.1));
        }
        self.0.cmp(other.0)
    }
}

impl PartialOrd for Key<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key<'_> {}
