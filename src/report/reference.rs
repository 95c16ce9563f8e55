//! The reference of the kinds of checks, derived from the registry: `trueup checks` and `docs/checks.md`.

use std::fmt::Write as _;

use super::encode::terminal;
use crate::checks::{Field, FieldType, KINDS, Kind};

/// The bounds of an evaluation: what is bounded, by how much, and where more than that leads. They are counted
/// work, never time, so that the same question has the same answer on any machine.
pub const BOUNDS: &[(&str, &str)] = &[
    ("a file (its size is looked at before it is read)", "4 MiB"),
    ("plan.toml", "2 MiB"),
    ("YAML nodes of a file, aliases and merge keys expanded", "200,000"),
    ("levels of nesting, in any format", "128"),
    ("paths that a file pattern matches", "10,000"),
    ("a compiled regular expression", "1 MiB"),
    ("stages of a Dockerfile", "50"),
    ("expansions of one value", "32"),
];

/// The kinds with one line each, for a terminal.
pub fn list(kinds: &[&Kind]) -> String {
    let width = kinds.iter().map(|kind| kind.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for kind in kinds {
        let _ = writeln!(out, "{:width$}  {}", kind.name, kind.summary);
    }
    out.push_str("\n`trueup checks KIND` shows a kind's rules and options.\n");
    out
}

/// One kind with its rules and options, for a terminal.
pub fn text(kind: &Kind) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}: {}\n", kind.name, kind.summary);
    let _ = writeln!(out, "{}\n", terminal(kind.doc.trim()));
    if !is_list(kind) {
        out.push_str("Options:\n");
        let width = kind.fields.iter().map(|field| field.name.len()).max().unwrap_or(0);
        for field in kind.fields {
            let must = if field.required { ", required" } else { "" };
            let _ = writeln!(out, "  {:width$}  {} ({}{must})", field.name, field.doc, takes(field.takes));
        }
        out.push('\n');
    }
    let _ = writeln!(out, "Example:\n  {}", terminal(kind.example));
    out
}

/// `docs/checks.md`.
pub fn markdown() -> String {
    let mut out = String::from(HEAD);
    out.push_str("| Kind | What it asks |\n|---|---|\n");
    for kind in KINDS {
        let _ = writeln!(out, "| [`{}`](#{}) | {} |", kind.name, kind.name, cell(kind.summary));
    }
    for kind in KINDS {
        section(&mut out, kind);
    }
    out.push_str(BOUNDS_HEAD);
    out.push_str("| What | At most |\n|---|---|\n");
    for (what, most) in BOUNDS {
        let _ = writeln!(out, "| {what} | {most} |");
    }
    out
}

const HEAD: &str = "\
<!-- Made from the registry of checks; `TRUEUP_BLESS=1 cargo test --test it generated` writes it anew. -->

# The kinds of checks

A task of plan.toml has one check, a table with one kind in it:

```toml
check = { file = { path = \"README.md\" } }
```

Its verdict is *holds*, with at least one proof; *fails*, with at least one fault; or *unknown*, with a reason. \
Nothing holds by emptiness: a named file that is missing fails, and so does a pattern that matches no file. What \
cannot be read or resolved is unknown, never true. Paths are relative to the plan's `root`.

";

const BOUNDS_HEAD: &str = "
## Bounds

An evaluation is bounded by counted work, never by time. Past a bound the verdict is *unknown*, and names it.

";

fn section(out: &mut String, kind: &Kind) {
    let _ = writeln!(out, "\n## {}\n\n*{}*\n\n{}\n", kind.name, kind.summary, kind.doc.trim());
    let _ = writeln!(out, "```toml\n{}\n```", kind.example.trim());
    if is_list(kind) {
        return;
    }
    out.push_str("\n| Option | Takes | Means |\n|---|---|---|\n");
    for field in kind.fields {
        let must = if field.required { " (required)" } else { "" };
        let _ = writeln!(out, "| `{}`{must} | {} | {} |", field.name, cell(&takes(field.takes)), cell(field.doc));
    }
}

/// `all` and `any` take their list without options around it.
fn is_list(kind: &Kind) -> bool {
    matches!(kind.fields, [Field { takes: FieldType::Checks, .. }])
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

pub(super) fn takes(takes: FieldType) -> String {
    let words = |words: &[&str]| {
        let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        quoted.join(", ")
    };
    match takes {
        FieldType::Files => "a file pattern, a `@set`, or a list of them".to_owned(),
        FieldType::Path => "a path".to_owned(),
        FieldType::Text => "a text".to_owned(),
        FieldType::Texts => "a text or a list of texts".to_owned(),
        FieldType::OneOf(known) => format!("one of {}", words(known)),
        FieldType::SomeOf(known) => format!("one or several of {}", words(known)),
        FieldType::Number => "a whole number".to_owned(),
        FieldType::Flag => "true or false".to_owned(),
        FieldType::Regex => "a regular expression".to_owned(),
        FieldType::JsonPath => "a path into data, as RFC 9535 writes it".to_owned(),
        FieldType::Any => "any value".to_owned(),
        FieldType::Checks => "a list of checks".to_owned(),
    }
}
