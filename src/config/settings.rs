//! The settings that are in force.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::file::{Environment, UserSettings};
use super::registry::{SETTINGS, Setting};
use crate::calendar::{Calendar, LazyZone, Week, Zone, zone_name};
use crate::plan::{Placed, Shared, StandupBy};

/// When text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where a value comes from; the first of these that brings one decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// An option of the command line.
    Flag(&'static str),
    /// A variable of the environment.
    Environment(&'static str),
    /// A person's own file, with the 1-based line.
    User(PathBuf, u32),
    /// `[settings]` of the plan, with the 1-based line.
    Plan(PathBuf, u32),
    /// Nothing brings it.
    Default,
}

impl Origin {
    /// The word of JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Flag(_) => "flag",
            Self::Environment(_) => "environment",
            Self::User(..) => "user",
            Self::Plan(..) => "plan",
            Self::Default => "default",
        }
    }
}

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valued<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

/// What the command line brings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flags {
    /// `--tz`.
    pub time_zone: Option<Zone>,
    /// `--color`.
    pub color: Option<Colour>,
}

/// Everything that may bring a setting.
#[derive(Debug)]
pub struct Given<'a> {
    /// The command line.
    pub flags: &'a Flags,
    /// The environment.
    pub environment: &'a Environment,
    /// A person's own file, when there is one.
    pub user: Option<(&'a Path, &'a UserSettings)>,
    /// The plan's file and its `[settings]`, when there is a plan.
    pub plan: Option<(&'a Path, &'a Shared)>,
    /// The zone of the machine.
    pub system: &'a LazyZone,
}

/// The settings that are in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Where days begin and end.
    pub time_zone: Valued<LazyZone>,
    /// The days that are worked.
    pub workweek: Valued<Week>,
    /// Days that are not worked all the same.
    pub holidays: Valued<BTreeSet<Date>>,
    /// What a standup is ordered by.
    pub standup_by: Valued<StandupBy>,
    /// When text is coloured.
    pub color: Valued<Colour>,
}

/// A setting with its value, for a reader.
#[derive(Debug, Clone)]
pub struct Row<'s> {
    /// The setting.
    pub setting: &'static Setting,
    /// Its value: one word, or the words of a list.
    pub value: Words,
    /// Where it comes from.
    pub origin: &'s Origin,
}

/// A value in words, written as a file would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// One.
    One(String),
    /// A list.
    List(Vec<String>),
}

impl Given<'_> {
    fn pick<T: Clone + Default>(
        &self,
        flag: (&'static str, Option<T>),
        variable: (&'static str, Option<T>),
        user: impl Fn(&UserSettings) -> Option<&Placed<T>>,
        plan: impl Fn(&Shared) -> Option<&Placed<T>>,
    ) -> Valued<T> {
        if let Some(value) = flag.1 {
            return Valued { value, origin: Origin::Flag(flag.0) };
        }
        if let Some(value) = variable.1 {
            return Valued { value, origin: Origin::Environment(variable.0) };
        }
        if let Some((path, placed)) = self.user.and_then(|(path, settings)| Some((path, user(settings)?))) {
            return Valued { value: placed.value.clone(), origin: Origin::User(path.to_path_buf(), placed.line) };
        }
        if let Some((path, placed)) = self.plan.and_then(|(path, settings)| Some((path, plan(settings)?))) {
            return Valued { value: placed.value.clone(), origin: Origin::Plan(path.to_path_buf(), placed.line) };
        }
        Valued { value: T::default(), origin: Origin::Default }
    }

    /// One that only files bring.
    fn of_files<T: Clone + Default>(&self, read: impl Fn(&Shared) -> Option<&Placed<T>>) -> Valued<T> {
        self.pick(("", None), ("", None), |user| read(&user.shared), &read)
    }
}

impl Settings {
    /// What is in force: flags before the environment before a person's file before the plan before the default. A
    /// list of a nearer place stands instead of the farther one's, not beside it.
    pub fn resolve(given: &Given<'_>) -> Self {
        let zone = given.pick(
            ("--tz", given.flags.time_zone.clone()),
            ("TRUEUP_TZ", given.environment.time_zone.clone()),
            |user| user.shared.time_zone.as_ref(),
            |plan| plan.time_zone.as_ref(),
        );
        Self {
            time_zone: Valued { value: zone.value.or_system(given.system), origin: zone.origin },
            workweek: given.of_files(|shared| shared.workweek.as_ref()),
            holidays: given.of_files(|shared| shared.holidays.as_ref()),
            standup_by: given.of_files(|shared| shared.standup_by.as_ref()),
            color: given.pick(
                ("--color", given.flags.color),
                ("NO_COLOR", given.environment.color),
                |user| user.color.as_ref(),
                |_| None,
            ),
        }
    }

    /// The calendar of zone, week and holidays.
    pub fn calendar(&self) -> Calendar {
        Calendar {
            zone: TimeZone::clone(&self.time_zone.value),
            week: self.workweek.value,
            holidays: self.holidays.value.clone(),
        }
    }

    /// Every setting, in the order of the registry.
    pub fn rows(&self) -> Vec<Row<'_>> {
        SETTINGS
            .iter()
            .filter_map(|setting| {
                let (value, origin) = match setting.key.name {
                    "time_zone" => (Words::One(zone_name(&self.time_zone.value)), &self.time_zone.origin),
                    "workweek" => (Words::One(self.workweek.value.to_string()), &self.workweek.origin),
                    "holidays" => (Words::List(ranges(&self.holidays.value)), &self.holidays.origin),
                    "standup_by" => (Words::One(self.standup_by.value.word().to_owned()), &self.standup_by.origin),
                    "color" => (Words::One(self.color.value.word().to_owned()), &self.color.origin),
                    _ => return None,
                };
                Some(Row { setting, value, origin })
            })
            .collect()
    }
}

/// Days as they are written: what follows each other as a range.
fn ranges(days: &BTreeSet<Date>) -> Vec<String> {
    let mut runs: Vec<(Date, Date)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((_, last)) if last.tomorrow().ok() == Some(*day) => *last = *day,
            _ => runs.push((*day, *day)),
        }
    }
    let written = |(first, last): &(Date, Date)| {
        if first == last { first.to_string() } else { format!("{first}..{last}") }
    };
    runs.iter().map(written).collect()
}
