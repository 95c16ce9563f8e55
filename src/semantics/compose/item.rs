//! A Compose file's values: interpolated, each with the file and place that it comes from.

use crate::formats::yaml::{Node, Value};
use crate::source::Span;

use super::text::{Scalar, Text};

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Index in [`super::Project::files`].
    pub file: usize,
    /// Where in that file.
    pub span: Span,
}

/// A key of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key; of an entry `K=V` what stands before the `=`, unknown variables as written.
    pub name: String,
    /// Whether the name holds an unknown variable (only entries `K=V` of a list can).
    pub unresolved: bool,
    /// Where.
    pub place: Place,
}

/// What a tag says to the merge of two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layering {
    /// `!reset`: nothing stands here, whatever lies below.
    Reset,
    /// `!override`: this stands here, whatever lies below.
    Override,
}

/// A value.
#[derive(Debug, Clone)]
pub struct Item {
    /// Where it stands.
    pub place: Place,
    /// `!reset` or `!override`; `None` in a resolved project.
    pub layering: Option<Layering>,
    /// What it is.
    pub data: Data,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Data {
    /// Nothing.
    Null,
    /// `true` or `false`; where Compose takes a boolean also `yes`, `"true"`, `${X:-on}`, …
    Bool(bool),
    /// A plain number as written.
    Number(String),
    /// Any other scalar.
    Text(Scalar),
    /// A list.
    List(Vec<Item>),
    /// A mapping.
    Map(Vec<(Key, Item)>),
}

impl Item {
    /// A value without a tag.
    pub fn new(place: Place, data: Data) -> Self {
        Self { place, layering: None, data }
    }

    /// The values of a YAML node of a file.
    pub(super) fn of(node: &Node, file: usize) -> Self {
        let place = Place { file, span: node.span };
        let layering = match node.tag.as_deref() {
            Some("!reset") => Some(Layering::Reset),
            Some("!override") => Some(Layering::Override),
            _ => None,
        };
        let data = match &node.value {
            Value::Null => Data::Null,
            Value::Bool(flag) => Data::Bool(*flag),
            Value::Number(text) => Data::Number(text.clone()),
            Value::Text(text) => Data::Text(Scalar::interpolate(text)),
            Value::List(items) => Data::List(items.iter().map(|item| Self::of(item, file)).collect()),
            Value::Map(pairs) => Data::Map(
                pairs
                    .iter()
                    .map(|(key, value)| {
                        let name = key.scalar().unwrap_or("null").to_owned();
                        let place = Place { file, span: key.span };
                        (Key { name, unresolved: false, place }, Self::of(value, file))
                    })
                    .collect(),
            ),
        };
        Self { place, layering, data }
    }

    /// The value of a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Item> {
        self.pair(key).map(|(_, item)| item)
    }

    /// A key of a mapping with its value.
    pub fn pair(&self, key: &str) -> Option<&(Key, Item)> {
        self.entries().iter().find(|(k, _)| k.name == key)
    }

    /// The value at the end of a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Item> {
        path.iter().try_fold(self, |item, key| item.get(key))
    }

    /// The pairs of a mapping; none when it is no mapping.
    pub fn entries(&self) -> &[(Key, Item)] {
        match &self.data {
            Data::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none when it is no list.
    pub fn items(&self) -> &[Item] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar, numbers as written; `None` for null, lists and mappings.
    pub fn text(&self) -> Option<Text> {
        match &self.data {
            Data::Bool(flag) => Some(Text::known(flag.to_string())),
            Data::Number(text) => Some(Text::known(text.clone())),
            Data::Text(scalar) => Some(scalar.text.clone()),
            Data::Null | Data::List(_) | Data::Map(_) => None,
        }
    }

    /// The text of a scalar when every part of it is known.
    pub fn value(&self) -> Option<String> {
        self.text()?.value()
    }

    /// Whether it is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// What it is, for a message: `a text`, `a list`, …
    pub fn type_name(&self) -> &'static str {
        match self.data {
            Data::Null => "nothing",
            Data::Bool(_) => "true or false",
            Data::Number(_) => "a number",
            Data::Text(_) => "a text",
            Data::List(_) => "a list",
            Data::Map(_) => "a mapping",
        }
    }

    /// How many values it is made of, keys aside.
    pub(super) fn size(&self) -> usize {
        match &self.data {
            Data::List(items) => items.iter().map(Item::size).sum::<usize>() + 1,
            Data::Map(entries) => entries.iter().map(|(_, item)| item.size()).sum::<usize>() + 1,
            _ => 1,
        }
    }

    /// Whether two values say the same, wherever they stand.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (&self.data, &other.data) {
            (Data::List(a), Data::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (Data::Map(a), Data::Map(b)) => {
                a.len() == b.len() && a.iter().all(|(key, a)| other.get(&key.name).is_some_and(|b| a.same(b)))
            }
            (Data::Null, Data::Null) => true,
            _ => self.text().is_some() && self.text() == other.text(),
        }
    }

    /// Calls `visit` for every scalar that was interpolated, with its place, in order.
    pub(super) fn each_scalar(&self, visit: &mut dyn FnMut(&Scalar, Place)) {
        match &self.data {
            Data::Text(scalar) => visit(scalar, self.place),
            Data::List(items) => items.iter().for_each(|item| item.each_scalar(visit)),
            Data::Map(entries) => entries.iter().for_each(|(_, item)| item.each_scalar(visit)),
            _ => {}
        }
    }

    /// Takes `!reset` values out and the tags off.
    pub(super) fn settle(&mut self) {
        self.layering = None;
        match &mut self.data {
            Data::List(items) => {
                items.retain(|item| item.layering != Some(Layering::Reset));
                items.iter_mut().for_each(Item::settle);
            }
            Data::Map(entries) => {
                entries.retain(|(_, item)| item.layering != Some(Layering::Reset));
                entries.iter_mut().for_each(|(_, item)| item.settle());
            }
            _ => {}
        }
    }
}
