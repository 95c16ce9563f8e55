//! `trueup explain`.

use std::process::ExitCode;

use super::args::{Explain, Format, Global};
use super::error::{CliError, git_error};
use super::gather::Session;
use super::{output, status};
use crate::report::{human, json};

pub(super) fn run(global: &Global, args: &Explain) -> Result<ExitCode, CliError> {
    let session = Session::open(global)?;
    let judged = session.judge(&args.place)?;
    let select = status::Selection { any: args.tasks.clone(), ..status::Selection::default() };
    select.validate(&judged.plan)?;
    // Without a commit there is no history to tell.
    let tip = match &args.place.at {
        Some(rev) => Some(session.resolve(rev)?),
        None => session.repo().head().map_err(|error| git_error(&error))?.commit(),
    };
    let life = tip.map(|tip| session.life(tip)).transpose()?;
    session.say_trouble();
    match global.format {
        Format::Json => {
            let document = json::explain(&judged, &|place, id| select.shows(place, id), life.as_ref());
            output::print_json(&document)?;
        }
        Format::Human => {
            let zone = &session.settings().time_zone.value;
            let mut text = String::new();
            for (at, (place, task, status)) in judged.rows().enumerate() {
                if select.shows(place, &task.id) {
                    text.push_str(&human::explain(place, task, status, output::columns()));
                    text.extend(
                        life.as_ref().map(|life| human::since(life, at, status.verdict(), zone, output::columns())),
                    );
                }
            }
            output::print(&text)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
