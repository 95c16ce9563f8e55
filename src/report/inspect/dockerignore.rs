//! A .dockerignore and what it does with paths.

use serde_json::{Value, json};

use crate::formats::dockerignore::Dockerignore;
use crate::source::mask;

/// `{kind, patterns: [{line, pattern, negated}], paths: [{path, ignored, line}], errors: [{line, message}]}`.
///
/// A pattern stands as written, without its `!`; the `line` of a path is that of the pattern that decides it,
/// null when none does. With errors Docker refuses to build, and nothing is dropped or kept: `paths` then says
/// what the other patterns would do. A bound that was passed is the last error, without a line.
pub fn json(file: &Dockerignore, paths: &[&str]) -> Value {
    let patterns = file
        .patterns
        .iter()
        .map(|rule| json!({ "line": rule.line, "pattern": mask(rule.written_pattern()), "negated": rule.negated }));
    let decided = paths.iter().map(|path| {
        let decision = file.decide(path.as_bytes());
        let rule = decision.rule.and_then(|rule| file.patterns.get(rule));
        json!({ "path": path, "ignored": decision.ignored, "line": rule.map(|rule| rule.line) })
    });
    let errors = file.errors.iter().map(|error| json!({ "line": error.line, "message": mask(&error.message) }));
    let over = file.over.iter().map(|over| json!({ "line": null, "message": over }));
    json!({
        "kind": "dockerignore",
        "patterns": patterns.collect::<Vec<_>>(),
        "paths": decided.collect::<Vec<_>>(),
        "errors": errors.chain(over).collect::<Vec<_>>(),
    })
}
