//! `${X#p}`, `${X%p}`, `${X/p/r}`: patterns know `*`, `?` and the backslash, nothing else.

use regex::{NoExpand, Regex, RegexBuilder};

/// Longer patterns (characters) and values (bytes) are not worked out.
const LONGEST_PATTERN: usize = 256;
const LONGEST_SUBJECT: usize = 4096;

/// A shell pattern without brackets.
#[derive(Debug)]
pub(super) struct Pattern(Vec<Part>);

#[derive(Debug, Clone, Copy)]
enum Part {
    Star,
    One,
    Char(char),
}

impl Pattern {
    /// Reads a pattern; a backslash may stand before `*`, `?`, `\`, `}` and `/` only.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            parts.push(match c {
                '*' => Part::Star,
                '?' => Part::One,
                '\\' => match chars.next() {
                    Some(c @ ('*' | '?' | '\\' | '}' | '/')) => Part::Char(c),
                    Some(c) => return Err(format!("invalid escape `\\{c}` in the pattern of a substitution")),
                    None => return Err("the pattern of a substitution ends in a backslash".to_owned()),
                },
                c => Part::Char(c),
            });
        }
        Ok(Self(parts))
    }

    fn regex(parts: impl Iterator<Item = Part>, longest: bool, anchored: bool) -> Option<Regex> {
        let mut source = if anchored { "^".to_owned() } else { String::new() };
        let mut buffer = [0; 4];
        for part in parts {
            match part {
                Part::Star if longest => source.push_str(".*"),
                Part::Star => source.push_str(".*?"),
                Part::One => source.push('.'),
                Part::Char(c) => source.push_str(&regex::escape(c.encode_utf8(&mut buffer))),
            }
        }
        RegexBuilder::new(&source).size_limit(1 << 20).build().ok()
    }

    fn fits(&self, value: &str) -> bool {
        self.0.len() <= LONGEST_PATTERN && value.len() <= LONGEST_SUBJECT
    }
}

/// The value without the shortest or longest start that matches; `None` past a bound.
pub(super) fn trim_start(value: &str, pattern: &Pattern, longest: bool) -> Option<String> {
    if !pattern.fits(value) {
        return None;
    }
    let regex = Pattern::regex(pattern.0.iter().copied(), longest, true)?;
    let cut = regex.find(value).map_or(0, |found| found.end());
    value.get(cut..).map(str::to_owned)
}

/// The value without the shortest or longest end that matches; `None` past a bound.
pub(super) fn trim_end(value: &str, pattern: &Pattern, longest: bool) -> Option<String> {
    if !pattern.fits(value) {
        return None;
    }
    // Read from its end, the end that matches is a start that matches.
    let regex = Pattern::regex(pattern.0.iter().rev().copied(), longest, true)?;
    let reversed: String = value.chars().rev().collect();
    let cut = regex.find(&reversed).map_or(0, |found| found.end());
    value.get(..value.len() - cut).map(str::to_owned)
}

/// The value with the first match, or all, replaced; `None` past a bound.
pub(super) fn replace(value: &str, pattern: &Pattern, with: &str, all: bool) -> Option<String> {
    if !pattern.fits(value) || with.len() > LONGEST_SUBJECT {
        return None;
    }
    let regex = Pattern::regex(pattern.0.iter().copied(), true, false)?;
    let replaced = regex.replacen(value, if all { 0 } else { 1 }, NoExpand(with)).into_owned();
    (replaced.len() <= super::lex::LONGEST_VALUE).then_some(replaced)
}
