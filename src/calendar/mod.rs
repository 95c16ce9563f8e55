//! Working days: which days count, and when they begin and end in a zone.

mod week;
mod words;

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};

pub use week::{DAYS, Week};
pub use words::{LONGEST_HOLIDAY, LazyZone, WordError, Zone, day_words, holiday, zone_name};

/// So many days are looked through for a working day: ten years, which no holiday lasts.
pub const MOST_DAYS: usize = 3_660;

/// Which days are worked, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// The zone in which days begin and end.
    pub zone: TimeZone,
    /// The days of the week that are worked.
    pub week: Week,
    /// Days that are not worked all the same.
    pub holidays: BTreeSet<Date>,
}

/// There is no working day near a date: the holidays cover all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no day within {MOST_DAYS} days of {from} is worked; the holidays leave none")]
pub struct NoWorkday {
    /// Where the search began.
    pub from: Date,
}

impl Calendar {
    /// Monday to Friday, without holidays.
    pub fn plain(zone: TimeZone) -> Self {
        Self { zone, week: Week::default(), holidays: BTreeSet::new() }
    }

    /// Whether a day is worked: one of the week's, and no holiday.
    pub fn is_workday(&self, date: Date) -> bool {
        self.week.has(date.weekday()) && !self.holidays.contains(&date)
    }

    /// The last working day before a date, the date itself left out: on a Monday it is Friday, or the day before it
    /// when that is a holiday.
    ///
    /// # Errors
    /// [`NoWorkday`] when the [`MOST_DAYS`] days before hold none.
    pub fn last_workday_before(&self, date: Date) -> Result<Date, NoWorkday> {
        let mut day = date;
        for _ in 0..MOST_DAYS {
            day = day.yesterday().map_err(|_| NoWorkday { from: date })?;
            if self.is_workday(day) {
                return Ok(day);
            }
        }
        Err(NoWorkday { from: date })
    }

    /// The first working day after a date, the date itself left out.
    ///
    /// # Errors
    /// [`NoWorkday`] when the [`MOST_DAYS`] days after hold none.
    pub fn next_workday_after(&self, date: Date) -> Result<Date, NoWorkday> {
        let mut day = date;
        for _ in 0..MOST_DAYS {
            day = day.tomorrow().map_err(|_| NoWorkday { from: date })?;
            if self.is_workday(day) {
                return Ok(day);
            }
        }
        Err(NoWorkday { from: date })
    }

    /// The working days from `from` on, and before `until`, in order.
    pub fn workdays(&self, from: Date, until: Date) -> impl Iterator<Item = Date> {
        from.series(1.day()).take_while(move |day| *day < until).filter(|day| self.is_workday(*day))
    }

    /// How many working days there are from `from` on and before `until`: 0 when `until` is not later. The work does
    /// not grow with the distance.
    pub fn workdays_between(&self, from: Date, until: Date) -> usize {
        if until <= from {
            return 0;
        }
        let days = from.duration_until(until).as_hours() / 24;
        let (weeks, rest) = (days / 7, days % 7);
        let first = i64::from(from.weekday().to_monday_one_offset());
        let in_rest = (0..rest).filter(|ahead| self.week.has_number((first - 1 + ahead) % 7 + 1)).count();
        let weeks = usize::try_from(weeks).unwrap_or(0);
        let off = self.holidays.range(from..until).filter(|day| self.week.has(day.weekday())).count();
        (weeks * self.week.len() + in_rest).saturating_sub(off)
    }

    /// The first moment of a day in the zone. Where clocks go forward over midnight the day begins with the first
    /// moment after the gap; where they go back over it, with the first of the two midnights. A day that a zone
    /// left out (Samoa, 2011-12-30) begins with the next one.
    pub fn start_of_day(&self, date: Date) -> Timestamp {
        let midnight = self.zone.to_ambiguous_timestamp(date.at(0, 0, 0, 0));
        let is_gap = matches!(midnight.offset(), AmbiguousOffset::Gap { .. });
        // Only at the ends of the years that are known there is no such moment.
        let bound = if date.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
        let Ok(earlier) = midnight.earlier() else { return bound };
        if is_gap {
            // Read with the offset after the gap, midnight lies before the gap; the gap is what comes next.
            return self.zone.following(earlier).next().map_or(earlier, |change| change.timestamp());
        }
        earlier
    }

    /// The day in the zone that a moment belongs to.
    pub fn day_of(&self, moment: Timestamp) -> Date {
        self.zone.to_datetime(moment).date()
    }
}
