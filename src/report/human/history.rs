//! `trueup history`: what changed, commit by commit.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::burnup::{Pen, burnup};
use super::paint::{BOLD, DIM, GREEN, RED, YELLOW, clip, paint, sign, style, width_of};
use crate::checks::Verdict;
use crate::progress::Period;
use crate::progress::burnup::Burnup;
use crate::progress::forecast::{Basis, Forecast, LEAST_ACTIVE, LEAST_DAYS};
use crate::repo::Person;
use crate::report::encode::line;
use crate::verify::{Change, Deed, Life, Start, Step};

/// What is shown beside the timeline.
pub struct Frame<'f> {
    /// The zone in which days begin.
    pub zone: &'f TimeZone,
    /// What the burn-up is drawn with.
    pub pen: Pen,
    /// When the plan may be done; `None` where the period does not end in the present.
    pub forecast: Option<&'f Forecast>,
    /// Whether the commits are left out.
    pub quiet: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// Lines of the burn-up.
const CHART: usize = 14;

/// The burn-up of a period and its timeline: each commit that changed something, with what it changed.
pub fn history(life: &Life, period: Period, frame: &Frame<'_>) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", paint(BOLD, &line(&life.plan.title)));
    let _ = writeln!(out, "{}", paint(DIM, &span(life, period, frame.zone)));
    if let Some(step) = period.steps(life).last() {
        let _ = writeln!(out, "\n{}", standing(life, period, step));
        if let Some(forecast) = frame.forecast {
            let _ = writeln!(out, "{}", self::forecast(forecast));
        }
        let chart = Burnup::of_steps(period.steps(life));
        let _ = writeln!(out, "\n{}", burnup(&chart, (frame.width.min(100), CHART), frame.pen, frame.zone).trim_end());
    }
    if !frame.quiet {
        timeline(&mut out, life, period, frame.zone, frame.width);
    }
    out
}

/// A forecast in words: a range and what it rests on, or why there is none.
pub fn forecast(forecast: &Forecast) -> String {
    let basis = |basis: &Basis| {
        format!("{} working days, {} of them active, {:+} tasks", basis.days, basis.active, basis.gained)
    };
    match forecast {
        Forecast::Done => paint(GREEN, "every task holds"),
        Forecast::CannotTell(found) => paint(
            DIM,
            &format!(
                "no forecast yet: it takes {LEAST_DAYS} working days and {LEAST_ACTIVE} active ones; so far {}",
                basis(found)
            ),
        ),
        Forecast::OutOfSight(found) => format!("at this pace no end is in sight ({})", basis(found)),
        Forecast::Range { p50, p85, basis: found } => {
            let until = p85.map_or_else(|| "later than five years from now".to_owned(), |date| date.to_string());
            format!("forecast: {p50} (P50) to {until} (P85), from n = {}", basis(found))
        }
    }
}

/// What one task went through in a period.
pub fn task_life(life: &Life, task: usize, period: Period, zone: &TimeZone, width: usize) -> String {
    let mut out = String::new();
    let Some((_, of_plan)) = life.plan.tasks().nth(task) else { return out };
    let head = life.verdicts.get(task).map_or(String::new(), |verdict| {
        paint(style(*verdict).bold(), &format!("{} {}", sign(*verdict), verdict.word()))
    });
    let _ = writeln!(out, "{head} {} {}", paint(BOLD, &line(&of_plan.id)), line(&of_plan.text));
    let mut any = false;
    for transition in life.of_task(task).filter(|transition| period.has(transition.step)) {
        any = true;
        let _ = writeln!(out, "  {}", changed(transition.change));
        for part in deed(&transition.deed, transition.merge.as_deref(), zone, width.saturating_sub(4)) {
            let _ = writeln!(out, "    {part}");
        }
    }
    if !any {
        let _ = writeln!(out, "  {}", paint(DIM, &format!("nothing changed in {}", count(period.steps(life).len()))));
    }
    out.push('\n');
    out
}

/// Since when a task is what it is, and by whom: what ends `trueup explain`. `now` is its verdict where it was judged:
/// the work tree and the index may differ from the last commit.
pub fn since(life: &Life, task: usize, now: Verdict, zone: &TimeZone, width: usize) -> String {
    let mut out = String::new();
    let last = life.verdicts.get(task).copied();
    if let Some(last) = last.filter(|last| last.word() != now.word()) {
        let text = format!("not committed yet: at the last commit it {}", is(last));
        let _ = writeln!(out, "{}", paint(style(now).bold(), &text));
    }
    match life.since(task) {
        Some(transition) => {
            let _ = writeln!(out, "{}", changed(transition.change));
            for part in deed(&transition.deed, transition.merge.as_deref(), zone, width.saturating_sub(2)) {
                let _ = writeln!(out, "  {part}");
            }
        }
        None => {
            let steps = match life.steps.len() {
                1 => "the one commit".to_owned(),
                many => format!("all {many} commits"),
            };
            let cut = if life.start == Start::Cut { ", where this clone's history ends" } else { "" };
            if let (Some(first), Some(last)) = (life.steps.first(), last) {
                let since = day(first.time, zone);
                let text = format!("it {} in {steps}, since {since}{cut}", is(last));
                let _ = writeln!(out, "{}", paint(DIM, &text));
            }
        }
    }
    out.push('\n');
    out
}

