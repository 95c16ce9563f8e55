//! `trueup status`.

use std::process::ExitCode;

use super::args::{Format, Global, Status, Where};
use super::error::{CliError, ErrorKind};
use super::gather::Session;
use super::journal::Remembered;
use super::output;
use crate::checks::Verdict;
use crate::plan::{Plan, TaskPlace, nearest};
use crate::progress::{self, flips};
use crate::report::{human, json};
use crate::sync::{self, Disagreement, Seen};

pub(super) fn run(global: &Global, args: &Status) -> Result<ExitCode, CliError> {
    let session = Session::open(global)?;
    let select =
        Selection { phases: args.phase.clone(), issues: args.issue.clone(), tasks: args.task.clone(), any: Vec::new() };
    select.validate(session.plan())?;
    let mut here = session.judge(&args.place)?;
    let seen = Remembered::last_seen(&session);
    if let Some(seen) = &seen {
        sync::claim(seen, &mut here);
    }
    let disagreements = seen.as_ref().map(|seen| (seen.time, disagreements(seen, &here, &select)));
    let base = match &args.compare {
        Some(rev) => Some(session.judge(&Where { at: Some(rev.clone()), staged: false })?),
        None => None,
    };
    session.say_trouble();
    let mut flipped = base.as_ref().map(|base| flips(base, &here)).unwrap_or_default();
    let shows = |place: TaskPlace<'_>, id: &str| select.shows(place, id);
    let shown: Vec<&str> =
        here.rows().filter(|(place, task, _)| shows(*place, &task.id)).map(|(_, task, _)| task.id.as_str()).collect();
    flipped.retain(|flip| shown.contains(&flip.id.as_str()));
    let compare = args.compare.as_deref().map(|rev| (rev, flipped.as_slice()));
    match global.format {
        Format::Json => {
            let document = json::status(&here, &shows, compare);
            output::print_json(&match &disagreements {
                Some((seen, found)) => document.with_linear(*seen, found),
                None => document,
            })?;
        }
        Format::Human => {
            let detail = match (args.quiet, args.verbose) {
                (true, _) => human::Detail::Quiet,
                (_, true) => human::Detail::Verbose,
                _ => human::Detail::Normal,
            };
            let mut text = human::status(&here, &shows, compare, detail, output::columns());
            if let Some((seen, found)) = &disagreements {
                text.push_str(&human::linear_seen(found, session.now().as_second() - seen));
            }
            output::print(&text)?;
        }
    }
    let holds =
        here.rows().filter(|(place, task, _)| shows(*place, &task.id)).all(|(_, _, s)| s.verdict() == Verdict::Holds);
    Ok(if args.exit_code && !holds { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Where Linear, as last seen, says otherwise, of the issues that are shown.
fn disagreements(seen: &Seen, here: &progress::Status, select: &Selection) -> Vec<Disagreement> {
    let mut found = sync::disagreements(seen, here);
    found.retain(|one| {
        here.rows().any(|(place, task, _)| {
            matches!(place, TaskPlace::Issue(_, issue) if issue.id == one.issue) && select.shows(place, &task.id)
        })
    });
    found
}

/// Which tasks are shown. Lists of different kinds narrow each other; nothing selected shows all.
#[derive(Debug, Clone, Default)]
pub(super) struct Selection {
    /// Ids of phases.
    pub phases: Vec<String>,
    /// Ids or Linear identifiers of issues.
    pub issues: Vec<String>,
    /// Ids of tasks.
    pub tasks: Vec<String>,
    /// Ids of tasks, or of issues for all their tasks.
    pub any: Vec<String>,
}

impl Selection {
    /// Whether a task is shown.
    pub fn shows(&self, place: TaskPlace<'_>, id: &str) -> bool {
        let is_of_issue = |wanted: &[String]| match place {
            TaskPlace::Issue(_, issue) => wanted.iter().any(|w| *w == issue.id || issue.linear.as_ref() == Some(w)),
            _ => false,
        };
        let is_of_phase = match place {
            TaskPlace::Issue(phase, _) => self.phases.contains(&phase.id),
            _ => false,
        };
        let is_task = |wanted: &[String]| wanted.iter().any(|w| w == id);
        (self.phases.is_empty() || is_of_phase)
            && (self.issues.is_empty() || is_of_issue(&self.issues))
            && (self.tasks.is_empty() || is_task(&self.tasks))
            && (self.any.is_empty() || is_task(&self.any) || is_of_issue(&self.any))
    }

    /// Refuses what the plan does not have.
    pub fn validate(&self, plan: &Plan) -> Result<(), CliError> {
        let tasks: Vec<&str> = plan.tasks().map(|(_, task)| task.id.as_str()).collect();
        let linear = plan.issues().filter_map(|(_, issue)| issue.linear.as_deref());
        let issues: Vec<&str> = plan.issues().map(|(_, issue)| issue.id.as_str()).chain(linear).collect();
        let phases: Vec<&str> = plan.phases.iter().map(|phase| phase.id.as_str()).collect();
        let either: Vec<&str> = tasks.iter().chain(&issues).copied().collect();
        for (what, wanted, known) in [
            ("phase", &self.phases, &phases),
            ("issue", &self.issues, &issues),
            ("task", &self.tasks, &tasks),
            ("task or issue", &self.any, &either),
        ] {
            if let Some(id) = wanted.iter().find(|id| !known.contains(&id.as_str())) {
                let error = CliError::new(ErrorKind::Usage, format!("the plan has no {what} `{id}`"));
                return Err(match nearest(id, known.iter().copied()) {
                    Some(near) => error.help(format!("did you mean `{near}`? `trueup status` lists them all")),
                    None => error.help("`trueup status` lists them all"),
                });
            }
        }
        Ok(())
    }
}
