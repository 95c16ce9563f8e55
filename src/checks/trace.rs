//! What a check asked of its tree, and what it was answered: enough to know when the answer is the same.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::repo::{BlobId, Entry, Match, Pattern, ReadError, RepoPath, Tree};

/// A question to a tree. `bytes(id)` is not among them: a blob's bytes follow from its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Question {
    /// What stands at this path?
    Entry(RepoPath),
    /// What matches this pattern?
    Glob(Pattern),
}

/// The answer, as short as it can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
    steps: Mutex<(HashSet<Question>, Vec<Step>)>,
}

impl<'t> Recorder<'t> {
    /// Over a tree.
    pub fn new(tree: &'t dyn Tree) -> Self {
        Self { tree, steps: Mutex::default() }
    }

    /// What was asked, each question once.
    pub fn into_trace(self) -> Trace {
        Trace(self.steps.into_inner().unwrap_or_else(PoisonError::into_inner).1)
    }

    fn record(&self, question: Question, answer: Answer) {
        let mut guard = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let (seen, steps) = &mut *guard;
        if seen.insert(question.clone()) {
            steps.push(Step { question, answer });
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
        self.record(Question::Entry(path.clone()), entry.as_ref().map_or(Answer::Error, |e| Answer::Entry(*e)));
        entry
    }

    fn glob(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError> {
        let matches = self.tree.glob(pattern);
        self.record(
            Question::Glob(pattern.clone()),
            matches.as_ref().map_or(Answer::Error, |m| Answer::Glob(digest(m))),
        );
        matches
    }

    fn bytes(&self, id: BlobId) -> Result<Arc<[u8]>, ReadError> {
        self.tree.bytes(id)
    }
}
