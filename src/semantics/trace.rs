//! What a check asked of its tree, and what it was answered: enough to know when the answer is the same.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::repo::{BlobId, Entry, Match, Pattern, ReadError, RepoPath, Tree};

/// A question to a tree. `bytes(id)` is not among them: a blob's bytes follow from its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Question {
    /// What stands at this path?
    Entry(RepoPath),
    /// What matches this pattern?
    Glob(Pattern),
}

impl Question {
    /// The path that is asked for.
    pub fn path(&self) -> Option<&RepoPath> {
        match self {
            Self::Entry(path) => Some(path),
            Self::Glob(_) => None,
        }
    }

    /// The pattern that is asked for.
    pub fn pattern(&self) -> Option<&Pattern> {
        match self {
            Self::Entry(_) => None,
            Self::Glob(pattern) => Some(pattern),
        }
    }
}

/// The answer, as short as it can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The entry, or absent.
    Entry(Option<Entry>),
    /// Digest of the sorted (path, kind) that match.
    Glob([u8; 32]),
    /// The tree could not answer: such a trace is never replayed.
    Error,
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was asked.
    pub question: Question,
    /// What the tree said.
    pub answer: Answer,
}

/// The steps of one evaluation, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trace(pub Vec<Step>);

/// A tree that remembers what it was asked. Evaluation is deterministic, so the traces of one check form
/// a trie: question, answer, next question.
pub struct Recorder<'t> {
    tree: &'t dyn Tree,
    /// What was asked in all, then in each section that is open.
    asked: Mutex<Vec<Asked>>,
}

#[derive(Default)]
struct Asked {
    seen: HashSet<Question>,
    steps: Vec<Step>,
}

impl<'t> Recorder<'t> {
    /// Over a tree.
    pub fn new(tree: &'t dyn Tree) -> Self {
        Self { tree, asked: Mutex::new(vec![Asked::default()]) }
    }

    /// What was asked, each question once.
    pub fn into_trace(self) -> Trace {
        let asked = self.asked.into_inner().unwrap_or_else(PoisonError::into_inner);
        Trace(asked.into_iter().next().map(|all| all.steps).unwrap_or_default())
    }

    /// What `work` comes to and what it asked, each question once, whether it was asked before or not. Nobody else asks
    /// meanwhile.
    pub fn section<T>(&self, work: impl FnOnce() -> T) -> (T, Vec<Step>) {
        self.lock().push(Asked::default());
        let value = work();
        let asked = self.lock().pop();
        (value, asked.map(|asked| asked.steps).unwrap_or_default())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self, question: &Question, answer: Answer) {
        for asked in self.lock().iter_mut() {
            if !asked.seen.contains(question) {
                asked.seen.insert(question.clone());
                asked.steps.push(Step { question: question.clone(), answer });
            }
        }
    }
}

/// The digest of a glob's answer.
fn digest(matches: &[Match]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for found in matches {
        hasher.update(found.path.as_bytes());
        hasher.update(&[0, found.kind.byte()]);
    }
    *hasher.finalize().as_bytes()
}

/// Asks a tree one question.
pub fn ask(tree: &dyn Tree, question: &Question) -> Answer {
    match question {
        Question::Entry(path) => tree.entry(path).map_or(Answer::Error, Answer::Entry),
        Question::Glob(pattern) => tree.glob(pattern).map_or(Answer::Error, |found| Answer::Glob(digest(&found))),
    }
}

impl Tree for Recorder<'_> {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        let entry = self.tree.entry(path);
        self.record(&Question::Entry(path.clone()), entry.as_ref().map_or(Answer::Error, |e| Answer::Entry(*e)));
        entry
    }

    fn glob(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError> {
        let matches = self.tree.glob(pattern);
        self.record(
            &Question::Glob(pattern.clone()),
            matches.as_ref().map_or(Answer::Error, |m| Answer::Glob(digest(m))),
        );
        matches
    }

    fn bytes(&self, id: BlobId) -> Result<Arc<[u8]>, ReadError> {
        self.tree.bytes(id)
    }

    fn unwatched(&self) -> Option<&dyn Tree> {
        Some(self.tree.unwatched().unwrap_or(self.tree))
    }
}
