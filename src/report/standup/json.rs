//! The standup as JSON. Field names are fixed. Times are RFC 3339 in UTC; there is no source text in it.

use jiff::Timestamp;
use serde::Serialize;

use crate::calendar::Calendar;
use crate::checks::Verdict;
use crate::repo::Person;
use crate::report::json::SCHEMA;
use crate::report::when::When;
use crate::source::{Outside, mask};
use crate::standup::{
    Beginning, Blocked, Blocker, FlipRef, IssueRef, LinearSeen, Progress, ProgressOf, Ready, Standup, Started, Turn,
    Unproven, Why,
};

/// What `standup --format json` prints.
#[derive(Debug, Serialize)]
pub struct StandupDocument {
    schema: u32,
    plan: PlanPart,
    commit: Option<String>,
    now: String,
    since: SincePart,
    totals: ProgressPart,
    phases: Vec<PhasePart>,
    checklist: Option<ProgressPart>,
    policies: Option<ProgressPart>,
    broken: Vec<TurnPart>,
    still_broken: Vec<TurnPart>,
    made_true: Vec<TurnPart>,
    mended: Vec<TurnPart>,
    other: Vec<TurnPart>,
    claimed_not_proven: Vec<UnprovenPart>,
    linear: Option<LinearPart>,
    in_progress: StartedPart,
    blocked: Vec<BlockedPart>,
    next: Vec<ReadyPart>,
}

#[derive(Debug, Serialize)]
struct PlanPart {
    uid: String,
    title: String,
}

#[derive(Debug, Serialize)]
struct SincePart {
    kind: &'static str,
    time: String,
    rev: Option<String>,
    history_begins: Option<String>,
}

#[derive(Debug, Serialize)]
struct ProgressPart {
    holds: usize,
    fails: usize,
    unknown: usize,
    total: usize,
    held_before: usize,
    gained: usize,
    lost: usize,
}

#[derive(Debug, Serialize)]
struct PhasePart {
    id: String,
    title: String,
    #[serde(flatten)]
    progress: ProgressPart,
}

/// Somebody.
#[derive(Debug, Serialize)]
pub struct PersonPart {
    name: String,
    email: String,
}

/// A task's change.
#[derive(Debug, Serialize)]
pub struct TurnPart {
    task: String,
    text: String,
    issue: Option<String>,
    phase: Option<String>,
    change: &'static str,
    verdict: &'static str,
    reason: Option<&'static str>,
    held_before: bool,
    commit: String,
    time: String,
    subject: String,
    author: PersonPart,
    co_authors: Vec<PersonPart>,
    merged_by: Option<PersonPart>,
    merge: Option<String>,
    issues_named: Vec<String>,
    why: Option<WhyPart>,
}

/// Why a task does not hold.
#[derive(Debug, Serialize)]
pub struct WhyPart {
    path: Option<String>,
    line: Option<u32>,
    message: String,
    help: Option<String>,
}

#[derive(Debug, Serialize)]
struct UnprovenPart {
    task: String,
    text: String,
    issue: Option<String>,
    verdict: &'static str,
    claimed_at: Vec<String>,
    why: Option<WhyPart>,
}

#[derive(Debug, Serialize)]
struct LinearPart {
    seen_at: String,
    age_seconds: i64,
    disagreements: Vec<DisagreementPart>,
}

#[derive(Debug, Serialize)]
struct DisagreementPart {
    issue: String,
    identifier: Option<String>,
    message: String,
}

/// What is under way.
#[derive(Debug, Serialize)]
pub struct StartedPart {
    branch: Option<String>,
    issues: Vec<IssueRefPart>,
    files: Vec<String>,
    flips: Vec<FlipPart>,
}

/// An issue's names.
#[derive(Debug, Serialize)]
pub struct IssueRefPart {
    id: String,
    title: String,
    linear: Option<String>,
    phase: String,
}

/// A verdict that uncommitted files change.
#[derive(Debug, Serialize)]
pub struct FlipPart {
    id: String,
    text: String,
    from: &'static str,
    to: &'static str,
}

