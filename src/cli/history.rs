//! `trueup history`.

use std::process::ExitCode;

use super::args::{Format, Global, History};
use super::error::CliError;
use super::gather::Session;
use super::since::Point;
use super::{output, status};
use crate::progress::Period;
use crate::report::{human, json};
use crate::verify::Life;

pub(super) fn run(global: &Global, args: &History) -> Result<ExitCode, CliError> {
    let session = Session::open(global)?;
    let select = status::Selection { any: args.tasks.clone(), ..status::Selection::default() };
    select.validate(session.plan())?;
    let (since, until) = (point(&session, args.since.as_ref())?, point(&session, args.until.as_ref())?);
    let tip = match &args.branch {
        Some(rev) => session.resolve(rev)?,
        None => session.head()?,
    };
    let life = session.life(tip)?;
    session.say_trouble();
    let period = period(&session, &life, since, until)?;
    let shown: Vec<bool> = session.plan().tasks().map(|(place, task)| select.shows(place, &task.id)).collect();
    let shows = |task: usize| shown.get(task).copied().unwrap_or(false);
    match global.format {
        Format::Json => output::print_json(&json::history(&life, period, &shows))?,
        Format::Human => {
            let zone = &session.settings().time_zone.value;
            let text = if args.tasks.is_empty() {
                human::history(&life, period, zone, args.quiet, output::columns())
            } else {
                let tasks = shown.iter().enumerate().filter(|(_, shown)| **shown).map(|(task, _)| task);
                tasks.map(|task| human::task_life(&life, task, period, zone, output::columns())).collect()
            };
            output::print(&text)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn point(session: &Session, text: Option<&String>) -> Result<Option<Point>, CliError> {
    text.map(|text| Point::read(session, text)).transpose()
}

fn period(session: &Session, life: &Life, since: Option<Point>, until: Option<Point>) -> Result<Period, CliError> {
    let first = since.map_or(Ok(0), |since| since.first_after(session, life))?;
    let end = match until {
        Some(until) => until.last_until(session, life)?.map_or(0, |last| last + 1),
        None => life.steps.len(),
    };
    Ok(Period::new(first, end))
}
