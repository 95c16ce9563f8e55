//! The walk over a branch, with its progress.

use std::io::{IsTerminal, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::error::{CliError, ErrorKind, git_error};
use super::gather::Session;
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
        let progress = match (self.walked(), self.is_silent()) {
            (Some(walked), _) => Progress::told(walked.clone()),
            (None, true) => Progress::silent(),
            (None, false) => Progress::new(),
        };
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

/// Is told how many commits are done, of how many.
pub(super) type Told = Arc<dyn Fn(usize, usize) + Send + Sync>;

/// Who sees how far a walk is.
enum Seen {
    /// Nobody.
    Not,
    /// Whoever looks at the terminal of the error stream: a line with commits done, how fast, how long still.
    Line,
    /// Somebody else.
    Told(Told),
}

/// How far a walk is, while it takes long.
struct Progress {
    begun: Instant,
    seen: Seen,
    shown: AtomicBool,
    last: Mutex<Instant>,
}

impl Progress {
    fn of(seen: Seen) -> Self {
        let now = Instant::now();
        Self { begun: now, seen, shown: AtomicBool::new(false), last: Mutex::new(now) }
    }

    fn new() -> Self {
        Self::of(if std::io::stderr().is_terminal() { Seen::Line } else { Seen::Not })
    }

    fn silent() -> Self {
        Self::of(Seen::Not)
    }

    fn told(told: Told) -> Self {
        Self::of(Seen::Told(told))
    }

    fn say(&self, done: usize, total: usize) {
        let quiet = match self.seen {
            Seen::Not => return,
            Seen::Line => QUIET,
            Seen::Told(_) => REFRESH,
        };
        if self.begun.elapsed() < quiet {
            return;
        }
        // Whoever does not get the lock leaves it to who has it.
        let Ok(mut last) = self.last.try_lock() else { return };
        if last.elapsed() < REFRESH {
            return;
        }
        *last = Instant::now();
        match &self.seen {
            Seen::Told(told) => told(done, total),
            Seen::Line | Seen::Not => self.line(done, total),
        }
    }

    fn line(&self, done: usize, total: usize) {
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
