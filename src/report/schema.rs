//! The JSON Schema of plan.toml, for editors: derived from the tables of keys and the registry of checks.

use serde_json::{Map, Value, json};

use crate::checks::{Field, FieldType, KINDS, Kind};
use crate::plan::keys::{
    DOCUMENT, IMPLEMENTATION, ISSUE, KeyType, LINEAR, PHASE, PLAN, PlanTable, SETTINGS, TASK, WORD,
};

/// The schema (JSON Schema, 2020-12). What a schema cannot say (ids that are unique, sets and issues that are
/// there, `needs` without circles, what some kinds ask of several options together) only the loader tells.
pub fn schema() -> Value {
    let mut definitions = Map::new();
    for (name, table) in [
        ("plan", &PLAN),
        ("settings", &SETTINGS),
        ("linear", &LINEAR),
        ("phase", &PHASE),
        ("issue", &ISSUE),
        ("implementation", &IMPLEMENTATION),
        ("task", &TASK),
        ("word", &WORD),
    ] {
        definitions.insert(name.to_owned(), table_schema(table));
    }
    definitions.insert("check".to_owned(), check_schema());
    definitions.insert("text".to_owned(), json!({ "type": "string", "pattern": "\\S" }));
    definitions.insert(
        "texts".to_owned(),
        json!({ "anyOf": [
            { "$ref": "#/$defs/text" },
            { "type": "array", "items": { "$ref": "#/$defs/text" } },
        ] }),
    );
    definitions.insert(
        "files".to_owned(),
        json!({
            "description": "A file pattern, the name of a set behind `@`, or a list of them. `*`, `?`, `[…]` and \
                            `{a,b}` stay inside one folder, `**` crosses folders.",
            "anyOf": [
                { "$ref": "#/$defs/text" },
                { "type": "array", "items": { "$ref": "#/$defs/text" }, "minItems": 1 },
            ],
        }),
    );
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "plan.toml of trueup",
    });
    if let (Value::Object(schema), Value::Object(document)) = (&mut schema, table_schema(&DOCUMENT)) {
        schema.extend(document);
        schema.insert("$defs".to_owned(), Value::Object(definitions));
    }
    schema
}

fn described(mut schema: Value, doc: &str) -> Value {
    if let Value::Object(entries) = &mut schema {
        entries.insert("description".to_owned(), doc.into());
    }
    schema
}

fn table_schema(table: &PlanTable) -> Value {
    let keys = table.keys.iter().map(|key| (key.name.to_owned(), described(key_schema(key.takes), key.doc)));
    let required: Vec<&str> = table.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    json!({
        "type": "object",
        "properties": keys.collect::<Map<_, _>>(),
        "required": required,
        "additionalProperties": false,
    })
}

fn key_schema(takes: KeyType) -> Value {
    match takes {
        KeyType::Schema => json!({ "const": 1 }),
        KeyType::Text | KeyType::Path => json!({ "$ref": "#/$defs/text" }),
        KeyType::Texts => json!({ "$ref": "#/$defs/texts" }),
        KeyType::OneOf(words) => json!({ "enum": words }),
        KeyType::Files => json!({ "$ref": "#/$defs/files" }),
        KeyType::Flag => json!({ "type": "boolean" }),
        KeyType::Check => json!({ "$ref": "#/$defs/check" }),
        KeyType::Sets => json!({ "type": "object", "additionalProperties": { "$ref": "#/$defs/files" } }),
        KeyType::Table(table) => json!({ "$ref": reference(table) }),
        KeyType::Tables(table) => json!({ "type": "array", "items": { "$ref": reference(table) } }),
    }
}

fn reference(table: &PlanTable) -> String {
    let name = table.what.trim_start_matches("the ").trim_start_matches("an ").trim_start_matches("a ");
    format!("#/$defs/{}", name.trim_start_matches('`').split('`').next().unwrap_or(name))
}

fn check_schema() -> Value {
    let kinds = KINDS.iter().map(|kind| (kind.name.to_owned(), described(kind_schema(kind), kind.summary)));
    json!({
        "description": "One kind of check with its options.",
        "type": "object",
        "properties": kinds.collect::<Map<_, _>>(),
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
    })
}

fn kind_schema(kind: &Kind) -> Value {
    // `all` and `any` take their list without a table around it.
    if let [Field { takes: FieldType::Checks, .. }] = kind.fields {
        return field_schema(FieldType::Checks);
    }
    let fields =
        kind.fields.iter().map(|field| (field.name.to_owned(), described(field_schema(field.takes), field.doc)));
    let required: Vec<&str> = kind.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    json!({
        "type": "object",
        "properties": fields.collect::<Map<_, _>>(),
        "required": required,
        "additionalProperties": false,
    })
}

fn field_schema(takes: FieldType) -> Value {
    let some = |item: Value| json!({ "anyOf": [item, { "type": "array", "items": item, "minItems": 1 }] });
    match takes {
        FieldType::Files => json!({ "$ref": "#/$defs/files" }),
        FieldType::Path | FieldType::Text => json!({ "$ref": "#/$defs/text" }),
        FieldType::Texts => some(json!({ "$ref": "#/$defs/text" })),
        FieldType::OneOf(words) => json!({ "enum": words }),
        FieldType::SomeOf(words) => some(json!({ "enum": words })),
        FieldType::Number => json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
        FieldType::Flag => json!({ "type": "boolean" }),
        FieldType::Regex => json!({ "type": "string", "format": "regex" }),
        FieldType::JsonPath => json!({ "type": "string", "pattern": "^\\$" }),
        FieldType::Any => json!({}),
        FieldType::Checks => json!({ "type": "array", "items": { "$ref": "#/$defs/check" }, "minItems": 1 }),
    }
}
