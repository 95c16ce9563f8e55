//! `trueup sync`.

use std::io::{BufRead, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

use super::args::{Format, Global, Side, Sync};
use super::error::{CliError, ErrorKind, git_error};
use super::gather::Session;
use super::journal::Remembered;
use super::{output, waiting};
use crate::linear::{self, Client, Endpoint, Key, Pause, Setup};
use crate::plan::{EditError, EditPlace, EditValue, edit_file};
use crate::repo::{CommitId, Published};
use crate::report::human;
use crate::sync::{
    Applied, Changes, Choices, Deciding, Edit, GoOn, Link, Look, LookError, Publication, Seen, Sent, Take, apply, ids,
    look, recorded,
};

pub(super) fn run(global: &Global, args: &Sync) -> Result<ExitCode, CliError> {
    let mut prospect = Prospect::of(Session::open(global)?, args)?;
    if global.format == Format::Human {
        output::print(&human::sync(&prospect.changes, &prospect.team, &prospect.published, prospect.room()))?;
    }
    if prospect.changes.is_empty() || args.dry_run {
        prospect.keep();
        if global.format == Format::Json {
            output::print_json(&crate::report::sync::sync(&prospect.changes, None))?;
        }
        return Ok(code(&prospect.changes, None));
    }
    if !args.yes && !agreed(global)? {
        return Ok(ExitCode::from(1));
    }
    let applied = prospect.apply(&mut |going| {
        waiting::going(going);
        ControlFlow::Continue(())
    });
    waiting::done();
    finish(global, &prospect.changes, &applied)
}

/// What a sync would do, and all that it takes to do it.
pub(super) struct Prospect {
    session: Session,
    client: Client,
    publication: Publication,
    look: Look,
    remembered: Remembered,
    sent: Sent,
    /// The plan of actions.
    pub changes: Changes,
    /// The team's key.
    pub team: String,
    /// What the commit that is published was reached by.
    pub published: String,
}

impl Prospect {
    /// Reads from Linear and decides; nothing is written there.
    pub(super) fn of(session: Session, args: &Sync) -> Result<Self, CliError> {
        let plan = session.plan();
        let team = plan.linear.team.clone().ok_or_else(|| {
            CliError::new(ErrorKind::Plan, "the plan names no team of Linear")
                .path(session.plan_file().display().to_string())
                .help("add `[linear]` with `team = \"STAB\"`, the part of STAB-155 before the dash")
        })?;
        let client = client(&session, &ids::addresses(&plan.uid))?;
        let (commit, published) = commit(&session, args)?;
        let status = session.judge_afresh(commit)?;
        let before = session.judge_at_birth(commit);
        let publication = Publication::of(&status, before.as_ref())
            .ok_or_else(|| CliError::new(ErrorKind::Git, "there is no commit to publish"))?;
        let remembered = Remembered::open(&session);
        let project = plan.linear.project.as_deref();
        let look = look(&client, &publication, &team, project, args.recreate)
            .map_err(|error| look_error(&error, session.plan_file()))?;
        may_publish(&session, args, commit, &look, &publication)?;
        let sent = remembered.read().sent;
        let choices = Choices {
            take: args.take.map(|side| if side == Side::Plan { Take::Plan } else { Take::Linear }),
            recreate: args.recreate,
            reopen: plan.linear.on_claimed_done.as_deref() == Some("reopen"),
        };
        let deciding = Deciding {
            publication: &publication,
            overview: &look.overview,
            home: &look.home,
            links: &look.links,
            sent: &sent,
            choices,
        };
        let changes = deciding.decide();
        Ok(Self { session, client, publication, look, remembered, sent, changes, team, published })
    }

    /// How many more issues the workspace seems to have room for; `None` when it has no bound.
    pub(super) fn room(&self) -> Option<u64> {
        self.look.overview.organization.estimated_room()
    }

    /// Keeps what Linear answered, when nothing is to be written.
    pub(super) fn keep(&mut self) {
        self.sent.agreed(&self.changes, None);
        self.remembered.sent(&self.sent);
        self.remembered.seen(&seen(&self.session, &self.publication, &self.look, &Applied::default()));
    }

    /// Does what the plan of actions says. `going` is called before each step, and says whether to go on.
    pub(super) fn apply(&mut self, going: GoOn<'_>) -> Applied {
        self.sent.about_to_send(&self.changes);
        self.remembered.sent(&self.sent);
        let mut write = |edits: &[Edit]| write(self.session.plan_file(), edits);
        let applied = apply(&self.client, &self.changes, &mut write, going);
        applied.done.iter().for_each(|issue| self.sent.arrived(issue));
        self.sent.agreed(&self.changes, Some(&applied));
        self.remembered.sent(&self.sent);
        self.remembered.seen(&seen(&self.session, &self.publication, &self.look, &applied));
        applied
    }
}

/// Says what became of it.
fn finish(global: &Global, changes: &Changes, applied: &Applied) -> Result<ExitCode, CliError> {
    match (global.format, &applied.stopped) {
        (Format::Json, None) => output::print_json(&crate::report::sync::sync(changes, Some(applied)))?,
        (Format::Json, Some(_)) => {}
        (Format::Human, _) => output::print(&human::synced(applied, changes.creates()))?,
    }
    match &applied.stopped {
        Some(error) => Err(linear_error(error)),
        None => Ok(code(changes, Some(applied))),
    }
}

/// 1 when something that was asked for was not done. Parked issues are no failure: they wait for room.
fn code(changes: &Changes, applied: Option<&Applied>) -> ExitCode {
    let whole = applied.is_none_or(Applied::is_whole);
    if changes.conflicts.is_empty() && whole { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// A client with the key of the environment.
fn client(session: &Session, addresses: &str) -> Result<Client, CliError> {
    let help = "make a personal key in Linear under Settings, Security & access, and put it in LINEAR_API_KEY";
    let usage = |message: String| CliError::new(ErrorKind::Usage, message);
    let access = session.linear();
    let key = access.key.as_deref().ok_or_else(|| usage("there is no key of Linear".to_owned()).help(help))?;
    let key = Key::new(key).map_err(|error| usage(error.to_string()).help(help))?;
    let endpoint = Endpoint::new(access.url.as_deref().unwrap_or(linear::LINEAR))
        .map_err(|error| usage(error.to_string()).help("LINEAR_API_URL names another address than Linear's own"))?;
    let pause: Box<dyn Pause> = if session.is_silent() { Box::new(linear::Sleep) } else { Box::new(waiting::Patience) };
    let setup = Setup { pause, ..Setup::new(endpoint, key, addresses) };
    Client::new(setup).map_err(|error| linear_error(&error))
}

/// The commit to publish, and the name that it was reached by.
fn commit(session: &Session, args: &Sync) -> Result<(CommitId, String), CliError> {
    if let Some(rev) = &args.at {
        return Ok((session.resolve(rev)?, rev.clone()));
    }
    let now = session.now().to_zoned_datetime(jiff::tz::TimeZone::clone(&session.settings().time_zone.value));
    session.repo().published(session.plan().linear.reference.as_deref(), &now).map_err(|error| {
        let help = format!("{}; `[linear] ref` names the branch to publish, `--at` a commit", error.help());
        git_error(&error).help(help)
    })
}

/// Refuses to publish over a later commit.
fn may_publish(
    session: &Session,
    args: &Sync,
    ours: CommitId,
    look: &Look,
    publication: &Publication,
) -> Result<(), CliError> {
    for (theirs, issue) in recorded(&look.home, publication, &look.links) {
        let short: String = theirs.chars().take(10).collect();
        let standing = session.repo().standing(&theirs, ours).map_err(|error| git_error(&error))?;
        let take = args.take == Some(Side::Plan);
        let (message, help) = match standing {
            Published::Same | Published::Before | Published::Rewritten => continue,
            Published::After => (
                format!("Linear shows a later commit ({short}, at {issue}); fetch first"),
                "`git fetch`, then sync again".to_owned(),
            ),
            Published::Missing | Published::Elsewhere { .. } if take => continue,
            Published::Missing => (
                format!("Linear shows a commit that this clone does not have ({short}, at {issue}); fetch first"),
                "`git fetch`, then sync again; if that commit is gone for good (a force push), `--take plan`"
                    .to_owned(),
            ),
            Published::Elsewhere { branch } => (
                format!("Linear shows another line of history ({short} of {branch}, at {issue})"),
                "let all publish one branch (`[linear] ref`); `--take plan` publishes this one instead".to_owned(),
            ),
        };
        return Err(CliError::new(ErrorKind::Unmet, message).help(help));
    }
    Ok(())
}

fn look_error(error: &LookError, plan: &Path) -> CliError {
    match error {
        LookError::Linear(error) => linear_error(error),
        LookError::TeamRenamed { now, .. } => CliError::new(ErrorKind::Plan, error.to_string())
            .path(plan.display().to_string())
            .help(format!("if the team was renamed, write `team = \"{now}\"` under `[linear]`")),
        LookError::WhichIssue(_) => CliError::new(ErrorKind::Plan, error.to_string())
            .path(plan.display().to_string())
            .help("correct `linear` and `linear_id` of the issue in plan.toml, or take both out"),
    }
}

fn linear_error(error: &linear::Error) -> CliError {
    CliError::new(ErrorKind::Linear, error.to_string()).help(error.help())
}

/// Asks whether to go on.
fn agreed(global: &Global) -> Result<bool, CliError> {
    if global.format == Format::Json || !output::is_interactive() {
        return Err(CliError::new(ErrorKind::Usage, "nothing is written without a yes")
            .help("`--yes` gives it in advance, `--dry-run` only shows what would be done"));
    }
    output::print("\nProceed? [y/N] ")?;
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| CliError::new(ErrorKind::Io, format!("cannot read the answer: {error}")))?;
    let yes = matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
    if !yes {
        output::note("nothing was written\n");
    }
    // So that the next line stands below the answer.
    let _ = std::io::stderr().flush();
    Ok(yes)
}

/// Writes into plan.toml: all edits at once, else those that can be.
fn write(plan: &Path, edits: &[Edit]) -> Result<(), (Vec<Edit>, String)> {
    let put = |edits: &[Edit]| -> Result<(), EditError> {
        let values: Vec<EditValue> = edits.iter().map(Edit::value).collect();
        let all: Vec<_> =
            edits.iter().zip(&values).map(|(edit, value)| (EditPlace::Issue(&edit.issue), edit.key, value)).collect();
        edit_file(plan, |editing| editing.set_all(&all).map(drop)).map(drop)
    };
    let Err(error) = put(edits) else { return Ok(()) };
    if !matches!(error, EditError::WouldBreak(_) | EditError::NoPlace(_) | EditError::NoKey { .. }) {
        return Err((edits.to_vec(), error.to_string()));
    }
    let left: Vec<Edit> = edits.iter().filter(|edit| put(std::slice::from_ref(edit)).is_err()).cloned().collect();
    if left.is_empty() { Ok(()) } else { Err((left, error.to_string())) }
}

/// What Linear last answered.
fn seen(session: &Session, publication: &Publication, look: &Look, applied: &Applied) -> Seen {
    let mut links = look.links.clone();
    for (wanted, link) in publication.issues.iter().zip(&mut links) {
        let made = applied.made.get(&wanted.id);
        if let (Some(issue), false) = (made, matches!(link, Link::Live { .. })) {
            *link = Link::Live { issue: Box::new(issue.clone()), ours: true };
        }
    }
    let latest = |issue: &linear::Issue| applied.latest.get(&issue.id).unwrap_or(issue).clone();
    Seen::of(publication, &links, &latest, session.now().as_second())
}
