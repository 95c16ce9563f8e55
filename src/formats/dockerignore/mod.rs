//! .dockerignore files, by moby/patternmatcher's rules.
//!
//! Rules: <https://docs.docker.com/build/concepts/context/#dockerignore-files> and
//! `github.com/moby/patternmatcher` (`ignorefile.ReadAll`, `MatchesOrParentMatches`).

use super::ParseError;

/// A .dockerignore as Docker understands it.
#[derive(Debug, Clone)]
pub struct Dockerignore {
    /// Its patterns in order.
    pub patterns: Vec<Rule>,
    /// Bad patterns: Docker refuses to build.
    pub errors: Vec<ParseError>,
}

/// One pattern.
#[derive(Debug, Clone)]
pub struct Rule {
    /// 1-based line.
    pub line: u32,
    /// The pattern as written, trimmed, with its `!`.
    pub written: String,
    /// The pattern as cleaned, without its `!`.
    pub pattern: String,
    /// Whether it begins with `!`: what it matches is kept.
    pub negated: bool,
}

/// What a .dockerignore does with one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether the path is dropped from the context.
    pub ignored: bool,
    /// Index in [`Dockerignore::patterns`] of the rule that decides (the last one that matches it or a
    /// folder above it); `None` when none does.
    pub rule: Option<usize>,
}

/// Reads any bytes.
pub fn parse(source: &[u8]) -> Dockerignore {
    let _ = source;
    Dockerignore { patterns: Vec::new(), errors: Vec::new() }
}

impl Dockerignore {
    /// What happens to a path of the context (relative, `/`-separated).
    pub fn decide(&self, path: &[u8]) -> Decision {
        let _ = path;
        Decision { ignored: false, rule: None }
    }
}
