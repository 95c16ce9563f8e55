//! Building a repository commit by commit, for the sample: no user's settings, the same input the same bytes.

use std::path::{Path, PathBuf};

use git2::{IndexEntry, IndexTime, Oid, Repository, RepositoryInitOptions, Signature as GitSignature, Time};
use jiff::Timestamp;

use super::{PathError, RepoPath};

/// Why a repository could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The path of a file.
    #[error("bad path: {0}")]
    Path(#[from] PathError),
    /// The disk.
    #[error("cannot write {path}: {error}")]
    File {
        /// Where.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// Git.
    #[error("{}", .0.message())]
    Git(#[from] git2::Error),
}

/// Who commits, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    name: String,
    email: String,
    time: Timestamp,
}

impl Signature {
    /// A person at a time (written in UTC).
    pub fn new(name: &str, email: &str, time: Timestamp) -> Self {
        Self { name: name.to_owned(), email: email.to_owned(), time }
    }

    fn git(&self) -> Result<GitSignature<'static>, git2::Error> {
        GitSignature::new(&self.name, &self.email, &Time::new(self.time.as_second(), 0))
    }
}

/// A repository that is being built; its work tree holds what was written last.
pub struct Builder {
    git: Repository,
    folder: PathBuf,
    changed: Vec<RepoPath>,
}

impl Builder {
    /// An empty repository in a folder, made when it is not there, on a branch of that name.
    pub fn create(folder: &Path, branch: &str) -> Result<Self, BuildError> {
        let mut options = RepositoryInitOptions::new();
        options.initial_head(branch).external_template(false).no_reinit(true);
        let git = Repository::init_opts(folder, &options)?;
        Ok(Self { git, folder: folder.to_path_buf(), changed: Vec::new() })
    }

    /// Writes a file of the work tree, its folders made; the next commit takes it in.
    pub fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), BuildError> {
        let path = RepoPath::parse(path)?;
        let place = self.folder.join(path.as_path());
        let failed = |error| BuildError::File { path: place.display().to_string(), error };
        if let Some(parent) = place.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        std::fs::write(&place, bytes).map_err(failed)?;
        self.changed.push(path);
        Ok(())
    }

    /// Commits what was written since the last commit, on top of it. Answers the commit's id in hex.
    pub fn commit(&mut self, who: &Signature, message: &str) -> Result<String, BuildError> {
        let mut index = self.git.index()?;
        for path in self.changed.drain(..) {
            let bytes = std::fs::read(self.folder.join(path.as_path()))
                .map_err(|error| BuildError::File { path: path.as_path().display().to_string(), error })?;
            // Of the bytes, not of the file on disk: no line-end setting of the user changes them.
            let entry = entry(&path, self.git.blob(&bytes)?, bytes.len());
            index.add(&entry)?;
        }
        let tree = self.git.find_tree(index.write_tree()?)?;
        index.write()?;
        let parent = match self.git.head() {
            Ok(head) => Some(head.peel_to_commit()?),
            Err(error) if error.code() == git2::ErrorCode::UnbornBranch => None,
            Err(error) => return Err(error.into()),
        };
        let who = who.git()?;
        let parents: Vec<_> = parent.iter().collect();
        Ok(self.git.commit(Some("HEAD"), &who, &who, message, &tree, &parents)?.to_string())
    }
}

fn entry(path: &RepoPath, id: Oid, size: usize) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: u32::try_from(size).unwrap_or(u32::MAX),
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}
