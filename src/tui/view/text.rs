//! Outside text as spans.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::report::encode::line;
use crate::report::human::clip;
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

/// Spans in at most `width` cells; of more, the end is left out, with a sign for it.
pub(super) fn clipped(spans: Vec<Span<'_>>, width: usize) -> Vec<Span<'_>> {
    if spans.iter().map(Span::width).sum::<usize>() <= width {
        return spans;
    }
    let mut room = width;
    let mut kept = Vec::new();
    for span in spans {
        // A span that just fits is not the last one: the sign needs a cell.
        if span.width() < room {
            room -= span.width();
            kept.push(span);
            continue;
        }
        let text = clip(&format!("{} ", span.content), room);
        kept.push(Span::styled(text, span.style));
        break;
    }
    kept
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
