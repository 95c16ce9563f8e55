//! Text that did not come from us.

use std::fmt;

/// Text that comes, in whole or in part, from a repository, a plan or a service.
///
/// It has no `Display`: a face prints it only through one of the encoders of `report::encode`, which
/// take what a terminal, Markdown or SVG would obey out of it (`docs/architecture.md`, Trust).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Outside(String);

impl Outside {
    /// Takes any text in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text as it came: for judging and encoding, never for printing.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<&str> for Outside {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Outside {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}
