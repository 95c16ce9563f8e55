//! How weeks, holidays and zones are written.

use std::sync::{Arc, LazyLock};

use jiff::civil::{Date, Weekday};
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;

use super::week::DAYS;

/// A range of holidays has at most so many days: two years.
pub const LONGEST_HOLIDAY: i64 = 732;

/// Why a word is no day, holiday or zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WordError {
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// What to write instead.
    pub help: &'static str,
}

fn wrong(message: String, help: &'static str) -> WordError {
    WordError { message, help }
}

/// Days of the week as they are written, in any case: one (`mon`, `Monday`), a range that may go over the week's end
/// (`mon-fri`, `sun-thu`), or several of either with commas between them.
///
/// # Errors
/// What is no day.
pub fn day_words(text: &str) -> Result<Vec<Weekday>, WordError> {
    let mut days = Vec::new();
    for part in text.split(',') {
        let part = part.trim();
        match part.split_once('-') {
            None => days.push(day(part)?),
            Some((first, last)) => {
                let (mut at, last) = (day(first)?, day(last)?);
                days.push(at);
                while at != last {
                    at = at.next();
                    days.push(at);
                }
            }
        }
    }
    Ok(days)
}

fn day(text: &str) -> Result<Weekday, WordError> {
    let word = text.trim().to_ascii_lowercase();
    let known = DAYS.iter().find(|(_, short, long)| word == *short || word == *long);
    let help = "days are mon, tue, wed, thu, fri, sat and sun: `mon-fri`, or `[\"mon\", \"tue\"]`";
    known.map(|(day, _, _)| *day).ok_or_else(|| wrong(format!("`{}` is no day of the week", text.trim()), help))
}

/// A holiday as it is written: a date (`2026-12-25`), or the first and the last of several days
/// (`2026-12-24..2026-12-31`), both included.
///
/// # Errors
/// What is no date, a range that goes backward, one of more than [`LONGEST_HOLIDAY`] days.
pub fn holiday(text: &str) -> Result<Vec<Date>, WordError> {
    let Some((first, last)) = text.split_once("..") else { return Ok(vec![date(text)?]) };
    let (first, last) = (date(first)?, date(last)?);
    if last < first {
        return Err(wrong(format!("`{}` ends before it begins", text.trim()), "write the first day first"));
    }
    if first.duration_until(last).as_hours() / 24 >= LONGEST_HOLIDAY {
        let message = format!("`{}` has more than {LONGEST_HOLIDAY} days", text.trim());
        return Err(wrong(message, "name the days that are not worked; the week's free days are free anyway"));
    }
    let mut days = vec![first];
    let mut at = first;
    while let Some(next) = at.tomorrow().ok().filter(|next| *next <= last) {
        days.push(next);
        at = next;
    }
    Ok(days)
}

/// Only `YYYY-MM-DD`: what else a parser of times takes (an hour, a zone) is no day.
fn date(text: &str) -> Result<Date, WordError> {
    let text = text.trim();
    let help = "write year, month and day: `2026-12-25`, or a range: `2026-12-24..2026-12-31`";
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let read = plain.then(|| text.parse::<Date>().ok()).flatten();
    read.ok_or_else(|| wrong(format!("`{text}` is no date"), help))
}

/// A zone as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Zone {
    /// `local`: the zone of the machine.
    #[default]
    Local,
    /// Any other.
    Fixed(TimeZone),
}

impl Zone {
    /// Reads a name of the IANA database (`Europe/Berlin`), `UTC`, a fixed distance to it (`+02:00`, `-0330`), or
    /// `local`; in any case.
    ///
    /// # Errors
    /// What names no zone.
    pub fn parse(text: &str) -> Result<Self, WordError> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("local") {
            return Ok(Self::Local);
        }
        if text.eq_ignore_ascii_case("utc") || text.eq_ignore_ascii_case("z") {
            return Ok(Self::Fixed(TimeZone::UTC));
        }
        // The parser of distances would take rules (`EST5EDT`) too, which nobody means.
        let zone = if text.starts_with(['+', '-']) {
            DateTimeParser::new().parse_time_zone(text).ok()
        } else {
            TimeZone::get(text).ok()
        };
        let help =
            "write a name of the IANA database (`Europe/Berlin`), `UTC`, a distance to it (`+02:00`), or `local`";
        zone.map(Self::Fixed).ok_or_else(|| wrong(format!("there is no time zone `{text}`"), help))
    }

    /// The zone itself; `system` is that of the machine.
    pub fn or_system(self, system: &LazyZone) -> LazyZone {
        match self {
            Self::Local => system.clone(),
            Self::Fixed(zone) => LazyZone::from(zone),
        }
    }
}

/// A zone that is worked out when it is first looked at: finding the machine's own lists all zones there are, and most
/// commands need none.
#[derive(Clone)]
pub struct LazyZone(Arc<LazyLock<TimeZone, Box<dyn FnOnce() -> TimeZone + Send>>>);

impl LazyZone {
    /// What `work` will answer.
    pub fn new(work: impl FnOnce() -> TimeZone + Send + 'static) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(work))))
    }
}

impl From<TimeZone> for LazyZone {
    fn from(zone: TimeZone) -> Self {
        Self::new(|| zone)
    }
}

impl std::ops::Deref for LazyZone {
    type Target = TimeZone;

    fn deref(&self) -> &TimeZone {
        &self.0
    }
}

impl PartialEq for LazyZone {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl std::fmt::Debug for LazyZone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&zone_name(self))
    }
}

/// A zone's name, or its distance to UTC. A machine's zone without a name (a bare `/etc/localtime`) is `local`.
pub fn zone_name(zone: &TimeZone) -> String {
    match (zone.iana_name(), zone.to_fixed_offset()) {
        (Some(name), _) => name.to_owned(),
        (None, Ok(offset)) => offset.to_string(),
        (None, Err(_)) => "local".to_owned(),
    }
}