fn is(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "holds",
        Verdict::Fails => "fails",
        Verdict::Unknown(_) => "is unknown",
    }
}

fn count(commits: usize) -> String {
    if commits == 1 { "1 commit".to_owned() } else { format!("{commits} commits") }
}

fn span(life: &Life, period: Period, zone: &TimeZone) -> String {
    let steps = period.steps(life);
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
        return "no commit in this period".to_owned();
    };
    let cut = match life.start {
        Start::Cut if period.before(life).is_none() => {
            "; this clone's history ends there (`git fetch --unshallow` brings the rest of a shallow clone)"
        }
        _ => "",
    };
    let (from, to) = (day(first.time, zone), day(last.time, zone));
    let days = if from == to { to } else { format!("{from} to {to}") };
    format!("{} up to {}, {days}, judged by the plan at hand{cut}", count(steps.len()), short(last))
}

fn short(step: &Step) -> String {
    step.id.to_string().chars().take(10).collect()
}

/// How things stand at the end of a period, and how much that is more or less than before it.
fn standing(life: &Life, period: Period, step: &Step) -> String {
    let scope = step.holds + step.fails + step.unknown;
    let change = match period.before(life) {
        Some(before) => match i64::from(step.holds) - i64::from(before.holds) {
            0 => ", as before".to_owned(),
            more => format!(" ({more:+})"),
        },
        None => String::new(),
    };
    let verified = paint(GREEN, &format!("{} of {scope} verified{change}", step.holds));
    let gap = step.claimed.saturating_sub(step.holds);
    let claimed = match (step.claimed, gap) {
        (0, _) => "none claimed".to_owned(),
        (claimed, 0) => format!("{claimed} claimed"),
        (claimed, gap) => paint(RED, &format!("{claimed} claimed, {gap} more than verified")),
    };
    format!("{verified} · {claimed}")
}

fn timeline(out: &mut String, life: &Life, period: Period, zone: &TimeZone, width: usize) {
    let mut last: Option<(&Deed, usize)> = None;
    let tasks: Vec<_> = life.plan.tasks().map(|(_, task)| task).collect();
    for transition in period.transitions(life) {
        if last.is_none_or(|(deed, step)| deed.id != transition.deed.id || step != transition.step) {
            out.push('\n');
            for part in deed(&transition.deed, transition.merge.as_deref(), zone, width) {
                let _ = writeln!(out, "{part}");
            }
            last = Some((&transition.deed, transition.step));
        }
        let (id, text) = tasks
            .get(transition.task)
            .map_or((String::new(), String::new()), |task| (line(&task.id), line(&task.text)));
        let room = width.saturating_sub(30);
        let _ = writeln!(out, "  {} {id:<5} {}", padded(transition.change), clip(&text, room));
    }
    if last.is_none() && !period.steps(life).is_empty() {
        let _ = writeln!(out, "\n{}", paint(DIM, "no task's verdict changed"));
    }
}

fn signed(change: Change) -> (anstyle::Style, &'static str) {
    match change {
        Change::MadeTrue | Change::TrueAgain => (GREEN, "✓"),
        Change::Broken | Change::Settled => (RED, "✗"),
        Change::Doubtful | Change::Unclear => (YELLOW, "?"),
    }
}

fn changed(change: Change) -> String {
    let (style, sign) = signed(change);
    paint(style.bold(), &format!("{sign} {}", change.words()))
}

fn padded(change: Change) -> String {
    let (style, sign) = signed(change);
    paint(style, &format!("{sign} {:<17}", change.words()))
}

/// A commit in one line of at most `width` cells, and the merge that brought it in another.
fn deed(deed: &Deed, merge: Option<&Deed>, zone: &TimeZone, width: usize) -> Vec<String> {
    let with = |people: &[Person]| -> String {
        people.iter().map(|person| format!(" and {}", line(person.name.raw()))).collect()
    };
    let short = |deed: &Deed| -> String { deed.id.to_string().chars().take(10).collect() };
    let who = clip(&format!("{}{}", line(deed.author.name.raw()), with(&deed.co_authors)), width / 2);
    let names = if deed.names.is_empty() { String::new() } else { format!(" [{}]", deed.names.join(", ")) };
    let (id, when) = (short(deed), moment(deed.time, zone));
    let taken = width_of(&id) + width_of(&when) + width_of(&who) + width_of(&names) + 5;
    let subject = clip(&line(deed.subject.raw()), width.saturating_sub(taken).max(8));
    let mut parts = vec![format!("{} {when} {} · {subject}{names}", paint(YELLOW, &id), paint(BOLD, &who))];
    if let Some(merge) = merge {
        let who = line(merge.author.name.raw());
        let text = format!("  merged by {who} in {}, {}", short(merge), moment(merge.time, zone));
        parts.push(paint(DIM, &clip(&text, width)));
    }
    parts
}

fn zoned(time: i64, zone: &TimeZone) -> Option<jiff::ZonedDateTime> {
    Some(Timestamp::from_second(time).ok()?.to_zoned_datetime(zone.clone()))
}

fn moment(time: i64, zone: &TimeZone) -> String {
    zoned(time, zone).map_or_else(|| "at no time".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M").to_string())
}

fn day(time: i64, zone: &TimeZone) -> String {
    zoned(time, zone).map_or_else(|| "no day".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}
