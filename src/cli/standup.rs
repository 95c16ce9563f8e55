//! `trueup standup`.

use std::process::ExitCode;

use super::args::{Form, Global, GroupBy, Standup};
use super::error::CliError;
use super::gather::Session;
use super::output;
use super::scene::{Gathered, Wanted, window};
use crate::plan::StandupBy;
use crate::report::{human, markup, standup as words};
use crate::standup;

/// A screen.
const LINES: usize = 24;
const COLUMNS: usize = 80;

pub(super) fn run(global: &Global, args: &Standup) -> Result<ExitCode, CliError> {
    let session = Session::open(global)?;
    let window = window(&session, args.since.as_deref())?;
    let by = match args.by {
        Some(GroupBy::Person) => StandupBy::Person,
        Some(GroupBy::Issue) => StandupBy::Issue,
        None => session.settings().standup_by.value,
    };
    let gathered = Gathered::of(&session, Wanted::Plan)?.with_linear(&session);
    session.say_trouble();
    let scene = gathered.scene();
    let standup = standup::Standup::of(&scene, window, by);
    let outline = || words::outline(&standup, scene.calendar);
    let text = match global.form {
        Form::Human => human::outline(&outline(), output::columns().min(COLUMNS), Some(LINES)),
        Form::Markdown => markup::markdown(&outline()),
        Form::Slack => markup::slack(&outline()),
        Form::Json => output::json_text(&words::document(&standup, scene.calendar))?,
    };
    output::print(&text)?;
    if args.copy {
        // What is pasted elsewhere has nothing to do with the width of this terminal.
        let text = match global.form {
            Form::Human => human::outline(&outline(), COLUMNS, Some(LINES)),
            _ => text,
        };
        return output::copy(&anstream::adapter::strip_str(&text).to_string());
    }
    Ok(ExitCode::SUCCESS)
}
