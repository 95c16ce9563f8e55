//! The tree of a commit, straight from the object database.

use std::sync::Arc;

use super::grafts::Grafts;
use super::kept::Kept;
use super::objects::{Id, Objects};
use super::{
    BlobId, CommitId, Entry, EntryKind, MOST_MATCHES, Match, Pattern, ReadError, Repo, RepoError, RepoPath, Tree,
};

/// Folders deeper than this are not gone into.
pub(super) const DEEPEST: usize = 128;

/// A pattern for which more entries than this would have to be looked at is not followed.
pub(super) const MOST_LOOKED_AT: usize = 1_000_000;

/// The files of one commit.
pub struct CommitTree {
    objects: Arc<Objects>,
    root: Option<Id>,
    kept: Kept,
}

impl Repo {
    /// The tree of a commit.
    pub fn commit_tree(&self, id: CommitId) -> Result<CommitTree, RepoError> {
        // As in the history behind it, what replaces a commit stands in its place.
        let object = Grafts::replacements(self)?.get(id.as_bytes()).copied().unwrap_or(*id.as_bytes());
        let root = self.objects.commit(object, |bytes| super::commit::header(bytes).map(|header| header.tree));
        let trouble =
            |why: String| RepoError::MissingObject { id: id.to_string(), why, promised: self.objects.promised() };
        match root {
            Ok(Some(root)) => Ok(CommitTree::of_root(self.objects.clone(), Some(root))),
            Ok(None) => Err(trouble("its header is malformed".to_owned())),
            Err(error) => Err(trouble(error.to_string())),
        }
    }

    /// The tree of no commit at all: nothing stands in it.
    pub(super) fn empty_tree(&self) -> CommitTree {
        CommitTree::of_root(self.objects.clone(), None)
    }
}

impl CommitTree {
    /// The tree of a root tree object; `None` is the empty tree.
    pub(super) fn of_root(objects: Arc<Objects>, root: Option<Id>) -> Self {
        Self { objects, root, kept: Kept::default() }
    }

    /// The tree object of a folder; `None` when no folder stands there.
    fn folder(&self, path: &RepoPath) -> Result<Option<Id>, ReadError> {
        folder_at(&self.objects, self.root, path)
    }

    fn find(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        if path.is_root() {
            return Ok(Some(Entry { kind: EntryKind::Folder, id: None }));
        }
        if path.is_git_internal() {
            return Ok(None);
        }
        let Some(folder) = self.folder(&path.parent())? else { return Ok(None) };
        let folder = self.objects.folder(folder)?;
        Ok(folder.get(path.name()).map(|found| entry(found.kind, found.id)))
    }

    fn list(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError> {
        if let Some(path) = pattern.path() {
            let entry = self.entry(&path)?;
            return Ok(literal(path, entry));
        }
        if pattern.base().is_git_internal() {
            return Ok(Vec::new());
        }
        let mut found = Matches::of(pattern);
        let Some(base) = self.folder(pattern.base())? else { return Ok(Vec::new()) };
        let mut folders = vec![(pattern.base().clone(), base)];
        while let Some((at, id)) = folders.pop() {
            let folder = self.objects.folder(id)?;
            for inner in folder.entries() {
                found.look()?;
                let Some(path) = at.child(inner.name) else { continue };
                if inner.kind != EntryKind::Folder {
                    found.offer(path, inner.kind)?;
                } else if pattern.reaches(&path) {
                    if path.depth() > DEEPEST {
                        return Err(too_deep(pattern));
                    }
                    folders.push((path, inner.id));
                }
            }
        }
        Ok(found.sorted())
    }
}

/// The tree object of a folder below `root`; `None` when no folder stands there.
pub(super) fn folder_at(objects: &Objects, root: Option<Id>, path: &RepoPath) -> Result<Option<Id>, ReadError> {
    let Some(mut at) = root else { return Ok(None) };
    for part in path.parts() {
        match objects.folder(at)?.get(part) {
            Some(entry) if entry.kind == EntryKind::Folder => at = entry.id,
            _ => return Ok(None),
        }
    }
    Ok(Some(at))
}

/// Whether a file, link or submodule stands at a path below `root`.
pub(super) fn has_file(objects: &Objects, root: Id, path: &RepoPath) -> Result<bool, ReadError> {
    let Some(folder) = folder_at(objects, Some(root), &path.parent())? else { return Ok(false) };
    Ok(objects.folder(folder)?.get(path.name()).is_some_and(|entry| entry.kind != EntryKind::Folder))
}

fn entry(kind: EntryKind, id: Id) -> Entry {
    let id = matches!(kind, EntryKind::File { .. } | EntryKind::Symlink).then(|| BlobId(id));
    Entry { kind, id }
}

impl Tree for CommitTree {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        self.kept.entry(path, || self.find(path))
    }

    fn glob(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError> {
        self.kept.glob(pattern, || self.list(pattern))
    }

    fn bytes(&self, id: BlobId) -> Result<Arc<[u8]>, ReadError> {
        self.kept.blob(id, || self.objects.blob(id))
    }
}

/// The answer to a pattern that names one path.
pub(super) fn literal(path: RepoPath, entry: Option<Entry>) -> Vec<Match> {
    match entry {
        Some(entry) if entry.kind != EntryKind::Folder => vec![Match { path, kind: entry.kind }],
        _ => Vec::new(),
    }
}

/// Collects the matches of a pattern within the counted bounds.
pub(super) struct Matches<'p> {
    pattern: &'p Pattern,
    found: Vec<Match>,
    looked_at: usize,
}

impl<'p> Matches<'p> {
    pub fn of(pattern: &'p Pattern) -> Self {
        Self { pattern, found: Vec::new(), looked_at: 0 }
    }

    /// Counts one more entry that was looked at.
    pub fn look(&mut self) -> Result<(), ReadError> {
        self.looked_at += 1;
        if self.looked_at > MOST_LOOKED_AT {
            return Err(ReadError::TooLarge {
                what: format!("the folders that `{}` leads through", self.pattern.as_str()),
                bound: format!("{MOST_LOOKED_AT} entries"),
            });
        }
        Ok(())
    }

    /// Takes a path when the pattern matches it.
    pub fn offer(&mut self, path: RepoPath, kind: EntryKind) -> Result<(), ReadError> {
        if self.pattern.matches(&path) { self.take(path, kind) } else { Ok(()) }
    }

    /// Takes a path that is known to match.
    pub fn take(&mut self, path: RepoPath, kind: EntryKind) -> Result<(), ReadError> {
        if self.found.len() >= MOST_MATCHES {
            return Err(ReadError::TooLarge {
                what: format!("the list of files that match `{}`", self.pattern.as_str()),
                bound: format!("{MOST_MATCHES} files"),
            });
        }
        self.found.push(Match { path, kind });
        Ok(())
    }

    pub fn sorted(mut self) -> Vec<Match> {
        self.found.sort();
        self.found.dedup();
        self.found
    }
}

/// The error of folders inside folders over the bound.
pub(super) fn too_deep(pattern: &Pattern) -> ReadError {
    ReadError::TooLarge {
        what: format!("the nesting of the folders that `{}` leads through", pattern.as_str()),
        bound: format!("{DEEPEST} levels"),
    }
}
