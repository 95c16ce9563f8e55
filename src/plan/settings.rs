//! `[settings]`: what a team shares. The same keys stand in a person's own settings.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::keys::{HOLIDAYS, PlanKey, STANDUP_BY, TIME_ZONE, WORKWEEK};
use super::{Mistake, Toml, nearest};
use crate::calendar::{Week, WordError, Zone, day_words, holiday};
use crate::source::{Lines, Span};

/// A value and the line that it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Its line, 1-based.
    pub line: u32,
}

/// The settings that a file may bring; what it does not say is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shared {
    /// Where days begin and end.
    pub time_zone: Option<Placed<Zone>>,
    /// The days that are worked.
    pub workweek: Option<Placed<Week>>,
    /// Days that are not worked all the same.
    pub holidays: Option<Placed<BTreeSet<Date>>>,
    /// What a standup is ordered by.
    pub standup_by: Option<Placed<StandupBy>>,
}

/// What a standup is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StandupBy {
    /// Who did it.
    #[default]
    Person,
    /// What it belongs to.
    Issue,
}

impl StandupBy {
    /// Each with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[("person", Self::Person), ("issue", Self::Issue)];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, by)| *by == self).map_or("person", |(word, _)| word)
    }
}

/// Reads values and gathers what is wrong with them.
struct Reader<'t> {
    table: &'t Toml,
    lines: &'t Lines,
    mistakes: Vec<Mistake>,
}

impl Shared {
    /// Reads a table whose keys and types were checked; what does not fit them was reported then and is passed over.
    /// With it every value that means nothing: no zone, no day, no date.
    pub fn read(table: &Toml, lines: &Lines) -> (Self, Vec<Mistake>) {
        let mut reader = Reader { table, lines, mistakes: Vec::new() };
        let zone = reader.each(&TIME_ZONE, Zone::parse);
        let days = reader.each(&WORKWEEK, day_words);
        let dates = reader.each(&HOLIDAYS, holiday);
        let by = reader.text(&STANDUP_BY);
        if let Some(value) = table.get(WORKWEEK.name).filter(|value| value.texts().is_some_and(|t| t.is_empty())) {
            let help = "name at least one day: `mon-fri`".to_owned();
            reader.mistakes.push(Mistake::new(value.span, "a week without a working day", Some(help)));
        }
        let settings = Self {
            time_zone: zone.and_then(|zone| zone.and_then(|zones| zones.into_iter().next())),
            workweek: days.and_then(|days| days.and_then(|days| Week::of(days.into_iter().flatten()))),
            holidays: dates.map(|dates| dates.map(|dates| dates.into_iter().flatten().collect())),
            standup_by: by.and_then(|by| {
                by.and_then(|word| StandupBy::WORDS.iter().find(|(known, _)| *known == word).map(|(_, by)| *by))
            }),
        };
        (settings, reader.mistakes)
    }
}

impl<T> Placed<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Placed<U> {
        Placed { value: change(self.value), line: self.line }
    }

    fn and_then<U>(self, change: impl FnOnce(T) -> Option<U>) -> Option<Placed<U>> {
        let line = self.line;
        change(self.value).map(|value| Placed { value, line })
    }
}

impl Reader<'_> {
    /// A text as it is written.
    fn text(&self, key: &PlanKey) -> Option<Placed<String>> {
        let value = self.table.get(key.name)?;
        let text = value.text()?;
        Some(Placed { value: text.to_owned(), line: self.lines.line(value.span.start) })
    }

    /// A text or each text of a list, read as words; every one that cannot be read is a mistake.
    fn each<T>(&mut self, key: &PlanKey, read: impl Fn(&str) -> Result<T, WordError>) -> Option<Placed<Vec<T>>> {
        let value = self.table.get(key.name)?;
        let mut found = Vec::new();
        for (text, span) in value.texts()?.iter().filter(|(text, _)| !text.trim().is_empty()) {
            match read(text) {
                Ok(read) => found.push(read),
                Err(error) => self.wrong(key, text, *span, error),
            }
        }
        Some(Placed { value: found, line: self.lines.line(value.span.start) })
    }

    fn wrong(&mut self, key: &PlanKey, text: &str, span: Span, error: WordError) {
        let near = if key.name == TIME_ZONE.name { near_zone(text) } else { None };
        let help = near.map_or_else(|| error.help.to_owned(), |near| format!("did you mean `{near}`?"));
        self.mistakes.push(Mistake::new(span, error.message, Some(help)));
    }
}

/// The zone that a mistyped name is nearest to: among those of its region, or among all cities when it names none.
pub(crate) fn near_zone(text: &str) -> Option<String> {
    let names: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
    let city = |name: &str| name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let same_start = |a: &str, b: &str| a.chars().next().map(|c| c.to_ascii_lowercase()) == b.chars().next();
    match text.split_once('/') {
        Some((region, _)) => {
            let of_region =
                |name: &&String| name.split_once('/').is_some_and(|(other, _)| other.eq_ignore_ascii_case(region));
            nearest(text, names.iter().filter(of_region).map(String::as_str)).map(str::to_owned)
        }
        None => {
            let wanted = text.to_ascii_lowercase().replace(' ', "_");
            let cities: Vec<String> = names.iter().map(|name| city(name)).collect();
            let near = nearest(&wanted, cities.iter().map(String::as_str).filter(|city| same_start(&wanted, city)))?;
            names.iter().find(|name| city(name) == near).cloned()
        }
    }
}
