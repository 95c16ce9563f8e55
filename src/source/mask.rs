//! Values whose key says that they are secret are never shown.

use std::sync::LazyLock;

use regex::Regex;

/// What stands where a secret stood.
const MASK: &str = "***";

/// A key that says secret. Here and below letters and blanks are ASCII's: compiling the same for all of Unicode takes
/// longer than everything else that a warm `status` does.
const KEY: &str = r#"(?P<key>(?i-u:[A-Za-z0-9_.-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|credential|api[_-]?key|apikey|private[_-]?key|access[_-]?key|auth|(?:^|(?u:[^A-Za-z]))key)[A-Za-z0-9_.-]*["']?))"#;

/// Such a key, then `=`, `:` or a blank after an option, then its value, one word.
static ASSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let value = r#"(?P<sep>(?-u:\s*[:=]\s*|\s+))(?P<value>"(?:[^"\\]|\\.)*"?|'[^']*'?|\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}[^ \t\r\n\f\v"',}\])]*|[^ \t\r\n\f\v"',}\])]+)"#;
    Regex::new(&format!("{KEY}{value}")).ok()
});

/// Such a key of a mapping, `key: value`: an unquoted value goes on to the end of its line, or of its place in
/// `{a: b, c: d}`.
static MAPPED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let value = r#"(?P<sep>(?-u:\s*:[ \t]+))(?P<value>[^ \t\r\n\f\v"'$|>{\[][^\n,}\]]*)"#;
    Regex::new(&format!("{KEY}{value}")).ok()
});

/// Such a key whose value stands on the lines below: `key: |`.
static BLOCK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"{KEY}(?-u:\s*:\s*[|>][-+0-9]*\s*)$")).ok());

/// `scheme://user:password@host`.
static USERINFO: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?P<head>[A-Za-z][A-Za-z0-9+.-]*://[^ \t\r\n\f\v/:@]*:)(?P<value>[^ \t\r\n\f\v/@]+)@").ok()
});

/// Such a key of a mapping whose value is a mapping on the same line: `"token": {"value": …}`.
static NESTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"{KEY}(?P<sep>(?-u:\s*[:=]\s*))(?P<value>\{{[^\n]+)")).ok());

/// `-p password` of programs that log in with it.
static PASSWORD_OPTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?P<head>(?-u:^|[\s;&|(/])(?:sshpass|mysql[a-z]*|mariadb[a-z-]*|[a-z]+ login)[^|;&\n]*?(?-u:\s-p\s*)["']?)(?P<value>[^ \t\r\n\f\v"'$-][^ \t\r\n\f\v"']*)"#)
        .ok()
});

/// `-u name:password` of curl and its like.
static LOGIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?P<head>(?-u:^|[\s"',\[])(?:-u|-U|--user|--proxy-user)["']?(?-u:\s*,\s*|=|\s*)["']?[^ \t\r\n\f\v:"'$]+:)(?P<value>[^ \t\r\n\f\v"',]+)"#)
        .ok()
});

