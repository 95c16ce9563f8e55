//! What is wrong in a plan, as a compiler shows it.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::encode::{line, terminal};
use crate::plan::Mistake;
use crate::source::{Lines, Span, mask};

/// So many mistakes are shown with their source; the others are counted.
const MOST_SHOWN: usize = 100;
/// Of a longer line (bytes) only the part around the mistake is shown.
const LONGEST_LINE: usize = 4_000;

/// Every mistake with its line, a caret and what to do, and how many there are. `source` is the text that the
/// mistakes were found in; it and `path` are encoded for a terminal, and values of secret keys are masked.
/// Styled; `anstream` takes the styles off where they are not wanted.
pub fn render(path: &str, source: &str, found: &[Mistake]) -> String {
    let lines = Lines::of(source.as_bytes());
    let renderer = Renderer::styled();
    let path = line(path);
    let mut out = String::new();
    for mistake in found.iter().take(MOST_SHOWN) {
        let number = lines.line(mistake.span.start);
        let (text, span) = excerpt(source, &lines, number, mistake.span);
        let message = line(&mask(&mistake.message));
        let help = mistake.help.as_ref().map(|help| line(&mask(help)));
        let snippet = Snippet::source(text.as_str())
            .line_start(number as usize)
            .path(path.as_str())
            .fold(false)
            .annotation(AnnotationKind::Primary.span(span.start..span.end));
        let mut group = Level::ERROR.primary_title(message.as_str()).element(snippet);
        if let Some(help) = &help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let _ = writeln!(out, "{}\n", renderer.render(&[group]));
    }
    let count = if found.len() == 1 { "1 mistake".to_owned() } else { format!("{} mistakes", found.len()) };
    let hidden = match found.len().saturating_sub(MOST_SHOWN) {
        0 => String::new(),
        hidden => format!(", {hidden} of them not shown"),
    };
    let _ = writeln!(out, "{path}: {count}{hidden}");
    out
}

/// The line of a mistake as it is shown, and the mistake's place in it: what goes on to other lines ends here.
fn excerpt(source: &str, lines: &Lines, number: u32, span: Span) -> (String, Span) {
    let bytes = lines.bytes(source.as_bytes(), number);
    let whole = String::from_utf8_lossy(bytes).into_owned();
    let begin = lines.start(number).unwrap_or(source.len());
    let mut start = span.start.saturating_sub(begin).min(whole.len());
    let mut end = span.end.saturating_sub(begin).clamp(start, whole.len());
    let mut shown = mask(&whole);
    if shown != whole {
        let same = shown.bytes().zip(whole.bytes()).take_while(|(shown, whole)| shown == whole).count();
        if end > same {
            (start, end) = (start.min(same), shown.len());
        }
    }
    if shown.len() > LONGEST_LINE {
        let from = start.saturating_sub(LONGEST_LINE / 2);
        let cut = (from..=start).find(|at| shown.is_char_boundary(*at)).unwrap_or(0);
        let last = (cut + LONGEST_LINE).min(shown.len());
        let last = (cut..=last).rev().find(|at| shown.is_char_boundary(*at)).unwrap_or(cut);
        shown = shown.get(cut..last).unwrap_or_default().to_owned();
        start -= cut;
        end = end.saturating_sub(cut).min(shown.len());
    }
    let part = |from: usize, to: usize| terminal(shown.get(from..to).unwrap_or_default());
    let (before, marked, after) = (part(0, start), part(start, end), part(end, shown.len()));
    let span = Span::new(before.len(), before.len() + marked.len());
    (before + &marked + &after, span)
}
