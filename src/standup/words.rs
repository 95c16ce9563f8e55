//! A check in words, from the registry of kinds.

use crate::checks::{Field, FieldType, kind};
use crate::plan::{RawCheck, Sets, Toml, TomlValue};
use crate::source::Outside;

/// What a check asks, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckWords {
    /// Its kind.
    pub kind: Outside,
    /// What the kind asks, in one line.
    pub asks: &'static str,
    /// Its options as the plan sets them, in the plan's order.
    pub options: Vec<CheckOption>,
    /// The checks of a list.
    pub parts: Vec<Self>,
}

/// One option of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckOption {
    /// Its key.
    pub name: Outside,
    /// What it means, in one line.
    pub means: &'static str,
    /// Its value in words; the name of a set is followed by what it stands for.
    pub value: Outside,
}

impl CheckWords {
    /// The words of a check of a plan.
    pub fn of(check: &RawCheck, sets: &Sets) -> Self {
        Self::of_table(&check.table, sets)
    }

    fn of_table(table: &Toml, sets: &Sets) -> Self {
        let Some((key, options)) = table.entries().and_then(|entries| entries.first()) else {
            return Self { kind: Outside::default(), asks: "", options: Vec::new(), parts: Vec::new() };
        };
        let known = kind(&key.name);
        let mut words = Self {
            kind: key.name.as_str().into(),
            asks: known.map_or("", |kind| kind.summary),
            options: Vec::new(),
            parts: Vec::new(),
        };
        // `all` and `any` take their list without a table around it.
        if let TomlValue::List(checks) = &options.value {
            words.parts = checks.iter().map(|check| Self::of_table(check, sets)).collect();
            return words;
        }
        for (key, value) in options.entries().unwrap_or_default() {
            let field = known.and_then(|kind| kind.field(&key.name));
            match (&value.value, field) {
                (TomlValue::List(checks), Some(Field { takes: FieldType::Checks, .. })) => {
                    words.parts.extend(checks.iter().map(|check| Self::of_table(check, sets)));
                }
                _ => words.options.push(CheckOption {
                    name: key.name.as_str().into(),
                    means: field.map_or("", |field| field.doc),
                    value: value_words(value, field, sets).into(),
                }),
            }
        }
        words
    }
}

fn value_words(value: &Toml, field: Option<&Field>, sets: &Sets) -> String {
    let is_files = field.is_some_and(|field| field.takes == FieldType::Files);
    match (value.texts(), is_files) {
        (Some(texts), true) => {
            let words: Vec<String> = texts.iter().map(|(text, _)| files_words(text, sets)).collect();
            words.join(", ")
        }
        (Some(texts), false) => texts.into_iter().map(|(text, _)| text).collect::<Vec<_>>().join(", "),
        (None, _) => match &value.value {
            TomlValue::Integer(number) => number.to_string(),
            TomlValue::Bool(true) => "yes".to_owned(),
            TomlValue::Bool(false) => "no".to_owned(),
            _ => value.to_json().to_string(),
        },
    }
}

/// `@python (Dockerfile.prod, Dockerfile.dev)`.
fn files_words(text: &str, sets: &Sets) -> String {
    match text.strip_prefix('@').and_then(|name| sets.get(name)) {
        Some(patterns) => {
            let patterns: Vec<&str> = patterns.iter().map(crate::repo::Pattern::as_str).collect();
            format!("{text} ({})", patterns.join(", "))
        }
        None => text.to_owned(),
    }
}
