//! The index: what the next commit would hold, and which files are tracked.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use git2::{Index, IndexEntryExtendedFlag};

use super::commit_tree::{Matches, literal};
use super::kept::Kept;
use super::looks::{Look, Looks};
use super::objects::{Id, Objects, id_bytes, kind_of};
use super::{BlobId, Entry, EntryKind, Match, Pattern, ReadError, Repo, RepoError, RepoPath, Tree};

/// One line of the index.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub path: RepoPath,
    pub kind: EntryKind,
    pub id: Id,
    /// 0, or the side of an unresolved merge.
    pub stage: u16,
    /// `git add --intent-to-add`: tracked, but no part of the next commit.
    pub intended: bool,
    /// Left out of a sparse checkout: as good as on disk.
    pub skipped: bool,
    stamp: Stamp,
}

/// What the index remembers of a file on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    seconds: i32,
    nanoseconds: u32,
    size: u32,
}

/// The index of a repository, read when it is first asked.
pub(super) struct Tracked {
    /// `None` where there is no repository: nothing is tracked.
    file: Option<PathBuf>,
    looks: Arc<Looks>,
    lines: OnceLock<Result<Lines, ReadError>>,
}

/// The lines of an index, sorted by path and stage. An index that does not exist has none.
#[derive(Default)]
struct Lines {
    items: Vec<Item>,
    /// When the index was written.
    written: Option<(i64, i64)>,
}

impl Lines {
    fn read(file: &Path, looks: &Looks) -> Result<Self, RepoError> {
        let corrupt = |why: String| RepoError::CorruptIndex { at: file.to_path_buf(), why };
        let written = match looks.look(file, Look::Through) {
            Ok(found) => (found.mtime(), found.mtime_nsec()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(corrupt(error.to_string())),
        };
        let index = Index::open(file).map_err(|error| RepoError::of_index(&error, file.to_path_buf()))?;
        let mut items: Vec<Item> = index.iter().filter_map(item).collect();
        items.sort_by(|a, b| (&a.path, a.stage).cmp(&(&b.path, b.stage)));
        Ok(Self { items, written: Some(written) })
    }
}

impl Tracked {
    /// No index: nothing is tracked.
    pub fn nothing() -> Self {
        Self { file: None, looks: Arc::new(Looks::forgotten()), lines: OnceLock::from(Ok(Lines::default())) }
    }

    /// The index of a repository, which was seen to be readable before.
    pub fn unread(repo: &Repo, looks: Arc<Looks>) -> Self {
        Self { file: Some(repo.index_file().to_path_buf()), looks, lines: OnceLock::new() }
    }

    /// The index of a repository, read at once.
    pub fn read(repo: &Repo, looks: Arc<Looks>) -> Result<Self, RepoError> {
        let lines = Lines::read(repo.index_file(), &looks)?;
        Ok(Self { file: Some(repo.index_file().to_path_buf()), looks, lines: OnceLock::from(Ok(lines)) })
    }

    fn lines(&self) -> Result<&Lines, ReadError> {
        let lines = self.lines.get_or_init(|| match &self.file {
            Some(file) => Lines::read(file, &self.looks).map_err(|error| ReadError::Unreadable(error.to_string())),
            None => Ok(Lines::default()),
        });
        lines.as_ref().map_err(Clone::clone)
    }

    /// The lines of one path: one, or up to three when a merge is unresolved.
    pub fn of(&self, path: &RepoPath) -> Result<&[Item], ReadError> {
        let items = &self.lines()?.items;
        let from = items.partition_point(|item| item.path < *path);
        let rest = items.get(from..).unwrap_or_default();
        let count = rest.iter().take_while(|item| item.path == *path).count();
        Ok(rest.get(..count).unwrap_or_default())
    }

    /// The lines below a folder, at any depth.
    pub fn below(&self, folder: &RepoPath) -> Result<impl Iterator<Item = &Item>, ReadError> {
        let mut prefix = folder.as_bytes().to_vec();
        if !folder.is_root() {
            prefix.push(b'/');
        }
        let items = &self.lines()?.items;
        let from = items.partition_point(|item| item.path.as_bytes() < prefix.as_slice());
        Ok(items.iter().skip(from).take_while(move |item| item.path.as_bytes().starts_with(&prefix)))
    }

