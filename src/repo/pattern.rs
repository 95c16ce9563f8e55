//! File patterns of a plan.

use bstr::ByteSlice;
use globset::{GlobBuilder, GlobMatcher};

use super::{PathError, RepoPath};

/// A file pattern: `*`, `?`, `[…]`, `{a,b}` stay inside one folder, `**` crosses folders.
#[derive(Clone)]
pub struct Pattern {
    text: String,
    matcher: GlobMatcher,
    base: RepoPath,
    literal: bool,
}

/// Why a text is no file pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Its path is not inside the repository.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Its syntax.
    #[error("{0}")]
    Syntax(String),
}

/// A pattern longer than this is refused (bytes).
const LONGEST: usize = 1024;

impl Pattern {
    /// Compiles a pattern; refuses absolute ones, ones with `..`, broken syntax, and over 1,024 bytes.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.len() > LONGEST {
            return Err(PatternError::Syntax(format!("it is longer than {LONGEST} bytes")));
        }
        let cleaned = RepoPath::parse(text)?;
        let cleaned = cleaned.as_bytes().to_str_lossy().into_owned();
        let glob = GlobBuilder::new(&cleaned)
            .literal_separator(true)
            .backslash_escape(true)
            .empty_alternates(true)
            .build()
            .map_err(|error| PatternError::Syntax(error.kind().to_string()))?;
        let magic = |part: &str| part.contains(['*', '?', '[', '{', '\\']);
        let literal = !magic(&cleaned);
        let fixed: Vec<&str> = cleaned.split('/').take_while(|part| !magic(part)).collect();
        let fixed = if literal { fixed.get(..fixed.len().saturating_sub(1)).unwrap_or_default() } else { &fixed };
        let base = RepoPath::parse(fixed.join("/"))?;
        Ok(Self { matcher: glob.compile_matcher(), text: cleaned, base, literal })
    }

    /// The pattern as cleaned: `./a//b*` is `a/b*`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The folder below which everything that can match lies: `docs` of `docs/**/*.md`.
    pub fn base(&self) -> &RepoPath {
        &self.base
    }

    /// Whether it has no wildcard, so that it names one path.
    pub fn is_literal(&self) -> bool {
        self.literal
    }

    /// Whether matches may lie deeper than one folder below [`Pattern::base`].
    pub fn is_deep(&self) -> bool {
        let rest = self.text.as_bytes().strip_prefix(self.base.as_bytes()).unwrap_or(self.text.as_bytes());
        rest.strip_prefix(b"/").unwrap_or(rest).contains(&b'/') || self.text.contains("**")
    }

    /// Whether the pattern matches the whole path.
    pub fn matches(&self, path: &RepoPath) -> bool {
        use std::os::unix::ffi::OsStrExt;
        self.matcher.is_match(std::path::Path::new(std::ffi::OsStr::from_bytes(path.as_bytes())))
    }
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.text.fmt(f)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}
