//! What is said about an issue.

use std::collections::BTreeSet;

use super::block;
use super::normal::code;
use super::wanted::Wanted;
use crate::plan;

pub(super) fn listed(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// "5 of 9 tasks hold".
pub(super) fn counts(wanted: &Wanted) -> String {
    format!("{} of {} tasks hold", wanted.tally.holds, wanted.tally.total())
}

/// What people did to a block: the boxes that they ticked and unticked, and what else.
pub(super) fn touched(ticks: &[(String, bool)], found: &block::Block) -> String {
    let mut parts = Vec::new();
    for (ticked, verb) in [(true, "ticked"), (false, "unticked")] {
        let ids = ticks.iter().filter(|(_, now)| *now == ticked).map(|(id, _)| id.as_str());
        let ids: Vec<&str> = ids.collect();
        if !ids.is_empty() {
            parts.push(format!("{verb} {}", ids.join(", ")));
        }
    }
    if !found.foreign.is_empty() {
        parts.push(format!("wrote {} of their own, kept below the block", lines(found.foreign.len())));
    }
    let what = if parts.is_empty() { "edited its text".to_owned() } else { parts.join("; ") };
    format!("somebody {what}: the block is written anew")
}

fn lines(count: usize) -> String {
    if count == 1 { "a line".to_owned() } else { format!("{count} lines") }
}

/// The comment of an issue that is moved back.
pub(super) fn reopened(wanted: &Wanted, commit: &str) -> String {
    let commit: String = commit.chars().take(12).collect();
    let mut body = format!("Moved back: at commit `{commit}` these tasks are not true.\n\n");
    for piece in wanted.evidence.iter().filter(|piece| piece.verdict == "fails") {
        let place = match (&piece.path, piece.line) {
            (Some(path), Some(line)) => format!(" ({}:{line})", code(path)),
            (Some(path), None) => format!(" ({})", code(path)),
            _ => String::new(),
        };
        body.push_str(&format!("- {} {}{place}\n", code(&piece.task), piece.message));
    }
    body
}

/// Linear's word for a priority, and the plan's.
pub(super) fn priority(priority: plan::Priority) -> crate::linear::Priority {
    match priority {
        plan::Priority::Urgent => crate::linear::Priority::Urgent,
        plan::Priority::High => crate::linear::Priority::High,
        plan::Priority::Medium => crate::linear::Priority::Medium,
        plan::Priority::Low => crate::linear::Priority::Low,
        plan::Priority::None => crate::linear::Priority::None,
    }
}

pub(super) fn word(priority: crate::linear::Priority) -> &'static str {
    match priority {
        crate::linear::Priority::Urgent => "urgent",
        crate::linear::Priority::High => "high",
        crate::linear::Priority::Medium => "medium",
        crate::linear::Priority::Low => "low",
        crate::linear::Priority::None => "none",
    }
}
