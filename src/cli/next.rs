//! `trueup next`.

use std::process::ExitCode;

use super::args::{Format, Global, Next};
use super::error::CliError;
use super::gather::Session;
use super::output;
use super::status::Selection;
use crate::report::next as words;
use crate::standup;

pub(super) fn run(global: &Global, args: &Next) -> Result<ExitCode, CliError> {
    let session = Session::open(global)?;
    let select = Selection { phases: args.phase.clone(), issues: args.issue.clone(), ..Selection::default() };
    select.validate(session.plan())?;
    let status = session.judge(&session.present())?;
    let next = standup::Next::of(&status, &session.source()?, args.count, &|place, id| select.shows(place, id));
    match global.format {
        Format::Json => output::print_json(&words::document(&next))?,
        Format::Human => output::print(&words::human(&next, output::columns()))?,
    }
    Ok(ExitCode::SUCCESS)
}
