//! The documents, against the project's part of Linear's schema, and that part against the whole.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use apollo_compiler::ast::{FieldDefinition, InputValueDefinition};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use trueup::linear::document;
use trueup::twin::graphql;

fn trimmed() -> Valid<Schema> {
    Schema::parse_and_validate(document::SCHEMA, "assets/linear/schema.graphql").unwrap()
}

/// Linear's published schema, when it is there: beside the repository, or where TRUEUP_LINEAR_SDL says.
fn published() -> Option<Valid<Schema>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/linear/schema.graphql");
    let path = std::env::var_os("TRUEUP_LINEAR_SDL").map_or(beside, PathBuf::from);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(Schema::parse_and_validate(text, &path).unwrap()),
        Err(why) => {
            eprintln!("skipped: {} cannot be read ({why}); TRUEUP_LINEAR_SDL names another place", path.display());
            None
        }
    }
}

fn all_fit(schema: &Valid<Schema>) {
    for one in document::ALL {
        let found = ExecutableDocument::parse_and_validate(schema, one.text, one.name);
        let document = found.unwrap_or_else(|with| panic!("{}: {}", one.name, with.errors));
        let operation = document.operations.get(Some(one.name)).unwrap_or_else(|_| panic!("{}", one.name));
        assert_eq!(operation.is_mutation(), one.writes, "{}", one.name);
    }
}

#[test]
fn every_document_fits_the_trimmed_schema() {
    all_fit(&trimmed());
}

#[test]
fn every_document_fits_the_published_schema() {
    if let Some(schema) = published() {
        all_fit(&schema);
    }
}

#[test]
fn every_file_of_documents_is_used() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/linear");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let used = text == document::SCHEMA || document::ALL.iter().any(|one| one.text.contains(&text));
        assert!(used, "{} is used by no document", path.display());
    }
}

#[test]
fn names_are_unique_and_the_stand_in_reads_every_document() {
    let names: BTreeSet<_> = document::ALL.iter().map(|one| one.name).collect();
    assert_eq!(names.len(), document::ALL.len());
    for one in document::ALL {
        let operation = graphql::operation(one.text, Some(one.name)).unwrap();
        assert_eq!((operation.name.as_str(), operation.writes), (one.name, one.writes));
        assert!(!operation.fields.is_empty(), "{}", one.name);
    }
}

/// Where a schema says something that the whole does not say.
fn differences(part: &Schema, whole: &Schema) -> String {
    let mut wrong = String::new();
    for (name, own) in part.types.iter().filter(|(_, own)| !own.is_built_in()) {
        match (own, whole.types.get(name)) {
            (_, None) => writeln!(wrong, "{name} is not there").unwrap(),
            (ExtendedType::Scalar(_), Some(ExtendedType::Scalar(_))) => {}
            (ExtendedType::Enum(own), Some(ExtendedType::Enum(of))) => {
                for value in own.values.keys().filter(|value| !of.values.contains_key(*value)) {
                    writeln!(wrong, "{name}.{value} is not there").unwrap();
                }
            }
            (ExtendedType::Object(own), Some(ExtendedType::Object(of))) => {
                for (field, own) in &own.fields {
                    output(&format!("{name}.{field}"), own, of.fields.get(field).map(|f| &***f), &mut wrong);
                }
            }
            (ExtendedType::InputObject(own), Some(ExtendedType::InputObject(of))) => {
                let theirs = |field| of.fields.get(field).map(|f| &***f);
                for (field, own) in &own.fields {
                    input(&format!("{name}.{field}"), own, theirs(field), &mut wrong);
                }
                for (field, needed) in of.fields.iter().filter(|(_, f)| f.is_required()) {
                    if !own.fields.contains_key(field) {
                        writeln!(wrong, "{name}.{field}: {} is required and left out", needed.ty).unwrap();
                    }
                }
            }
            (_, Some(_)) => writeln!(wrong, "{name} is of another kind").unwrap(),
        }
    }
    wrong
}

