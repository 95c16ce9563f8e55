//! Which here-documents a line opens.

use super::lex::{Mode, lex};

/// A here-document that a line opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opened {
    /// The word that closes it.
    pub name: String,
    /// Whether no part of the word is quoted.
    pub expand: bool,
    /// `<<-`.
    pub chomp: bool,
}

/// The lexer that looks for here-documents keeps everything as it is written, and its escape character is
/// the backslash whatever `# escape=` says.
fn mode(raw_quotes: bool, raw_escapes: bool) -> Mode<'static> {
    Mode { escape: '\\', raw_quotes, raw_escapes, keep_unset: true, value: &|_| None }
}

/// The here-documents of a line, in order. A line that the lexer cannot read (a quote that is not closed,
/// `${a[0]}`) opens none. The error names a closing word that cannot be read.
pub(super) fn opened(line: &str) -> Result<Vec<Opened>, String> {
    if !line.contains("<<") {
        return Ok(Vec::new());
    }
    let Ok(lexed) = lex(line, mode(true, true)) else { return Ok(Vec::new()) };
    let mut docs = Vec::new();
    for word in &lexed.words {
        docs.extend(of_word(word)?);
    }
    Ok(docs)
}

/// The here-document that a word opens, if it is such a word and nothing else.
pub(super) fn opened_by(word: &str) -> Option<Opened> {
    of_word(word).ok().flatten()
}

/// `digits << [-] [blanks] word`.
fn of_word(word: &str) -> Result<Option<Opened>, String> {
    let Some(rest) = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<") else {
        return Ok(None);
    };
    let (chomp, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let name = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
    if name.is_empty() || name.contains('<') {
        return Ok(None);
    }
    // `$((1 << 3))`: no closing word ends in a bracket that was opened before it.
    if name.len() < rest.len() && name.contains(')') {
        return Ok(None);
    }
    let bare = lex(name, mode(false, false)).map_err(|error| format!("here-document word `{name}`: {error}"))?;
    let [closing] = bare.words.as_slice() else { return Ok(None) };
    let quoted = lex(name, mode(true, false)).map_err(|error| format!("here-document word `{name}`: {error}"))?;
    let count = |words: &[String]| words.iter().map(|word| word.matches(['"', '\'']).count()).sum::<usize>();
    Ok(Some(Opened { name: closing.clone(), expand: count(&bare.words) == count(&quoted.words), chomp }))
}
