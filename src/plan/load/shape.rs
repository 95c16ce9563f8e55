//! Whether a file has the keys of [`crate::plan::keys`], each with what it takes.

use super::recover::Damage;
use crate::plan::keys::{KeyType, PlanKey, PlanTable, TABLES};
use crate::plan::{Mistake, Toml, TomlValue, nearest};
use crate::source::Span;

/// Reports unknown keys, missing ones, and values that do not fit.
pub(super) struct Shape<'a> {
    damage: &'a Damage,
    /// Where each table's header stands, sorted, and the end of the text.
    borders: Vec<usize>,
    mistakes: Vec<Mistake>,
}

impl<'a> Shape<'a> {
    /// Checks a whole file; the mistakes are in no particular order.
    pub fn check(root: &Toml, table: &'static PlanTable, source: &str, damage: &'a Damage) -> Vec<Mistake> {
        let mut borders = vec![source.len()];
        headers(root, source, &mut borders);
        borders.sort_unstable();
        let mut shape = Self { damage, borders, mistakes: Vec::new() };
        shape.table(root, table, table.what);
        shape.mistakes
    }

    /// The text that belongs to a table: from its header to the next one.
    fn region(&self, table: &Toml) -> Span {
        let next = self.borders.partition_point(|border| *border <= table.span.start);
        let end = self.borders.get(next).copied().unwrap_or(usize::MAX);
        Span::new(table.span.start, end.max(table.span.end))
    }

    fn table(&mut self, toml: &Toml, table: &'static PlanTable, name: &str) {
        let Some(entries) = toml.entries() else { return };
        for (key, value) in entries {
            match table.key(&key.name) {
                Some(known) => self.value(known, value),
                None => {
                    let message = format!("{name} has no key `{}`", key.name);
                    self.mistakes.push(Mistake::new(key.span, message, Some(unknown(&key.name, table))));
                }
            }
        }
        let region = self.region(toml);
        for key in table.keys.iter().filter(|key| key.required && toml.get(key.name).is_none()) {
            if !self.damage.names(key.name, region) {
                self.mistakes.push(Mistake::new(toml.span, format!("{name} lacks `{}`", key.name), Some(add(key))));
            }
        }
    }

    fn value(&mut self, key: &'static PlanKey, value: &Toml) {
        match (key.takes, &value.value) {
            (KeyType::Schema, TomlValue::Integer(_)) | (KeyType::Flag, TomlValue::Bool(_)) | (KeyType::Check, _) => {}
            (KeyType::Text | KeyType::Path | KeyType::OneOf(_), TomlValue::Text(text)) => {
                self.not_empty(key, text, value.span);
                self.one_of(key, text, value.span);
            }
            (KeyType::Texts | KeyType::Files, TomlValue::Text(_) | TomlValue::List(_)) => match value.texts() {
                Some(texts) => texts.iter().for_each(|(text, span)| self.not_empty(key, text, *span)),
                None => self.wrong_items(key, value),
            },
            (KeyType::Sets, TomlValue::Table(entries)) => {
                entries.iter().for_each(|(name, value)| self.set(&name.name, name.span, value));
            }
            (KeyType::Table(table), TomlValue::Table(_)) => self.table(value, table, table.what),
            (KeyType::Tables(table), TomlValue::List(items)) => self.tables(key, table, items),
            _ => self.wrong_type(key, value),
        }
    }

    fn tables(&mut self, key: &PlanKey, table: &'static PlanTable, items: &[Toml]) {
        let noun = table.what.rsplit(' ').next().unwrap_or(table.what);
        for item in items {
            if item.entries().is_none() {
                let message = format!("`{}` takes tables, not {}", key.name, item.type_name());
                self.mistakes.push(Mistake::new(item.span, message, Some(format!("write `[[…{}]]`", key.name))));
                continue;
            }
            match item.get("id").and_then(Toml::text).filter(|id| !id.is_empty()) {
                Some(id) => self.table(item, table, &format!("{noun} `{id}`")),
                None => self.table(item, table, table.what),
            }
        }
    }