/// `ENV NAME value`, the old form of a Dockerfile: everything after the name is the value.
static OLD_ENV: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?m)^(?P<head>(?i-u:\s*(?:ONBUILD\s+)?ENV\s+)(?P<key>[^ \t\r\n\f\v=]+)[ \t]+)(?P<value>[^$ \t\r\n\f\v].*)$",
    )
    .ok()
});

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
/// References such as `${X}` or `$X` are no values and stay; of `${X:-default}` the default is replaced when the
/// key or the variable says secret.
pub fn mask(text: &str) -> String {
    if !may_hold_a_secret(text.as_bytes()) {
        return text.to_owned();
    }
    // Each pattern is compiled when a text holds what it cannot do without.
    let assigns = assigns_to_a_key(text.as_bytes());
    let has = |signs: &[char]| text.contains(signs);
    let blocked = if assigns { blocks(text) } else { text.to_owned() };
    let mut masked = references(&blocked, false, 0);
    if let Some(regex) = pattern(&USERINFO, has(&['@'])) {
        masked = regex
            .replace_all(&masked, |found: &regex::Captures<'_>| {
                let part = |name| found.name(name).map_or("", |m| m.as_str());
                let (head, value) = (part("head"), part("value"));
                if value.starts_with('$') {
                    format!("{head}{}@", references(value, true, 0))
                } else {
                    format!("{head}{MASK}@")
                }
            })
            .into_owned();
    }
    if let Some(regex) = pattern(&NESTED, assigns && opens_a_mapping(text)) {
        masked = regex
            .replace_all(&masked, |found: &regex::Captures<'_>| {
                let part = |name| found.name(name).map_or("", |m| m.as_str());
                format!("{}{}{{{MASK}}}", part("key"), part("sep"))
            })
            .into_owned();
    }
    let logs_in = ["sshpass", "mysql", "mariadb", "login"].iter().any(|program| text.contains(program));
    if let Some(regex) = pattern(&PASSWORD_OPTION, logs_in && text.contains("-p")) {
        masked = regex.replace_all(&masked, format!("${{head}}{MASK}")).into_owned();
    }
    if let Some(regex) = pattern(&LOGIN, has(&[':']) && (text.contains("-u") || text.contains("-U"))) {
        masked = regex
            .replace_all(&masked, |found: &regex::Captures<'_>| {
                let part = |name| found.name(name).map_or("", |m| m.as_str());
                let value = part("value");
                if value.starts_with('$') {
                    format!("{}{value}", part("head"))
                } else {
                    format!("{}{MASK}", part("head"))
                }
            })
            .into_owned();
    }
    if let Some(regex) = pattern(&OLD_ENV, sets_a_variable(text.as_bytes())) {
        masked = regex
            .replace_all(&masked, |found: &regex::Captures<'_>| {
                let part = |name| found.name(name).map_or("", |m| m.as_str());
                let value = if names_a_secret(part("key")) { MASK } else { part("value") };
                format!("{}{value}", part("head"))
            })
            .into_owned();
    }
    let patterns = [pattern(&MAPPED, assigns && has(&[':'])), pattern(&ASSIGNED, assigns)];
    for regex in patterns.into_iter().flatten() {
        masked = regex.replace_all(&masked, |found: &regex::Captures<'_>| assigned(&masked, found)).into_owned();
    }
    masked
}

/// Whether `{` stands behind `:` or `=`, as [`NESTED`] wants it.
fn opens_a_mapping(text: &str) -> bool {
    text.match_indices('{').any(|(at, _)| {
        let is_blank = |c: char| c.is_ascii_whitespace() || c == '\u{b}';
        let before = text.get(..at).unwrap_or_default().trim_end_matches(is_blank);
        before.ends_with([':', '='])
    })
}

/// Whether `ENV` with a blank behind it is there, as [`OLD_ENV`] wants it.
fn sets_a_variable(text: &[u8]) -> bool {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c);
    text.windows(4).any(|at| {
        at.split_at_checked(3)
            .is_some_and(|(word, rest)| word.eq_ignore_ascii_case(b"env") && rest.iter().all(is_blank))
    })
}

/// A pattern, compiled at its first use, where it is wanted.
fn pattern(pattern: &'static LazyLock<Option<Regex>>, wanted: bool) -> Option<&'static Regex> {
    if wanted { pattern.as_ref() } else { None }
}

/// Whether one of the words or signs that the patterns begin with is there at all: most texts hold none, and go
/// through without a pattern.
fn may_hold_a_secret(text: &[u8]) -> bool {
    const SIGNS: &[&str] = &["://", "-u", "-U", "-p"];
    const PROGRAMS: &[&str] = &["--user", "--proxy-user"];
    text.windows(3).enumerate().any(|(at, window)| {
        let rest = text.get(at..).unwrap_or_default();
        match window.first() {
            Some(b':' | b'-') => SIGNS.iter().chain(PROGRAMS).any(|sign| rest.starts_with(sign.as_bytes())),
            _ => key_word(rest).is_some(),
        }
    })
}

/// The word of a key that says secret which the text begins with, in any case: what [`KEY`] cannot do without.
fn key_word(text: &[u8]) -> Option<&'static str> {
    const WORDS: &[&str] = &["passw", "passphrase", "pwd", "secret", "token", "credential", "key", "auth"];
    if !matches!(text.first()?.to_ascii_lowercase(), b'p' | b's' | b't' | b'c' | b'k' | b'a') {
        return None;
    }
    let begins = |word: &&&str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
    WORDS.iter().find(begins).copied()
}

