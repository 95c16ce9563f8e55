//! Markdown text as it may be compared after Linear has rewritten it.
//!
//! Linear gives a description back changed: `_x_` becomes `*x*`, `[tag]` becomes `\[tag\]`, a bare URL, an e-mail
//! address or `name.sh` becomes a link, `[a](u)` becomes `[a](<u>)`; code spans are left alone. Two texts that differ
//! only so have the same normal form.

use std::collections::HashMap;

/// The farthest that the end of a link's label or target is looked for, in characters.
const LONGEST_LINK: usize = 2_000;

/// The normal form of a Markdown text: one line, emphasis and escapes gone, a link that says what it leads to as its
/// text. The work is linear in the text's length.
pub fn normal(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Normal::default();
    out.read(&chars, true);
    out.finish()
}

/// A text taken apart into a code span at its start and the rest: "`1.2` the text" gives `1.2` and `the text`.
pub fn leading_code(text: &str) -> Option<(String, &str)> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let rest = text.get(ticks..).filter(|_| ticks > 0)?;
    let mut at = 0;
    while let Some(found) = rest.get(at..)?.find('`') {
        let start = at + found;
        let tail = rest.get(start..)?;
        let run = tail.len() - tail.trim_start_matches('`').len();
        if run == ticks {
            return Some((code_content(rest.get(..start)?), rest.get(start + run..)?.trim_start()));
        }
        at = start + run;
    }
    None
}

/// A text as a code span that means exactly it.
pub fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let needs_room = text.starts_with('`') || text.ends_with('`') || (text.starts_with(' ') && text.ends_with(' '));
    if needs_room { format!("{fence} {text} {fence}") } else { format!("{fence}{text}{fence}") }
}

/// What a code span's content means (<https://spec.commonmark.org/0.31.2/#code-spans>).
fn code_content(content: &str) -> String {
    let content = content.replace("\r\n", " ").replace('\n', " ");
    match content.strip_prefix(' ').and_then(|rest| rest.strip_suffix(' ')) {
        Some(inner) if !inner.trim().is_empty() => inner.to_owned(),
        _ => content,
    }
}

#[derive(Default)]
struct Normal {
    out: String,
    gap: bool,
}

impl Normal {
    fn push(&mut self, c: char) {
        if c.is_whitespace() {
            self.gap = true;
            return;
        }
        if std::mem::take(&mut self.gap) && !self.out.is_empty() {
            self.out.push(' ');
        }
        self.out.push(c);
    }

    fn plain(&mut self, c: char) {
        // Emphasis, whether it is meant or escaped.
        if !matches!(c, '*' | '_' | '~') {
            self.push(c);
        }
    }

    fn finish(self) -> String {
        self.out
    }

    fn read(&mut self, chars: &[char], links: bool) {
        let last_runs = last_runs(chars);
        let mut at = 0;
        while let Some(&c) = chars.get(at) {
            at += match c {
                '\\' => match chars.get(at + 1) {
                    Some(&next) if next.is_ascii_punctuation() => {
                        self.plain(next);
                        2
                    }
                    _ => {
                        self.push('\\');
                        1
                    }
                },
                '`' => self.backticks(chars, at, &last_runs),
                '[' if links => match link(chars, at) {
                    Some(link) => {
                        self.link(&link);
                        link.length
                    }
                    None => {
                        self.push('[');
                        1
                    }
                },
                '<' => self.angle(chars, at),
                '&' => self.entity(chars, at),
                c => {
                    self.plain(c);
                    1
                }
            };
        }
    }

    fn backticks(&mut self, chars: &[char], at: usize, last_runs: &HashMap<usize, usize>) -> usize {
        let run = run(chars, at);
        let mut next = at + run;
        if last_runs.get(&run).is_some_and(|last| *last > at) {
            while let Some(&c) = chars.get(next) {
                let here = if c == '`' { self::run(chars, next) } else { 0 };
                if here == run {
                    let content: String = chars.get(at + run..next).unwrap_or_default().iter().collect();
                    self.push('`');
                    code_content(&content).chars().for_each(|c| self.push(c));
                    self.push('`');
                    return next + run - at;
                }
                next += here.max(1);
            }
        }
        (0..run).for_each(|_| self.push('`'));
        run
    }

