//! `--name=value` behind a keyword.

use std::collections::HashSet;

use super::{Flag, Joined};

/// The flags at the start of `start..end`, and where the arguments begin. A `--` ends them.
pub(super) fn flags(line: &Joined, start: usize, end: usize) -> (Vec<Flag>, usize) {
    let mut flags = Vec::new();
    let mut at = start;
    loop {
        let rest = line.text.get(at..end).unwrap_or_default();
        let word_start = at + (rest.len() - rest.trim_start().len());
        let rest = line.text.get(word_start..end).unwrap_or_default();
        if !rest.starts_with("--") {
            return (flags, word_start);
        }
        let (word, length) = word(rest);
        at = word_start + length;
        let Some(named) = word.strip_prefix("--").filter(|named| !named.is_empty()) else {
            return (flags, at);
        };
        let (name, value) = match named.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (named, None),
        };
        flags.push(Flag { name: name.to_owned(), value, span: line.span(word_start, at) });
    }
}

/// The first word, quotes and escapes taken off (the escape is the backslash here, whatever `# escape=`
/// says), and its length as written.
fn word(text: &str) -> (String, usize) {
    let mut word = String::new();
    let mut quote = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (None, c) if c.is_whitespace() => return (word, at),
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (_, '\\') => word.extend(chars.next().map(|(_, escaped)| escaped)),
            (_, c) => word.push(c),
        }
    }
    (word, text.len())
}

/// How a flag is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// `--name=value`, once.
    Value,
    /// `--name=value`, as often as one likes.
    Values,
    /// `--name`, `--name=true`, `--name=false`.
    Switch,
}

/// The flags of an instruction: <https://docs.docker.com/reference/dockerfile/>.
fn known(keyword: &str) -> &'static [(&'static str, Takes)] {
    match keyword {
        "FROM" => &[("platform", Takes::Value)],
        "RUN" => &[
            ("mount", Takes::Values),
            ("network", Takes::Value),
            ("security", Takes::Value),
            ("device", Takes::Values),
        ],
        "COPY" => &[
            ("from", Takes::Value),
            ("chown", Takes::Value),
            ("chmod", Takes::Value),
            ("link", Takes::Switch),
            ("parents", Takes::Switch),
            ("exclude", Takes::Values),
        ],
        "ADD" => &[
            ("chown", Takes::Value),
            ("chmod", Takes::Value),
            ("link", Takes::Switch),
            ("keep-git-dir", Takes::Switch),
            ("checksum", Takes::Value),
            ("unpack", Takes::Switch),
            ("exclude", Takes::Values),
        ],
        "HEALTHCHECK" => &[
            ("interval", Takes::Value),
            ("timeout", Takes::Value),
            ("start-period", Takes::Value),
            ("start-interval", Takes::Value),
            ("retries", Takes::Value),
        ],
        _ => &[],
    }
}

/// What Docker refuses in the flags of an instruction, each a fragment that follows the keyword. Another
/// frontend than Docker's (`foreign`) may have flags of its own.
pub(super) fn faults(keyword: &str, flags: &[Flag], foreign: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen = HashSet::new();
    for flag in flags {
        let name = &flag.name;
        let Some((_, takes)) = known(keyword).iter().find(|(known, _)| known == name) else {
            if !foreign {
                faults.push(format!("has no flag --{name}"));
            }
            continue;
        };
        match (takes, flag.value.as_deref()) {
            (Takes::Value | Takes::Values, None) => faults.push(format!("--{name} has no value: write --{name}=…")),
            (Takes::Switch, Some(value)) if !["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word)) => {
                faults.push(format!("--{name} is true or false, not `{value}`"));
            }
            _ => {}
        }
        if !seen.insert(name) && *takes != Takes::Values {
            faults.push(format!("has --{name} twice"));
        }
    }
    if keyword == "HEALTHCHECK" {
        faults.extend(flags.iter().filter_map(health_fault));
    }
    faults
}

/// A duration or number of HEALTHCHECK that Docker cannot read.
fn health_fault(flag: &Flag) -> Option<String> {
    let value = flag.value.as_deref().filter(|value| !value.is_empty())?;
    let name = flag.name.as_str();
    match name {
        "interval" | "timeout" | "start-period" | "start-interval" if !is_duration(value) => {
            Some(format!("--{name}={value} is no duration (30s, 1m30s)"))
        }
        "retries" if value.parse::<i32>().is_err() => Some(format!("--{name}={value} is no number")),
        _ => None,
    }
}

/// Go's `time.ParseDuration`: numbers with units, or 0.
fn is_duration(value: &str) -> bool {
    let value = value.strip_prefix(['+', '-']).unwrap_or(value);
    if value == "0" {
        return true;
    }
    let mut rest = value;
    while !rest.is_empty() {
        let number = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let digits = rest.get(..rest.len() - number.len()).unwrap_or_default();
        if !digits.contains(|c: char| c.is_ascii_digit()) || digits.matches('.').count() > 1 {
            return false;
        }
        let unit = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"].into_iter().filter(|unit| number.starts_with(unit));
        let Some(unit) = unit.max_by_key(|unit| unit.len()) else { return false };
        rest = number.strip_prefix(unit).unwrap_or_default();
    }
    !value.is_empty()
}
