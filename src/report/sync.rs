//! The JSON contract of `sync`.

use serde::Serialize;

use super::json::SCHEMA;
use crate::source::mask;
use crate::sync::{Applied, Changes, Edit, RelateWhat, Request, Work};

/// What `sync --format json` prints.
#[derive(Debug, Serialize)]
pub struct SyncDocument {
    schema: u32,
    commit: String,
    actions: Vec<ActionPart>,
    parked: Vec<String>,
    conflicts: Vec<ConflictPart>,
    notes: Vec<NotePart>,
    applied: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<OutcomePart>,
}

#[derive(Debug, Serialize)]
struct ActionPart {
    kind: &'static str,
    issue: Option<String>,
    identifier: Option<String>,
    fields: Vec<FieldPart>,
}

#[derive(Debug, Serialize)]
struct FieldPart {
    name: &'static str,
    from: Option<String>,
    to: Option<String>,
}

#[derive(Debug, Serialize)]
struct ConflictPart {
    issue: String,
    identifier: Option<String>,
    field: &'static str,
    base: Option<String>,
    plan: Option<String>,
    linear: Option<String>,
}

#[derive(Debug, Serialize)]
struct NotePart {
    kind: &'static str,
    issue: String,
    identifier: Option<String>,
    message: String,
}

#[derive(Debug, Serialize)]
struct OutcomePart {
    done: Vec<String>,
    overtaken: Vec<String>,
    failed: Vec<FailedPart>,
    evidence_not_kept: Vec<String>,
    to_paste: Vec<PastePart>,
}

#[derive(Debug, Serialize)]
struct FailedPart {
    issue: String,
    message: String,
    help: &'static str,
}

#[derive(Debug, Serialize)]
struct PastePart {
    issue: String,
    toml: String,
}

/// The document of a plan of actions, and of what became of it. `applied` is true when all of it was done but for
/// the parked issues.
pub fn sync(changes: &Changes, outcome: Option<&Applied>) -> SyncDocument {
    let mut actions = Vec::new();
    for milestone in &changes.milestones {
        let name = FieldPart { name: "name", from: None, to: Some(milestone.input.name.clone()) };
        actions.push(ActionPart { kind: "milestone", issue: None, identifier: None, fields: vec![name] });
    }
    actions.extend(changes.works.iter().map(work));
    for relation in &changes.relations {
        let (kind, from, to) = match relation.what {
            RelateWhat::Make(_) => ("relate", None, Some(relation.first.clone())),
            RelateWhat::Remove(_) => ("unrelate", Some(relation.first.clone()), None),
        };
        let fields = vec![FieldPart { name: "needs", from, to }];
        actions.push(ActionPart { kind, issue: Some(relation.then.clone()), identifier: None, fields });
    }
    actions.extend(changes.edits.iter().map(edit));
    let conflicts = changes.conflicts.iter().map(|one| ConflictPart {
        issue: one.issue.clone(),
        identifier: one.identifier.clone(),
        field: one.field,
        base: one.base.clone(),
        plan: one.plan.clone(),
        linear: one.linear.clone(),
    });
    let notes = changes.notes.iter().map(|note| NotePart {
        kind: note.kind.word(),
        issue: note.issue.clone(),
        identifier: note.identifier.clone(),
        message: mask(&note.text),
    });
    SyncDocument {
        schema: SCHEMA,
        commit: changes.commit.clone(),
        actions,
        parked: outcome.map(|outcome| outcome.parked.clone()).unwrap_or_default(),
        conflicts: conflicts.collect(),
        notes: notes.collect(),
        applied: outcome.is_some_and(Applied::is_whole),
        outcome: outcome.map(self::outcome),
    }
}

fn work(work: &Work) -> ActionPart {
    let (kind, identifier) = match &work.request {
        Request::Create(_) => ("create", None),
        Request::Update { seen, adopted, reopened, .. } => {
            let kind = match (adopted, reopened) {
                (true, _) => "adopt",
                (false, true) => "reopen",
                (false, false) => "update",
            };
            (kind, Some(seen.identifier.raw().to_owned()))
        }
    };
    let field =
        |field: &crate::sync::Field| FieldPart { name: field.name, from: field.from.clone(), to: field.to.clone() };
    ActionPart { kind, issue: Some(work.issue.clone()), identifier, fields: work.fields.iter().map(field).collect() }
}

fn edit(edit: &Edit) -> ActionPart {
    let kind = if edit.pulled { "pull" } else { "link" };
    let field = FieldPart { name: edit.key, from: edit.from.shown(), to: edit.to.shown() };
    ActionPart { kind, issue: Some(edit.issue.clone()), identifier: None, fields: vec![field] }
}

fn outcome(applied: &Applied) -> OutcomePart {
    let failed = applied.failed.iter().map(|(issue, error)| FailedPart {
        issue: issue.clone(),
        message: error.to_string(),
        help: error.help(),
    });
    let unwritten = applied.unwritten.iter().flat_map(|(edits, _)| edits);
    OutcomePart {
        done: applied.done.clone(),
        overtaken: applied.overtaken.clone(),
        failed: failed.collect(),
        evidence_not_kept: applied.unkept.clone(),
        to_paste: unwritten.map(|edit| PastePart { issue: edit.issue.clone(), toml: edit.as_toml() }).collect(),
    }
}
