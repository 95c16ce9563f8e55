//! The state of the Standup pane.

use super::Day;
use crate::plan::StandupBy;
use crate::report::outline::Outline;

/// How the standup is told, and how far it is scrolled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StandupPane {
    /// What was chosen here; `None` follows the settings.
    pub by: Option<StandupBy>,
    /// The first line on the screen.
    pub scroll: usize,
}

impl StandupPane {
    /// What it is ordered by.
    pub fn by(&self, day: &Day) -> StandupBy {
        self.by.unwrap_or(day.by)
    }

    /// The text.
    pub fn text<'a>(&self, day: &'a Day) -> &'a Outline {
        match self.by(day) {
            StandupBy::Person => &day.by_person,
            StandupBy::Issue => &day.by_issue,
        }
    }

    /// Orders it the other way.
    pub(in crate::tui) fn turn(&mut self, day: &Day) {
        self.by = Some(match self.by(day) {
            StandupBy::Person => StandupBy::Issue,
            StandupBy::Issue => StandupBy::Person,
        });
        self.scroll = 0;
    }

    /// Scrolls, as far as `last`.
    pub(in crate::tui) fn go(&mut self, last: usize, by: isize) {
        self.scroll = self.scroll.min(last).saturating_add_signed(by).min(last);
    }
}
