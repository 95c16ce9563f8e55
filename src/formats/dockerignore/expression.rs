//! The part of Go's regular expressions that a pattern can turn into.
//!
//! Rules: <https://pkg.go.dev/regexp/syntax>. There are no groups but those that `**` makes, no flags and no
//! lazy operators, since a pattern cannot write them.

use std::sync::Arc;

use regex::Regex;

use super::program::BadExpression;

/// A parsed expression.
#[derive(Debug)]
pub(super) enum Node {
    /// One character of a set.
    One(Arc<Set>),
    /// A place: nothing is consumed.
    At(Place),
    /// One after the other.
    Then(Vec<Node>),
    /// One of these.
    Either(Vec<Node>),
    /// `min` times, up to `max` (`None`: any number of times).
    Repeat {
        /// What.
        node: Box<Node>,
        /// At least.
        min: u32,
        /// At most.
        max: Option<u32>,
    },
}

fn one(set: Set) -> Node {
    Node::One(Arc::new(set))
}

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Its begin.
    Begin,
    /// Its end.
    End,
    /// Between a word character (ASCII) and another.
    Boundary,
    /// Anywhere else.
    Inside,
}

/// A set of characters.
#[derive(Debug, Default)]
pub(super) struct Set {
    ranges: Vec<(char, char)>,
    /// `\p{…}` classes, and whether they are turned round.
    unicode: Vec<(Regex, bool)>,
    negated: bool,
}

impl Set {
    fn of(ranges: &[(char, char)]) -> Self {
        Self { ranges: ranges.to_vec(), ..Self::default() }
    }

    /// Whether it holds a character.
    pub(super) fn holds(&self, character: char) -> bool {
        let held = self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&character))
            || self.unicode.iter().any(|(class, turned)| class.is_match(character.encode_utf8(&mut [0; 4])) != *turned);
        held != self.negated
    }

    /// Steps that asking it takes.
    pub(super) fn steps(&self) -> u64 {
        1 + (self.ranges.len() + 16 * self.unicode.len()) as u64 / 4
    }

    /// Adds ranges, or everything but them.
    fn add(&mut self, ranges: &[(char, char)], turned: bool) {
        if !turned {
            return self.ranges.extend_from_slice(ranges);
        }
        let mut ranges = ranges.to_vec();
        ranges.sort_unstable();
        let mut next = Some('\0');
        for (low, high) in ranges {
            if let Some(start) = next
                && let Some(before) = previous(low)
                && start <= before
            {
                self.ranges.push((start, before));
            }
            next = following(high);
        }
        self.ranges.extend(next.map(|start| (start, char::MAX)));
    }
}

fn previous(character: char) -> Option<char> {
    ('\0'..character).next_back()
}

fn following(character: char) -> Option<char> {
    (character..=char::MAX).nth(1)
}

const DIGIT: &[(char, char)] = &[('0', '9')];
const WORD: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const SPACE: &[(char, char)] = &[('\t', '\n'), ('\x0C', '\r'), (' ', ' ')];

/// A repetition may be asked for at most this often.
const MOST_TIMES: u32 = 1000;

/// Reads an expression; the message says what Go would not compile.
pub(super) fn parse(text: &[char]) -> Result<Node, BadExpression> {
    let mut parser = Parser { rest: text };
    let node = parser.alternatives()?;
    if parser.rest.is_empty() { Ok(node) } else { Err(BadExpression::new("an unexpected `)`")) }
}

