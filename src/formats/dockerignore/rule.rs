//! One pattern as Docker matches it: compared as a text where it can be, else as a regular expression.

use bstr::{ByteSlice, decode_utf8};

use super::Prefixes;
use super::program::{BadExpression, Program};

/// How a pattern is matched. The kind follows from its wildcards as moby's `compile` chooses it.
#[derive(Debug)]
pub(super) enum Matcher {
    /// No wildcard: the path is this.
    Exact(Vec<u8>),
    /// `x**`: the path begins with this, whatever follows.
    Prefix(Vec<u8>),
    /// `**x` without other wildcards: the path ends with this; `**/x` is also `x` itself.
    Suffix(Vec<u8>),
    /// Nothing: an expression that is broken, where Docker never tries it.
    Never,
    /// Anything else.
    Program(Program),
}

impl BadExpression {
    /// What is wrong, for the person who wrote the pattern.
    pub(super) fn message(&self, pattern: &[u8]) -> String {
        format!("bad pattern `{}`: {}", pattern.to_str_lossy(), self.0)
    }
}

impl Matcher {
    /// Of a cleaned pattern; `Ok(None)` when it would take more than `most` instructions.
    pub(super) fn of(pattern: &[u8], most: usize) -> Result<Option<Self>, BadExpression> {
        let (shape, expression) = translate(pattern);
        Ok(Some(match shape {
            Shape::Exact => Self::Exact(pattern.to_vec()),
            Shape::Prefix => Self::Prefix(pattern.strip_suffix(b"**").unwrap_or(pattern).to_vec()),
            Shape::Suffix => Self::Suffix(pattern.strip_prefix(b"**").unwrap_or(pattern).to_vec()),
            Shape::Expression => match Program::of(&expression, most)? {
                Some(program) => Self::Program(program),
                None => return Ok(None),
            },
        }))
    }

    /// How many instructions it takes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Program(program) => program.size(),
            _ => 1,
        }
    }

    /// Which of the path's prefixes it matches; `None` when `steps` are used up.
    pub(super) fn prefixes(&self, path: &Prefixes, steps: &mut u64) -> Option<Vec<bool>> {
        if let Self::Program(program) = self {
            return program.prefixes(path, steps);
        }
        *steps = steps.checked_sub(path.ends.len() as u64)?;
        let matches = |prefix: &[u8]| match self {
            Self::Exact(text) => prefix == text.as_slice(),
            Self::Prefix(text) => prefix.starts_with(text),
            Self::Suffix(text) => prefix.ends_with(text) || text.strip_prefix(b"/") == Some(prefix),
            Self::Never | Self::Program(_) => false,
        };
        Some(path.ends.iter().map(|end| path.path.get(..*end).is_some_and(matches)).collect())
    }
}

/// A pattern that matches this path alone (a byte that is no UTF-8 becomes `?`, which matches any).
/// Without wildcards nothing in a pattern has a meaning, so most paths stay as they are.
pub fn exactly(path: &[u8]) -> String {
    let text = path.to_str_lossy();
    let leading = text.starts_with(['!', '#', ' ']);
    if !leading && !text.contains(['*', '?', '[', ']', '\\', '\u{FFFD}']) {
        return text.into_owned();
    }
    let special = |c: char| matches!(c, '*' | '?' | '[' | ']' | '\\' | '{' | '}' | '|' | '^');
    let mut pattern = String::with_capacity(text.len() + 8);
    for (at, character) in text.char_indices() {
        match character {
            // `?` matches such a byte, U+FFFD as a text would not.
            '\u{FFFD}' => pattern.push('?'),
            _ if special(character) || (at == 0 && leading) => pattern.extend(['\\', character]),
            _ => pattern.push(character),
        }
    }
    pattern
}

enum Shape {
    Exact,
    Prefix,
    Suffix,
    Expression,
}

/// The pattern as a regular expression in Go's syntax, and whether it needs one. `*` is `[^/]*`, `?` is
/// `[^/]`, `**` and `**/` are `(.*/)?` and at the end everything. All this also happens between `[` and `]`,
/// and `{`, `|`, `^` and escaped letters keep the meaning that they have in an expression: so does Docker.
fn translate(pattern: &[u8]) -> (Shape, Vec<char>) {
    let characters = characters(pattern);
    let mut expression = vec!['^'];
    let mut shape = Shape::Exact;
    let mut rest = characters.iter().copied().peekable();
    let mut first = true;
    // Go's scanner skips a byte order mark.
    rest.next_if_eq(&'\u{FEFF}');
    while let Some(character) = rest.next() {
        match character {
            '*' if rest.next_if_eq(&'*').is_some() => {
                rest.next_if_eq(&'/');
                if rest.peek().is_some() {
                    expression.extend("(.*/)?".chars());
                    shape = Shape::Expression;
                } else if matches!(shape, Shape::Exact) {
                    shape = Shape::Prefix;
                } else {
                    expression.extend(".*".chars());
                    shape = Shape::Expression;
                }
                if first {
                    shape = Shape::Suffix;
                }
            }
            '*' => {
                expression.extend("[^/]*".chars());
                shape = Shape::Expression;
            }
            '?' => {
                expression.extend("[^/]".chars());
                shape = Shape::Expression;
            }
            '.' | '+' | '(' | ')' | '$' => expression.extend(['\\', character]),
            '\\' => {
                expression.push('\\');
                if let Some(escaped) = rest.next() {
                    expression.push(escaped);
                    shape = Shape::Expression;
                }
            }
            '[' | ']' => {
                expression.push(character);
                shape = Shape::Expression;
            }
            _ => expression.push(character),
        }
        first = false;
    }
    expression.push('$');
    (shape, expression)
}

/// The characters of a byte string, U+FFFD for each byte that is no UTF-8, as Go decodes them.
pub(super) fn characters(mut bytes: &[u8]) -> Vec<char> {
    let mut characters = Vec::with_capacity(bytes.len());
    while !bytes.is_empty() {
        let (character, size) = decode_utf8(bytes);
        match character {
            Some(character) => characters.push(character),
            None => characters.extend(std::iter::repeat_n(char::REPLACEMENT_CHARACTER, size)),
        }
        bytes = bytes.get(size..).unwrap_or_default();
    }
    characters
}
