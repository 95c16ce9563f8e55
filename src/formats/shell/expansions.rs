//! What a `$` or a backquote begins.

use super::parser::{Parsed, Parser, Reach, is_name};
use super::text::Text;
use super::words::Parts;
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

impl Parser<'_> {
    /// What a `$` begins.
    pub(super) fn dollar(&mut self, quoted: bool) -> Parsed<Part> {
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
    pub(super) fn substituted(&mut self, opened: usize) -> Parsed<Vec<Node>> {
        let mut body = Vec::new();
        self.deeper(|p| p.list(&mut body))?;
        self.close(opened)?;
        Ok(body)
    }

    /// The commands in backquotes: their text without its backslashes is a script of its own.
    pub(super) fn backquoted(&mut self, in_quotes: bool) -> Parsed<Vec<Node>> {
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
    pub(super) fn braced(&mut self, quoted: bool) -> Parsed<Part> {
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
    pub(super) fn no_substitution(&mut self, start: usize, quoted: bool) -> Parsed<Part> {
        self.operand(start, "", quoted)?;
        self.at += 1;
        Ok(Part::Opaque(self.slice(start, self.at).to_owned()))
    }

    /// `[ … ]` after a name.
    pub(super) fn subscript(&mut self) -> Parsed<()> {
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
    pub(super) fn operand(&mut self, opened: usize, operator: &str, quoted: bool) -> Parsed<Word> {
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

    pub(super) fn unquoted_in_braces(&mut self, parts: &mut Parts) -> Parsed<()> {
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
