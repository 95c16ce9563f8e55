//! What was worked out of one file of several, kept for the next tree: mostly one of them changes at a time.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::trace::{Answer, Step, ask};
use crate::repo::{RepoPath, Tree};

/// Of each part so many values are kept: a branch and what is merged into it, a change and its undoing.
const MOST_VALUES: usize = 2;

/// Past so many parts all are forgotten.
const MOST_PARTS: usize = 2_000;

/// What is worked out, of which file: by whom (a digest of all that it follows from but the tree), with which function
/// of theirs.
pub(super) type PartKey = ([u8; 32], usize, RepoPath);

/// A value with all that was asked for it.
#[derive(Clone)]
struct Part {
    steps: Arc<[Step]>,
    value: Arc<dyn Any + Send + Sync>,
}

/// Values that were worked out of single files, with what they rest on.
#[derive(Default)]
pub(super) struct Parts(Mutex<HashMap<PartKey, Vec<Part>>>);

impl Parts {
    /// A value whose questions a tree answers as they were answered then, with these questions.
    pub fn find<T: Send + Sync + 'static>(&self, key: &PartKey, tree: &dyn Tree) -> Option<(Arc<T>, Arc<[Step]>)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key)?.clone();
        // A watched tree is not told of what is tried here and does not fit.
        let tree = tree.unwatched().unwrap_or(tree);
        let fits = |part: &&Part| part.steps.iter().all(|step| ask(tree, &step.question) == step.answer);
        let part = known.iter().rev().find(fits)?;
        Some((part.value.clone().downcast().ok()?, part.steps.clone()))
    }

    /// Keeps a value, unless a question had no answer.
    pub fn keep<T: Send + Sync + 'static>(&self, key: PartKey, steps: Vec<Step>, value: Arc<T>) {
        if steps.iter().any(|step| step.answer == Answer::Error) {
            return;
        }
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if parts.len() >= MOST_PARTS && !parts.contains_key(&key) {
            parts.clear();
        }
        let values = parts.entry(key).or_default();
        if values.len() >= MOST_VALUES {
            values.remove(0);
        }
        values.push(Part { steps: Arc::from(steps), value });
    }
}
