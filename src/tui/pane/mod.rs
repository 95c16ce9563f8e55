//! The panes: the state of each, in a file of its own.

mod day;
mod history;
mod linear;
mod plan;
mod standup;
mod today;

use std::sync::Arc;

pub use day::Day;
pub use history::{HistoryPane, Lived};
pub use linear::{Known, LinearPane, Proposal, Stage};
pub(super) use plan::Ground;
pub use plan::{Focus, PlanPane, VerdictFilter};
pub use standup::StandupPane;
pub use today::TodayPane;

use super::{Trouble, Walked};

/// What fills the screen under the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pane {
    /// Tree and evidence.
    Plan,
    /// The checklist of the day.
    Today,
    /// What to say in the standup.
    Standup,
    /// Burn-up and commits.
    History,
    /// What a sync would do.
    Linear,
}

impl Pane {
    /// The panes in the order of their keys.
    pub const ALL: [Self; 5] = [Self::Plan, Self::Today, Self::Standup, Self::History, Self::Linear];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plan => "Plan",
            Self::Today => "Today",
            Self::Standup => "Standup",
            Self::History => "History",
            Self::Linear => "Linear",
        }
    }

    /// Its place, from 0.
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|pane| *pane == self).unwrap_or(0)
    }

    /// The pane so many places on, round and round.
    #[must_use]
    pub fn beside(self, by: isize) -> Self {
        let count = Self::ALL.len();
        let place = self.place().wrapping_add_signed(by).wrapping_add(count) % count;
        Self::ALL.get(place).copied().unwrap_or(self)
    }
}

/// Something that a worker brings, and how fresh it is.
#[derive(Debug, Clone)]
pub struct Fetched<T> {
    /// What was brought last.
    pub value: Option<Arc<T>>,
    /// Why the last attempt brought nothing.
    pub trouble: Option<Trouble>,
    /// Whether a worker is at it.
    pub coming: bool,
    /// How far the worker's walk over the branch is, once it takes a while.
    pub walked: Option<Walked>,
    /// Whether something changed since it was asked for.
    pub stale: bool,
}

impl<T> Default for Fetched<T> {
    fn default() -> Self {
        Self { value: None, trouble: None, coming: false, walked: None, stale: true }
    }
}

impl<T> Fetched<T> {
    /// Whether a worker has to be sent; it counts as sent then.
    pub(super) fn wants(&mut self) -> bool {
        let wanted = self.stale;
        self.coming |= wanted;
        self.stale = false;
        wanted
    }

    /// A worker is so far.
    pub(super) fn walking(&mut self, walked: Walked) {
        self.walked = Some(walked).filter(|_| self.coming);
    }

    /// Takes in what a worker brought. What was brought before stays when it brought nothing.
    pub(super) fn brought(&mut self, result: Result<Arc<T>, Trouble>) {
        self.coming = false;
        self.walked = None;
        match result {
            Ok(value) => {
                self.value = Some(value);
                self.trouble = None;
            }
            Err(trouble) => self.trouble = Some(trouble),
        }
    }
}
