//! The walk over a branch, with its progress on the error stream.

use std::io::{IsTerminal, Write as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::error::{CliError, ErrorKind};
use super::gather::{Session, git_error};
use crate::repo::{AncestryError, CommitId, EntryKind, People, ReadError, RepoPath, Tree};
use crate::store::Rows;
use crate::verify::{Life, LifeKey, Memo, Walk};

/// A walk that takes no longer than this says nothing.
const QUIET: Duration = Duration::from_secs(1);

/// How often the progress line changes.
const REFRESH: Duration = Duration::from_millis(100);

impl Session {
    /// What the plan went through up to a commit: from the cache when it is there, else walked.
    pub(super) fn life(&self, tip: CommitId) -> Result<Life, CliError> {
        let progress = if self.is_silent() { Progress::silent() } else { Progress::new() };
        let grafts = self.repo().grafts_digest().map_err(|error| git_error(&error))?;
        let (plan_file, root) = self.places();
        let claims = self.claims_path();
        let claims = claims.as_ref();
        let key = LifeKey { prepared: self.prepared(), tip, grafts, root, plan_file, claims };
        let cache = self.cache();
        let rows = cache.map(|cache| cache.as_ref() as &dyn Rows);
        if let Some(life) = rows.and_then(|rows| key.load(rows)) {
            return Ok(life);
        }
        let ancestry = self.repo().ancestry(tip).map_err(|error| ancestry_error(&error))?;
        let people = self.people(tip)?;
        let memo = cache.map_or_else(Memo::default, |cache| Memo::with_rows(cache.clone()));
        let walk = Walk {
            prepared: self.prepared(),
            ancestry: &ancestry,
            root,
            plan_file,
            claims,
            people: &people,
            memo: &memo,
            parses: self.parses(),
            rows,
            progress: &|done, total| progress.say(done, total),
        };
        let life = walk.life().map_err(|error| unreadable(&error));
        progress.end();
        let life = life?;
        if let Some(rows) = rows {
            key.save(rows, &life);
        }
        Ok(life)
    }

    /// People as the .mailmap of a commit has them.
    pub(super) fn people(&self, tip: CommitId) -> Result<People, CliError> {
        let tree = self.repo().commit_tree(tip).map_err(|error| git_error(&error))?;
        let read = || -> Result<People, ReadError> {
            let Ok(path) = RepoPath::parse(".mailmap") else { return Ok(People::default()) };
            match tree.entry(&path)? {
                Some(entry) if matches!(entry.kind, EntryKind::File { .. }) => match entry.id {
                    Some(id) => Ok(People::of(&tree.bytes(id)?)),
                    None => Ok(People::default()),
                },
                _ => Ok(People::default()),
            }
        };
        read().map_err(|error| unreadable(&error))
    }
}

/// An error of walking commits, with its way out.
pub(super) fn ancestry_error(error: &AncestryError) -> CliError {
    match error {
        AncestryError::Repo(error) => git_error(error),
        AncestryError::Read(error) => unreadable(error),
    }
}

/// An object that cannot be read, with the way out.
pub(super) fn unreadable(error: &ReadError) -> CliError {
    CliError::new(ErrorKind::Git, format!("the history cannot be read: {error}")).help(
        "`git fsck` says what is damaged; in a partial clone `git fetch --refetch --filter=blob:none` brings what is \
         missing",
    )
}

/// A line on the error stream while a walk takes long: commits done, how fast, how long still.
struct Progress {
    begun: Instant,
    /// Whether anybody sees it.
    wanted: bool,
    shown: AtomicBool,
    last: Mutex<Instant>,
}

impl Progress {
    fn new() -> Self {
        let now = Instant::now();
        let wanted = std::io::stderr().is_terminal();
        Self { begun: now, wanted, shown: AtomicBool::new(false), last: Mutex::new(now) }
    }

    fn silent() -> Self {
        Self { wanted: false, ..Self::new() }
    }

    fn say(&self, done: usize, total: usize) {
        if !self.wanted || self.begun.elapsed() < QUIET {
            return;
        }
        // Whoever does not get the lock leaves the line to who has it.
        let Ok(mut last) = self.last.try_lock() else { return };
        if last.elapsed() < REFRESH {
            return;
        }
        *last = Instant::now();
        self.shown.store(true, Ordering::Relaxed);
        let rate = done as f64 / self.begun.elapsed().as_secs_f64();
        let left = (total.saturating_sub(done)) as f64 / rate.max(1.0);
        let line = format!("\r\x1b[K{done} of {total} commits, {rate:.0} a second, {left:.0} s left");
        // Nothing can be done when the stream is gone.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }

    /// Takes the line away.
    fn end(&self) {
        if self.shown.load(Ordering::Relaxed) {
            let _ = std::io::stderr().write_all(b"\r\x1b[K");
        }
    }
}
