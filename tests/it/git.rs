//! Repositories made with the `git` command, without any settings of the user or the machine.

use std::cell::Cell;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use trueup::repo::{
    At, CommitId, Entry, EntryKind, GitEnv, Match, OpenAt, Pattern, ReadError, Repo, RepoError, RepoPath, Tree,
};

/// A repository in a temporary folder, with a clock that moves an hour a commit.
pub struct Git {
    folder: TempDir,
    repo: PathBuf,
    clock: Cell<i64>,
}

/// 2026-11-02 09:00:00 UTC.
pub const START: i64 = 1_793_610_000;

impl Git {
    pub fn new() -> Self {
        let git = Self::empty();
        git.init(&[]);
        git
    }

    /// The folders without the repository.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("home")).unwrap();
        let repo = folder.path().canonicalize().unwrap().join("repo");
        std::fs::create_dir(&repo).unwrap();
        Self { folder, repo, clock: Cell::new(START) }
    }

    pub fn init(&self, options: &[&str]) {
        self.git(&[&["init", "-q", "-b", "main", "--template="], options].concat());
        // The test process reads the machine's settings too: this one goes before them.
        self.git(&["config", "core.excludesFile", ""]);
    }

    /// The temporary folder that holds the repository and whatever a test puts beside it.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub fn path(&self) -> &Path {
        &self.repo
    }

    pub fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new("git");
        let home = self.folder.path().join("home");
        let date = format!("{} +0000", self.clock.get());
        command.current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", &home).env("XDG_CONFIG_HOME", home.join("config")).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("GIT_AUTHOR_NAME", "Ann").env("GIT_AUTHOR_EMAIL", "ann@example.org").env("GIT_AUTHOR_DATE", &date);
        command.env("GIT_COMMITTER_NAME", "Ann").env("GIT_COMMITTER_EMAIL", "ann@example.org");
        command.env("GIT_COMMITTER_DATE", &date).env("TZ", "UTC").env("LC_ALL", "C");
        command.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "core.fsync").env("GIT_CONFIG_VALUE_0", "none");
        command.stdin(Stdio::null());
        command
    }

    /// Runs git in a folder; its output, trimmed.
    pub fn git_in(&self, folder: &Path, args: &[impl AsRef<OsStr>]) -> String {
        let output = self.command(folder).args(args).output().unwrap();
        let shown: Vec<_> = args.iter().map(AsRef::as_ref).collect();
        assert!(output.status.success(), "git {shown:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    pub fn git(&self, args: &[impl AsRef<OsStr>]) -> String {
        self.git_in(&self.repo, args)
    }

    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.repo.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    pub fn remove(&self, path: &str) -> &Self {
        std::fs::remove_file(self.repo.join(path)).unwrap();
        self
    }

    pub fn add(&self) -> &Self {
        self.git(&["add", "-A"]);
        self
    }

    /// Commits all that is on disk; an hour later than the last one.
    pub fn commit(&self, message: &str) -> String {
        self.commit_by(message, "Ann <ann@example.org>")
    }

    pub fn commit_by(&self, message: &str, author: &str) -> String {
        self.clock.set(self.clock.get() + 3600);
        self.add();
        self.git(&["commit", "-q", "--allow-empty", "-m", message, "--author", author]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Its time, seconds since 1970.
    pub fn clock(&self) -> i64 {
        self.clock.get()
    }

    pub fn tick(&self, seconds: i64) {
        self.clock.set(self.clock.get() + seconds);
    }

    /// The user's part of an environment.
    pub fn env(&self, folder: &Path, values: &[(&str, OsString)]) -> GitEnv {
        let home = self.folder.path().join("home").into_os_string();
        let values = values.to_vec();
        GitEnv::of(folder, |name| match name {
            "HOME" => Some(home.clone()),
            name => values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()),
        })
    }

    pub fn open_at(&self, path: &Path) -> Result<Repo, RepoError> {
        Repo::open(&OpenAt::Path(path.to_path_buf(), self.env(path, &[])))
    }

    pub fn open(&self) -> Repo {
        self.open_at(&self.repo).unwrap()
    }

    pub fn id(&self, rev: &str) -> CommitId {
        resolve(&self.open(), rev).unwrap()
    }
}

/// Noon of 2026-11-24, UTC.
pub fn now() -> jiff::ZonedDateTime {
    "2026-11-24T12:00:00+00:00[UTC]".parse().unwrap()
}

pub fn resolve(repo: &Repo, rev: &str) -> Result<CommitId, RepoError> {
    repo.resolve(rev, &now())
}

pub fn path(path: impl AsRef<[u8]>) -> RepoPath {
    RepoPath::parse(path).unwrap()
}

pub fn pattern(text: &str) -> Pattern {
    Pattern::parse(text).unwrap()
}

/// `file`, `file*` (can be run), `link`, `folder`, `submodule` or `-`.
pub fn what(entry: Option<Entry>) -> &'static str {
    match entry.map(|entry| entry.kind) {
        Some(EntryKind::File { executable: false }) => "file",
        Some(EntryKind::File { executable: true }) => "file*",
        Some(EntryKind::Symlink) => "link",
        Some(EntryKind::Folder) => "folder",
        Some(EntryKind::Submodule) => "submodule",
        None => "-",
    }
}

pub fn at(tree: &dyn Tree, name: impl AsRef<[u8]>) -> &'static str {
    what(tree.entry(&path(name)).unwrap())
}

pub fn text(tree: &dyn Tree, name: impl AsRef<[u8]>) -> Result<String, ReadError> {
    let entry = tree.entry(&path(name))?.expect("nothing stands there");
    Ok(String::from_utf8_lossy(&tree.bytes(entry.id.expect("it has no bytes"))?).into_owned())
}

pub fn list(tree: &dyn Tree, text: &str) -> Vec<String> {
    shown(&tree.glob(&pattern(text)).unwrap())
}

pub fn shown(matches: &[Match]) -> Vec<String> {
    matches.iter().map(|found| found.path.shown().raw().to_owned()).collect()
}

pub fn os(bytes: &[u8]) -> &OsStr {
    OsStr::from_bytes(bytes)
}

/// The three trees of a repository, in the order work tree, index, HEAD.
pub fn trees(repo: &Repo) -> [std::sync::Arc<dyn Tree>; 3] {
    let head = resolve(repo, "HEAD").unwrap();
    [At::WorkTree, At::Index, At::Commit(head)].map(|at| repo.view(at, &RepoPath::root(), None).unwrap().tree())
}
