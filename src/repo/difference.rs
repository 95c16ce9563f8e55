//! What differs between two trees.

use super::ancestry::Watched;
use super::commit_tree::DEEPEST;
use super::objects::{Folder, FolderEntry, Id, Objects};
use super::{EntryKind, Pattern, ReadError, RepoPath};

/// A path at which two trees differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The path.
    pub path: RepoPath,
    /// What stood there.
    pub before: Option<EntryKind>,
    /// What stands there.
    pub after: Option<EntryKind>,
}

/// Whether something that one of the patterns matches was added, removed, or changed in content, kind or mode.
/// Only folders that differ and that a pattern reaches are read.
pub(super) fn differs(
    objects: &Objects,
    before: Option<Id>,
    after: Option<Id>,
    patterns: &[Pattern],
) -> Result<bool, ReadError> {
    let is_file = |kind: Option<EntryKind>| kind.is_some_and(|kind| kind != EntryKind::Folder);
    let mut found = false;
    Difference { objects, watched: patterns }.folders(&RepoPath::root(), before, after, &mut |changed| {
        found = found || is_file(changed.before) || is_file(changed.after);
        !found
    })?;
    Ok(found)
}

/// Every difference that `watched` wants, folders that appear, go, or change into something else included.
pub(super) fn changes(
    objects: &Objects,
    before: Option<Id>,
    after: Option<Id>,
    watched: &dyn Watched,
) -> Result<Vec<Changed>, ReadError> {
    let mut found = Vec::new();
    Difference { objects, watched }.folders(&RepoPath::root(), before, after, &mut |changed| {
        found.push(changed);
        true
    })?;
    Ok(found)
}

impl Watched for [Pattern] {
    fn wants(&self, path: &RepoPath) -> bool {
        self.iter().any(|pattern| pattern.matches(path))
    }

    fn goes_into(&self, folder: &RepoPath) -> bool {
        self.iter().any(|pattern| pattern.reaches(folder))
    }
}

struct Difference<'d, W: ?Sized> {
    objects: &'d Objects,
    watched: &'d W,
}

impl<W: Watched + ?Sized> Difference<'_, W> {
    /// Offers each difference to `take` until that answers no. Answers whether it never did.
    fn folders(
        &self,
        at: &RepoPath,
        before: Option<Id>,
        after: Option<Id>,
        take: &mut dyn FnMut(Changed) -> bool,
    ) -> Result<bool, ReadError> {
        if before == after {
            return Ok(true);
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
                (None, None) => return Ok(true),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(old), Some(new)) => key(old).cmp(&key(new)),
            };
            let old = if order.is_le() { before.next() } else { None };
            let new = if order.is_ge() { after.next() } else { None };
            if old != new && !self.entries(at, old, new, take)? {
                return Ok(false);
            }
        }
    }

    fn entries(
        &self,
        at: &RepoPath,
        old: Option<FolderEntry<'_>>,
        new: Option<FolderEntry<'_>>,
        take: &mut dyn FnMut(Changed) -> bool,
    ) -> Result<bool, ReadError> {
        let Some(path) = old.or(new).and_then(|entry| at.child(entry.name)) else { return Ok(true) };
        let kind = |entry: Option<FolderEntry<'_>>| entry.map(|entry| entry.kind);
        let folder = |entry: Option<FolderEntry<'_>>| {
            entry.filter(|entry| entry.kind == EntryKind::Folder).map(|entry| entry.id)
        };
        let both_folders = folder(old).is_some() && folder(new).is_some();
        if !both_folders && self.watched.wants(&path) {
            let changed = Changed { path: path.clone(), before: kind(old), after: kind(new) };
            if !take(changed) {
                return Ok(false);
            }
        }
        if (folder(old).is_some() || folder(new).is_some()) && self.watched.goes_into(&path) {
            return self.folders(&path, folder(old), folder(new), take);
        }
        Ok(true)
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
