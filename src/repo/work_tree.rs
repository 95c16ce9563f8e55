//! The work tree: tracked files as they are on disk, and untracked ones that are not ignored.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;
use std::time::SystemTime;

use git2::{ObjectType, Oid};

use super::answered::Answered;
use super::commit_tree::{DEEPEST, MOST_LOOKED_AT, Matches, literal, too_deep};
use super::disk::{Disk, Standing};
use super::excludes::{Excludes, Inside};
use super::index::Tracked;
use super::kept::Kept;
use super::looks::Looks;
use super::objects::{Objects, id_bytes, too_large};
use super::open::Settings;
use super::{BlobId, Entry, EntryKind, LARGEST_FILE, Match, Pattern, ReadError, Repo, RepoError, RepoPath, Tree};

/// What `git add --all && git commit` would commit, but with the bytes that stand on disk. A file that was read
/// is kept: all checks of one run see the same bytes.
pub struct WorkTree {
    disk: Disk,
    tracked: Arc<Tracked>,
    objects: Arc<Objects>,
    excludes: Excludes,
    settings: Settings,
    kept: Kept,
    looks: Arc<Looks>,
    answered: Answered,
}

impl Repo {
    /// The work tree as it is now. Fails in a bare repository, and where the index or the ignore rules cannot be
    /// read.
    pub fn work_tree(&self) -> Result<WorkTree, RepoError> {
        self.work_tree_through(Looks::forgotten(), None)
    }

    /// The same. `row` is what an earlier one kept ([`WorkTree::row`]): while it holds, the index is not read.
    pub(super) fn work_tree_again(&self, row: Option<&[u8]>, begun: SystemTime) -> Result<WorkTree, RepoError> {
        self.work_tree_through(Looks::new(begun), row)
    }

    fn work_tree_through(&self, looks: Looks, row: Option<&[u8]>) -> Result<WorkTree, RepoError> {
        let Some(root) = self.work_dir() else {
            return Err(RepoError::NoWorkTree { at: self.git_dir().to_path_buf() });
        };
        let looks = Arc::new(looks);
        let kept = Kept::default();
        let answered = row.and_then(|row| Answered::restore(row, &looks, &kept));
        let tracked = Arc::new(match answered {
            Some(_) => Tracked::unread(self, looks.clone()),
            None => Tracked::read(self, looks.clone())?,
        });
        let info = self.common_dir().join("info/exclude");
        let excludes = Excludes::open(self.settings.excludes.as_deref(), &info, self.settings.ignore_case, &looks)
            .map_err(|error| RepoError::Git { doing: "read the ignore rules", why: error.to_string() })?;
        Ok(WorkTree {
            disk: Disk::new(root.to_path_buf(), tracked.clone(), looks.clone()),
            tracked,
            objects: self.objects.clone(),
            excludes,
            settings: self.settings.clone(),
            kept,
            looks,
            answered: answered.unwrap_or_default(),
        })
    }

    /// The same for work trees that answer the same while all on disk stands as it did.
    pub fn work_tree_digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        let Settings { file_mode, symlinks, ignore_case, excludes } = &self.settings;
        hasher.update(&[u8::from(*file_mode), u8::from(*symlinks), u8::from(*ignore_case)]);
        let info = self.common_dir().join("info/exclude");
        let places = [self.work_dir(), Some(self.index_file()), excludes.as_deref(), Some(&info)];
        for place in places {
            let place = place.map(|place| place.as_os_str().as_encoded_bytes());
            hasher.update(&[u8::from(place.is_some())]).update(place.unwrap_or_default()).update(&[0]);
        }
        *hasher.finalize().as_bytes()
    }
}

impl WorkTree {
    /// Whether git is sure that the file on disk is still what the index holds as `id`: filters (line ends, Git
    /// LFS) may have given it other bytes.
    pub(super) fn is_unchanged(&self, path: &RepoPath, id: BlobId) -> bool {
        match self.disk.stand(path) {
            Ok(Standing::File(found)) => self.tracked.is_unchanged(path, id, &found),
            _ => false,
        }
    }

    fn ignores(&self, path: &RepoPath, is_folder: bool) -> Result<bool, ReadError> {
        let inside = Inside { disk: &self.disk, tracked: &self.tracked, objects: &self.objects };
        self.excludes.ignores(&inside, path, is_folder)
    }

    /// Whether a path that is no folder counts: it is tracked, or not ignored.
    fn counts(&self, path: &RepoPath) -> Result<bool, ReadError> {
        Ok(self.tracked.has(path)? || !self.ignores(path, false)?)
    }

