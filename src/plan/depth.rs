//! How deep a TOML text nests, told from its tokens.
//!
//! The parser bounds brackets and the parts of one dotted key, but not their product: eighty inline tables
//! behind eighty-part keys make a tree of six thousand levels, and taking that apart again needs more stack
//! than a thread has.

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::Mistake;
use crate::source::Span;

/// Tables and lists inside each other, dotted keys counted part by part.
pub(super) const DEEPEST: usize = 128;

struct Frame {
    open: TokenKind,
    /// Levels above what stands in the bracket.
    base: usize,
    /// Dots before the bracket since the last comma, to go on counting when it closes.
    dots: usize,
}

/// The mistake of a text that nests deeper than [`DEEPEST`]. Counts at least what the parser would build,
/// also on broken text.
pub(super) fn too_deep(source: &str) -> Option<Mistake> {
    let mut frames: Vec<Frame> = Vec::new();
    let (mut header, mut dots) = (0, 0);
    let (mut in_header, mut at_line_start) = (false, true);
    for token in Source::new(source).lex() {
        let kind = token.kind();
        let base = frames.last().map_or(0, |frame| frame.base);
        match kind {
            TokenKind::Whitespace | TokenKind::Comment => continue,
            TokenKind::Newline if in_header || frames.is_empty() => {
                frames.clear();
                (dots, in_header, at_line_start) = (0, false, true);
                continue;
            }
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                if frames.is_empty() && at_line_start && kind == TokenKind::LeftSquareBracket {
                    (in_header, header) = (true, 2);
                }
                frames.push(Frame { open: kind, base: base + dots + 1, dots });
                dots = 0;
            }
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                let open = if kind == TokenKind::RightSquareBracket {
                    TokenKind::LeftSquareBracket
                } else {
                    TokenKind::LeftCurlyBracket
                };
                if frames.last().is_some_and(|frame| frame.open == open) {
                    dots = frames.pop().map_or(0, |frame| frame.dots);
                }
            }
            TokenKind::Comma => dots = 0,
            TokenKind::Dot => {
                dots += 1;
                // Each part of a header may be a list of tables: two levels.
                header += if in_header { 2 } else { 0 };
            }
            _ => {}
        }
        at_line_start = false;
        let depth = header + frames.last().map_or(0, |frame| frame.base) + dots;
        if depth > DEEPEST {
            let span = token.span();
            return Some(Mistake::new(
                Span::new(span.start(), span.end()),
                format!("tables and lists stand more than {DEEPEST} levels deep here"),
                Some("no plan needs that; the file is not read any further".to_owned()),
            ));
        }
    }
    None
}
