//! The exec form: a JSON array of strings, with the place of each.

use super::{Joined, Word};

/// What stands where an exec form may stand.
pub(super) enum Exec {
    /// A JSON array of strings.
    Words(Vec<Word>),
    /// A JSON array with something else in it: Docker refuses it.
    NotStrings,
    /// No JSON array: Docker reads a command line or words.
    No,
}

/// Reads `start..` of a line, as Go's `encoding/json` does.
pub(super) fn exec(line: &Joined, start: usize, end: usize) -> Exec {
    let Some(text) = line.text.get(start..end) else { return Exec::No };
    let trimmed = text.trim_start();
    if !trimmed.starts_with('[') {
        return Exec::No;
    }
    let base = start + (text.len() - trimmed.len());
    match strings(trimmed) {
        Some(strings) => Exec::Words(
            strings
                .into_iter()
                .map(|(text, from, to)| Word { text, span: line.span(base + from, base + to) })
                .collect(),
        ),
        None if serde_json::from_str::<Vec<serde::de::IgnoredAny>>(trimmed).is_ok() => Exec::NotStrings,
        None => Exec::No,
    }
}

/// The strings of a JSON array of strings, each with the offsets of its quotes.
fn strings(text: &str) -> Option<Vec<(String, usize, usize)>> {
    let mut reader = Reader { text, at: 0 };
    let mut strings = Vec::new();
    reader.eat(b'[')?;
    reader.blanks();
    if reader.eat(b']').is_none() {
        loop {
            reader.blanks();
            let from = reader.at;
            let value = reader.string()?;
            strings.push((value, from, reader.at));
            reader.blanks();
            if reader.eat(b']').is_some() {
                break;
            }
            reader.eat(b',')?;
        }
    }
    reader.blanks();
    (reader.at == text.len()).then_some(strings)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Option<String> {
        self.eat(b'"')?;
        let mut value = String::new();
        loop {
            let rest = self.text.get(self.at..)?;
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ')?;
            value.push_str(rest.get(..plain)?);
            self.at += plain;
            if self.eat(b'"').is_some() {
                return Some(value);
            }
            self.eat(b'\\')?;
            let escaped = self.peek()?;
            self.at += 1;
            value.push(match escaped {
                b'"' | b'\\' | b'/' => char::from(escaped),
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => self.code_point()?,
                _ => return None,
            });
        }
    }

    /// After `\u`: a code point, two escapes when it is a surrogate pair; half a pair is U+FFFD.
    fn code_point(&mut self) -> Option<char> {
        let first = self.hex()?;
        if !(0xd800..0xdc00).contains(&first) {
            return Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let back = self.at;
        if self.eat(b'\\').is_some() && self.eat(b'u').is_some() {
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                return char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            }
        }
        self.at = back;
        Some(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}
