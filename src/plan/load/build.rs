//! From a tree whose shape was checked to a plan: ids, sets, paths and what refers to what.

use std::collections::HashMap;

use super::recover::Damage;
use crate::plan::{
    Implementation, Issue, LinearSettings, Mistake, Phase, Plan, Priority, Prose, RawCheck, Sets, Shared, Task, Toml,
    TomlValue, Word, nearest,
};
use crate::repo::{Pattern, RepoPath};
use crate::source::{Lines, Span};

/// Longest id, uid and identifier (characters).
const LONGEST_ID: usize = 64;

/// An issue with what it names.
pub(super) struct Needs {
    /// The issue's id.
    pub id: String,
    /// The issues that it needs, with their places.
    pub needs: Vec<(String, Span)>,
}

/// Makes a plan of a tree, reporting what is wrong with what stands there. Values of the wrong type were
/// reported before and are passed over.
pub(super) struct Builder<'a> {
    damage: &'a Damage,
    lines: &'a Lines,
    sets: Sets,
    seen: HashMap<(&'static str, String), u32>,
    /// Every mistake so far.
    pub mistakes: Vec<Mistake>,
    /// Every check, in file order, also those of tasks with other mistakes.
    pub checks: Vec<RawCheck>,
    /// Every issue that has an id.
    pub needs: Vec<Needs>,
}

fn text(table: &Toml, key: &str) -> Option<String> {
    table.get(key).and_then(Toml::text).map(str::to_owned)
}

fn texts(table: &Toml, key: &str) -> Vec<String> {
    let texts = table.get(key).and_then(Toml::texts).unwrap_or_default();
    texts.into_iter().map(|(text, _)| text).collect()
}

fn tables<'t>(table: &'t Toml, key: &str) -> impl Iterator<Item = &'t Toml> {
    let items = match table.get(key).map(|list| &list.value) {
        Some(TomlValue::List(items)) => items.as_slice(),
        _ => &[],
    };
    items.iter().filter(|item| item.entries().is_some())
}

fn priority(table: &Toml) -> Option<Priority> {
    let word = table.get("priority").and_then(Toml::text)?;
    Priority::WORDS.iter().find(|(known, _)| *known == word).map(|(_, priority)| *priority)
}

impl<'a> Builder<'a> {
    pub fn new(lines: &'a Lines, damage: &'a Damage) -> Self {
        Self {
            damage,
            lines,
            sets: Sets::default(),
            seen: HashMap::new(),
            mistakes: Vec::new(),
            checks: Vec::new(),
            needs: Vec::new(),
        }
    }

    fn mistake(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.mistakes.push(Mistake::new(span, message, Some(help.into())));
    }

    /// The plan; it is of use only when no mistake was found.
    pub fn plan(&mut self, root: &Toml) -> Plan {
        let nothing = Toml { span: Span::default(), value: TomlValue::Table(Vec::new()) };
        self.sets = self.sets(root.get("sets").unwrap_or(&nothing));
        let head = root.get("plan").unwrap_or(&nothing);
        let phases = tables(root, "phases").map(|phase| self.phase(phase)).collect();
        let checklist = tables(root, "checklist").map(|task| self.task(task)).collect();
        let policies = tables(root, "policies").map(|task| self.task(task)).collect();
        Plan {
            uid: self.uid(head),
            title: text(head, "title").unwrap_or_default(),
            team: text(head, "team"),
            priority: text(head, "priority"),
            summary: text(head, "summary"),
            claims: self.claims(head),
            root: self.path(head, "root").unwrap_or_default(),
            settings: self.settings(root.get("settings").unwrap_or(&nothing)),
            linear: self.linear_settings(root.get("linear").unwrap_or(&nothing)),
            sets: self.sets.clone(),
            phases,
            checklist,
            policies,
            prose: Prose {
                status: text(head, "status"),
                checklist_title: text(head, "checklist_title"),
                checklist_intro: text(head, "checklist_intro"),
                order: texts(head, "order"),
                next_steps: texts(head, "next_steps"),
                notes: texts(head, "notes"),
            },
        }
    }

    /// The sets; those that stand in text that could not be read are there too, without patterns.
    pub fn known_sets(&self, root: &Toml) -> Sets {
        let mut sets = self.sets.clone();
        if !self.damage.is_none() {
            let mut names = Vec::new();
            set_names(root, &mut names);
            for name in names {
                if self.damage.names_anywhere(name) {
                    sets.0.entry(name.to_owned()).or_default();
                }
            }
        }
        sets
    }

