//! The standup in words.

mod headline;
mod json;

use super::outline::{Line, Mark, Outline, Part, Section, Tone, code, ours};
use super::when::{When, ago, short};
use crate::calendar::Calendar;
use crate::checks::Verdict;
use crate::plan::Priority;
use crate::repo::Person;
use crate::source::Outside;
use crate::standup::{Blocked, Blocker, Group, GroupOf, Ready, Standup, Started, TaskRef, Turn, Why};
use crate::verify::{Change, Deed};

pub(super) use json::{
    IssueRefPart, ReadyPart, StartedPart, TurnPart, WhyPart, issue_part, moment, ready_part, started_part, turn_part,
    why_part,
};
pub use json::{StandupDocument, document};

/// So many tasks that are ready are named.
const NEXT: usize = 3;

/// The standup as sections, in the order in which it is told: what broke, what was made true, what is claimed and not
/// proven, what Linear says otherwise, what is under way, what cannot go on, what is next.
pub fn outline(standup: &Standup, calendar: &Calendar) -> Outline {
    let when = When { calendar, now: standup.now };
    let mut sections = Vec::new();
    sections.extend(broken(standup, &when));
    sections.extend(made_true(standup, &when));
    sections.extend(other(standup));
    sections.extend(unproven(standup));
    sections.extend(linear(standup, &when));
    sections.extend(started(&standup.started));
    sections.extend(blocked(&standup.blocked, &when));
    sections.extend(next(&standup.next));
    Outline { title: headline::title(standup, &when), lead: headline::lead(standup, &when), sections }
}

pub(super) fn task_parts(task: &TaskRef) -> Vec<Part> {
    vec![Part::Theirs(task.id.clone()), ours(" "), Part::Elastic(task.text.clone())]
}

/// `Ann with Cy in a1b2c3d4, merged by Bob`; without the author when the line stands under them.
pub(super) fn credit(turn: &Turn, with_author: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    if with_author {
        parts.extend([ours(" · "), Part::Theirs(turn.deed.author.name.clone())]);
    }
    parts.extend(co_authors(&turn.deed, with_author));
    parts.extend([ours(if with_author || !turn.deed.co_authors.is_empty() { " " } else { " · " })]);
    parts.push(Part::Code(short(&turn.deed.id.to_string())));
    if let Some(merged_by) = turn.merged_by() {
        parts.extend([ours(", merged by "), Part::Theirs(merged_by.name.clone())]);
    }
    parts
}

fn co_authors(deed: &Deed, with_author: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    for (at, person) in deed.co_authors.iter().enumerate() {
        parts.push(ours(match (at, with_author) {
            (0, true) => " with ",
            (0, false) => " · with ",
            _ => ", ",
        }));
        parts.push(Part::Theirs(person.name.clone()));
    }
    parts
}

/// `Dockerfile.prod:12 no USER in the final stage`.
pub(super) fn why_parts(why: Option<&Why>) -> Vec<Part> {
    let Some(why) = why else { return Vec::new() };
    let mut parts = Vec::new();
    match (&why.path, why.line) {
        (Some(path), Some(line)) => parts.extend([code(format!("{}:{line}", path.raw())), ours(" ")]),
        (Some(path), None) if !why.message.raw().contains(path.raw()) => {
            parts.extend([Part::Code(path.clone()), ours(" ")]);
        }
        _ => {}
    }
    parts.push(Part::Theirs(why.message.clone()));
    parts
}

fn broken(standup: &Standup, when: &When<'_>) -> Option<Section> {
    let count = standup.broken.len();
    if count + standup.still_broken.len() == 0 {
        return None;
    }
    let title = if count > 0 { "Broken" } else { "Still broken" };
    let mut section = Section::new(title, Tone::Bad, if count > 0 { count } else { standup.still_broken.len() });
    section.lines = standup
        .broken
        .iter()
        .map(|turn| {
            let mut parts = task_parts(&turn.task);
            parts.extend(credit(turn, true));
            Line::new(Mark::Verdict(turn.verdict), parts).detail(why_parts(turn.why.as_ref()))
        })
        .collect();
    if !standup.still_broken.is_empty() {
        let mut parts = if count > 0 { vec![ours("still broken: ")] } else { Vec::new() };
        for (at, turn) in standup.still_broken.iter().enumerate() {
            if at == MOST_STILL {
                parts.push(ours(format!(" and {} more", standup.still_broken.len() - at)));
                break;
            }
            if at > 0 {
                parts.push(ours(", "));
            }
            let since = format!(" since {}", when.day_of(turn.landed()));
            parts.extend([Part::Theirs(turn.task.id.clone()), ours(since)]);
        }
        section.lines.push(Line::new(Mark::Item, parts));
    }
    Some(section)
}

/// So many tasks that broke before are named.
const MOST_STILL: usize = 3;

