//! The words that one argument of a command line becomes.

use crate::semantics::shell::Arg;

/// The words of an argument: an unquoted variable is split at blanks. `None` when its text is not known, and when it
/// has unquoted braces with commas: bash makes words of them, other shells leave them as they are.
pub(super) fn of(arg: &Arg) -> Option<Vec<String>> {
    let text = arg.text.as_deref()?;
    if arg.raw.starts_with('$') && text.contains(char::is_whitespace) {
        return Some(text.split_whitespace().map(str::to_owned).collect());
    }
    let quoted = arg.raw.contains(['"', '\'', '\\']);
    if quoted || !text.contains('{') {
        return Some(vec![text.to_owned()]);
    }
    if braces(text) { None } else { Some(vec![text.to_owned()]) }
}

/// Whether there are braces that hold a comma, those of variables aside.
fn braces(word: &str) -> bool {
    let mut begin = None;
    for (at, c) in word.char_indices() {
        match (c, begin) {
            ('{', _) => begin = Some(at),
            ('}', Some(open)) => {
                let inside = word.get(open + 1..at).unwrap_or_default();
                if inside.contains(',') && !word.get(..open).is_some_and(|before| before.ends_with('$')) {
                    return true;
                }
                begin = None;
            }
            _ => {}
        }
    }
    false
}
