//! The words that one argument of a command line becomes.

use crate::semantics::shell::Arg;

/// Words that one argument may become; past it the rest stays as it is.
const MOST_WORDS: usize = 256;

/// The words of an argument: an unquoted variable is split at blanks, unquoted braces are expanded as bash does.
/// `None` when its text is not known.
pub(super) fn of(arg: &Arg) -> Option<Vec<String>> {
    let text = arg.text.as_deref()?;
    if arg.raw.starts_with('$') && text.contains(char::is_whitespace) {
        return Some(text.split_whitespace().map(str::to_owned).collect());
    }
    let quoted = arg.raw.contains(['"', '\'', '\\']);
    if quoted || !text.contains('{') {
        return Some(vec![text.to_owned()]);
    }
    let mut words = vec![text.to_owned()];
    while let Some((at, parts)) = words.iter().enumerate().find_map(|(at, word)| Some((at, braces(word)?))) {
        if words.len() + parts.len() > MOST_WORDS {
            break;
        }
        words.splice(at..=at, parts);
    }
    Some(words)
}

/// `a{b,c}d` as `abd` and `acd`: the first brace that holds a comma and no other brace.
fn braces(word: &str) -> Option<Vec<String>> {
    let mut begin = None;
    for (at, c) in word.char_indices() {
        match (c, begin) {
            ('{', _) => begin = Some(at),
            ('}', Some(open)) => {
                let inside = word.get(open + 1..at)?;
                let is_variable = word.get(..open)?.ends_with('$');
                if inside.contains(',') && !is_variable {
                    let (head, tail) = (word.get(..open)?, word.get(at + 1..)?);
                    return Some(inside.split(',').map(|part| format!("{head}{part}{tail}")).collect());
                }
                begin = None;
            }
            _ => {}
        }
    }
    None
}
