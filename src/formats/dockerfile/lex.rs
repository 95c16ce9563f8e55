//! The small shell language of instructions: quotes, escapes and `$` substitutions.
//!
//! Rules: BuildKit's `frontend/dockerfile/shell` and
//! <https://docs.docker.com/reference/dockerfile/#environment-replacement>.

use std::iter::Peekable;
use std::str::Chars;

use super::substitute::{self, Pattern};
use crate::formats::DEEPEST;

/// Most variables that one value may name before the rest counts as unresolved.
pub(super) const MOST_EXPANSIONS: usize = 32;
/// A value that grows longer than this (bytes) is not grown further.
pub(super) const LONGEST_VALUE: usize = 64 * 1024;

/// How a text is read.
#[derive(Clone, Copy)]
pub(super) struct Mode<'v> {
    /// The escape character.
    pub escape: char,
    /// Quotes stay in the result.
    pub raw_quotes: bool,
    /// Escape characters stay in the result.
    pub raw_escapes: bool,
    /// A variable without a value stays as it is written.
    pub keep_unset: bool,
    /// A variable's value.
    pub value: &'v dyn Fn(&str) -> Option<String>,
}

/// What came out.
#[derive(Debug, Default)]
pub(super) struct Lexed {
    /// The whole text.
    pub text: String,
    /// The text split at blanks that stand outside quotes.
    pub words: Vec<String>,
    /// Names that had no value where one was needed.
    pub unresolved: Vec<String>,
    /// The first `${X:?…}` that was not met.
    pub demanded: Option<String>,
}

/// Reads a text; the error says, as a lower-case fragment, what in it cannot be read.
pub(super) fn lex(text: &str, mode: Mode<'_>) -> Result<Lexed, String> {
    let mut lexer = Lexer {
        chars: text.chars().peekable(),
        raw_escapes: mode.raw_escapes,
        mode,
        unresolved: Vec::new(),
        demanded: None,
        expansions: 0,
        depth: 0,
    };
    let (text, words) = lexer.until(None, mode.raw_escapes)?;
    Ok(Lexed { text, words, unresolved: lexer.unresolved, demanded: lexer.demanded })
}

struct Lexer<'t> {
    chars: Peekable<Chars<'t>>,
    mode: Mode<'t>,
    raw_escapes: bool,
    unresolved: Vec<String>,
    demanded: Option<String>,
    expansions: usize,
    depth: usize,
}

/// Splits at blanks while text is added.
#[derive(Default)]
struct Words {
    word: String,
    words: Vec<String>,
    inside: bool,
}

impl Words {
    fn add(&mut self, c: char) {
        if !c.is_whitespace() {
            self.add_raw(c);
        } else if self.inside && !self.word.is_empty() {
            self.words.push(std::mem::take(&mut self.word));
            self.inside = false;
        }
    }

    fn add_raw(&mut self, c: char) {
        self.word.push(c);
        self.inside = true;
    }

    fn add_raw_text(&mut self, text: &str) {
        self.word.push_str(text);
        self.inside = true;
    }

    fn finish(mut self) -> Vec<String> {
        if !self.word.is_empty() {
            self.words.push(self.word);
        }
        self.words
    }
}

