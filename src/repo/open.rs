//! Opening a repository: by path, or from the environment as git does.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use git2::{ErrorCode, Repository, RepositoryOpenFlags};

use super::objects::{Objects, database};
use super::{CommitId, RepoError, RepoPath};

/// The variables that say where git's things lie. GIT_COMMON_DIR is not among them: no command of git sets it for
/// the commands that it runs.
const VARIABLES: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "XDG_CONFIG_HOME",
    "HOME",
];

/// The current folder and git's variables, taken in once: nothing in this room looks at the process itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GitEnv {
    folder: PathBuf,
    values: BTreeMap<&'static str, OsString>,
}

impl GitEnv {
    /// Takes them in: `GitEnv::of(&current_dir, |name| std::env::var_os(name))`. Empty ones count as unset.
    pub fn of(folder: &Path, value: impl Fn(&str) -> Option<OsString>) -> Self {
        let values = VARIABLES
            .iter()
            .filter_map(|name| value(name).filter(|value| !value.is_empty()).map(|value| (*name, value)))
            .collect();
        Self { folder: folder.to_path_buf(), values }
    }

    /// The same user, seen from another folder, without the variables that say where a repository lies.
    fn only_user(&self, folder: &Path) -> Self {
        let mut values = self.values.clone();
        values.retain(|name, _| !name.starts_with("GIT_") || *name == "GIT_DISCOVERY_ACROSS_FILESYSTEM");
        Self { folder: self.folder.join(folder), values }
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.values.get(name).map(|value| self.folder.join(value))
    }

    fn paths(&self, name: &str) -> Vec<PathBuf> {
        let Some(value) = self.values.get(name) else { return Vec::new() };
        std::env::split_paths(value).filter(|path| !path.as_os_str().is_empty()).collect()
    }

    /// `true`, `yes`, `on` and numbers but 0 are true, as git reads its variables.
    fn flag(&self, name: &str) -> Option<bool> {
        let value = self.values.get(name)?.to_string_lossy().to_ascii_lowercase();
        Some(!matches!(value.as_str(), "false" | "no" | "off" | "0"))
    }

    /// The user's own ignore file, when the settings name no other.
    fn default_excludes(&self) -> Option<PathBuf> {
        let config = self.path("XDG_CONFIG_HOME").or_else(|| self.path("HOME").map(|home| home.join(".config")));
        config.map(|folder| folder.join("git/ignore"))
    }
}

/// How to find a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenAt {
    /// As git does: by GIT_DIR, else from the current folder upwards. A hook sets such variables.
    Env(GitEnv),
    /// From a folder upwards; of the environment only the user's own settings count.
    Path(PathBuf, GitEnv),
}

/// What the settings say about files on disk.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    /// Whether the disk knows which files can be run.
    pub file_mode: bool,
    /// Whether links on disk are links, and not files that hold their target.
    pub symlinks: bool,
    /// Whether ignore patterns match in either case.
    pub ignore_case: bool,
    /// The user's ignore file.
    pub excludes: Option<PathBuf>,
}

/// An open repository. It may be shared between threads.
pub struct Repo {
    git: Mutex<Repository>,
    pub(super) objects: Arc<Objects>,
    pub(super) settings: Settings,
    git_dir: PathBuf,
    common_dir: PathBuf,
    work_dir: Option<PathBuf>,
    index_file: PathBuf,
}

/// Where HEAD stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// On a commit.
    Commit {
        /// Its id.
        id: CommitId,
        /// The branch's short name; `None` when HEAD is detached.
        branch: Option<String>,
    },
    /// On a branch that has no commit yet.
    Unborn {
        /// Its short name.
        branch: String,
    },
}

impl Head {
    /// The commit, when there is one.
    pub fn commit(&self) -> Option<CommitId> {
        match self {
            Self::Commit { id, .. } => Some(*id),
            Self::Unborn { .. } => None,
        }
    }
}

impl Repo {
    /// Opens a repository.
    pub fn open(at: &OpenAt) -> Result<Self, RepoError> {
        match at {
            OpenAt::Env(env) if env.values.contains_key("GIT_DIR") => Self::open_named(env),
            OpenAt::Env(env) => Self::discover(env),
            OpenAt::Path(path, env) => Self::discover(&env.only_user(path)),
        }
    }