    fn set(&mut self, name: &str, span: Span, value: &Toml) {
        match value.texts() {
            Some(texts) if texts.is_empty() => {
                let help = "name at least one file pattern, or take the set out".to_owned();
                self.mistakes.push(Mistake::new(value.span, format!("the set `{name}` is empty"), Some(help)));
            }
            Some(_) => {}
            None => {
                let message = format!("the set `{name}` takes a list of file patterns");
                let help =
                    format!("for example `{} = [\"Dockerfile*\"]`", if name.is_empty() { "files" } else { name });
                self.mistakes.push(Mistake::new(value.span, message, Some(help)));
            }
        }
        if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control()) {
            let help = "`@name` stands for the set: give it a name without blanks".to_owned();
            self.mistakes.push(Mistake::new(span, format!("bad name of a set `{name}`"), Some(help)));
        }
    }

    fn not_empty(&mut self, key: &PlanKey, text: &str, span: Span) {
        if text.trim().is_empty() {
            self.mistakes.push(Mistake::new(span, format!("`{}` is empty", key.name), Some(fill(key))));
        }
    }

    fn one_of(&mut self, key: &PlanKey, text: &str, span: Span) {
        let KeyType::OneOf(words) = key.takes else { return };
        if words.contains(&text) || text.trim().is_empty() {
            return;
        }
        let help = match nearest(&text.to_lowercase(), words.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it takes {}", quoted(words)),
        };
        self.mistakes.push(Mistake::new(span, format!("`{}` cannot be `{text}`", key.name), Some(help)));
    }

    fn wrong_items(&mut self, key: &PlanKey, value: &Toml) {
        let TomlValue::List(items) = &value.value else { return };
        for item in items.iter().filter(|item| item.text().is_none()) {
            let message = format!("`{}` is a list of texts; this is {}", key.name, item.type_name());
            self.mistakes.push(Mistake::new(item.span, message, Some("write it in quotes: `\"…\"`".to_owned())));
        }
    }

    fn wrong_type(&mut self, key: &PlanKey, value: &Toml) {
        let (wants, help) = match key.takes {
            KeyType::Schema => ("the number 1", Some("write `schema = 1`".to_owned())),
            KeyType::Text => ("a text", None),
            KeyType::OneOf(words) => ("a word", Some(format!("it takes {}", quoted(words)))),
            KeyType::Path => ("a path", None),
            KeyType::Texts => ("a text or a list of texts", None),
            KeyType::Files => ("a file pattern, a `@set`, or a list of them", None),
            KeyType::Flag => ("true or false", Some(format!("write `{} = true`, without quotes", key.name))),
            KeyType::Sets => ("a table of sets", Some("write `[sets]` and below it `name = [\"pattern\"]`".to_owned())),
            KeyType::Check => ("a check", None),
            KeyType::Table(_) => ("a table", Some(format!("write `[{}]` once, or `{} = {{ … }}`", key.name, key.name))),
            KeyType::Tables(_) => (
                "a list of tables",
                Some(format!("begin each with `[[…]]`, in two brackets: `[[{}]]`", header_of(key))),
            ),
        };
        let help = help.or_else(|| match value.value {
            TomlValue::List(_) | TomlValue::Table(_) => Some(format!("write `{} = \"…\"`", key.name)),
            _ => Some(format!("write it in quotes: `{} = \"…\"`", key.name)),
        });
        let message = format!("`{}` takes {wants}, not {}", key.name, value.type_name());
        self.mistakes.push(Mistake::new(value.span, message, help));
    }
}

/// What to do about a key that a table does not know.
fn unknown(name: &str, table: &PlanTable) -> String {
    if let Some(near) = nearest(name, table.names()) {
        return format!("did you mean `{near}`?");
    }
    if let Some(owner) = TABLES.iter().find(|table| table.key(name).is_some()) {
        return format!("`{name}` is a key of {}", owner.what);
    }
    let names: Vec<&str> = table.names().collect();
    format!("{} knows {}", table.what, quoted(&names))
}

fn headers(toml: &Toml, source: &str, borders: &mut Vec<usize>) {
    match &toml.value {
        TomlValue::Table(entries) => {
            if source.get(toml.span.start..).is_some_and(|text| text.starts_with('[')) {
                borders.push(toml.span.start);
            }
            entries.iter().for_each(|(_, value)| headers(value, source, borders));
        }
        TomlValue::List(items) => items.iter().for_each(|item| headers(item, source, borders)),
        _ => {}
    }
}

/// How the header of a list of tables is written.
fn header_of(key: &PlanKey) -> &'static str {
    match key.name {
        "phases" => "phases",
        "issues" => "phases.issues",
        "tasks" => "phases.issues.tasks",
        "checklist" => "checklist",
        _ => "policies",
    }
}

fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

fn add(key: &PlanKey) -> String {
    match key.takes {
        KeyType::Schema => "write `schema = 1` in the first line".to_owned(),
        KeyType::Table(_) => format!("begin it with `[{}]`: {}", key.name, key.doc),
        KeyType::Check => "`trueup checks` lists the kinds; what no check can decide takes \
                           `check = { attest = { covers = \"…\" } }`"
            .to_owned(),
        _ => format!("add `{} = \"…\"`: {}", key.name, key.doc),
    }
}

fn fill(key: &PlanKey) -> String {
    let or = if key.required { "" } else { ", or take it out" };
    format!("fill it in{or}: {}", key.doc)
}
