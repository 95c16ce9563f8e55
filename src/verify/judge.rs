//! Judging checks on one tree.

use rayon::prelude::*;

use super::{Memo, Prepared};
use crate::checks::{Body, Check, Outcome, Recorder, all, any};
use crate::repo::{History, Tree};
use crate::semantics::files::{Files, Parses};

/// Judges checks on one tree. Pure: clock and environment do not enter.
pub struct Judge<'a> {
    /// Where checks read; paths are relative to the plan's root.
    pub tree: &'a dyn Tree,
    /// The commits behind it.
    pub history: &'a dyn History,
    /// Parses shared between checks and trees.
    pub parses: &'a Parses,
    /// Answers kept from other trees; `None` judges everything afresh.
    pub memo: Option<&'a Memo>,
}

impl Judge<'_> {
    /// Every task's outcome, in plan order, on the threads of the current rayon pool.
    pub fn plan(&self, prepared: &Prepared) -> Vec<Outcome> {
        prepared.checks.par_iter().map(|check| self.check(check)).collect()
    }

    /// One check's outcome.
    pub fn check(&self, check: &Check) -> Outcome {
        match &check.body {
            Body::Constant(outcome) => outcome.clone(),
            Body::All(checks) => all(checks.iter().map(|check| self.check(check)).collect()),
            Body::Any(checks) => any(checks.iter().map(|check| self.check(check)).collect()),
            Body::History(history) => history.evaluate(self.history),
            Body::Tree(tree) => {
                if let Some(outcome) = self.memo.and_then(|memo| memo.replay(&check.digest, self.tree)) {
                    return outcome;
                }
                let recorder = Recorder::new(self.tree);
                let outcome = tree.evaluate(&Files::of(&recorder, self.parses, check.digest));
                if let Some(memo) = self.memo {
                    memo.store(check.digest, &recorder.into_trace(), &outcome);
                }
                outcome
            }
        }
    }
}