    /// GIT_DIR is set: there and nowhere else. Without GIT_WORK_TREE and core.worktree the current folder is the
    /// work tree (<https://git-scm.com/docs/git#Documentation/git.txt-codeGITDIRcode>).
    fn open_named(env: &GitEnv) -> Result<Self, RepoError> {
        let at = env.path("GIT_DIR").unwrap_or_default();
        let flags = RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::NO_DOTGIT;
        let git =
            Repository::open_ext(&at, flags, std::iter::empty::<PathBuf>()).map_err(
                |error| match RepoError::of_opening(&error, at.clone()) {
                    RepoError::NoRepository { at } => RepoError::Environment {
                        variable: "GIT_DIR",
                        value: at,
                        why: "there is no repository there".to_owned(),
                    },
                    error => error,
                },
            )?;
        let configured = git.config().is_ok_and(|config| config.get_string("core.worktree").is_ok());
        let work_dir = if git.is_bare() {
            None
        } else if configured {
            git.workdir().map(Path::to_path_buf)
        } else if env.flag("GIT_IMPLICIT_WORK_TREE") == Some(false) {
            None
        } else {
            Some(env.folder.clone())
        };
        Self::finish(git, env, work_dir)
    }

    fn discover(env: &GitEnv) -> Result<Self, RepoError> {
        let mut flags = RepositoryOpenFlags::empty();
        if env.flag("GIT_DISCOVERY_ACROSS_FILESYSTEM") == Some(true) {
            flags |= RepositoryOpenFlags::CROSS_FS;
        }
        let git = Repository::open_ext(&env.folder, flags, env.paths("GIT_CEILING_DIRECTORIES"))
            .map_err(|error| RepoError::of_opening(&error, env.folder.clone()))?;
        let work_dir = git.workdir().map(Path::to_path_buf);
        Self::finish(git, env, work_dir)
    }

    fn finish(git: Repository, env: &GitEnv, work_dir: Option<PathBuf>) -> Result<Self, RepoError> {
        // A walk reads every commit and folder once, and keeps what it needs again itself: the library's own cache would
        // only grow.
        git2::opts::enable_caching(false);
        // Nor does git hash each commit and folder again that it reads: damage is found as they are inflated. Blobs are
        // held against their ids where they are read.
        git2::opts::strict_hash_verification(false);
        let work_dir = match env.path("GIT_WORK_TREE") {
            Some(value) => Some(value.canonicalize().map_err(|error| RepoError::Environment {
                variable: "GIT_WORK_TREE",
                value: value.clone(),
                why: format!("that cannot be opened: {error}"),
            })?),
            None => work_dir,
        };
        let (git_dir, common_dir) = (git.path().to_path_buf(), git.commondir().to_path_buf());
        let config = git
            .config()
            .and_then(|mut config| config.snapshot())
            .map_err(|error| RepoError::CorruptConfig { why: error.message().to_owned() })?;
        let promised = is_promised(&config);
        let flag = |name: &str, otherwise: bool| config.get_bool(name).unwrap_or(otherwise);
        let settings = Settings {
            file_mode: flag("core.filemode", true),
            symlinks: flag("core.symlinks", true),
            ignore_case: flag("core.ignorecase", false),
            excludes: config.get_path("core.excludesfile").ok().or_else(|| env.default_excludes()),
        };
        let alternates: Vec<PathBuf> =
            env.paths("GIT_ALTERNATE_OBJECT_DIRECTORIES").iter().map(|path| env.folder.join(path)).collect();
        let own = env.path("GIT_OBJECT_DIRECTORY");
        let folder = own.clone().unwrap_or_else(|| common_dir.join("objects"));
        let trouble = |error: git2::Error| RepoError::of_git("open the object database", &error);
        if own.is_some() || !alternates.is_empty() {
            git.set_odb(&database(&folder, &alternates).map_err(trouble)?).map_err(trouble)?;
        }
        let objects = Arc::new(Objects::open(&folder, &alternates, promised).map_err(trouble)?);
        let index_file = index_file(env, &git_dir, work_dir.as_deref());
        Ok(Self { git: Mutex::new(git), objects, settings, git_dir, common_dir, work_dir, index_file })
    }

