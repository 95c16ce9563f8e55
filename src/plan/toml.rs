//! TOML as a tree of our own in which every key and value knows its place.

use toml::de::{DeTable, DeValue};

use super::{Mistake, depth};
use crate::source::{Lines, Span};

/// A key with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key, unquoted.
    pub name: String,
    /// Where.
    pub span: Span,
}

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Toml {
    /// Where. A `[table]`'s is its header.
    pub span: Span,
    /// What.
    pub value: TomlValue,
}

/// A TOML value.
#[derive(Debug, Clone, PartialEq)]
pub enum TomlValue {
    /// A string.
    Text(String),
    /// An integer; one that 64 bits do not hold is a [`TomlValue::Other`].
    Integer(i64),
    /// A float.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A date or time, or a number out of range, as written.
    Other(String),
    /// An array.
    List(Vec<Toml>),
    /// A table in file order.
    Table(Vec<(Key, Toml)>),
}

impl Toml {
    /// The table of a whole document.
    pub(super) fn of(table: &DeTable<'_>, span: Span) -> Self {
        let entries = table
            .iter()
            .map(|(key, value)| {
                let name = Key { name: key.get_ref().to_string(), span: key.span().into() };
                (name, Self::of_value(value.get_ref(), value.span().into()))
            })
            .collect();
        Self { span, value: TomlValue::Table(entries) }
    }

    fn of_value(value: &DeValue<'_>, span: Span) -> Self {
        let value = match value {
            DeValue::String(text) => TomlValue::Text(text.to_string()),
            DeValue::Integer(number) => match i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()) {
                Ok(number) => TomlValue::Integer(number),
                Err(_) => TomlValue::Other(number.as_str().to_owned()),
            },
            DeValue::Float(number) => match number.as_str().replace('_', "").parse() {
                Ok(number) => TomlValue::Float(number),
                Err(_) => TomlValue::Other(number.as_str().to_owned()),
            },
            DeValue::Boolean(flag) => TomlValue::Bool(*flag),
            DeValue::Datetime(time) => TomlValue::Other(time.to_string()),
            DeValue::Array(items) => {
                TomlValue::List(items.iter().map(|item| Self::of_value(item.get_ref(), item.span().into())).collect())
            }
            DeValue::Table(table) => return Self::of(table, span),
        };
        Self { span, value }
    }

    /// A table with one entry, standing where `value` stands.
    pub fn table_of(key: &str, value: Self) -> Self {
        let span = value.span;
        Self { span, value: TomlValue::Table(vec![(Key { name: key.to_owned(), span }, value)]) }
    }

    /// The entries of a table.
    pub fn entries(&self) -> Option<&[(Key, Self)]> {
        match &self.value {
            TomlValue::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key of a table.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()?.iter().find(|(k, _)| k.name == key).map(|(_, value)| value)
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            TomlValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A string, or a list of strings, each with its place; `None` for anything else.
    pub fn texts(&self) -> Option<Vec<(String, Span)>> {
        match &self.value {
            TomlValue::Text(text) => Some(vec![(text.clone(), self.span)]),
            TomlValue::List(items) => {
                items.iter().map(|item| item.text().map(|text| (text.to_owned(), item.span))).collect()
            }
            _ => None,
        }
    }

    /// What it is, for a message: `a text`, `a list`, …
    pub fn type_name(&self) -> &'static str {
        match self.value {
            TomlValue::Text(_) => "a text",
            TomlValue::Integer(_) => "a whole number",
            TomlValue::Float(_) => "a number",
            TomlValue::Bool(_) => "true or false",
            TomlValue::Other(_) => "a date or a number out of range",
            TomlValue::List(_) => "a list",
            TomlValue::Table(_) => "a table",
        }
    }

    /// The value as JSON; dates become text.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.value {
            TomlValue::Text(text) | TomlValue::Other(text) => Value::from(text.as_str()),
            TomlValue::Integer(number) => Value::from(*number),
            TomlValue::Float(number) => Value::from(*number),
            TomlValue::Bool(flag) => Value::from(*flag),
            TomlValue::List(items) => items.iter().map(Self::to_json).collect(),
            TomlValue::Table(entries) => {
                Value::Object(entries.iter().map(|(key, value)| (key.name.clone(), value.to_json())).collect())
            }
        }
    }
}

/// Reads a TOML text: what can be read of it, and the first mistake of each line. Text that is nested deeper
/// than the bound is not read at all.
pub fn parse(source: &str) -> (Toml, Vec<Mistake>) {
    if let Some(mistake) = depth::too_deep(source) {
        return (Toml { span: Span::default(), value: TomlValue::Table(Vec::new()) }, vec![mistake]);
    }
    let (table, errors) = DeTable::parse_recoverable(source);
    let lines = Lines::of(source.as_bytes());
    let mut mistakes: Vec<Mistake> = errors
        .iter()
        .map(|error| Mistake::new(error.span().unwrap_or_default().into(), error.message(), None))
        .collect();
    mistakes.sort_by_key(|mistake| mistake.span);
    mistakes.dedup_by_key(|mistake| lines.line(mistake.span.start));
    (Toml::of(table.get_ref(), table.span().into()), mistakes)
}
