//! `trueup status`.

use std::fmt::Write as _;

use anstream::adapter::strip_str;

use super::paint::{BOLD, DIM, LOUD, RED, YELLOW, clip, paint, painted_bar, sign, style, width_of};
use crate::checks::{Level, Verdict};
use crate::plan::{Task, TaskPlace};
use crate::progress::{At, AtKind, Flip, Status, Tally, TaskStatus};
use crate::report::encode::line;

/// How much to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Progress only.
    Quiet,
    /// Each task with its decisive finding.
    Normal,
    /// Each task with all evidence.
    Verbose,
}

/// The cells of a progress bar, half of that at least, and those that a title beside one has at least.
const BAR: usize = 24;
const LEAST_TITLE: usize = 8;

/// The cells before a task's text, those of what is claimed of it with two blanks before it, and those that the text
/// has beside that at least; else it stands below.
const INDENT: usize = 18;
const CLAIM: usize = 21;
const LEAST_TEXT: usize = 20;

/// The cells of a box that fits no task; its text may be of any length.
const LONGEST_BOX: usize = 200;

/// The status of the tasks that `shown` selects, in lines of at most `width` cells.
pub fn status(
    status: &Status,
    shown: &dyn Fn(TaskPlace<'_>, &str) -> bool,
    compare: Option<(&str, &[Flip])>,
    detail: Detail,
    width: usize,
) -> String {
    let mut out = String::new();
    let plan = &status.plan;
    let team = plan.team.as_deref().map(|team| format!(" · {}", line(team))).unwrap_or_default();
    let _ = writeln!(out, "{}{}", paint(BOLD, &line(&plan.title)), paint(DIM, &team));
    let _ = writeln!(out, "{}", paint(DIM, &place(&status.at)));
    let rows: Vec<(TaskPlace<'_>, &Task, &TaskStatus)> =
        status.rows().filter(|(place, task, _)| shown(*place, &task.id)).collect();
    let tally = |wanted: &dyn Fn(TaskPlace<'_>) -> bool| {
        let mut tally = Tally::default();
        for (_, _, judged) in rows.iter().filter(|(place, _, _)| wanted(*place)) {
            tally.count(judged);
        }
        tally
    };
    let totals = tally(&|_| true);
    loud(&mut out, status, totals);
    out.push('\n');
    let mut groups: Vec<(String, Tally)> = Vec::new();
    for phase in &plan.phases {
        let title = format!("Phase {} · {}", line(&phase.id), line(&phase.title));
        groups.push((title, tally(&|place| matches!(place, TaskPlace::Issue(p, _) if p.id == phase.id))));
    }
    groups.push(("Checklist".to_owned(), tally(&|place| matches!(place, TaskPlace::Checklist))));
    groups.push(("Policies".to_owned(), tally(&|place| matches!(place, TaskPlace::Policy))));
    groups.retain(|(_, tally)| tally.total() > 0);
    groups.push(("Plan".to_owned(), totals));
    bars(&mut out, &groups, width);
    if totals.unknown > 0 || totals.by_word > 0 {
        let _ = writeln!(out, "{}", progress(&totals));
    }
    if detail > Detail::Quiet {
        tasks(&mut out, &rows, detail, width);
    }
    if let Some((rev, flips)) = compare {
        let _ = writeln!(out, "\n{}", paint(BOLD, &format!("Compared with {}", line(rev))));
        if flips.is_empty() {
            let _ = writeln!(out, "  no task's verdict differs");
        }
        for flip in flips {
            let arrow = format!("{} {} → {} {}", sign(flip.from), flip.from.word(), sign(flip.to), flip.to.word());
            let _ = writeln!(out, "  {:<6} {}", line(&flip.id), paint(style(flip.to), &arrow));
        }
    }
    if detail > Detail::Quiet || status.claims.trouble.is_some() {
        claims(&mut out, status, &rows);
    }
    out
}

/// A bar for each group. Where the lines are short the bars are shorter, then the titles, then there are no bars.
fn bars(out: &mut String, groups: &[(String, Tally)], width: usize) {
    let most = |widths: &mut dyn Iterator<Item = usize>| widths.max().unwrap_or(0);
    let counted = most(&mut groups.iter().map(|(_, tally)| width_of(&strip_str(&counts(tally)).to_string())));
    let titles = most(&mut groups.iter().map(|(title, _)| width_of(title)));
    let room = width.saturating_sub(counted + 4);
    let bar = room.saturating_sub(titles).clamp(BAR / 2, BAR);
    let has_bar = room >= bar + LEAST_TITLE;
    let longest = titles.min(if has_bar { room - bar } else { room + 2 });
    for (title, tally) in groups {
        let title = clip(title, longest);
        let pad = " ".repeat(longest.saturating_sub(width_of(&title)));
        let bar = if has_bar { format!("{}  ", painted_bar(tally, bar)) } else { String::new() };
        let _ = writeln!(out, "{title}{pad}  {bar}{}", counts(tally));
    }
}

fn place(at: &At) -> String {
    let short = at.rev.as_deref().and_then(|rev| rev.get(..10)).unwrap_or("an unborn branch");
    match at.kind {
        AtKind::Commit => format!("at commit {short}"),
        AtKind::Index => {
            format!("at what is staged on {short}{}", if at.dirty { ", which differs from it" } else { "" })
        }
        AtKind::Worktree if at.dirty => {
            format!("at the work tree of {short}, with uncommitted changes to what the plan reads")
        }
        AtKind::Worktree => format!("at the work tree of {short}"),
    }
}

fn loud(out: &mut String, status: &Status, totals: Tally) {
    if totals.false_claims > 0 {
        let ticked = status.claims.path.as_ref().map(|path| format!("ticked in {}", line(path.raw())));
        let in_linear = status.tasks.iter().any(|task| {
            task.is_false_claim()
                && task.claims.iter().any(|claim| claim.source == "linear" && claim.done == Some(true))
        });
        let how: Vec<String> = ticked.into_iter().chain(in_linear.then(|| "done in Linear".to_owned())).collect();
        let how = how.join(" or ");
        let tasks = if totals.false_claims == 1 { "1 task is" } else { &format!("{} tasks are", totals.false_claims) };
        let _ = writeln!(out, "\n{}", paint(LOUD, &format!(" CLAIMED, NOT TRUE: {tasks} {how} and not true ")));
    }
}

/// How far a group is, in words: `30 hold (2 by word) · 25 fail · 8 need a command or a person · 1 unknown`.
pub fn progress(tally: &Tally) -> String {
    let mut text = format!("{} hold", tally.holds);
    if tally.by_word > 0 {
        let _ = write!(text, " ({} by word)", tally.by_word);
    }
    let _ = write!(text, " · {} fail", tally.fails);
    if tally.waiting > 0 {
        let verb = if tally.waiting == 1 { "needs" } else { "need" };
        let _ = write!(text, " · {} {verb} a command or a person", tally.waiting);
    }
    if let Some(rest @ 1..) = tally.unknown.checked_sub(tally.waiting) {
        let _ = write!(text, " · {rest} unknown");
    }
    text
}

fn counts(tally: &Tally) -> String {
    let mut text = format!("{:>3}/{} hold", tally.holds, tally.total());
    if tally.fails > 0 {
        text.push_str(&paint(RED, &format!("  ✗ {} fail", tally.fails)));
    }
    if tally.unknown > 0 {
        text.push_str(&paint(YELLOW, &format!("  ? {} unknown", tally.unknown)));
    }
    text
}

fn tasks(out: &mut String, rows: &[(TaskPlace<'_>, &Task, &TaskStatus)], detail: Detail, width: usize) {
    let mut heading = String::new();
    for (place, task, judged) in rows {
        let next = match place {
            TaskPlace::Issue(_, issue) => {
                let linear = issue.linear.as_deref().map(|id| format!(" · {}", line(id))).unwrap_or_default();
                format!("{} {}{linear}", line(&issue.id), line(&issue.title))
            }
            TaskPlace::Checklist => "Checklist".to_owned(),
            TaskPlace::Policy => "Policies".to_owned(),
        };
        if next != heading {
            let _ = writeln!(out, "\n{}", paint(BOLD, &clip(&next, width)));
            heading = next;
        }
        task_lines(out, task, judged, detail, width);
    }
}

fn task_lines(out: &mut String, task: &Task, judged: &TaskStatus, detail: Detail, width: usize) {
    let verdict = judged.verdict();
    let state = format!("{} {:<7}", sign(verdict), verdict.word());
    let claim = match (judged.claimed(), verdict) {
        (Some(true), Verdict::Fails) => paint(LOUD, " claimed, not true "),
        (Some(true), Verdict::Unknown(_)) => paint(YELLOW, "claimed, not proven"),
        (Some(false), Verdict::Holds) => paint(DIM, "not ticked"),
        _ => String::new(),
    };
    let room = width.saturating_sub(INDENT);
    let beside = room >= LEAST_TEXT + CLAIM;
    let text = clip(&line(&task.text), if claim.is_empty() || !beside { room } else { room - CLAIM });
    let tail = if claim.is_empty() || !beside { String::new() } else { format!("  {claim}") };
    let _ = writeln!(out, "  {} {:<5} {text}{tail}", paint(style(verdict), &state), line(&task.id));
    if !claim.is_empty() && !beside {
        let _ = writeln!(out, "{:INDENT$}{claim}", "");
    }
    let evidence: Vec<_> = match detail {
        Detail::Verbose => judged.outcome.ranked(),
        _ => match verdict {
            Verdict::Holds => judged.outcome.word().into_iter().collect(),
            Verdict::Fails => judged.outcome.findings.iter().filter(|f| f.level == Level::Fault).take(1).collect(),
            Verdict::Unknown(_) => judged.outcome.doubts.iter().map(|doubt| &doubt.finding).take(1).collect(),
        },
    };
    for finding in evidence {
        let place = match (&finding.path, finding.lines) {
            (Some(path), Some(lines)) => format!("{}:{} ", line(path.raw()), lines.line),
            (Some(path), None) if finding.message.raw().contains(path.raw()) => String::new(),
            (Some(path), None) => format!("{}: ", line(path.raw())),
            _ => String::new(),
        };
        let mark = if detail == Detail::Verbose { format!("{:<5} ", finding.label()) } else { String::new() };
        let word = if detail == Detail::Normal && finding.label() == "word" { "✓ " } else { "" };
        let message = format!("{mark}{word}{place}{}", line(finding.message.raw()));
        for part in textwrap::wrap(&message, width.saturating_sub(18).max(20)) {
            let _ = writeln!(out, "{}{}", " ".repeat(18), paint(DIM, &part));
        }
    }
}

fn claims(out: &mut String, status: &Status, rows: &[(TaskPlace<'_>, &Task, &TaskStatus)]) {
    if let Some(trouble) = &status.claims.trouble {
        let _ = writeln!(out, "\n{} {}", paint(YELLOW, "claims:"), line(trouble.raw()));
    }
    for (title, boxes) in [
        ("Boxes that match no task", &status.claims.unmatched),
        ("Boxes whose marker nobody knows", &status.claims.unknown_markers),
    ] {
        if !boxes.is_empty() {
            let _ = writeln!(out, "\n{}", paint(BOLD, title));
        }
        for found in boxes {
            let place = format!("{}:{}", line(found.path.raw()), found.line);
            let text = format!("  {place} {} {}", line(found.marker.raw()), line(found.text.raw()));
            let _ = writeln!(out, "{}", clip(&text, LONGEST_BOX));
        }
    }
    let without_box = status.claims.without_box.iter().filter(|id| rows.iter().any(|(_, task, _)| task.id == **id));
    let ids: Vec<String> = without_box.map(|id| line(id)).collect();
    if status.claims.path.is_some() && !ids.is_empty() {
        let _ = writeln!(out, "\n{} {}", paint(BOLD, "Tasks without a box:"), ids.join(", "));
    }
}
