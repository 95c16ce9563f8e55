//! Words: quotes, expansions, substitutions.

use super::parser::{Parsed, Parser, Reach, ends_word, is_name};
use super::text::Text;
use super::{Node, Part, Word};

/// Operators of `${ … }`, the longer before those that they begin with.
const OPERATORS: [&str; 24] = [
    ":-", ":=", ":?", ":+", "##", "%%", "//", "/#", "/%", "^^", ",,", "~~", "-", "=", "?", "+", "#", "%", "/", "^",
    ",", "@", ":", "~",
];

/// Searches for `))` look at this many bytes of a script; past it `((` is a subshell in a subshell.
const MOST_SEARCHED: usize = 1 << 24;

/// The end of `$[ … ]` is looked for in this many bytes of its line.
const LONGEST_OLD_ARITHMETIC: usize = 1024;

/// Parts of a word, literal text joined.
#[derive(Default)]
struct Parts(Vec<Part>);

impl Parts {
    fn literal(&mut self, text: &str, quoted: bool) {
        match self.0.last_mut() {
            Some(Part::Literal(last, was)) if *was == quoted => last.push_str(text),
            _ if text.is_empty() && !quoted => {}
            _ => self.0.push(Part::Literal(text.to_owned(), quoted)),
        }
    }

    fn add(&mut self, part: Part) {
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
    fn unquoted(&mut self, parts: &mut Parts) -> Parsed<()> {
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

    /// What a `$` begins.
    fn dollar(&mut self, quoted: bool) -> Parsed<Part> {
        let start = self.at;
        match self.peek(1) {
            Some(b'(') => {
                if self.peek(2) == Some(b'(')
                    && let Some(end) = self.arithmetic_end(self.at + 3)
                {
                    self.at = end;
                    return Ok(Part::Opaque(self.slice(start, end).to_owned()));
                }
                self.at += 2;
                Ok(Part::Command(self.substituted(start)?))
            }
            Some(b'{') => self.deeper(|p| p.braced(quoted)),
            Some(b'[') => {
                let near = self.rest().bytes().take(LONGEST_OLD_ARITHMETIC);
                let end = near.take_while(|b| *b != b'\n').position(|b| b == b']').map_or(0, |end| end + 1);
                self.at += end.max(1);
                let text = self.slice(start, self.at).to_owned();
                Ok(if end > 0 { Part::Opaque(text) } else { Part::Literal(text, quoted) })
            }
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                let name = self.slice(start + 1, self.text.text.len());
                let length = name.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
                self.at += 1 + length;
                let name = self.slice(start + 1, self.at).to_owned();
                Ok(Part::Variable { name, operator: None, quoted })
            }
            Some(byte) if byte.is_ascii_digit() || b"@*#?-$!".contains(&byte) => {
                self.at += 2;
                Ok(Part::Variable { name: char::from(byte).to_string(), operator: None, quoted })
            }
            _ => {
                self.at += 1;
                Ok(Part::Literal("$".to_owned(), quoted))
            }
        }
    }

    /// The commands of `$( … )`, read from behind its `(`.
    fn substituted(&mut self, opened: usize) -> Parsed<Vec<Node>> {
        let mut body = Vec::new();
        self.deeper(|p| p.list(&mut body))?;
        self.close(opened)?;
        Ok(body)
    }

    /// The commands in backquotes: their text without its backslashes is a script of its own.
    fn backquoted(&mut self, in_quotes: bool) -> Parsed<Vec<Node>> {
        let opened = self.at;
        self.at += 1;
        let mut inner = Text::default();
        let mut from = self.at;
        loop {
            match self.peek(0) {
                None => return self.fail(opened, Reach::Rest, "a backquote without its end"),
                Some(b'`') => break,
                Some(b'\\') => {
                    let next = self.peek(1);
                    if matches!(next, Some(b'`' | b'\\' | b'$')) || (in_quotes && next == Some(b'"')) {
                        inner.take(self.text, from, self.at);
                        from = self.at + 1;
                    }
                    self.at += if next.is_some_and(|b| b.is_ascii()) { 2 } else { 1 };
                }
                Some(_) => self.at += 1,
            }
        }
        inner.take(self.text, from, self.at);
        self.at += 1;
        let mut body = Vec::new();
        let read = self.deeper(|p| {
            let mut inside = Parser::new(&inner, p.shared);
            inside.list(&mut body)?;
            if inside.peek(0).is_some() {
                return inside.fail(inside.at, Reach::Line, "something in backquotes closes nothing");
            }
            Ok(())
        });
        match read {
            Ok(()) => Ok(body),
            Err(fail) => self.fail(opened, Reach::Line, format!("in backquotes: {}", fail.message)),
        }
    }

    /// `${ … }`.
    fn braced(&mut self, quoted: bool) -> Parsed<Part> {
        let start = self.at;
        self.at += 2;
        let (first, second) = (self.peek(0), self.peek(1));
        let computed = match first {
            Some(b'#') => second != Some(b'}'),
            Some(b'!') => second.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_'),
            _ => false,
        };
        if computed {
            self.at += 1;
        }
        let rest = self.rest();
        let mut length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let name = rest.get(..length).unwrap_or_default();
        let special = rest.bytes().next().is_some_and(|b| b"@*#?-$!".contains(&b));
        if length == 0 && special {
            length = 1;
        } else if length == 0 || !(is_name(name) || name.bytes().all(|b| b.is_ascii_digit())) {
            return self.no_substitution(start, quoted);
        }
        let from = self.at;
        self.at += length;
        if self.peek(0) == Some(b'[') {
            self.subscript()?;
        }
        let name = self.slice(from, self.at).to_owned();
        let operator = OPERATORS.into_iter().find(|op| self.rest().starts_with(op));
        let operator = match operator {
            None if self.peek(0) == Some(b'}') => None,
            None => return self.no_substitution(start, quoted),
            Some(operator) => {
                self.at += operator.len();
                Some((operator.to_owned(), Box::new(self.operand(start, operator, quoted)?)))
            }
        };
        self.at += 1;
        if computed {
            return Ok(Part::Opaque(self.slice(start, self.at).to_owned()));
        }
        Ok(Part::Variable { name, operator, quoted })
    }

    /// `${ … }` that only another shell understands: bash reads it, and stops when it comes to run it.
    fn no_substitution(&mut self, start: usize, quoted: bool) -> Parsed<Part> {
        self.operand(start, "", quoted)?;
        self.at += 1;
        Ok(Part::Opaque(self.slice(start, self.at).to_owned()))
    }

    /// `[ … ]` after a name.
    fn subscript(&mut self) -> Parsed<()> {
        let opened = self.at;
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                b']' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\n' => break,
                _ => self.skip_quoted()?,
            }
        }
        self.fail(opened, Reach::Line, "`[` without `]`")
    }

    /// The word behind an operator, up to the `}` (which stays).
    fn operand(&mut self, opened: usize, operator: &str, quoted: bool) -> Parsed<Word> {
        // In double quotes the single quote is a character like another behind `:-` and its kin, and
        // quotes behind `#`, `%`, `/`.
        let single = !quoted || operator.starts_with(['#', '%', '/']);
        let start = self.at;
        let mut parts = Parts::default();
        loop {
            match self.peek(0) {
                None => return self.fail(opened, Reach::Rest, "`${` without `}`"),
                Some(b'}') => break,
                Some(b'\'') if !single => {
                    self.at += 1;
                    parts.literal("'", true);
                }
                Some(b'$') if quoted => {
                    let part = self.dollar(true)?;
                    parts.add(part);
                }
                _ => self.unquoted_in_braces(&mut parts)?,
            }
        }
        self.copies(self.at - start)?;
        let raw = self.slice(start, self.at).to_owned();
        Ok(Word { raw, parts: parts.0, span: self.text.span(start, self.at) })
    }

    fn unquoted_in_braces(&mut self, parts: &mut Parts) -> Parsed<()> {
        match self.peek(0) {
            Some(b'\\' | b'\'' | b'"' | b'$' | b'`') => self.unquoted(parts),
            _ => {
                let rest = self.rest();
                let end = rest.bytes().position(|b| matches!(b, b'}' | b'\\' | b'\'' | b'"' | b'$' | b'`'));
                let text = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                self.at += text.len();
                parts.literal(text, false);
                Ok(())
            }
        }
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

    /// The offset behind the `))` that ends arithmetic which begins at `from`; `None` when a lone `)` does
    /// (then it is a subshell in a subshell) or nothing.
    pub(super) fn arithmetic_end(&mut self, from: usize) -> Option<usize> {
        if self.shared.searched > MOST_SEARCHED {
            return None;
        }
        let bytes = self.slice(from, self.text.text.len()).as_bytes();
        let mut open = 0_usize;
        let mut quote = None;
        let mut index = 0;
        while let Some(byte) = bytes.get(index) {
            match (byte, quote) {
                (b'\\', _) => index += 1,
                (b'\'' | b'"', None) => quote = Some(*byte),
                (byte, Some(end)) if *byte == end => quote = None,
                (_, Some(_)) => {}
                (b'(', None) => open += 1,
                (b')', None) if open > 0 => open -= 1,
                (b')', None) => {
                    self.shared.searched += index;
                    return (bytes.get(index + 1) == Some(&b')')).then_some(from + index + 2);
                }
                _ => {}
            }
            index += 1;
        }
        self.shared.searched += index;
        None
    }
}