    fn find(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        let folder = Entry { kind: EntryKind::Folder, id: None };
        if path.is_root() {
            return Ok(Some(folder));
        }
        match self.disk.stand(path)? {
            Standing::Nothing => self.skipped(path),
            Standing::Folder => Ok(self.has_files(path)?.then_some(folder)),
            Standing::Repository => {
                let counts = self.tracked.has(path)? || !self.ignores(path, true)?;
                Ok(counts.then_some(Entry { kind: EntryKind::Submodule, id: None }))
            }
            _ if !self.counts(path)? => Ok(None),
            Standing::Symlink(target) => Ok(Some(Entry { kind: EntryKind::Symlink, id: Some(self.take(target)?) })),
            Standing::File(found) => {
                let id = self.file(path, &found)?;
                Ok(Some(Entry { kind: self.file_kind(path, &found)?, id: Some(id) }))
            }
            Standing::Special(what) => Err(ReadError::Unreadable(format!("it is {what}, which is never opened"))),
        }
    }

    /// What a sparse checkout left out counts as if it stood on disk; so does a folder of such files.
    fn skipped(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        Ok(match self.tracked.of(path)? {
            [item] => item.skipped.then(|| item.entry()),
            [] => {
                let any = self.tracked.below(path)?.any(|item| item.skipped);
                any.then_some(Entry { kind: EntryKind::Folder, id: None })
            }
            _ => None,
        })
    }

    fn file_kind(&self, path: &RepoPath, found: &Metadata) -> Result<EntryKind, ReadError> {
        let in_index = self.tracked.of(path)?.first().map(|item| item.kind);
        Ok(match in_index {
            Some(EntryKind::Symlink) if !self.settings.symlinks => EntryKind::Symlink,
            Some(EntryKind::File { executable }) if !self.settings.file_mode => EntryKind::File { executable },
            _ => EntryKind::File { executable: self.settings.file_mode && found.mode() & 0o100 != 0 },
        })
    }

    /// Reads a file and says its id.
    fn file(&self, path: &RepoPath, found: &Metadata) -> Result<BlobId, ReadError> {
        let (id, bytes) = self.read(path, found)?;
        self.kept.put_blob(id, bytes);
        Ok(id)
    }

    /// A file's bytes and their id. One over the bound is not read: its id stands for "too large, so many bytes".
    fn read(&self, path: &RepoPath, found: &Metadata) -> Result<(BlobId, Bytes), ReadError> {
        let read = if found.size() > LARGEST_FILE {
            Err(too_large("a file", found.size(), LARGEST_FILE))
        } else {
            self.disk.read(path)
        };
        match read {
            Ok(bytes) => Ok((blob_id(&bytes)?, Ok(bytes))),
            Err(error @ ReadError::TooLarge { .. }) => {
                let digest = blake3::hash(format!("trueup: {error}").as_bytes());
                let mut id = [0; 20];
                id.iter_mut().zip(digest.as_bytes()).for_each(|(to, from)| *to = *from);
                Ok((BlobId(id), Err(error)))
            }
            Err(error) => Err(error),
        }
    }

    fn take(&self, bytes: Vec<u8>) -> Result<BlobId, ReadError> {
        let id = blob_id(&bytes)?;
        self.kept.put_blob(id, Ok(Arc::from(bytes)));
        Ok(id)
    }

    /// The bytes at a path of which it was answered before what their id is. Where other ones stand by now, or none, the
    /// database may still have them; else they are missing here, which says nothing about any tree that names them.
    fn read_again(&self, path: &RepoPath, id: BlobId) -> Result<Arc<[u8]>, ReadError> {
        let read = match self.disk.stand(path) {
            Ok(Standing::File(found)) => self.read(path, &found).ok(),
            Ok(Standing::Symlink(target)) => blob_id(&target).ok().map(|id| (id, Ok(Arc::from(target)))),
            _ => None,
        };
        match read {
            Some((own, bytes)) if own == id => bytes,
            _ => self.objects.blob(id),
        }
    }

    /// What was answered, as bytes to keep for the next time; `None` when nothing new was, or when something changed
    /// so lately that it could change again without a trace.
    pub(super) fn row(&self) -> Option<Vec<u8>> {
        self.answered.row(&self.looks, &self.kept)
    }

