//! TOML with mistakes in it: each is reported once and the rest of the file is still read.
//!
//! After a mistake the parser may give up or take what follows for part of the broken statement. So the
//! statement is blanked out (byte for byte, so that every place stays where it is) and the text is parsed
//! again, until it is clean: what is then read holds no guesses, and nothing is reported that only follows
//! from a mistake reported before.

use super::statement::broken;
use crate::plan::{Mistake, Toml, parse_toml};
use crate::source::Span;

/// Parses are bounded: so many bytes in all …
const MOST_BYTES: usize = 8 << 20;
/// … and so many rounds, whatever the size.
const MOST_ROUNDS: usize = 200;

/// What was read, and what was in the way.
pub(super) struct Recovered {
    /// The text without its broken statements; `None` when there was too much of them.
    pub root: Option<Toml>,
    /// One mistake a broken statement, in file order.
    pub mistakes: Vec<Mistake>,
    /// The broken statements.
    pub damage: Damage,
}

/// Text that could not be read.
#[derive(Default)]
pub(super) struct Damage {
    blanked: Vec<(Span, String)>,
}

impl Damage {
    /// Whether everything could be read.
    pub fn is_none(&self) -> bool {
        self.blanked.is_empty()
    }

    /// Whether unreadable text inside `within` names `word`: that it is absent is then no mistake of its own.
    pub fn names(&self, word: &str, within: Span) -> bool {
        self.blanked
            .iter()
            .any(|(span, text)| span.start < within.end && within.start < span.end && text.contains(word))
    }

    /// Whether unreadable text anywhere names `word`.
    pub fn names_anywhere(&self, word: &str) -> bool {
        self.blanked.iter().any(|(_, text)| text.contains(word))
    }
}

/// Reads a text statement by statement, as far as it can be read.
pub(super) fn recover(source: &str) -> Recovered {
    let mut rounds = (MOST_BYTES / source.len().max(1)).clamp(4, MOST_ROUNDS);
    let mut text = source.to_owned();
    let mut mistakes: Vec<Mistake> = Vec::new();
    let mut damage = Damage::default();
    loop {
        let (root, found) = parse_toml(&text);
        let mut found = found.into_iter();
        let Some(first) = found.next() else {
            mistakes.sort_by_key(|mistake| mistake.span);
            return Recovered { root: Some(root), mistakes, damage };
        };
        let (mistake, statement) = broken(&text, first);
        mistakes.push(mistake);
        match statement {
            Some(span) if rounds > 0 => {
                damage.blanked.push((span, source.get(span.start..span.end).unwrap_or_default().to_owned()));
                text = blank(&text, span);
                rounds -= 1;
            }
            _ => {
                mistakes.extend(found);
                mistakes.sort_by_key(|mistake| mistake.span);
                return Recovered { root: None, mistakes, damage };
            }
        }
    }
}

/// The text with everything in the span but line ends replaced by blanks.
fn blank(text: &str, span: Span) -> String {
    let (Some(head), Some(middle), Some(tail)) =
        (text.get(..span.start), text.get(span.start..span.end), text.get(span.end..))
    else {
        return String::new();
    };
    let mut blanked = String::with_capacity(text.len());
    blanked.push_str(head);
    let mut bytes = middle.bytes().peekable();
    while let Some(byte) = bytes.next() {
        let ends_line = byte == b'\n' || (byte == b'\r' && bytes.peek() == Some(&b'\n'));
        blanked.push(if ends_line { char::from(byte) } else { ' ' });
    }
    blanked.push_str(tail);
    blanked
}
