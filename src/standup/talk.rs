//! The standup: what changed since the last working day, and how things stand.

use jiff::Timestamp;

use super::blocked::{Blocked, blocked};
use super::ready::{Readiness, Ready};
use super::scene::{IssueRef, LinearSeen, Scene, Started, TaskRef, Why};
use super::turn::{Turn, Turns};
use super::window::Window;
use crate::checks::Verdict;
use crate::plan::{StandupBy, TaskPlace};
use crate::progress::Tally;
use crate::repo::Person;
use crate::source::Outside;
use crate::verify::Start;

/// A standup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standup {
    /// The plan's uid.
    pub uid: Outside,
    /// The commit that is talked about, hex; `None` before the first.
    pub commit: Option<String>,
    /// The moment of the talk.
    pub now: Timestamp,
    /// Since when things are told.
    pub window: Window,
    /// The time of the first commit at hand when the window begins before it and older commits exist that this clone
    /// does not have: what changed behind it is not known. Seconds since 1970-01-01 UTC.
    pub cut_at: Option<i64>,
    /// Progress.
    pub headline: Headline,
    /// Tasks that were lost in the window and do not hold, in plan order.
    pub broken: Vec<Turn>,
    /// Tasks that were lost before and still do not hold, in plan order.
    pub still_broken: Vec<Turn>,
    /// Tasks that were made true in the window and hold.
    pub made_true: Vec<Group>,
    /// Tasks that held, were lost and won back in the window, in plan order.
    pub mended: Vec<Turn>,
    /// Tasks that changed otherwise, in plan order.
    pub other: Vec<Turn>,
    /// Tasks that somebody says are done and that do not hold: those that fail first, then in plan order.
    pub unproven: Vec<Unproven>,
    /// Disagreements with Linear; `None` when it was never asked.
    pub linear: Option<LinearSeen>,
    /// What is under way.
    pub started: Started,
    /// What cannot go on.
    pub blocked: Vec<Blocked>,
    /// What can be done next, the first first.
    pub next: Vec<Ready>,
}

/// The plan's progress and its change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// The plan's title.
    pub title: Outside,
    /// The whole plan.
    pub whole: Progress,
    /// Phase by phase, then the checklist, then the policies; those without tasks left out.
    pub parts: Vec<(ProgressOf, Progress)>,
}

/// What a progress is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgressOf {
    /// A phase.
    Phase {
        /// Its id.
        id: Outside,
        /// Its title.
        title: Outside,
    },
    /// The checklist.
    Checklist,
    /// The policies.
    Policies,
}

/// How many tasks hold, and how many did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Now.
    pub now: Tally,
    /// Tasks that held when the window began.
    pub held_before: usize,
    /// Tasks that hold now and did not.
    pub gained: usize,
    /// Tasks that held and do not hold now.
    pub lost: usize,
}

impl Progress {
    fn add(&mut self, verdict: Verdict, claimed: bool, held_before: bool) {
        let holds = verdict == Verdict::Holds;
        self.now.add(verdict, claimed);
        self.held_before += usize::from(held_before);
        self.gained += usize::from(holds && !held_before);
        self.lost += usize::from(!holds && held_before);
    }

    /// Whether the same tasks hold as before.
    pub fn is_unchanged(&self) -> bool {
        self.gained == 0 && self.lost == 0
    }
}

/// Tasks that were made true, put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// StandupBy whom or of which issue.
    pub of: GroupOf,
    /// The tasks, in plan order.
    pub turns: Vec<Turn>,
}

/// What a group has in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupOf {
    /// Who wrote the commits.
    Person(Person),
    /// The issue; `None` for the checklist and the policies.
    Issue(Option<IssueRef>),
}

/// A task that somebody says is done and that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unproven {
    /// The task.
    pub task: TaskRef,
    /// Its verdict.
    pub verdict: Verdict,
    /// Why it does not hold.
    pub why: Option<Why>,
    /// Where it is said: `PLAN.md:12`.
    pub places: Vec<Outside>,
}