    /// Whether the path is tracked.
    pub fn has(&self, path: &RepoPath) -> Result<bool, ReadError> {
        Ok(!self.of(path)?.is_empty())
    }

    /// Whether the index is sure that the file on disk is still the one that it holds as `id`, whatever filters
    /// made of its bytes: same size, same time, and older than the index itself.
    pub fn is_unchanged(&self, path: &RepoPath, id: BlobId, found: &std::fs::Metadata) -> bool {
        let Ok([item]) = self.of(path) else { return false };
        let Stamp { seconds, nanoseconds, size } = item.stamp;
        let same_second = found.mtime() as i32 == seconds;
        let same_instant = nanoseconds == 0 || found.mtime_nsec() == i64::from(nanoseconds);
        let written = self.lines().ok().and_then(|lines| lines.written);
        let older = written.is_some_and(|written| (found.mtime(), found.mtime_nsec()) < written);
        let same_size = found.size() as u32 == size;
        item.stage == 0 && item.id == id.0 && same_second && same_instant && same_size && older
    }
}

fn item(entry: git2::IndexEntry) -> Option<Item> {
    let extended = |flag: IndexEntryExtendedFlag| entry.flags_extended & flag.bits() != 0;
    Some(Item {
        kind: kind_of(entry.mode),
        id: id_bytes(entry.id),
        stage: (entry.flags >> 12) & 3,
        intended: extended(IndexEntryExtendedFlag::INTENT_TO_ADD),
        skipped: extended(IndexEntryExtendedFlag::SKIP_WORKTREE),
        stamp: Stamp { seconds: entry.mtime.seconds(), nanoseconds: entry.mtime.nanoseconds(), size: entry.file_size },
        path: RepoPath::of_git(entry.path)?,
    })
}

/// What the next commit would hold.
pub struct IndexTree {
    objects: Arc<Objects>,
    tracked: Tracked,
    kept: Kept,
}

impl Repo {
    /// The tree of the index: what `git commit` would commit now.
    pub fn index_tree(&self) -> Result<IndexTree, RepoError> {
        if self.work_dir().is_none() && !self.index_file().exists() {
            return Err(RepoError::NoWorkTree { at: self.git_dir().to_path_buf() });
        }
        let tracked = Tracked::read(self, Arc::new(Looks::forgotten()))?;
        Ok(IndexTree { objects: self.objects.clone(), tracked, kept: Kept::default() })
    }
}

impl Item {
    /// The line as an entry of a tree.
    pub fn entry(&self) -> Entry {
        let has_blob = matches!(self.kind, EntryKind::File { .. } | EntryKind::Symlink);
        Entry { kind: self.kind, id: has_blob.then_some(BlobId(self.id)) }
    }
}

impl IndexTree {
    fn find(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        let folder = Some(Entry { kind: EntryKind::Folder, id: None });
        if path.is_root() {
            return Ok(folder);
        }
        let lines = self.tracked.of(path)?;
        if lines.iter().any(|item| item.stage != 0) {
            return Err(ReadError::Conflict);
        }
        if let Some(item) = lines.iter().find(|item| !item.intended) {
            return Ok(Some(item.entry()));
        }
        Ok(if self.tracked.below(path)?.any(|item| !item.intended) { folder } else { None })
    }

    fn list(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError> {
        if let Some(path) = pattern.path() {
            return match self.entry(&path) {
                // Listed all the same: who reads it hears of the conflict.
                Err(ReadError::Conflict) => Ok(vec![Match { path, kind: EntryKind::File { executable: false } }]),
                entry => Ok(literal(path, entry?)),
            };
        }
        let mut found = Matches::of(pattern);
        let mut last: Option<&RepoPath> = None;
        for item in self.tracked.below(pattern.base())?.filter(|item| !item.intended) {
            found.look()?;
            if last != Some(&item.path) {
                let kind = if item.stage == 0 { item.kind } else { EntryKind::File { executable: false } };
                found.offer(item.path.clone(), kind)?;
            }
            last = Some(&item.path);
        }
        Ok(found.sorted())
    }
}

impl Tree for IndexTree {
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
