//! Variables in instructions, as BuildKit's `shell.Lex` expands them.

use super::lex::{Mode, lex};

/// A word after expansion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expanded {
    /// The word with every variable that has a value put in and quotes taken off.
    pub text: String,
    /// Names that had no value (each stands for nothing in `text`); also the names that a bound stopped. At
    /// most 32.
    /// When the word cannot be read at all: the word itself.
    pub unresolved: Vec<String>,
    /// Why Docker would stop here: the word cannot be read (a quote is not closed, an unknown modifier),
    /// or a `${X:?why}` is not met. A lower-case fragment.
    pub error: Option<String>,
}

/// Expands `$X`, `${X}`, `${X:-d}`, `${X:+d}`, `${X:?e}`, `${X-d}`, `${X#p}`, `${X##p}`, `${X%p}`,
/// `${X%%p}`, `${X/p/r}`, `${X//p/r}`, with quotes and the escape character as BuildKit reads them.
/// `value` answers a name's value; at most 32 expansions a value, each of at most 2 KiB.
pub fn expand(word: &str, escape: char, value: &dyn Fn(&str) -> Option<String>) -> Expanded {
    let mode = Mode { escape, raw_quotes: false, raw_escapes: false, keep_unset: false, value };
    match lex(word, mode) {
        Ok(lexed) => Expanded { text: lexed.text, unresolved: lexed.unresolved, error: lexed.demanded },
        Err(error) => Expanded { text: String::new(), unresolved: vec![word.to_owned()], error: Some(error) },
    }
}
