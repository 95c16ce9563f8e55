//! The header: what is judged, where, and how far each phase is.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::progress::{AtKind, Tally};
use crate::report::encode::line;
use crate::report::human::{self, bar, clip, width_of};
use crate::tui::Model;
use crate::tui::theme::Theme;

/// Most lines of bars; what does not fit is left to the tree.
const MOST_BARS: usize = 8;

/// What stands behind the title while a check is under way.
const CHECKING: &str = "  checking…";

/// Lines of the header.
pub(super) fn height(model: &Model) -> u16 {
    let bars = groups(model).len().min(bars_that_fit(model));
    u16::try_from(2 + bars).unwrap_or(2)
}

fn bars_that_fit(model: &Model) -> usize {
    MOST_BARS.min(usize::from(model.size.1.saturating_sub(10) / 3))
}

fn groups(model: &Model) -> Vec<(String, usize, Option<Tally>)> {
    let plan = &model.plan;
    let summary = model.summary.as_ref();
    let mut groups: Vec<(String, usize, Option<Tally>)> = plan
        .phases
        .iter()
        .enumerate()
        .map(|(p, phase)| {
            let title = format!("{} {}", line(&phase.id), line(&phase.title));
            let count = phase.issues.iter().map(|issue| issue.tasks.len()).sum();
            (title, count, summary.and_then(|summary| summary.phases.get(p).copied()))
        })
        .collect();
    groups.push(("Checklist".into(), plan.checklist.len(), summary.map(|summary| summary.checklist)));
    groups.push(("Policies".into(), plan.policies.len(), summary.map(|summary| summary.policies)));
    groups.retain(|(_, count, _)| *count > 0);
    groups
}

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let mut lines = vec![title(model, area.width), claims(model)];
    let groups = groups(model);
    let longest = groups.iter().map(|(title, _, _)| width_of(title)).max().unwrap_or(0);
    let longest = longest.min(usize::from(area.width) / 3);
    let room = usize::from(area.width).saturating_sub(longest + 30).clamp(8, 40);
    for (title, count, tally) in groups.into_iter().take(bars_that_fit(model)) {
        let title = clip(&title, longest);
        let pad = " ".repeat(longest.saturating_sub(width_of(&title)) + 2);
        let mut spans = vec![Span::raw(" "), Span::styled(title, theme.strong()), Span::raw(pad)];
        match tally {
            Some(tally) => spans.extend(progress(&tally, room, theme)),
            None => spans.push(Span::styled(format!("{}  …/{count}", "·".repeat(room)), theme.dim())),
        }
        lines.push(Line::from(spans));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

fn title<'a>(model: &Model, width: u16) -> Line<'a> {
    let theme = model.theme;
    let mut spans =
        vec![Span::raw(" "), Span::styled(clip(&line(&model.plan.title), usize::from(width) / 2), theme.strong())];
    let place = match &model.status {
        Some(status) => {
            let rev = status.at.rev.as_deref().and_then(|rev| rev.get(..10)).unwrap_or("an unborn branch").to_owned();
            match status.at.kind {
                AtKind::Worktree if status.at.dirty => format!("work tree of {rev}, changed"),
                AtKind::Worktree => format!("work tree of {rev}"),
                AtKind::Index => format!("staged on {rev}"),
                AtKind::Commit => rev,
            }
        }
        None => String::new(),
    };
    match model.status.as_deref().filter(|status| status.at.kind == AtKind::Commit) {
        Some(_) => {
            spans.push(Span::raw(" "));
            spans.push(Span::styled(format!(" THE PAST: {place} "), theme.loud()));
            spans.push(Span::styled(" w: back", theme.dim()));
        }
        None => spans.push(Span::styled(format!("  {place}"), theme.dim())),
    }
    if let Some(summary) = &model.summary {
        let words = format!("  {}", human::progress(&summary.totals));
        let used: usize = spans.iter().map(Span::width).sum();
        if used + width_of(&words) + width_of(CHECKING) <= usize::from(width) {
            spans.push(Span::raw(words));
        }
    }
    if model.checking {
        spans.push(Span::styled(CHECKING, theme.unknown()));
    }
    if let Some(trouble) = &model.cache {
        spans.push(Span::styled(format!("  {}", line(trouble)), theme.unknown()));
    }
    Line::from(spans)
}

/// The loudest line, or why there is no fresh answer.
fn claims<'a>(model: &Model) -> Line<'a> {
    let theme = model.theme;
    if let Some(trouble) = &model.trouble {
        let help = trouble.help.as_deref().map(|help| format!(" · {}", line(help))).unwrap_or_default();
        return Line::from(Span::styled(format!(" cannot check: {}{help} ", line(&trouble.message)), theme.fails()));
    }
    let (Some(status), Some(summary)) = (&model.status, &model.summary) else { return Line::default() };
    let totals = summary.totals;
    let path = status.claims.path.as_ref().map(|path| line(path.raw()));
    if let Some(trouble) = &status.claims.trouble {
        return Line::from(Span::styled(format!(" {} ", line(trouble.raw())), theme.unknown()));
    }
    match (totals.false_claims, path) {
        (0, Some(path)) if totals.claimed == 0 => {
            Line::from(Span::styled(format!(" no task is ticked in {path}"), theme.dim()))
        }
        (0, Some(path)) => Line::from(Span::styled(
            format!(" {} of {} ticked in {path}, none of them false", totals.claimed, totals.total()),
            theme.dim(),
        )),
        (0, None) => Line::default(),
        (count, path) => {
            let of_linear = status.tasks.iter().flat_map(|task| &task.claims).any(|claim| claim.source == "linear");
            let places: Vec<String> = path.into_iter().chain(of_linear.then(|| "Linear".to_owned())).collect();
            let place = if places.is_empty() { String::new() } else { format!(" in {}", places.join(" and ")) };
            let text = format!(" CLAIMED, NOT TRUE: {count} of the {} ticked{place} ", totals.claimed);
            Line::from(vec![
                Span::raw(" "),
                Span::styled(text, theme.loud()),
                Span::styled("  n: next one", theme.dim()),
            ])
        }
    }
}

fn progress<'a>(tally: &Tally, width: usize, theme: Theme) -> Vec<Span<'a>> {
    let (holds, fails, unknown) = bar(tally, width);
    let mut spans = vec![
        Span::styled("█".repeat(holds), theme.holds()),
        Span::styled("▒".repeat(fails), theme.fails()),
        Span::styled("░".repeat(unknown), theme.unknown()),
        Span::styled(format!("  {:>3}/{} hold", tally.holds, tally.total()), theme.strong()),
    ];
    if tally.fails > 0 {
        spans.push(Span::styled(format!("  ✗ {}", tally.fails), theme.fails()));
    }
    if tally.unknown > 0 {
        spans.push(Span::styled(format!("  ? {}", tally.unknown), theme.unknown()));
    }
    spans
}
