//! The headline: the plan's progress and its change.

use crate::report::outline::{Line, Mark, Part, ours};
use crate::report::when::When;
use crate::standup::{Headline, Progress, ProgressOf, Standup};

pub(super) fn title(standup: &Standup, when: &When<'_>) -> Vec<Part> {
    let Headline { title, whole, .. } = &standup.headline;
    let mut parts =
        vec![Part::Elastic(title.clone()), ours(format!(": {}/{} hold", whole.now.holds, whole.now.total()))];
    parts.push(ours(match change(whole) {
        Some(change) => format!(" ({change} "),
        None => " (unchanged ".to_owned(),
    }));
    parts.extend(when.since(&standup.window));
    parts.push(ours(")"));
    parts
}

/// `+3 −1`; `None` when the same tasks hold.
fn change(progress: &Progress) -> Option<String> {
    let mut words = Vec::new();
    if progress.gained > 0 {
        words.push(format!("+{}", progress.gained));
    }
    if progress.lost > 0 {
        words.push(format!("−{}", progress.lost));
    }
    (!words.is_empty()).then(|| words.join(" "))
}

pub(super) fn lead(standup: &Standup, when: &When<'_>) -> Vec<Line> {
    let parts = &standup.headline.parts;
    let plain = |parts: Vec<Part>| Line::new(Mark::None, parts);
    let mut lines = Vec::new();
    let named = |of: &ProgressOf| match of {
        ProgressOf::Phase { id, title } => {
            vec![ours("Phase "), Part::Theirs(id.clone()), ours(" "), Part::Elastic(title.clone())]
        }
        ProgressOf::Checklist => vec![ours("Checklist")],
        ProgressOf::Policies => vec![ours("Policies")],
    };
    let held = |progress: &Progress| format!(" {}/{}", progress.now.holds, progress.now.total());
    let changed: Vec<_> = parts.iter().filter(|(_, progress)| !progress.is_unchanged()).collect();
    for (of, progress) in changed.iter().take(MOST_PHASES) {
        let mut words = named(of);
        words.push(ours(format!("{} ({})", held(progress), change(progress).unwrap_or_default())));
        lines.push(plain(words));
    }
    if changed.len() > MOST_PHASES {
        lines.push(plain(vec![ours(format!("and {} more phases changed", changed.len() - MOST_PHASES))]));
    }
    let unchanged: Vec<_> = parts.iter().filter(|(_, progress)| progress.is_unchanged()).collect();
    if !unchanged.is_empty() {
        let mut words = vec![ours("Unchanged: ")];
        for (at, (of, progress)) in unchanged.iter().enumerate() {
            if at == MOST_UNCHANGED {
                words.push(ours(format!(" and {} more", unchanged.len() - at)));
                break;
            }
            if at > 0 {
                words.push(ours(", "));
            }
            match of {
                ProgressOf::Phase { id, .. } => words.extend([ours("Phase "), Part::Theirs(id.clone())]),
                of => words.extend(named(of)),
            }
            words.push(ours(held(progress)));
        }
        lines.push(plain(words));
    }
    if standup.commit.is_none() {
        lines.push(plain(vec![ours("There is no commit yet")]));
    } else if standup.is_unchanged() {
        let mut words = vec![ours("No task changed ")];
        words.extend(when.since(&standup.window));
        lines.push(plain(words));
    }
    if let Some(cut) = standup.cut_at {
        let day = when.day_of(cut);
        lines.push(plain(vec![ours(format!("This clone's history begins {day}: what changed before is not known"))]));
    }
    lines
}

/// So many phases that changed have a line of their own.
const MOST_PHASES: usize = 3;
/// So many that did not are named.
const MOST_UNCHANGED: usize = 4;
