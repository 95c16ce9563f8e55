//! File patterns of a plan.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError, Weak};

use bstr::ByteSlice;
use globset::{Glob, GlobBuilder, GlobMatcher};

use super::{PathError, RepoPath};

/// A file pattern: `*`, `?`, `[…]`, `{a,b}` stay inside one folder, `**` crosses folders.
#[derive(Clone)]
pub struct Pattern(Arc<Parts>);

/// What a pattern is made of; copies share it.
#[derive(Clone)]
struct Parts {
    text: String,
    /// `None` for a literal one, which is compared.
    matcher: Option<Arc<Matcher>>,
    base: RepoPath,
    root: RepoPath,
    literal: bool,
    deepest: Option<usize>,
}

/// A pattern with wildcards, compiled when something is first held against it. Shared by copies, with what it has
/// worked out so far.
struct Matcher {
    glob: Glob,
    compiled: OnceLock<GlobMatcher>,
}

/// Matchers by the text of their pattern, as long as somebody holds them: the same pattern stands in many traces, and
/// what a compiled one works out as it goes along is large.
static MATCHERS: LazyLock<Mutex<HashMap<String, Weak<Matcher>>>> = LazyLock::new(Mutex::default);

/// Past so many matchers those that nobody holds are let go of.
const MANY_MATCHERS: usize = 500;

impl Matcher {
    fn of(text: &str) -> Result<Arc<Self>, PatternError> {
        let mut known = MATCHERS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(matcher) = known.get(text).and_then(Weak::upgrade) {
            return Ok(matcher);
        }
        let glob = GlobBuilder::new(text)
            .literal_separator(true)
            .backslash_escape(true)
            .empty_alternates(true)
            .build()
            .map_err(|error| PatternError::Syntax(error.kind().to_string()))?;
        let matcher = Arc::new(Self { glob, compiled: OnceLock::new() });
        if known.len() >= MANY_MATCHERS {
            known.retain(|_, matcher| matcher.strong_count() > 0);
        }
        known.insert(text.to_owned(), Arc::downgrade(&matcher));
        Ok(matcher)
    }
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
        let magic = |part: &str| part.contains(['*', '?', '[', '{', '\\']);
        let literal = !magic(&cleaned);
        let matcher = if literal { None } else { Some(Matcher::of(&cleaned)?) };
        let fixed: Vec<&str> = cleaned.split('/').take_while(|part| !magic(part)).collect();
        let fixed = if literal { fixed.get(..fixed.len().saturating_sub(1)).unwrap_or_default() } else { &fixed };
        let base = RepoPath::parse(fixed.join("/"))?;
        let deepest = (!cleaned.contains("**")).then(|| cleaned.matches('/').count() + 1);
        let root = RepoPath::root();
        Ok(Self(Arc::new(Parts { matcher, text: cleaned, base, root, literal, deepest })))
    }

    /// The same pattern for paths that are seen from above `root`: what matched `a` matches `root/a`.
    #[must_use]
    pub fn below(&self, root: &RepoPath) -> Self {
        if root.is_root() {
            return self.clone();
        }
        let own = &self.0;
        Self(Arc::new(Parts { base: own.base.below(root), root: own.root.below(root), ..Parts::clone(own) }))
    }

    /// The pattern as cleaned: `./a//b*` is `a/b*`; without the folder that [`Pattern::below`] put before it.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The folder that [`Pattern::below`] put before it.
    pub fn root(&self) -> &RepoPath {
        &self.0.root
    }

    /// The folder below which everything that can match lies: `docs` of `docs/**/*.md`.
    pub fn base(&self) -> &RepoPath {
        &self.0.base
    }

    /// Whether it has no wildcard, so that it names one path.
    pub fn is_literal(&self) -> bool {
        self.0.literal
    }

    /// The one path that it names, when it has no wildcard.
    pub fn path(&self) -> Option<RepoPath> {
        if !self.0.literal {
            return None;
        }
        RepoPath::parse(&self.0.text).ok().map(|path| path.below(&self.0.root))
    }

    /// Whether matches may lie deeper than one folder below [`Pattern::base`].
    pub fn is_deep(&self) -> bool {
        self.0.deepest.is_none_or(|deepest| deepest + self.0.root.depth() > self.0.base.depth() + 1)
    }

    /// Whether something below this folder may match, so that a walk has to go into it.
    pub fn reaches(&self, folder: &RepoPath) -> bool {
        if self.0.base.strip(folder).is_some() {
            return true;
        }
        let shallow_enough = self.0.deepest.is_none_or(|deepest| folder.depth() < deepest + self.0.root.depth());
        folder.strip(&self.0.base).is_some() && shallow_enough
    }

    /// Whether the pattern matches the whole path.
    pub fn matches(&self, path: &RepoPath) -> bool {
        let Some(path) = path.strip(&self.0.root) else { return false };
        // Deeper than the pattern goes: no need to try.
        let too_deep =
            self.0.deepest.is_some_and(|deepest| path.as_bytes().iter().filter(|b| **b == b'/').count() >= deepest);
        match &self.0.matcher {
            Some(matcher) => {
                let compiled = || matcher.glob.compile_matcher();
                !too_deep && matcher.compiled.get_or_init(compiled).is_match(path.as_path())
            }
            None => path.as_bytes() == self.0.text.as_bytes(),
        }
    }
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.text.fmt(f)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text && self.0.root == other.0.root
    }
}

impl Eq for Pattern {}

impl std::hash::Hash for Pattern {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
        self.0.root.hash(state);
    }
}
