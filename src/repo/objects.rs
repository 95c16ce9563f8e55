//! The object database: reading objects with a bound on their size, and folders as git stores them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use git2::{ErrorCode, ObjectType, Odb, Oid};

use super::{BlobId, EntryKind, LARGEST_FILE, ReadError};

/// An object's id.
pub(super) type Id = [u8; 20];

/// A folder's tree object of more bytes than this is not read: 16 MiB.
const LARGEST_FOLDER: u64 = 16 * 1024 * 1024;

/// A commit object of more bytes than this is not read: 4 MiB.
const LARGEST_COMMIT: u64 = 4 * 1024 * 1024;

/// Folders are kept until they take this much (bytes); then keeping starts anew.
const KEPT_FOLDERS: usize = 4 * 1024 * 1024;

/// The objects of one repository. Reads from many threads.
pub(super) struct Objects {
    odb: Odb<'static>,
    /// Whether a remote has promised what is missing (partial clone).
    promised: bool,
    folders: RwLock<Kept>,
}

#[derive(Default)]
struct Kept {
    folders: HashMap<Id, Arc<Folder>>,
    bytes: usize,
}

impl Objects {
    /// Over an objects folder, the ones that its `info/alternates` names, and `more`.
    pub fn open(folder: &Path, more: &[PathBuf], promised: bool) -> Result<Self, git2::Error> {
        Ok(Self { odb: database(folder, more)?, promised, folders: RwLock::default() })
    }

    /// Whether a remote has promised what is missing (partial clone).
    pub fn promised(&self) -> bool {
        self.promised
    }

    /// Ids that begin with these hex digits, with what they are; sorted, at most `most`.
    pub fn beginning_with(&self, digits: &str, most: usize) -> Result<Vec<(Oid, ObjectType)>, git2::Error> {
        let digits = digits.to_ascii_lowercase();
        let mut found = Vec::new();
        self.odb
            .foreach(|id| {
                if id.to_string().starts_with(&digits) && !found.contains(id) {
                    found.push(*id);
                }
                found.len() < most
            })
            .or_else(|error| if found.is_empty() { Err(error) } else { Ok(()) })?;
        found.sort();
        found.into_iter().map(|id| Ok((id, self.odb.read_header(id)?.1))).collect()
    }

    /// A blob of at most [`LARGEST_FILE`] bytes.
    pub fn blob(&self, id: BlobId) -> Result<Arc<[u8]>, ReadError> {
        self.read(id.0, ObjectType::Blob, "a file", LARGEST_FILE, |bytes| Arc::from(bytes))
    }

    /// A commit's bytes.
    pub fn commit<R>(&self, id: Id, take: impl FnOnce(&[u8]) -> R) -> Result<R, ReadError> {
        self.read(id, ObjectType::Commit, "a commit", LARGEST_COMMIT, take)
    }

    /// A folder.
    pub fn folder(&self, id: Id) -> Result<Arc<Folder>, ReadError> {
        if let Some(folder) = self.folders.read().unwrap_or_else(PoisonError::into_inner).folders.get(&id) {
            return Ok(folder.clone());
        }
        let folder = self.read(id, ObjectType::Tree, "a folder", LARGEST_FOLDER, |bytes| Folder(bytes.to_vec()))?;
        let folder = Arc::new(folder);
        let mut kept = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + folder.0.len() > KEPT_FOLDERS {
            *kept = Kept::default();
        }
        kept.bytes += folder.0.len();
        kept.folders.insert(id, folder.clone());
        Ok(folder)
    }