impl Standup {
    /// What there is to say.
    pub fn of(scene: &Scene<'_>, window: Window, by: StandupBy) -> Self {
        let turns = Turns::of(scene, &window);
        let first = scene.life.steps.first().filter(|_| scene.life.start == Start::Cut).map(|step| step.time);
        let cut_at = first.filter(|first| *first > window.from.as_second());
        Self {
            uid: scene.head.plan.uid.as_str().into(),
            commit: scene.head.at.rev.clone(),
            now: scene.now,
            window,
            cut_at,
            headline: headline(scene, &turns.held_before),
            broken: turns.broken,
            still_broken: turns.still_broken,
            made_true: groups(turns.made_true, by),
            mended: turns.mended,
            other: turns.other,
            unproven: unproven(scene),
            linear: scene.linear.cloned(),
            started: Started::of(scene),
            blocked: blocked(scene),
            next: Readiness::of(scene.here).ready,
        }
    }

    /// Whether no task changed in the window.
    pub fn is_unchanged(&self) -> bool {
        self.broken.is_empty() && self.made_true.is_empty() && self.mended.is_empty() && self.other.is_empty()
    }
}

fn headline(scene: &Scene<'_>, held_before: &[bool]) -> Headline {
    let mut parts: Vec<(ProgressOf, Progress)> = Vec::new();
    let mut whole = Progress::default();
    for ((place, _, status), held_before) in scene.head.rows().zip(held_before) {
        let of = match place {
            TaskPlace::Issue(phase, _) => {
                ProgressOf::Phase { id: phase.id.as_str().into(), title: phase.title.as_str().into() }
            }
            TaskPlace::Checklist => ProgressOf::Checklist,
            TaskPlace::Policy => ProgressOf::Policies,
        };
        if parts.last().is_none_or(|(last, _)| *last != of) {
            parts.push((of, Progress::default()));
        }
        let claimed = status.claimed() == Some(true);
        let part = parts.last_mut().map(|(_, progress)| progress);
        for progress in part.into_iter().chain([&mut whole]) {
            progress.add(status.verdict(), claimed, *held_before);
        }
    }
    Headline { title: scene.head.plan.title.as_str().into(), whole, parts }
}

/// Puts turns together: by person, the busiest first, then by name and address; by issue in plan order.
fn groups(turns: Vec<Turn>, by: StandupBy) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for turn in turns {
        let of = match by {
            StandupBy::Person => GroupOf::Person(turn.deed.author.clone()),
            StandupBy::Issue => GroupOf::Issue(turn.task.issue.clone()),
        };
        match groups.iter_mut().find(|group| group.of.is_same(&of)) {
            Some(group) => group.turns.push(turn),
            None => groups.push(Group { of, turns: vec![turn] }),
        }
    }
    if by == StandupBy::Person {
        groups.sort_by(|a, b| {
            let key = |group: &Group| (std::cmp::Reverse(group.turns.len()), group.of.name());
            key(a).cmp(&key(b))
        });
    }
    groups
}

impl GroupOf {
    /// Addresses are compared without case, as git does.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Person(a), Self::Person(b)) => a.name == b.name && a.email.raw().eq_ignore_ascii_case(b.email.raw()),
            (a, b) => a == b,
        }
    }

    fn name(&self) -> Option<(Outside, Outside)> {
        match self {
            Self::Person(person) => Some((person.name.clone(), person.email.clone())),
            Self::Issue(_) => None,
        }
    }
}

fn unproven(scene: &Scene<'_>) -> Vec<Unproven> {
    let mut found: Vec<Unproven> = TaskRef::all(&scene.head.plan)
        .into_iter()
        .zip(&scene.head.tasks)
        .filter(|(_, status)| status.claimed() == Some(true) && status.verdict() != Verdict::Holds)
        .map(|(task, status)| Unproven {
            task,
            verdict: status.verdict(),
            why: Why::of(&status.outcome),
            places: status.claims.iter().filter(|c| c.done == Some(true)).map(|c| c.place.clone()).collect(),
        })
        .collect();
    found.sort_by_key(|unproven| (unproven.verdict != Verdict::Fails, unproven.task.index));
    found
}
