//! What to say in the standup.
//!
//! ```text
//! ┌ Standup · by person ────────────────┐
//! │ title: 33/64 hold (+2 −1 since Fri) │
//! │ …                                   │
//! └──────────────────────────────── ↓ 3 ┘
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::painted::painted;
use super::waiting;
use crate::plan::StandupBy;
use crate::report::human::{OutlineRow, outline_rows};
use crate::tui::Model;

fn rows(model: &Model, width: u16) -> Vec<OutlineRow> {
    let day = model.day.value.as_deref();
    day.map(|day| outline_rows(model.standup.text(day), usize::from(width))).unwrap_or_default()
}

/// How far the text can be scrolled in an area.
pub(super) fn last(model: &Model, area: Rect) -> usize {
    rows(model, area.width.saturating_sub(2)).len().saturating_sub(usize::from(area.height.saturating_sub(2)))
}

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let by = model.day.value.as_deref().map(|day| match model.standup.by(day) {
        StandupBy::Person => "· by person ",
        StandupBy::Issue => "· by issue ",
    });
    let title = format!("Standup {}{}{}", by.unwrap_or(""), waiting::place(model), waiting::state(&model.day));
    let inner = super::framed(&title, true, model.theme, frame, area);
    if model.day.value.is_none() {
        return waiting::draw(&model.day, "judging the plan and its history…", model.theme, frame, inner);
    }
    let rows = rows(model, inner.width);
    let last = last(model, area);
    let top = model.standup.scroll.min(last);
    let shown = rows.iter().skip(top).take(usize::from(inner.height));
    let lines: Vec<Line<'_>> = shown.map(|row| painted(&row.text, model.theme)).collect();
    frame.render_widget(Paragraph::new(lines), inner);
    super::more(last - top, model.theme, frame, area);
}