fn made_true(standup: &Standup, when: &When<'_>) -> Option<Section> {
    let count: usize = standup.made_true.iter().map(|group| group.turns.len()).sum();
    if count + standup.mended.len() == 0 {
        return None;
    }
    if count == 0 {
        let mut section = Section::new("Broken and mended", Tone::Good, standup.mended.len());
        let ids: Vec<&Outside> = standup.mended.iter().map(|turn| &turn.task.id).collect();
        section.lines.push(Line::new(Mark::Item, list(&ids)));
        return Some(section);
    }
    let mut section = Section::new("Made true", Tone::Good, count);
    for group in &standup.made_true {
        section.lines.extend(group_lines(group, when));
        section.folded.push(folded(group));
    }
    if !standup.mended.is_empty() {
        let mut parts = vec![ours("broken and mended: ")];
        parts.extend(list(&standup.mended.iter().map(|turn| &turn.task.id).collect::<Vec<_>>()));
        section.lines.push(Line::new(Mark::Item, parts.clone()));
        section.folded.push(Line::new(Mark::Item, parts));
    }
    Some(section)
}

/// A group in one line: `Ann (12): 2.1, 2.2, 2.3 and 9 more`.
fn folded(group: &Group) -> Line {
    let mut parts = heading(group);
    parts.push(ours(": "));
    let ids: Vec<&Outside> = group.turns.iter().map(|turn| &turn.task.id).collect();
    parts.extend(list(&ids));
    let mut line = Line::new(Mark::Verdict(Verdict::Holds), parts);
    line.stands_for = group.turns.len();
    line
}

fn heading(group: &Group) -> Vec<Part> {
    let mut heading = match &group.of {
        GroupOf::Person(Person { name, .. }) => vec![Part::Strong(name.clone())],
        GroupOf::Issue(Some(issue)) => {
            vec![Part::Theirs(issue.id.clone()), ours(" "), Part::Elastic(issue.title.clone())]
        }
        GroupOf::Issue(None) => vec![ours("Checklist and policies")],
    };
    heading.push(ours(format!(" ({})", group.turns.len())));
    heading
}

fn group_lines(group: &Group, when: &When<'_>) -> Vec<Line> {
    let alone = group.turns.len() == 1;
    let by_person = matches!(group.of, GroupOf::Person(_));
    let mut lines = Vec::new();
    if !alone {
        lines.push(Line::new(Mark::Group, heading(group)));
    }
    for turn in &group.turns {
        let mut parts = task_parts(&turn.task);
        if turn.change == Change::TrueAgain {
            parts.push(ours(" · again"));
        }
        parts.extend(credit(turn, alone || !by_person));
        let line = Line::new(Mark::Verdict(Verdict::Holds), parts).detail(deed_parts(turn, when));
        lines.push(if alone { line } else { line.under() });
    }
    lines
}

/// `Thu 26 Nov: USER appuser in every final stage`.
fn deed_parts(turn: &Turn, when: &When<'_>) -> Vec<Part> {
    vec![ours(format!("{}: ", when.day_of(turn.landed()))), Part::Theirs(turn.deed.subject.clone())]
}

fn other(standup: &Standup) -> Option<Section> {
    if standup.other.is_empty() {
        return None;
    }
    let mut section = Section::new("Changed otherwise", Tone::Doubt, standup.other.len());
    section.lines = standup
        .other
        .iter()
        .map(|turn| {
            let mut parts = task_parts(&turn.task);
            parts.push(ours(format!(" · {}", turn.change.words())));
            parts.extend(credit(turn, true));
            Line::new(Mark::Verdict(turn.verdict), parts).detail(why_parts(turn.why.as_ref()))
        })
        .collect();
    Some(section)
}

fn unproven(standup: &Standup) -> Option<Section> {
    if standup.unproven.is_empty() {
        return None;
    }
    let fails = standup.unproven.iter().filter(|unproven| unproven.verdict == Verdict::Fails).count();
    let open = standup.unproven.len() - fails;
    let (title, tone) = if fails > 0 { ("Claimed, not true", Tone::Bad) } else { ("Claimed, not proven", Tone::Doubt) };
    let mut section = Section::new(title, tone, standup.unproven.len());
    if fails > 0 && open > 0 {
        section.aside = vec![ours(format!("{open} of them not proven"))];
    }
    section.lines = standup
        .unproven
        .iter()
        .map(|unproven| {
            let mut parts = task_parts(&unproven.task);
            if let Some(place) = unproven.places.first() {
                parts.extend([ours(" · "), Part::Code(place.clone())]);
            }
            Line::new(Mark::Verdict(unproven.verdict), parts).detail(why_parts(unproven.why.as_ref()))
        })
        .collect();
    Some(section)
}

fn linear(standup: &Standup, when: &When<'_>) -> Option<Section> {
    let seen = standup.linear.as_ref()?;
    let age = format!("as seen {}", ago(when.now.as_second() - seen.at.as_second()));
    if seen.rows.is_empty() {
        let mut section = Section::new("Linear agrees", Tone::Plain, 0);
        section.count = None;
        section.aside = vec![ours(age)];
        return Some(section);
    }
    let mut section = Section::new("Linear says otherwise", Tone::Doubt, seen.rows.len());
    section.aside = vec![ours(age)];
    section.lines = seen
        .rows
        .iter()
        .map(|row| {
            let name = row.identifier.as_ref().unwrap_or(&row.issue).clone();
            Line::new(Mark::Item, vec![Part::Theirs(name), ours(" "), Part::Elastic(row.message.clone())])
        })
        .collect();
    Some(section)
}

