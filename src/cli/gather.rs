//! From arguments and environment to a judged plan.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args::{Global, Where};
use super::around::LinearAccess;
use super::error::{CliError, ErrorKind, git_error, state_error};
use super::life::Told;
use super::output;
use super::plan_file::{inside, load_plan, open_repo, plan_file};
use crate::checks::Question;
use crate::config::Settings;
use crate::plan::Plan;
use crate::progress::{self, Status};
use crate::repo::{self, CommitId, EntryKind, Head, Repo, RepoError, RepoPath, Tree, View};
use crate::semantics::files::{Files, Parses};
use crate::store::{Cache, Folders, Rows, State};
use crate::verify::{Memo, Prepared, work_tree_key};

/// A plan and a repository, open.
pub(super) struct Session {
    pub(super) repo: Repo,
    pub(super) prepared: Prepared,
    plan_file: PathBuf,
    /// The plan's file inside the repository. For one that lies outside: the place where a plan.toml of the
    /// repository would be (a bare repository has its plan only in its commits).
    pub(super) plan_path: Option<RepoPath>,
    /// The folder of the repository that the plan's paths are relative to.
    pub(super) root: RepoPath,
    claims: Option<PathBuf>,
    pub(super) parses: Parses,
    memo: Memo,
    settings: Settings,
    now: Timestamp,
    cache: Option<Arc<Cache>>,
    /// Whether the error stream is somebody else's.
    silent: bool,
    /// Who is told how far a walk is, instead of the error stream.
    walked: Option<Told>,
    linear: LinearAccess,
    folders: Folders,
}

/// Opens a cache on a thread of its own while `work` is done: each takes about as long as the other.
fn with_cache<R>(path: Option<&Path>, work: impl FnOnce() -> R) -> (R, Option<Arc<Cache>>) {
    let Some(path) = path else { return (work(), None) };
    let (done, cache) = std::thread::scope(|scope| {
        let opening = std::thread::Builder::new().spawn_scoped(scope, || Cache::open(path));
        let done = work();
        (done, opening.ok().and_then(|opening| opening.join().ok()))
    });
    (done, Some(Arc::new(cache.unwrap_or_else(|| Cache::open(path)))))
}

impl Session {
    /// Opens plan and repository.
    pub(super) fn open(global: &Global) -> Result<Self, CliError> {
        let repo = match (open_repo(global), &global.plan) {
            (Ok(repo), _) => repo,
            // The plan's mistakes come first: they are there wherever the program is called.
            (Err(error), Some(plan)) => {
                load_plan(plan, global.now())?;
                return Err(git_error(&error));
            }
            (Err(error), None) => return Err(git_error(&error)),
        };
        let plan_file = plan_file(global, Some(&repo))?;
        let now = global.now();
        let folders = global.folders();
        let cache = folders.cache(repo.common_dir()).filter(|_| !global.no_cache);
        let (prepared, cache) = with_cache(cache.as_deref(), || load_plan(&plan_file, now));
        let prepared = prepared?;
        let plan_path = inside(&repo, &plan_file);
        let folder = plan_path.as_ref().map(RepoPath::parent).unwrap_or_default();
        let root = folder.join(prepared.plan.root.as_bytes()).map_err(|error| {
            CliError::new(ErrorKind::Plan, format!("the plan's `root`: {error}")).path(plan_file.display().to_string())
        })?;
        let plan_path = plan_path.or_else(|| root.join("plan.toml").ok());
        let claims = global.claims.clone();
        let settings = global.settings(Some((&plan_file, &prepared.plan.settings)));
        Ok(Self {
            repo,
            prepared,
            plan_file,
            plan_path,
            root,
            claims,
            parses: Parses::default(),
            memo: Memo::default(),
            settings,
            now,
            cache,
            silent: false,
            walked: None,
            linear: global.around.linear.clone(),
            folders,
        })
    }

    /// The same; what it does is not told on the error stream: the interface owns the screen.
    pub(super) fn in_silence(mut self) -> Self {
        self.silent = true;
        self
    }

    /// The same; somebody is told how far a walk over a branch is.
    pub(super) fn telling(self, walked: Told) -> Self {
        Self { walked: Some(walked), ..self }
    }

    /// Who is told how far a walk is.
    pub(super) fn walked(&self) -> Option<&Told> {
        self.walked.as_ref()
    }

    /// How Linear is reached.
    pub(super) fn linear(&self) -> &LinearAccess {
        &self.linear
    }

    /// Whether nothing may be told on the error stream.
    pub(super) fn is_silent(&self) -> bool {
        self.silent
    }

    /// The plan.
    pub(super) fn plan(&self) -> &Arc<Plan> {
        &self.prepared.plan
    }

