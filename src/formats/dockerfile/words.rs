//! How instructions split their arguments.

use super::{Joined, Pair, Word};

/// The blanks that split words (BuildKit's list: a no-break space is none of them).
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\u{b}' | '\u{c}')
}

/// `start..end` without blanks of any kind around it.
pub(super) fn trim(text: &str, start: usize, end: usize) -> (usize, usize) {
    let Some(part) = text.get(start..end) else { return (start, start) };
    let left = part.trim_start();
    let start = start + (part.len() - left.len());
    (start, start + left.trim_end().len())
}

/// Words between blanks; quotes mean nothing.
pub(super) fn at_blanks(line: &Joined, start: usize, end: usize) -> Vec<Word> {
    let Some(text) = line.text.get(start..end) else { return Vec::new() };
    let mut words = Vec::new();
    let mut at = start;
    for part in text.split(is_blank) {
        let next = at + part.len();
        if !part.is_empty() {
            words.push(Word { text: part.to_owned(), span: line.span(at, next) });
        }
        at = next + 1;
    }
    words
}

/// The whole as one word.
pub(super) fn whole(line: &Joined, start: usize, end: usize) -> Option<Word> {
    let text = line.text.get(start..end).filter(|text| !text.is_empty())?;
    Some(Word { text: text.to_owned(), span: line.span(start, end) })
}

/// A word as it stands, quotes and escapes included.
struct Quoted {
    text: String,
    start: usize,
    end: usize,
}

/// Words that quotes hold together.
fn quoted(text: &str, start: usize, end: usize, escape: char) -> Vec<Quoted> {
    let Some(part) = text.get(start..end) else { return Vec::new() };
    let mut words = Vec::new();
    let mut word: Option<Quoted> = None;
    let mut quote = None;
    let mut chars = part.char_indices().map(|(at, c)| (start + at, c)).peekable();
    while let Some((at, c)) = chars.next() {
        if quote.is_none() && c.is_whitespace() {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_with(|| Quoted { text: String::new(), start: at, end: at });
        word.end = at + c.len_utf8();
        match quote {
            None if matches!(c, '\'' | '"') => quote = Some(c),
            Some(open) if c == open => quote = None,
            _ => {}
        }
        // Nothing can be escaped between single quotes. An escape at the very end stands for nothing.
        if c == escape && quote != Some('\'') {
            if let Some((at, escaped)) = chars.next() {
                word.text.push(c);
                word.text.push(escaped);
                word.end = at + escaped.len_utf8();
            }
        } else {
            word.text.push(c);
        }
    }
    words.extend(word.filter(|word| !word.text.is_empty()));
    words
}

/// Pairs, and what is wrong with the first that is none (a fragment that follows the keyword).
pub(super) type Pairs = (Vec<Pair>, Option<String>);

/// `name=value …` of ENV and LABEL, or their old form `name value`.
pub(super) fn pairs(line: &Joined, start: usize, end: usize, escape: char) -> Pairs {
    let words = quoted(&line.text, start, end, escape);
    if words.first().is_some_and(|first| !first.text.contains('=')) {
        let rest = line.text.get(start..end).unwrap_or_default();
        let span = line.span(start, end);
        return match rest.split_once(is_blank) {
            Some((name, value)) => {
                let value = Some(value.trim_start_matches(is_blank).to_owned());
                (vec![Pair { name: name.to_owned(), value, span }], None)
            }
            None => (Vec::new(), Some("has a name without a value: write it as name=value".to_owned())),
        };
    }
    collect(words, |word| match word.text.split_once('=') {
        Some(("", _)) => Err("has a name that is empty"),
        Some((name, value)) => Ok(Pair {
            name: unquoted(name, escape),
            value: Some(value.to_owned()),
            span: line.span(word.start, word.end),
        }),
        None => Err("has a word without `=` among its name=value words"),
    })
}

/// `name` and `name=value` of ARG.
pub(super) fn arguments(line: &Joined, start: usize, end: usize, escape: char) -> Pairs {
    collect(quoted(&line.text, start, end, escape), |word| {
        let span = line.span(word.start, word.end);
        match word.text.split_once('=') {
            Some(("", _)) => Err("has a name that is empty"),
            Some((name, value)) => Ok(Pair { name: name.to_owned(), value: Some(value.to_owned()), span }),
            None => Ok(Pair { name: word.text.clone(), value: None, span }),
        }
    })
}

fn collect(words: Vec<Quoted>, pair: impl Fn(&Quoted) -> Result<Pair, &'static str>) -> Pairs {
    let mut pairs = Vec::new();
    let mut fault = None;
    for word in &words {
        match pair(word) {
            Ok(pair) => pairs.push(pair),
            Err(what) => {
                fault.get_or_insert(what.to_owned());
            }
        }
    }
    (pairs, fault)
}

/// A name without its quotes, as Docker expands names too; one with a variable stays.
fn unquoted(name: &str, escape: char) -> String {
    if !name.contains(['"', '\'', escape]) || name.contains('$') {
        return name.to_owned();
    }
    let expanded = super::expand(name, escape, &|_| None);
    if expanded.error.is_some() { name.to_owned() } else { expanded.text }
}
