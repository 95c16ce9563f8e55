//! Go's `filepath.Match` patterns, as COPY reads its sources.
//!
//! Rules: <https://pkg.go.dev/path/filepath#Match>. `*` and `?` stay inside one folder, `[…]` does not,
//! `[^…]` negates and `[!…]` does not, `\` takes the next character as it is.

use bstr::decode_utf8;

/// A pattern, ready to match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoGlob {
    tokens: Vec<Token>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// Any run of anything but `/`.
    Star,
    /// One character but `/`.
    Any,
    /// One character of these ranges, or (negated) none of them.
    Class { negated: bool, ranges: Vec<(u32, u32)> },
    /// This character.
    One(u32),
}

/// What a byte that is no UTF-8 counts as, so that two different bytes stay different.
const RAW: u32 = 0x11_0000;

/// The characters of a byte string; a byte that is no UTF-8 stands for itself, above Unicode.
fn characters(mut bytes: &[u8]) -> Vec<u32> {
    let mut characters = Vec::with_capacity(bytes.len());
    while !bytes.is_empty() {
        let (character, size) = decode_utf8(bytes);
        let (head, rest) = bytes.split_at(size.min(bytes.len()));
        match character {
            Some(character) => characters.push(u32::from(character)),
            None => characters.extend(head.iter().map(|byte| RAW + u32::from(*byte))),
        }
        bytes = rest;
    }
    characters
}

impl GoGlob {
    /// Reads a pattern; `None` where Go says that its syntax is bad.
    pub fn parse(pattern: &[u8]) -> Option<Self> {
        Some(Self { tokens: tokens(&characters(pattern))? })
    }

    /// Whether the pattern matches the whole name. Takes at most (pattern length × name length) steps.
    pub fn matches(&self, name: &[u8]) -> bool {
        let name = characters(name);
        // `open[i]`: the tokens before the one at hand can match the first `i` characters.
        let mut open = vec![false; name.len() + 1];
        if let Some(first) = open.first_mut() {
            *first = true;
        }
        for token in &self.tokens {
            let mut next = vec![false; open.len()];
            let mut carried = false;
            for (at, slot) in next.iter_mut().enumerate() {
                let before = at.checked_sub(1).and_then(|before| name.get(before)).copied();
                let was_open = at.checked_sub(1).and_then(|before| open.get(before)) == Some(&true);
                *slot = match token {
                    Token::Star => {
                        carried = carried && before != Some(u32::from('/'));
                        carried |= open.get(at) == Some(&true);
                        carried
                    }
                    Token::Any => was_open && before.is_some_and(|c| c != u32::from('/')),
                    Token::One(one) => was_open && before == Some(*one),
                    Token::Class { negated, ranges } => {
                        was_open && before.is_some_and(|c| holds(ranges, c) != *negated)
                    }
                };
            }
            open = next;
        }
        open.last() == Some(&true)
    }

    /// How many steps each character of a name takes at most.
    pub fn size(&self) -> usize {
        let size = |token: &Token| match token {
            Token::Class { ranges, .. } => ranges.len(),
            _ => 1,
        };
        self.tokens.iter().map(size).sum::<usize>() + 1
    }

    /// Whether it may match a slash that is not written in it: a class can.
    pub fn may_cross(&self) -> bool {
        let slash = u32::from('/');
        self.tokens.iter().any(|token| matches!(token, Token::Class { .. }) && token.takes(slash))
    }

    /// Whether `filepath.Match(pattern, ".")` reports a bad pattern: that is how Docker checks the lines of a
    /// .dockerignore. Match reads no further than it needs to, so not every broken pattern is found.
    pub fn is_refused(pattern: &[u8]) -> bool {
        let pattern = characters(pattern);
        let mut rest = pattern.as_slice();
        let dot = [u32::from('.')];
        let mut name = dot.as_slice();
        while !rest.is_empty() {
            let (starred, chunk) = chunk(&mut rest);
            if starred && chunk.is_empty() {
                return false;
            }
            let Some(tokens) = tokens(chunk) else { return true };
            let last = rest.is_empty();
            let begins = |name: &&[u32]| {
                tokens.len() <= name.len()
                    && tokens.iter().zip(*name).all(|(token, character)| token.takes(*character))
                    && (!last || tokens.len() == name.len())
            };
            // A star may skip any part of the name, which has one character and no slash.
            let skips = if starred { name.len() } else { 0 };
            let Some(found) = (0..=skips).filter_map(|skip| name.get(skip..)).find(begins) else { return false };
            name = found.get(tokens.len()..).unwrap_or_default();
        }
        false
    }

