//! `all`: every check of a list.

use crate::checks::{Args, Body, Field, FieldType, Kind};

/// The kind.
pub const KIND: Kind = Kind {
    name: "all",
    summary: "every check of a list holds",
    doc: "Fails when one fails; else unknown when one is unknown; holds when all hold. An empty list is refused.",
    example: "check = { all = [{ file = { path = \"README.md\" } }, { text = { files = \"README.md\", contains = \"License\" } }] }",
    fields: &[Field { name: "all", takes: FieldType::Checks, required: true, doc: "the checks" }],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::All(args.checks("all")))
}
