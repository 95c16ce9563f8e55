//! The header: what is judged, where, and how far each phase is.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::progress::{AtKind, Tally};
use crate::report::encode::line;
use crate::report::human::{self, bar, clip, width_of};
use crate::tui::Model;
use crate::tui::pane::Pane;
use crate::tui::theme::Theme;

/// Most lines of bars; where the plan has more groups, it has one bar.
const MOST_BARS: usize = 8;

/// What stands behind the title while a check is under way.
const CHECKING: &str = "  checking…";

/// In fewer columns a place is named in fewer words.
const NARROW: usize = 70;

/// Lines of the header over a pane.
pub(super) fn height(model: &Model, pane: Pane) -> u16 {
    u16::try_from(2 + bars(model, pane).len()).unwrap_or(2)
}

fn bars_that_fit(model: &Model) -> usize {
    MOST_BARS.min(usize::from(model.size.1.saturating_sub(10) / 3))
}

/// A bar: what it is of, how many tasks that has, and how they stand.
type Bar = (String, usize, Option<Tally>);

/// A bar for each group; where they do not all fit, one for the whole plan, since some of them would look like all.
/// The chart of the history goes before bars.
fn bars(model: &Model, pane: Pane) -> Vec<Bar> {
    let groups = groups(model);
    let fit = bars_that_fit(model);
    let bars = if groups.len() <= fit {
        groups
    } else {
        let count = groups.iter().map(|(_, count, _)| count).sum();
        let totals = model.summary.as_ref().map(|summary| summary.totals);
        vec![("Plan".to_owned(), count, totals)].into_iter().take(fit).collect()
    };
    let crowds_the_chart_out = |bars: &[Bar]| {
        let body = usize::from(model.size.1).saturating_sub(4);
        let needed = usize::from(super::history::LEAST_CHART);
        (needed..needed + bars.len()).contains(&body)
    };
    if pane == Pane::History && crowds_the_chart_out(&bars) { Vec::new() } else { bars }
}

fn groups(model: &Model) -> Vec<Bar> {
    let plan = &model.plan;
    let summary = model.summary.as_ref();
    let mut groups: Vec<Bar> = plan
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
    let mut lines = vec![title(model, area.width), claims(model, area.width)];
    let bars = bars(model, model.pane);
    let longest = bars.iter().map(|(title, _, _)| width_of(title)).max().unwrap_or(0);
    let longest = longest.min(usize::from(area.width) / 3);
    let room = usize::from(area.width).saturating_sub(longest + 30).clamp(8, 40);
    let digits = |number: usize| number.to_string().len();
    let columns = bars
        .iter()
        .filter_map(|(_, _, tally)| *tally)
        .fold((1, 1), |(holds, total), tally| (digits(tally.holds).max(holds), digits(tally.total()).max(total)));
    for (title, count, tally) in bars {
        let title = clip(&title, longest);
        let pad = " ".repeat(longest.saturating_sub(width_of(&title)) + 2);
        let mut spans = vec![Span::raw(" "), Span::styled(title, theme.strong()), Span::raw(pad)];
        match tally {
            Some(tally) => spans.extend(progress(&tally, room, columns, theme)),
            None => spans.push(Span::styled(format!("{}  …/{count}", "·".repeat(room)), theme.dim())),
        }
        lines.push(Line::from(spans));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

fn title<'a>(model: &Model, width: u16) -> Line<'a> {
    let theme = model.theme;
    let width = usize::from(width);
    let is_past = model.status.as_deref().is_some_and(|status| status.at.kind == AtKind::Commit);
    let place = match (place(model, width), is_past) {
        (place, true) => vec![
            Span::raw(" "),
            Span::styled(format!(" THE PAST: {place} "), theme.loud()),
            Span::styled(" w: back", theme.dim()),
        ],
        (place, false) => vec![Span::styled(format!("  {place}"), theme.dim())],
    };
    // Place and state are what must be seen; the title has the rest. Where there is room it does not change with a check.
    let state = if model.checking || width >= usize::from(super::WIDE) { width_of(CHECKING) } else { 0 };
    let taken = 1 + place.iter().map(Span::width).sum::<usize>() + state;
    let title = clip(&line(&model.plan.title), width.saturating_sub(taken));
    let mut spans = vec![Span::raw(" "), Span::styled(title, theme.strong())];
    spans.extend(place);
    if let Some(summary) = &model.summary {
        let words = format!("  {}", human::progress(&summary.totals));
        let used: usize = spans.iter().map(Span::width).sum();
        if used + width_of(&words) + width_of(CHECKING) <= width {
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

/// What is judged; in little room without the commit that a work tree began with.
fn place(model: &Model, width: usize) -> String {
    let Some(status) = &model.status else { return String::new() };
    let rev = status.at.rev.as_deref().and_then(|rev| rev.get(..10)).unwrap_or("an unborn branch");
    let changed = if status.at.dirty { ", changed" } else { "" };
    match status.at.kind {
        AtKind::Worktree if width < NARROW => format!("work tree{changed}"),
        AtKind::Worktree => format!("work tree of {rev}{changed}"),
        AtKind::Index => format!("staged on {rev}"),
        AtKind::Commit => rev.to_owned(),
    }
}

/// The loudest line, or why there is no fresh answer.
fn claims<'a>(model: &Model, width: u16) -> Line<'a> {
    let theme = model.theme;
    if let Some(trouble) = &model.trouble {
        let help = trouble.help.as_deref().map(|help| format!(" · {}", line(help))).unwrap_or_default();
        let text = format!(" cannot check: {}{help}", line(&trouble.message));
        return Line::from(Span::styled(clip(&text, usize::from(width)), theme.fails()));
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
            // What has no room is left out, the least important first; the key is there where it does that.
            let said = format!(" CLAIMED, NOT TRUE: {count} of the {} ticked", totals.claimed);
            let of_linear = status.tasks.iter().flat_map(|task| &task.claims).any(|claim| claim.source == "linear");
            let places: Vec<String> = path.into_iter().chain(of_linear.then(|| "Linear".to_owned())).collect();
            let path = if places.is_empty() { String::new() } else { format!(" in {}", places.join(" and ")) };
            let key = if model.pane == Pane::Plan { "  n: next one" } else { "" };
            let room = usize::from(width).saturating_sub(2 + width_of(&said));
            let path = if width_of(&path) <= room { path } else { String::new() };
            let key = if width_of(&path) + width_of(key) <= room { key } else { "" };
            Line::from(vec![
                Span::raw(" "),
                Span::styled(format!("{said}{path} "), theme.loud()),
                Span::styled(key, theme.dim()),
            ])
        }
    }
}

/// A bar and its numbers; `columns` are those of the widest count of what holds, and of all.
fn progress<'a>(tally: &Tally, width: usize, columns: (usize, usize), theme: Theme) -> Vec<Span<'a>> {
    let (holds, fails, unknown) = bar(tally, width);
    let mut spans = vec![
        Span::styled("█".repeat(holds), theme.holds()),
        Span::styled("▒".repeat(fails), theme.fails()),
        Span::styled("░".repeat(unknown), theme.unknown()),
        Span::styled(format!("  {:>1$}/", tally.holds, columns.0), theme.strong()),
        Span::styled(format!("{:<1$} hold", tally.total(), columns.1), theme.strong()),
    ];
    if tally.fails > 0 {
        spans.push(Span::styled(format!("  ✗ {}", tally.fails), theme.fails()));
    }
    if tally.unknown > 0 {
        spans.push(Span::styled(format!("  ? {}", tally.unknown), theme.unknown()));
    }
    spans
}
