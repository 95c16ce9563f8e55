//! The lines of one task in plan.toml.

use super::{Toml, TomlValue, parse_toml};
use crate::source::{LineRange, Lines, Span};

/// Some lines of plan.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Which.
    pub lines: LineRange,
    /// Their text.
    pub text: String,
}

/// The lines of the task of that id, from its header (or the brace of its table) to the end of its last value; `None`
/// when the text has no such task.
pub fn snippet(source: &str, task: &str) -> Option<Snippet> {
    let (root, _) = parse_toml(source);
    let lists = tables(&root, "phases")
        .flat_map(|phase| tables(phase, "issues"))
        .flat_map(|issue| tables(issue, "tasks"))
        .chain(tables(&root, "checklist"))
        .chain(tables(&root, "policies"));
    let found = { lists }.find(|table| table.get("id").and_then(Toml::text) == Some(task))?;
    let span = Span::new(found.span.start, end(found));
    let lines = Lines::of(source.as_bytes()).range(span);
    let wanted = (lines.end_line - lines.line + 1) as usize;
    let text: Vec<&str> = source.lines().skip(lines.line.saturating_sub(1) as usize).take(wanted).collect();
    Some(Snippet { lines, text: text.join("\n") })
}

fn tables<'t>(table: &'t Toml, key: &str) -> impl Iterator<Item = &'t Toml> + use<'t> {
    let items = match table.get(key).map(|list| &list.value) {
        Some(TomlValue::List(items)) => items.as_slice(),
        _ => &[],
    };
    items.iter()
}

/// Where a value ends, and all that stands below it.
fn end(value: &Toml) -> usize {
    let inner = match &value.value {
        TomlValue::List(items) => items.iter().map(end).max(),
        TomlValue::Table(entries) => entries.iter().map(|(key, value)| end(value).max(key.span.end)).max(),
        _ => None,
    };
    inner.unwrap_or(0).max(value.span.end)
}
