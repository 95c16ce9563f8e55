//! Lines to patterns, as `ignorefile.ReadAll` and `patternmatcher.New` do it.

use std::sync::Arc;

use bstr::ByteSlice;

use super::rule::Matcher;
use super::{Dockerignore, MOST_PATTERNS, ParseError, Rule};
use crate::formats::goglob::GoGlob;
use crate::source::Span;

/// Go's line scanner gives up on a line of this many bytes.
const LONGEST_LINE: usize = 64 * 1024;

/// Instructions that the patterns of one file may take together.
const MOST_INSTRUCTIONS: usize = 100_000;

/// Reads any bytes.
pub fn parse(source: &[u8]) -> Dockerignore {
    let mut file = Dockerignore { patterns: Vec::new(), errors: Vec::new(), over: None };
    let mut instructions = 0_usize;
    let mut start = 0;
    for (index, text) in source.split(|byte| *byte == b'\n').enumerate() {
        let span = Span::new(start, start + text.len());
        start = span.end + 1;
        let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let error = |message: String| ParseError { span, line, message };
        if text.len() >= LONGEST_LINE {
            file.errors.push(error(format!("a line of {LONGEST_LINE} bytes or more: Docker reads no further")));
            return file;
        }
        let text = if index == 0 { text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text) } else { text };
        let Some(read) = pattern_of(text) else { continue };
        if file.patterns.len() == MOST_PATTERNS {
            file.over = Some(format!("more than {MOST_PATTERNS} patterns"));
            return file;
        }
        // Docker tries a `!` pattern only where one before it has dropped something: nobody finds out.
        let tried = file.patterns.iter().any(|rule| !rule.negated);
        let compiled = read.and_then(|(negated, pattern)| {
            let left = MOST_INSTRUCTIONS.saturating_sub(instructions);
            let matcher = match Matcher::of(&pattern, left) {
                Err(_) if negated && !tried => Some(Matcher::Never),
                matcher => matcher.map_err(|error| error.message(&pattern))?,
            };
            Ok((negated, matcher, pattern))
        });
        match compiled {
            Ok((negated, Some(matcher), pattern)) => {
                instructions += matcher.size();
                file.patterns.push(Rule {
                    line,
                    written: text.trim_with(char::is_whitespace).to_str_lossy().into_owned(),
                    pattern: pattern.to_str_lossy().into_owned(),
                    negated,
                    matcher: Arc::new(matcher),
                });
            }
            Ok((_, None, _)) => {
                file.over = Some(format!("patterns of more than {MOST_INSTRUCTIONS} steps together"));
                return file;
            }
            Err(message) => file.errors.push(error(message)),
        }
    }
    file
}

/// The pattern of a line and whether it is negated; `None` for blank lines and comments. A `#` makes a
/// comment only as the very first byte: the line is trimmed later.
fn pattern_of(line: &[u8]) -> Option<Result<(bool, Vec<u8>), String>> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.starts_with(b"#") {
        return None;
    }
    let line = line.trim_with(char::is_whitespace);
    let (inverted, rest) = match line.strip_prefix(b"!") {
        Some(rest) => (true, rest.trim_with(char::is_whitespace)),
        None if line.is_empty() => return None,
        None => (false, line),
    };
    let mut pattern = if inverted { b"!".to_vec() } else { Vec::new() };
    if !rest.is_empty() {
        let cleaned = clean(rest);
        pattern.extend_from_slice(match cleaned.strip_prefix(b"/") {
            Some(relative) if !relative.is_empty() => relative,
            _ => &cleaned,
        });
    }
    // From here on as `New` does it: it looks for the `!` once more, in what the steps above have made.
    let pattern = clean(pattern.trim_with(char::is_whitespace));
    let (negated, pattern) = match pattern.strip_prefix(b"!") {
        Some(b"") => return Some(Err("illegal exclusion pattern: a `!` without a pattern".to_owned())),
        Some(rest) => (true, rest.to_vec()),
        None => (false, pattern),
    };
    if GoGlob::is_refused(&pattern) {
        return Some(Err(format!("bad pattern `{}`: its syntax is broken", pattern.to_str_lossy())));
    }
    Some(Ok((negated, pattern)))
}

/// The shortest spelling of a path, as Go's `filepath.Clean` finds it: `./a//b/../c/` is `a/c`, nothing is `.`.
fn clean(path: &[u8]) -> Vec<u8> {
    let rooted = path.first() == Some(&b'/');
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.last().is_some_and(|last| *last != b"..") => {
                parts.pop();
            }
            b".." if rooted => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join(&b'/');
    match (rooted, joined.is_empty()) {
        (true, _) => [b"/".as_slice(), &joined].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}
