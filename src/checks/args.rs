//! The options of a check, read from the plan's TOML by the kind's fields.

use regex::bytes::{Regex, RegexBuilder};
use serde_json_path::JsonPath;

use super::kind::{Field, FieldType, Kind, Mistakes};
use super::{Ask, Body, Check, registry};
use crate::plan::{Mistake, Sets, Toml, TomlValue, nearest};
use crate::repo::{Pattern, RepoPath};
use crate::source::Span;

/// A compiled regular expression may take this much (bytes).
const REGEX_SIZE: usize = 1 << 20;

/// Which files a check reads: its patterns in the plan's order, sets expanded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileSet {
    /// The patterns.
    pub patterns: Vec<Pattern>,
    /// As the plan writes it: `@python`, `Dockerfile*`.
    pub written: Vec<String>,
}

impl FileSet {
    /// Whether a path is one of them.
    pub fn holds(&self, path: &RepoPath) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(path))
    }
}

/// The options of one check. Getters answer only what fits the field; everything else was reported as a
/// mistake before `Kind::compile` runs.
pub struct Args<'a> {
    kind: &'static Kind,
    table: &'a Toml,
    sets: &'a Sets,
    mistakes: Mistakes,
    digest: blake3::Hasher,
    ask: Option<Ask>,
}

impl<'a> Args<'a> {
    pub(super) fn new(kind: &'static Kind, table: &'a Toml, sets: &'a Sets) -> Self {
        let mut args = Self { kind, table, sets, mistakes: Vec::new(), digest: blake3::Hasher::new(), ask: None };
        args.digest.update(kind.name.as_bytes());
        args.validate();
        args
    }

    pub(super) fn is_clean(&self) -> bool {
        self.mistakes.is_empty()
    }

    pub(super) fn finish(self) -> (Mistakes, [u8; 32]) {
        (self.mistakes, *self.digest.finalize().as_bytes())
    }

    pub(super) fn take_ask(&mut self) -> Option<Ask> {
        self.ask.take()
    }

    /// Makes it a question to a person, unknown until somebody gives a word.
    pub fn ask(&mut self, ask: Ask) -> Body {
        let body = Body::Constant(ask.unanswered());
        self.ask = Some(ask);
        body
    }

    /// Where the whole table stands.
    pub fn span(&self) -> Span {
        self.table.span
    }

    /// Reports a mistake at an option (at the whole table when the option is not written).
    pub fn mistake(&mut self, field: &str, message: impl Into<String>, help: Option<String>) {
        let span = self.table.get(field).map_or(self.table.span, |value| value.span);
        self.mistakes.push(Mistake::new(span, message, help));
    }

    fn validate(&mut self) {
        let Some(entries) = self.table.entries() else {
            self.mistakes.push(Mistake::new(
                self.table.span,
                format!("`{}` takes a table of options, not {}", self.kind.name, self.table.type_name()),
                Some(format!("for example: {}", self.kind.example)),
            ));
            return;
        };
        for (key, value) in entries {
            match self.kind.field(&key.name) {
                Some(field) => self.validate_value(field, value),
                None => {
                    let known: Vec<&str> = self.kind.fields.iter().map(|f| f.name).collect();
                    let help = match nearest(&key.name, known.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("`{}` knows {}", self.kind.name, list(&known)),
                    };
                    self.mistakes.push(Mistake::new(
                        key.span,
                        format!("`{}` has no option `{}`", self.kind.name, key.name),
                        Some(help),
                    ));
                }
            }
        }
        for field in self.kind.fields.iter().filter(|f| f.required && self.table.get(f.name).is_none()) {
            self.mistakes.push(Mistake::new(
                self.table.span,
                format!("`{}` needs the option `{}`", self.kind.name, field.name),
                Some(format!("{}: {}; for example: {}", field.name, field.doc, self.kind.example)),
            ));
        }
    }

    fn wrong_type(&mut self, field: &Field, value: &Toml, wants: &str) {
        self.mistakes.push(Mistake::new(
            value.span,
            format!("`{}` takes {wants}, not {}", field.name, value.type_name()),
            None,
        ));
    }

