//! Words: quotes, expansions, substitutions.

use super::parser::{Parsed, Parser, Reach, ends_word};
use super::{Part, Word};

/// Parts of a word, literal text joined.
#[derive(Default)]
pub(super) struct Parts(pub Vec<Part>);

impl Parts {
    pub fn literal(&mut self, text: &str, quoted: bool) {
        match self.0.last_mut() {
            Some(Part::Literal(last, was)) if *was == quoted => last.push_str(text),
            _ if text.is_empty() && !quoted => {}
            _ => self.0.push(Part::Literal(text.to_owned(), quoted)),
        }
    }

    pub fn add(&mut self, part: Part) {
        match part {
            Part::Literal(text, quoted) => self.literal(&text, quoted),
            part => self.0.push(part),
        }
    }
}

impl Parser<'_> {
    /// The word that begins here; `None` when an operator or the end does.
    pub(super) fn word(&mut self) -> Parsed<Option<Word>> {
        self.word_of(false)
    }

    /// The same among the arguments of `export`, `local`, …: `NAME=( … )` is one word.
    pub(super) fn declared(&mut self) -> Parsed<Option<Word>> {
        self.word_of(true)
    }

    fn word_of(&mut self, declared: bool) -> Parsed<Option<Word>> {
        let start = self.at;
        let mut parts = Parts::default();
        if declared && self.assigned_name().is_some() {
            let name = self.slice(start, self.at).to_owned();
            parts.literal(&name, false);
            if self.peek(0) == Some(b'(') {
                parts.add(Part::Array(self.array()?));
            }
        }
        while let Some(byte) = self.peek(0) {
            match byte {
                b'<' | b'>' if self.peek(1) == Some(b'(') => {
                    let opened = self.at;
                    self.at += 2;
                    parts.add(Part::Process(self.substituted(opened)?));
                }
                b'(' if self.at > start && self.opens_pattern() => {
                    let from = self.at;
                    self.pattern_group()?;
                    parts.literal(self.slice(from, self.at), false);
                }
                byte if ends_word(byte) => break,
                _ => self.unquoted(&mut parts)?,
            }
        }
        if self.at == start {
            return Ok(None);
        }
        self.count()?;
        self.copies(self.at - start)?;
        let raw = self.slice(start, self.at).to_owned();
        Ok(Some(Word { raw, parts: parts.0, span: self.text.span(start, self.at) }))
    }

    /// Whether the `(` here belongs to a pattern such as `@(a|b)`.
    fn opens_pattern(&self) -> bool {
        let before = self.at.checked_sub(1).map_or("", |at| self.slice(at, self.at));
        matches!(before, "@" | "?" | "*" | "+" | "!")
    }

    /// `( … )` of a pattern.
    fn pattern_group(&mut self) -> Parsed<()> {
        let opened = self.at;
        let mut open = 0_usize;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'(' => open += 1,
                b')' if open == 1 => {
                    self.at += 1;
                    return Ok(());
                }
                b')' => open = open.saturating_sub(1),
                b'\n' => break,
                _ => {
                    self.skip_quoted()?;
                    continue;
                }
            }
            self.at += 1;
        }
        self.fail(opened, Reach::Line, "`(` without `)`")
    }

    /// One piece outside quotes.
    pub(super) fn unquoted(&mut self, parts: &mut Parts) -> Parsed<()> {
        match self.peek(0) {
            Some(b'\\') => {
                self.at += 1;
                match self.rest().chars().next() {
                    Some('\n') => self.at += 1,
                    Some(next) => {
                        self.at += next.len_utf8();
                        parts.literal(next.encode_utf8(&mut [0; 4]), true);
                    }
                    None => parts.literal("\\", false),
                }
            }
            Some(b'\'') => {
                let text = self.single()?;
                parts.literal(text, true);
            }
            Some(b'"') => self.double(parts)?,
            Some(b'$') => match self.peek(1) {
                Some(b'\'') => {
                    let text = self.ansi()?;
                    parts.literal(&text, true);
                }
                Some(b'"') => {
                    self.at += 1;
                    self.double(parts)?;
                }
                _ => {
                    let part = self.dollar(false)?;
                    parts.add(part);
                }
            },
            Some(b'`') => {
                let commands = self.backquoted(false)?;
                parts.add(Part::Command(commands));
            }
            _ => {
                let plain = self.plain();
                let text = if plain.is_empty() { self.rest().get(..1).unwrap_or("") } else { plain };
                self.at += text.len().max(1);
                parts.literal(text, false);
            }
        }
        Ok(())
    }

    /// `'…'`.
    fn single(&mut self) -> Parsed<&str> {
        let opened = self.at;
        let inside = self.slice(opened + 1, self.text.text.len());
        match inside.find('\'') {
            Some(end) => {
                self.at = opened + end + 2;
                Ok(self.slice(opened + 1, opened + 1 + end))
            }
            None => self.fail(opened, Reach::Rest, "`'` without its end"),
        }
    }

    /// `"…"`, its parts added.
    fn double(&mut self, parts: &mut Parts) -> Parsed<()> {
        let opened = self.at;
        self.at += 1;
        parts.literal("", true);
        for part in self.deeper(|p| p.quoted_until(Some((b'"', opened))))? {
            parts.add(part);
        }
        Ok(())
    }

    /// Text in double quotes up to (and over) the closing byte; without one, to the end of the text, as in
    /// a here-document.
    pub(super) fn quoted_until(&mut self, close: Option<(u8, usize)>) -> Parsed<Vec<Part>> {
        let mut parts = Parts::default();
        loop {
            match (self.peek(0), close) {
                (None, None) => return Ok(parts.0),
                (None, Some((_, opened))) => return self.fail(opened, Reach::Rest, "`\"` without its end"),
                (Some(byte), Some((end, _))) if byte == end => {
                    self.at += 1;
                    return Ok(parts.0);
                }
                (Some(b'\\'), _) => match self.peek(1) {
                    Some(b'\n') => self.at += 2,
                    Some(next @ (b'$' | b'`' | b'\\')) => self.escaped(next, &mut parts),
                    Some(b'"') if close.is_some() => self.escaped(b'"', &mut parts),
                    _ => {
                        self.at += 1;
                        parts.literal("\\", true);
                    }
                },
                (Some(b'$'), _) => {
                    let part = self.dollar(true)?;
                    parts.add(part);
                }
                (Some(b'`'), _) => {
                    let commands = self.backquoted(close.is_some())?;
                    parts.add(Part::Command(commands));
                }
                (Some(_), _) => {
                    let rest = self.rest();
                    let end = rest
                        .bytes()
                        .position(|b| matches!(b, b'\\' | b'$' | b'`') || close.is_some_and(|(close, _)| close == b));
                    let text = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                    self.at += text.len();
                    parts.literal(text, true);
                }
            }
        }
    }

    fn escaped(&mut self, byte: u8, parts: &mut Parts) {
        self.at += 2;
        parts.literal(char::from(byte).encode_utf8(&mut [0; 4]), true);
    }

    /// `$'…'`, decoded.
    fn ansi(&mut self) -> Parsed<String> {
        let opened = self.at;
        self.at += 2;
        let mut text = String::new();
        while let Some(next) = self.rest().chars().next() {
            self.at += next.len_utf8();
            match next {
                '\'' => return Ok(text),
                '\\' => {
                    let Some(escape) = self.rest().chars().next() else { break };
                    self.at += escape.len_utf8();
                    self.ansi_escape(escape, &mut text);
                }
                next => text.push(next),
            }
        }
        self.fail(opened, Reach::Rest, "`$'` without its end")
    }

    fn ansi_escape(&mut self, escape: char, text: &mut String) {
        let (most, radix) = match escape {
            'x' => (2, 16),
            'u' => (4, 16),
            'U' => (8, 16),
            '0'..='7' => {
                self.at -= 1;
                (3, 8)
            }
            _ => {
                match escape {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    'a' => text.push('\u{7}'),
                    'b' => text.push('\u{8}'),
                    'f' => text.push('\u{c}'),
                    'v' => text.push('\u{b}'),
                    'e' | 'E' => text.push('\u{1b}'),
                    '\\' | '\'' | '"' | '?' => text.push(escape),
                    other => text.extend(['\\', other]),
                }
                return;
            }
        };
        let digits = self.rest().chars().take(most).take_while(|c| c.is_digit(radix)).count();
        let code = u32::from_str_radix(self.slice(self.at, self.at + digits), radix);
        self.at += digits;
        text.extend(code.ok().and_then(char::from_u32));
    }

    /// Steps over one character, or over a quoted text or expansion that begins here.
    pub(super) fn skip_quoted(&mut self) -> Parsed<()> {
        match self.peek(0) {
            Some(b'\\' | b'\'' | b'"' | b'$' | b'`') => self.unquoted(&mut Parts::default()),
            _ => {
                self.at += self.rest().chars().next().map_or(1, char::len_utf8);
                Ok(())
            }
        }
    }
}
