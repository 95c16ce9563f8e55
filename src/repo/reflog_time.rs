//! The times that `main@{…}` takes.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, ZonedDateTime};

/// A time that somebody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    /// Seconds since 1970-01-01 UTC.
    pub seconds: i64,
}

/// Longer texts are no times (bytes).
const LONGEST: usize = 100;

/// Reads a time as git does, for the spellings that its documentation names: `now`, `yesterday`, `noon`,
/// `3 days ago`, `2.weeks.ago`, `1 month 2 weeks 3 days 1 hour ago`, `last week`, `last monday`, `14:30`,
/// `2026-11-20`, `2026-11-20 14:30:05 +0100`, `2026-11-20T13:30:05Z`, seconds since 1970. A date without a time
/// means the time of day that it is now (<https://git-scm.com/docs/gitrevisions>).
pub(super) fn read(text: &str, now: &ZonedDateTime) -> Option<Written> {
    if text.len() > LONGEST {
        return None;
    }
    let text = text.trim().to_ascii_lowercase();
    if let Some(seconds) = epoch(&text) {
        return Some(Written { seconds });
    }
    let mut reading = Reading { at: now.clone(), number: None, last: false, said: false };
    for word in words(&text) {
        reading.word(&word)?;
    }
    // A number without a unit says nothing.
    if reading.number.is_some() || !reading.said {
        return None;
    }
    Some(Written { seconds: reading.at.timestamp().as_second() })
}

/// `1732500000` and `@1732500000 +0100`.
fn epoch(text: &str) -> Option<i64> {
    let digits = text.split_whitespace().next()?;
    let at = digits.strip_prefix('@');
    let seconds: i64 = at.unwrap_or(digits).parse().ok()?;
    (at.is_some() || seconds >= 100_000_000).then_some(seconds)
}

/// Splits at blanks; at dots and underscores too, except inside a number with a fraction.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '.' | '_' | ','))
        .flat_map(|word| match word.split_once('t') {
            // 2026-11-20t14:30
            Some((date, time)) if is_date(date) => vec![date.to_owned(), time.to_owned()],
            _ => vec![word.to_owned()],
        })
        .filter(|word| !word.is_empty())
        .collect()
}

fn is_date(word: &str) -> bool {
    date(word).is_some()
}

/// `2026-11-20` or `2026/11/20`.
fn date(word: &str) -> Option<Date> {
    let mut parts = word.split(['-', '/']);
    let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    if parts.next().is_some() {
        return None;
    }
    Date::new(year, month, day).ok()
}

/// `14:30`, `14:30:05`, with `z`, `+01:00`, `+0100` behind it or not.
fn time(word: &str) -> Option<(Time, Option<Offset>)> {
    let cut = word.find(['+', '-', 'z']).unwrap_or(word.len());
    let (clock, zone) = word.split_at_checked(cut)?;
    let mut parts = clock.split(':');
    let (hour, minute) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let second = match parts.next() {
        Some(second) => second.parse().ok()?,
        None => 0,
    };
    if parts.next().is_some() {
        return None;
    }
    let zone = if zone.is_empty() { None } else { Some(offset(zone)?) };
    Some((Time::new(hour, minute, second, 0).ok()?, zone))
}

/// `z`, `+0100`, `+01:00`.
fn offset(word: &str) -> Option<Offset> {
    if matches!(word, "z" | "utc" | "gmt") {
        return Some(Offset::UTC);
    }
    let (sign, digits) = match word.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, word.strip_prefix('-')?),
    };
    let digits = digits.replace(':', "");
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    Offset::from_seconds(sign * ((number / 100) * 3600 + (number % 100) * 60)).ok()
}

struct Reading {
    at: ZonedDateTime,
    number: Option<i64>,
    last: bool,
    said: bool,
}

impl Reading {
    fn word(&mut self, word: &str) -> Option<()> {
        if matches!(word, "ago" | "at" | "on" | "the") {
            return Some(());
        }
        if word == "last" {
            self.last = true;
            return Some(());
        }
        if let Some(number) = number(word) {
            self.number = Some(number);
            return Some(());
        }
        self.said = true;
        if let Some(date) = date(word) {
            self.at = self.at.with().date(date).build().ok()?;
        } else if let Some((time, zone)) = time(word) {
            let time_zone = zone.map_or_else(|| self.at.time_zone().clone(), TimeZone::fixed);
            self.at = self.at.date().to_datetime(time).to_zoned_datetime(time_zone).ok()?;
        } else if let Some(zone) = offset(word) {
            self.at = self.at.datetime().to_zoned_datetime(TimeZone::fixed(zone)).ok()?;
        } else if let Some(weekday) = weekday(word) {
            let back = i64::from(self.at.weekday().since(weekday));
            let back = if back == 0 { 7 } else { back } + 7 * (self.number.take().unwrap_or(1).max(1) - 1);
            self.back(Span::new().try_days(back).ok()?)?;
            self.last = false;
        } else {
            self.named(word)?;
        }
        Some(())
    }

    fn named(&mut self, word: &str) -> Option<()> {
        match word {
            "now" | "today" => Some(()),
            "yesterday" => self.back(Span::new().try_hours(24).ok()?),
            "midnight" => self.clock(0),
            "noon" => self.clock(12),
            "tea" => self.clock(17),
            "never" => {
                self.at = jiff::Timestamp::UNIX_EPOCH.to_zoned_datetime(self.at.time_zone().clone());
                Some(())
            }
            unit => {
                let number = match self.number.take() {
                    Some(number) => number,
                    None if self.last => 1,
                    None => return None,
                };
                self.last = false;
                let span = Span::new();
                let span = match unit.strip_suffix('s').unwrap_or(unit) {
                    "second" | "sec" => span.try_seconds(number),
                    "minute" | "min" => span.try_minutes(number),
                    "hour" => span.try_hours(number),
                    "day" => span.try_hours(number.checked_mul(24)?),
                    "week" => span.try_hours(number.checked_mul(24 * 7)?),
                    "month" => span.try_months(number),
                    "year" => span.try_years(number),
                    _ => return None,
                };
                self.back(span.ok()?)
            }
        }
    }

    fn back(&mut self, span: Span) -> Option<()> {
        self.at = self.at.checked_sub(span).ok()?;
        Some(())
    }

    /// That hour of this day, or of the day before when it has not come yet.
    fn clock(&mut self, hour: i8) -> Option<()> {
        let then = self.at.with().time(Time::new(hour, 0, 0, 0).ok()?).build().ok()?;
        self.at = if then > self.at { then.checked_sub(Span::new().try_days(1).ok()?).ok()? } else { then };
        Some(())
    }
}

fn number(word: &str) -> Option<i64> {
    const NAMES: &[&str] = &["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    if matches!(word, "a" | "an") {
        return Some(1);
    }
    if let Some(at) = NAMES.iter().position(|name| *name == word) {
        return i64::try_from(at).ok();
    }
    (word.len() <= 6 && word.bytes().all(|b| b.is_ascii_digit())).then(|| word.parse().ok()).flatten()
}

fn weekday(word: &str) -> Option<Weekday> {
    const DAYS: &[(&str, Weekday)] = &[
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    DAYS.iter().find(|(name, _)| word.len() >= 3 && name.starts_with(word)).map(|(_, day)| *day)
}
