//! Values whose key says that they are secret are never shown.

use std::sync::LazyLock;

use regex::Regex;

/// What stands where a secret stood.
const MASK: &str = "***";

/// A key that says secret, then `=`, `:` or a blank after an option, then its value.
static ASSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?i)(?P<key>[\w.-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|credential|api[_-]?key|apikey|private[_-]?key|access[_-]?key|auth|(?:^|[^A-Za-z])key)[\w.-]*["']?)"#,
        r#"(?P<sep>\s*[:=]\s*|\s+)"#,
        r#"(?P<value>"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"',}\])]+)"#,
    ))
    .ok()
});

/// `scheme://user:password@host`.
static USERINFO: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?P<head>[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@]*:)(?P<value>[^\s/@]+)@").ok());

/// Whether a key's name says that its value is secret: one of its words, split at `_`, `-` and `.`,
/// is password, secret, token or key (or a usual short form). `*_FILE` names a path and is exempt.
pub fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words: Vec<&str> = name.split(['_', '-', '.']).collect();
    if words.last() == Some(&"file") {
        return false;
    }
    words.iter().any(|word| {
        matches!(
            *word,
            "password"
                | "passwd"
                | "passphrase"
                | "pwd"
                | "secret"
                | "secrets"
                | "token"
                | "key"
                | "apikey"
                | "credential"
                | "credentials"
        )
    })
}

/// The same text with the values of secret keys, and passwords inside URLs, replaced by `***`.
/// References such as `${X}` or `$X` are no values and stay.
pub fn mask(text: &str) -> String {
    let mut masked = text.to_owned();
    if let Some(regex) = USERINFO.as_ref() {
        masked = regex
            .replace_all(&masked, |found: &regex::Captures<'_>| {
                let value = found.name("value").map_or("", |m| m.as_str());
                let head = found.name("head").map_or("", |m| m.as_str());
                if value.starts_with('$') { format!("{head}{value}@") } else { format!("{head}{MASK}@") }
            })
            .into_owned();
    }
    if let Some(regex) = ASSIGNED.as_ref() {
        masked = regex
            .replace_all(&masked, |found: &regex::Captures<'_>| {
                let part = |name| found.name(name).map_or("", |m| m.as_str());
                let (key, sep, value) = (part("key"), part("sep"), part("value"));
                let assigns = sep.contains(['=', ':']);
                let bare = value.trim_matches(['"', '\'']);
                if (assigns || key.starts_with('-')) && !bare.starts_with('$') && !bare.is_empty() {
                    format!("{key}{sep}{MASK}")
                } else {
                    format!("{key}{sep}{value}")
                }
            })
            .into_owned();
    }
    masked
}
