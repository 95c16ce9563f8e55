//! How package managers write a package's name: with versions, architectures, signs.

use super::calls::Manager;
use crate::semantics::shell::Arg;

/// What a word of a command line means for one package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Its name.
    Plain,
    /// Its name with a `+`: installed, whatever the verb.
    Plus,
    /// Its name with a `-` or `!`: removed, whatever the verb.
    Minus,
    /// A pattern that may match it.
    Maybe,
    /// Another package.
    Other,
}

/// What a word means for package `name`, where words are packages to install (or to remove).
pub(super) fn meaning(manager: Manager, word: &str, name: &str) -> Word {
    match manager {
        Manager::Apt => {
            let bare = word.split(['=', '/', ':']).next().unwrap_or_default();
            if bare == name || local_file(word, name, '_', ".deb") {
                return Word::Plain;
            }
            match bare.strip_suffix('-') {
                Some(bare) if bare == name => Word::Minus,
                _ if bare.strip_suffix('+') == Some(name) => Word::Plus,
                _ => pattern(bare, name),
            }
        }
        Manager::Apk => {
            let (negated, word) = word.strip_prefix('!').map_or((false, word), |word| (true, word));
            let word = word.strip_prefix("cmd:").unwrap_or(word);
            let bare = word.split(['=', '~', '<', '>', '@']).next().unwrap_or_default();
            match bare == name || local_file(word, name, '-', ".apk") {
                true if negated => Word::Minus,
                true => Word::Plain,
                false => Word::Other,
            }
        }
        Manager::Dnf => {
            let versioned =
                |rest: &str| rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            let architecture = |rest: &str| {
                rest.strip_prefix('.').is_some_and(|rest| {
                    matches!(rest, "x86_64" | "aarch64" | "noarch" | "i686" | "ppc64le" | "s390x" | "armv7hl" | "*")
                })
            };
            match word.strip_prefix(name) {
                Some(rest) if rest.is_empty() || versioned(rest) || architecture(rest) => Word::Plain,
                _ if local_file(word, name, '-', ".rpm") => Word::Plain,
                _ => pattern(word, name),
            }
        }
        Manager::Dpkg => {
            let bare = word.split(':').next().unwrap_or_default();
            if bare == name || local_file(word, name, '_', ".deb") || local_file(word, name, '-', ".rpm") {
                Word::Plain
            } else {
                Word::Other
            }
        }
    }
}

/// `./curl_7.88.1_amd64.deb` of `curl`.
fn local_file(word: &str, name: &str, separator: char, ending: &str) -> bool {
    let file = word.rsplit('/').next().unwrap_or_default();
    let rest = file.strip_suffix(ending).and_then(|file| file.strip_prefix(name));
    rest.is_some_and(|rest| {
        rest.strip_prefix(separator).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '*'))
    })
}

/// A name with wildcards that may match.
fn pattern(word: &str, name: &str) -> Word {
    let plain = word.trim_start_matches('^');
    let begin = plain.split(['*', '?', '[', '.']).next().unwrap_or_default();
    let is_pattern = word.contains(['*', '?', '[']);
    if is_pattern && name.starts_with(begin) && (begin.len() < name.len() || plain.len() > begin.len()) {
        Word::Maybe
    } else {
        Word::Other
    }
}

/// What a word without a known value means, by its begin: `"curl=${VERSION}"` is curl, `curl$X` may be.
pub(super) fn of_unknown(arg: &Arg, name: &str) -> Word {
    let written = arg.raw.trim_start_matches(['"', '\'']);
    let begin = written.split(['$', '`']).next().unwrap_or_default();
    match begin.strip_prefix(name) {
        Some(rest) if rest.starts_with(['=', ':', '/', '~', '@']) => Word::Plain,
        _ => Word::Other,
    }
}
