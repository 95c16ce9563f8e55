//! Which statement of a TOML text a mistake breaks.

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use crate::plan::Mistake;
use crate::source::Span;

/// Where a mistake stands, told from the tokens before it.
#[derive(Default)]
struct Place {
    /// Where its statement's first line begins.
    start: usize,
    /// Whether the statement is a `[header]`.
    header: bool,
    /// The outermost bracket that is open.
    open: Option<(usize, char)>,
    /// The last multi-line text of the statement that begins before the mistake.
    text: Option<Span>,
}

/// The mistake in words of ours where the parser's are poor, and the statement to leave out: `None` when there
/// is nothing left to leave out. A header takes what stands below it along, since nobody knows whose it is.
pub(super) fn broken(text: &str, mistake: Mistake) -> (Mistake, Option<Span>) {
    let at = mistake.span.start.min(text.len());
    let place = place(text, at);
    let line_end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end);
    if let Some(swallowed) = place.text.and_then(|span| never_closed(text, span)) {
        let opening = Span::new(swallowed.start, swallowed.start + 3);
        let help = "end it with the same three quotes that it begins with".to_owned();
        let mistake = Mistake::new(opening, "this text over several lines is never closed", Some(help));
        return (mistake, solid(text, Span::new(place.start, swallowed.end)));
    }
    if let Some((open, bracket)) = place.open.filter(|_| !place.header) {
        let cut = next_header(text, open);
        if cut <= at || text.get(at..).is_none_or(|rest| rest.trim().is_empty()) {
            let close = if bracket == '[' { ']' } else { '}' };
            let message = format!("this `{bracket}` is never closed");
            let mistake = Mistake::new(Span::new(open, open + 1), message, Some(format!("close it with `{close}`")));
            return (mistake, solid(text, Span::new(place.start, cut.min(line_end).max(open))));
        }
    }
    let end = if place.header { next_header(text, at) } else { line_end };
    let end = place.text.map_or(end, |span| end.max(span.end));
    let mistake = explain(text, mistake, &place);
    (mistake, solid(text, Span::new(place.start, end)))
}

fn place(text: &str, at: usize) -> Place {
    let mut place = Place::default();
    let mut brackets: Vec<(usize, char)> = Vec::new();
    let mut at_line_start = true;
    for token in Source::new(text).lex() {
        let span = Span::new(token.span().start(), token.span().end());
        if span.start >= at && !(span.start == at && at_line_start && token.kind() == TokenKind::LeftSquareBracket) {
            break;
        }
        match token.kind() {
            TokenKind::Newline if brackets.is_empty() || place.header => {
                brackets.clear();
                place = Place { start: span.end, ..Place::default() };
                at_line_start = true;
                continue;
            }
            TokenKind::Whitespace | TokenKind::Comment | TokenKind::Newline => continue,
            TokenKind::LeftSquareBracket => {
                place.header |= at_line_start;
                brackets.push((span.start, '['));
            }
            TokenKind::LeftCurlyBracket => brackets.push((span.start, '{')),
            TokenKind::RightSquareBracket if brackets.last().is_some_and(|(_, open)| *open == '[') => {
                brackets.pop();
            }
            TokenKind::RightCurlyBracket if brackets.last().is_some_and(|(_, open)| *open == '{') => {
                brackets.pop();
            }
            TokenKind::MlBasicString | TokenKind::MlLiteralString => place.text = Some(span),
            _ => {}
        }
        at_line_start = false;
    }
    place.open = brackets.first().copied();
    place
}

/// What a multi-line text swallowed: up to the next header, when it ends nowhere or goes over a header.
fn never_closed(text: &str, span: Span) -> Option<Span> {
    let whole = text.get(span.start..span.end)?;
    let quotes = whole.get(..3)?;
    let closed = whole.len() >= 6 && whole.ends_with(quotes);
    let header = next_header(text, span.start);
    (!closed || header < span.end).then(|| Span::new(span.start, header.min(span.end)))
}

/// Where the first line after the one of `from` begins that is a `[header]`; the end of the text when none is.
fn next_header(text: &str, from: usize) -> usize {
    let mut start = from;
    while let Some(end) = text.get(start..).and_then(|rest| rest.find('\n')) {
        start += end + 1;
        if text.get(start..).is_some_and(|rest| header(rest.lines().next().unwrap_or_default()).is_some()) {
            return start;
        }
    }
    text.len()
}

