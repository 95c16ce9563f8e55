//! What can be worked on, and in which order.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::scene::{TaskRef, Why};
use crate::checks::{Reason, Verdict};
use crate::plan::{Plan, Priority, TaskPlace};
use crate::progress::Status;

/// A task that does not hold and whose issue waits for no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// The task.
    pub task: TaskRef,
    /// Its issue's priority; none for the checklist and the policies.
    pub priority: Priority,
    /// Its verdict.
    pub verdict: Verdict,
    /// How many unfinished issues wait for its issue, directly or through others.
    pub unblocks: usize,
    /// Why it does not hold.
    pub why: Option<Why>,
}

/// Which tasks are ready, and what keeps the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readiness {
    /// Ready tasks: the most urgent first; then those whose issue lets the most others go on; then what fails before
    /// what needs a person, and that before what cannot be told otherwise; then as the plan has them.
    pub ready: Vec<Ready>,
    /// How many tasks do not hold and wait for an issue that comes first.
    pub waiting: usize,
}

impl Readiness {
    /// The readiness of a judged plan. An issue is done when all of its tasks hold: a task that cannot be told keeps
    /// what needs its issue waiting.
    pub fn of(status: &Status) -> Self {
        let graph = Graph::of(status);
        let mut readiness = Self::default();
        for (index, (place, task, judged)) in status.rows().enumerate() {
            let verdict = judged.verdict();
            if verdict == Verdict::Holds {
                continue;
            }
            let (priority, unblocks) = match place {
                TaskPlace::Issue(_, issue) => {
                    if issue.needs.iter().any(|needed| !graph.is_done(needed)) {
                        readiness.waiting += 1;
                        continue;
                    }
                    (issue.priority, graph.unblocks(&issue.id))
                }
                TaskPlace::Checklist | TaskPlace::Policy => (Priority::None, 0),
            };
            let task = TaskRef::of(index, place, task);
            readiness.ready.push(Ready { task, priority, verdict, unblocks, why: Why::of(&judged.outcome) });
        }
        readiness
            .ready
            .sort_by_key(|ready| (ready.priority, Reverse(ready.unblocks), rank(ready.verdict), ready.task.index));
        readiness
    }
}

fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fails => 0,
        Verdict::Unknown(Reason::NeedsPerson | Reason::Stale) => 1,
        Verdict::Unknown(_) | Verdict::Holds => 2,
    }
}

/// The issues of a plan: which are done, and which wait for which.
pub(super) struct Graph<'p> {
    done: HashMap<&'p str, bool>,
    /// The issues that need an issue.
    above: HashMap<&'p str, Vec<&'p str>>,
}

impl<'p> Graph<'p> {
    pub fn of(status: &'p Status) -> Self {
        let plan: &'p Plan = &status.plan;
        let mut done: HashMap<&str, bool> = plan.issues().map(|(_, issue)| (issue.id.as_str(), true)).collect();
        for (place, _, judged) in status.rows() {
            if let (TaskPlace::Issue(_, issue), false) = (place, judged.verdict() == Verdict::Holds) {
                done.insert(issue.id.as_str(), false);
            }
        }
        let mut above: HashMap<&str, Vec<&str>> = HashMap::new();
        for (_, issue) in plan.issues() {
            for needed in &issue.needs {
                above.entry(needed.as_str()).or_default().push(issue.id.as_str());
            }
        }
        Self { done, above }
    }

    /// Whether all tasks of an issue hold.
    pub fn is_done(&self, issue: &str) -> bool {
        self.done.get(issue).copied().unwrap_or(true)
    }

    /// How many unfinished issues wait for an issue, directly or through others.
    pub fn unblocks(&self, issue: &str) -> usize {
        let mut seen: HashSet<&str> = HashSet::new();
        let mut next: Vec<&str> = self.above.get(issue).cloned().unwrap_or_default();
        while let Some(found) = next.pop() {
            if found != issue && seen.insert(found) {
                next.extend(self.above.get(found).into_iter().flatten());
            }
        }
        seen.iter().filter(|found| !self.is_done(found)).count()
    }
}
