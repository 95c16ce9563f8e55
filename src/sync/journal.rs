//! What this machine remembers of its syncs: values that it was about to send, and what Linear last answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::apply::Applied;
use super::base::Base;
use super::changes::{Changes, Request};
use super::seen::Seen;

/// The version of the format.
const VERSION: u32 = 1;

/// The values that were about to be sent and whose arrival was not seen. A value in Linear that equals one of them is
/// ours, not a person's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sent {
    issues: BTreeMap<String, BTreeMap<String, String>>,
    /// What this clone's plan.toml held of each issue when it last agreed with Linear.
    #[serde(default)]
    held: BTreeMap<String, Base>,
}

/// All that is remembered of one plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Journal {
    v: u32,
    /// The values about to be sent.
    #[serde(default)]
    pub sent: Sent,
    /// What Linear last answered.
    #[serde(default)]
    pub seen: Option<Seen>,
}

impl Default for Journal {
    fn default() -> Self {
        Self { v: VERSION, sent: Sent::default(), seen: None }
    }
}

/// Why a journal cannot be used. It is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// A later trueup wrote it.
    #[error("a later trueup wrote the journal of syncs (version {0})")]
    Newer(u32),
    /// It is damaged.
    #[error("the journal of syncs cannot be read: {0}")]
    Damaged(String),
}

impl Journal {
    /// Reads a journal; nothing stored is an empty one.
    ///
    /// # Errors
    /// It is damaged, or a later trueup wrote it.
    pub fn read(stored: Option<&[u8]>) -> Result<Self, JournalError> {
        #[derive(Deserialize)]
        struct Version {
            v: u32,
        }
        let Some(bytes) = stored else { return Ok(Self::default()) };
        let damaged = |error: serde_json::Error| JournalError::Damaged(error.to_string());
        let Version { v } = serde_json::from_slice(bytes).map_err(damaged)?;
        if v > VERSION {
            return Err(JournalError::Newer(v));
        }
        serde_json::from_slice(bytes).map_err(damaged)
    }

    /// The bytes to store.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
}

impl Sent {
    /// Whether a field's value was about to be sent from here.
    pub fn was_sent(&self, issue: &str, field: &str, value: &str) -> bool {
        self.issues.get(issue).and_then(|fields| fields.get(field)).is_some_and(|sent| sent == value)
    }

    /// Adds what a plan of actions is about to send.
    pub fn about_to_send(&mut self, changes: &Changes) {
        for work in &changes.works {
            let names: &[&str] = match &work.request {
                Request::Create(_) => &["title", "priority"],
                Request::Update { input, .. } => match (input.title.set(), input.priority.set()) {
                    (Some(_), Some(_)) => &["title", "priority"],
                    (Some(_), None) => &["title"],
                    (None, Some(_)) => &["priority"],
                    (None, None) => &[],
                },
            };
            for name in names {
                let value = if *name == "title" { &work.base.title } else { &work.base.priority };
                self.issues.entry(work.issue.clone()).or_default().insert((*name).to_owned(), value.clone());
            }
        }
    }

    /// What this clone's plan.toml held of an issue when it last agreed with Linear.
    pub fn held(&self, issue: &str) -> Option<&Base> {
        self.held.get(issue)
    }

    /// Remembers what was agreed on: all of it when nothing had to be done, else what was written and what needed
    /// nothing. Without `applied` nothing was done.
    pub fn agreed(&mut self, changes: &Changes, applied: Option<&Applied>) {
        let needs_nothing = |issue: &String| !changes.works.iter().any(|work| work.issue == *issue);
        let pulls = |issue: &String| changes.edits.iter().any(|edit| edit.pulled && edit.issue == *issue);
        let unpulled =
            applied.is_none_or(|applied| applied.unwritten.iter().flat_map(|(edits, _)| edits).any(|edit| edit.pulled));
        // While a conflict lasts, both sides go on from what they had.
        let torn = |issue: &String| changes.conflicts.iter().any(|conflict| conflict.issue == *issue);
        let written = applied.iter().flat_map(|applied| &applied.written);
        for (issue, base) in changes.agreed.iter().filter(|(issue, _)| needs_nothing(issue)).chain(written) {
            let behind = unpulled && pulls(issue);
            if !behind && !torn(issue) {
                self.held.insert(issue.clone(), base.clone());
            }
        }
    }

    /// Forgets an issue whose base has arrived.
    pub fn arrived(&mut self, issue: &str) {
        self.issues.remove(issue);
    }
}
