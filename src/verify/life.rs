//! What a plan's tasks went through along a branch.

use std::sync::Arc;

use crate::checks::Verdict;
use crate::plan::Plan;
use crate::repo::{CommitId, Person};
use crate::source::Outside;

/// A plan along a branch: the verdicts of each of its commits, and what changed them. Judged by the plan at hand,
/// which may be younger than the commits.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    /// The plan.
    pub plan: Arc<Plan>,
    /// The commits along first parents, the oldest first; empty before the first commit.
    pub steps: Vec<Step>,
    /// What changed, in the order in which it reached the branch.
    pub transitions: Vec<Transition>,
    /// The step with which the plan's file came to the branch; `None` when it never did.
    pub planned: Option<usize>,
    /// How the history begins.
    pub start: Start,
    /// The verdicts of the last step, in the order of [`Plan::tasks`].
    pub verdicts: Vec<Verdict>,
    /// The verdicts of the first step.
    pub first: Vec<Verdict>,
}

/// One commit of the branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The commit.
    pub id: CommitId,
    /// Its committer time, seconds since 1970-01-01 UTC.
    pub time: i64,
    /// Who wrote it.
    pub author: Arc<Person>,
    /// How many tasks hold there.
    pub holds: u32,
    /// How many fail.
    pub fails: u32,
    /// How many cannot be told.
    pub unknown: u32,
    /// How many were claimed by then: ticked in the Markdown plan as it stands there (as it last stood, once it is
    /// gone), or part of an issue that a commit message closes.
    pub claimed: u32,
}

/// How a history begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// With the first commit of all.
    Root,
    /// Older commits exist, but this clone does not have them, or a graft hides them.
    Cut,
    /// There is no commit at all.
    Nothing,
}

/// A commit that changed a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// The commit.
    pub id: CommitId,
    /// Its committer time, seconds since 1970-01-01 UTC.
    pub time: i64,
    /// Who wrote it, .mailmap applied.
    pub author: Person,
    /// Who else did, by its `Co-authored-by` lines, .mailmap applied.
    pub co_authors: Vec<Person>,
    /// The first line of its message.
    pub subject: Outside,
    /// Issue identifiers that its message names (`STAB-155`), each once.
    pub names: Vec<String>,
}

/// What a transition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Change {
    /// It holds for the first time.
    MadeTrue,
    /// It held, and fails.
    Broken,
    /// It holds again.
    TrueAgain,
    /// It held, and cannot be told any more.
    Doubtful,
    /// It could not be told, and fails.
    Settled,
    /// It failed, and cannot be told any more.
    Unclear,
}

impl Change {
    /// What a change of verdicts is; `held` says whether the task held before. `None` when nothing changed.
    pub fn of(from: Option<Verdict>, to: Verdict, held: bool) -> Option<Self> {
        match (from, to) {
            (Some(Verdict::Holds), Verdict::Fails) => Some(Self::Broken),
            (Some(Verdict::Holds), Verdict::Unknown(_)) => Some(Self::Doubtful),
            (Some(Verdict::Holds), Verdict::Holds) => None,
            (_, Verdict::Holds) if held => Some(Self::TrueAgain),
            (_, Verdict::Holds) => Some(Self::MadeTrue),
            (Some(Verdict::Unknown(_)), Verdict::Fails) => Some(Self::Settled),
            (Some(Verdict::Fails), Verdict::Unknown(_)) => Some(Self::Unclear),
            _ => None,
        }
    }

    /// In words, for people: `made true`.
    pub fn words(self) -> &'static str {
        match self {
            Self::MadeTrue => "made true",
            Self::Broken => "broken",
            Self::TrueAgain => "true again",
            Self::Doubtful => "no longer certain",
            Self::Settled => "found false",
            Self::Unclear => "unclear",
        }
    }

    /// Whether the task stops holding.
    pub fn is_loss(self) -> bool {
        matches!(self, Self::Broken | Self::Doubtful)
    }

    /// Whether the task begins to hold.
    pub fn is_gain(self) -> bool {
        matches!(self, Self::MadeTrue | Self::TrueAgain)
    }
}

/// A task's verdict changing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The task: its place in the order of [`Plan::tasks`].
    pub task: usize,
    /// What it is.
    pub change: Change,
    /// The verdict before; `None` where nothing stood before (the first commit of all).
    pub from: Option<Verdict>,
    /// The verdict after.
    pub to: Verdict,
    /// The commit that it is credited to: for what a merge brought, the first commit on the merged side from which
    /// it lasts.
    pub deed: Arc<Deed>,
    /// The merge that brought it to the branch, when the deed is not on it.
    pub merge: Option<Arc<Deed>>,
    /// The step with which it reached the branch: an index into [`Life::steps`].
    pub step: usize,
}

impl Transition {
    /// When it reached the branch: the committer time of the merge, else of the deed.
    pub fn landed(&self) -> i64 {
        self.merge.as_ref().unwrap_or(&self.deed).time
    }
}

impl Life {
    /// The last change of a task's verdict into what it is now: since when it holds, or by whom it was broken.
    pub fn since(&self, task: usize) -> Option<&Transition> {
        self.transitions.iter().rev().find(|transition| transition.task == task)
    }

    /// What one task went through, the oldest first.
    pub fn of_task(&self, task: usize) -> impl Iterator<Item = &Transition> {
        self.transitions.iter().filter(move |transition| transition.task == task)
    }
}
