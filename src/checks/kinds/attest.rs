//! `attest`: what only a person can tell.

use crate::checks::{Args, Body, Field, FieldType, Finding, Kind, Outcome, Reason};

/// The kind.
pub const KIND: Kind = Kind {
    name: "attest",
    summary: "a person's word for what no check can decide",
    doc: "Unknown (`needs_person`): this version of trueup records nobody's word yet, so nothing makes it hold.",
    example: "check = { attest = { covers = \"src/**\", by = \"reviewer\" } }",
    fields: &[
        Field { name: "covers", takes: FieldType::Files, required: true, doc: "the files that the word is about" },
        Field { name: "by", takes: FieldType::Text, required: false, doc: "who may give it" },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let who = args.text("by").unwrap_or_else(|| "somebody".to_owned());
    let covers = args.files("covers").written.join(", ");
    let mut outcome = Outcome::default();
    outcome.doubt(
        Reason::NeedsPerson,
        Finding::note(format!("needs the word of {who} on {covers}; no check can decide it")),
    );
    Some(Body::Constant(outcome))
}
