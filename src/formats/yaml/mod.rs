//! YAML as a tree with spans; anchors, aliases and merge keys resolved under a node budget.
//!
//! Rules: <https://yaml.org/spec/1.2.2/> with what Compose's own reader does where it differs
//! (<https://github.com/yaml/go-yaml>, `resolve.go` and `decode.go` of v3): `yes`, `no`, `on` and `off` are
//! texts, `<<` merges only when it is plain, a key that stands twice is an error.

mod build;
mod scalar;

pub use build::parse;

use std::sync::Arc;

use super::ParseError;
use crate::source::{Lines, Span};

/// At most this many nodes after aliases and merge keys are expanded.
pub const MOST_NODES: usize = 200_000;

/// At most this many bytes of text after aliases are expanded: 16 MiB.
pub const MOST_TEXT: usize = 16 * 1024 * 1024;

/// One YAML file (its first document; a second one is an error).
#[derive(Debug, Clone)]
pub struct Yaml {
    /// The document; `None` when the file is empty or cannot be read at all. When a syntax error cuts the
    /// file short this is what stood complete before it, and `errors` is not empty.
    pub root: Option<Node>,
    /// The documents after the first one, which Compose lays over it in turn.
    pub further: Vec<Node>,
    /// What could not be read. With [`Yaml::further`] documents the last one says that they are there.
    pub errors: Vec<ParseError>,
    /// The bound that was passed (`root` is then `None`), as words.
    pub over: Option<String>,
    /// The lines of the source.
    pub lines: Lines,
}

/// One value with its place. An alias's nodes carry the span of the anchored text.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where.
    pub span: Span,
    /// The tag as written (`!reset`, `!override`, `!!str`), or `None`.
    pub tag: Option<String>,
    /// What.
    pub value: Value,
}

/// A YAML value by the core schema.
#[derive(Debug, Clone)]
pub enum Value {
    /// `null`, `~`, nothing.
    Null,
    /// A plain `true` or `false`.
    Bool(bool),
    /// A plain number, as written (`0.5`, `0o17`, `1e3`).
    Number(String),
    /// Any other scalar.
    Text(String),
    /// A sequence.
    List(Arc<Vec<Node>>),
    /// A mapping in file order, merge keys already merged in after its own (own keys win, then those of
    /// the merge that is written first); duplicate keys are errors.
    Map(Arc<Vec<(Node, Node)>>),
}

impl Yaml {
    /// The errors of a reader that takes several documents, as Compose does: all but the one that says
    /// there is a second document.
    pub fn errors_of_stream(&self) -> &[ParseError] {
        match self.errors.split_last() {
            Some((_, rest)) if !self.further.is_empty() => rest,
            _ => &self.errors,
        }
    }

    /// Every document in file order.
    pub fn documents(&self) -> impl Iterator<Item = &Node> {
        self.root.iter().chain(&self.further)
    }
}

impl Node {
    /// The value of a text key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.pair(key).map(|(_, value)| value)
    }

    /// A text key of a mapping with its value.
    pub fn pair(&self, key: &str) -> Option<&(Node, Node)> {
        self.entries().iter().find(|(k, _)| k.scalar() == Some(key))
    }

    /// The pairs of a mapping; none when it is no mapping.
    pub fn entries(&self) -> &[(Node, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; none when it is no sequence.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar: numbers as written, `true`/`false`; `None` for null, lists and maps.
    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            Value::Number(text) | Value::Text(text) => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// What it is, for a message: `a text`, `a list`, …
    pub fn type_name(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}
