//! A plan's checks taken apart: what asks a tree, what asks the history, and how verdicts follow from both.

use std::collections::HashMap;

use super::Prepared;
use crate::checks::{Body, Check, HistoryCheck, TreeCheck, Verdict, all_of, any_of};
use crate::store::Key;

/// The parts of a plan's checks, each once.
pub(super) struct Program<'p> {
    /// What asks a tree, with its digest.
    pub leaves: Vec<(&'p [u8; 32], &'p dyn TreeCheck)>,
    /// What asks the history.
    pub histories: Vec<&'p dyn HistoryCheck>,
    /// How each task's verdict follows, in plan order.
    pub tasks: Vec<Formula>,
    /// The same for the same leaves in the same order.
    pub digest: Key,
}

/// How a verdict follows from those of the parts.
pub(super) enum Formula {
    Leaf(usize),
    History(usize),
    Constant(Verdict),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

impl<'p> Program<'p> {
    pub fn of(prepared: &'p Prepared) -> Self {
        let mut program = Self { leaves: Vec::new(), histories: Vec::new(), tasks: Vec::new(), digest: Key::default() };
        let mut known = HashMap::new();
        program.tasks = prepared.checks.iter().map(|check| program.formula(check, &mut known)).collect();
        let mut hasher = blake3::Hasher::new();
        for (digest, _) in &program.leaves {
            hasher.update(*digest);
        }
        program.digest = *hasher.finalize().as_bytes();
        program
    }

    fn formula(&mut self, check: &'p Check, known: &mut HashMap<&'p [u8; 32], usize>) -> Formula {
        match &check.body {
            Body::Constant(outcome) => Formula::Constant(outcome.verdict()),
            Body::All(checks) => Formula::All(checks.iter().map(|check| self.formula(check, known)).collect()),
            Body::Any(checks) => Formula::Any(checks.iter().map(|check| self.formula(check, known)).collect()),
            Body::History(history) => {
                self.histories.push(history.as_ref());
                Formula::History(self.histories.len() - 1)
            }
            Body::Tree(tree) => Formula::Leaf(*known.entry(&check.digest).or_insert_with(|| {
                self.leaves.push((&check.digest, tree.as_ref()));
                self.leaves.len() - 1
            })),
        }
    }
}

impl Formula {
    /// The verdict, given those of the leaves and of the history checks.
    pub fn verdict(&self, leaves: &[Verdict], histories: &[Verdict]) -> Verdict {
        self.with(&|leaf| leaves.get(leaf).copied(), &|history| histories.get(history).copied())
    }

    /// The same; a part that nobody knows is unknown.
    pub fn with(&self, leaf: &dyn Fn(usize) -> Option<Verdict>, history: &dyn Fn(usize) -> Option<Verdict>) -> Verdict {
        let unknown = Verdict::Unknown(crate::checks::Reason::Unresolved);
        match self {
            Self::Leaf(at) => leaf(*at).unwrap_or(unknown),
            Self::History(at) => history(*at).unwrap_or(unknown),
            Self::Constant(verdict) => *verdict,
            Self::All(parts) => all_of(parts.iter().map(|part| part.with(leaf, history))),
            Self::Any(parts) => any_of(parts.iter().map(|part| part.with(leaf, history))),
        }
    }

    /// The leaves that it needs.
    pub fn leaves(&self, found: &mut Vec<usize>) {
        match self {
            Self::Leaf(at) => found.push(*at),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.leaves(found)),
            Self::History(_) | Self::Constant(_) => {}
        }
    }

    /// The history checks that it needs.
    pub fn histories(&self, found: &mut Vec<usize>) {
        match self {
            Self::History(at) => found.push(*at),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.histories(found)),
            Self::Leaf(_) | Self::Constant(_) => {}
        }
    }
}
