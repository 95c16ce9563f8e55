//! Every key.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use crate::tui::{ACTIONS, Model};

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let theme = model.theme;
    let mut lines: Vec<Line<'_>> = ACTIONS
        .iter()
        .map(|action| {
            Line::from(vec![Span::styled(format!(" {:<8}", action.keys), theme.strong()), Span::raw(action.help)])
        })
        .collect();
    lines.push(Line::default());
    lines.push(Line::from(" ✓ holds: proven   ✗ fails: a fault to show   ? unknown: see why"));
    lines.push(Line::from(" No verdict can be set: each is computed from the repository."));
    let screen = frame.area();
    let width = 72.min(screen.width);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(screen.height);
    let area = Rect::new((screen.width - width) / 2, (screen.height - height) / 2, width, height);
    frame.render_widget(Clear, area);
    let block = Block::bordered().title(" Keys · any key closes ").border_style(theme.frame(true));
    frame.render_widget(Paragraph::new(lines).block(block), area);
}