    fn sets(&mut self, table: &Toml) -> Sets {
        let mut sets = Sets::default();
        for (key, value) in table.entries().unwrap_or_default() {
            let mut patterns = Vec::new();
            for (text, span) in value.texts().unwrap_or_default() {
                if text.starts_with('@') {
                    let message = format!("the set `{}` names another set, `{text}`", key.name);
                    self.mistake(span, message, "list the files themselves");
                } else {
                    patterns.extend(self.pattern(&text, span));
                }
            }
            sets.0.insert(key.name.clone(), patterns);
        }
        sets
    }

    fn pattern(&mut self, text: &str, span: Span) -> Option<Pattern> {
        Pattern::parse(text)
            .map_err(|error| {
                let help = "patterns are relative to the plan's root: `*` stays in a folder, `**/` crosses folders";
                self.mistake(span, format!("bad file pattern `{text}`: {error}"), help);
            })
            .ok()
    }

    fn path(&mut self, table: &Toml, key: &str) -> Option<RepoPath> {
        let value = table.get(key)?;
        let written = value.text().filter(|text| !text.trim().is_empty())?;
        match RepoPath::parse(written) {
            Ok(path) => Some(path),
            Err(error) => {
                let help = match key {
                    "root" => "name a folder below the one that holds plan.toml, or `.`; or move plan.toml up",
                    _ => "name a file below the plan's root, with `/` between folders",
                };
                self.mistake(value.span, format!("bad path `{written}`: {error}"), help);
                None
            }
        }
    }

    fn claims(&mut self, head: &Toml) -> Option<RepoPath> {
        let path = self.path(head, "claims")?;
        if path.is_root() {
            let span = head.get("claims").map_or(head.span, |value| value.span);
            self.mistake(span, "`claims` names a folder", "name the Markdown file: `claims = \"PLAN.md\"`");
        }
        Some(path)
    }

    fn uid(&mut self, head: &Toml) -> String {
        let Some(value) = head.get("uid") else { return String::new() };
        let Some(uid) = value.text().filter(|uid| !uid.trim().is_empty()) else { return String::new() };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if uid.len() > LONGEST_ID || !uid.chars().all(plain) {
            let help =
                format!("1 to {LONGEST_ID} letters, digits, `-`, `_` and `.`; `trueup init` writes a random one");
            self.mistake(value.span, "this is no uid", help);
        }
        uid.to_owned()
    }

    fn settings(&mut self, table: &Toml) -> Shared {
        let (settings, mistakes) = Shared::read(table, self.lines);
        self.mistakes.extend(mistakes);
        settings
    }

    fn linear_settings(&mut self, table: &Toml) -> LinearSettings {
        LinearSettings {
            team: text(table, "team"),
            project: text(table, "project"),
            reference: text(table, "ref"),
            on_claimed_done: text(table, "on_claimed_done"),
        }
    }

    /// The id of a table, reported when it is no id or stands elsewhere already.
    fn id(&mut self, what: &'static str, table: &Toml) -> String {
        let Some(value) = table.get("id") else { return String::new() };
        let Some(id) = value.text().filter(|id| !id.trim().is_empty()) else { return String::new() };
        let odd = |c: char| c.is_control() || c == '`';
        if id.chars().count() > LONGEST_ID || id.contains(odd) || id.trim() != id {
            let help = format!("at most {LONGEST_ID} characters, no backquotes, no blanks at its ends: `1.2`, `T.1`");
            self.mistake(value.span, "this is no id", help);
        }
        self.only(what, id, value.span, "give it an id of its own");
        id.to_owned()
    }

    /// Reports what may stand in a plan only once.
    fn only(&mut self, what: &'static str, name: &str, span: Span, help: &str) {
        let line = self.lines.line(span.start);
        if let Some(first) = self.seen.get(&(what, name.to_owned())) {
            let message = format!("{what} `{name}` is already on line {first}");
            self.mistake(span, message, help);
            return;
        }
        self.seen.insert((what, name.to_owned()), line);
    }

    fn phase(&mut self, table: &Toml) -> Phase {
        let priority = priority(table).unwrap_or_default();
        Phase {
            id: self.id("phase", table),
            title: text(table, "title").unwrap_or_default(),
            priority,
            rationale: text(table, "rationale"),
            files: texts(table, "files"),
            issues: tables(table, "issues").map(|issue| self.issue(issue, priority)).collect(),
            span: table.span,
        }
    }

