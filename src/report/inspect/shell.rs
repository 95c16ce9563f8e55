//! A shell script as `trueup inspect` shows it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::formats::shell::{Node, NodeKind, Part, Word, parse};
use crate::semantics::shell::{Arg, Command, Env, flow};
use crate::source::{Lines, mask, names_a_secret};

/// What stands where a secret stood.
const MASK: &str = "***";

/// Shorter values are no secrets: to take them out would take the text apart.
const SHORTEST_SECRET: usize = 3;

/// `{kind, commands: [{argv, line, end_line, function, conditional, …}], opaque, errors}`: the commands in the
/// order they run, each with its words (as written where a word has no known value). Values of secrets are
/// masked.
pub fn json(source: &[u8]) -> Value {
    let script = parse(source);
    let lines = Lines::of(source);
    let flow = flow(&script, &Env::new());
    let mut secrets = BTreeSet::new();
    collect(&script.body, &mut secrets);
    let mut secrets: Vec<String> = secrets.into_iter().filter(|secret| secret.len() >= SHORTEST_SECRET).collect();
    // The longer first: one may be part of another.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let commands: Vec<Value> = flow
        .commands
        .iter()
        .map(|command| {
            let range = lines.range(command.span);
            json!({
                "argv": masked(&words(command), &secrets),
                "line": range.line,
                "end_line": range.end_line,
                "function": command.function,
                "conditional": command.conditional || command.chained,
                "program": command.program().map(|name| without(name, &secrets)),
                "ignored": command.ignored,
            })
        })
        .collect();
    let opaque: Vec<Value> = flow
        .opaque
        .iter()
        .map(|opaque| json!({ "line": lines.line(opaque.span.start), "message": without(&opaque.what, &secrets) }))
        .collect();
    let errors: Vec<Value> = script
        .errors
        .iter()
        .map(|error| json!({ "line": error.line, "message": without(&error.message, &secrets) }))
        .collect();
    json!({ "kind": "shell", "commands": commands, "opaque": opaque, "errors": errors })
}

/// The words that the shell starts the command with, its wrappers included.
fn words(command: &Command) -> Vec<&Arg> {
    // A shell that was entered is another process: what it runs are commands of their own.
    let entered = command.wrappers.iter().rposition(|wrapper| {
        let last = wrapper.last().and_then(|arg| arg.text.as_deref()).unwrap_or_default();
        let name = wrapper.first().and_then(|arg| arg.text.as_deref()).unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or(name);
        matches!(name, "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" | "mksh")
            || (matches!(name, "su" | "runuser" | "flock") && (last.ends_with('c') || last == "--command"))
    });
    let own = command.wrappers.iter().skip(entered.map_or(0, |index| index + 1));
    own.flatten().chain(&command.argv).collect()
}

/// Words with the values of secrets taken out: `K=V`, `--secret V`, `-u user:V`, `Header: V`.
fn masked(args: &[&Arg], secrets: &[String]) -> Vec<String> {
    let mut before = String::new();
    let mut shown = Vec::new();
    for arg in args {
        let text = arg.text.as_deref().unwrap_or(&arg.raw);
        let bare = text.trim_matches(['"', '\'']);
        let hidden = if bare.starts_with('$') {
            None
        } else if before.starts_with('-') && !before.contains('=') && names_a_secret(&before) {
            Some(MASK.to_owned())
        } else if matches!(before.as_str(), "-u" | "--user" | "-U" | "--proxy-user") && bare.contains(':') {
            bare.split_once(':').map(|(user, _)| format!("{user}:{MASK}"))
        } else {
            assigned(bare)
        };
        shown.push(without(&hidden.unwrap_or_else(|| text.to_owned()), secrets));
        before = text.to_owned();
    }
    shown
}

