//! The tasks to take next, with all that is needed to do them.

use super::mine::patterns;
use super::ready::{Readiness, Ready};
use super::scene::Why;
use super::words::CheckWords;
use crate::checks::{Level, Verdict};
use crate::plan::{Implementation, Plan, Snippet, Task, TaskPlace, snippet};
use crate::progress::{Status, TaskStatus};
use crate::source::Outside;

/// What to take next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The plan's uid.
    pub uid: Outside,
    /// The plan's title.
    pub title: Outside,
    /// The commit behind the work tree, hex; `None` before the first.
    pub commit: Option<String>,
    /// The tasks, the first first.
    pub tasks: Vec<NextTask>,
    /// How many more of those asked for are ready.
    pub more: usize,
    /// How many of the plan's tasks wait for an issue that comes first.
    pub waiting: usize,
    /// Whether every task of the plan holds.
    pub all_hold: bool,
    /// How many tasks do not hold that were not asked for.
    pub elsewhere: usize,
    /// Whether every task that was asked for holds.
    pub asked_hold: bool,
}

/// A task to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextTask {
    /// The task and its rank.
    pub ready: Ready,
    /// Whether it is one of its issue's *Testing* boxes.
    pub testing: bool,
    /// Why it does not hold: every fault, else every doubt; without excerpts of the source.
    pub why: Vec<Why>,
    /// The files of its issue, as the plan writes them, sets put in.
    pub files: Vec<Outside>,
    /// What its check asks.
    pub check: CheckWords,
    /// Its lines in plan.toml.
    pub snippet: Option<Snippet>,
    /// How its issue may be done.
    pub implementation: Option<Implementation>,
    /// Why its issue is to be done.
    pub rationale: Vec<Outside>,
}

impl Next {
    /// The first `count` ready tasks of those that `shown` selects. `source` is the text of plan.toml.
    pub fn of(status: &Status, source: &str, count: usize, shown: &dyn Fn(TaskPlace<'_>, &str) -> bool) -> Self {
        let plan: &Plan = &status.plan;
        let Readiness { ready, waiting } = Readiness::of(status);
        let rows: Vec<_> = status.rows().collect();
        let mut chosen: Vec<NextTask> = Vec::new();
        let mut more = 0;
        for ready in ready {
            let Some((place, task, judged)) = rows.get(ready.task.index) else { continue };
            if !shown(*place, &task.id) {
                continue;
            }
            if chosen.len() == count {
                more += 1;
                continue;
            }
            chosen.push(of_task(plan, *place, task, judged, ready, source));
        }
        let open = |asked: bool| {
            let counts = |(place, task, judged): &&(TaskPlace<'_>, &Task, &TaskStatus)| {
                judged.verdict() != Verdict::Holds && shown(*place, &task.id) == asked
            };
            rows.iter().filter(counts).count()
        };
        let (asked, elsewhere) = (open(true), open(false));
        Self {
            uid: plan.uid.as_str().into(),
            title: plan.title.as_str().into(),
            commit: status.at.rev.clone(),
            tasks: chosen,
            more,
            waiting,
            all_hold: asked + elsewhere == 0,
            elsewhere,
            asked_hold: asked == 0,
        }
    }
}

fn of_task(
    plan: &Plan,
    place: TaskPlace<'_>,
    task: &Task,
    judged: &TaskStatus,
    ready: Ready,
    source: &str,
) -> NextTask {
    let outcome = &judged.outcome;
    let mut why: Vec<Why> =
        outcome.findings.iter().filter(|finding| finding.level == Level::Fault).map(Why::of_finding).collect();
    if why.is_empty() {
        why = outcome.doubts.iter().map(|doubt| Why::of_finding(&doubt.finding)).collect();
    }
    let issue = match place {
        TaskPlace::Issue(_, issue) => Some(issue),
        TaskPlace::Checklist | TaskPlace::Policy => None,
    };
    let files = issue.map(|issue| patterns(issue, &plan.sets)).unwrap_or_default();
    NextTask {
        ready,
        testing: task.testing,
        why,
        files: files.iter().map(|pattern| pattern.as_str().into()).collect(),
        check: CheckWords::of(&task.check, &plan.sets),
        snippet: snippet(source, &task.id),
        implementation: issue.and_then(|issue| issue.implementation.clone()),
        rationale: issue
            .map(|issue| issue.rationale.iter().map(|text| text.as_str().into()).collect())
            .unwrap_or_default(),
    }
}
