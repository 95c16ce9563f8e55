//! What cannot go on, by what, and for how long.

use super::ready::Graph;
use super::scene::{IssueRef, Scene, TaskRef};
use super::turn::since_when;
use crate::checks::{Reason, Verdict};
use crate::plan::Issue;

/// An issue that cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// The issue.
    pub issue: IssueRef,
    /// How many of its tasks do not hold.
    pub open: usize,
    /// What keeps it.
    pub by: Blocker,
    /// Since when, seconds since 1970-01-01 UTC: since what it waits for was last done, else since the plan came in.
    /// `None` when neither happened.
    pub since: Option<i64>,
}

/// What keeps an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocker {
    /// Issues that come first and are not done, in plan order.
    Issues(Vec<IssueRef>),
    /// All that is left needs a person's word: these tasks.
    Word(Vec<TaskRef>),
    /// All that is left needs a command to be run, or a person's word and a command: these tasks.
    Command(Vec<TaskRef>),
}

/// The issues that cannot go on, in plan order.
pub(super) fn blocked(scene: &Scene<'_>) -> Vec<Blocked> {
    let graph = Graph::of(scene.head);
    let plan = &scene.head.plan;
    let tasks = TaskRef::all(plan);
    let verdict = |task: &TaskRef| scene.head.tasks.get(task.index).map(|status| status.verdict());
    let mut found = Vec::new();
    for (phase, issue) in plan.issues() {
        let own: Vec<&TaskRef> = tasks.iter().filter(|task| task.is_of(&issue.id)).collect();
        let open: Vec<&TaskRef> = own.iter().filter(|task| verdict(task) != Some(Verdict::Holds)).copied().collect();
        if open.is_empty() {
            continue;
        }
        let by_issues: Vec<IssueRef> = plan
            .issues()
            .filter(|(_, needed)| issue.needs.contains(&needed.id) && !graph.is_done(&needed.id))
            .map(|(phase, needed)| IssueRef::of(phase, needed))
            .collect();
        let (by, since) = if by_issues.is_empty() {
            let Some(by) = waits(&open, verdict) else { continue };
            let rest: Vec<usize> = own.iter().filter(|task| !open.contains(task)).map(|task| task.index).collect();
            (by, since_when(scene, |holds| rest.iter().all(|index| holds.get(*index) == Some(&true))))
        } else {
            let needed = needed_tasks(&tasks, issue);
            let is_open = |holds: &[bool]| needed.iter().any(|index| holds.get(*index) == Some(&false));
            (Blocker::Issues(by_issues), since_when(scene, is_open))
        };
        let since = match (since, scene.plan_since) {
            (Some(since), Some(plan)) => Some(since.max(plan)),
            (since, plan) => since.or(plan),
        };
        found.push(Blocked { issue: IssueRef::of(phase, issue), open: open.len(), by, since });
    }
    found
}

fn needed_tasks(tasks: &[TaskRef], issue: &Issue) -> Vec<usize> {
    let is_needed = |task: &&TaskRef| issue.needs.iter().any(|needed| task.is_of(needed));
    tasks.iter().filter(is_needed).map(|task| task.index).collect()
}

/// What open tasks wait for, when no work on the files can make them hold.
fn waits(open: &[&TaskRef], verdict: impl Fn(&TaskRef) -> Option<Verdict>) -> Option<Blocker> {
    let reason = |task: &TaskRef| match verdict(task) {
        Some(Verdict::Unknown(reason)) => Some(reason),
        _ => None,
    };
    let is_word = |task: &TaskRef| matches!(reason(task), Some(Reason::NeedsPerson | Reason::Stale));
    let is_command = |task: &TaskRef| reason(task) == Some(Reason::NeedsCommand);
    let listed = open.iter().map(|task| (*task).clone()).collect();
    if open.iter().all(|task| is_word(task)) {
        Some(Blocker::Word(listed))
    } else if open.iter().all(|task| is_word(task) || is_command(task)) {
        Some(Blocker::Command(listed))
    } else {
        None
    }
}
