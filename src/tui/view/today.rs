//! The checklist of the day, a task selected.
//!
//! ```text
//! ┌ Today ──────────────────────────────┐
//! │ title: day                          │
//! │ Broke (1) since the last look       │
//! │   ✗ 1.2 text · who broke it         │  ← selected
//! │     Dockerfile:3 why                │
//! │ Ready (5)                           │
//! └─────────────────────────────────────┘
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::painted::painted;
use super::waiting;
use crate::report::human::outline_rows;
use crate::tui::Model;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let title = format!("Today {}{}", waiting::place(model), waiting::state(&model.day));
    let inner = super::framed(&title, true, model.theme, frame, area);
    let Some(day) = &model.day.value else {
        return waiting::draw(&model.day, "judging the plan and its history…", model.theme, frame, inner);
    };
    let rows = outline_rows(&day.today, usize::from(inner.width));
    let height = usize::from(inner.height);
    let first = rows.iter().position(|row| row.item == Some(model.today.selected)).unwrap_or(0);
    let is_last = rows.iter().skip(first).all(|row| row.item.is_none_or(|item| item == model.today.selected));
    let top = match model.today.selected {
        0 => 0,
        // What stands below the last task cannot be gone to.
        _ if is_last => first.min(rows.len().saturating_sub(height)),
        _ => super::window(first, rows.len(), height),
    };
    let lines: Vec<Line<'_>> = (top..)
        .zip(rows.iter().skip(top).take(height))
        .map(|(at, row)| {
            let text = painted(&row.text, model.theme);
            let width = usize::from(inner.width);
            let is_it = at == first && row.item.is_some();
            if is_it { super::selected(text, width, true, model.theme) } else { text }
        })
        .collect();
    let below = rows.len().saturating_sub(top + lines.len());
    frame.render_widget(Paragraph::new(lines), inner);
    super::more(below, model.theme, frame, area);
}
