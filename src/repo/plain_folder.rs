//! A folder on disk without a repository: for looking at single files.

use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::Arc;

use git2::{ObjectType, Oid};

use super::commit_tree::{DEEPEST, Matches, too_deep};
use super::disk::{Disk, Standing};
use super::index::Tracked;
use super::kept::Kept;
use super::looks::Looks;
use super::objects::{id_bytes, too_large};
use super::{BlobId, Entry, EntryKind, LARGEST_FILE, Match, Pattern, ReadError, RepoPath, Tree};

/// Every file below a folder, ignore rules or not; links are never followed out, other repositories not entered.
pub struct PlainFolder {
    disk: Disk,
    kept: Kept,
}

impl PlainFolder {
    /// The folder; it is read when it is asked.
    pub fn new(root: PathBuf) -> Self {
        let disk = Disk::new(root, Arc::new(Tracked::nothing()), Arc::new(Looks::forgotten()));
        Self { disk, kept: Kept::default() }
    }

    fn find(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        let (kind, bytes) = match self.disk.stand(path)? {
            Standing::Nothing => return Ok(None),
            Standing::Folder => return Ok(Some(Entry { kind: EntryKind::Folder, id: None })),
            Standing::Repository => return Ok(Some(Entry { kind: EntryKind::Submodule, id: None })),
            Standing::Special(what) => {
                return Err(ReadError::Unreadable(format!("it is {what}, which is never opened")));
            }
            Standing::Symlink(target) => (EntryKind::Symlink, Arc::from(target)),
            Standing::File(found) if found.size() > LARGEST_FILE => {
                return Err(too_large("a file", found.size(), LARGEST_FILE));
            }
            Standing::File(found) => (EntryKind::File { executable: found.mode() & 0o100 != 0 }, self.disk.read(path)?),
        };
        let id = Oid::hash_object(ObjectType::Blob, &bytes)
            .map_err(|error| ReadError::Unreadable(error.message().to_owned()))?;
        let id = BlobId(id_bytes(id));
        self.kept.put_blob(id, Ok(bytes));
        Ok(Some(Entry { kind, id: Some(id) }))
    }

    fn list(&self, folder: &RepoPath, matches: &mut Matches<'_>, pattern: &Pattern) -> Result<(), ReadError> {
        if folder.depth() > DEEPEST {
            return Err(too_deep(pattern));
        }
        for (path, _) in self.disk.names(folder)? {
            matches.look()?;
            match self.disk.stand(&path)? {
                Standing::Nothing | Standing::Special(_) => {}
                Standing::Folder if pattern.reaches(&path) => self.list(&path, matches, pattern)?,
                Standing::Folder => {}
                Standing::Repository => matches.offer(path, EntryKind::Submodule)?,
                Standing::Symlink(_) => matches.offer(path, EntryKind::Symlink)?,
                Standing::File(found) => {
                    matches.offer(path, EntryKind::File { executable: found.mode() & 0o100 != 0 })?;
                }
            }
        }
        Ok(())
    }
}

impl Tree for PlainFolder {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        self.kept.entry(path, || self.find(path))
    }

    fn glob(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError> {
        let mut matches = Matches::of(pattern);
        match self.disk.stand(pattern.base())? {
            Standing::Folder => self.list(pattern.base(), &mut matches, pattern)?,
            _ => return Ok(Vec::new()),
        }
        Ok(matches.sorted())
    }

    fn bytes(&self, id: BlobId) -> Result<Arc<[u8]>, ReadError> {
        self.kept.blob(id, || Err(ReadError::MissingObject { id: format!("{id:?}"), why: String::new() }))
    }
}
