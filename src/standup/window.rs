//! Since when something is told.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::calendar::{Calendar, NoWorkday};
use crate::repo::CommitId;
use crate::source::Outside;
use crate::verify::{Life, Transition};

/// Since when something is told: from here to now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The moment.
    pub from: Timestamp,
    /// What it is.
    pub beginning: Beginning,
}

/// What a window begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beginning {
    /// The start of the last working day.
    Workday(Date),
    /// The start of a day that was asked for.
    Day(Date),
    /// A moment that was asked for.
    Moment,
    /// A commit that was asked for, itself left out.
    Commit {
        /// Its id.
        id: CommitId,
        /// As it was asked for.
        name: Outside,
    },
}

impl Window {
    /// Since the start of the last working day before today: on a Monday since Friday.
    ///
    /// # Errors
    /// When the holidays leave no working day.
    pub fn workday(calendar: &Calendar, now: Timestamp) -> Result<Self, NoWorkday> {
        let day = calendar.last_workday_before(calendar.day_of(now))?;
        Ok(Self { from: calendar.start_of_day(day), beginning: Beginning::Workday(day) })
    }

    /// Since the start of a day.
    pub fn day(calendar: &Calendar, day: Date) -> Self {
        Self { from: calendar.start_of_day(day), beginning: Beginning::Day(day) }
    }

    /// Since a moment.
    pub fn moment(from: Timestamp) -> Self {
        Self { from, beginning: Beginning::Moment }
    }

    /// Since a commit, itself left out. `time` is its committer time.
    pub fn commit(id: CommitId, name: &str, time: Timestamp) -> Self {
        Self { from: time, beginning: Beginning::Commit { id, name: name.into() } }
    }

    /// Whether a transition lies in it: by the order of the branch when it begins with a commit of the branch, else
    /// by the committer time with which it landed.
    pub fn holds(&self, life: &Life, transition: &Transition) -> bool {
        let from = self.from.as_second();
        match &self.beginning {
            Beginning::Commit { id, .. } => match life.steps.iter().position(|step| step.id == *id) {
                Some(step) => transition.step > step,
                None => transition.landed() > from,
            },
            Beginning::Workday(_) | Beginning::Day(_) | Beginning::Moment => transition.landed() >= from,
        }
    }
}
