//! The tree: phase → issue → task.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::text::{clipped, markdown};
use crate::checks::Verdict;
use crate::progress::{Claims, Tally, TaskStatus};
use crate::report::encode::line;
use crate::report::human::{clip, sign, width_of};
use crate::tui::{Focus, Model, Row, RowKind, VerdictFilter};

/// In less room, what stands behind a title is left out.
const LEAST_TITLE: usize = 12;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let focused = model.tree.focus == Focus::Tree;
    let filters = match (model.tree.filter.is_empty(), model.tree.verdicts) {
        (true, VerdictFilter::All) => String::new(),
        (true, verdicts) => format!(" · {}", verdicts.word()),
        (false, VerdictFilter::All) => format!(" · /{}", line(&model.tree.filter)),
        (false, verdicts) => format!(" · /{} · {}", line(&model.tree.filter), verdicts.word()),
    };
    let stale = if model.trouble.is_some() && !model.checking { " · not renewed" } else { "" };
    let title = format!("Plan{stale}{filters}");
    let inner = super::framed(&title, focused, model.theme, frame, area);
    if model.tree.rows.is_empty() {
        let hint = "no task is left by the filters; Esc takes them off";
        frame.render_widget(Paragraph::new(Span::styled(hint, model.theme.dim())), inner);
        return;
    }
    let rows = model.tree.rows.iter().enumerate().skip(model.tree.top).take(usize::from(inner.height));
    let lines: Vec<Line<'_>> = rows
        .map(|(at, row)| {
            let width = usize::from(inner.width);
            let text = row_line(model, row, width);
            if at == model.tree.selected { super::selected(text, width, focused, model.theme) } else { text }
        })
        .collect();
    let below = model.tree.rows.len().saturating_sub(model.tree.top + lines.len());
    frame.render_widget(Paragraph::new(lines), inner);
    super::more(below, model.theme, frame, area);
}

fn row_line<'a>(model: &Model, row: &Row, width: usize) -> Line<'a> {
    let plan = &model.plan;
    let summary = model.summary.as_ref();
    let mut spans = vec![Span::raw("  ".repeat(usize::from(row.depth)))];
    match row.kind {
        RowKind::Phase(p) => {
            let Some(phase) = plan.phases.get(p) else { return Line::default() };
            let title = (format!("Phase {} · {}", line(&phase.id), line(&phase.title)), String::new());
            group(model, row.kind, title, summary.and_then(|s| s.phases.get(p).copied()), &mut spans, width);
        }
        RowKind::Issue(p, i) => {
            let Some(issue) = plan.phases.get(p).and_then(|phase| phase.issues.get(i)) else { return Line::default() };
            let linear = issue.linear.as_deref().map(|id| format!(" · {}", line(id))).unwrap_or_default();
            let title = (format!("{} {}", line(&issue.id), line(&issue.title)), linear);
            group(model, row.kind, title, summary.and_then(|s| s.issues.get(p)?.get(i).copied()), &mut spans, width);
        }
        RowKind::Checklist => {
            let title = ("Checklist".to_owned(), String::new());
            group(model, row.kind, title, summary.map(|s| s.checklist), &mut spans, width);
        }
        RowKind::Policies => {
            let title = ("Policies".to_owned(), String::new());
            group(model, row.kind, title, summary.map(|s| s.policies), &mut spans, width);
        }
        RowKind::Claims => {
            let Some(status) = model.status.as_deref() else { return Line::default() };
            spans.push(Span::styled(format!("  {}", leftovers(&status.claims)), model.theme.unknown()));
        }
        RowKind::Task(index) => return task(model, index, spans, width),
    }
    Line::from(spans)
}

/// A group's sign, tally and title; of a title that is too long, its end and not what stands behind it is left out.
fn group(
    model: &Model,
    kind: RowKind,
    (title, behind): (String, String),
    tally: Option<Tally>,
    spans: &mut Vec<Span<'_>>,
    width: usize,
) {
    let theme = model.theme;
    let closed = !model.tree.is_filtering() && model.tree.collapsed.contains(&kind);
    spans.push(Span::raw(if closed { "▸ " } else { "▾ " }));
    if let Some(tally) = tally {
        let style = if tally.all_hold() { theme.holds() } else { theme.dim() };
        spans.push(Span::styled(format!("{}/{} ", tally.holds, tally.total()), style));
        if tally.false_claims > 0 {
            spans.push(Span::styled(format!("!{}", tally.false_claims), theme.loud()));
            spans.push(Span::raw(" "));
        }
    }
    let room = width.saturating_sub(spans.iter().map(Span::width).sum());
    let kept = room.saturating_sub(width_of(&behind));
    let title = if kept < LEAST_TITLE { clip(&title, room) } else { format!("{}{behind}", clip(&title, kept)) };
    spans.push(Span::styled(title, theme.strong()));
}

/// How much of the Markdown plan and the tasks does not fit together.
fn leftovers(claims: &Claims) -> String {
    if claims.trouble.is_some() {
        return "Claims: no Markdown plan to read".to_owned();
    }
    let count = |count: usize, one: &str, more: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {more}")),
    };
    let parts = [
        count(claims.unmatched.len(), "box without a task", "boxes without a task"),
        count(claims.unknown_markers.len(), "unknown marker", "unknown markers"),
        count(claims.without_box.len(), "task without a box", "tasks without a box"),
    ];
    format!("Claims: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// Sign, word, id, drift, text, and at the right end how much evidence there is.
fn task<'a>(model: &Model, index: usize, mut spans: Vec<Span<'a>>, width: usize) -> Line<'a> {
    let theme = model.theme;
    let Some((_, task)) = model.plan.tasks().nth(index) else { return Line::default() };
    let judged = model.status.as_deref().and_then(|status| status.tasks.get(index));
    let mut count = String::new();
    match judged {
        Some(judged) => {
            let verdict = judged.verdict();
            let style = theme.verdict(verdict);
            spans.push(Span::styled(format!("{} {:<7} ", sign(verdict), verdict.word()), style));
            spans.push(Span::styled(format!("{:<4} ", line(&task.id)), theme.dim()));
            drift(judged, model, &mut spans);
            count = format!(" ({})", judged.outcome.evidence().count());
        }
        None => {
            spans.push(Span::styled("… checking  ", theme.dim()));
            spans.push(Span::styled(format!("{:<4} ", line(&task.id)), theme.dim()));
        }
    }
    let used: usize = spans.iter().map(Span::width).sum();
    let room = width.saturating_sub(used + width_of(&count));
    let text = clipped(markdown(&task.text, theme, Style::new()), room);
    let pad = " ".repeat(room.saturating_sub(text.iter().map(Span::width).sum()));
    spans.extend(text);
    spans.push(Span::styled(format!("{pad}{count}"), theme.dim()));
    Line::from(spans)
}

/// What is claimed and what is true disagree.
fn drift(judged: &TaskStatus, model: &Model, spans: &mut Vec<Span<'_>>) {
    let theme = model.theme;
    match (judged.claimed(), judged.verdict()) {
        (Some(true), Verdict::Fails) => {
            spans.push(Span::styled("!claimed", theme.loud()));
            spans.push(Span::raw(" "));
        }
        (Some(true), Verdict::Unknown(_)) => spans.push(Span::styled("claimed ", theme.unknown())),
        (Some(false), Verdict::Holds) => spans.push(Span::styled("not ticked ", theme.dim())),
        _ => {}
    }
    if judged.outcome.word().is_some() {
        spans.push(Span::styled("by word ", theme.dim()));
    }
}
