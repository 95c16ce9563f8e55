//! The files of a work tree on disk, links never followed.

use std::collections::HashMap;
use std::fs::Metadata;
use std::io::Read;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use super::index::Tracked;
use super::looks::{Look, Looks, is_absent};
use super::objects::too_large;
use super::{EntryKind, LARGEST_FILE, ReadError, RepoPath};

/// What stands on disk at a path whose folders are all folders.
#[derive(Debug)]
pub(super) enum Standing {
    Nothing,
    File(Metadata),
    /// With its target.
    Symlink(Vec<u8>),
    Folder,
    /// A boundary: a submodule, or the root of another repository.
    Repository,
    /// A FIFO, socket or device: never opened.
    Special(&'static str),
}

/// Longer paths (bytes) stand on no disk.
const LONGEST: usize = 4096;

/// How often a file that is replaced while it is opened is opened again.
const TRIES: usize = 3;

/// A work tree's root, and what is known of its folders.
pub(super) struct Disk {
    root: PathBuf,
    tracked: Arc<Tracked>,
    looks: Arc<Looks>,
    /// Whether a folder is really one, down from the root without links or other repositories.
    folders: RwLock<HashMap<RepoPath, bool>>,
}

impl Disk {
    /// All that is looked at goes through `looks`.
    pub fn new(root: PathBuf, tracked: Arc<Tracked>, looks: Arc<Looks>) -> Self {
        Self { root, tracked, looks, folders: RwLock::default() }
    }

    /// The path for the file system.
    fn place(&self, path: &RepoPath) -> PathBuf {
        self.root.join(path.as_path())
    }

    /// What stands there. Below a link, a file or the root of another repository nothing does.
    pub fn stand(&self, path: &RepoPath) -> Result<Standing, ReadError> {
        if path.is_git_internal() || path.as_bytes().len() > LONGEST {
            return Ok(Standing::Nothing);
        }
        if !path.is_root() && !self.is_folder(&path.parent())? {
            return Ok(Standing::Nothing);
        }
        self.look(path)
    }

    fn look(&self, path: &RepoPath) -> Result<Standing, ReadError> {
        let place = self.place(path);
        let found = match self.looks.look(&place, Look::Itself) {
            Ok(found) => found,
            Err(error) if is_absent(&error) => return Ok(Standing::Nothing),
            Err(error) => return Err(ReadError::Unreadable(error.to_string())),
        };
        let kind = found.file_type();
        if kind.is_file() {
            return Ok(Standing::File(found));
        }
        if kind.is_symlink() {
            let target = place.read_link().map_err(|error| ReadError::Unreadable(error.to_string()))?;
            return Ok(Standing::Symlink(target.into_os_string().into_vec()));
        }
        if kind.is_dir() {
            return Ok(if !path.is_root() && self.is_boundary(path)? {
                Standing::Repository
            } else {
                Standing::Folder
            });
        }
        Ok(Standing::Special(if kind.is_fifo() {
            "a FIFO"
        } else if kind.is_socket() {
            "a socket"
        } else {
            "a device"
        }))
    }

    /// Whether this is a folder that may be gone into: it and all above it are folders, no links or boundaries.
    fn is_folder(&self, path: &RepoPath) -> Result<bool, ReadError> {
        let known = |path: &RepoPath| self.folders.read().unwrap_or_else(PoisonError::into_inner).get(path).copied();
        if let Some(is) = known(path) {
            return Ok(is);
        }
        let mut at = RepoPath::root();
        for part in path.parts() {
            let Some(next) = at.child(part) else { return Ok(false) };
            at = next;
            let is = match known(&at) {
                Some(is) => is,
                None => matches!(self.look(&at)?, Standing::Folder),
            };
            self.folders.write().unwrap_or_else(PoisonError::into_inner).insert(at.clone(), is);
            if !is {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a folder is a submodule or the root of a repository of its own: a `.git` file in it, or a `.git`
    /// folder that git would take for one. Where this repository tracks files below it, it is a folder like others.
    fn is_boundary(&self, path: &RepoPath) -> Result<bool, ReadError> {
        if self.tracked.of(path)?.iter().any(|item| item.kind == EntryKind::Submodule) {
            return Ok(true);
        }
        if self.tracked.below(path)?.next().is_some() {
            return Ok(false);
        }
        let git = self.place(path).join(".git");
        let is_folder = |name: &str| self.looks.look(&git.join(name), Look::Through).is_ok_and(|found| found.is_dir());
        Ok(match self.looks.look(&git, Look::Itself) {
            Ok(found) if found.is_dir() => {
                self.looks.look(&git.join("HEAD"), Look::Itself).is_ok() && is_folder("objects") && is_folder("refs")
            }
            Ok(found) => found.is_file() || found.is_symlink(),
            Err(_) => false,
        })
    }

    /// The names in a folder with what they are at first sight, sorted.
    pub fn names(&self, folder: &RepoPath) -> Result<Vec<(RepoPath, std::fs::FileType)>, ReadError> {
        let trouble = |error: std::io::Error| {
            ReadError::Unreadable(format!("the folder {} cannot be listed: {error}", folder.shown().raw()))
        };
        let mut names = Vec::new();
        let place = self.place(folder);
        self.looks.look(&place, Look::Names).map_err(trouble)?;
        for found in place.read_dir().map_err(trouble)? {
            let found = found.map_err(trouble)?;
            if let Some(path) = folder.child(&found.file_name().into_vec()) {
                names.push((path, found.file_type().map_err(trouble)?));
            }
        }
        names.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(names)
    }

    /// The bytes of a file, at most [`LARGEST_FILE`]. What was put in its place in the meantime is read when it is
    /// a file too.
    pub fn read(&self, path: &RepoPath) -> Result<Arc<[u8]>, ReadError> {
        let trouble = |error: std::io::Error| ReadError::Unreadable(error.to_string());
        let place = self.place(path);
        for _ in 0..TRIES {
            if !self.looks.look(&place, Look::Itself).map_err(trouble)?.is_file() {
                break;
            }
            let file = std::fs::File::open(&place).map_err(trouble)?;
            let (opened, named) = (file.metadata().map_err(trouble)?, place.symlink_metadata().map_err(trouble)?);
            if (opened.dev(), opened.ino()) == (named.dev(), named.ino()) {
                return within_bound(file, opened.size());
            }
        }
        Err(ReadError::Unreadable("it was replaced while it was read".to_owned()))
    }
}

fn within_bound(file: std::fs::File, size: u64) -> Result<Arc<[u8]>, ReadError> {
    let over = |size| too_large("a file", size, LARGEST_FILE);
    if size > LARGEST_FILE {
        return Err(over(size));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| ReadError::Unreadable(error.to_string()))?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(over(bytes.len() as u64));
    }
    Ok(Arc::from(bytes))
}
