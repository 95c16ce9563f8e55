//! What both sides last agreed on, kept in Linear itself, so that every clone can sync.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version of the format.
const VERSION: u32 = 1;

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
        base: Base,
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
            evidence: String::new(),
            returned: None,
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
            Ok(base) => Recorded::Known { commit: commit.to_owned(), base },
            Err(_) => Recorded::Nothing,
        }
    }
}
