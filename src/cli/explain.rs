//! `trueup explain`.

use std::process::ExitCode;

use super::args::{Explain, Format, Global};
use super::error::CliError;
use super::gather::Session;
use super::{output, status};
use crate::report::{human, json};

pub(super) fn run(global: &Global, args: &Explain) -> Result<ExitCode, CliError> {
    let session = Session::open(global)?;
    let judged = session.judge(&args.place)?;
    let select = status::Selection { any: args.tasks.clone(), ..status::Selection::default() };
    select.validate(&judged.plan)?;
    match global.format {
        Format::Json => output::print_json(&json::status(&judged, &|place, id| select.shows(place, id), None))?,
        Format::Human => {
            let mut text = String::new();
            for (place, task, status) in judged.rows().filter(|(place, task, _)| select.shows(*place, &task.id)) {
                text.push_str(&human::explain(place, task, status, output::columns()));
            }
            output::print(&text)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
