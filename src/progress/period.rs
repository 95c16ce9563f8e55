//! A part of a branch.

use crate::verify::{Life, Step, Transition};

/// Steps of a life, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    first: usize,
    end: usize,
}

impl Period {
    /// From the step `first` on, before the step `end`: indices into [`Life::steps`].
    pub fn new(first: usize, end: usize) -> Self {
        Self { first, end: end.max(first) }
    }

    /// The whole of a life.
    pub fn all(life: &Life) -> Self {
        Self::new(0, life.steps.len())
    }

    /// Whether a step lies in it.
    pub fn has(self, step: usize) -> bool {
        (self.first..self.end).contains(&step)
    }

    /// Its steps, the oldest first.
    pub fn steps(self, life: &Life) -> &[Step] {
        let end = self.end.min(life.steps.len());
        life.steps.get(self.first.min(end)..end).unwrap_or_default()
    }

    /// What changed in it, in the order in which it reached the branch.
    pub fn transitions(self, life: &Life) -> impl Iterator<Item = &Transition> {
        life.transitions.iter().filter(move |transition| self.has(transition.step))
    }

    /// The step before it.
    pub fn before(self, life: &Life) -> Option<&Step> {
        life.steps.get(self.first.checked_sub(1)?)
    }
}