    /// The text of the plan's file, for its lines.
    pub(super) fn source(&self) -> Result<String, CliError> {
        let bytes = std::fs::read(self.plan_file()).map_err(|error| CliError::io(self.plan_file(), "read", &error))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The present: the work tree; HEAD in a repository that has none.
    pub(super) fn present(&self) -> Where {
        let at = self.repo.work_dir().is_none().then(|| "HEAD".to_owned());
        Where { at, staged: false }
    }

    /// The settings that are in force.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The present, as it was when the session was opened.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// The repository.
    pub(super) fn repo(&self) -> &Repo {
        &self.repo
    }

    /// Judges the plan at a commit, whatever was remembered of other trees.
    pub(super) fn judge_afresh(&self, commit: CommitId) -> Result<Status, CliError> {
        let failed = |error: RepoError| git_error(&error);
        let view = self.repo.view(repo::At::Commit(commit), &self.root, self.plan_path.as_ref()).map_err(failed)?;
        self.has_root(view.tree().as_ref())?;
        let (mut status, _) = progress::judge(&self.prepared, &view, &self.parses, None, None);
        self.claim(&mut status, view.tree().as_ref())?;
        Ok(status)
    }

    /// The plan judged at the commit that brought it into the history of another; `None` when that is not known.
    pub(super) fn judge_at_birth(&self, commit: CommitId) -> Option<Status> {
        let view = self.repo.view(repo::At::Commit(commit), &self.root, self.plan_path.as_ref()).ok()?;
        let since = view.history().touching(&[]).ok()?.since?;
        let birth = self.resolve(&since.id).ok()?;
        self.judge_afresh(birth).ok()
    }

    /// The plan with its checks.
    pub(super) fn prepared(&self) -> &Prepared {
        &self.prepared
    }

    /// The plan's file.
    pub(super) fn plan_file(&self) -> &Path {
        &self.plan_file
    }

    /// The plan's file inside the repository, and its root there.
    pub(super) fn places(&self) -> (Option<&RepoPath>, &RepoPath) {
        (self.plan_path.as_ref(), &self.root)
    }

    /// Parses shared by all that this session judges.
    pub(super) fn parses(&self) -> &Parses {
        &self.parses
    }

    /// The cache; `None` without a home and with `--no-cache`.
    pub(super) fn cache(&self) -> Option<&Arc<Cache>> {
        self.cache.as_ref()
    }

    fn rows(&self) -> Option<&dyn Rows> {
        self.cache.as_ref().map(|cache| cache.as_ref() as &dyn Rows)
    }

    /// Says once what is wrong with the cache.
    pub(super) fn say_trouble(&self) {
        if let Some(trouble) = self.cache.as_ref().and_then(|cache| cache.trouble()) {
            output::warn(&trouble.to_string());
        }
    }

    /// The file of what is kept for this repository; `None` without a home.
    pub(super) fn state_file(&self) -> Option<PathBuf> {
        self.folders.state(self.repo.common_dir())
    }

    /// What is kept for this repository: pins, what was seen last.
    pub(super) fn state(&self) -> Result<State, CliError> {
        let path = self.state_file().ok_or_else(|| {
            CliError::new(ErrorKind::Io, "there is no folder to keep anything in")
                .help("set HOME, or XDG_STATE_HOME to an absolute path")
        })?;
        State::open(&path).map_err(|error| state_error(&error))
    }

    /// The commit that a revision names; dates in it count back from the present.
    pub(super) fn resolve(&self, rev: &str) -> Result<CommitId, CliError> {
        let now = self.now().to_zoned_datetime(TimeZone::clone(&self.settings().time_zone.value));
        self.repo.resolve(rev, &now).map_err(|error| git_error(&error))
    }

    /// HEAD's commit.
    pub(super) fn head(&self) -> Result<CommitId, CliError> {
        match self.repo.head().map_err(|error| git_error(&error))? {
            Head::Commit { id, .. } => Ok(id),
            Head::Unborn { branch } => {
                let message = format!("branch {branch} has no commit yet, so there is no history");
                Err(CliError::new(ErrorKind::Git, message).help("commit something, or name another one with --branch"))
            }
        }
    }

    /// The Markdown plan of commits: `--claims` when it names a path inside the repository, else the plan's own.
    pub(super) fn claims_path(&self) -> Option<RepoPath> {
        match &self.claims {
            Some(named) => RepoPath::parse(named.as_os_str().as_encoded_bytes()).ok(),
            None => self.plan().claims.clone(),
        }
    }

    /// Judges the plan at a place.
    pub(super) fn judge(&self, place: &Where) -> Result<Status, CliError> {
        Ok(self.judge_and_reads(place)?.0)
    }

    /// Judges, and says what was asked of the tree.
    pub(super) fn judge_and_reads(&self, place: &Where) -> Result<(Status, Vec<Question>), CliError> {
        self.judge_view(&self.view(place)?)
    }

    /// A place, with the commits behind it.
    pub(super) fn view(&self, place: &Where) -> Result<View, CliError> {
        let at = match (&place.at, place.staged) {
            (Some(rev), _) => repo::At::Commit(self.resolve(rev)?),
            (None, true) => repo::At::Index,
            (None, false) => repo::At::WorkTree,
        };
        let (root, plan) = (&self.root, self.plan_path.as_ref());
        let view = match (at, self.rows()) {
            (repo::At::WorkTree, Some(rows)) => {
                let row = rows.get(&work_tree_key(&self.repo));
                // By the machine's clock, whatever `--now` says: it is held against times on disk.
                self.repo.view_again(root, plan, row.as_deref(), SystemTime::now())
            }
            _ => self.repo.view(at, root, plan),
        };
        view.map_err(|error| git_error(&error))
    }

    /// Judges the plan there, and says what was asked of the tree.
    pub(super) fn judge_view(&self, view: &View) -> Result<(Status, Vec<Question>), CliError> {
        self.has_root(view.tree().as_ref())?;
        let (mut status, reads) = progress::judge(&self.prepared, view, &self.parses, Some(&self.memo), self.rows());
        self.claim(&mut status, view.tree().as_ref())?;
        if let Some((rows, row)) = self.rows().zip(view.row()) {
            rows.put(vec![(work_tree_key(&self.repo), row)]);
        }
        Ok((status, reads))
    }

    /// Refuses a plan whose root is not there: all of its absent things would be absent by emptiness.
    fn has_root(&self, tree: &dyn Tree) -> Result<(), CliError> {
        match tree.entry(&RepoPath::root()) {
            Ok(Some(entry)) if entry.kind == EntryKind::Folder => Ok(()),
            // What cannot be read is said by each check, as unknown.
            Err(_) => Ok(()),
            Ok(_) => {
                let message = format!("the plan's root `{}` is no folder of the judged tree", self.root.shown().raw());
                Err(CliError::new(ErrorKind::Plan, message)
                    .path(self.plan_file.display().to_string())
                    .help("`root` is relative to the folder of plan.toml; name a folder with tracked files in it"))
            }
        }
    }

    /// Reads the Markdown plan: `--claims` (a path in the judged tree, else a file on disk), else the plan's own.
    fn claim(&self, status: &mut Status, tree: &dyn Tree) -> Result<(), CliError> {
        let files = Files::new(tree, &self.parses);
        let Some(named) = &self.claims else {
            let Some(path) = &self.plan().claims else { return Ok(()) };
            match files.read(path) {
                Ok(Some(file)) => progress::claim(status, &path.shown(), &file.bytes),
                Ok(None) => {
                    let trouble = format!("there is no {} here, so that nothing is claimed", path.shown().raw());
                    status.claims.trouble = Some(trouble.into());
                }
                Err(error) => {
                    let trouble = format!("cannot read {}: {error}", path.shown().raw());
                    status.claims.trouble = Some(trouble.into());
                }
            }
            return Ok(());
        };
        let path = RepoPath::parse(named.as_os_str().as_encoded_bytes()).ok();
        if let Some(Ok(Some(file))) = path.as_ref().map(|path| files.read(path)) {
            progress::claim(status, &file.path.shown(), &file.bytes);
            return Ok(());
        }
        let bytes = std::fs::read(named).map_err(|error| {
            CliError { kind: ErrorKind::Usage, ..CliError::io(named, "read", &error) }
                .help("`--claims` names a file of the judged tree, or one on disk")
        })?;
        progress::claim(status, &named.display().to_string().into(), &bytes);
        Ok(())
    }

    /// The folders whose change may change an answer to these questions: notify cannot watch a file that an
    /// editor replaces, so that it is always the folder.
    pub(super) fn watched(&self, reads: &[Question]) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = self.plan_file.parent().map(Path::to_path_buf).into_iter().collect();
        if let Some(top) = self.repo.work_dir() {
            let top = top.join(to_path(&self.root));
            paths.push(top.clone());
            for question in reads {
                let folder = match question {
                    Question::Entry(path) => path.parent(),
                    Question::Glob(pattern) => pattern.base().clone(),
                };
                paths.push(top.join(to_path(&folder)));
            }
        }
        paths.extend([self.repo.git_dir().to_path_buf(), self.repo.common_dir().join("refs/heads")]);
        paths.sort();
        paths.dedup();
        paths.retain(|path| path.is_dir());
        paths
    }
}

fn to_path(path: &RepoPath) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(path.as_bytes()))
}
