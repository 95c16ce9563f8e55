//! Files that are made from the registry are committed as they are made. `TRUEUP_BLESS=1` writes them.

mod screenshots;

use std::path::Path;

use serde_json::Value;
use trueup::checks::KINDS;
use trueup::config::{SETTINGS, UserSettings};
use trueup::plan::keys::TABLES;
use trueup::plan::parse_toml;
use trueup::report::{encode, reference, schema, settings};

use crate::plan::DOCKER;

/// Compares a committed file with what it should be.
fn committed(path: &str, wanted: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("TRUEUP_BLESS").is_some_and(|bless| bless == "1") {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, wanted).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    if found != wanted {
        let line = found.lines().zip(wanted.lines()).take_while(|(found, wanted)| found == wanted).count() + 1;
        panic!("{path} is not as it is made (line {line}); `TRUEUP_BLESS=1 cargo test --test it generated` makes it");
    }
}

#[test]
fn the_schema_is_as_committed() {
    committed("assets/plan.schema.json", &encode::json(&schema::schema()).unwrap());
}

#[test]
fn the_reference_is_as_committed() {
    committed("docs/checks.md", &reference::markdown());
}

#[test]
fn the_reference_of_settings_is_as_committed() {
    let markdown = settings::markdown();
    committed("docs/config.md", &markdown);
    for setting in SETTINGS {
        let name = setting.key.name;
        assert!(markdown.contains(&format!("\n## {name}\n")) && markdown.contains(&format!("\n{name} = ")), "{name}");
    }
    // The examples are settings that can be read.
    let examples: String = markdown.split("```toml\n").skip(1).filter_map(|part| part.split("```").next()).collect();
    assert!(UserSettings::read(examples.as_bytes()).is_ok(), "{examples}");
}

#[test]
fn schema_and_reference_know_every_kind_option_and_key() {
    let schema = schema::schema();
    let markdown = reference::markdown();
    for kind in KINDS {
        let known = &schema["$defs"]["check"]["properties"][kind.name];
        assert!(known.is_object(), "{}", kind.name);
        assert!(markdown.contains(&format!("\n## {}\n", kind.name)));
        let text = reference::text(kind);
        assert!(reference::list(&[kind]).contains(kind.summary));
        if known["type"] == "array" {
            continue;
        }
        for field in kind.fields {
            assert!(known["properties"][field.name].is_object(), "{}.{}", kind.name, field.name);
            assert!(markdown.contains(&format!("| `{}`", field.name)));
            assert!(text.contains(field.doc));
        }
    }
    let written = schema.to_string();
    for table in TABLES {
        for key in table.keys {
            assert!(written.contains(&format!("\"{}\":{{", key.name)), "{}", key.name);
        }
    }
    // Every reference leads somewhere.
    for reference in written.split("\"$ref\":\"#/$defs/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schema["$defs"][name].is_object(), "{name}");
    }
}

/// What a value does against a schema, for the words that our schema uses.
fn against(value: &Value, schema: &Value, root: &Value, at: &str, wrong: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        return against(value, &root["$defs"][name.trim_start_matches("#/$defs/")], root, at, wrong);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let fits = any.iter().any(|schema| {
            let mut wrong = Vec::new();
            against(value, schema, root, at, &mut wrong);
            wrong.is_empty()
        });
        if !fits {
            wrong.push(format!("{at}: none fits"));
        }
    }
    let kind = match value {
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Bool(_) => "boolean",
        _ => "integer",
    };
    if schema["type"].as_str().is_some_and(|wanted| wanted != kind) {
        wrong.push(format!("{at}: {kind}"));
    }
    let fixed = schema.get("const").is_some_and(|wanted| wanted != value);
    if fixed || schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        wrong.push(format!("{at}: {value}"));
    }
    if let (Some(items), Some(schema)) = (value.as_array(), schema.get("items")) {
        items.iter().enumerate().for_each(|(i, item)| against(item, schema, root, &format!("{at}[{i}]"), wrong));
    }
    if let (Some(entries), Some(known)) = (value.as_object(), schema["properties"].as_object()) {
        for (key, value) in entries {
            match known.get(key) {
                Some(schema) => against(value, schema, root, &format!("{at}.{key}"), wrong),
                None => wrong.push(format!("{at}.{key}: unknown")),
            }
        }
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        wrong.extend(required.filter(|key| !entries.contains_key(*key)).map(|key| format!("{at}: no {key}")));
    }
}

#[test]
fn plans_fit_the_schema_and_broken_ones_do_not() {
    let schema = schema::schema();
    let said = |source: &str| {
        let mut wrong = Vec::new();
        against(&parse_toml(source).0.to_json(), &schema, &schema, "plan", &mut wrong);
        // A kind that is not registered is the registry's mistake, not the schema's.
        wrong.retain(|wrong| !wrong.ends_with(": unknown") || !wrong.contains(".check."));
        wrong
    };
    assert_eq!(said(DOCKER), [""; 0]);
    assert_eq!(said(&trueup::plan::template::small("0", "x")), [""; 0]);
    assert_eq!(said("schema = 2\n[plan]\nuid = \"x\"\ntitel = 1\n").len(), 3);
}
