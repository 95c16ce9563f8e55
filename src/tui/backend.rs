//! What the interface asks of the world; the command line gives it.

use std::path::PathBuf;
use std::sync::Arc;

use super::pane::{Day, Known, Lived, Proposal};
use crate::progress::Status;
use crate::repo::CommitId;
use crate::report::json::MistakePart;
use crate::sync::{Applied, GoOn};

/// Why there is no fresh answer, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// A judged plan.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The answer.
    pub status: Arc<Status>,
    /// Why the cache is gone without, when it is.
    pub cache: Option<String>,
}

/// A pin to be set or taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinChange {
    /// The task's id.
    pub task: String,
    /// Whether it is to be pinned.
    pub pinned: bool,
}

/// What is asked about the day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayJob {
    /// Pins to change before, in this order.
    pub pins: Vec<PinChange>,
    /// Whether a person looks at the checklist now.
    pub looks: bool,
}

/// The checklist and the standup.
#[derive(Debug, Clone)]
pub struct DayDone {
    /// Both.
    pub day: Arc<Day>,
    /// What of the job could not be done.
    pub trouble: Option<Trouble>,
}

/// How far a walk over the branch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walked {
    /// Commits that are judged.
    pub done: usize,
    /// Commits that there are.
    pub all: usize,
}

/// Is told how far a walk is, from any thread, a few times a second at most.
pub type Follower = Arc<dyn Fn(Walked) + Send + Sync>;

/// What is asked about Linear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinearJob {
    /// What is known without asking it.
    Known,
    /// Ask it what a sync would do.
    Ask,
    /// Do what it was last asked about.
    Apply,
}

/// Answers from plan and repository; each method runs on a worker's thread, and says nothing on any stream.
pub trait Backend: Send + Sync {
    /// Reads the plan and judges it: at a commit, else at the work tree.
    ///
    /// # Errors
    /// When plan or repository cannot be read.
    fn judge(&self, at: Option<CommitId>) -> Result<Judged, Trouble>;

    /// Every mistake of the plan's file that the last [`Backend::judge`] stumbled on, by line; none when it failed for
    /// another reason.
    fn mistakes(&self) -> Vec<MistakePart> {
        Vec::new()
    }

    /// Files and folders whose change may change the last answer about the work tree.
    fn watched(&self) -> Vec<PathBuf>;

    /// What the plan went through along the branch.
    ///
    /// # Errors
    /// When plan or history cannot be read.
    fn history(&self, follower: Follower) -> Result<Arc<Lived>, Trouble>;

    /// The checklist and the standup, after the job's changes.
    ///
    /// # Errors
    /// When plan or history cannot be read.
    fn day(&self, job: &DayJob, follower: Follower) -> Result<DayDone, Trouble>;

    /// What is known of Linear; no network is used.
    ///
    /// # Errors
    /// When the plan cannot be read.
    fn known(&self) -> Result<Arc<Known>, Trouble>;

    /// Reads from Linear what a sync would do.
    ///
    /// # Errors
    /// When plan, repository or Linear does not allow for one.
    fn ask(&self) -> Result<Arc<Proposal>, Trouble>;

    /// Does what the last [`Backend::ask`] answered, once. `going` is called before each step.
    ///
    /// # Errors
    /// When nothing was asked since the last time.
    fn apply(&self, going: GoOn<'_>) -> Result<Arc<Applied>, Trouble>;
}