    /// Whether a text has a wildcard that is not escaped, so that Docker looks for matches instead of a name.
    pub fn has_wildcard(text: &[u8]) -> bool {
        let mut bytes = text.iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'*' | b'?' | b'[' => return true,
                b'\\' => {
                    bytes.next();
                }
                _ => {}
            }
        }
        false
    }
}

impl Token {
    /// Whether it matches exactly this character.
    fn takes(&self, character: u32) -> bool {
        match self {
            Self::Star => false,
            Self::Any => character != u32::from('/'),
            Self::Class { negated, ranges } => holds(ranges, character) != *negated,
            Self::One(one) => character == *one,
        }
    }
}

fn tokens(pattern: &[u32]) -> Option<Vec<Token>> {
    let mut rest = pattern;
    let mut tokens = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match char::from_u32(*first) {
            Some('*') if tokens.last() == Some(&Token::Star) => {}
            Some('*') => tokens.push(Token::Star),
            Some('?') => tokens.push(Token::Any),
            Some('[') => tokens.push(class(&mut rest)?),
            Some('\\') => {
                let (escaped, after) = rest.split_first()?;
                tokens.push(Token::One(*escaped));
                rest = after;
            }
            _ => tokens.push(Token::One(*first)),
        }
    }
    Some(tokens)
}

/// Takes the stars at the begin, and what follows them up to the next star outside of `[…]`.
fn chunk<'p>(rest: &mut &'p [u32]) -> (bool, &'p [u32]) {
    let stars = rest.iter().take_while(|c| **c == u32::from('*')).count();
    let text = rest.get(stars..).unwrap_or_default();
    let (mut bracketed, mut escaped) = (false, false);
    let length = text.iter().position(|c| {
        let character = char::from_u32(*c);
        if std::mem::take(&mut escaped) {
            return false;
        }
        match character {
            Some('\\') => escaped = true,
            Some('[') => bracketed = true,
            Some(']') => bracketed = false,
            Some('*') => return !bracketed,
            _ => {}
        }
        false
    });
    let (chunk, after) = text.split_at(length.unwrap_or(text.len()).min(text.len()));
    *rest = after;
    (stars > 0, chunk)
}

/// Whether one of the ranges holds the character; a byte that is no UTF-8 counts as U+FFFD, as Go decodes it.
fn holds(ranges: &[(u32, u32)], character: u32) -> bool {
    let character = if character >= RAW { u32::from(char::REPLACEMENT_CHARACTER) } else { character };
    ranges.iter().any(|(low, high)| (*low..=*high).contains(&character))
}

/// The rest of a class after its `[`.
fn class(rest: &mut &[u32]) -> Option<Token> {
    let negated = rest.first() == Some(&u32::from('^'));
    if negated {
        *rest = rest.get(1..)?;
    }
    let mut ranges = Vec::new();
    loop {
        if rest.first() == Some(&u32::from(']')) && !ranges.is_empty() {
            *rest = rest.get(1..)?;
            return Some(Token::Class { negated, ranges });
        }
        let low = member(rest)?;
        let high = if rest.first() == Some(&u32::from('-')) {
            *rest = rest.get(1..)?;
            member(rest)?
        } else {
            low
        };
        ranges.push((low, high));
    }
}

/// One character of a class; something has to follow it.
fn member(rest: &mut &[u32]) -> Option<u32> {
    let mut member = *rest.first()?;
    if member == u32::from('-') || member == u32::from(']') {
        return None;
    }
    if member == u32::from('\\') {
        *rest = rest.get(1..)?;
        member = *rest.first()?;
    }
    *rest = rest.get(1..)?;
    if member >= RAW || rest.is_empty() { None } else { Some(member) }
}
