//! `trueup sync`: the plan of actions, like a diff, and what became of it.

use std::fmt::Write as _;

use super::paint::{BOLD, DIM, GREEN, RED, YELLOW, paint};
use crate::report::ago;
use crate::report::encode::line;
use crate::sync::{Applied, Changes, Conflict, Disagreement, Edit, Field, Note, NoteKind, RelateWhat, Request, Work};

/// A plan of actions. `published` is what the commit was reached by, `room` how many more issues the workspace seems
/// to have room for.
pub fn sync(changes: &Changes, team: &str, published: &str, room: Option<u64>) -> String {
    let mut out = String::new();
    let commit: String = changes.commit.chars().take(10).collect();
    let head = format!("Linear team {} · what is true at {commit} ({})", line(team), line(published));
    let _ = writeln!(out, "{}", paint(BOLD, &head));
    for milestone in &changes.milestones {
        let text = format!("+ milestone of phase {}: {}", line(&milestone.phase), line(&milestone.input.name));
        let _ = writeln!(out, "\n{}", paint(GREEN, &text));
    }
    for work in &changes.works {
        self::work(&mut out, work);
    }
    relations(&mut out, changes);
    edits(&mut out, &changes.edits);
    conflicts(&mut out, &changes.conflicts);
    notes(&mut out, &changes.notes);
    let _ = writeln!(out, "\n{}", summary(changes));
    if let Some(room) = room.filter(|room| (*room as usize) < changes.creates()) {
        let text = format!("The free plan seems to have room for {room} more: the rest will be parked.");
        let _ = writeln!(out, "{}", paint(YELLOW, &text));
    }
    out
}

fn work(out: &mut String, work: &Work) {
    let title = line(&work.title);
    match &work.request {
        Request::Create(_) => {
            let head = format!("+ create issue {} · {title}", line(&work.issue));
            let _ = writeln!(out, "\n{}", paint(GREEN, &head));
        }
        Request::Update { seen, adopted, reopened, .. } => {
            let verb = match (adopted, reopened) {
                (true, _) => "adopt",
                (false, true) => "reopen",
                (false, false) => "update",
            };
            let name = line(seen.identifier.raw());
            let head = format!("~ {verb} {name} · issue {} · {title}", line(&work.issue));
            let _ = writeln!(out, "\n{}", paint(YELLOW, &head));
        }
    }
    for field in &work.fields {
        self::field(out, field);
    }
    if work.fields.is_empty() {
        let _ = writeln!(out, "    {}", paint(DIM, "record what both sides agree on"));
    }
    if work.comment.is_some() {
        let _ = writeln!(out, "  {}", paint(GREEN, "+ comment: which tasks are not true"));
    }
}

fn field(out: &mut String, field: &Field) {
    if let Some(from) = &field.from {
        let _ = writeln!(out, "  {}", paint(RED, &format!("- {}: {}", field.name, line(from))));
    }
    if let Some(to) = &field.to {
        let _ = writeln!(out, "  {}", paint(GREEN, &format!("+ {}: {}", field.name, line(to))));
    }
}

fn relations(out: &mut String, changes: &Changes) {
    if !changes.relations.is_empty() {
        let _ = writeln!(out, "\n{}", paint(BOLD, "relations"));
    }
    for relation in &changes.relations {
        let pair = format!("issue {} blocks issue {}", line(&relation.first), line(&relation.then));
        let text = match relation.what {
            RelateWhat::Make(_) => paint(GREEN, &format!("+ {pair}")),
            RelateWhat::Remove(_) => paint(RED, &format!("- {pair}")),
        };
        let _ = writeln!(out, "  {text}");
    }
}

fn edits(out: &mut String, edits: &[Edit]) {
    if !edits.is_empty() {
        let _ = writeln!(out, "\n{}", paint(BOLD, "plan.toml"));
    }
    for edit in edits {
        let name = format!("issue {}: {}", line(&edit.issue), edit.key);
        if let Some(from) = edit.from.shown() {
            let _ = writeln!(out, "  {}", paint(RED, &format!("- {name} = {}", line(&from))));
        }
        if let Some(to) = edit.to.shown() {
            let _ = writeln!(out, "  {}", paint(GREEN, &format!("+ {name} = {}", line(&to))));
        }
    }
}

fn conflicts(out: &mut String, conflicts: &[Conflict]) {
    if conflicts.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", paint(RED, "conflicts: both sides changed these, and neither is written"));
    for conflict in conflicts {
        let name = conflict.identifier.as_deref().map(|name| format!("{} · ", line(name))).unwrap_or_default();
        let _ = writeln!(out, "  ! {name}issue {} · {}", line(&conflict.issue), conflict.field);
        let sides = [("was", &conflict.base), ("plan", &conflict.plan), ("Linear", &conflict.linear)];
        for (side, value) in sides {
            if let Some(value) = value {
                let _ = writeln!(out, "      {side:<7}{}", line(value));
            }
        }
        let help = conflict.help.unwrap_or("`--take plan` or `--take linear` says which one counts");
        let _ = writeln!(out, "      {}", paint(DIM, help));
    }
}