#[derive(Debug, Serialize)]
struct BlockedPart {
    issue: IssueRefPart,
    open: usize,
    by: &'static str,
    issues: Vec<String>,
    tasks: Vec<String>,
    since: Option<String>,
    days: Option<i64>,
}

/// A task that is ready.
#[derive(Debug, Serialize)]
pub struct ReadyPart {
    task: String,
    text: String,
    issue: Option<IssueRefPart>,
    priority: &'static str,
    unblocks: usize,
    verdict: &'static str,
    reason: Option<&'static str>,
    why: Option<WhyPart>,
}

/// The document of a standup.
pub fn document(standup: &Standup, calendar: &Calendar) -> StandupDocument {
    let when = When { calendar, now: standup.now };
    let headline = &standup.headline;
    let part_of = |wanted: &ProgressOf| headline.parts.iter().find(|(of, _)| of == wanted).map(|(_, p)| progress(p));
    let phases = headline.parts.iter().filter_map(|(of, found)| match of {
        ProgressOf::Phase { id, title } => {
            Some(PhasePart { id: text(id), title: text(title), progress: progress(found) })
        }
        ProgressOf::Checklist | ProgressOf::Policies => None,
    });
    StandupDocument {
        schema: SCHEMA,
        plan: PlanPart { uid: text(&standup.uid), title: text(&headline.title) },
        commit: standup.commit.clone(),
        now: moment(standup.now),
        since: since(standup),
        totals: progress(&headline.whole),
        phases: phases.collect(),
        checklist: part_of(&ProgressOf::Checklist),
        policies: part_of(&ProgressOf::Policies),
        broken: standup.broken.iter().map(turn_part).collect(),
        still_broken: standup.still_broken.iter().map(turn_part).collect(),
        made_true: standup.made_true.iter().flat_map(|group| &group.turns).map(turn_part).collect(),
        mended: standup.mended.iter().map(turn_part).collect(),
        other: standup.other.iter().map(turn_part).collect(),
        claimed_not_proven: standup.unproven.iter().map(unproven).collect(),
        linear: standup.linear.as_ref().map(|seen| linear(seen, standup.now)),
        in_progress: started_part(&standup.started),
        blocked: standup.blocked.iter().map(|found| blocked(found, &when)).collect(),
        next: standup.next.iter().map(ready_part).collect(),
    }
}

fn since(standup: &Standup) -> SincePart {
    let (kind, rev) = match &standup.window.beginning {
        Beginning::Workday(_) => ("workday", None),
        Beginning::Day(_) => ("date", None),
        Beginning::Moment => ("time", None),
        Beginning::Commit { id, .. } => ("commit", Some(id.to_string())),
    };
    SincePart { kind, time: moment(standup.window.from), rev, history_begins: standup.cut_at.and_then(time) }
}

fn progress(progress: &Progress) -> ProgressPart {
    ProgressPart {
        holds: progress.now.holds,
        fails: progress.now.fails,
        unknown: progress.now.unknown,
        total: progress.now.total(),
        held_before: progress.held_before,
        gained: progress.gained,
        lost: progress.lost,
    }
}

fn text(text: &Outside) -> String {
    mask(text.raw())
}

fn person(person: &Person) -> PersonPart {
    PersonPart { name: text(&person.name), email: text(&person.email) }
}

fn reason(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Unknown(reason) => Some(reason.word()),
        _ => None,
    }
}

/// A moment as RFC 3339 in UTC.
pub(in crate::report) fn moment(moment: Timestamp) -> String {
    moment.to_string()
}

/// Seconds since 1970-01-01 UTC likewise; `None` for a time that no calendar has.
pub(in crate::report) fn time(seconds: i64) -> Option<String> {
    Timestamp::from_second(seconds).ok().map(moment)
}

