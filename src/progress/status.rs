//! A plan's tasks with their verdicts and claims, at one place of a repository.

use std::sync::Arc;

use super::Tally;
use crate::checks::{Outcome, Verdict};
use crate::plan::{Issue, Phase, Plan, Task, TaskPlace};
use crate::source::Outside;

/// Where a plan was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// What kind of tree.
    pub kind: AtKind,
    /// The commit: the tree's own, else HEAD; `None` on an unborn branch.
    pub rev: Option<String>,
    /// Whether a path that a check read differs from HEAD.
    pub dirty: bool,
}

/// What kind of tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtKind {
    /// The files on disk.
    Worktree,
    /// What is staged.
    Index,
    /// A commit.
    Commit,
}

impl AtKind {
    /// The word of the JSON contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::Worktree => "worktree",
            Self::Index => "index",
            Self::Commit => "commit",
        }
    }
}

/// Somebody's claim about a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What made it: `markdown`.
    pub source: &'static str,
    /// Where: `PLAN.md:12`.
    pub place: Outside,
    /// Its line.
    pub line: Option<u32>,
    /// As it stands there: `[x]`.
    pub value: Outside,
    /// Whether it says done; `None` for a marker that nobody knows.
    pub done: Option<bool>,
}

/// A box of the Markdown plan that says nothing about a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimBox {
    /// The file.
    pub path: Outside,
    /// 1-based.
    pub line: u32,
    /// The text after the marker.
    pub text: Outside,
    /// The marker: `[x]`, `[~]`.
    pub marker: Outside,
}

/// The Markdown plan as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// The file, when one was asked for.
    pub path: Option<Outside>,
    /// Boxes that match no task.
    pub unmatched: Vec<ClaimBox>,
    /// Boxes with a marker that nobody knows.
    pub unknown_markers: Vec<ClaimBox>,
    /// Ids of tasks that have no box.
    pub without_box: Vec<String>,
    /// Why the file could not be read, when it could not.
    pub trouble: Option<Outside>,
}

/// One task, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskStatus {
    /// The task's id.
    pub id: String,
    /// The answer and why.
    pub outcome: Outcome,
    /// What people say about it.
    pub claims: Vec<Claim>,
}

impl TaskStatus {
    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        self.outcome.verdict()
    }

    /// Whether somebody says that it is done; `None` when nobody says anything that can be read.
    pub fn claimed(&self) -> Option<bool> {
        let mut known = self.claims.iter().filter_map(|claim| claim.done).peekable();
        known.peek()?;
        Some(known.any(|done| done))
    }

    /// Claimed, and it fails: the loudest thing on any screen.
    pub fn is_false_claim(&self) -> bool {
        self.claimed() == Some(true) && self.verdict() == Verdict::Fails
    }
}

/// A plan, judged at one place.
#[derive(Debug, Clone)]
pub struct Status {
    /// The plan.
    pub plan: Arc<Plan>,
    /// Where.
    pub at: At,
    /// Its tasks in the order of [`Plan::tasks`].
    pub tasks: Vec<TaskStatus>,
    /// Its Markdown plan.
    pub claims: Claims,
}

impl Status {
    /// Each task with its place and status.
    pub fn rows(&self) -> impl Iterator<Item = (TaskPlace<'_>, &Task, &TaskStatus)> {
        self.plan.tasks().zip(&self.tasks).map(|((place, task), status)| (place, task, status))
    }

    fn tally_where(&self, wanted: impl Fn(TaskPlace<'_>) -> bool) -> Tally {
        let mut tally = Tally::default();
        for (place, _, status) in self.rows() {
            if wanted(place) {
                tally.add(status.verdict(), status.claimed() == Some(true));
            }
        }
        tally
    }

    /// All tasks.
    pub fn totals(&self) -> Tally {
        self.tally_where(|_| true)
    }

    /// A phase's tasks.
    pub fn phase(&self, wanted: &Phase) -> Tally {
        self.tally_where(|place| matches!(place, TaskPlace::Issue(phase, _) if phase.id == wanted.id))
    }

    /// An issue's tasks.
    pub fn issue(&self, wanted: &Issue) -> Tally {
        self.tally_where(|place| matches!(place, TaskPlace::Issue(_, issue) if issue.id == wanted.id))
    }

    /// The checklist's tasks.
    pub fn checklist(&self) -> Tally {
        self.tally_where(|place| place == TaskPlace::Checklist)
    }

    /// The policies.
    pub fn policies(&self) -> Tally {
        self.tally_where(|place| place == TaskPlace::Policy)
    }
}

/// A task whose verdict differs between two places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flip {
    /// The task's id.
    pub id: String,
    /// There.
    pub from: Verdict,
    /// Here.
    pub to: Verdict,
}

/// The tasks whose verdict differs, from `base` to `here`, in plan order; both of the same plan.
pub fn flips(base: &Status, here: &Status) -> Vec<Flip> {
    base.tasks
        .iter()
        .zip(&here.tasks)
        .filter(|(base, here)| base.verdict().word() != here.verdict().word())
        .map(|(base, here)| Flip { id: here.id.clone(), from: base.verdict(), to: here.verdict() })
        .collect()
}