fn notes(out: &mut String, notes: &[Note]) {
    let heads = [
        (NoteKind::Drift, "drift: done in Linear, not in the repository"),
        (NoteKind::Claim, "edited by hand in the block"),
        (NoteKind::Left, "left as it is"),
    ];
    for (kind, head) in heads {
        let own: Vec<&Note> = notes.iter().filter(|note| note.kind == kind).collect();
        if !own.is_empty() {
            let _ = writeln!(out, "\n{}", paint(YELLOW, head));
        }
        for note in own {
            let name = note.identifier.as_deref().map(|name| format!("{} · ", line(name))).unwrap_or_default();
            let _ = writeln!(out, "  ! {name}issue {} {}", line(&note.issue), line(&note.text));
        }
    }
}

/// Where Linear, as last seen, says otherwise than the repository. `age` is how long ago that was, in seconds.
pub fn linear_seen(disagreements: &[Disagreement], age: i64) -> String {
    if disagreements.is_empty() {
        return String::new();
    }
    let mut out = String::new();
    let head = format!("Linear, asked {}, says otherwise", ago(age));
    let _ = writeln!(out, "\n{}", paint(YELLOW, &head));
    for one in disagreements {
        let place = format!("{} · issue {}", line(one.identifier.raw()), line(&one.issue));
        let _ = writeln!(out, "  ! {place} {}", line(&one.message()));
    }
    out
}

/// How much there is to do, in a line.
fn summary(changes: &Changes) -> String {
    if changes.is_empty() {
        return "nothing to do".to_owned();
    }
    let creates = changes.creates();
    let counts = [
        (creates, "to create", "to create"),
        (changes.works.len() - creates, "to change", "to change"),
        (changes.relations.len(), "relation", "relations"),
        (changes.milestones.len(), "milestone", "milestones"),
        (changes.edits.len(), "edit of plan.toml", "edits of plan.toml"),
        (changes.conflicts.len(), "conflict", "conflicts"),
    ];
    let some = counts.iter().filter(|(count, ..)| *count > 0);
    let parts: Vec<String> =
        some.map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many })).collect();
    parts.join(" · ")
}

/// What became of a plan of actions.
pub fn synced(applied: &Applied, creates: usize) -> String {
    let mut out = String::new();
    let made = creates.saturating_sub(applied.parked.len());
    let _ =
        writeln!(out, "\n{}", paint(BOLD, &format!("done: {} of Linear's issues made or changed", applied.done.len())));
    if let Some(limit) = &applied.limit {
        let count = applied.parked.len();
        let head = format!("parked: {count} of {} new issues, {made} made · {}", creates, line(&limit.to_string()));
        let _ = writeln!(out, "{}", paint(YELLOW, &head));
        let ids: Vec<String> = applied.parked.iter().map(|id| line(id)).collect();
        let _ = writeln!(out, "  issues {} · {}", ids.join(", "), limit.help());
    }
    if applied.told_to_stop {
        let _ = writeln!(out, "{}", paint(YELLOW, "stopped before it was done; the next sync goes on from here"));
    }
    if !applied.overtaken.is_empty() {
        let ids: Vec<String> = applied.overtaken.iter().map(|id| line(id)).collect();
        let text = format!("changed by somebody in the meantime, left for the next sync: issues {}", ids.join(", "));
        let _ = writeln!(out, "{}", paint(YELLOW, &text));
    }
    for (issue, error) in &applied.failed {
        let _ = writeln!(out, "{}", paint(RED, &format!("issue {}: {}", line(issue), line(&error.to_string()))));
        let _ = writeln!(out, "  {}", paint(DIM, error.help()));
    }
    if !applied.unkept.is_empty() {
        let ids: Vec<String> = applied.unkept.iter().map(|id| line(id)).collect();
        let text = format!("the evidence came back otherwise than it was sent: issues {}", ids.join(", "));
        let _ = writeln!(out, "{}", paint(RED, &text));
    }
    if let Some((edits, why)) = &applied.unwritten {
        let _ = writeln!(out, "{}", paint(YELLOW, &format!("plan.toml was not written: {}", line(why))));
        let _ = writeln!(out, "Paste this into it:\n");
        out.push_str(&pasted(edits));
    }
    out
}

/// Edits as lines of plan.toml.
fn pasted(edits: &[Edit]) -> String {
    let mut out = String::new();
    let mut last = "";
    for edit in edits {
        if edit.issue != last {
            let _ = writeln!(out, "# issue {}", line(&edit.issue));
            last = &edit.issue;
        }
        let _ = writeln!(out, "{}", line(&edit.as_toml()));
    }
    out
}
