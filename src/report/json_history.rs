//! The JSON contract of `history`. Field names are fixed; times are RFC 3339 in UTC.

use serde::{Serialize, Serializer};

use super::json::{PlanPart, SCHEMA};
use crate::checks::Verdict;
use crate::progress::Period;
use crate::progress::forecast::{Basis, Forecast};
use crate::repo::Person;
use crate::source::mask;
use crate::verify::{Deed, Life, Start, Step, Transition};

/// What `history --format json` prints.
#[derive(Debug, Serialize)]
pub struct HistoryDocument<'l> {
    schema: u32,
    plan: PlanPart,
    /// Whether older commits exist that this clone does not have.
    cut: bool,
    /// `null` for a past that is cut short.
    forecast: Option<ForecastPart>,
    commits: Commits<'l>,
    transitions: Transitions<'l>,
}

#[derive(Debug, Serialize)]
struct ForecastPart {
    kind: &'static str,
    p50: Option<String>,
    p85: Option<String>,
    basis: Option<BasisPart>,
}

#[derive(Debug, Serialize)]
struct BasisPart {
    remaining: usize,
    working_days: usize,
    active_days: usize,
    gained: i64,
}

/// Commits of a branch, each put into words when it is written: there may be very many.
#[derive(Debug)]
struct Commits<'l>(&'l [Step]);

impl Serialize for Commits<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(commit))
    }
}

/// What changed, each with its task's id; put into words as it is written.
#[derive(Debug)]
struct Transitions<'l>(Vec<(&'l Transition, &'l str)>);

impl Serialize for Transitions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(found, task)| transition(found, task)))
    }
}

#[derive(Debug, Serialize)]
pub(super) struct PersonPart {
    name: String,
    email: String,
}

#[derive(Debug, Serialize)]
struct CommitPart {
    id: String,
    time: String,
    author: PersonPart,
    holds: u32,
    fails: u32,
    unknown: u32,
    claimed: u32,
}

#[derive(Debug, Serialize)]
pub(super) struct TransitionPart {
    task: String,
    change: &'static str,
    commit: String,
    subject: String,
    merged_by: Option<MergePart>,
    time: String,
    author: PersonPart,
    co_authors: Vec<PersonPart>,
    issues: Vec<String>,
    from: Option<&'static str>,
    to: &'static str,
}

#[derive(Debug, Serialize)]
struct MergePart {
    commit: String,
    time: String,
    author: PersonPart,
}

/// The document of a period of a life; `shown` selects tasks.
pub fn history<'l>(
    life: &'l Life,
    period: Period,
    forecast: Option<&Forecast>,
    shown: &dyn Fn(usize) -> bool,
) -> HistoryDocument<'l> {
    let ids: Vec<&str> = life.plan.tasks().map(|(_, task)| task.id.as_str()).collect();
    HistoryDocument {
        schema: SCHEMA,
        plan: PlanPart::of(&life.plan),
        cut: life.start == Start::Cut,
        forecast: forecast.map(forecast_part),
        commits: Commits(period.steps(life)),
        transitions: Transitions(
            period
                .transitions(life)
                .filter(|transition| shown(transition.task))
                .map(|found| (found, ids.get(found.task).copied().unwrap_or_default()))
                .collect(),
        ),
    }
}

fn forecast_part(forecast: &Forecast) -> ForecastPart {
    let basis = |found: &Basis| BasisPart {
        remaining: found.remaining,
        working_days: found.days,
        active_days: found.active,
        gained: found.gained,
    };
    let (kind, p50, p85, found) = match forecast {
        Forecast::Done => ("done", None, None, None),
        Forecast::CannotTell(found) => ("cannot_tell", None, None, Some(found)),
        Forecast::OutOfSight(found) => ("out_of_sight", None, None, Some(found)),
        Forecast::Range { p50, p85, basis } => {
            ("range", Some(p50.to_string()), p85.map(|day| day.to_string()), Some(basis))
        }
    };
    ForecastPart { kind, p50, p85, basis: found.map(basis) }
}

/// What one task went through.
pub(super) fn of_task(life: &Life, task: usize) -> Vec<TransitionPart> {
    let id = life.plan.tasks().nth(task).map(|(_, task)| task.id.as_str()).unwrap_or_default();
    life.of_task(task).map(|found| transition(found, id)).collect()
}

fn commit(step: &Step) -> CommitPart {
    CommitPart {
        id: step.id.to_string(),
        time: time(step.time),
        author: person(&step.author),
        holds: step.holds,
        fails: step.fails,
        unknown: step.unknown,
        claimed: step.claimed,
    }
}

fn transition(found: &Transition, task: &str) -> TransitionPart {
    let deed: &Deed = &found.deed;
    TransitionPart {
        task: task.to_owned(),
        change: found.change.words(),
        commit: deed.id.to_string(),
        subject: mask(deed.subject.raw()),
        merged_by: found.merge.as_ref().map(|merge| MergePart {
            commit: merge.id.to_string(),
            time: time(merge.time),
            author: person(&merge.author),
        }),
        time: time(deed.time),
        author: person(&deed.author),
        co_authors: deed.co_authors.iter().map(person).collect(),
        issues: deed.names.clone(),
        from: found.from.map(Verdict::word),
        to: found.to.word(),
    }
}

/// A person, for documents.
pub(super) fn person(person: &Person) -> PersonPart {
    PersonPart { name: person.name.raw().to_owned(), email: person.email.raw().to_owned() }
}

/// Seconds since 1970-01-01 UTC as RFC 3339; out of range they stand as the number.
pub(super) fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |time| time.to_string())
}
