//! Points of a history as people write them: a date, or a revision.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::error::{CliError, ErrorKind, git_error};
use super::gather::Session;
use crate::progress::burnup::Burnup;
use crate::repo::{AncestryError, CommitId};
use crate::verify::Life;

/// A moment, or a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Point {
    /// A whole day, in the zone that is in force.
    Day(Date),
    /// A moment.
    Time(Timestamp),
    /// A commit.
    Commit(CommitId),
}

impl Point {
    /// Reads a date (`2026-11-02`), a moment (`2026-11-02T09:00`, in the zone that is in force unless it names one),
    /// else a revision.
    pub fn read(session: &Session, text: &str) -> Result<Self, CliError> {
        let is_day = text.len() == "2026-11-02".len() && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if let Some(date) = is_day.then(|| text.parse::<Date>().ok()).flatten() {
            return Ok(Self::Day(date));
        }
        if text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(':') {
            if let Ok(time) = text.parse::<Timestamp>() {
                return Ok(Self::Time(time));
            }
            let local = text.parse::<DateTime>().and_then(|time| time.to_zoned_datetime(zone(session).clone()));
            if let Ok(time) = local {
                return Ok(Self::Time(time.timestamp()));
            }
        }
        session.resolve(text).map(Self::Commit).map_err(|error| {
            if is_day {
                return CliError::new(ErrorKind::Usage, format!("{text} is no day of the calendar, and no revision"))
                    .help("a date is written 2026-11-02");
            }
            let help = error.help.as_deref().map(|help| format!("{help}; ")).unwrap_or_default();
            error.clone().help(format!("{help}a date is written 2026-11-02, a moment 2026-11-02T09:00"))
        })
    }

    /// The first step of a life that comes after this point.
    pub fn first_after(self, session: &Session, life: &Life) -> Result<usize, CliError> {
        match self {
            Self::Day(date) => Ok(first_from(life, start_of(date, zone(session)))),
            Self::Time(time) => Ok(first_from(life, time.as_second())),
            Self::Commit(id) => Ok(step_of(session, life, id)? + 1),
        }
    }

    /// The last step of a life up to this point, itself included; `None` when there is none.
    pub fn last_until(self, session: &Session, life: &Life) -> Result<Option<usize>, CliError> {
        let end = match self {
            Self::Day(date) => {
                date.tomorrow().map_or(life.steps.len(), |next| first_from(life, start_of(next, zone(session))))
            }
            Self::Time(time) => first_from(life, time.as_second().saturating_add(1)),
            Self::Commit(id) => step_of(session, life, id)? + 1,
        };
        Ok(end.checked_sub(1))
    }
}

fn zone(session: &Session) -> &TimeZone {
    &session.settings().time_zone.value
}

/// Seconds since 1970-01-01 UTC at which a day begins.
fn start_of(date: Date, zone: &TimeZone) -> i64 {
    crate::calendar::Calendar::plain(zone.clone()).start_of_day(date).as_second()
}

/// The first step at or after a time, clocks that went wrong put right: one of them neither hides the steps before it
/// nor brings old ones in.
fn first_from(life: &Life, time: i64) -> usize {
    Burnup::of(life).points().partition_point(|point| point.time < time)
}

/// The step with which a commit reached the branch.
fn step_of(session: &Session, life: &Life, id: CommitId) -> Result<usize, CliError> {
    if let Some(at) = life.steps.iter().position(|step| step.id == id) {
        return Ok(at);
    }
    let found = match life.steps.last() {
        Some(tip) => reached(session, tip.id, id)?.and_then(|on| life.steps.iter().position(|step| step.id == on)),
        None => None,
    };
    found.ok_or_else(|| not_part(id))
}

/// The commit of HEAD's branch with which another one reached it: itself when it is one of them.
pub(super) fn on_branch(session: &Session, id: CommitId) -> Result<CommitId, CliError> {
    reached(session, session.head()?, id)?.ok_or_else(|| not_part(id))
}

fn reached(session: &Session, tip: CommitId, id: CommitId) -> Result<Option<CommitId>, CliError> {
    if tip == id {
        return Ok(Some(id));
    }
    let ancestry = session.repo().ancestry(tip).map_err(|error| match error {
        AncestryError::Repo(error) => git_error(&error),
        AncestryError::Read(error) => CliError::new(ErrorKind::Git, error.to_string()),
    })?;
    let step = ancestry.find(id).map(|node| ancestry.reached(node));
    Ok(step.and_then(|step| ancestry.branch().get(step)).map(|node| ancestry.id(*node)))
}

fn not_part(id: CommitId) -> CliError {
    let short: String = id.to_string().chars().take(10).collect();
    CliError::new(ErrorKind::Usage, format!("{short} is not part of that history"))
        .help("name a commit that the branch contains, or a date")
}
