//! How descriptions come back: changed in the ways that were seen on the live service.

use std::sync::LazyLock;

use regex::Regex;

static ITEM: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^(\s*)([-*+]|\d+[.)])(\s+)(.*)$").ok());
static TASK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\[([ xX])\](\s.*|)$").ok());
static IDENTIFIER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[A-Z][A-Z0-9]*-[0-9]+$").ok());
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$").ok());
/// What looks like a host, some file names among them: their endings are top-level domains.
static HOST: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.(sh|com|org|io|dev|app|md|py|rs|net)$").ok());

fn is(regex: &Option<Regex>, text: &str) -> bool {
    regex.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// What differs from one report to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// Whether HTML comments survive.
    pub keeps_comments: bool,
    /// Whether `STAB-155` becomes a link.
    pub wraps_identifiers: bool,
    /// Whether `'` becomes `’`: a way that was not seen, as there may be some day.
    pub curls_quotes: bool,
}

/// A description as Linear gives it back.
pub fn rewritten(text: &str, manner: Manner) -> String {
    let text = text.replace("\r\n", "\n");
    let text = if manner.keeps_comments { text } else { without_comments(&text) };
    let mut lines: Vec<String> = Vec::new();
    let mut fence: Option<String> = None;
    for line in text.split('\n') {
        let trimmed = line.trim_start();
        if let Some(open) = &fence {
            lines.push(line.to_owned());
            if trimmed.starts_with(open.as_str()) && trimmed.trim_matches(['`', '~', ' ']).is_empty() {
                fence = None;
            }
            continue;
        }
        let marks: String = trimmed.chars().take_while(|c| *c == '`' || *c == '~').collect();
        if marks.len() >= 3 {
            fence = Some(marks);
            lines.push(line.to_owned());
            continue;
        }
        plain_line(line, &mut lines, manner);
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n")
}

/// A line outside code.
fn plain_line(line: &str, lines: &mut Vec<String>, manner: Manner) {
    let line = line.trim_end();
    let before = lines.last().map(String::as_str).unwrap_or_default();
    if line.is_empty() {
        if !before.is_empty() {
            lines.push(String::new());
        }
        return;
    }
    let found = ITEM.as_ref().and_then(|item| item.captures(line));
    if let Some(found) = found {
        let part = |n| found.get(n).map_or("", |m| m.as_str());
        if !before.is_empty() {
            lines.push(String::new());
        }
        let marker = if part(2).starts_with(['-', '+']) { "*" } else { part(2) };
        lines.push(format!("{}{marker} {}", part(1), item(part(4), manner)));
        return;
    }
    let rule = line.len() >= 3 && line.bytes().all(|b| b == b'-');
    if rule && !before.is_empty() && !before.starts_with(['#', '|', '>']) && !is(&ITEM, before) {
        if let Some(last) = lines.last_mut() {
            *last = format!("## {last}");
        }
        return;
    }
    lines.push(if line.starts_with('|') { line.to_owned() } else { inline(line, manner) });
}

fn item(text: &str, manner: Manner) -> String {
    let found = TASK.as_ref().and_then(|task| task.captures(text));
    let Some(found) = found else { return inline(text, manner) };
    let part = |n| found.get(n).map_or("", |m| m.as_str());
    let mark = if part(1) == " " { " " } else { "X" };
    format!("[{mark}] {}", inline(part(2).trim(), manner)).trim_end().to_owned()
}

/// A run of text: code spans, links and escapes are left alone, the rest is not.
fn inline(text: &str, manner: Manner) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '`' => code(rest),
            '\\' => rest.chars().nth(1).map(|next| 1 + next.len_utf8()),
            '<' => rest.find('>').map(|end| end + 1).filter(|_| !rest.starts_with("< ")),
            _ => None,
        };
        if let Some(end) = taken {
            out.push_str(rest.get(..end).unwrap_or(rest));
            rest = rest.get(end..).unwrap_or_default();
            continue;
        }
        if first == '\'' && manner.curls_quotes {
            out.push('’');
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        if first == '[' {
            rest = bracket(rest, &mut out);
            continue;
        }
        if first == ']' {
            out.push_str("\\]");
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        if first == '_'
            && starts_a_word(&out)
            && let Some(end) = emphasis(rest)
        {
            out.push_str(&format!("*{}*", rest.get(1..end).unwrap_or_default()));
            rest = rest.get(end + 1..).unwrap_or_default();
            continue;
        }
        if !first.is_whitespace() && starts_a_word(&out) {
            let end = rest.find(|c: char| c.is_whitespace() || "`[]()<>|*,;\"'\\".contains(c)).unwrap_or(rest.len());
            let word = rest.get(..end).unwrap_or(rest);
            let bare = word.trim_end_matches(['.', ':', '!', '?']);
            if let Some(link) = link(bare, manner) {
                out.push_str(&link);
                rest = rest.get(bare.len()..).unwrap_or_default();
                continue;
            }
        }
        out.push(first);
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    out
}

fn starts_a_word(before: &str) -> bool {
    before.chars().next_back().is_none_or(|c| c.is_whitespace() || c == '(')
}

/// The end of the code span that a text begins with.
fn code(text: &str) -> Option<usize> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let fence = text.get(..ticks)?;
    let mut from = ticks;
    while let Some(found) = text.get(from..)?.find(fence) {
        let at = from + found;
        let after = text.get(at + ticks..).unwrap_or_default();
        if !after.starts_with('`') && !text.get(..at)?.ends_with('`') {
            return Some(at + ticks);
        }
        from = at + ticks;
    }
    Some(ticks)
}

/// Where `_emphasis_` ends.
fn emphasis(text: &str) -> Option<usize> {
    let inner = text.get(1..)?;
    let end = inner.find('_')?;
    let word = inner.get(..end)?;
    let after = inner.get(end + 1..).unwrap_or_default();
    let ends = after.chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '_');
    let is_plain = word.chars().all(|c| c.is_alphanumeric() || c == ' ');
    (is_plain && !word.is_empty() && word.trim() == word && ends).then_some(end + 1)
}

/// `[a](u)` gets angle brackets, any other bracket a backslash. Gives what follows.
fn bracket<'a>(text: &'a str, out: &mut String) -> &'a str {
    let inner = text.get(1..).unwrap_or_default();
    if let Some((label, after)) = inner.split_once(']')
        && !label.contains(['[', '\\'])
        && let Some((url, after)) = after.strip_prefix('(').and_then(|target| target.split_once(')'))
        && !url.contains(char::is_whitespace)
    {
        let bare = url.trim_start_matches('<').trim_end_matches('>');
        out.push_str(&format!("[{label}](<{bare}>)"));
        return after;
    }
    out.push_str("\\[");
    inner
}

/// What a bare word becomes that looks like an address.
fn link(word: &str, manner: Manner) -> Option<String> {
    if word.starts_with("http://") || word.starts_with("https://") {
        Some(format!("[{word}](<{word}>)"))
    } else if is(&ADDRESS, word) {
        Some(format!("[{word}](<mailto:{word}>)"))
    } else if is(&HOST, word) {
        Some(format!("[{word}](<http://{word}>)"))
    } else if manner.wraps_identifiers && is(&IDENTIFIER, word) {
        Some(format!("[{word}](<https://linear.app/twin/issue/{word}>)"))
    } else {
        None
    }
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}