    fn issue(&mut self, table: &Toml, of_phase: Priority) -> Issue {
        let id = self.id("issue", table);
        let needs = table.get("needs").and_then(Toml::texts).unwrap_or_default();
        self.needs.push(Needs { id: id.clone(), needs });
        Issue {
            id,
            title: text(table, "title").unwrap_or_default(),
            priority: priority(table).unwrap_or(of_phase),
            linear: self.identifier(table),
            linear_id: self.uuid(table),
            url: self.url(table),
            status: text(table, "status"),
            sign: text(table, "sign"),
            needs: texts(table, "needs"),
            labels: texts(table, "labels"),
            files: self.files(table),
            rationale: texts(table, "rationale"),
            benefits: texts(table, "benefits"),
            expected: texts(table, "expected"),
            improvements: texts(table, "improvements"),
            implementation: table.get("implementation").filter(|toml| toml.entries().is_some()).map(implementation),
            tasks: tables(table, "tasks").map(|task| self.task(task)).collect(),
            span: table.span,
        }
    }

    fn files(&mut self, table: &Toml) -> Vec<String> {
        let written = table.get("files").and_then(Toml::texts).unwrap_or_default();
        for (text, span) in &written {
            match text.strip_prefix('@') {
                None if text.trim().is_empty() => {}
                None => drop(self.pattern(text, *span)),
                Some(name) if self.sets.get(name).is_some() || self.damage.names_anywhere(name) => {}
                Some(name) => {
                    let help = match nearest(name, self.sets.names()) {
                        Some(near) => format!("did you mean `@{near}`?"),
                        None => "name the set in the plan's `[sets]` table".to_owned(),
                    };
                    self.mistake(*span, format!("there is no set `@{name}`"), help);
                }
            }
        }
        written.into_iter().map(|(text, _)| text).collect()
    }

    /// `STAB-155`: the team's key, upper case, and a number (the form of Linear's issue identifiers).
    fn identifier(&mut self, table: &Toml) -> Option<String> {
        let value = table.get("linear")?;
        let written = value.text().filter(|text| !text.trim().is_empty())?;
        let fits = written.split_once('-').is_some_and(|(team, number)| {
            team.starts_with(|c: char| c.is_ascii_uppercase())
                && team.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
                && !number.starts_with('0')
                && (1..=9).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_digit())
        });
        if fits && written.len() <= LONGEST_ID {
            self.only("Linear issue", written, value.span, "two issues of a plan cannot be one issue in Linear");
        } else {
            let help = "it is the team's key and a number, as Linear shows it: `STAB-155`";
            self.mistake(value.span, "this is no identifier of a Linear issue", help);
        }
        Some(written.to_owned())
    }

    fn uuid(&mut self, table: &Toml) -> Option<String> {
        let value = table.get("linear_id")?;
        let written = value.text().filter(|text| !text.trim().is_empty())?;
        let parts: Vec<&str> = written.split('-').collect();
        let fits = parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
            && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if fits {
            self.only("Linear id", written, value.span, "two issues of a plan cannot be one issue in Linear");
        } else {
            let help = "it is a UUID that `trueup sync` writes; without it the issue is found by its identifier";
            self.mistake(value.span, "this is no id of a Linear issue", help);
        }
        Some(written.to_owned())
    }

    fn url(&mut self, table: &Toml) -> Option<String> {
        let value = table.get("url")?;
        let written = value.text().filter(|text| !text.trim().is_empty())?;
        let rest = written.strip_prefix("https://").or_else(|| written.strip_prefix("http://"));
        if rest.is_none_or(|rest| rest.is_empty() || rest.contains(|c: char| c.is_whitespace() || c.is_control())) {
            self.mistake(value.span, "this is no address of a page", "write it in full: `https://…`");
        }
        Some(written.to_owned())
    }

    fn task(&mut self, table: &Toml) -> Task {
        let check = match table.get("check") {
            Some(check) => {
                self.checks.push(RawCheck { table: check.clone() });
                check.clone()
            }
            None => Toml { span: table.span, value: TomlValue::Table(Vec::new()) },
        };
        let word = table.get("word").filter(|word| word.entries().is_some()).map(Word::read);
        Task {
            id: self.id("task", table),
            text: text(table, "text").unwrap_or_default(),
            testing: matches!(table.get("testing").map(|flag| &flag.value), Some(TomlValue::Bool(true))),
            check: RawCheck { table: check },
            word: word.and_then(|read| read.map_err(|mistakes| self.mistakes.extend(mistakes)).ok()),
            span: table.span,
        }
    }
}

fn implementation(table: &Toml) -> Implementation {
    Implementation {
        title: text(table, "title"),
        lang: text(table, "lang").unwrap_or_default(),
        text: text(table, "text").unwrap_or_default(),
    }
}

/// Every `@name` that stands anywhere.
fn set_names<'t>(toml: &'t Toml, names: &mut Vec<&'t str>) {
    match &toml.value {
        TomlValue::Text(text) => names.extend(text.strip_prefix('@')),
        TomlValue::List(items) => items.iter().for_each(|item| set_names(item, names)),
        TomlValue::Table(entries) => entries.iter().for_each(|(_, value)| set_names(value, names)),
        _ => {}
    }
}
