//! What the three judgements look at.

use jiff::Timestamp;

use super::mine::Wrote;
use crate::calendar::Calendar;
use crate::checks::{Finding, Level, Outcome, Verdict};
use crate::plan::{Issue, Phase, Plan, Task, TaskPlace};
use crate::progress::{Status, flips};
use crate::repo::{Person, RepoPath};
use crate::source::Outside;
use crate::verify::Life;

/// Everything that is looked at, as plain values.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// What the plan's tasks went through along the branch.
    pub life: &'a Life,
    /// The plan at the branch's last commit; before the first commit the same as `here`.
    pub head: &'a Status,
    /// The plan at the work tree; the same as `head` where there is none.
    pub here: &'a Status,
    /// Which days are worked, and the zone.
    pub calendar: &'a Calendar,
    /// The moment that everything is told from.
    pub now: Timestamp,
    /// The branch; `None` when HEAD is detached.
    pub branch: Option<&'a str>,
    /// Files that a check reads and that differ from the last commit, relative to the plan's root, sorted.
    pub dirty: &'a [RepoPath],
    /// Who looks: the git identity, .mailmap applied; `None` when it is not known.
    pub me: Option<&'a Person>,
    /// The user's commits that touch files of issues.
    pub wrote: &'a [Wrote],
    /// When the plan came into the repository, seconds since 1970-01-01 UTC; `None` when it never did.
    pub plan_since: Option<i64>,
    /// What Linear said when it was last asked; `None` when it never was.
    pub linear: Option<&'a LinearSeen>,
}

/// Disagreements with Linear as they were last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinearSeen {
    /// When.
    pub at: Timestamp,
    /// Where the two disagree, in plan order.
    pub rows: Vec<Disagreement>,
}

/// Something on which Linear and the repository disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The issue's id in the plan.
    pub issue: Outside,
    /// Its identifier in Linear.
    pub identifier: Option<Outside>,
    /// On what, in words: a lower-case fragment.
    pub message: Outside,
}

/// A task as it is named to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRef {
    /// Its place in the order of [`Plan::tasks`].
    pub index: usize,
    /// Its id.
    pub id: Outside,
    /// Its text.
    pub text: Outside,
    /// Its issue; `None` for the checklist and the policies.
    pub issue: Option<IssueRef>,
}

/// An issue as it is named to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueRef {
    /// Its id.
    pub id: Outside,
    /// Its title.
    pub title: Outside,
    /// Its identifier in Linear.
    pub linear: Option<Outside>,
    /// The id of its phase.
    pub phase: Outside,
}

impl IssueRef {
    pub(super) fn of(phase: &Phase, issue: &Issue) -> Self {
        Self {
            id: issue.id.as_str().into(),
            title: issue.title.as_str().into(),
            linear: issue.linear.as_deref().map(Outside::from),
            phase: phase.id.as_str().into(),
        }
    }
}

impl TaskRef {
    pub(super) fn of(index: usize, place: TaskPlace<'_>, task: &Task) -> Self {
        let issue = match place {
            TaskPlace::Issue(phase, issue) => Some(IssueRef::of(phase, issue)),
            TaskPlace::Checklist | TaskPlace::Policy => None,
        };
        Self { index, id: task.id.as_str().into(), text: task.text.as_str().into(), issue }
    }

    /// Every task of a plan, in its order.
    pub(super) fn all(plan: &Plan) -> Vec<Self> {
        plan.tasks().enumerate().map(|(index, (place, task))| Self::of(index, place, task)).collect()
    }

    /// Whether it is a task of an issue.
    pub(super) fn is_of(&self, issue: &str) -> bool {
        self.issue.as_ref().is_some_and(|own| own.id.raw() == issue)
    }
}

/// Why a task does not hold: its decisive evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The file.
    pub path: Option<Outside>,
    /// Its first line, 1-based.
    pub line: Option<u32>,
    /// What is wrong there.
    pub message: Outside,
    /// What to do about it.
    pub help: Option<Outside>,
}

impl Why {
    /// The first piece of evidence that decides; `None` when the task holds.
    pub(super) fn of(outcome: &Outcome) -> Option<Self> {
        let finding = match outcome.verdict() {
            Verdict::Holds => None,
            Verdict::Fails => outcome.findings.iter().find(|finding| finding.level == Level::Fault),
            Verdict::Unknown(_) => outcome.doubts.first().map(|doubt| &doubt.finding),
        };
        finding.map(Self::of_finding)
    }

    pub(super) fn of_finding(finding: &Finding) -> Self {
        Self {
            path: finding.path.clone(),
            line: finding.lines.map(|lines| lines.line),
            message: finding.message.clone(),
            help: finding.help.clone(),
        }
    }
}

/// What is under way and not committed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Started {
    /// The branch.
    pub branch: Option<Outside>,
    /// The issues whose identifier the branch's name has.
    pub issues: Vec<IssueRef>,
    /// Files that a check reads and that are not committed as they are.
    pub files: Vec<Outside>,
    /// The tasks that they would flip.
    pub flips: Vec<FlipRef>,
}

/// A task whose verdict differs between the last commit and the work tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlipRef {
    /// The task.
    pub task: TaskRef,
    /// Its verdict at the last commit.
    pub from: Verdict,
    /// In the work tree.
    pub to: Verdict,
}

impl Started {
    /// What a scene has under way.
    pub fn of(scene: &Scene<'_>) -> Self {
        let plan = &scene.here.plan;
        let tasks = TaskRef::all(plan);
        let named = plan.issues().filter(|(_, issue)| scene.branch.is_some_and(|branch| names(branch, issue)));
        let flips = flips(scene.head, scene.here)
            .into_iter()
            .filter_map(|flip| {
                let task = tasks.iter().find(|task| task.id.raw() == flip.id)?.clone();
                Some(FlipRef { task, from: flip.from, to: flip.to })
            })
            .collect();
        Self {
            branch: scene.branch.map(Outside::from),
            issues: named.map(|(phase, issue)| IssueRef::of(phase, issue)).collect(),
            files: scene.dirty.iter().map(RepoPath::shown).collect(),
            flips,
        }
    }

    /// Whether nothing is under way.
    pub fn is_empty(&self) -> bool {
        self.issues.is_empty() && self.files.is_empty() && self.flips.is_empty()
    }
}

/// Whether a text names an issue by its identifier in Linear, as a word of its own, in any case: `ann/stab-155-user`
/// names STAB-155 and not STAB-15.
pub(super) fn names(text: &str, issue: &Issue) -> bool {
    let Some(identifier) = issue.linear.as_deref().filter(|identifier| !identifier.is_empty()) else { return false };
    let (text, identifier) = (text.to_lowercase(), identifier.to_lowercase());
    text.match_indices(&identifier).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + identifier.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
