//! Text that `report::human` painted, as spans: the reports of the command line and the panes are the same words.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::tui::theme::Theme;

/// A painted line. Its escapes are our own: outside text comes through an encoder that leaves none in.
pub(super) fn painted<'a>(text: &str, theme: Theme) -> Line<'a> {
    let mut spans = Vec::new();
    let mut style = Style::new();
    for (i, part) in text.split('\u{1b}').enumerate() {
        let shown = match (i, part.strip_prefix('[').and_then(|part| part.split_once('m'))) {
            (1.., Some((codes, shown))) => {
                style = codes.split(';').fold(style, |style, code| turned(style, code, theme));
                shown
            }
            _ => part,
        };
        if !shown.is_empty() {
            spans.push(Span::styled(shown.to_owned(), style));
        }
    }
    Line::from(spans)
}

/// What a code of SGR (ECMA-48, 8.3.117) does to a style.
fn turned(style: Style, code: &str, theme: Theme) -> Style {
    match code {
        "" | "0" => Style::new(),
        "1" => style.add_modifier(Modifier::BOLD),
        "2" => style.patch(theme.dim()),
        "31" => style.patch(theme.fails()),
        "32" => style.patch(theme.holds()),
        "33" => style.patch(theme.unknown()),
        "36" => style.patch(theme.code()),
        _ => style,
    }
}