impl Lexer<'_> {
    /// Reads to the end, or to an unquoted `stop`, which is consumed.
    fn until(&mut self, stop: Option<char>, raw_escapes: bool) -> Result<(String, Vec<String>), String> {
        if self.depth >= DEEPEST {
            return Err(format!("substitutions stand more than {DEEPEST} deep in each other"));
        }
        self.depth += 1;
        let before = std::mem::replace(&mut self.raw_escapes, raw_escapes);
        let read = self.read_until(stop);
        self.raw_escapes = before;
        self.depth -= 1;
        read
    }

    fn read_until(&mut self, stop: Option<char>) -> Result<(String, Vec<String>), String> {
        let mut text = String::new();
        let mut words = Words::default();
        while let Some(&c) = self.chars.peek() {
            if Some(c) == stop {
                self.chars.next();
                return Ok((text, words.finish()));
            }
            match c {
                '$' => {
                    let value = self.dollar()?;
                    value.chars().for_each(|c| words.add(c));
                    text.push_str(&value);
                }
                '\'' | '"' => {
                    let quoted = if c == '"' { self.double_quoted()? } else { self.single_quoted()? };
                    words.add_raw_text(&quoted);
                    text.push_str(&quoted);
                }
                '<' => {
                    let opened = self.redirection();
                    words.add_raw_text(&opened);
                    text.push_str(&opened);
                }
                c => {
                    self.chars.next();
                    if c != self.mode.escape {
                        words.add(c);
                        text.push(c);
                        continue;
                    }
                    if self.raw_escapes {
                        words.add_raw(c);
                        text.push(c);
                    }
                    let Some(escaped) = self.chars.next() else { break };
                    words.add_raw(escaped);
                    text.push(escaped);
                }
            }
        }
        match stop {
            Some('}') => Err("a `${` is not closed".to_owned()),
            Some(stop) => Err(format!("a `${{` has no `{stop}`")),
            None => Ok((text, words.finish())),
        }
    }

    /// `<`, or `<<` with the blanks behind it, which belong to the word that a here-document is named by.
    fn redirection(&mut self) -> String {
        self.chars.next();
        let mut opened = "<".to_owned();
        if self.chars.next_if_eq(&'<').is_some() {
            opened.push('<');
            while let Some(blank) = self.chars.next_if(|c| matches!(c, ' ' | '\t' | '\r')) {
                opened.push(blank);
            }
        }
        opened
    }

    fn single_quoted(&mut self) -> Result<String, String> {
        let mut text = String::new();
        let quote = self.chars.next();
        text.extend(quote.filter(|_| self.mode.raw_quotes));
        for c in self.chars.by_ref() {
            if c == '\'' {
                text.extend(quote.filter(|_| self.mode.raw_quotes));
                return Ok(text);
            }
            text.push(c);
        }
        Err("a single quote is not closed".to_owned())
    }

    fn double_quoted(&mut self) -> Result<String, String> {
        let mut text = String::new();
        let quote = self.chars.next();
        text.extend(quote.filter(|_| self.mode.raw_quotes));
        while let Some(&c) = self.chars.peek() {
            if c == '$' {
                text.push_str(&self.dollar()?);
                continue;
            }
            self.chars.next();
            if c == '"' {
                text.extend(quote.filter(|_| self.mode.raw_quotes));
                return Ok(text);
            }
            if c != self.mode.escape {
                text.push(c);
                continue;
            }
            if self.raw_escapes {
                text.push(c);
            }
            match self.chars.peek() {
                None => {}
                Some(&next) if next == '"' || next == '$' || next == self.mode.escape => {
                    self.chars.next();
                    text.push(next);
                }
                Some(_) => text.push(c),
            }
        }
        Err("a double quote is not closed".to_owned())
    }

    fn dollar(&mut self) -> Result<String, String> {
        self.chars.next();
        if self.chars.next_if_eq(&'{').is_none() {
            let name = self.name();
            return Ok(match (name.is_empty(), self.get(&name)) {
                (true, _) => "$".to_owned(),
                (false, Some(value)) => value,
                (false, None) if self.mode.keep_unset => format!("${name}"),
                (false, None) => self.missing(name),
            });
        }
        match self.chars.peek() {
            None => return Err("a `${` is not closed".to_owned()),
            Some('{' | '}' | ':') => return Err("bad substitution: `${` without a name".to_owned()),
            Some(_) => {}
        }
        let name = self.name();
        match self.chars.next() {
            Some('}') => Ok(match self.get(&name) {
                Some(value) => value,
                None if self.mode.keep_unset => format!("${{{name}}}"),
                None => self.missing(name),
            }),
            Some(':') => match self.chars.next() {
                Some(operator @ ('-' | '+' | '?')) => self.modified(name, operator, true),
                Some(other) => Err(format!("unsupported modifier `:{other}` in a substitution")),
                None => Err("a `${` is not closed".to_owned()),
            },
            Some(operator @ ('-' | '+' | '?')) => self.modified(name, operator, false),
            Some(end @ ('#' | '%')) => self.trimmed(name, end),
            Some('/') => self.replaced(name),
            Some(other) => Err(format!("unsupported modifier `{other}` in a substitution")),
            None => Err("a `${` is not closed".to_owned()),
        }
    }

    /// `${X-w}`, `${X+w}`, `${X?w}`, with `:` an empty value counts as none.
    fn modified(&mut self, name: String, operator: char, empty_is_unset: bool) -> Result<String, String> {
        let known = self.unresolved.len();
        let (word, _) = self.until(Some('}'), false)?;
        let value = self.get(&name);
        if value.is_none() && self.mode.keep_unset {
            let colon = if empty_is_unset { ":" } else { "" };
            return Ok(format!("${{{name}{colon}{operator}{word}}}"));
        }
        let has = value.as_ref().is_some_and(|value| !(empty_is_unset && value.is_empty()));
        if (operator == '-') == has || operator == '?' {
            // The word is not used, so what it lacks is not missed.
            self.unresolved.truncate(known);
        }
        Ok(match operator {
            '-' if has => value.unwrap_or_default(),
            '-' => word,
            '+' if has => word,
            '+' => String::new(),
            _ if has => value.unwrap_or_default(),
            _ => {
                let why = if word.is_empty() { "is not allowed to be unset or empty".to_owned() } else { word };
                self.demanded.get_or_insert(format!("{name}: {why}"));
                self.missing(name)
            }
        })
    }

    /// `${X#p}`, `${X##p}`, `${X%p}`, `${X%%p}`.
    fn trimmed(&mut self, name: String, end: char) -> Result<String, String> {
        let (word, _) = self.until(Some('}'), true)?;
        let Some(value) = self.get(&name) else {
            return Ok(if self.mode.keep_unset { format!("${{{name}{end}{word}}}") } else { self.missing(name) });
        };
        let (pattern, longest) = match word.strip_prefix(end) {
            Some(rest) => (rest, true),
            None => (word.as_str(), false),
        };
        let pattern = Pattern::parse(pattern)?;
        let trimmed = if end == '#' {
            substitute::trim_start(&value, &pattern, longest)
        } else {
            substitute::trim_end(&value, &pattern, longest)
        };
        Ok(trimmed.unwrap_or_else(|| self.missing(name)))
    }

    /// `${X/p/r}`, `${X//p/r}`.
    fn replaced(&mut self, name: String) -> Result<String, String> {
        let all = self.chars.next_if_eq(&'/').is_some();
        let (pattern, _) = self.until(Some('/'), true)?;
        let (with, _) = self.until(Some('}'), true)?;
        let Some(value) = self.get(&name) else {
            return Ok(if self.mode.keep_unset { format!("${{{name}/{pattern}/{with}}}") } else { self.missing(name) });
        };
        let replaced = substitute::replace(&value, &Pattern::parse(&pattern)?, &with, all);
        Ok(replaced.unwrap_or_else(|| self.missing(name)))
    }

    /// A variable's value under the bounds; a value that a bound stops is none.
    fn get(&mut self, name: &str) -> Option<String> {
        if name.is_empty() {
            return None;
        }
        self.expansions += 1;
        if self.expansions > MOST_EXPANSIONS && !self.mode.keep_unset {
            return None;
        }
        (self.mode.value)(name).filter(|value| value.len() <= LONGEST_VALUE / MOST_EXPANSIONS)
    }

    /// Stands for nothing. `$1`, `$@` and their like are no variables that anything could set.
    fn missing(&mut self, name: String) -> String {
        let is_variable = name.starts_with(|c: char| c == '_' || c.is_alphabetic());
        if is_variable && self.unresolved.len() < MOST_EXPANSIONS && !self.unresolved.contains(&name) {
            self.unresolved.push(name);
        }
        String::new()
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        match self.chars.peek() {
            Some(c) if c.is_ascii_digit() => {
                while let Some(digit) = self.chars.next_if(char::is_ascii_digit) {
                    name.push(digit);
                }
            }
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => name.extend(self.chars.next()),
            _ => {
                while let Some(c) = self.chars.next_if(|c| *c == '_' || c.is_alphanumeric()) {
                    name.push(c);
                }
            }
        }
        name
    }
}
