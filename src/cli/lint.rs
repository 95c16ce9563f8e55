//! `trueup lint`.

use std::process::ExitCode;

use super::args::{Format, Global};
use super::error::CliError;
use super::output;
use super::plan_file::{load_plan, plan_file};
use crate::report::{encode, json};

pub(super) fn run(global: &Global) -> Result<ExitCode, CliError> {
    let path = plan_file(global, None)?;
    let prepared = load_plan(&path, global.now())?;
    let (issues, tasks) = (prepared.plan.issues().count(), prepared.checks.len());
    let shown = path.display().to_string();
    match global.format {
        Format::Json => output::print_json(&json::lint(&shown, issues, tasks))?,
        Format::Human => {
            let count = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
            let (issues, tasks) = (count(issues, "issue"), count(tasks, "task"));
            output::print(&format!("{}: no mistake; {issues}, {tasks}\n", encode::terminal(&shown)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
