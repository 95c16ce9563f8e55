//! What both sides last agreed on, kept in Linear itself, so that every clone can sync.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version of the format.
const VERSION: u32 = 1;

/// The fields that both sides may edit.
const FIELDS: [&str; 5] = ["title", "priority", "milestone", "labels", "needs"];

/// As many former values of a field are remembered.
const MOST_REMEMBERED: usize = 8;

/// What stands between the elements of a set in one text.
const BETWEEN: char = '\u{1f}';

/// A set as one text.
pub(super) fn joined(set: &BTreeSet<String>) -> String {
    set.iter().map(String::as_str).collect::<Vec<_>>().join(&BETWEEN.to_string())
}

/// The set that was joined.
pub(super) fn split(text: &str) -> BTreeSet<String> {
    text.split(BETWEEN).filter(|element| !element.is_empty()).map(str::to_owned).collect()
}

/// The key of the metadata that holds the base, one JSON text.
const BASE: &str = "base";
/// The key of the metadata that holds the commit.
const COMMIT: &str = "commit";

/// The fields of an issue that both sides may edit, as they last agreed on them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// The version of the format.
    v: u32,
    /// The title.
    pub title: String,
    /// The priority, by plan.toml's word.
    pub priority: String,
    /// The milestone's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone: Option<String>,
    /// The names of the labels.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub labels: BTreeSet<String>,
    /// The ids (the plan's) of the issues that come first.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub needs: BTreeSet<String>,
    /// What a field was agreed on before, by its name and as one text: who still has that in plan.toml is behind, and
    /// has not changed it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub was: BTreeMap<String, Vec<String>>,
    /// The hash of the evidence beside it.
    pub evidence: String,
    /// The hash of the block's bytes as Linear gave them back, where they do not certify themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<String>,
}

/// What an attachment of ours says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// Nothing that can be read as ours.
    Nothing,
    /// A later trueup wrote it.
    Newer(u32),
    /// The commit whose verdicts Linear shows, and the base.
    Known {
        /// 40 hex digits.
        commit: String,
        /// The base.
        base: Box<Base>,
    },
}

impl Base {
    /// A base of these values.
    pub fn new(title: impl Into<String>, priority: impl Into<String>) -> Self {
        Self {
            v: VERSION,
            title: title.into(),
            priority: priority.into(),
            milestone: None,
            labels: BTreeSet::new(),
            needs: BTreeSet::new(),
            was: BTreeMap::new(),
            evidence: String::new(),
            returned: None,
        }
    }

    /// A field as one text.
    pub fn text(&self, field: &str) -> String {
        match field {
            "title" => self.title.clone(),
            "priority" => self.priority.clone(),
            "milestone" => self.milestone.clone().unwrap_or_default(),
            "labels" => joined(&self.labels),
            "needs" => joined(&self.needs),
            _ => String::new(),
        }
    }

    /// Remembers what another base had agreed on where this one has something else.
    pub(super) fn follows(&mut self, before: &Self) {
        self.was.clone_from(&before.was);
        for field in FIELDS {
            self.replaces(field, before.text(field));
        }
    }

    /// Remembers a value that a field has no more.
    pub(super) fn replaces(&mut self, field: &str, before: String) {
        let now = self.text(field);
        if before == now && !self.was.contains_key(field) {
            return;
        }
        let was = self.was.entry(field.to_owned()).or_default();
        was.retain(|value| *value != now && *value != before);
        if before != now {
            was.push(before);
        }
        let most = was.len().saturating_sub(MOST_REMEMBERED);
        was.drain(..most);
        if was.is_empty() {
            self.was.remove(field);
        }
    }

    /// The metadata of an attachment that records it with a commit.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn metadata(&self, commit: &str) -> Result<Map<String, Value>, serde_json::Error> {
        let mut metadata = Map::new();
        metadata.insert(COMMIT.to_owned(), Value::from(commit));
        metadata.insert(BASE.to_owned(), Value::from(serde_json::to_string(self)?));
        Ok(metadata)
    }

    /// What an attachment's metadata records.
    pub fn recorded(metadata: &Map<String, Value>) -> Recorded {
        #[derive(Deserialize)]
        struct Version {
            v: u32,
        }
        let text = |key: &str| metadata.get(key).and_then(Value::as_str);
        let (Some(commit), Some(base)) = (text(COMMIT), text(BASE)) else { return Recorded::Nothing };
        if commit.len() != 40 || !commit.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Recorded::Nothing;
        }
        match serde_json::from_str::<Version>(base) {
            Ok(Version { v }) if v > VERSION => return Recorded::Newer(v),
            Ok(_) => {}
            Err(_) => return Recorded::Nothing,
        }
        match serde_json::from_str(base) {
            Ok(base) => Recorded::Known { commit: commit.to_owned(), base: Box::new(base) },
            Err(_) => Recorded::Nothing,
        }
    }
}
