//! Every key, and what the signs mean.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use super::text::wrap;
use crate::tui::{Model, actions_of};

/// Columns of the list, where the terminal has them.
const WIDTH: u16 = 72;
/// Columns of the keys.
const KEYS: u16 = 9;
/// What the signs mean, under the keys.
const LEGEND: [&str; 4] = [
    "✓ holds: proven   ✗ fails: a fault to show   ? unknown: see why",
    "4/9 !2: four of nine hold, two are ticked and not true",
    "(3): how many findings there are to see",
    "No verdict can be set: each is computed from the repository.",
];

fn area(model: &Model, lines: usize) -> Rect {
    let (columns, rows) = model.size;
    let width = WIDTH.min(columns);
    let height = u16::try_from(lines + 2).unwrap_or(u16::MAX).min(rows);
    Rect::new((columns - width) / 2, (rows - height) / 2, width, height)
}

fn lines<'a>(model: &Model) -> Vec<Line<'a>> {
    let room = WIDTH.min(model.size.0).saturating_sub(2);
    let mut lines = Vec::new();
    for action in actions_of(model.pane) {
        for (i, part) in wrap(action.help, room.saturating_sub(KEYS + 1)).into_iter().enumerate() {
            let keys = format!(" {:<8}", if i == 0 { action.keys } else { "" });
            lines.push(Line::from(vec![Span::styled(keys, model.theme.strong()), Span::raw(part)]));
        }
    }
    lines.push(Line::default());
    let legend = LEGEND.iter().flat_map(|text| wrap(text, room.saturating_sub(1)));
    lines.extend(legend.map(|text| Line::from(format!(" {text}"))));
    lines
}

/// How far the list can be scrolled.
pub(super) fn last(model: &Model) -> u16 {
    let lines = lines(model).len();
    u16::try_from(lines).unwrap_or(u16::MAX).saturating_sub(area(model, lines).height.saturating_sub(2))
}

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let lines = lines(model);
    let area = area(model, lines.len());
    let last = last(model);
    let title = if last > 0 { " Keys · ↑ ↓ scroll, another key closes " } else { " Keys · any key closes " };
    let block = Block::bordered().title(title).border_style(model.theme.frame(true));
    frame.render_widget(Clear, area);
    let scroll = model.help_scroll.min(last);
    frame.render_widget(Paragraph::new(lines).scroll((scroll, 0)).block(block), area);
    super::more(usize::from(last - scroll), model.theme, frame, area);
}