/// A key, and the blanks behind it, are looked at so far (bytes).
const LONGEST_KEY: usize = 256;

/// Whether a key that says secret may be given a value: `:` or `=` comes after it, or it is an option.
fn assigns_to_a_key(text: &[u8]) -> bool {
    let of_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    (0..text.len()).any(|at| {
        let (before, rest) = text.split_at(at);
        let Some(word) = key_word(rest) else { return false };
        let after = rest.get(word.len()..).unwrap_or_default();
        let is_option = before.iter().rev().take(LONGEST_KEY).take_while(|byte| of_key(byte)).any(|byte| *byte == b'-');
        let end = after.iter().take(LONGEST_KEY).take_while(|byte| of_key(byte)).count();
        let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b;
        let rest = after.get(end..).unwrap_or_default();
        let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
        let blanks = rest.iter().take(LONGEST_KEY).take_while(|byte| is_blank(byte)).count();
        // What is longer is left to the patterns.
        is_option || end.max(blanks) == LONGEST_KEY || matches!(rest.get(blanks), Some(b':' | b'='))
    })
}

/// A key that says secret with what stands for its value.
fn assigned(text: &str, found: &regex::Captures<'_>) -> String {
    let part = |name| found.name(name).map_or("", |m| m.as_str());
    let (key, sep, value) = (part("key"), part("sep"), part("value"));
    // `${A_TOKEN:-***}` was seen to before.
    let inside = text.get(..found.get(0).map_or(0, |m| m.start())).is_some_and(|before| before.ends_with("${"));
    let assigns = sep.contains(['=', ':']) || key.starts_with('-');
    let bare = value.trim_matches(['"', '\'']);
    if inside || !assigns || bare.is_empty() {
        format!("{key}{sep}{value}")
    } else if bare.starts_with('$') {
        format!("{key}{sep}{}", references(value, true, 0))
    } else {
        format!("{key}{sep}{MASK}")
    }
}

/// Defaults stand this deep inside each other at most; deeper ones are replaced whole.
const DEEPEST_DEFAULT: usize = 16;

/// The text with the literal defaults of `${X:-default}` replaced: of every variable, or of those that say secret.
fn references(text: &str, all: bool, depth: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        out.push_str("${");
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let (name, tail) = after.split_at(end);
        out.push_str(name);
        rest = tail;
        let operator = [":-", ":+", ":=", "-", "+", "="].into_iter().find(|operator| tail.starts_with(operator));
        let hides = all || names_a_secret(name);
        if let (Some(operator), true, false) = (operator, hides, name.is_empty()) {
            let argument = tail.get(operator.len()..).unwrap_or_default();
            let (default, after) = argument.split_at(closing(argument));
            out.push_str(operator);
            out.push_str(&hidden(default, depth));
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// A default without its literal parts.
fn hidden(default: &str, depth: usize) -> String {
    if default.is_empty() {
        return String::new();
    }
    let whole = default.strip_prefix("${").is_some_and(|inner| closing(inner) + 1 == inner.len());
    if whole && depth < DEEPEST_DEFAULT { references(default, true, depth + 1) } else { MASK.to_owned() }
}

/// Where the `}` stands that closes what begins before `text`; its end when none does.
fn closing(text: &str) -> usize {
    let mut open = 0usize;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'}' if open == 0 => return at,
            b'}' => open -= 1,
            b'{' if at > 0 && bytes.get(at - 1) == Some(&b'$') => open += 1,
            _ => {}
        }
    }
    text.len()
}

/// The text with the lines below `key: |` replaced, as far as they are indented deeper than the key.
fn blocks(text: &str) -> String {
    let Some(regex) = pattern(&BLOCK, text.contains(['|', '>'])) else { return text.to_owned() };
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let mut below: Option<usize> = None;
    let mut out: Vec<String> = Vec::new();
    for line in text.split('\n') {
        match below {
            Some(key) if line.trim().is_empty() || indent(line) > key => {
                let blank = line.len() - line.trim_start().len();
                let masked = format!("{}{MASK}", line.get(..blank).unwrap_or_default());
                out.push(if line.trim().is_empty() { line.to_owned() } else { masked });
            }
            _ => {
                below = regex.is_match(line).then(|| indent(line));
                out.push(line.to_owned());
            }
        }
    }
    out.join("\n")
}
