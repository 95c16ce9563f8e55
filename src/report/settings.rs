//! The settings: what is in force and where it comes from, and their documentation.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::encode::line;
use super::human::width_of;
use crate::config::{Origin, SETTINGS, Setting, Settings, Words};
use crate::plan::keys::KeyType;

/// The files that settings are looked for in.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// A person's own, and whether it is there; `None` without a home.
    pub user: Option<(&'a Path, bool)>,
    /// The plan's, when there is a plan.
    pub plan: Option<&'a Path>,
}

/// Each setting with its value and where that comes from, for a terminal.
pub fn text(settings: &Settings, files: &Files<'_>) -> String {
    let rows: Vec<(&str, Vec<String>, String)> = settings
        .rows()
        .into_iter()
        .map(|row| {
            let words = match row.value {
                Words::One(word) => vec![word],
                Words::List(words) if words.is_empty() => vec!["none".to_owned()],
                Words::List(words) => words,
            };
            (row.setting.key.name, words.iter().map(|word| line(word)).collect(), place(row.origin))
        })
        .collect();
    let names = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    let values = rows.iter().flat_map(|(_, words, _)| words).map(|word| width_of(word)).max().unwrap_or(0);
    let mut out = String::new();
    for (name, words, origin) in &rows {
        for (i, word) in words.iter().enumerate() {
            let (name, origin) = if i == 0 { (*name, origin.as_str()) } else { ("", "") };
            let gap = " ".repeat(values - width_of(word));
            let _ = writeln!(out, "{}", format!("{name:names$}  {word}{gap}  {origin}").trim_end());
        }
    }
    out.push('\n');
    match files.user {
        Some((path, true)) => drop(writeln!(out, "your own: {}", line(&path.display().to_string()))),
        Some((path, false)) => drop(writeln!(out, "your own: {} (not there)", line(&path.display().to_string()))),
        None => out.push_str("your own: neither XDG_CONFIG_HOME nor HOME says where\n"),
    }
    match files.plan {
        Some(path) => drop(writeln!(out, "the plan: {}", line(&path.display().to_string()))),
        None => out.push_str("the plan: there is none here\n"),
    }
    out
}

fn place(origin: &Origin) -> String {
    match origin {
        Origin::Flag(name) | Origin::Environment(name) => (*name).to_owned(),
        Origin::User(path, at) | Origin::Plan(path, at) => format!("{}:{at}", line(&path.display().to_string())),
        Origin::Default => "default".to_owned(),
    }
}

/// The same as a document.
pub fn json(settings: &Settings, files: &Files<'_>) -> Value {
    let shown = |path: &Path| path.display().to_string();
    let rows: Vec<Value> = settings
        .rows()
        .into_iter()
        .map(|row| {
            let value = match row.value {
                Words::One(word) => Value::from(word),
                Words::List(words) => Value::from(words),
            };
            let (name, path, at) = match row.origin {
                Origin::Flag(name) | Origin::Environment(name) => (Some(*name), None, None),
                Origin::User(path, at) | Origin::Plan(path, at) => (None, Some(shown(path)), Some(*at)),
                Origin::Default => (None, None, None),
            };
            let origin = json!({ "kind": row.origin.word(), "name": name, "path": path, "line": at });
            json!({ "name": row.setting.key.name, "value": value, "origin": origin })
        })
        .collect();
    json!({
        "schema": 1,
        "files": {
            "user": files.user.map(|(path, there)| json!({ "path": shown(path), "exists": there })),
            "plan": files.plan.map(|path| json!({ "path": shown(path), "exists": true })),
        },
        "settings": rows,
    })
}

/// `docs/config.md`.
pub fn markdown() -> String {
    let mut out = String::from(HEAD);
    out.push_str("| Setting | Takes | Default | Option | Environment | In plan.toml |\n|---|---|---|---|---|---|\n");
    for setting in SETTINGS {
        let code = |text: &str| format!("`{text}`");
        let _ = writeln!(
            out,
            "| [`{0}`](#{0}) | {1} | {2} | {3} | {4} | {5} |",
            setting.key.name,
            takes(setting),
            code(setting.default),
            setting.flag.map(code).unwrap_or_default(),
            setting.variable.map(|(name, _)| code(name)).unwrap_or_default(),
            if setting.shared { "yes" } else { "no" },
        );
    }
    for setting in SETTINGS {
        let name = setting.key.name;
        let _ = writeln!(out, "\n## {name}\n\n{}.", capital(setting.key.doc));
        if let Some((variable, value)) = setting.variable {
            let _ = writeln!(out, "\n`{variable}` brings {value}.");
        }
        let _ = writeln!(out, "\n```toml\n{}\n```", example(setting));
    }
    out
}

const HEAD: &str = "\
<!-- Made from the registry of settings; `TRUEUP_BLESS=1 cargo test --test it generated` writes it anew. -->

# Settings

`trueup config` prints each setting, its value, and where that comes from. The first of these that brings a setting \
decides: an option, the environment, your own file, the plan, the default.

- Your own file is `$XDG_CONFIG_HOME/trueup/config.toml`, else `$HOME/.config/trueup/config.toml`. The settings stand \
in it without a table around them.
- What a team shares stands in the `[settings]` table of plan.toml.

A list is taken whole from the place that brings it: your own `holidays` stand instead of the team's, not beside them. \
An unknown key, a zone that is not there or a day that is none is a mistake; all mistakes of a file are reported in one \
run, with their lines. `--now TIME` (RFC 3339) stands for the clock; it is no setting.

";

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

fn takes(setting: &Setting) -> String {
    match setting.key.takes {
        KeyType::OneOf(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        KeyType::Texts => "a text or a list of texts".to_owned(),
        _ => "a text".to_owned(),
    }
}

/// A line of a file that sets it.
fn example(setting: &Setting) -> String {
    let value = match setting.key.name {
        "time_zone" => "\"Europe/Berlin\"",
        "workweek" => "\"mon-fri\"",
        "holidays" => "[\"2026-12-25\", \"2026-12-30..2027-01-01\"]",
        "standup_by" => "\"issue\"",
        _ => "\"never\"",
    };
    format!("{} = {value}", setting.key.name)
}
