//! The state of the History pane: a cursor on the work tree and on each commit of the branch.

use jiff::tz::TimeZone;

use crate::progress::burnup::Burnup;
use crate::repo::CommitId;
use crate::verify::{Life, Step, Transition};

/// A branch's life, ready to be shown.
#[derive(Debug, Clone)]
pub struct Lived {
    /// What the plan's tasks went through.
    pub life: Life,
    /// The same as a chart.
    pub burnup: Burnup,
    /// Where days begin and end.
    pub zone: TimeZone,
}

impl Lived {
    /// A life and its chart.
    pub fn of(life: Life, zone: TimeZone) -> Self {
        Self { burnup: Burnup::of(&life), life, zone }
    }

    /// How many rows there are: the work tree, then the commits, the newest first.
    pub fn rows(&self) -> usize {
        self.life.steps.len() + 1
    }

    /// The step of a row; `None` on the work tree's.
    pub fn step_of(&self, row: usize) -> Option<usize> {
        self.life.steps.len().checked_sub(row).filter(|_| row > 0)
    }

    /// The commit of a row; `None` on the work tree's.
    pub fn commit_of(&self, row: usize) -> Option<&Step> {
        self.life.steps.get(self.step_of(row)?)
    }

    /// What reached the branch with a step.
    pub fn changes(&self, step: usize) -> &[Transition] {
        let transitions = &self.life.transitions;
        let first = transitions.partition_point(|transition| transition.step < step);
        let end = transitions.partition_point(|transition| transition.step <= step);
        transitions.get(first..end).unwrap_or_default()
    }
}

/// Where the cursor is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryPane {
    /// The row: 0 is the work tree, 1 the newest commit.
    pub cursor: usize,
}

impl HistoryPane {
    /// Moves the cursor; it stays on the list.
    pub(in crate::tui) fn go(&mut self, lived: &Lived, by: isize) {
        let last = lived.rows() - 1;
        self.cursor = self.cursor.min(last).saturating_add_signed(by).min(last);
    }

    /// Moves to the next older (else newer) commit that changed a verdict.
    pub(in crate::tui) fn seek_change(&mut self, lived: &Lived, older: bool) {
        let changes = |row: &usize| lived.step_of(*row).is_some_and(|step| !lived.changes(step).is_empty());
        let found = match older {
            true => (self.cursor + 1..lived.rows()).find(changes),
            false => (1..self.cursor).rev().find(changes),
        };
        self.cursor = found.unwrap_or(self.cursor);
    }

    /// Puts the cursor on a commit; where the branch no longer has it, on the work tree. Says whether it was found.
    pub(in crate::tui) fn put(&mut self, lived: &Lived, at: Option<CommitId>) -> bool {
        let row = |id| lived.life.steps.iter().rev().position(|step| step.id == id).map(|back| back + 1);
        let found = at.map_or(Some(0), row);
        self.cursor = found.unwrap_or(0);
        found.is_some()
    }
}
