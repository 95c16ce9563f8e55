//! A Dockerfile as JSON.

use serde_json::{Value, json};

use crate::formats::dockerfile::{Args, Dockerfile, Instruction, Pair, Word};
use crate::source::{mask, names_a_secret};

/// What stands for a secret.
const MASKED: &str = "***";

/// `{kind, escape, directives, instructions: [{keyword, line, end_line, stage, flags, json, args,
/// heredocs}], errors}`, secrets masked. `args` is a list of words (`K=V` for ENV, LABEL and ARG), or one
/// string for a shell form. ONBUILD has the keyword and the arguments of its instruction as `args`, and
/// the whole of it as `deferred`.
pub fn json(file: &Dockerfile) -> Value {
    let directives: Vec<Value> = file
        .directives
        .iter()
        .map(|directive| json!({"name": directive.name, "value": mask(&directive.value), "line": directive.line}))
        .collect();
    let errors: Vec<Value> =
        file.errors.iter().map(|error| json!({"line": error.line, "message": mask(&error.message)})).collect();
    json!({
        "kind": "dockerfile",
        "escape": file.escape.to_string(),
        "directives": directives,
        "instructions": file.instructions.iter().map(instruction).collect::<Vec<_>>(),
        "errors": errors,
    })
}

fn instruction(instruction: &Instruction) -> Value {
    let deferred = instruction.deferred.as_deref();
    let flags: Vec<Value> = instruction
        .flags
        .iter()
        .map(|flag| json!({"name": mask(&flag.name), "value": flag.value.as_deref().map(|value| hidden(&flag.name, value))}))
        .collect();
    let heredocs: Vec<Value> = deferred
        .unwrap_or(instruction)
        .heredocs
        .iter()
        .map(|doc| {
            json!({
                "name": doc.name,
                "content": mask(&doc.content),
                "expand": doc.expand,
                "chomp": doc.chomp,
                "line": doc.line,
            })
        })
        .collect();
    let mut value = json!({
        "keyword": mask(&instruction.keyword),
        "line": instruction.line,
        "end_line": instruction.end_line,
        "stage": instruction.stage,
        "flags": flags,
        "json": instruction.args.is_json(),
        "args": deferred.map_or_else(|| args(&instruction.args), behind_onbuild),
        "heredocs": heredocs,
    });
    if let (Some(deferred), Some(fields)) = (deferred, value.as_object_mut()) {
        fields.insert("deferred".to_owned(), self::instruction(deferred));
    }
    value
}

fn args(args: &Args) -> Value {
    match args {
        Args::Shell(line) => Value::String(mask(&line.text)),
        Args::Json(list) | Args::Words(list) => Value::from(words(list)),
        Args::Pairs(pairs) => Value::from(pairs.iter().map(pair).collect::<Vec<_>>()),
        Args::None => Value::Array(Vec::new()),
    }
}

fn behind_onbuild(deferred: &Instruction) -> Value {
    let mut list = vec![Value::String(mask(&deferred.keyword))];
    match args(&deferred.args) {
        Value::Array(words) => list.extend(words),
        line => list.push(line),
    }
    Value::Array(list)
}

/// Words; the one behind `--password` and its like is a secret.
fn words(list: &[Word]) -> Vec<String> {
    let mut secret = false;
    list.iter()
        .map(|word| {
            let shown = if std::mem::take(&mut secret) { hidden("secret", &word.text) } else { mask(&word.text) };
            let option = word.text.trim_start_matches('-');
            secret = word.text.starts_with('-') && !option.contains('=') && names_a_secret(option);
            shown
        })
        .collect()
}

fn pair(pair: &Pair) -> String {
    match &pair.value {
        Some(value) => format!("{}={}", pair.name, hidden(&pair.name, value)),
        None => mask(&pair.name),
    }
}

/// A value, or the mask when its name says that it is secret and it is no mere reference (`$X`, `${X}`).
fn hidden(name: &str, value: &str) -> String {
    let bare = value.trim_matches(['"', '\'']);
    let inner = bare.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).or_else(|| bare.strip_prefix('$'));
    let reference =
        inner.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()));
    if names_a_secret(name) && !bare.is_empty() && !reference { MASKED.to_owned() } else { mask(value) }
}
