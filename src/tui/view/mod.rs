//! The screen, a pure function of the model.
//!
//! ```text
//! tabs      the panes and their keys
//! header    title, place (loud when it is the past), state of the check
//!           CLAIMED, NOT TRUE
//!           one bar a phase; where not all fit, one for the plan
//! body      the pane; Plan is tree │ evidence (below each other under 100 columns)
//! footer    keys, the filter being typed, or what is to be told until the next key
//! ```

mod evidence;
mod footer;
mod header;
mod help;
mod history;
mod linear;
mod painted;
mod palette;
mod standup;
mod tabs;
mod text;
mod today;
mod tree;
mod waiting;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};

use super::Model;
use super::pane::Pane;
use super::theme::Theme;

/// Fewer columns than this are too few.
const LEAST_COLUMNS: u16 = 40;
/// Fewer lines than this are too few.
const LEAST_LINES: u16 = 12;
/// From here on tree and evidence stand beside each other.
const WIDE: u16 = 100;

/// Where the parts of the screen are.
struct Areas {
    tabs: Rect,
    header: Rect,
    body: Rect,
    footer: Rect,
}

fn areas(model: &Model, pane: Pane) -> Areas {
    let screen = Rect::new(0, 0, model.size.0, model.size.1);
    let [tabs, header, body, footer] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(header::height(model, pane)),
        Constraint::Min(3),
        Constraint::Length(1),
    ])
    .areas(screen);
    Areas { tabs, header, body, footer }
}

/// Tree and evidence.
fn plan_areas(model: &Model) -> (Rect, Rect) {
    let body = areas(model, Pane::Plan).body;
    let [tree, evidence] = if model.size.0 >= WIDE {
        Layout::horizontal([Constraint::Percentage(52), Constraint::Fill(1)]).areas(body)
    } else {
        Layout::vertical([Constraint::Percentage(55), Constraint::Fill(1)]).areas(body)
    };
    (tree, evidence)
}

/// Lines of the tree that fit on the screen.
pub(super) fn tree_height(model: &Model) -> u16 {
    plan_areas(model).0.height.saturating_sub(2)
}

/// Lines of a page of what keys move.
pub(super) fn page(model: &Model) -> u16 {
    let body = areas(model, model.pane).body;
    match model.pane {
        Pane::Plan => tree_height(model),
        Pane::Today => body.height.saturating_sub(2) / 2,
        Pane::Standup | Pane::Linear => body.height.saturating_sub(2),
        Pane::History => history::page(body),
    }
}

/// How far the evidence can be scrolled.
pub(super) fn evidence_last(model: &Model) -> u16 {
    let area = plan_areas(model).1;
    let lines = evidence::lines(model, area.width.saturating_sub(2)).len();
    u16::try_from(lines).unwrap_or(u16::MAX).saturating_sub(area.height.saturating_sub(2))
}

/// How far the standup can be scrolled.
pub(super) fn standup_last(model: &Model) -> usize {
    standup::last(model, areas(model, Pane::Standup).body)
}

/// How far what is told of Linear can be scrolled.
pub(super) fn linear_last(model: &Model) -> usize {
    linear::last(model, areas(model, Pane::Linear).body)
}

/// The first of `count` lines on the screen, so that `selected` stands in its middle where it can.
fn window(selected: usize, count: usize, height: usize) -> usize {
    selected.saturating_sub(height / 2).min(count.saturating_sub(height))
}

/// A pane's frame with its title, and the room inside. The one that keys go to has a bold title, not only a colour.
fn framed(title: &str, focused: bool, theme: Theme, frame: &mut Frame<'_>, area: Rect) -> Rect {
    let title = Span::styled(format!(" {} ", title.trim()), if focused { theme.strong() } else { Style::new() });
    let block = Block::bordered().title(title).border_style(theme.frame(focused));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    inner
}

/// Says on a pane's lower edge how many lines there are below.
fn more(below: usize, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    if below > 0 && area.width > 12 {
        let mark = Span::styled(format!(" ↓ {below} "), theme.dim());
        let width = u16::try_from(mark.width()).unwrap_or(u16::MAX).min(area.width - 2);
        let place = Rect::new(area.right().saturating_sub(1 + width), area.bottom().saturating_sub(1), width, 1);
        frame.render_widget(Paragraph::new(mark), place);
    }
}

/// A selected line, filled up to the end: one look from end to end, whatever colours its parts have. Nothing is lost by
/// that, since nothing is said by colour alone.
fn selected<'a>(line: Line<'a>, width: usize, focused: bool, theme: Theme) -> Line<'a> {
    let rest = width.saturating_sub(line.width());
    let mut spans = line.spans;
    if focused {
        for span in &mut spans {
            let own = span.style.add_modifier - (Modifier::DIM | Modifier::REVERSED);
            span.style = Style { fg: None, bg: None, add_modifier: own, ..span.style };
        }
    }
    spans.push(Span::raw(" ".repeat(rest)));
    Line::from(spans).style(theme.selected(focused))
}

/// How far the help can be scrolled; 0 when all of it fits.
pub(super) fn help_last(model: &Model) -> u16 {
    help::last(model)
}

/// Draws the model.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let (columns, lines) = model.size;
    if columns < LEAST_COLUMNS || lines < LEAST_LINES {
        let text = format!("trueup needs {LEAST_COLUMNS}×{LEAST_LINES}; this terminal has {columns}×{lines}");
        let lines: Vec<Line<'_>> = text::wrap(&text, columns).into_iter().map(Line::from).collect();
        frame.render_widget(Paragraph::new(lines), frame.area());
        return;
    }
    let areas = areas(model, model.pane);
    tabs::draw(model, frame, areas.tabs);
    header::draw(model, frame, areas.header);
    match model.pane {
        Pane::Plan => {
            let (over, under) = plan_areas(model);
            tree::draw(model, frame, over);
            evidence::draw(model, frame, under);
        }
        Pane::Today => today::draw(model, frame, areas.body),
        Pane::Standup => standup::draw(model, frame, areas.body),
        Pane::Linear => linear::draw(model, frame, areas.body),
        Pane::History => history::draw(model, frame, areas.body),
    }
    footer::draw(model, frame, areas.footer);
    if model.help {
        help::draw(model, frame);
    }
    if let Some(palette) = &model.palette {
        palette::draw(model, palette, frame);
    }
}
