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

/// Columns between keys, name and help.
const GAP: usize = 2;

pub(super) fn draw(model: &Model, palette: &Palette, frame: &mut Frame<'_>) {
    let (columns, rows) = model.size;
    let found = palette.found(model.pane);
    // As large as with nothing typed, so that it does not jump about.
    let all = Palette::default().found(model.pane);
    let longest = |of: fn(&Action) -> &str| all.iter().map(|action| width_of(of(action))).max().unwrap_or(0);
    let parts = (longest(|action| action.keys) + GAP, longest(|action| action.name) + GAP);
    let size = |cells: usize| u16::try_from(cells).unwrap_or(u16::MAX);
    // A blank at each side of a line, and the frame.
    let cells = parts.0 + parts.1 + longest(|action| action.help) + 4;
    let (width, height) = (size(cells).min(columns), size(all.len() + 3).min(rows));
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
        let text = row(action, parts, usize::from(inner.width), model);
        if at == selected { super::selected(text, usize::from(inner.width), true, model.theme) } else { text }
    }));
    if found.is_empty() {
        lines.push(Line::styled(" no action is called that", model.theme.dim()));
    }
    frame.render_widget(Clear, area);
    frame.render_widget(Paragraph::new(lines).block(block), area);
}

/// Keys, name and help; `parts` are the columns of the first two.
fn row<'a>(action: &Action, parts: (usize, usize), width: usize, model: &Model) -> Line<'a> {
    let padded = |text: &str, columns: usize| format!("{text}{}", " ".repeat(columns.saturating_sub(width_of(text))));
    let (keys, name) = (padded(action.keys, parts.0), padded(action.name, parts.1));
    let help = clip(action.help, width.saturating_sub(1 + width_of(&keys) + width_of(&name)));
    Line::from(vec![
        Span::styled(format!(" {keys}"), model.theme.strong()),
        Span::raw(name),
        Span::styled(help, model.theme.dim()),
    ])
}
