//! Outside text as spans.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::report::encode::line;
use crate::tui::theme::Theme;

/// A task's text: what stands in backquotes as code.
pub(super) fn markdown<'a>(text: &str, theme: Theme, base: Style) -> Vec<Span<'a>> {
    line(text)
        .split('`')
        .enumerate()
        .filter(|(_, part)| !part.is_empty())
        .map(|(i, part)| Span::styled(part.to_owned(), if i % 2 == 1 { base.patch(theme.code()) } else { base }))
        .collect()
}

/// The text in lines of at most `width` cells.
pub(super) fn wrap(text: &str, width: u16) -> Vec<String> {
    textwrap::wrap(text, usize::from(width.max(8))).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// A line of a source in pieces of at most `width` cells, its blanks kept.
pub(super) fn wrap_source(text: &str, width: u16) -> Vec<String> {
    let indent = " ".repeat((text.len() - text.trim_start().len()).min(usize::from(width) / 2));
    let options = textwrap::Options::new(usize::from(width.max(8))).subsequent_indent(&indent);
    let pieces: Vec<String> = textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect();
    if pieces.is_empty() { vec![String::new()] } else { pieces }
}