    fn read<R>(
        &self,
        id: Id,
        kind: ObjectType,
        what: &str,
        bound: u64,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, ReadError> {
        let id = Oid::from_bytes(&id).map_err(|error| ReadError::Unreadable(error.message().to_owned()))?;
        let check = |size: usize, found: ObjectType| {
            if found != kind {
                let why = format!("a {found} stands in its place");
                return Err(ReadError::MissingObject { id: id.to_string(), why });
            }
            if size as u64 > bound { Err(too_large(what, size as u64, bound)) } else { Ok(()) }
        };
        // A blob may be of any size, and is looked at before it is read. Commits and folders are small, or nothing works.
        if kind == ObjectType::Blob {
            let (size, found) = self.odb.read_header(id).map_err(|error| self.missing(id, &error))?;
            check(size, found)?;
        }
        let object = self.odb.read(id).map_err(|error| self.missing(id, &error))?;
        check(object.len(), object.kind())?;
        // What a verdict rests on is held against its id; commits and folders are believed, as git believes them.
        if kind == ObjectType::Blob && Oid::hash_object(kind, object.data()).ok() != Some(id) {
            let why = "corrupt: another object stands in its place".to_owned();
            return Err(ReadError::MissingObject { id: id.to_string(), why });
        }
        Ok(take(object.data()))
    }

    fn missing(&self, id: Oid, error: &git2::Error) -> ReadError {
        let why = match error.code() {
            ErrorCode::NotFound if self.promised => {
                "this is a partial clone, and the object was never fetched".to_owned()
            }
            ErrorCode::NotFound => String::new(),
            _ => format!("corrupt: {}", error.message()),
        };
        ReadError::MissingObject { id: id.to_string(), why }
    }
}

/// A database of its own: unlike the one inside a `git2::Repository` it may be shared between threads.
pub(super) fn database(folder: &Path, more: &[PathBuf]) -> Result<Odb<'static>, git2::Error> {
    let odb = Odb::new()?;
    for folder in std::iter::once(folder).chain(more.iter().map(PathBuf::as_path)) {
        let Some(folder) = folder.to_str() else {
            return Err(git2::Error::from_str("the path of the object database is no UTF-8"));
        };
        odb.add_disk_alternate(folder)?;
    }
    Ok(odb)
}

/// The error of something over a bound.
pub(super) fn too_large(what: &str, size: u64, bound: u64) -> ReadError {
    let mib = |bytes: u64| format!("{} MiB", bytes / (1024 * 1024));
    ReadError::TooLarge { what: format!("{what} of {size} bytes"), bound: mib(bound) }
}

/// Our id of an object.
pub(super) fn id_bytes(id: Oid) -> Id {
    id.as_bytes().try_into().unwrap_or_default()
}

/// A tree object as git stores it: `mode name NUL id`, one after the other.
pub(super) struct Folder(Vec<u8>);

/// One entry of a tree object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FolderEntry<'f> {
    /// The name, unchecked.
    pub name: &'f [u8],
    /// What it is.
    pub kind: EntryKind,
    /// Its object.
    pub id: Id,
}

impl Folder {
    /// The entries in git's order, up to the first that is malformed.
    pub fn entries(&self) -> impl Iterator<Item = FolderEntry<'_>> {
        let mut rest = self.0.as_slice();
        std::iter::from_fn(move || {
            let (entry, after) = entry(rest)?;
            rest = after;
            Some(entry)
        })
    }

    /// The entry of that name.
    pub fn get(&self, name: &[u8]) -> Option<FolderEntry<'_>> {
        self.entries().find(|entry| entry.name == name)
    }
}

fn entry(bytes: &[u8]) -> Option<(FolderEntry<'_>, &[u8])> {
    let blank = bytes.iter().take(8).position(|b| *b == b' ')?;
    let (mode, rest) = (bytes.get(..blank)?, bytes.get(blank + 1..)?);
    let end = rest.iter().position(|b| *b == 0)?;
    let (name, rest) = (rest.get(..end)?, rest.get(end + 1..)?);
    let (id, after) = rest.split_first_chunk::<20>()?;
    let mode = u32::from_str_radix(std::str::from_utf8(mode).ok()?, 8).ok()?;
    Some((FolderEntry { name, kind: kind_of(mode), id: *id }, after))
}

/// What a mode in a tree object or the index says.
pub(super) fn kind_of(mode: u32) -> EntryKind {
    match mode & 0o170_000 {
        0o040_000 => EntryKind::Folder,
        0o120_000 => EntryKind::Symlink,
        0o100_000 => EntryKind::File { executable: mode & 0o100 != 0 },
        _ => EntryKind::Submodule,
    }
}