    /// The library's handle, for one thread at a time.
    pub(super) fn git(&self) -> MutexGuard<'_, Repository> {
        self.git.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The work tree's root; `None` in a bare repository.
    pub fn work_dir(&self) -> Option<&Path> {
        self.work_dir.as_deref()
    }

    /// The folder of HEAD and the index: a linked work tree has its own.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The folder of objects and refs, which linked work trees share.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The index; a hook may be given another than the usual one. It need not exist.
    pub fn index_file(&self) -> &Path {
        &self.index_file
    }

    /// A place on disk as a path from the work tree's root; `None` when it lies outside, or its folder does not
    /// exist. Links on the way there are followed, its own name is taken as it is.
    pub fn path_of(&self, place: &Path) -> Option<RepoPath> {
        use std::os::unix::ffi::OsStrExt;
        let root = self.work_dir.as_ref()?.canonicalize().ok()?;
        let place = match (place.is_dir(), place.parent(), place.file_name()) {
            (false, Some(folder), Some(name)) => folder.canonicalize().ok()?.join(name),
            _ => place.canonicalize().ok()?,
        };
        RepoPath::parse(place.strip_prefix(root).ok()?.as_os_str().as_bytes()).ok()
    }

    /// The files and folders of git's own that change when HEAD, a ref or the index does. Git replaces files by
    /// renaming, so that a watcher has to look at the folders they lie in; some may not exist.
    pub fn watched(&self) -> Vec<PathBuf> {
        let mut paths = vec![
            self.git_dir.join("HEAD"),
            self.index_file.clone(),
            self.common_dir.join("refs"),
            self.common_dir.join("packed-refs"),
            self.common_dir.join("info/exclude"),
        ];
        if self.git_dir != self.common_dir {
            paths.push(self.git_dir.join("refs"));
        }
        paths
    }

    /// Where HEAD stands.
    pub fn head(&self) -> Result<Head, RepoError> {
        let git = self.git();
        match git.head() {
            Ok(head) => {
                let commit = head.peel_to_commit().map_err(|error| self.unreadable_head(head.target(), &error))?;
                let branch = head.is_branch().then(|| String::from_utf8_lossy(head.shorthand_bytes()).into_owned());
                Ok(Head::Commit { id: CommitId::of(commit.id()), branch })
            }
            Err(error) if error.code() == ErrorCode::UnbornBranch => Ok(Head::Unborn { branch: head_branch(&git) }),
            Err(error) => Err(RepoError::of_git("read HEAD", &error)),
        }
    }

    fn unreadable_head(&self, id: Option<git2::Oid>, error: &git2::Error) -> RepoError {
        match id {
            Some(id) => RepoError::MissingObject {
                id: id.to_string(),
                why: error.message().to_owned(),
                promised: self.objects.promised(),
            },
            None => RepoError::of_git("read HEAD", error),
        }
    }
}

/// The short name of the branch that HEAD names, whether it has commits or not; empty when it is detached.
pub(super) fn head_branch(git: &Repository) -> String {
    let head = git.find_reference("HEAD").ok();
    let name =
        head.and_then(|head| head.symbolic_target_bytes().map(|name| String::from_utf8_lossy(name).into_owned()));
    let name = name.unwrap_or_default();
    name.strip_prefix("refs/heads/").unwrap_or(&name).to_owned()
}

/// GIT_INDEX_FILE as git reads it: relative to the work tree's root when the current folder is inside it, since
/// git goes there first.
fn index_file(env: &GitEnv, git_dir: &Path, work_dir: Option<&Path>) -> PathBuf {
    let Some(value) = env.values.get("GIT_INDEX_FILE") else { return git_dir.join("index") };
    let inside = |root: &Path| match (env.folder.canonicalize(), root.canonicalize()) {
        (Ok(folder), Ok(root)) => folder.starts_with(root),
        _ => false,
    };
    match work_dir {
        Some(root) if inside(root) => root.join(value),
        _ => env.folder.join(value),
    }
}

/// Whether a remote promises the objects that are missing (<https://git-scm.com/docs/partial-clone>).
fn is_promised(config: &git2::Config) -> bool {
    let Ok(mut entries) = config.entries(Some(r"^remote\..*\.promisor$")) else { return false };
    let mut promised = false;
    while let Some(Ok(entry)) = entries.next() {
        promised |= entry.value().is_ok_and(|value| !matches!(value, "false" | "no" | "off" | "0"));
    }
    promised
}
