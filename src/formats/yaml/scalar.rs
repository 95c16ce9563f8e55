//! What a scalar is: the core schema as Compose's reader resolves it.

use std::sync::LazyLock;

use regex::Regex;

use super::Value;

/// `1`, `1.5`, `.5`, `1e3`, with a sign; `_` between digits as the reader of Compose takes it.
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?)$|^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$",
    )
    .ok()
});

/// The value of a scalar without a tag.
pub(super) fn resolve(text: &str, plain: bool) -> Value {
    if !plain {
        return Value::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        text if is_number(text) => Value::Number(text.to_owned()),
        text => Value::Text(text.to_owned()),
    }
}

/// The value of a scalar with a core tag (`str`, `int`, …); any other tag makes it a text.
pub(super) fn tagged(text: &str, core: Option<&str>) -> Value {
    match core {
        Some("int" | "float") => Value::Number(text.to_owned()),
        Some("bool" | "null") => resolve(text, true),
        _ => Value::Text(text.to_owned()),
    }
}

fn is_number(text: &str) -> bool {
    let first = text.bytes().next();
    first.is_some_and(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.'))
        && NUMBER.as_ref().is_some_and(|regex| regex.is_match(text))
}
