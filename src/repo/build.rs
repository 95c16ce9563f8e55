//! Building repositories: for the demo, and for tests.
//!
//! The same calls make the same objects to the byte: times, people and modes are arguments, and no setting of the
//! user's (line ends, templates, identity) has a say.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use git2::{
    FileMode, Index, IndexEntry, IndexTime, Oid, Repository, RepositoryInitOptions, Signature, Time, TreeWalkMode,
    TreeWalkResult,
};

use super::objects::id_bytes;
use super::{CommitId, Person, RepoError, RepoPath};

/// Who commits what, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCommit {
    /// Who wrote it.
    pub author: Person,
    /// Who committed it.
    pub committer: Person,
    /// When, by both: seconds since 1970-01-01 UTC.
    pub time: i64,
    /// The zone that the time is written in, minutes east of UTC.
    pub zone: i32,
    /// The message.
    pub message: String,
}

impl NewCommit {
    /// A commit by one person, in UTC.
    pub fn by(person: &Person, time: i64, message: impl Into<String>) -> Self {
        Self { author: person.clone(), committer: person.clone(), time, zone: 0, message: message.into() }
    }

    fn signature(&self, person: &Person) -> Result<Signature<'static>, RepoError> {
        let when = Time::new(self.time, self.zone);
        Signature::new(person.name.raw(), person.email.raw(), &when).map_err(|error| trouble(&error))
    }
}

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written<'w> {
    File(&'w [u8]),
    Program(&'w [u8]),
    Link(&'w [u8]),
}

impl Written<'_> {
    fn mode(self) -> FileMode {
        match self {
            Self::File(_) => FileMode::Blob,
            Self::Program(_) => FileMode::BlobExecutable,
            Self::Link(_) => FileMode::Link,
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::File(bytes) | Self::Program(bytes) | Self::Link(bytes) => bytes,
        }
    }
}

/// A repository that is being built, with its work tree.
pub struct RepoBuilder {
    git: Repository,
    root: PathBuf,
    index: Index,
}

impl RepoBuilder {
    /// A new repository in a folder, which is made when it does not exist; HEAD names `branch`. Fails when there is
    /// a repository already.
    pub fn create(folder: &Path, branch: &str) -> Result<Self, RepoError> {
        let mut options = RepositoryInitOptions::new();
        options.initial_head(branch).mkpath(true).no_reinit(true).external_template(false);
        let git = Repository::init_opts(folder, &options).map_err(|error| trouble(&error))?;
        // The log of refs is written here, with the times that commits are given.
        log_refs(&git, false)?;
        let Some(root) = git.workdir().map(Path::to_path_buf) else {
            return Err(RepoError::NoWorkTree { at: git.path().to_path_buf() });
        };
        let index = git.index().map_err(|error| trouble(&error))?;
        Ok(Self { git, root, index })
    }

    /// Writes a file and stages it.
    pub fn write(&mut self, path: &RepoPath, bytes: &[u8]) -> Result<(), RepoError> {
        self.put(path, Written::File(bytes))
    }

    /// Writes a file that can be run and stages it.
    pub fn write_program(&mut self, path: &RepoPath, bytes: &[u8]) -> Result<(), RepoError> {
        self.put(path, Written::Program(bytes))
    }

    /// Makes a symbolic link and stages it.
    pub fn link(&mut self, path: &RepoPath, target: &str) -> Result<(), RepoError> {
        self.put(path, Written::Link(target.as_bytes()))
    }

    /// Writes a file and leaves it at that: a change that is not staged.
    pub fn write_unstaged(&self, path: &RepoPath, bytes: &[u8]) -> Result<(), RepoError> {
        self.to_disk(path, Written::File(bytes))
    }

    /// Removes a file from disk and index.
    pub fn remove(&mut self, path: &RepoPath) -> Result<(), RepoError> {
        std::fs::remove_file(self.root.join(path.as_path())).map_err(|error| disk_trouble(&error))?;
        self.index.remove(path.as_path(), 0).map_err(|error| trouble(&error))
    }

    /// Commits what is staged on the current branch.
    pub fn commit(&mut self, new: &NewCommit) -> Result<CommitId, RepoError> {
        let head = self.head_id();
        self.commit_with(new, head.as_slice(), if head.is_some() { "commit" } else { "commit (initial)" })
    }

    /// Makes a branch where HEAD stands and goes onto it.
    pub fn branch(&mut self, name: &str) -> Result<(), RepoError> {
        let Some(head) = self.head_id() else { return Err(RepoError::Unborn { branch: name.to_owned() }) };
        let reference = format!("refs/heads/{name}");
        self.git.reference(&reference, head, false, "").map_err(|error| trouble(&error))?;
        self.git.set_head(&reference).map_err(|error| trouble(&error))
    }

    /// Goes onto a branch: index and files become those of its commit.
    pub fn switch(&mut self, name: &str) -> Result<(), RepoError> {
        let reference = format!("refs/heads/{name}");
        let tree = self
            .git
            .find_reference(&reference)
            .and_then(|found| found.peel_to_tree())
            .map(|tree| tree.id())
            .map_err(|error| trouble(&error))?;
        self.git.set_head(&reference).map_err(|error| trouble(&error))?;
        self.check_out(tree)
    }

    /// Merges a branch into the current one with a merge commit. Fails when the two are in conflict.
    pub fn merge(&mut self, name: &str, new: &NewCommit) -> Result<CommitId, RepoError> {
        let (Some(head), Ok(other)) = (self.head_id(), self.git.refname_to_id(&format!("refs/heads/{name}"))) else {
            return Err(RepoError::UnknownRevision { spec: name.to_owned(), near: None, why: String::new() });
        };
        let (ours, theirs) = (self.git.find_commit(head), self.git.find_commit(other));
        let merged = ours
            .and_then(|ours| self.git.merge_commits(&ours, &theirs?, None))
            .and_then(|mut merged| merged.write_tree_to(&self.git))
            .map_err(|error| trouble(&error))?;
        self.check_out(merged)?;
        self.commit_with(new, &[head, other], &format!("merge {name}"))
    }

    /// Tags HEAD; with a message the tag is an object of its own.
    pub fn tag(&mut self, name: &str, annotation: Option<&NewCommit>) -> Result<(), RepoError> {
        let Some(head) = self.head_id() else { return Err(RepoError::Unborn { branch: name.to_owned() }) };
        let target = self.git.find_object(head, None).map_err(|error| trouble(&error))?;
        match annotation {
            Some(new) => self.git.tag(name, &target, &new.signature(&new.author)?, &new.message, false).map(|_| ()),
            None => self.git.tag_lightweight(name, &target, false).map(|_| ()),
        }
        .map_err(|error| trouble(&error))
    }

    /// Writes the index and leaves the repository as one that git made. Returns its root.
    pub fn finish(mut self) -> Result<PathBuf, RepoError> {
        self.index.write().map_err(|error| trouble(&error))?;
        log_refs(&self.git, true)?;
        Ok(self.root)
    }

    fn head_id(&self) -> Option<Oid> {
        self.git.head().ok().and_then(|head| head.target())
    }

    fn put(&mut self, path: &RepoPath, written: Written<'_>) -> Result<(), RepoError> {
        self.to_disk(path, written)?;
        let id = self.git.blob(written.bytes()).map_err(|error| trouble(&error))?;
        self.stage(path, written.mode().into(), id)
    }

    fn to_disk(&self, path: &RepoPath, written: Written<'_>) -> Result<(), RepoError> {
        let place = self.root.join(path.as_path());
        let make = || {
            if let Some(folder) = place.parent() {
                std::fs::create_dir_all(folder)?;
            }
            if place.symlink_metadata().is_ok() {
                std::fs::remove_file(&place)?;
            }
            match written {
                Written::Link(target) => symlink(String::from_utf8_lossy(target).as_ref(), &place),
                Written::File(bytes) => std::fs::write(&place, bytes),
                Written::Program(bytes) => {
                    std::fs::write(&place, bytes)?;
                    std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o755))
                }
            }
        };
        make().map_err(|error| disk_trouble(&error))
    }

    /// Stages a blob with what the disk says of its file, so that git need not read it again.
    fn stage(&mut self, path: &RepoPath, mode: u32, id: Oid) -> Result<(), RepoError> {
        let found = self.root.join(path.as_path()).symlink_metadata().map_err(|error| disk_trouble(&error))?;
        let entry = IndexEntry {
            ctime: IndexTime::new(found.ctime() as i32, found.ctime_nsec() as u32),
            mtime: IndexTime::new(found.mtime() as i32, found.mtime_nsec() as u32),
            dev: found.dev() as u32,
            ino: found.ino() as u32,
            mode,
            uid: found.uid(),
            gid: found.gid(),
            file_size: found.size() as u32,
            id,
            flags: 0,
            flags_extended: 0,
            path: path.as_bytes().to_vec(),
        };
        self.index.add(&entry).map_err(|error| trouble(&error))
    }

    fn commit_with(&mut self, new: &NewCommit, parents: &[Oid], doing: &str) -> Result<CommitId, RepoError> {
        let tree = self.index.write_tree_to(&self.git).and_then(|tree| self.git.find_tree(tree));
        let tree = tree.map_err(|error| trouble(&error))?;
        let parents: Result<Vec<_>, _> = parents.iter().map(|parent| self.git.find_commit(*parent)).collect();
        let parents = parents.map_err(|error| trouble(&error))?;
        let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
        let (author, committer) = (new.signature(&new.author)?, new.signature(&new.committer)?);
        let id = self
            .git
            .commit(None, &author, &committer, &new.message, &tree, &parents)
            .map_err(|error| trouble(&error))?;
        let branch = self
            .git
            .find_reference("HEAD")
            .and_then(|head| head.symbolic_target().map(|name| name.map(str::to_owned)))
            .map_err(|error| trouble(&error))?
            .unwrap_or_else(|| "HEAD".to_owned());
        self.git.reference(&branch, id, true, "").map_err(|error| trouble(&error))?;
        let subject = new.message.lines().next().unwrap_or_default();
        for name in [branch.as_str(), "HEAD"] {
            let mut log = self.git.reflog(name).map_err(|error| trouble(&error))?;
            log.append(id, &committer, Some(&format!("{doing}: {subject}"))).map_err(|error| trouble(&error))?;
            log.write().map_err(|error| trouble(&error))?;
        }
        Ok(CommitId::of_bytes(id_bytes(id)))
    }

    /// Makes files and index those of a tree.
    fn check_out(&mut self, tree: Oid) -> Result<(), RepoError> {
        let old: Vec<Vec<u8>> = self.index.iter().map(|entry| entry.path).collect();
        for path in old.into_iter().filter_map(RepoPath::of_git) {
            let place = self.root.join(path.as_path());
            // A file that is gone already is no trouble; its folder stays while it holds anything.
            let _ = std::fs::remove_file(&place);
            for folder in place.ancestors().skip(1).take_while(|folder| *folder != self.root) {
                if std::fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
        self.index.clear().map_err(|error| trouble(&error))?;
        let mut files = Vec::new();
        self.git
            .find_tree(tree)
            .and_then(|tree| {
                tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
                    if entry.kind() == Some(git2::ObjectType::Blob) {
                        files.push(([folder.as_bytes(), entry.name_bytes()].concat(), entry.filemode(), entry.id()));
                    }
                    TreeWalkResult::Ok
                })
            })
            .map_err(|error| trouble(&error))?;
        for (path, mode, id) in files {
            let Some(path) = RepoPath::of_git(path) else { continue };
            let blob = self.git.find_blob(id).map_err(|error| trouble(&error))?;
            let written = match mode {
                0o100_755 => Written::Program(blob.content()),
                0o120_000 => Written::Link(blob.content()),
                _ => Written::File(blob.content()),
            };
            self.to_disk(&path, written)?;
            let mode = written.mode().into();
            drop(blob);
            self.stage(&path, mode, id)?;
        }
        Ok(())
    }
}

fn log_refs(git: &Repository, on: bool) -> Result<(), RepoError> {
    git.config().and_then(|mut config| config.set_bool("core.logallrefupdates", on)).map_err(|error| trouble(&error))
}

fn trouble(error: &git2::Error) -> RepoError {
    RepoError::of_git("build the repository", error)
}

fn disk_trouble(error: &std::io::Error) -> RepoError {
    RepoError::Git { doing: "write the files", why: error.to_string() }
}