fn output(at: &str, own: &FieldDefinition, whole: Option<&FieldDefinition>, wrong: &mut String) {
    let Some(whole) = whole else { return writeln!(wrong, "{at} is not there").unwrap() };
    if own.ty != whole.ty {
        writeln!(wrong, "{at} is {}, not {}", whole.ty, own.ty).unwrap();
    }
    for argument in &own.arguments {
        let of = whole.arguments.iter().find(|one| one.name == argument.name);
        input(&format!("{at}({})", argument.name), argument, of.map(|one| &**one), wrong);
    }
    for needed in whole.arguments.iter().filter(|one| one.is_required()) {
        if !own.arguments.iter().any(|one| one.name == needed.name) {
            writeln!(wrong, "{at}({}) is required and left out", needed.name).unwrap();
        }
    }
}

fn input(at: &str, own: &InputValueDefinition, whole: Option<&InputValueDefinition>, wrong: &mut String) {
    match whole {
        None => writeln!(wrong, "{at} is not there").unwrap(),
        Some(whole) if own.ty != whole.ty => writeln!(wrong, "{at} is {}, not {}", whole.ty, own.ty).unwrap(),
        Some(_) => {}
    }
}

#[test]
fn the_trimmed_schema_is_a_part_of_the_published_one() {
    if let Some(whole) = published() {
        let wrong = differences(&trimmed(), &whole);
        assert!(wrong.is_empty(), "{wrong}");
    }
}

#[test]
fn a_difference_between_schemas_is_seen() {
    let whole = "scalar A type Query { a(b: Int!, c: I): A! d: [E] } enum E { x } input I { m: Int! n: [String!] }";
    let whole = Schema::parse_and_validate(whole, "whole").unwrap();
    let table = [
        ("scalar A type Query { a(b: Int!): A! }", ""),
        ("scalar A type Query { a(b: Int!): A }", "Query.a is A!, not A"),
        ("scalar A type Query { a(b: Int): A! }", "Query.a(b) is Int!, not Int"),
        ("scalar A type Query { a: A! }", "Query.a(b) is required and left out"),
        ("scalar A type Query { a(b: Int!, x: Int): A! }", "Query.a(x) is not there"),
        ("type Query { e: Int }", "Query.e is not there"),
        ("type Query { d: [E] } enum E { x y }", "E.y is not there"),
        ("type Query { d: [E] } type E { x: Int }", "E is of another kind"),
        ("scalar B type Query { d: [E] } enum E { x }", "B is not there"),
        ("scalar A type Query { a(b: Int!, c: I): A! } input I { n: [String!] }", "I.m: Int! is required and left out"),
        (
            "scalar A type Query { a(b: Int!, c: I): A! } input I { m: Int! n: [String] }",
            "I.n is [String!], not [String]",
        ),
    ];
    for (part, wrong) in table {
        let part_schema = Schema::parse_and_validate(part, "part").unwrap();
        assert_eq!(differences(&part_schema, &whole).trim(), wrong, "{part}");
    }
}

#[test]
fn the_trimmed_schema_holds_only_what_the_documents_use() {
    let schema = trimmed();
    let mut unused = String::new();
    for (name, own) in schema.types.iter().filter(|(_, own)| !own.is_built_in()) {
        if let ExtendedType::Object(object) = own {
            for field in object.fields.keys() {
                let used = document::ALL.iter().any(|one| uses(&schema, one.text, name, field));
                if !used {
                    writeln!(unused, "{name}.{field}").unwrap();
                }
            }
        }
    }
    assert!(unused.is_empty(), "{unused}");
}

/// Whether a document selects a field of a type.
fn uses(schema: &Valid<Schema>, text: &str, name: &str, field: &str) -> bool {
    fn inside(set: &apollo_compiler::executable::SelectionSet, name: &str, field: &str) -> bool {
        use apollo_compiler::executable::Selection;
        set.selections.iter().any(|selection| match selection {
            Selection::Field(own) => (set.ty == name && own.name == field) || inside(&own.selection_set, name, field),
            Selection::InlineFragment(own) => inside(&own.selection_set, name, field),
            Selection::FragmentSpread(_) => false,
        })
    }
    let document = ExecutableDocument::parse_and_validate(schema, text, "document").unwrap();
    let of_fragments = document.fragments.values().any(|one| inside(&one.selection_set, name, field));
    of_fragments || document.operations.iter().any(|one| inside(&one.selection_set, name, field))
}
