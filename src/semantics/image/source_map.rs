//! The way back from the text that a shell gets to the file it stands in.

use std::sync::Arc;

use crate::formats::dockerfile::Word;
use crate::semantics::shell::Command;
use crate::source::Span;

/// Where each byte of a text stands in its file.
#[derive(Debug, Clone)]
pub(super) enum SourceMap {
    /// The text is the file.
    Whole,
    /// (offset in the text, offset in the file) of each piece, both rising.
    Pieces(Vec<(usize, usize)>),
    /// Words with a place each: (first byte, one past the last, place).
    Words(Vec<(usize, usize, Span)>),
    /// Another text after a line of this many bytes, which stands nowhere.
    After(Arc<SourceMap>, usize),
}

impl SourceMap {
    fn offset(&self, offset: usize) -> usize {
        match self {
            Self::Whole => offset,
            Self::Pieces(pieces) => {
                let at = pieces.partition_point(|(text, _)| *text <= offset);
                match at.checked_sub(1).and_then(|at| pieces.get(at)) {
                    Some((text, source)) => source + (offset - text),
                    None => pieces.first().map_or(offset, |(_, source)| *source),
                }
            }
            Self::Words(words) => words
                .iter()
                .find(|(_, end, _)| offset < *end)
                .or(words.last())
                .map_or(offset, |(start, _, span)| (span.start + offset.saturating_sub(*start)).min(span.end)),
            Self::After(inner, len) => inner.offset(offset.saturating_sub(*len)),
        }
    }

    /// The place of a span of the text.
    pub(super) fn span(&self, span: Span) -> Span {
        match self {
            Self::After(inner, len) => {
                inner.span(Span::new(span.start.saturating_sub(*len), span.end.saturating_sub(*len)))
            }
            Self::Words(words) => {
                let touched =
                    words.iter().filter(|(start, end, _)| *start < span.end.max(span.start + 1) && *end > span.start);
                touched.map(|(_, _, span)| *span).reduce(Span::to).unwrap_or_default()
            }
            _ if span.end > span.start => Span::new(self.offset(span.start), self.offset(span.end - 1) + 1),
            _ => Span::new(self.offset(span.start), self.offset(span.start)),
        }
    }

    /// Moves the spans of a command, its arguments and its wrappers into the file.
    pub(super) fn command(&self, command: &mut Command) {
        command.span = self.span(command.span);
        command.calls = command.calls.iter().map(|call| self.span(*call)).collect();
        let arguments = command.argv.iter_mut().chain(command.wrappers.iter_mut().flatten());
        let own = command.env.iter_mut().map(|(_, value)| value);
        for arg in arguments.chain(command.stdin.as_mut()).chain(own) {
            arg.span = self.span(arg.span);
        }
    }
}

/// Words of an exec form as a command line that a shell would read the same.
pub(super) fn quoted(words: &[Word]) -> (String, SourceMap) {
    let mut text = String::new();
    let mut places = Vec::new();
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        let start = text.len();
        text.push('\'');
        text.push_str(&word.text.replace('\'', "'\\''"));
        text.push('\'');
        places.push((start, text.len(), word.span));
    }
    (text, SourceMap::Words(places))
}
