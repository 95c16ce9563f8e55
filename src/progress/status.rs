//! A plan's tasks with their verdicts and claims, at one place of a repository.

use std::sync::Arc;

use super::Tally;
use crate::checks::{Outcome, Verdict};
use crate::plan::{Plan, Task, TaskPlace};
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
    /// The text after the marker, values of secret keys masked.
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

impl Claims {
    /// Whether something of the Markdown plan says nothing about a task, or the other way round.
    pub fn has_leftovers(&self) -> bool {
        self.trouble.is_some()
            || self.path.is_some()
                && !(self.unmatched.is_empty() && self.unknown_markers.is_empty() && self.without_box.is_empty())
    }
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

    /// Counts all groups in one pass.
    pub fn summary(&self) -> Summary {
        let mut next = self.tasks.iter();
        let mut tally = |count: usize| {
            let mut tally = Tally::default();
            for status in next.by_ref().take(count) {
                tally.count(status);
            }
            tally
        };
        let issues: Vec<Vec<Tally>> = self
            .plan
            .phases
            .iter()
            .map(|phase| phase.issues.iter().map(|issue| tally(issue.tasks.len())).collect())
            .collect();
        let checklist = tally(self.plan.checklist.len());
        let policies = tally(self.plan.policies.len());
        let phases: Vec<Tally> = issues.iter().map(|issues| issues.iter().copied().sum()).collect();
        let totals = phases.iter().copied().chain([checklist, policies]).sum();
        Summary { totals, phases, issues, checklist, policies }
    }
}

/// The tallies of a plan's groups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// All tasks.
    pub totals: Tally,
    /// Of each phase, in plan order.
    pub phases: Vec<Tally>,
    /// Of each issue of each phase.
    pub issues: Vec<Vec<Tally>>,
    /// Of the checklist.
    pub checklist: Tally,
    /// Of the policies.
    pub policies: Tally,
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
