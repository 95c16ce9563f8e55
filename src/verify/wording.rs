//! When two texts say the same: headings and task texts of a plan and of its Markdown form.

use crate::plan::repair_mojibake;

/// Words that people number headings with, and whether they mean an issue, a phase, or neither.
const COUNTED: &[(&str, Counted)] = &[
    ("issue", Counted::Issue),
    ("ticket", Counted::Issue),
    ("story", Counted::Issue),
    ("task", Counted::Issue),
    ("phase", Counted::Phase),
    ("milestone", Counted::Phase),
    ("epic", Counted::Phase),
    ("stage", Counted::Phase),
    ("part", Counted::Other),
    ("step", Counted::Other),
    ("item", Counted::Other),
];

/// What a heading's number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Counted {
    /// `Issue 2:`.
    Issue,
    /// `Phase 2:`.
    Phase,
    /// `Step 2:`, `2.`: anything.
    Other,
}

/// A heading, or a title, in the forms in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    /// As [`plain`] has it.
    pub plain: String,
    /// Its words without signs, numbers and identifiers before them.
    pub core: String,
    /// The same without a remark in parentheses at the end.
    pub short: String,
    /// Identifiers of an issue tracker before its words, in lower case: `stab-155`.
    pub identifiers: Vec<String>,
    /// Numbers before its words: `2` of `Issue 2:`, with what it counts.
    pub numbers: Vec<(Counted, String)>,
}

impl Heading {
    /// Reads a heading.
    pub fn of(text: &str) -> Self {
        let whole = loose(text);
        let (mut identifiers, mut numbers) = (Vec::new(), Vec::new());
        let mut core = from_word(&whole);
        // An identifier may follow a number: `Issue 2 (STAB-158): …`. Work is bounded: each takes something off.
        while let Some((label, rest)) = label(core) {
            match label {
                Label::Identifier(identifier) => identifiers.push(identifier),
                Label::Number(counted, number) => numbers.push((counted, number)),
            }
            core = from_word(rest);
        }
        let core = core.trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ')' | '\'' | '"')).to_owned();
        let short = match core.strip_suffix(')').and_then(|inside| inside.rsplit_once('(')) {
            Some((words, _)) if !words.trim().is_empty() => words.trim_end().to_owned(),
            _ => core.clone(),
        };
        Self { plain: plain(text), core, short, identifiers, numbers }
    }
}

enum Label {
    Identifier(String),
    Number(Counted, String),
}

/// The text from its first letter or digit on.
fn from_word(text: &str) -> &str {
    text.trim_start_matches(|c: char| !c.is_alphanumeric())
}

/// A number or identifier that a heading begins with, and what follows it.
fn label(text: &str) -> Option<(Label, &str)> {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, ':' | ')' | ']')).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    let closed = |rest: &str| rest.trim_start().starts_with([':', '.', ')', ']', '-', '–', '—']);
    if let Some((team, number)) = word.split_once('-')
        && !team.is_empty()
        && team.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Some((Label::Identifier(word.to_owned()), rest));
    }
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) && word.len() <= 16;
    let numbered = word.trim_end_matches('.');
    if is_number(numbered)
        && numbered.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && (numbered.len() < word.len() || closed(rest))
    {
        return Some((Label::Number(Counted::Other, numbered.to_owned()), rest));
    }
    let (_, counted) = COUNTED.iter().find(|(known, _)| *known == word)?;
    let after = rest.trim_start().trim_start_matches(['#', ':']).trim_start();
    let end = after.find(|c: char| !c.is_alphanumeric() && c != '.').unwrap_or(after.len());
    let (number, rest) = after.split_at_checked(end)?;
    let number = number.trim_end_matches('.');
    let alone = rest.is_empty() || closed(rest) || rest.trim_start().starts_with(['(', '[']);
    (is_number(number) && alone).then(|| (Label::Number(*counted, number.to_owned()), rest))
}

/// The words of a Markdown text: case, blanks, emphasis, code marks, escapes and the shape of quotes do not count.
pub(super) fn plain(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut blank = false;
    while let Some(c) = chars.next() {
        let c = match c {
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => continue,
            '*' | '`' | '\u{fe0f}' | '\u{200b}' | '\u{feff}' => continue,
            '‘' | '’' => '\'',
            '“' | '”' => '"',
            c if c.is_whitespace() => {
                blank = true;
                continue;
            }
            c => c,
        };
        if blank && !words.is_empty() {
            words.push(' ');
        }
        blank = false;
        words.extend(c.to_lowercase());
    }
    words
}

/// As [`plain`], mojibake put right first, and without links, character references, the difference between kinds
/// of dashes and arrows, and a full stop or colon at the end.
pub(super) fn loose(text: &str) -> String {
    let text = unlinked(&repair_mojibake(text));
    let mut text = plain(&text);
    for (from, to) in [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""), ("–", "-"), ("—", "-")] {
        if text.contains(from) {
            text = text.replace(from, to);
        }
    }
    for arrow in ["→", "⇒", "=>"] {
        if text.contains(arrow) {
            text = text.replace(arrow, "->");
        }
    }
    text.trim_end_matches(['.', ':', ';', ' ']).to_owned()
}

/// A longer target makes no link (bytes).
const LONGEST_TARGET: usize = 2048;

/// `[text](target)` becomes `text`.
fn unlinked(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let link = after.find(['[', ']']).and_then(|end| {
            let target = after.get(end..)?.strip_prefix("](")?;
            let close = target.bytes().take(LONGEST_TARGET).position(|byte| byte == b')')?;
            Some((after.get(..end)?, target.get(close + 1..)?))
        });
        words.push_str(before);
        match link {
            Some((inside, after)) => {
                words.push_str(inside);
                rest = after;
            }
            None => {
                words.push('[');
                rest = after;
            }
        }
    }
    words.push_str(rest);
    words
}
