//! `trueup config`.

use std::process::ExitCode;

use super::args::{Format, Global};
use super::error::{CliError, ErrorKind};
use super::output;
use super::plan_file::{load_plan, plan_file};
use crate::report::settings;

pub(super) fn run(global: &Global) -> Result<ExitCode, CliError> {
    let plan = match plan_file(global, None) {
        Ok(path) => {
            let prepared = load_plan(&path, global.now())?;
            Some((path, prepared.plan))
        }
        // Settings are there without a plan too; one that was named must be there.
        Err(error) if error.kind == ErrorKind::Plan && global.plan.is_none() => None,
        Err(error) => return Err(error),
    };
    let plan = plan.as_ref().map(|(path, plan)| (path.as_path(), &plan.settings));
    let in_force = global.settings(plan);
    let files = settings::Files { user: global.around.file(), plan: plan.map(|(path, _)| path) };
    match global.format {
        Format::Json => output::print_json(&settings::json(&in_force, &files))?,
        Format::Human => output::print(&settings::text(&in_force, &files))?,
    }
    Ok(ExitCode::SUCCESS)
}
