//! The evidence of what is selected, with its source.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::text::{markdown, wrap, wrap_source};
use crate::checks::{Finding, Level};
use crate::plan::{Issue, Phase, TaskPlace};
use crate::report::encode::{line, terminal};
use crate::report::human::{clip, sign};
use crate::source::mask;
use crate::tui::{Focus, Model, RowKind};

/// So many boxes that fit no task are listed here.
const MOST_BOXES: usize = 100;
/// Cells of such a box's text.
const LONGEST_BOX: usize = 200;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let focused = model.tree.focus == Focus::Evidence;
    let inner = super::framed("Evidence", focused, model.theme, frame, area);
    let lines = lines(model, inner.width);
    let last = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_sub(inner.height);
    let scroll = model.tree.scroll.min(last);
    let shown: Vec<Line<'_>> = lines.into_iter().skip(usize::from(scroll)).take(usize::from(inner.height)).collect();
    frame.render_widget(Paragraph::new(shown), inner);
    super::more(usize::from(last - scroll), model.theme, frame, area);
}

/// The lines of the pane, wrapped.
pub(super) fn lines<'a>(model: &Model, width: u16) -> Vec<Line<'a>> {
    let mut out = trouble(model, width);
    let evidence = selected(model, width);
    if !out.is_empty() && !evidence.is_empty() {
        out.push(Line::default());
    }
    out.extend(evidence);
    out
}

/// Why what is shown is not renewed: all of it, since the header has room for its beginning only.
fn trouble<'a>(model: &Model, width: u16) -> Vec<Line<'a>> {
    let theme = model.theme;
    let mut out = Vec::new();
    let Some(trouble) = &model.trouble else { return out };
    let mut told = |message: &str, help: Option<&str>| {
        paragraph(&mut out, message, theme.fails(), width);
        if let Some(help) = help {
            paragraph(&mut out, &format!("→ {help}"), Style::new(), width);
        }
    };
    if model.mistakes.is_empty() {
        told(&format!("cannot check: {}", trouble.message), trouble.help.as_deref());
    }
    for mistake in &model.mistakes {
        told(&format!("line {}: {}", mistake.line, mistake.message), mistake.help.as_deref());
    }
    if model.status.is_some() {
        out.push(Line::from(Span::styled("below: as it was last checked", theme.dim())));
    }
    out
}

/// The evidence of what is selected.
fn selected<'a>(model: &Model, width: u16) -> Vec<Line<'a>> {
    match model.tree.selected_kind() {
        Some(RowKind::Task(index)) => task(model, index, width),
        Some(RowKind::Issue(p, i)) => {
            match model.plan.phases.get(p).and_then(|phase| phase.issues.get(i).map(|issue| (phase, issue))) {
                Some((phase, issue)) => self::issue(model, phase, issue, width),
                None => Vec::new(),
            }
        }
        Some(RowKind::Phase(p)) => {
            model.plan.phases.get(p).map(|phase| self::phase(model, phase, width)).unwrap_or_default()
        }
        Some(RowKind::Checklist) => vec![Line::from("Tasks that every issue shares.")],
        Some(RowKind::Policies) => vec![Line::from("Rules for the repository as a whole.")],
        Some(RowKind::Claims) => claims(model, width),
        None => Vec::new(),
    }
}

/// Boxes that match no task, unknown markers, tasks without a box.
fn claims<'a>(model: &Model, width: u16) -> Vec<Line<'a>> {
    let mut out = Vec::new();
    let Some(status) = model.status.as_deref() else { return out };
    let claims = &status.claims;
    if let Some(trouble) = &claims.trouble {
        paragraph(&mut out, trouble.raw(), model.theme.unknown(), width);
    }
    for (title, boxes) in
        [("Boxes that match no task", &claims.unmatched), ("Boxes whose marker nobody knows", &claims.unknown_markers)]
    {
        let items: Vec<String> = boxes
            .iter()
            .take(MOST_BOXES)
            .map(|found| {
                let text = clip(&line(found.text.raw()), LONGEST_BOX);
                format!("{}:{} {} {text}", found.path.raw(), found.line, found.marker.raw())
            })
            .collect();
        bullets(&mut out, model, title, &items, width);
        if let Some(more @ 1..) = boxes.len().checked_sub(MOST_BOXES) {
            paragraph(&mut out, &format!("and {more} more; `trueup status` lists them"), model.theme.dim(), width);
        }
    }
    if claims.path.is_some() {
        bullets(&mut out, model, "Tasks without a box", &claims.without_box, width);
    }
    out
}

fn paragraph<'a>(out: &mut Vec<Line<'a>>, text: &str, style: Style, width: u16) {
    out.extend(wrap(&line(text), width).into_iter().map(|text| Line::from(Span::styled(text, style))));
}

fn bullets<'a>(out: &mut Vec<Line<'a>>, model: &Model, title: &str, items: &[String], width: u16) {
    if items.is_empty() {
        return;
    }
    out.push(Line::default());
    out.push(Line::from(Span::styled(title.to_owned(), model.theme.strong())));
    for item in items {
        for (i, text) in wrap(&line(item), width.saturating_sub(2)).into_iter().enumerate() {
            out.push(Line::from(format!("{}{text}", if i == 0 { "· " } else { "  " })));
        }
    }
}

fn phase<'a>(model: &Model, phase: &Phase, width: u16) -> Vec<Line<'a>> {
    let mut out = Vec::new();
    paragraph(&mut out, &phase.title, model.theme.strong(), width);
    out.push(Line::from(Span::styled(format!("priority {}", phase.priority.word()), model.theme.dim())));
    if let Some(rationale) = &phase.rationale {
        out.push(Line::default());
        paragraph(&mut out, rationale, Style::new(), width);
    }
    bullets(&mut out, model, "Files", &phase.files, width);
    out
}

