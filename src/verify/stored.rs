//! What is kept in the store, as bytes. A row that cannot be read back counts as not there.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::memo::{Known, Run};
use crate::checks::{Answer, Question, Reason, Step, Verdict};
use crate::repo::{BlobId, Entry, EntryKind, Pattern, RepoPath};

/// Every reason, in the order of their bytes: new ones go to the end.
const REASONS: &[Reason] = &[
    Reason::NeedsCommand,
    Reason::NeedsPerson,
    Reason::Stale,
    Reason::Unreadable,
    Reason::Unresolved,
    Reason::TooLarge,
    Reason::Shallow,
    Reason::MissingObject,
    Reason::Conflict,
];

/// A verdict in one byte.
pub(super) fn byte_of(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Holds => 0,
        Verdict::Fails => 1,
        Verdict::Unknown(reason) => {
            let at = REASONS.iter().position(|known| *known == reason).unwrap_or_default();
            u8::try_from(at + 2).unwrap_or(u8::MAX)
        }
    }
}

/// The verdict of a byte.
pub(super) fn verdict_of(byte: u8) -> Option<Verdict> {
    match byte {
        0 => Some(Verdict::Holds),
        1 => Some(Verdict::Fails),
        byte => REASONS.get(usize::from(byte) - 2).map(|reason| Verdict::Unknown(*reason)),
    }
}

/// Verdicts, a byte each.
pub(super) fn verdicts(bytes: &[u8]) -> Option<Vec<Verdict>> {
    bytes.iter().map(|byte| verdict_of(*byte)).collect()
}

#[derive(Serialize, Deserialize)]
struct RunRow<'r> {
    verdict: u8,
    #[serde(borrow)]
    steps: Vec<StepRow<'r>>,
}

/// A question with its answer.
#[derive(Serialize, Deserialize)]
pub(super) enum StepRow<'r> {
    Entry(#[serde(borrow)] &'r [u8], Option<(u8, Option<[u8; 20]>)>),
    Glob(&'r str, [u8; 32]),
}

/// A run as bytes; `None` when one of its answers is an error.
pub(super) fn bytes_of_run(steps: &[Step], verdict: Verdict) -> Option<Vec<u8>> {
    postcard::to_allocvec(&RunRow { verdict: byte_of(verdict), steps: rows_of(steps)? }).ok()
}

/// Steps as they are kept; `None` when one of the answers is an error.
pub(super) fn rows_of(steps: &[Step]) -> Option<Vec<StepRow<'_>>> {
    steps.iter().map(row_of).collect()
}

/// Steps read back.
pub(super) fn steps(rows: &[StepRow<'_>]) -> Option<Vec<Step>> {
    rows.iter().map(step_of).collect()
}

fn row_of(step: &Step) -> Option<StepRow<'_>> {
    Some(match (&step.question, &step.answer) {
        (Question::Entry(path), Answer::Entry(entry)) => {
            StepRow::Entry(path.as_bytes(), entry.map(|entry| (entry.kind.byte(), entry.id.map(|id| id.0))))
        }
        (Question::Glob(pattern), Answer::Glob(digest)) => StepRow::Glob(pattern.as_str(), *digest),
        _ => return None,
    })
}

/// A run read back.
pub(super) fn run(bytes: &[u8]) -> Option<Run> {
    let row: RunRow<'_> = postcard::from_bytes(bytes).ok()?;
    Some(Run { steps: Arc::from(steps(&row.steps)?), known: Known::Verdict(verdict_of(row.verdict)?) })
}

fn step_of(row: &StepRow<'_>) -> Option<Step> {
    Some(match row {
        StepRow::Entry(path, entry) => {
            let path = RepoPath::kept(path)?;
            let entry = match entry {
                Some((kind, id)) => Some(Entry { kind: EntryKind::of_byte(*kind)?, id: id.map(BlobId) }),
                None => None,
            };
            Step { question: Question::Entry(path), answer: Answer::Entry(entry) }
        }
        StepRow::Glob(text, digest) => {
            Step { question: Question::Glob(Pattern::parse(text).ok()?), answer: Answer::Glob(*digest) }
        }
    })
}
