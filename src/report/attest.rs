//! What `attest` prints.

use std::fmt::Write as _;

use serde::Serialize;

use super::encode::line;
use super::human::sign;
use super::json::SCHEMA;
use crate::checks::{Outcome, Verdict};
use crate::plan::Word;
use crate::source::mask;

/// What became of a task's word.
#[derive(Debug, Clone, PartialEq)]
pub struct Attested<'a> {
    /// The task's id.
    pub task: &'a str,
    /// The plan's file.
    pub path: &'a str,
    /// What was done.
    pub done: Done<'a>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq)]
pub enum Done<'a> {
    /// A word was written, or would be.
    Given {
        /// The word.
        word: &'a Word,
        /// How many files it covers.
        files: usize,
        /// Whether it took the place of another.
        again: bool,
        /// What the task answers with it, in the work tree.
        outcome: &'a Outcome,
        /// Whether it was written.
        written: bool,
    },
    /// The word was taken out; the person whose it was. `None`: there was none.
    Revoked(Option<&'a str>),
}

/// For people.
pub fn human(attested: &Attested<'_>) -> String {
    let (task, path) = (line(attested.task), line(attested.path));
    let shown = |text: &str| line(&mask(text));
    let mut out = String::new();
    match &attested.done {
        Done::Revoked(None) => {
            let _ = writeln!(out, "nobody's word stands for {task}; {path} is as it was");
        }
        Done::Revoked(Some(by)) => {
            let _ = writeln!(out, "took the word of {} for {task} out of {path}", shown(by));
        }
        Done::Given { word, files, again, outcome, written } => {
            let verb = match (written, again) {
                (true, true) => "recorded anew",
                (true, false) => "recorded",
                (false, _) => "would record",
            };
            let files = if *files == 1 { "1 file".to_owned() } else { format!("{files} files") };
            let commit = word.commit.get(..10).unwrap_or_default();
            let _ = writeln!(out, "{verb} for {task}: the word of {} at commit {commit}, on {files}", shown(&word.by));
            if let Some(note) = &word.note {
                let _ = writeln!(out, "note: {}", shown(note));
            }
            if let Some(until) = word.until {
                let _ = writeln!(out, "it counts until {until}, and while those files are as they are now");
            } else {
                let _ = writeln!(out, "it counts while those files are as they are now");
            }
            let verdict = outcome.verdict();
            let with = if *written { "now" } else { "with it" };
            let _ = write!(out, "{} {task} {with} {}", sign(verdict), verdict.word());
            let decides = outcome.ranked().first().map(|finding| line(finding.message.raw())).unwrap_or_default();
            let _ = match verdict {
                Verdict::Holds => writeln!(out, ", by word"),
                _ => writeln!(out, ": {decides}"),
            };
        }
    }
    let changed = match &attested.done {
        Done::Given { written, .. } => *written,
        Done::Revoked(by) => by.is_some(),
    };
    if changed {
        let _ = writeln!(out, "{path} is changed, not committed: commit it, so that others see the same");
    }
    out
}

/// What `attest --format json` prints.
#[derive(Debug, Serialize)]
pub struct AttestDocument {
    schema: u32,
    task: String,
    path: String,
    /// Whether plan.toml was changed.
    changed: bool,
    /// The word as it stands now; null when none does.
    word: Option<WordPart>,
    /// The task's verdict in the work tree; null after `--revoke`.
    verdict: Option<&'static str>,
    reason: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct WordPart {
    by: String,
    on: String,
    commit: String,
    note: Option<String>,
    until: Option<String>,
    files: usize,
}

/// The document of what was done.
pub fn json(attested: &Attested<'_>) -> AttestDocument {
    let (changed, word, verdict) = match &attested.done {
        Done::Revoked(by) => (by.is_some(), None, None),
        Done::Given { word, files, outcome, written, .. } => {
            let word = WordPart {
                by: mask(&word.by),
                on: word.on.to_string(),
                commit: word.commit.clone(),
                note: word.note.as_deref().map(mask),
                until: word.until.map(|until| until.to_string()),
                files: *files,
            };
            (*written, Some(word), Some(outcome.verdict()))
        }
    };
    let reason = match verdict {
        Some(Verdict::Unknown(reason)) => Some(reason.word()),
        _ => None,
    };
    AttestDocument {
        schema: SCHEMA,
        task: attested.task.to_owned(),
        path: attested.path.to_owned(),
        changed,
        word,
        verdict: verdict.map(Verdict::word),
        reason,
    }
}
