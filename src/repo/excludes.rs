//! Which untracked paths git ignores.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::disk::{Disk, Standing};
use super::exclude_rule::Rule;
use super::index::Tracked;
use super::looks::{Look, Looks};
use super::objects::Objects;
use super::{BlobId, ReadError, RepoPath};

/// An ignore file of more bytes than this is not read: every path would be compared with each of its rules.
const LARGEST: usize = 1024 * 1024;

/// The rules of one ignore file, for paths below a folder.
struct RuleFile {
    folder: RepoPath,
    rules: Vec<Rule>,
}

/// What is known of a folder.
#[derive(Clone)]
enum Known {
    /// It is ignored, and so is everything in it: rules inside it are never read.
    Ignored,
    /// The files whose rules count in it, the least important first.
    Rules(Arc<Vec<Arc<RuleFile>>>),
}

/// The ignore rules of a work tree: the user's file, then `info/exclude`, then each .gitignore from the root down.
pub(super) struct Excludes {
    folders: RwLock<HashMap<RepoPath, Known>>,
    everywhere: Vec<Arc<RuleFile>>,
    ignore_case: bool,
}

impl Excludes {
    /// Reads the files that count everywhere.
    pub fn open(user: Option<&Path>, info: &Path, ignore_case: bool, looks: &Looks) -> Result<Self, ReadError> {
        let mut everywhere = Vec::new();
        for file in user.into_iter().chain([info]) {
            if let Some(bytes) = read_outside(file, looks)? {
                within_bound(&bytes, &file.display())?;
                let rules = Rule::all_of(&bytes, ignore_case);
                everywhere.push(Arc::new(RuleFile { folder: RepoPath::root(), rules }));
            }
        }
        Ok(Self { folders: RwLock::default(), everywhere, ignore_case })
    }

    /// Whether git ignores an untracked path: a rule says so of it, or of a folder that it lies in.
    pub fn ignores(&self, inside: &Inside<'_>, path: &RepoPath, is_folder: bool) -> Result<bool, ReadError> {
        match self.known(inside, &path.parent())? {
            Known::Ignored => Ok(true),
            Known::Rules(files) => Ok(decide(&files, path, is_folder)),
        }
    }

    fn known(&self, inside: &Inside<'_>, folder: &RepoPath) -> Result<Known, ReadError> {
        let mut unknown = Vec::new();
        let mut at = folder.clone();
        let mut known = loop {
            if let Some(known) = self.folders.read().unwrap_or_else(PoisonError::into_inner).get(&at) {
                break known.clone();
            }
            if at.is_root() {
                let known = self.inner(inside, Known::Rules(Arc::new(self.everywhere.clone())), &at)?;
                break known;
            }
            let parent = at.parent();
            unknown.push(std::mem::replace(&mut at, parent));
        };
        for folder in unknown.into_iter().rev() {
            known = self.inner(inside, known, &folder)?;
        }
        Ok(known)
    }

    /// What is known of a folder, from what is known of the one above.
    fn inner(&self, inside: &Inside<'_>, above: Known, folder: &RepoPath) -> Result<Known, ReadError> {
        let known = match above {
            Known::Ignored => Known::Ignored,
            Known::Rules(files) if !folder.is_root() && decide(&files, folder, true) => Known::Ignored,
            Known::Rules(files) => match inside.ignore_file(folder)? {
                None => Known::Rules(files),
                Some(bytes) => {
                    within_bound(&bytes, &format_args!("{}/.gitignore", folder.shown().raw()))?;
                    let rules = Rule::all_of(&bytes, self.ignore_case);
                    let mut files = files.to_vec();
                    files.push(Arc::new(RuleFile { folder: folder.clone(), rules }));
                    Known::Rules(Arc::new(files))
                }
            },
        };
        let mut folders = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        Ok(folders.entry(folder.clone()).or_insert(known).clone())
    }
}

/// The last rule of the most important file that is about the path decides.
fn decide(files: &[Arc<RuleFile>], path: &RepoPath, is_folder: bool) -> bool {
    for file in files.iter().rev() {
        let Some(path) = path.strip(&file.folder) else { continue };
        if let Some(rule) = file.rules.iter().rev().find(|rule| rule.matches(path.as_bytes(), is_folder)) {
            return !rule.negated;
        }
    }
    false
}

fn within_bound(bytes: &[u8], file: &dyn std::fmt::Display) -> Result<(), ReadError> {
    if bytes.len() > LARGEST {
        return Err(ReadError::TooLarge {
            what: format!("the ignore file {file} of {} bytes", bytes.len()),
            bound: format!("{LARGEST} bytes"),
        });
    }
    Ok(())
}

fn read_outside(file: &Path, looks: &Looks) -> Result<Option<Vec<u8>>, ReadError> {
    use std::io::ErrorKind as Kind;
    if looks.look(file, Look::Through).is_ok_and(|found| !found.is_file()) {
        return Ok(None);
    }
    match std::fs::read(file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), Kind::NotFound | Kind::NotADirectory) => Ok(None),
        Err(error) => Err(unreadable(file.to_path_buf(), &error)),
    }
}

fn unreadable(file: PathBuf, error: &std::io::Error) -> ReadError {
    ReadError::Unreadable(format!("the ignore rules in {} cannot be read: {error}", file.display()))
}

/// Where the .gitignore files lie.
pub(super) struct Inside<'w> {
    pub disk: &'w Disk,
    pub tracked: &'w Tracked,
    pub objects: &'w Objects,
}

impl Inside<'_> {
    /// A folder's .gitignore. One that a sparse checkout left out counts as the index has it; a link does not
    /// count at all (git reads none).
    fn ignore_file(&self, folder: &RepoPath) -> Result<Option<Arc<[u8]>>, ReadError> {
        let Some(path) = folder.child(b".gitignore") else { return Ok(None) };
        match self.disk.stand(&path)? {
            Standing::File(_) => {
                let read = self.disk.read(&path);
                read.map(Some).map_err(|error| match error {
                    ReadError::Unreadable(why) => ReadError::Unreadable(format!(
                        "the ignore rules in {} cannot be read: {why}",
                        path.shown().raw()
                    )),
                    error => error,
                })
            }
            Standing::Nothing => match self.tracked.of(&path)? {
                [item] if item.skipped => self.objects.blob(BlobId(item.id)).map(Some),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }
}
