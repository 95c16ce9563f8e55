//! The panes with their keys, the one on the screen in brackets.
//!
//! ```text
//!  [1 Plan]  2 Today   3 Standup   4 History   5 Linear
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::tui::Model;
use crate::tui::pane::Pane;

/// Fewer columns have no room for every name.
const NAMES: u16 = 58;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    // Where not all names fit, only the one of the pane on the screen is there.
    let named = area.width >= NAMES;
    let mut spans = vec![Span::raw(" ")];
    for (number, pane) in (1..).zip(Pane::ALL) {
        let name = pane.name();
        let (text, style) = match (pane == model.pane, named) {
            (true, _) => (format!("[{number} {name}]"), model.theme.selected(true)),
            (false, true) => (format!(" {number} {name}  "), model.theme.dim()),
            (false, false) => (format!(" {number} "), model.theme.dim()),
        };
        spans.push(Span::styled(text, style));
        if pane == model.pane {
            spans.push(Span::raw(" "));
        }
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}
