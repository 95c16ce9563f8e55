//! Writing into plan.toml: one value at a time, set or taken out, every other byte as it was.
//!
//! Values are written by `toml_edit`; where they go is told by the spans of our own tree. `toml_edit`'s document
//! would keep comments and order too, but it drops a byte order mark, turns CRLF into LF, ends the last line and
//! gathers dotted keys: a diff of one value would show lines that nobody touched.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::keys::{ISSUE, KeyType, PHASE, PLAN, PlanTable, TASK};
use super::{Key, Mistake, Toml, TomlValue, load, parse_toml};
use crate::source::Span;

/// Where a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditPlace<'a> {
    /// `[plan]`.
    Plan,
    /// The phase of this id.
    Phase(&'a str),
    /// The issue of this id.
    Issue(&'a str),
    /// The task of this id, wherever it stands.
    Task(&'a str),
}

/// A value to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditValue {
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// A table of texts, written in one line: `{ key = "…" }`.
    Table(Vec<(&'static str, String)>),
}

/// Why a plan was not changed. Nothing is ever half written.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The text has mistakes of its own.
    #[error("the plan has a mistake, so nothing is written into it: {}", .0.message)]
    Broken(Mistake),
    /// The place is not there.
    #[error("there is no {0} in the plan")]
    NoPlace(String),
    /// The key does not exist there, or takes something else.
    #[error("`{key}` of {table} cannot be set so")]
    NoKey {
        /// The key.
        key: String,
        /// What the table is called.
        table: &'static str,
    },
    /// It is there, but not as one value behind its key.
    #[error("`{0}` is not written as `{0} = {{ … }}` there, so that it is left alone")]
    Apart(String),
    /// The plan would have a mistake afterwards.
    #[error("the plan would have a mistake: {}", .0.message)]
    WouldBreak(Mistake),
    /// Somebody else wrote the file in the meantime.
    #[error("{} was changed by somebody else in the meantime; nothing was written", .0.display())]
    Changed(PathBuf),
    /// The file is no UTF-8.
    #[error("{} is not UTF-8", .0.display())]
    NotText(PathBuf),
    /// The file could not be read or written.
    #[error("cannot write {}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
}

/// A plan's text while values are set in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editing {
    text: String,
}

impl Editing {
    /// Takes a plan without mistakes (those of its checks aside).
    pub fn of(source: &str) -> Result<Self, EditError> {
        match load(source).mistakes.into_iter().next() {
            Some(mistake) => Err(EditError::Broken(mistake)),
            None => Ok(Self { text: source.to_owned() }),
        }
    }

    /// The text as it stands now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Sets a key, or adds it below the keys that it belongs to. Says whether the text changed.
    pub fn set(&mut self, place: EditPlace<'_>, key: &str, value: &EditValue) -> Result<bool, EditError> {
        self.set_all(&[(place, key, value)])
    }

    /// Sets many keys, each at most once, all or none of them. Says whether the text changed.
    pub fn set_all(&mut self, values: &[(EditPlace<'_>, &str, &EditValue)]) -> Result<bool, EditError> {
        let (root, _) = parse_toml(&self.text);
        let mut splices = Vec::new();
        for (place, key, value) in values {
            splices.extend(self.splice(&root, *place, key, value)?);
        }
        if splices.is_empty() {
            return Ok(false);
        }
        // From the end, so that the places before stay where they are; of two at one place the first comes first.
        splices.sort_by_key(|(span, _)| span.start);
        let mut edited = self.text.clone();
        for (span, written) in splices.iter().rev() {
            edited = match (edited.get(..span.start), edited.get(span.end..)) {
                (Some(head), Some(tail)) => format!("{head}{written}{tail}"),
                _ => edited,
            };
        }
        let (root, _) = parse_toml(&edited);
        for (place, key, value) in values {
            if !find(&root, *place).and_then(|(table, _)| table.get(key)).is_some_and(|now| same(now, value)) {
                let table = find(&root, *place).map_or("the plan", |(_, spec)| spec.what);
                return Err(EditError::NoKey { key: (*key).to_owned(), table });
            }
        }
        if let Some(mistake) = load(&edited).mistakes.into_iter().next() {
            return Err(EditError::WouldBreak(mistake));
        }
        self.text = edited;
        Ok(true)
    }

    /// What is written where to set a key; nothing when it has the value already.
    fn splice(
        &self,
        root: &Toml,
        place: EditPlace<'_>,
        key: &str,
        value: &EditValue,
    ) -> Result<Option<(Span, String)>, EditError> {
        let (table, spec) = find(root, place).ok_or_else(|| no_place(place))?;
        let fits = spec.key(key).is_some_and(|key| match value {
            EditValue::Text(_) => {
                matches!(key.takes, KeyType::Text | KeyType::OneOf(_) | KeyType::Path | KeyType::Texts | KeyType::Files)
            }
            EditValue::Texts(_) => matches!(key.takes, KeyType::Texts | KeyType::Files),
            EditValue::Table(_) => matches!(key.takes, KeyType::Table(_)),
        });
        let no_key = || EditError::NoKey { key: key.to_owned(), table: spec.what };
        if !fits {
            return Err(no_key());
        }
        Ok(Some(match table.get(key) {
            Some(old) if same(old, value) => return Ok(None),
            Some(old) if !is_inline(&self.text, old) => return Err(EditError::Apart(key.to_owned())),
            Some(old) => (old.span, value.render()),
            None => addition(&self.text, table, spec, key, value).ok_or_else(no_key)?,
        }))
    }

    /// Takes a key out, with its line when nothing else stands there; a comment behind it stays. Says whether the
    /// text changed.
    pub fn remove(&mut self, place: EditPlace<'_>, key: &str) -> Result<bool, EditError> {
        let (root, _) = parse_toml(&self.text);
        let (table, _) = find(&root, place).ok_or_else(|| no_place(place))?;
        let Some((name, value)) = table.entries().into_iter().flatten().find(|(name, _)| name.name == key) else {
            return Ok(false);
        };
        let apart = || EditError::Apart(key.to_owned());
        let whole = Span::new(name.span.start, value.span.end);
        let in_braces = self.text.get(table.span.start..).is_some_and(|text| text.starts_with('{'));
        let gone = match is_inline(&self.text, value) {
            false => None,
            true if in_braces => with_comma(&self.text, whole),
            true => with_line(&self.text, whole),
        };
        let gone = gone.ok_or_else(apart)?;
        let (Some(head), Some(tail)) = (self.text.get(..gone.start), self.text.get(gone.end..)) else {
            return Err(apart());
        };
        let edited = format!("{head}{tail}");
        if let Some(mistake) = load(&edited).mistakes.into_iter().next() {
            return Err(EditError::WouldBreak(mistake));
        }
        self.text = edited;
        Ok(true)
    }
}

fn no_place(place: EditPlace<'_>) -> EditError {
    EditError::NoPlace(match place {
        EditPlace::Plan => "`[plan]`".to_owned(),
        EditPlace::Phase(id) => format!("phase `{id}`"),
        EditPlace::Issue(id) => format!("issue `{id}`"),
        EditPlace::Task(id) => format!("task `{id}`"),
    })
}

/// Whether a value stands behind its key: a table has a header of its own or dotted keys otherwise.
fn is_inline(text: &str, value: &Toml) -> bool {
    value.entries().is_none() || text.get(value.span.start..).is_some_and(|text| text.starts_with('{'))
}

/// A key and its value in a table of lines: the whole line, or up to the comment that follows.
fn with_line(text: &str, whole: Span) -> Option<Span> {
    let (head, tail) = (text.get(..whole.start)?, text.get(whole.end..)?);
    let start = head.rfind('\n').map_or(0, |newline| newline + 1);
    let line = tail.split_inclusive('\n').next().unwrap_or_default();
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    if !line.trim().is_empty() {
        return Some(Span::new(whole.start, whole.end + blanks));
    }
    if line.ends_with('\n') {
        return Some(Span::new(start, whole.end + line.len()));
    }
    // The last line of the text: what ended the line before goes instead.
    let above = text.get(..start)?;
    let above = above.strip_suffix('\n').map_or(above, |above| above.strip_suffix('\r').unwrap_or(above));
    Some(Span::new(above.len(), whole.end + line.len()))
}

/// A key and its value in braces, with the comma before it, else the one behind it; with neither it is alone there.
fn with_comma(text: &str, whole: Span) -> Option<Span> {
    let (head, tail) = (text.get(..whole.start)?.trim_end(), text.get(whole.end..)?);
    if head.ends_with(',') {
        return Some(Span::new(head.len() - 1, whole.end));
    }
    let behind = tail.trim_start().strip_prefix(',').map(|rest| rest.trim_start_matches([' ', '\t']));
    behind.map(|rest| Span::new(whole.start, text.len() - rest.len()))
}

impl EditValue {
    /// As TOML writes it.
    pub fn render(&self) -> String {
        match self {
            Self::Text(text) => toml_edit::Value::from(text.as_str()).to_string(),
            Self::Texts(texts) => {
                texts.iter().map(String::as_str).collect::<toml_edit::Array>().to_string().trim().to_owned()
            }
            Self::Table(entries) => {
                let entries = entries.iter().map(|(key, text)| (*key, text.as_str()));
                entries.collect::<toml_edit::InlineTable>().to_string().trim().to_owned()
            }
        }
    }
}

fn same(old: &Toml, value: &EditValue) -> bool {
    match value {
        EditValue::Text(text) => old.text() == Some(text),
        EditValue::Texts(texts) => {
            let old = old.texts().unwrap_or_default();
            old.len() == texts.len() && old.iter().zip(texts).all(|((old, _), text)| old == text)
        }
        EditValue::Table(entries) => old.entries().is_some_and(|old| {
            let same = |((name, old), (key, text)): (&(Key, Toml), &(&str, String))| {
                name.name == *key && old.text() == Some(text)
            };
            old.len() == entries.len() && old.iter().zip(entries).all(same)
        }),
    }
}

/// The table of a place, with its keys.
fn find<'t>(root: &'t Toml, place: EditPlace<'_>) -> Option<(&'t Toml, &'static PlanTable)> {
    let called = |toml: &&Toml, id: &str| toml.get("id").and_then(Toml::text) == Some(id);
    let phases = || tables(root, "phases");
    let issues = || phases().flat_map(|phase| tables(phase, "issues"));
    match place {
        EditPlace::Plan => root.get("plan").map(|table| (table, &PLAN)),
        EditPlace::Phase(id) => phases().find(|phase| called(phase, id)).map(|table| (table, &PHASE)),
        EditPlace::Issue(id) => issues().find(|issue| called(issue, id)).map(|table| (table, &ISSUE)),
        EditPlace::Task(id) => issues()
            .flat_map(|issue| tables(issue, "tasks"))
            .chain(tables(root, "checklist"))
            .chain(tables(root, "policies"))
            .find(|task| called(task, id))
            .map(|table| (table, &TASK)),
    }
}

fn tables<'t>(table: &'t Toml, key: &str) -> impl Iterator<Item = &'t Toml> + use<'t> {
    let items = match table.get(key).map(|list| &list.value) {
        Some(TomlValue::List(items)) => items.as_slice(),
        _ => &[],
    };
    items.iter()
}

/// Where a new key goes and what is written there: below the last key that the documentation puts before it,
/// on a line of its own with the same indent and line end, or behind it in an inline table.
fn addition(
    text: &str,
    table: &Toml,
    spec: &'static PlanTable,
    key: &str,
    value: &EditValue,
) -> Option<(Span, String)> {
    let before: Vec<&str> = spec.names().take_while(|name| *name != key).collect();
    // What stands below a header of its own, or behind dotted keys, is no neighbour.
    let headed =
        |toml: &Toml| toml.entries().is_some() && text.get(toml.span.start..).is_some_and(|text| text.starts_with('['));
    let beside = |value: &Toml| match &value.value {
        TomlValue::List(items) => !items.iter().any(headed),
        _ => is_inline(text, value),
    };
    let (anchor, anchored) = before
        .iter()
        .rev()
        .find_map(|name| table.entries()?.iter().find(|(known, value)| known.name == *name && beside(value)))
        .or_else(|| table.entries()?.iter().find(|(_, value)| beside(value)))?;
    let written = format!("{} = {}", toml_edit::Key::new(key), value.render());
    let end = anchored.span.end;
    if text.get(table.span.start..)?.starts_with('{') {
        return Some((Span::new(end, end), format!(", {written}")));
    }
    let rest = text.get(end..)?;
    let line = rest.split_once('\n').map_or(rest, |(line, _)| line);
    let (at, newline) = match line.strip_suffix('\r') {
        Some(line) => (end + line.len(), "\r\n"),
        None => (end + line.len(), "\n"),
    };
    let start = text.get(..anchor.span.start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let indent = text.get(start..anchor.span.start)?;
    let indent = if indent.trim().is_empty() { indent } else { "" };
    Some((Span::new(at, at), format!("{newline}{indent}{written}")))
}

/// Changes a plan on disk. Says whether anything changed; when nothing did, nothing is written.
pub fn edit_file(path: &Path, change: impl FnOnce(&mut Editing) -> Result<(), EditError>) -> Result<bool, EditError> {
    let original = std::fs::read(path).map_err(|error| EditError::File { path: path.to_owned(), error })?;
    let source = std::str::from_utf8(&original).map_err(|_| EditError::NotText(path.to_owned()))?;
    let mut editing = Editing::of(source)?;
    change(&mut editing)?;
    if editing.text() == source {
        return Ok(false);
    }
    replace_file(path, &original, editing.text().as_bytes())?;
    Ok(true)
}

/// Puts `edited` in the place of a file that still holds `original`, whole or not at all: into a file of its own
/// in the same folder, flushed, then renamed. A link stays one; the mode is kept. Between the last look and the
/// rename nothing can be done about another writer.
pub fn replace_file(path: &Path, original: &[u8], edited: &[u8]) -> Result<(), EditError> {
    let failed = |error| EditError::File { path: path.to_owned(), error };
    let real = path.canonicalize().map_err(failed)?;
    let folder = real.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".plan-").suffix(".tmp").tempfile_in(folder).map_err(failed)?;
    file.write_all(edited).map_err(failed)?;
    let mode = std::fs::metadata(&real).map_err(failed)?.permissions();
    file.as_file().set_permissions(mode).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    if std::fs::read(&real).map_err(failed)? != original {
        return Err(EditError::Changed(path.to_owned()));
    }
    file.persist(&real).map_err(|error| failed(error.error))?;
    // The rename itself is durable only once the folder is; where folders cannot be flushed, it still is done.
    if let Ok(folder) = std::fs::File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}
