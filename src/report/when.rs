//! Days and times in words.

use jiff::civil::Date;
use jiff::{Timestamp, fmt::strtime};

use crate::calendar::Calendar;
use crate::standup::{Beginning, Window};

use super::outline::{Part, ours};
use crate::source::Outside;

/// Says days and times of a zone, seen from a moment.
#[derive(Debug, Clone, Copy)]
pub struct When<'c> {
    /// The zone.
    pub calendar: &'c Calendar,
    /// The moment.
    pub now: Timestamp,
}

impl When<'_> {
    /// `Thu 26 Nov`; with the year when it is not this one.
    pub fn day(&self, day: Date) -> String {
        let format = if day.year() == self.today().year() { "%a %-d %b" } else { "%a %-d %b %Y" };
        strtime::format(format, day).unwrap_or_else(|_| day.to_string())
    }

    /// The day of a time, seconds since 1970-01-01 UTC.
    pub fn day_of(&self, seconds: i64) -> String {
        match Timestamp::from_second(seconds) {
            Ok(moment) => self.day(self.calendar.day_of(moment)),
            Err(_) => "a time that no calendar has".to_owned(),
        }
    }

    /// `Thu 26 Nov 09:30`.
    pub fn moment(&self, moment: Timestamp) -> String {
        let time = moment.to_zoned_datetime(self.calendar.zone.clone()).datetime().time();
        let day = self.day(self.calendar.day_of(moment));
        match strtime::format("%H:%M", time) {
            Ok(time) => format!("{day} {time}"),
            Err(_) => day,
        }
    }

    /// How many days ago a time was, by the calendar: 0 is today.
    pub fn days_since(&self, seconds: i64) -> i64 {
        let Ok(moment) = Timestamp::from_second(seconds) else { return 0 };
        let then = self.calendar.day_of(moment);
        (then.duration_until(self.today()).as_hours() / 24).max(0)
    }

    /// `today`, `for 1 day`, `for 12 days`.
    pub fn how_long(&self, seconds: i64) -> String {
        match self.days_since(seconds) {
            0 => "since today".to_owned(),
            1 => "for 1 day".to_owned(),
            days => format!("for {days} days"),
        }
    }

    /// The day that it is.
    pub fn today(&self) -> Date {
        self.calendar.day_of(self.now)
    }

    /// `since Thu 26 Nov`, `since v1.0`.
    pub fn since(&self, window: &Window) -> Vec<Part> {
        match &window.beginning {
            Beginning::Workday(day) | Beginning::Day(day) => vec![ours(format!("since {}", self.day(*day)))],
            Beginning::Moment => vec![ours(format!("since {}", self.moment(window.from)))],
            Beginning::Commit { name, .. } => vec![ours("since "), Part::Theirs(name.clone())],
        }
    }
}

/// The first eight digits of an id.
pub fn short(id: &str) -> Outside {
    id.get(..8).unwrap_or(id).into()
}

/// How long ago something was, told from its age in seconds: `just now`, `5 minutes ago`, `1 day ago`.
pub fn ago(seconds: i64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    match units.iter().find(|(length, _)| seconds >= *length) {
        Some((length, unit)) => {
            let count = seconds / length;
            format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
        }
        None => "just now".to_owned(),
    }
}