    fn link(&mut self, link: &Link<'_>) {
        let mut label = Self::default();
        label.read(link.label, false);
        let label = label.finish();
        let target: String = link.target.iter().filter(|c| !matches!(c, '*' | '_' | '~' | '\\')).collect();
        label.chars().for_each(|c| self.push(c));
        // A link that Linear made of a text says the same twice.
        if bare(&label) != bare(&target) && !is_identifier(&label) {
            format!("({target})").chars().for_each(|c| self.push(c));
        }
    }

    /// `<https://…>`, `<a@b.c>` and the tags that Linear puts around identifiers; else the sign itself.
    fn angle(&mut self, chars: &[char], at: usize) -> usize {
        let rest = chars.get(at + 1..).unwrap_or_default();
        if rest.starts_with(&['!', '-', '-']) {
            // Reports conflict on whether comments survive.
            let ends = rest.windows(3).position(|three| three == ['-', '-', '>']);
            return ends.map_or(rest.len() + 1, |end| end + 4);
        }
        let end = rest.iter().take(LONGEST_LINK).position(|c| *c == '>');
        if let Some(inner) = end.and_then(|end| rest.get(..end)) {
            let text: String = inner.iter().collect();
            let is_link = !text.contains(char::is_whitespace) && (text.contains("://") || text.contains('@'));
            if is_link {
                inner.iter().for_each(|c| self.plain(*c));
                return inner.len() + 2;
            }
            let name = text.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
            if matches!(name, "issue" | "issueMention" | "mention") {
                return inner.len() + 2;
            }
        }
        self.push('<');
        1
    }

    fn entity(&mut self, chars: &[char], at: usize) -> usize {
        for (entity, c) in [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"'), ("&#39;", '\'')] {
            let length = entity.chars().count();
            if chars.get(at..at + length).is_some_and(|found| found.iter().copied().eq(entity.chars())) {
                self.push(c);
                return length;
            }
        }
        self.push('&');
        1
    }
}

/// Where the last run of backticks of each length begins.
fn last_runs(chars: &[char]) -> HashMap<usize, usize> {
    let mut last = HashMap::new();
    let mut at = 0;
    while at < chars.len() {
        let run = run(chars, at);
        if run > 0 {
            last.insert(run, at);
        }
        at += run.max(1);
    }
    last
}

/// How many backticks stand at a place.
fn run(chars: &[char], at: usize) -> usize {
    chars.get(at..).unwrap_or_default().iter().take_while(|c| **c == '`').count()
}

struct Link<'c> {
    label: &'c [char],
    target: &'c [char],
    length: usize,
}

/// The link that begins at a bracket: `[label](target)` or `[label](<target>)`, a title left out.
fn link(chars: &[char], at: usize) -> Option<Link<'_>> {
    let rest = chars.get(at..)?;
    let rest = rest.get(..LONGEST_LINK.min(rest.len()))?;
    let mut depth = 0_usize;
    let mut close = None;
    let mut skip = false;
    for (index, c) in rest.iter().enumerate() {
        if std::mem::take(&mut skip) {
            continue;
        }
        match c {
            '\\' => skip = true,
            '[' => depth += 1,
            ']' if depth == 1 => {
                close = Some(index);
                break;
            }
            ']' => depth -= 1,
            _ => {}
        }
    }
    let close = close?;
    let after = rest.get(close + 1..)?.strip_prefix(&['('])?;
    let label = rest.get(1..close)?;
    if let Some(inner) = after.strip_prefix(&['<']) {
        let end = inner.iter().position(|c| *c == '>')?;
        let bracket = inner.get(end + 1..)?.iter().position(|c| *c == ')')?;
        return Some(Link { label, target: inner.get(..end)?, length: close + 2 + 1 + end + 1 + bracket + 1 });
    }
    let mut depth = 0_usize;
    for (index, c) in after.iter().enumerate() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => {
                let inner = after.get(..index)?;
                let end = inner.iter().position(|c| c.is_whitespace()).unwrap_or(index);
                return Some(Link { label, target: inner.get(..end)?, length: close + 2 + index + 1 });
            }
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// An address without what a program adds to it.
fn bare(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let text = ["https://", "http://", "mailto:"].iter().find_map(|head| text.strip_prefix(head)).unwrap_or(&text);
    text.trim_end_matches('/').to_owned()
}

/// `STAB-155`.
fn is_identifier(text: &str) -> bool {
    text.split_once('-').is_some_and(|(key, number)| {
        !key.is_empty()
            && key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
            && !number.is_empty()
            && number.chars().all(|c| c.is_ascii_digit())
    })
}