pub(in crate::report) fn turn_part(turn: &Turn) -> TurnPart {
    TurnPart {
        task: text(&turn.task.id),
        text: text(&turn.task.text),
        issue: turn.task.issue.as_ref().map(|issue| text(&issue.id)),
        phase: turn.task.issue.as_ref().map(|issue| text(&issue.phase)),
        change: turn.change.words(),
        verdict: turn.verdict.word(),
        reason: reason(turn.verdict),
        held_before: turn.held_before,
        commit: turn.deed.id.to_string(),
        time: time(turn.landed()).unwrap_or_default(),
        subject: text(&turn.deed.subject),
        author: person(&turn.deed.author),
        co_authors: turn.deed.co_authors.iter().map(person).collect(),
        merged_by: turn.merge.as_ref().map(|merge| person(&merge.author)),
        merge: turn.merge.as_ref().map(|merge| merge.id.to_string()),
        issues_named: turn.deed.names.clone(),
        why: turn.why.as_ref().map(why_part),
    }
}

pub(in crate::report) fn why_part(why: &Why) -> WhyPart {
    WhyPart {
        path: why.path.as_ref().map(text),
        line: why.line,
        message: text(&why.message),
        help: why.help.as_ref().map(text),
    }
}

fn unproven(unproven: &Unproven) -> UnprovenPart {
    UnprovenPart {
        task: text(&unproven.task.id),
        text: text(&unproven.task.text),
        issue: unproven.task.issue.as_ref().map(|issue| text(&issue.id)),
        verdict: unproven.verdict.word(),
        claimed_at: unproven.places.iter().map(text).collect(),
        why: unproven.why.as_ref().map(why_part),
    }
}

fn linear(seen: &LinearSeen, now: Timestamp) -> LinearPart {
    let disagreements = seen.rows.iter().map(|row| DisagreementPart {
        issue: text(&row.issue),
        identifier: row.identifier.as_ref().map(text),
        message: text(&row.message),
    });
    LinearPart {
        seen_at: moment(seen.at),
        age_seconds: (now.as_second() - seen.at.as_second()).max(0),
        disagreements: disagreements.collect(),
    }
}

pub(in crate::report) fn issue_part(issue: &IssueRef) -> IssueRefPart {
    IssueRefPart {
        id: text(&issue.id),
        title: text(&issue.title),
        linear: issue.linear.as_ref().map(text),
        phase: text(&issue.phase),
    }
}

pub(in crate::report) fn started_part(started: &Started) -> StartedPart {
    let flip = |flip: &FlipRef| FlipPart {
        id: text(&flip.task.id),
        text: text(&flip.task.text),
        from: flip.from.word(),
        to: flip.to.word(),
    };
    StartedPart {
        branch: started.branch.as_ref().map(text),
        issues: started.issues.iter().map(issue_part).collect(),
        files: started.files.iter().map(text).collect(),
        flips: started.flips.iter().map(flip).collect(),
    }
}

fn blocked(blocked: &Blocked, when: &When<'_>) -> BlockedPart {
    let (by, issues, tasks) = match &blocked.by {
        Blocker::Issues(issues) => ("issues", issues.iter().map(|issue| text(&issue.id)).collect(), Vec::new()),
        Blocker::Word(tasks) => ("person", Vec::new(), tasks.iter().map(|task| text(&task.id)).collect()),
        Blocker::Command(tasks) => ("command", Vec::new(), tasks.iter().map(|task| text(&task.id)).collect()),
    };
    BlockedPart {
        issue: issue_part(&blocked.issue),
        open: blocked.open,
        by,
        issues,
        tasks,
        since: blocked.since.and_then(time),
        days: blocked.since.map(|since| when.days_since(since)),
    }
}

pub(in crate::report) fn ready_part(ready: &Ready) -> ReadyPart {
    ReadyPart {
        task: text(&ready.task.id),
        text: text(&ready.task.text),
        issue: ready.task.issue.as_ref().map(issue_part),
        priority: ready.priority.word(),
        unblocks: ready.unblocks,
        verdict: ready.verdict.word(),
        reason: reason(ready.verdict),
        why: ready.why.as_ref().map(why_part),
    }
}
