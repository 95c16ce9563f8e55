//! The tree phase → issue → task as the rows that are shown.

use std::collections::BTreeSet;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::pane::VerdictFilter;
use crate::plan::{Plan, TaskPlace};
use crate::progress::Status;

/// What a row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKind {
    /// A phase, by index.
    Phase(usize),
    /// An issue: phase and issue, by index.
    Issue(usize, usize),
    /// The checklist.
    Checklist,
    /// The policies.
    Policies,
    /// What of the Markdown plan and the tasks does not fit together.
    Claims,
    /// A task, by its index in [`Plan::tasks`].
    Task(usize),
}

/// One row of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// What it stands for.
    pub kind: RowKind,
    /// How far it is indented.
    pub depth: u16,
}

/// One text a task to be searched in: id, text, issue.
pub(super) fn haystacks(plan: &Plan) -> Vec<String> {
    plan.tasks()
        .map(|(place, task)| match place {
            TaskPlace::Issue(_, issue) => {
                format!("{} {} {} {}", task.id, task.text, issue.title, issue.linear.as_deref().unwrap_or(""))
            }
            TaskPlace::Checklist => format!("{} {} checklist", task.id, task.text),
            TaskPlace::Policy => format!("{} {} policy", task.id, task.text),
        })
        .collect()
}

/// The tasks that a filter keeps: those in which each of its words occurs; when there are none, those that it
/// matches fuzzily. An empty filter keeps all.
pub(super) fn matching(haystacks: &[String], filter: &str) -> Vec<bool> {
    if filter.is_empty() {
        return vec![true; haystacks.len()];
    }
    let kept = matched(haystacks, filter, AtomKind::Substring);
    if kept.contains(&true) { kept } else { matched(haystacks, filter, AtomKind::Fuzzy) }
}

fn matched(haystacks: &[String], filter: &str, kind: AtomKind) -> Vec<bool> {
    let pattern = Pattern::new(filter, CaseMatching::Smart, Normalization::Smart, kind);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut keeps = |text: &String| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher).is_some();
    haystacks.iter().map(&mut keeps).collect()
}

/// The rows to show. While a filter is on, every group with a match is open.
pub(super) fn rows(
    plan: &Plan,
    status: Option<&Status>,
    kept: &[bool],
    verdicts: VerdictFilter,
    collapsed: &BTreeSet<RowKind>,
    filtering: bool,
) -> Vec<Row> {
    let keeps = |index: usize| {
        kept.get(index).copied().unwrap_or(false)
            && status.and_then(|status| status.tasks.get(index)).is_none_or(|task| verdicts.keeps(task))
    };
    let open = |kind: RowKind| filtering || !collapsed.contains(&kind);
    let mut rows = Vec::new();
    let mut next = 0;
    let mut group = |count: usize| -> Vec<usize> {
        let indices = (next..next + count).filter(|index| keeps(*index)).collect();
        next += count;
        indices
    };
    for (p, phase) in plan.phases.iter().enumerate() {
        let issues: Vec<(usize, Vec<usize>)> =
            phase.issues.iter().enumerate().map(|(i, issue)| (i, group(issue.tasks.len()))).collect();
        if filtering && issues.iter().all(|(_, tasks)| tasks.is_empty()) {
            continue;
        }
        rows.push(Row { kind: RowKind::Phase(p), depth: 0 });
        if !open(RowKind::Phase(p)) {
            continue;
        }
        for (i, tasks) in issues.into_iter().filter(|(_, tasks)| !filtering || !tasks.is_empty()) {
            rows.push(Row { kind: RowKind::Issue(p, i), depth: 1 });
            if open(RowKind::Issue(p, i)) {
                rows.extend(tasks.into_iter().map(|t| Row { kind: RowKind::Task(t), depth: 2 }));
            }
        }
    }
    for (kind, count) in [(RowKind::Checklist, plan.checklist.len()), (RowKind::Policies, plan.policies.len())] {
        let tasks = group(count);
        if count == 0 || (filtering && tasks.is_empty()) {
            continue;
        }
        rows.push(Row { kind, depth: 0 });
        if open(kind) {
            rows.extend(tasks.into_iter().map(|t| Row { kind: RowKind::Task(t), depth: 1 }));
        }
    }
    if !filtering && status.is_some_and(|status| status.claims.has_leftovers()) {
        rows.push(Row { kind: RowKind::Claims, depth: 0 });
    }
    rows
}