    /// Whether a folder holds anything that counts: git knows no empty folders.
    fn has_files(&self, folder: &RepoPath) -> Result<bool, ReadError> {
        for item in self.tracked.below(folder)? {
            let stands = match self.disk.stand(&item.path)? {
                Standing::Nothing => item.skipped,
                Standing::Folder => false,
                _ => true,
            };
            if stands {
                return Ok(true);
            }
        }
        if self.ignores(folder, true)? {
            return Ok(false);
        }
        let mut folders = vec![folder.clone()];
        let mut looked_at = 0;
        while let Some(folder) = folders.pop() {
            if folder.depth() > DEEPEST {
                continue;
            }
            for (path, kind) in self.disk.names(&folder)? {
                looked_at += 1;
                if looked_at > MOST_LOOKED_AT {
                    return Err(ReadError::TooLarge {
                        what: "the folder".to_owned(),
                        bound: format!("{MOST_LOOKED_AT} entries"),
                    });
                }
                if kind.is_dir() {
                    match self.disk.stand(&path)? {
                        _ if self.ignores(&path, true)? => {}
                        Standing::Repository => return Ok(true),
                        _ => folders.push(path),
                    }
                } else if (kind.is_file() || kind.is_symlink()) && self.counts(&path)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn list(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError> {
        if let Some(path) = pattern.path() {
            let kind = self.kind(&path)?;
            return Ok(literal(path, kind.map(|kind| Entry { kind, id: None })));
        }
        let mut found = Matches::of(pattern);
        for item in self.tracked.below(pattern.base())? {
            found.look()?;
            if pattern.matches(&item.path)
                && let Some(kind) = self.kind(&item.path)?
                && kind != EntryKind::Folder
            {
                found.take(item.path.clone(), kind)?;
            }
        }
        let base = pattern.base();
        let goes_in =
            base.is_root() || matches!(self.disk.stand(base)?, Standing::Folder) && !self.ignores(base, true)?;
        if goes_in {
            self.list_untracked(pattern, &mut found)?;
        }
        Ok(found.sorted())
    }

    fn list_untracked(&self, pattern: &Pattern, found: &mut Matches<'_>) -> Result<(), ReadError> {
        let mut folders = vec![pattern.base().clone()];
        while let Some(folder) = folders.pop() {
            for (path, kind) in self.disk.names(&folder)? {
                found.look()?;
                if !kind.is_dir() {
                    if pattern.matches(&path)
                        && !self.tracked.has(&path)?
                        && let Some(kind) = self.kind(&path)?
                        && kind != EntryKind::Folder
                    {
                        found.take(path, kind)?;
                    }
                    continue;
                }
                let (matches, reaches) = (pattern.matches(&path), pattern.reaches(&path));
                if !(matches || reaches) || self.ignores(&path, true)? {
                    continue;
                }
                match self.disk.stand(&path)? {
                    Standing::Repository if matches => found.take(path, EntryKind::Submodule)?,
                    Standing::Folder if reaches && path.depth() > DEEPEST => return Err(too_deep(pattern)),
                    Standing::Folder if reaches => folders.push(path),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// What stands at a path, without reading it. Something that is never opened is listed as a file: who reads it
    /// hears why not.
    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, ReadError> {
        Ok(match self.disk.stand(path)? {
            Standing::Nothing => self.skipped(path)?.map(|entry| entry.kind),
            Standing::Folder => Some(EntryKind::Folder),
            Standing::Repository => {
                let counts = self.tracked.has(path)? || !self.ignores(path, true)?;
                counts.then_some(EntryKind::Submodule)
            }
            _ if !self.counts(path)? => None,
            Standing::Symlink(_) => Some(EntryKind::Symlink),
            Standing::File(found) => Some(self.file_kind(path, &found)?),
            Standing::Special(_) => Some(EntryKind::File { executable: false }),
        })
    }
}

/// What stands for an id: bytes, or that they are too many.
type Bytes = Result<Arc<[u8]>, ReadError>;

/// The id that git gives these bytes.
fn blob_id(bytes: &[u8]) -> Result<BlobId, ReadError> {
    let id =
        Oid::hash_object(ObjectType::Blob, bytes).map_err(|error| ReadError::Unreadable(error.message().to_owned()))?;
    Ok(BlobId(id_bytes(id)))
}

impl Tree for WorkTree {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        self.kept.entry(path, || self.find(path))
    }

    fn glob(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError> {
        self.kept.glob(pattern, || self.list(pattern))
    }

    fn bytes(&self, id: BlobId) -> Result<Arc<[u8]>, ReadError> {
        self.kept.blob(id, || match self.answered.home(id) {
            // It was answered before that it stands there.
            Some(path) => self.read_again(path, id),
            // What was read from disk is kept already; what a sparse checkout left out is in the database.
            None => self.objects.blob(id),
        })
    }
}
