//! `trueup history`.

use std::path::Path;
use std::process::ExitCode;

use super::args::{Format, Global, History};
use super::error::{CliError, ErrorKind};
use super::gather::Session;
use super::since::Point;
use super::{output, status};
use crate::progress::Period;
use crate::progress::burnup::Burnup;
use crate::progress::forecast::{Forecast, of_life};
use crate::report::{human, json, svg};
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
    if let Some(file) = &args.svg {
        return write_svg(&session, &life, period, file);
    }
    let forecast = match args.until {
        // A past that is cut short forecasts nothing.
        Some(_) => None,
        None => Some(forecast(&session, &life)?),
    };
    match global.format {
        Format::Json => output::print_json(&json::history(&life, period, forecast.as_ref(), &shows))?,
        Format::Human => {
            let zone = &session.settings().time_zone.value;
            let text = if args.tasks.is_empty() {
                let pen = if args.ascii { human::Pen::Ascii } else { human::Pen::Braille };
                let frame = human::Frame {
                    zone,
                    pen,
                    forecast: forecast.as_ref(),
                    quiet: args.quiet,
                    width: output::columns(),
                };
                human::history(&life, period, &frame)
            } else {
                let tasks = shown.iter().enumerate().filter(|(_, shown)| **shown).map(|(task, _)| task);
                tasks.map(|task| human::task_life(&life, task, period, zone, output::columns())).collect()
            };
            output::print(&text)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn forecast(session: &Session, life: &Life) -> Result<Forecast, CliError> {
    of_life(life, &session.settings().calendar(), session.now()).map_err(|error| {
        CliError::new(ErrorKind::Config, error.to_string()).help("`trueup config` says where the holidays come from")
    })
}

/// Writes the burn-up as an SVG, whole or not at all.
fn write_svg(session: &Session, life: &Life, period: Period, file: &Path) -> Result<ExitCode, CliError> {
    let chart = Burnup::of_steps(period.steps(life));
    let text = svg::burnup(&chart, &life.plan.title, &session.settings().time_zone.value);
    if file == Path::new("-") {
        output::print(&text)?;
        return Ok(ExitCode::SUCCESS);
    }
    output::write_file(file, text.as_bytes())?;
    output::note(&format!("wrote {}\n", file.display()));
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