    fn validate_value(&mut self, field: &Field, value: &Toml) {
        self.digest.update(&[0]);
        self.digest.update(field.name.as_bytes());
        match field.takes {
            FieldType::Files => match value.texts() {
                Some(texts) if !texts.is_empty() => {
                    for (text, span) in texts {
                        self.patterns_of(&text, span, true);
                    }
                }
                Some(_) => self.mistakes.push(Mistake::new(value.span, format!("`{}` is empty", field.name), None)),
                None => self.wrong_type(field, value, "a file pattern, a `@set`, or a list of them"),
            },
            FieldType::Path => match value.text() {
                Some(text) => {
                    self.digest.update(text.as_bytes());
                    if let Err(error) = RepoPath::parse(text) {
                        self.mistakes.push(Mistake::new(value.span, format!("bad path `{text}`: {error}"), None));
                    }
                }
                None => self.wrong_type(field, value, "a path"),
            },
            FieldType::Text | FieldType::OneOf(_) | FieldType::Regex | FieldType::JsonPath => match value.text() {
                Some(text) => {
                    self.digest.update(text.as_bytes());
                    self.validate_text(field, text, value.span);
                }
                None => self.wrong_type(field, value, "a text"),
            },
            FieldType::Texts | FieldType::SomeOf(_) => match value.texts() {
                Some(texts) if !texts.is_empty() => {
                    for (text, span) in texts {
                        self.digest.update(&[1]);
                        self.digest.update(text.as_bytes());
                        self.validate_text(field, &text, span);
                    }
                }
                Some(_) => self.mistakes.push(Mistake::new(value.span, format!("`{}` is empty", field.name), None)),
                None => self.wrong_type(field, value, "a text or a list of texts"),
            },
            FieldType::Number => match value.value {
                TomlValue::Integer(number) if u32::try_from(number).is_ok() => {
                    self.digest.update(&number.to_le_bytes());
                }
                TomlValue::Integer(number) => self.mistakes.push(Mistake::new(
                    value.span,
                    format!("`{}` takes a whole number from 0 to {}, not {number}", field.name, u32::MAX),
                    None,
                )),
                _ => self.wrong_type(field, value, "a whole number"),
            },
            FieldType::Flag => match value.value {
                TomlValue::Bool(flag) => {
                    self.digest.update(&[u8::from(flag)]);
                }
                _ => self.wrong_type(field, value, "true or false"),
            },
            FieldType::Any => {
                self.digest.update(value.to_json().to_string().as_bytes());
            }
            FieldType::Checks => match &value.value {
                TomlValue::List(items) if !items.is_empty() => {}
                TomlValue::List(_) => self.mistakes.push(Mistake::new(
                    value.span,
                    format!("`{}` has no checks; an empty list would decide nothing", self.kind.name),
                    Some("list at least one check, or take the task's check out".into()),
                )),
                _ => self.wrong_type(field, value, "a list of checks"),
            },
        }
    }

    fn validate_text(&mut self, field: &Field, text: &str, span: Span) {
        match field.takes {
            FieldType::OneOf(words) | FieldType::SomeOf(words) if !words.contains(&text) => {
                let help = match nearest(text, words.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it takes {}", list(words)),
                };
                self.mistakes.push(Mistake::new(span, format!("`{}` cannot be `{text}`", field.name), Some(help)));
            }
            FieldType::Regex => {
                if let Err(error) = regex(text) {
                    self.mistakes.push(Mistake::new(span, format!("bad regular expression: {error}"), None));
                }
            }
            FieldType::JsonPath => {
                if let Err(error) = json_path(text) {
                    self.mistakes.push(Mistake::new(
                        span,
                        format!("bad path into data: {error}"),
                        Some("write it as RFC 9535 does: `$.services.web.image`".into()),
                    ));
                }
            }
            _ if text.is_empty() => {
                self.mistakes.push(Mistake::new(span, format!("`{}` is empty", field.name), None));
            }
            _ => {}
        }
    }

