//! The palette, over everything else.
//!
//! ```text
//! ┌ Actions ────────────────────────────┐
//! │ :query▏                             │
//! │ r        again       work it out …  │  ← selected
//! └ Enter does it · Esc closes ─────────┘
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use crate::report::encode::line;
use crate::report::human::{clip, width_of};
use crate::tui::{Action, Model, Palette};

/// Columns of the keys, and of a name.
const COLUMNS: (usize, usize) = (10, 18);

pub(super) fn draw(model: &Model, palette: &Palette, frame: &mut Frame<'_>) {
    let (columns, rows) = model.size;
    let found = palette.found(model.pane);
    // As large as with nothing typed, so that it does not jump about.
    let all = Palette::default().found(model.pane);
    let longest = all.iter().map(|action| width_of(action.help)).max().unwrap_or(0);
    let size = |cells: usize| u16::try_from(cells).unwrap_or(u16::MAX);
    let (width, height) = (size(COLUMNS.0 + COLUMNS.1 + longest + 4).min(columns), size(all.len() + 3).min(rows));
    let area = Rect::new((columns - width) / 2, (rows - height) / 2, width, height);
    let block = Block::bordered()
        .title(" Actions ")
        .title_bottom(" Enter does it · Esc closes ")
        .border_style(model.theme.frame(true));
    let inner = block.inner(area);
    let room = usize::from(inner.height.saturating_sub(1));
    let selected = palette.selected.min(found.len().saturating_sub(1));
    let top = super::window(selected, found.len(), room);
    let mut lines = vec![Line::from(vec![
        Span::styled(" :", model.theme.strong()),
        Span::raw(line(&palette.query)),
        Span::raw("▏"),
    ])];
    let shown = found.iter().enumerate().skip(top).take(room);
    lines.extend(shown.map(|(at, action)| {
        let text = row(action, usize::from(inner.width), model);
        if at == selected { super::selected(text, usize::from(inner.width), true, model.theme) } else { text }
    }));
    if found.is_empty() {
        lines.push(Line::styled(" no action is called that", model.theme.dim()));
    }
    frame.render_widget(Clear, area);
    frame.render_widget(Paragraph::new(lines).block(block), area);
}

fn row<'a>(action: &Action, width: usize, model: &Model) -> Line<'a> {
    let padded = |text: &str, columns: usize| format!("{text}{}", " ".repeat(columns.saturating_sub(width_of(text))));
    let (keys, name) = (padded(action.keys, COLUMNS.0), padded(action.name, COLUMNS.1));
    let help = clip(action.help, width.saturating_sub(1 + width_of(&keys) + width_of(&name)));
    Line::from(vec![
        Span::styled(format!(" {keys}"), model.theme.strong()),
        Span::raw(name),
        Span::styled(help, model.theme.dim()),
    ])
}