/// The inside of a `[header]` or `[[header]]` line of bare keys.
fn header(line: &str) -> Option<&str> {
    let inside = line.trim_start().strip_prefix('[')?;
    let inside = inside.strip_prefix('[').unwrap_or(inside);
    let (inside, rest) = inside.split_once(']')?;
    let rest = rest.strip_prefix(']').unwrap_or(rest).trim();
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!inside.is_empty() && inside.chars().all(bare) && (rest.is_empty() || rest.starts_with('#'))).then_some(inside)
}

/// The span, grown upward until there is something in it.
fn solid(text: &str, span: Span) -> Option<Span> {
    let end = span.end.min(text.len());
    let mut start = span.start.min(end);
    while text.get(start..end)?.trim().is_empty() {
        let above = text.get(..start)?.trim_end_matches(['\n', '\r']);
        if above.len() == start {
            return None;
        }
        start = above.rfind('\n').map_or(0, |newline| newline + 1);
    }
    Some(Span::new(start, end))
}

fn explain(text: &str, mistake: Mistake, place: &Place) -> Mistake {
    let written = text.get(mistake.span.start..mistake.span.end).unwrap_or_default();
    if mistake.message == "duplicate key" {
        let (message, help) = match earlier(text, place, written) {
            Some(line) => (format!("`{written}` is already on line {line}"), "keep one of them".to_owned()),
            None if place.header => (
                format!("`{written}` is already there as something else"),
                format!("`[[{written}]]` comes before what stands inside it, always with two brackets"),
            ),
            None => (format!("`{written}` stands here twice"), "keep one of them".to_owned()),
        };
        return Mistake::new(mistake.span, message, Some(help));
    }
    let known = WORDS.iter().find(|(begin, _, _)| mistake.message.starts_with(begin));
    match known {
        Some((_, message, help)) => Mistake::new(mistake.span, *message, Some((*help).to_owned())),
        None => {
            let help = "the format is TOML: https://toml.io/en/v1.1.0".to_owned();
            Mistake { help: mistake.help.or(Some(help)), ..mistake }
        }
    }
}

/// How some of the parser's messages begin, and what is said instead.
const WORDS: &[(&str, &str, &str)] = &[
    ("string values must be quoted", "a text value stands in quotes", "write it in quotes: `\"…\"`"),
    ("invalid basic string, expected `\"`", "this text is never closed", "end it with `\"`, in the same line"),
    ("invalid literal string, expected `'`", "this text is never closed", "end it with `'`, in the same line"),
    ("unclosed table, expected `]`", "this header is never closed", "end it with as many `]` as it has `[`"),
    ("unclosed array table, expected `]`", "this header is never closed", "end it with `]]`"),
    ("key with no value", "this key has no value", "write `name = \"…\"`; text after `#` is a comment"),
    (
        "missing comma between array elements",
        "a comma is missing here",
        "put a comma between the items, and `]` after the last",
    ),
    (
        "missing comma between key-value pairs",
        "a comma is missing here",
        "put a comma between the keys, and `}` after the last",
    ),
    (
        "missing escaped value",
        "a backslash begins an escape here",
        "write `\\\\` for a backslash, or use '…', which has no escapes",
    ),
];

/// The line on which a key, or a header, stands before the statement: for a key in the same table.
fn earlier(text: &str, place: &Place, name: &str) -> Option<u32> {
    let above = text.get(..place.start)?;
    let statement = text.get(place.start..)?.lines().next().unwrap_or_default();
    let mut found = None;
    for (number, line) in (1_u32..).zip(above.lines()) {
        match header(line) {
            Some(inside) if place.header && header(statement) == Some(inside) => {
                found = found.or(Some(number));
            }
            Some(_) if !place.header => found = None,
            _ => {}
        }
        let key = line.trim_start().strip_prefix(name).map(str::trim_start);
        if !place.header && key.is_some_and(|rest| rest.starts_with('=')) {
            found = Some(number);
        }
    }
    found
}
