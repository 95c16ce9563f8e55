//! From a plan and a tree to a status.

use std::sync::Arc;

use super::{At, AtKind, Claim, ClaimBox, Claims, Status, TaskStatus};
use crate::checks::{Question, Recorder};
use crate::plan::MarkdownBox;
use crate::repo::{self, View};
use crate::semantics::files::Parses;
use crate::source::{Outside, mask};
use crate::store::Rows;
use crate::verify::{Judge, Memo, Prepared, Snapshot, SnapshotKey, claims};

/// Judges a plan on a tree. Answers the status, nothing claimed yet, and what was asked of the tree. With `rows`, the
/// last judgement at such a place is taken where it still holds, and kept.
pub fn judge(
    prepared: &Prepared,
    view: &View,
    parses: &Parses,
    memo: Option<&Memo>,
    rows: Option<&dyn Rows>,
) -> (Status, Vec<Question>) {
    let (tree, history) = (view.tree(), view.history());
    let recorder = Recorder::new(tree.as_ref());
    // A history that cannot be read is said by the checks that ask for it.
    let kept = rows
        .zip(view.history_digest().ok())
        .map(|(rows, history)| (rows, SnapshotKey { prepared, root: view.root(), place: view.at().word(), history }));
    let known = kept.as_ref().and_then(|(rows, key)| key.load(*rows, &recorder));
    let fresh = known.is_none();
    let recorder = if fresh { Recorder::new(tree.as_ref()) } else { recorder };
    let Snapshot { outcomes, as_head } = known.unwrap_or_else(|| Snapshot {
        outcomes: Judge { tree: &recorder, history: history.as_ref(), parses, memo }.plan(prepared),
        as_head: false,
    });
    let trace = recorder.into_trace();
    let asked = trace.0.iter().map(|step| &step.question);
    let (paths, patterns) = (asked.clone().filter_map(Question::path), asked.filter_map(Question::pattern));
    let as_head = as_head || view.answers_as_head(paths.clone(), patterns.clone());
    if let Some((rows, key)) = kept.filter(|_| fresh) {
        key.save(rows, &trace, &outcomes, as_head);
    }
    let dirty = !as_head && view.is_dirty(paths, patterns);
    let reads: Vec<Question> = trace.0.into_iter().map(|step| step.question).collect();
    let tasks = prepared
        .plan
        .tasks()
        .zip(outcomes)
        .map(|((_, task), outcome)| TaskStatus { id: task.id.clone(), outcome, claims: Vec::new() })
        .collect();
    let at = At { kind: kind(view.at()), rev: view.rev().map(|id| id.to_string()), dirty };
    (Status { plan: Arc::clone(&prepared.plan), at, tasks, claims: Claims::default() }, reads)
}

fn kind(at: repo::At) -> AtKind {
    match at {
        repo::At::WorkTree => AtKind::Worktree,
        repo::At::Index => AtKind::Index,
        repo::At::Commit(_) => AtKind::Commit,
    }
}

/// Holds the boxes of a Markdown plan against a status. `path` is what the file is called.
pub fn claim(status: &mut Status, path: &Outside, markdown: &[u8]) {
    let found = claims(&status.plan, &String::from_utf8_lossy(markdown));
    for (task, boxes) in status.tasks.iter_mut().zip(&found.tasks) {
        task.claims = boxes.iter().map(|found| claim_of(path, found)).collect();
    }
    let boxes = |found: Vec<MarkdownBox>| found.into_iter().map(|found| claim_box(path, found)).collect();
    status.claims = Claims {
        path: Some(path.clone()),
        unmatched: boxes(found.unmatched),
        unknown_markers: boxes(found.unknown_markers),
        without_box: found.without_box,
        trouble: None,
    };
}

fn claim_of(path: &Outside, found: &MarkdownBox) -> Claim {
    Claim {
        source: "markdown",
        place: Outside::new(format!("{}:{}", path.raw(), found.line)),
        line: Some(found.line),
        value: Outside::from(found.marker.as_str()),
        done: found.ticked,
    }
}

fn claim_box(path: &Outside, found: MarkdownBox) -> ClaimBox {
    ClaimBox { path: path.clone(), line: found.line, text: mask(&found.text).into(), marker: found.marker.into() }
}