struct Parser<'t> {
    rest: &'t [char],
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.first().copied()
    }

    fn next(&mut self) -> Option<char> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn take(&mut self, prefix: &str) -> bool {
        let length = prefix.chars().count();
        if self.rest.len() < length || !self.rest.iter().copied().zip(prefix.chars()).all(|(a, b)| a == b) {
            return false;
        }
        self.rest = self.rest.get(length..).unwrap_or_default();
        true
    }

    /// Up to the end, or to the `)` that closes the group this stands in. Groups come from `**` only and
    /// hold none of their own, so this is never more than two deep.
    fn alternatives(&mut self) -> Result<Node, BadExpression> {
        let mut either = Vec::new();
        let mut then = Vec::new();
        let mut repeated = false;
        while let Some(character) = self.peek() {
            let times = match character {
                ')' => break,
                '*' => {
                    self.next();
                    Some((0, None))
                }
                '?' => {
                    self.next();
                    Some((0, Some(1)))
                }
                '{' => self.times()?,
                _ => None,
            };
            match times {
                Some((min, max)) => {
                    if repeated {
                        return Err(BadExpression::new("a repetition `{…}` right after a wildcard or another one"));
                    }
                    let node = then.pop().ok_or(BadExpression::new("a repetition `{…}` of nothing"))?;
                    then.push(Node::Repeat { node: Box::new(node), min, max });
                }
                None if character == '|' => {
                    self.next();
                    either.push(Node::Then(std::mem::take(&mut then)));
                }
                None => self.atom(&mut then)?,
            }
            repeated = times.is_some();
        }
        if either.is_empty() {
            return Ok(Node::Then(then));
        }
        either.push(Node::Then(then));
        Ok(Node::Either(either))
    }

    /// `{2}`, `{2,}`, `{2,5}`; `None` when the brace is only a brace.
    fn times(&mut self) -> Result<Option<(u32, Option<u32>)>, BadExpression> {
        let start = self.rest;
        self.next();
        let read = (|| {
            let min = self.number()?;
            let max = match self.next()? {
                '}' => return Some((min, Some(min))),
                ',' if self.peek() == Some('}') => None,
                ',' => Some(self.number()?),
                _ => return None,
            };
            (self.next()? == '}').then_some((min, max))
        })();
        match read {
            None => {
                self.rest = start;
                Ok(None)
            }
            Some((min, max)) if min > MOST_TIMES || max.is_some_and(|max| max > MOST_TIMES || max < min) => {
                Err(BadExpression::new("a repetition `{…}` that is out of range"))
            }
            Some(times) => Ok(Some(times)),
        }
    }

    /// A number without leading zeros, at most 1,001.
    fn number(&mut self) -> Option<u32> {
        let first = self.next()?.to_digit(10)?;
        let mut number = first;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            if first == 0 {
                return None;
            }
            number = (number * 10 + digit).min(MOST_TIMES + 1);
            self.next();
        }
        Some(number)
    }

    fn atom(&mut self, then: &mut Vec<Node>) -> Result<(), BadExpression> {
        let Some(character) = self.next() else { return Ok(()) };
        then.push(match character {
            '(' => {
                let group = self.alternatives()?;
                if self.next() != Some(')') {
                    return Err(BadExpression::new("a `(` that is never closed"));
                }
                group
            }
            '[' => one(self.class()?),
            '.' => one(Set { ranges: vec![('\n', '\n')], negated: true, ..Set::default() }),
            '^' => Node::At(Place::Begin),
            '$' => Node::At(Place::End),
            '\\' => return self.escape(then),
            // `{` that begins no repetition, and everything else.
            literal => one(Set::of(&[(literal, literal)])),
        });
        Ok(())
    }

    fn escape(&mut self, then: &mut Vec<Node>) -> Result<(), BadExpression> {
        if self.take("Q") {
            while !self.rest.is_empty() && !self.take("\\E") {
                then.extend(self.next().map(|literal| one(Set::of(&[(literal, literal)]))));
            }
            return Ok(());
        }
        for (name, place) in [("A", Place::Begin), ("z", Place::End), ("b", Place::Boundary), ("B", Place::Inside)] {
            if self.take(name) {
                then.push(Node::At(place));
                return Ok(());
            }
        }
        let mut set = Set::default();
        if !self.named(&mut set)? {
            let character = self.escaped()?;
            set.ranges.push((character, character));
        }
        then.push(one(set));
        Ok(())
    }

    /// `d`, `D`, `s`, `S`, `w`, `W`, `p{…}`, `P{…}`, `pL` after a backslash.
    fn named(&mut self, set: &mut Set) -> Result<bool, BadExpression> {
        let Some(letter) = self.peek() else { return Ok(false) };
        match letter.to_ascii_lowercase() {
            'd' => set.add(DIGIT, letter == 'D'),
            's' => set.add(SPACE, letter == 'S'),
            'w' => set.add(WORD, letter == 'W'),
            'p' => {
                self.next();
                let mut name = String::new();
                if self.take("{") {
                    while let Some(character) = self.next().filter(|c| *c != '}') {
                        name.push(character);
                    }
                } else {
                    name.extend(self.next());
                }
                let (turned, name) = match name.strip_prefix('^') {
                    Some(name) => (true, name),
                    None => (false, name.as_str()),
                };
                let known = name.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
                let class = Regex::new(&format!("^\\p{{{name}}}$")).ok().filter(|_| known);
                let class = class.ok_or(BadExpression::new("an unknown class after `\\p`"))?;
                set.unicode.push((class, turned != (letter == 'P')));
                return Ok(true);
            }
            _ => return Ok(false),
        }
        self.next();
        Ok(true)
    }

    /// One escaped character after its backslash. Punctuation stands for itself; of the letters and digits
    /// only a few mean something, and the others are errors.
    fn escaped(&mut self) -> Result<char, BadExpression> {
        let bad = BadExpression::new("a `\\` before a letter or digit that it gives no meaning to");
        let character = self.next().ok_or(bad)?;
        let octal = |c: char| c.to_digit(8);
        match character {
            'a' => Ok('\x07'),
            'f' => Ok('\x0C'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            'v' => Ok('\x0B'),
            'x' => self.hexadecimal().ok_or(bad),
            // A single digit from 1 to 7 would refer back.
            '0'..='7' if character == '0' || self.peek().and_then(octal).is_some() => {
                let mut code = octal(character).unwrap_or(0);
                for _ in 0..2 {
                    let Some(digit) = self.peek().and_then(octal) else { break };
                    code = code * 8 + digit;
                    self.next();
                }
                char::from_u32(code).ok_or(bad)
            }
            punctuation if punctuation.is_ascii() && !punctuation.is_ascii_alphanumeric() => Ok(punctuation),
            _ => Err(bad),
        }
    }

    fn hexadecimal(&mut self) -> Option<char> {
        if !self.take("{") {
            let (high, low) = (self.next()?.to_digit(16)?, self.next()?.to_digit(16)?);
            return char::from_u32(high * 16 + low);
        }
        let mut code = self.next()?.to_digit(16)?;
        loop {
            match self.next()? {
                '}' => return char::from_u32(code),
                digit => code = code.checked_mul(16)?.checked_add(digit.to_digit(16)?)?,
            }
        }
    }

    /// The rest of a class after its `[`.
    fn class(&mut self) -> Result<Set, BadExpression> {
        let mut set = Set { negated: self.take("^"), ..Set::default() };
        let unclosed = BadExpression::new("a `[` that is never closed");
        let mut first = true;
        loop {
            match self.peek().ok_or(unclosed)? {
                ']' if !first => {
                    self.next();
                    return Ok(set);
                }
                '[' if self.posix(&mut set)? => {}
                '\\' if self.class_escape(&mut set)? => {}
                _ => {
                    let low = self.member()?;
                    let mut high = low;
                    if let ['-', after, ..] = self.rest
                        && *after != ']'
                    {
                        self.next();
                        high = self.member()?;
                    }
                    if high < low {
                        return Err(BadExpression::new("a range in `[…]` that ends before it begins"));
                    }
                    set.ranges.push((low, high));
                }
            }
            first = false;
        }
    }

    fn member(&mut self) -> Result<char, BadExpression> {
        match self.next() {
            Some('\\') => self.escaped(),
            Some(character) => Ok(character),
            None => Err(BadExpression::new("a `[` that is never closed")),
        }
    }

    /// A class such as `\d` inside a class.
    fn class_escape(&mut self, set: &mut Set) -> Result<bool, BadExpression> {
        let start = self.rest;
        self.next();
        let named = self.named(set)?;
        if !named {
            self.rest = start;
        }
        Ok(named)
    }

    /// `[:alpha:]` inside a class; a `[:` that no `:]` closes is no such name.
    fn posix(&mut self, set: &mut Set) -> Result<bool, BadExpression> {
        let Some(inner) = self.rest.get(2..).filter(|_| self.rest.get(1) == Some(&':')) else { return Ok(false) };
        let Some(length) = inner.windows(2).position(|pair| pair == [':', ']']) else { return Ok(false) };
        let name: String = inner.iter().take(length).collect();
        let (turned, name) = match name.strip_prefix('^') {
            Some(name) => (true, name),
            None => (false, name.as_str()),
        };
        let ranges: &[(char, char)] = match name {
            "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
            "alpha" => &[('A', 'Z'), ('a', 'z')],
            "ascii" => &[('\0', '\x7F')],
            "blank" => &[('\t', '\t'), (' ', ' ')],
            "cntrl" => &[('\0', '\x1F'), ('\x7F', '\x7F')],
            "digit" => DIGIT,
            "graph" => &[('!', '~')],
            "lower" => &[('a', 'z')],
            "print" => &[(' ', '~')],
            "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
            "space" => &[('\t', '\r'), (' ', ' ')],
            "upper" => &[('A', 'Z')],
            "word" => WORD,
            "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
            _ => return Err(BadExpression::new("an unknown class `[:…:]`")),
        };
        set.add(ranges, turned);
        self.rest = inner.get(length + 2..).unwrap_or_default();
        Ok(true)
    }
}