/// `KEY=value` and `Key: value` with their values masked when the key says so.
fn assigned(text: &str) -> Option<String> {
    let secret = |key: &str| {
        let key = key.trim_matches(['"', '\'', ' ']);
        names_a_secret(key) || key.to_ascii_lowercase().contains("authorization")
    };
    if let Some((key, value)) = text.split_once('=')
        && secret(key)
        && !value.starts_with('$')
    {
        return Some(format!("{key}={MASK}"));
    }
    match text.split_once(':') {
        Some((key, value)) if secret(key) && !value.starts_with("//") && !value.trim().starts_with('$') => {
            Some(format!("{key}: {MASK}"))
        }
        _ => None,
    }
}

/// A text without the secrets that the script assigns anywhere.
fn without(text: &str, secrets: &[String]) -> String {
    let text = secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK));
    mask(&text)
}

/// Every value that a script gives to a name that says secret.
fn collect(nodes: &[Node], secrets: &mut BTreeSet<String>) {
    for node in nodes {
        for target in node.redirects.iter().filter_map(|redirect| redirect.target.as_ref()) {
            collect_word(target, secrets);
        }
        match &node.kind {
            NodeKind::Simple { assigns, words } => {
                for assign in assigns {
                    let values = || assign.value.iter().chain(assign.array.iter().flatten());
                    values().for_each(|word| collect_word(word, secrets));
                    if names_a_secret(&assign.name) {
                        values().for_each(|word| literals(word, secrets));
                    }
                }
                for word in words {
                    collect_word(word, secrets);
                    let text: String = word.parts.iter().map_while(literal).collect();
                    if let Some((name, value)) = text.split_once('=')
                        && names_a_secret(name)
                    {
                        secrets.insert(value.to_owned());
                    }
                }
            }
            NodeKind::Pipeline(inner) | NodeKind::Group(inner) | NodeKind::Subshell(inner) => collect(inner, secrets),
            NodeKind::Not(inner) | NodeKind::Background(inner) => collect(std::slice::from_ref(inner), secrets),
            NodeKind::Function { body, .. } => collect(std::slice::from_ref(body), secrets),
            NodeKind::And(left, right) | NodeKind::Or(left, right) => {
                collect(std::slice::from_ref(left), secrets);
                collect(std::slice::from_ref(right), secrets);
            }
            NodeKind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    collect(condition, secrets);
                    collect(body, secrets);
                }
                collect(otherwise, secrets);
            }
            NodeKind::While { condition, body, .. } => {
                collect(condition, secrets);
                collect(body, secrets);
            }
            NodeKind::For { variable, words, body } => {
                let words = words.iter().flatten();
                words.clone().for_each(|word| collect_word(word, secrets));
                if names_a_secret(variable) {
                    words.for_each(|word| literals(word, secrets));
                }
                collect(body, secrets);
            }
            NodeKind::Case { word, arms } => {
                collect_word(word, secrets);
                arms.iter().for_each(|(_, body)| collect(body, secrets));
            }
            NodeKind::Test(_) | NodeKind::Unreadable => {}
        }
    }
}

fn literal(part: &Part) -> Option<&str> {
    match part {
        Part::Literal(text, _) => Some(text),
        _ => None,
    }
}

/// The literal texts of a word are secrets.
fn literals(word: &Word, secrets: &mut BTreeSet<String>) {
    for part in &word.parts {
        match part {
            Part::Literal(text, _) => {
                secrets.insert(text.clone());
            }
            Part::Variable { operator: Some((_, word)), .. } => literals(word, secrets),
            _ => {}
        }
    }
}

fn collect_word(word: &Word, secrets: &mut BTreeSet<String>) {
    for part in &word.parts {
        match part {
            Part::Variable { name, operator: Some((operator, word)), .. } => {
                if names_a_secret(name) && !operator.ends_with('?') {
                    literals(word, secrets);
                }
                collect_word(word, secrets);
            }
            Part::Command(nodes) | Part::Process(nodes) => collect(nodes, secrets),
            Part::Array(words) => words.iter().for_each(|word| collect_word(word, secrets)),
            _ => {}
        }
    }
}
