//! What a task went through in a window, told by its last change.

use std::sync::Arc;

use super::scene::{Scene, TaskRef, Why};
use super::window::Window;
use crate::checks::Verdict;
use crate::progress::TaskStatus;
use crate::verify::{Change, Deed, Life, Transition};

/// A task's last change that matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The task.
    pub task: TaskRef,
    /// The change.
    pub change: Change,
    /// Its verdict now.
    pub verdict: Verdict,
    /// The commit that it is credited to.
    pub deed: Arc<Deed>,
    /// The merge that brought it, when it was one.
    pub merge: Option<Arc<Deed>>,
    /// Whether the task held when the window began.
    pub held_before: bool,
    /// Why it does not hold now.
    pub why: Option<Why>,
}

impl Turn {
    fn of(task: &TaskRef, status: &TaskStatus, transition: &Transition, held_before: bool) -> Self {
        Self {
            task: task.clone(),
            change: transition.change,
            verdict: status.verdict(),
            deed: Arc::clone(&transition.deed),
            merge: transition.merge.clone(),
            held_before,
            why: Why::of(&status.outcome),
        }
    }

    /// When it reached the branch, seconds since 1970-01-01 UTC.
    pub fn landed(&self) -> i64 {
        self.merge.as_ref().unwrap_or(&self.deed).time
    }

    /// Who merged it, when that is somebody else than who wrote it.
    pub fn merged_by(&self) -> Option<&crate::repo::Person> {
        self.merge.as_ref().map(|merge| &merge.author).filter(|author| **author != self.deed.author)
    }
}

/// The changes of a window, told apart.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// Held once, lost in the window, and does not hold now.
    pub broken: Vec<Turn>,
    /// Lost before the window, and does not hold now.
    pub still_broken: Vec<Turn>,
    /// Made true in the window, and holds now.
    pub made_true: Vec<Turn>,
    /// Held before, was lost in the window and won back.
    pub mended: Vec<Turn>,
    /// Changed otherwise.
    pub other: Vec<Turn>,
    /// Whether each task held when the window began, in plan order.
    pub held_before: Vec<bool>,
}

impl Turns {
    /// The changes of a window, each list in plan order.
    pub fn of(scene: &Scene<'_>, window: &Window) -> Self {
        let mut turns = Self::default();
        let by_task = by_task(scene.life);
        for (task, status) in TaskRef::all(&scene.head.plan).iter().zip(&scene.head.tasks) {
            let verdict = status.verdict();
            let own = by_task.get(task.index).map(Vec::as_slice).unwrap_or_default();
            let inside: Vec<&Transition> =
                own.iter().filter(|transition| window.holds(scene.life, transition)).copied().collect();
            let held_before = match inside.first() {
                Some(first) => first.from == Some(Verdict::Holds),
                None => verdict == Verdict::Holds,
            };
            turns.held_before.push(held_before);
            let turn = |transition: &Transition| Turn::of(task, status, transition, held_before);
            let last = |of: &[&Transition], wanted: fn(Change) -> bool| {
                of.iter().rev().find(|transition| wanted(transition.change)).map(|transition| turn(transition))
            };
            if verdict == Verdict::Holds && held_before {
                turns.mended.extend(last(&inside, Change::is_gain));
            } else if verdict == Verdict::Holds {
                turns.made_true.extend(last(&inside, Change::is_gain));
            } else if let Some(lost) = last(&inside, Change::is_loss) {
                turns.broken.push(lost);
            } else {
                turns.still_broken.extend(last(own, Change::is_loss));
                turns.other.extend(inside.last().map(|transition| turn(transition)));
            }
        }
        turns
    }
}

/// The transitions of each task, the oldest first.
pub(super) fn by_task(life: &Life) -> Vec<Vec<&Transition>> {
    let mut lists: Vec<Vec<&Transition>> = vec![Vec::new(); life.plan.tasks().count()];
    for transition in &life.transitions {
        if let Some(list) = lists.get_mut(transition.task) {
            list.push(transition);
        }
    }
    lists
}

/// Since when something about the tasks that hold is so without a break, looking back from now: the time with which
/// the transition landed that made it so; `None` when it was always so. It has to be so now.
pub(super) fn since_when(scene: &Scene<'_>, is_so: impl Fn(&[bool]) -> bool) -> Option<i64> {
    let mut holds: Vec<bool> = scene.head.tasks.iter().map(|task| task.verdict() == Verdict::Holds).collect();
    for transition in scene.life.transitions.iter().rev() {
        if let Some(held) = holds.get_mut(transition.task) {
            *held = transition.from == Some(Verdict::Holds);
        }
        if !is_so(&holds) {
            return Some(transition.landed());
        }
    }
    None
}
