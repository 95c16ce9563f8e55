//! What is kept of the checklist from day to day, as bytes for a store.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The version of the bytes.
const VERSION: u32 = 1;

/// The checklist as it was left.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    version: u32,
    /// When it was last looked at; `None` when it never was.
    pub looked: Option<Looked>,
    /// What stood on it and has not become true.
    pub items: Vec<KeptItem>,
}

/// The last look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Looked {
    /// When, seconds since 1970-01-01 UTC.
    pub at: i64,
    /// The day, in the zone of that look.
    #[serde(with = "day")]
    pub day: Date,
    /// The ids of the tasks that held at the branch's last commit.
    pub held: BTreeSet<String>,
}

/// Something on the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptItem {
    /// The task's id.
    pub task: String,
    /// How it came onto the list.
    pub kind: KeptKind,
    /// The day on which it did.
    #[serde(with = "day")]
    pub since: Date,
    /// The day on which it was pinned, when it is.
    #[serde(with = "maybe_day")]
    pub pinned: Option<Date>,
}

/// How something came onto the checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptKind {
    /// It broke.
    Broke,
    /// It was pinned.
    Pinned,
    /// It is the user's and started.
    Mine,
    /// An attestation went stale.
    Stale,
}

/// Why the bytes are no checklist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeptError {
    /// A newer trueup wrote them.
    #[error("a newer trueup wrote it (version {0}; this one knows {VERSION})")]
    Newer(u32),
    /// They make no sense.
    #[error("it cannot be read: {0}")]
    Broken(String),
}

/// A day as `2026-11-28`.
mod day {
    use jiff::civil::Date;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(day: &Date, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(day)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// The same, or `null`.
mod maybe_day {
    use jiff::civil::Date;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(day: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
        day.map(|day| day.to_string()).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
    }
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl Kept {
    /// A checklist as it is left now.
    pub fn new(looked: Looked, items: Vec<KeptItem>) -> Self {
        Self { version: VERSION, looked: Some(looked), items }
    }

    /// Reads the bytes of [`Kept::bytes`].
    ///
    /// # Errors
    /// When a newer version wrote them or they make no sense: nothing of them is used then.
    pub fn read(bytes: &[u8]) -> Result<Self, KeptError> {
        let broken = |error: serde_json::Error| KeptError::Broken(error.to_string());
        let found: Versioned = serde_json::from_slice(bytes).map_err(broken)?;
        if found.version > VERSION {
            return Err(KeptError::Newer(found.version));
        }
        serde_json::from_slice(bytes).map_err(broken)
    }

    /// As bytes: JSON.
    pub fn bytes(&self) -> Vec<u8> {
        let mut document = serde_json::to_value(self).unwrap_or_default();
        if let Some(version) = document.get_mut("version") {
            *version = VERSION.into();
        }
        document.to_string().into_bytes()
    }

    /// Whether a task is pinned.
    pub fn is_pinned(&self, task: &str) -> bool {
        self.items.iter().any(|item| item.task == task && item.pinned.is_some())
    }

    /// Pins a task on a day. Says whether it was not pinned before.
    pub fn pin(&mut self, task: &str, day: Date) -> bool {
        match self.items.iter_mut().find(|item| item.task == task) {
            Some(item) if item.pinned.is_some() => return false,
            Some(item) => item.pinned = Some(day),
            None => self.items.push(KeptItem {
                task: task.to_owned(),
                kind: KeptKind::Pinned,
                since: day,
                pinned: Some(day),
            }),
        }
        true
    }

    /// Takes a pin off. What stands on the list for another reason stays. Says whether the task was pinned.
    pub fn unpin(&mut self, task: &str) -> bool {
        let was = self.is_pinned(task);
        self.items.retain(|item| item.task != task || item.kind != KeptKind::Pinned);
        for item in self.items.iter_mut().filter(|item| item.task == task) {
            item.pinned = None;
        }
        was
    }
}