fn issue<'a>(model: &Model, phase: &Phase, issue: &Issue, width: u16) -> Vec<Line<'a>> {
    let mut out = Vec::new();
    paragraph(&mut out, &issue.title, model.theme.strong(), width);
    let linear = issue.linear.as_deref().map(|id| format!(" · {}", line(id))).unwrap_or_default();
    let under = format!("phase {} · priority {}{linear}", line(&phase.id), issue.priority.word());
    out.push(Line::from(Span::styled(under, model.theme.dim())));
    for text in claimed(model, issue) {
        out.extend(wrap(&text, width).into_iter().map(|part| Line::from(Span::styled(part, model.theme.loud()))));
    }
    if !issue.needs.is_empty() {
        paragraph(&mut out, &format!("after {}", issue.needs.join(", ")), model.theme.dim(), width);
    }
    for (title, items) in [
        ("Files", &issue.files),
        ("Rationale", &issue.rationale),
        ("Benefits", &issue.benefits),
        ("Expected", &issue.expected),
        ("Improvements", &issue.improvements),
    ] {
        bullets(&mut out, model, title, items, width);
    }
    if let Some(how) = &issue.implementation {
        out.push(Line::default());
        let title = how.title.clone().unwrap_or_else(|| "Implementation".into());
        out.push(Line::from(Span::styled(line(&title), model.theme.strong())));
        source(&mut out, model, &mask(&how.text), None, width);
    }
    out
}

/// What Linear says of the issue's tasks and is not true.
fn claimed(model: &Model, issue: &Issue) -> Vec<String> {
    let Some(status) = model.status.as_deref() else { return Vec::new() };
    let mut false_claims: Vec<(String, Vec<String>)> = Vec::new();
    for (place, task, judged) in status.rows() {
        let is_own = matches!(place, TaskPlace::Issue(_, own) if own.id == issue.id);
        if !is_own || !judged.is_false_claim() {
            continue;
        }
        for claim in judged.claims.iter().filter(|claim| claim.source == "linear") {
            let says = format!("{} says {}", line(claim.place.raw()), line(claim.value.raw()));
            match false_claims.iter_mut().find(|(known, _)| *known == says) {
                Some((_, tasks)) => tasks.push(line(&task.id)),
                None => false_claims.push((says, vec![line(&task.id)])),
            }
        }
    }
    false_claims.into_iter().map(|(says, tasks)| format!("{says}, not true: {}", tasks.join(", "))).collect()
}

fn source<'a>(out: &mut Vec<Line<'a>>, model: &Model, text: &str, first: Option<u32>, width: u16) {
    for (number, text) in (first.unwrap_or(1)..).zip(terminal(text).lines()) {
        let gutter = if first.is_some() { format!("{number:>5} │ ") } else { "  │ ".to_owned() };
        let room = width.saturating_sub(u16::try_from(gutter.chars().count()).unwrap_or(8));
        let more = format!("{}│ ", " ".repeat(gutter.chars().count().saturating_sub(2)));
        for (i, part) in wrap_source(text, room).into_iter().enumerate() {
            let gutter = if i == 0 { gutter.clone() } else { more.clone() };
            out.push(Line::from(vec![Span::styled(gutter, model.theme.dim()), Span::styled(part, model.theme.code())]));
        }
    }
}

fn task<'a>(model: &Model, index: usize, width: u16) -> Vec<Line<'a>> {
    let theme = model.theme;
    let Some((_, task)) = model.plan.tasks().nth(index) else { return Vec::new() };
    let mut out = Vec::new();
    let Some(judged) = model.status.as_deref().and_then(|status| status.tasks.get(index)) else {
        paragraph(&mut out, &task.text, theme.strong(), width);
        out.push(Line::from(Span::styled("checking…", theme.dim())));
        return out;
    };
    let verdict = judged.verdict();
    let head = format!("{} {} {}", sign(verdict), verdict.word(), line(&task.id));
    out.push(Line::from(Span::styled(head, theme.verdict(verdict).patch(theme.strong()))));
    for text in wrap(&line(&task.text), width) {
        out.push(Line::from(markdown(&text, theme, Style::new())));
    }
    for claim in &judged.claims {
        let says = format!("{} says {}", line(claim.place.raw()), line(claim.value.raw()));
        if judged.is_false_claim() {
            out.push(Line::from(Span::styled(format!(" claimed, not true: {says} "), theme.loud())));
        } else {
            out.push(Line::from(Span::styled(says, theme.dim())));
        }
    }
    for found in judged.outcome.ranked() {
        out.push(Line::default());
        finding(&mut out, model, found, width);
    }
    out
}

fn finding<'a>(out: &mut Vec<Line<'a>>, model: &Model, found: &Finding, width: u16) {
    let theme = model.theme;
    let style = match found.level {
        Level::Proof if found.by.is_some() => theme.strong(),
        Level::Proof => theme.holds(),
        Level::Fault => theme.fails(),
        Level::Note => theme.unknown(),
    };
    let text = format!("{}: {}", found.label(), line(found.message.raw()));
    paragraph(out, &text, style, width);
    if let Some(path) = &found.path {
        let place = match found.lines {
            Some(lines) => format!("  {}:{}", line(path.raw()), lines.line),
            None => format!("  {}", line(path.raw())),
        };
        out.push(Line::from(Span::styled(place, theme.dim())));
    }
    if let (Some(excerpt), Some(lines)) = (&found.excerpt, found.lines) {
        source(out, model, excerpt.raw(), Some(lines.line), width);
    }
    if let Some(help) = &found.help {
        paragraph(out, &format!("→ {}", line(help.raw())), Style::new(), width);
    }
}
