//! `any`: one check of a list.

use crate::checks::{Args, Body, Field, FieldType, Kind};

/// The kind.
pub const KIND: Kind = Kind {
    name: "any",
    summary: "at least one check of a list holds",
    doc: "Holds when one holds; else unknown when one is unknown; fails when all fail. An empty list is refused.",
    example: "check = { any = [{ file = { path = \"README.md\" } }, { text = { files = \"README.md\", contains = \"License\" } }] }",
    fields: &[Field { name: "any", takes: FieldType::Checks, required: true, doc: "the checks" }],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Any(args.checks("any")))
}
