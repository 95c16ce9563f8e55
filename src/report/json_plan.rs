//! Documents that are not about verdicts: errors with a plan's mistakes, the kinds of checks, a plan that was looked
//! through or begun.

use serde::Serialize;

use super::json::SCHEMA;
use super::reference::takes;
use crate::checks::{Field, Kind};

/// What any command prints instead of its document when it fails.
#[derive(Debug, Serialize)]
pub struct ErrorDocument {
    schema: u32,
    error: ErrorPart,
}

#[derive(Debug, Serialize)]
struct ErrorPart {
    kind: String,
    message: String,
    help: Option<String>,
    path: Option<String>,
    line: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mistakes: Vec<MistakePart>,
}

impl ErrorDocument {
    /// An error of a kind, with its place when it has one; a plan's with all its mistakes.
    pub fn new(
        kind: &str,
        message: &str,
        help: Option<&str>,
        (path, line): (Option<&str>, Option<u32>),
        mistakes: &[MistakePart],
    ) -> Self {
        Self {
            schema: SCHEMA,
            error: ErrorPart {
                kind: kind.to_owned(),
                message: message.to_owned(),
                help: help.map(str::to_owned),
                path: path.map(str::to_owned),
                line,
                mistakes: mistakes.to_vec(),
            },
        }
    }
}

/// What `checks --format json` prints.
#[derive(Debug, Serialize)]
pub struct KindsDocument {
    schema: u32,
    kinds: Vec<KindPart>,
}

#[derive(Debug, Serialize)]
struct KindPart {
    name: &'static str,
    summary: &'static str,
    doc: &'static str,
    example: &'static str,
    fields: Vec<FieldPart>,
}

#[derive(Debug, Serialize)]
struct FieldPart {
    name: &'static str,
    takes: String,
    required: bool,
    doc: &'static str,
}

/// The document of the kinds.
pub fn kinds(kinds: &[&Kind]) -> KindsDocument {
    let field = |field: &Field| FieldPart {
        name: field.name,
        takes: takes(field.takes),
        required: field.required,
        doc: field.doc,
    };
    let kind = |kind: &&Kind| KindPart {
        name: kind.name,
        summary: kind.summary,
        doc: kind.doc,
        example: kind.example,
        fields: kind.fields.iter().map(field).collect(),
    };
    KindsDocument { schema: SCHEMA, kinds: kinds.iter().map(kind).collect() }
}

/// What `lint --format json` prints for a plan without mistakes; with mistakes it prints an error document.
#[derive(Debug, Serialize)]
pub struct LintDocument {
    schema: u32,
    path: String,
    issues: usize,
    tasks: usize,
}

/// One mistake of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MistakePart {
    /// 1-based.
    pub line: u32,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// The document of a plan without mistakes.
pub fn lint(path: &str, issues: usize, tasks: usize) -> LintDocument {
    LintDocument { schema: SCHEMA, path: path.to_owned(), issues, tasks }
}

/// What `init --format json` prints.
#[derive(Debug, Serialize)]
pub struct InitDocument {
    schema: u32,
    path: String,
    uid: String,
}

/// The document of a plan that was written.
pub fn init(path: &str, uid: &str) -> InitDocument {
    InitDocument { schema: SCHEMA, path: path.to_owned(), uid: uid.to_owned() }
}
