//! The checklist in words.

mod json;

use super::outline::{Line, Mark, Outline, Part, Section, Tone, code, ours};
use super::standup::{credit, ready_section, started, task_parts, why_parts};
use super::when::{When, short};
use crate::calendar::Calendar;
use crate::checks::Verdict;
use crate::standup::{Item, ItemWhy, MineWhy, Today};

pub use json::{TodayDocument, document};

/// So many ready tasks are shown.
const READY: usize = 5;

/// The checklist as sections: what broke, what is pinned, what is mine, what is ready, what went stale, what is not
/// committed.
pub fn outline(today: &Today, calendar: &Calendar) -> Outline {
    let when = When { calendar, now: today.now };
    let title = vec![Part::Elastic(today.title.clone()), ours(format!(": {}", when.day(today.day)))];
    let mut lead = Vec::new();
    if !today.done.is_empty() {
        let mut parts = vec![ours("Done, off the list: ")];
        for (at, task) in today.done.iter().enumerate() {
            parts.extend([ours(if at > 0 { ", " } else { "" }), Part::Theirs(task.id.clone())]);
        }
        lead.push(Line::new(Mark::None, parts));
    }
    if !today.gone.is_empty() {
        let mut parts = vec![ours("No longer in the plan: ")];
        for (at, id) in today.gone.iter().enumerate() {
            parts.extend([ours(if at > 0 { ", " } else { "" }), Part::Theirs(id.clone())]);
        }
        lead.push(Line::new(Mark::None, parts));
    }
    if let Some(trouble) = &today.trouble {
        let words = vec![ours("Without pins and the last look: "), Part::Theirs(trouble.clone())];
        lead.push(Line::new(Mark::None, words));
    }
    let since = when.moment(today.since);
    let broke = if today.looked { format!("since the last look, {since}") } else { format!("since {since}") };
    let mut sections = Vec::new();
    sections.extend(items("Broke", Tone::Bad, vec![ours(broke)], &today.broke, &when));
    sections.extend(items("Pinned", Tone::Plain, Vec::new(), &today.pinned, &when));
    sections.extend(items("Mine and started", Tone::Plain, Vec::new(), &today.mine, &when));
    if !today.ready.is_empty() {
        let mut section = ready_section("Ready", &today.ready);
        section.most = READY;
        if today.waiting > 0 {
            section.aside = vec![ours(match today.waiting {
                1 => "and 1 waits for an issue that comes first".to_owned(),
                waiting => format!("and {waiting} wait for an issue that comes first"),
            })];
        }
        sections.push(section);
    }
    let stale = vec![ours("their files changed since the word was given, or its last day has passed")];
    sections.extend(items("Attestations gone stale", Tone::Doubt, stale, &today.stale, &when));
    sections.extend(started(&today.started));
    if sections.is_empty() {
        lead.push(Line::new(Mark::None, vec![ours("Nothing to do: every task holds")]));
    }
    Outline { title, lead, sections }
}

fn items(title: &str, tone: Tone, aside: Vec<Part>, items: &[Item], when: &When<'_>) -> Option<Section> {
    if items.is_empty() {
        return None;
    }
    let mut section = Section::new(title, tone, items.len());
    section.aside = aside;
    section.lines = items.iter().map(|item| line(item, when)).collect();
    Some(section)
}

fn line(item: &Item, when: &When<'_>) -> Line {
    let mut parts = task_parts(&item.task);
    match &item.reason {
        ItemWhy::Broke(Some(turn)) => parts.extend(credit(turn, true)),
        ItemWhy::Mine(Some(why)) => parts.extend(mine(why, when)),
        ItemWhy::Broke(None) | ItemWhy::Mine(None) | ItemWhy::Pinned | ItemWhy::Stale => {}
    }
    if let Some(pinned) = item.pinned {
        parts.push(ours(format!(" · pinned {}", when.day(pinned))));
    } else if item.carried {
        parts.push(ours(format!(" · since {}", when.day(item.since))));
    }
    let detail =
        if item.verdict == Verdict::Holds { vec![ours("holds once committed")] } else { why_parts(item.why.as_ref()) };
    Line::new(Mark::Verdict(item.verdict), parts).detail(detail).about(&item.task.id)
}

fn mine(why: &MineWhy, when: &When<'_>) -> Vec<Part> {
    let written = |id: &str, time: i64| vec![ours(format!(" · you, {} in ", when.day_of(time))), Part::Code(short(id))];
    match why {
        MineWhy::Branch(identifier) => vec![ours(" · the branch names "), Part::Theirs(identifier.clone())],
        MineWhy::Deed(deed) => written(&deed.id.to_string(), deed.time),
        MineWhy::Wrote(commit) => written(&commit.id, commit.time),
        MineWhy::Dirty(path) => vec![ours(" · not committed: "), code(path.raw())],
    }
}
