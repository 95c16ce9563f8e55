//! Absent, null and set: three different things to Linear.

use serde::{Serialize, Serializer};

/// A field of an input. Absent leaves what is there, null takes it away, set replaces it.
///
/// A struct marks such a field `#[serde(skip_serializing_if = "Maybe::is_absent")]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Maybe<T> {
    /// Not sent: nothing changes.
    #[default]
    Absent,
    /// Sent as `null`: the value is taken away.
    Null,
    /// Sent.
    Set(T),
}

impl<T> Maybe<T> {
    /// Whether the field is left out.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value that is set.
    pub fn set(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// A value to set, or null for none.
    pub fn or_null(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Set)
    }

    /// A value to set, or nothing to change.
    pub fn or_absent(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Set)
    }
}

impl<T: Serialize> Serialize for Maybe<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Set(value) => value.serialize(serializer),
        }
    }
}
