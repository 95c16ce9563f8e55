//! Listing what a context holds.

use bstr::ByteSlice;

use super::Context;
use crate::repo::{Match, Pattern, ReadError, RepoPath};
use crate::semantics::files::Files;

/// Lists files, links and submodules of a context; paths are relative to its root.
pub(super) struct Listing<'l, 't> {
    pub(super) context: &'l Context,
    pub(super) files: &'l Files<'t>,
}

impl Listing<'_, '_> {
    /// In a folder, at any depth.
    pub(super) fn below(&self, folder: &RepoPath) -> Result<Vec<Match>, ReadError> {
        self.matching(folder, "**")
    }

    /// Those that a pattern of the plan's kind matches, below a folder of the context.
    pub(super) fn matching(&self, folder: &RepoPath, pattern: &str) -> Result<Vec<Match>, ReadError> {
        let base = self.context.place(folder)?;
        let mut text: Vec<String> = base.parts().map(literal).collect();
        text.push(pattern.to_owned());
        let pattern = Pattern::parse(&text.join("/")).map_err(|error| ReadError::TooLarge {
            what: format!("looking into {}: {error}", base.shown().raw()),
            bound: "what a pattern can say".to_owned(),
        })?;
        let found = self.files.glob(&pattern)?;
        let inside = |found: Match| Some(Match { path: found.path.strip(&self.context.folder)?, kind: found.kind });
        Ok(found.into_iter().filter_map(inside).collect())
    }
}

/// A name as a pattern of the plan's kind that matches it (and, where it is no UTF-8, others too).
pub(super) fn literal(name: impl AsRef<[u8]>) -> String {
    let Ok(name) = name.as_ref().to_str() else { return "*".to_owned() };
    let mut pattern = String::with_capacity(name.len());
    for character in name.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '{' | '}' | '\\' | '!' | ',') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}
