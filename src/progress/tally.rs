//! Counting verdicts.

use super::TaskStatus;
use crate::checks::Verdict;

/// How many tasks of a group have which verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Tasks that hold.
    pub holds: usize,
    /// Tasks that fail.
    pub fails: usize,
    /// Tasks that cannot be told.
    pub unknown: usize,
    /// Those of them that wait for a command or a person.
    pub waiting: usize,
    /// Tasks that hold by a person's word, among those that hold.
    pub by_word: usize,
    /// Tasks that somebody claims.
    pub claimed: usize,
    /// Tasks that somebody claims and that fail.
    pub false_claims: usize,
}

impl Tally {
    /// All of them.
    pub fn total(&self) -> usize {
        self.holds + self.fails + self.unknown
    }

    /// Adds one task.
    pub fn count(&mut self, task: &TaskStatus) {
        self.add(task.verdict(), task.claimed() == Some(true));
        self.by_word += usize::from(task.outcome.word().is_some());
    }

    /// Adds a verdict, with whether somebody claims the task.
    pub fn add(&mut self, verdict: Verdict, claimed: bool) {
        match verdict {
            Verdict::Holds => self.holds += 1,
            Verdict::Fails => self.fails += 1,
            Verdict::Unknown(reason) => {
                self.unknown += 1;
                self.waiting += usize::from(reason.is_waiting());
            }
        }
        self.claimed += usize::from(claimed);
        self.false_claims += usize::from(claimed && verdict == Verdict::Fails);
    }

    /// Whether every task holds and there is at least one.
    pub fn all_hold(&self) -> bool {
        self.holds > 0 && self.fails == 0 && self.unknown == 0
    }
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |a, b| Self {
            holds: a.holds + b.holds,
            fails: a.fails + b.fails,
            unknown: a.unknown + b.unknown,
            waiting: a.waiting + b.waiting,
            by_word: a.by_word + b.by_word,
            claimed: a.claimed + b.claimed,
            false_claims: a.false_claims + b.false_claims,
        })
    }
}