    fn patterns_of(&mut self, text: &str, span: Span, report: bool) -> Vec<Pattern> {
        if let Some(name) = text.strip_prefix('@') {
            return match self.sets.get(name) {
                Some(patterns) => {
                    if report {
                        for pattern in patterns {
                            self.digest.update(&[1]);
                            self.digest.update(pattern.as_str().as_bytes());
                        }
                    }
                    patterns.to_vec()
                }
                None => {
                    if report {
                        let help = match nearest(name, self.sets.names()) {
                            Some(near) => format!("did you mean `@{near}`?"),
                            None => "name the set in the plan's `[sets]` table".to_owned(),
                        };
                        self.mistakes.push(Mistake::new(span, format!("there is no set `@{name}`"), Some(help)));
                    }
                    Vec::new()
                }
            };
        }
        match Pattern::parse(text) {
            Ok(pattern) => {
                if report {
                    self.digest.update(&[1]);
                    self.digest.update(pattern.as_str().as_bytes());
                }
                vec![pattern]
            }
            Err(error) => {
                if report {
                    self.mistakes.push(Mistake::new(span, format!("bad file pattern `{text}`: {error}"), None));
                }
                Vec::new()
            }
        }
    }

    /// The files of an option; empty when it is not written.
    pub fn files(&mut self, field: &str) -> FileSet {
        let texts = self.table.get(field).and_then(Toml::texts).unwrap_or_default();
        let mut set = FileSet::default();
        for (text, span) in texts {
            set.patterns.extend(self.patterns_of(&text, span, false));
            set.written.push(text);
        }
        set
    }

    /// A text; `None` when it is not written.
    pub fn text(&self, field: &str) -> Option<String> {
        self.table.get(field).and_then(Toml::text).map(str::to_owned)
    }

    /// Texts; empty when not written.
    pub fn texts(&self, field: &str) -> Vec<String> {
        let texts = self.table.get(field).and_then(Toml::texts).unwrap_or_default();
        texts.into_iter().map(|(text, _)| text).collect()
    }

    /// A path; `None` when it is not written.
    pub fn path(&self, field: &str) -> Option<RepoPath> {
        self.table.get(field).and_then(Toml::text).and_then(|text| RepoPath::parse(text).ok())
    }

    /// A number; `None` when it is not written.
    pub fn number(&self, field: &str) -> Option<u32> {
        match self.table.get(field)?.value {
            TomlValue::Integer(number) => u32::try_from(number).ok(),
            _ => None,
        }
    }

    /// A flag; `None` when it is not written.
    pub fn flag(&self, field: &str) -> Option<bool> {
        match self.table.get(field)?.value {
            TomlValue::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// A regular expression; `None` when it is not written.
    pub fn regex(&self, field: &str) -> Option<Regex> {
        regex(self.table.get(field)?.text()?).ok()
    }

    /// A path into data; `None` when it is not written.
    pub fn json_path(&self, field: &str) -> Option<JsonPath> {
        json_path(self.table.get(field)?.text()?).ok()
    }

    /// Any value as JSON; `None` when it is not written.
    pub fn any(&self, field: &str) -> Option<serde_json::Value> {
        self.table.get(field).map(Toml::to_json)
    }

    /// The checks of a list.
    pub fn checks(&mut self, field: &str) -> Vec<Check> {
        let Some(TomlValue::List(items)) = self.table.get(field).map(|list| &list.value) else { return Vec::new() };
        let mut checks = Vec::new();
        for item in items {
            match registry::compile_table(item, self.sets) {
                Ok(check) => {
                    self.digest.update(&check.digest);
                    checks.push(check);
                }
                Err(mistakes) => self.mistakes.extend(mistakes),
            }
        }
        checks
    }
}

/// The parser of paths calls itself for each bracket: more than 64 of them are refused, and over 1,024 bytes.
fn json_path(text: &str) -> Result<JsonPath, String> {
    if text.len() > 1024 || text.bytes().filter(|byte| b"([!".contains(byte)).count() > 64 {
        return Err("it has more than 1024 bytes or 64 brackets".to_owned());
    }
    JsonPath::parse(text).map_err(|error| error.to_string())
}

fn regex(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).multi_line(true).size_limit(REGEX_SIZE).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(limit) => format!("compiled, it is larger than {limit} bytes"),
        error => error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
    })
}

/// `a, b and c`, each in backquotes.
pub(super) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => "no options".to_owned(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}