/// What is under way and not committed.
pub(super) fn started(started: &Started) -> Option<Section> {
    if started.is_empty() {
        return None;
    }
    let mut section = Section::new("In progress", Tone::Plain, 0);
    section.count = None;
    if let Some(branch) = &started.branch {
        section.aside = vec![ours("on branch "), Part::Code(branch.clone())];
    }
    section.lines.extend(started.issues.iter().map(|issue| {
        let identifier = issue.linear.clone().unwrap_or_default();
        let parts = vec![Part::Theirs(issue.id.clone()), ours(" "), Part::Elastic(issue.title.clone())];
        let named = [ours(" · the branch names "), Part::Theirs(identifier)];
        Line::new(Mark::Item, parts.into_iter().chain(named).collect())
    }));
    section.lines.extend(started.flips.iter().map(|flip| {
        let mut parts = task_parts(&flip.task);
        parts.push(ours(match flip.to {
            Verdict::Holds => " · holds once committed",
            Verdict::Fails => " · fails once committed",
            Verdict::Unknown(_) => " · cannot be told once committed",
        }));
        Line::new(Mark::Verdict(flip.to), parts).about(&flip.task.id)
    }));
    if !started.files.is_empty() {
        let flips = if started.flips.is_empty() { ", which flip no task" } else { "" };
        let what = if started.files.len() == 1 { "1 file" } else { &format!("{} files", started.files.len()) };
        section.lines.push(Line::new(Mark::Item, files(&format!("{what} not committed{flips}: "), &started.files)));
    }
    Some(section)
}

/// So many files are named.
const MOST_FILES: usize = 3;

fn files(before: &str, files: &[Outside]) -> Vec<Part> {
    let mut parts = vec![ours(before)];
    for (at, file) in files.iter().enumerate() {
        if at == MOST_FILES {
            parts.push(ours(format!(" and {} more", files.len() - at)));
            break;
        }
        if at > 0 {
            parts.push(ours(", "));
        }
        parts.push(Part::Code(file.clone()));
    }
    parts
}

fn blocked(blocked: &[Blocked], when: &When<'_>) -> Option<Section> {
    if blocked.is_empty() {
        return None;
    }
    let mut section = Section::new("Blocked", Tone::Doubt, blocked.len());
    section.lines = blocked
        .iter()
        .map(|blocked| {
            let issue = &blocked.issue;
            let mut parts = vec![Part::Theirs(issue.id.clone()), ours(" "), Part::Elastic(issue.title.clone())];
            let (words, ids): (&str, Vec<&Outside>) = match &blocked.by {
                Blocker::Issues(issues) => (" · by issue ", issues.iter().map(|issue| &issue.id).collect()),
                Blocker::Word(tasks) => (" · needs a person's word: ", tasks.iter().map(|task| &task.id).collect()),
                Blocker::Command(tasks) => (" · needs a command run: ", tasks.iter().map(|task| &task.id).collect()),
            };
            parts.push(ours(words));
            parts.extend(list(&ids));
            if let Some(since) = blocked.since {
                parts.push(ours(format!(" {}", when.how_long(since))));
            }
            Line::new(Mark::Item, parts)
        })
        .collect();
    Some(section)
}

fn list(ids: &[&Outside]) -> Vec<Part> {
    let mut parts = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        if at == MOST_FILES {
            parts.push(ours(format!(" and {} more", ids.len() - at)));
            break;
        }
        if at > 0 {
            parts.push(ours(", "));
        }
        parts.push(Part::Theirs((*id).clone()));
    }
    parts
}

fn next(ready: &[Ready]) -> Option<Section> {
    if ready.is_empty() {
        return None;
    }
    let mut section = ready_section("Next", ready);
    section.most = NEXT;
    Some(section)
}

pub(super) fn ready_section(title: &str, ready: &[Ready]) -> Section {
    let mut section = Section::new(title, Tone::Plain, ready.len());
    section.lines = ready
        .iter()
        .map(|ready| {
            let mut parts = task_parts(&ready.task);
            parts.extend(rank_parts(ready));
            Line::new(Mark::Verdict(ready.verdict), parts).detail(why_parts(ready.why.as_ref())).about(&ready.task.id)
        })
        .collect();
    section
}

/// ` · urgent · unblocks 3 issues`.
pub(super) fn rank_parts(ready: &Ready) -> Vec<Part> {
    let mut parts = Vec::new();
    if ready.priority != Priority::None {
        parts.push(ours(format!(" · {}", ready.priority.word())));
    }
    match ready.unblocks {
        0 => {}
        1 => parts.push(ours(" · unblocks 1 issue")),
        count => parts.push(ours(format!(" · unblocks {count} issues"))),
    }
    parts
}
