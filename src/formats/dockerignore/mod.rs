//! .dockerignore files, by moby/patternmatcher's rules.
//!
//! Rules: <https://docs.docker.com/build/concepts/context/#dockerignore-files> and
//! `github.com/moby/patternmatcher`: `ignorefile.ReadAll` reads the lines, `New` checks the patterns, and
//! `MatchesUsingParentResults` decides while Docker walks the context from its root downwards. That walk is
//! what builds an image; `MatchesOrParentMatches`, which Docker only lints with, keeps a little more (see
//! [`Dockerignore::decide`]).

mod expression;
mod program;
mod read;
mod rule;

use std::sync::Arc;

use super::ParseError;
use rule::Matcher;

pub use read::parse;
pub use rule::exactly;

/// A .dockerignore as Docker understands it.
#[derive(Debug, Clone)]
pub struct Dockerignore {
    /// Its patterns in order.
    pub patterns: Vec<Rule>,
    /// Bad patterns: Docker refuses to build.
    pub errors: Vec<ParseError>,
    /// The bound that was passed, in words; `patterns` then stops before it.
    pub over: Option<String>,
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
    matcher: Arc<Matcher>,
}

/// What a .dockerignore does with one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether the path is dropped from the context.
    pub ignored: bool,
    /// Index in [`Dockerignore::patterns`] of the rule that decides: the last one that matches it or a
    /// folder above it and says so. `None` when none does, also where a `!` keeps what nothing had dropped.
    pub rule: Option<usize>,
}

/// At most this many patterns are read.
pub const MOST_PATTERNS: usize = 20_000;

/// Steps that all decisions of one evaluation may take together; see [`Dockerignore::decide_within`].
pub const MOST_STEPS: u64 = 10_000_000;

impl Rule {
    /// The pattern as written, without its `!`.
    pub fn written_pattern(&self) -> &str {
        self.written.strip_prefix('!').map_or(self.written.as_str(), str::trim_start)
    }

    /// Whether it matches exactly this path, folders above it not considered.
    pub fn matches(&self, path: &[u8]) -> bool {
        let Some(path) = Prefixes::of(path) else { return false };
        self.matcher.prefixes(&path, &mut u64::MAX.clone()).is_some_and(|matched| matched.last() == Some(&true))
    }
}

impl Dockerignore {
    /// The same file with more lines at its end. Their rules carry line numbers of `lines`, not of the file.
    pub fn with(&self, lines: &str) -> Self {
        let added = parse(lines.as_bytes());
        let mut file = self.clone();
        file.patterns.extend(added.patterns);
        file.errors.extend(added.errors);
        file
    }

    /// What happens to a path of the context (relative, `/`-separated; the root itself is never dropped).
    ///
    /// Docker walks from the top. A folder remembers which patterns matched it, and its content inherits
    /// that; at each level a pattern is only tried when it could change the answer so far. So a `!src`
    /// brings back what an earlier pattern dropped at or above `src`, but not what an earlier pattern
    /// matches only deeper: `**/*.md`, `!docs` drops `docs/a.md`.
    pub fn decide(&self, path: &[u8]) -> Decision {
        self.decide_within(path, &mut u64::MAX.clone()).unwrap_or(Decision { ignored: false, rule: None })
    }

    /// The same, taking its steps off `steps`; `None` when there are too few left.
    pub fn decide_within(&self, path: &[u8], steps: &mut u64) -> Option<Decision> {
        let undecided = Decision { ignored: false, rule: None };
        let Some(path) = Prefixes::of(path) else { return Some(undecided) };
        let mut inherited = vec![false; self.patterns.len()];
        let matched: Vec<Option<Vec<bool>>> = Vec::new();
        let mut matched = Lazy { rules: &self.patterns, path: &path, matched, steps };
        let mut decision = undecided;
        for level in 0..path.ends.len() {
            decision = undecided;
            *matched.steps = matched.steps.checked_sub(self.patterns.len() as u64)?;
            for (index, (rule, inherited)) in self.patterns.iter().zip(&mut inherited).enumerate() {
                if !*inherited && rule.negated == decision.ignored {
                    *inherited = matched.at(index, level)?;
                }
                if *inherited {
                    decision = Decision { ignored: !rule.negated, rule: Some(index) };
                }
            }
        }
        if let Some(decided) = decision.rule {
            // Rules that would only say the same again were not tried; the last of them has the last word.
            for (index, rule) in self.patterns.iter().enumerate().skip(decided + 1).rev() {
                if rule.negated != decision.ignored && matched.any(index)? {
                    decision.rule = Some(index);
                    break;
                }
            }
        }
        Some(decision)
    }
}

/// A path with the ends of its folders and of itself: `a/b/c` ends at 1, 3 and 5.
struct Prefixes {
    path: Vec<u8>,
    ends: Vec<usize>,
}

impl Prefixes {
    /// Empty parts and `.` taken out; `None` for the root.
    fn of(path: &[u8]) -> Option<Self> {
        let parts = path.split(|byte| *byte == b'/').filter(|part| !part.is_empty() && *part != b".");
        let mut prefixes = Self { path: Vec::with_capacity(path.len()), ends: Vec::new() };
        for part in parts {
            if !prefixes.ends.is_empty() {
                prefixes.path.push(b'/');
            }
            prefixes.path.extend_from_slice(part);
            prefixes.ends.push(prefixes.path.len());
        }
        if prefixes.ends.is_empty() { None } else { Some(prefixes) }
    }
}

/// Which rule matches which prefix, worked out when it is asked.
struct Lazy<'a> {
    rules: &'a [Rule],
    path: &'a Prefixes,
    matched: Vec<Option<Vec<bool>>>,
    steps: &'a mut u64,
}

impl Lazy<'_> {
    /// Whether a rule matches the prefix of that level; `None` when the steps are used up.
    fn at(&mut self, rule: usize, level: usize) -> Option<bool> {
        self.of(rule)?.get(level).copied()
    }

    /// Whether a rule matches the path or a folder above it.
    fn any(&mut self, rule: usize) -> Option<bool> {
        Some(self.of(rule)?.contains(&true))
    }

    fn of(&mut self, rule: usize) -> Option<&[bool]> {
        if self.matched.len() <= rule {
            self.matched.resize(self.rules.len(), None);
        }
        let slot = self.matched.get_mut(rule)?;
        if slot.is_none() {
            *slot = Some(self.rules.get(rule)?.matcher.prefixes(self.path, self.steps)?);
        }
        slot.as_deref()
    }
}
