//! The footer: the keys that matter most, or the filter being typed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::report::encode::line;
use crate::tui::{ACTIONS, Model};

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    if model.editing {
        let spans = vec![
            Span::styled(" /", theme.strong()),
            Span::raw(line(&model.filter)),
            Span::raw("▏"),
            Span::styled("  Enter keeps it, Esc drops it", theme.dim()),
        ];
        frame.render_widget(Paragraph::new(Line::from(spans)), area);
        return;
    }
    let mut spans = vec![Span::raw(" ")];
    for action in ACTIONS.iter().filter(|action| action.footer) {
        spans.push(Span::styled(action.keys, theme.strong()));
        spans.push(Span::styled(format!(" {}  ", action.name), theme.dim()));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}
