//! The panes with their keys, the one on the screen in brackets.
//!
//! ```text
//!  [1 Plan]  2 Today   3 Standup   4 History
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::tui::Model;
use crate::tui::pane::Pane;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let gap = if area.width < 52 { "" } else { " " };
    let mut spans = vec![Span::raw(gap)];
    for (number, pane) in (1..).zip(Pane::ALL) {
        let name = pane.name();
        if pane == model.pane {
            spans.push(Span::styled(format!("[{number} {name}]{gap}"), model.theme.selected(true)));
        } else {
            spans.push(Span::styled(format!(" {number} {name} {gap}"), model.theme.dim()));
        }
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}
