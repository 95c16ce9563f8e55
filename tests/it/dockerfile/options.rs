//! Options that the kinds about images refuse.

use trueup::checks::compile;
use trueup::plan::{RawCheck, Sets, parse_toml};

fn mistakes(check: &str) -> Vec<String> {
    let (table, broken) = parse_toml(&format!("check = {check}"));
    assert!(broken.is_empty(), "{broken:?}");
    let raw = RawCheck { table: table.get("check").unwrap().clone() };
    match compile(&raw, &Sets::default()) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.into_iter().map(|mistake| mistake.message).collect(),
    }
}

#[test]
fn images_and_tags() {
    let with = |image: &str, tag: &str| {
        mistakes(&format!("{{ image_tag = {{ files = \"Dockerfile\", image = \"{image}\", tag = \"{tag}\" }} }}"))
    };
    assert!(with("python", "3.12").is_empty());
    assert!(with("docker.io/library/python", "3.12").is_empty());
    assert_eq!(with("python:3", "3.12"), ["`python:3` is no image's name"]);
    assert_eq!(with("Python", "3.12"), ["`Python` is no image's name"]);
    assert_eq!(with("a@b", "3.12"), ["`a@b` is no image's name"]);
    assert_eq!(with("python", "3.12 "), ["`3.12 ` is no tag"]);
    assert_eq!(with("python", ":3.12"), ["`:3.12` is no tag"]);
    assert_eq!(with("python", "3/12"), ["`3/12` is no tag"]);
    assert_eq!(with("python", "3.12@sha256:00"), ["`3.12@sha256:00` is no tag"]);
}

#[test]
fn numbers_of_stages() {
    let with = |number: &str| mistakes(&format!("{{ stages = {{ files = \"Dockerfile\", at_least = {number} }} }}"));
    assert!(with("2").is_empty());
    assert_eq!(with("1"), ["`at_least` is 1: every Dockerfile has that"]);
    assert_eq!(with("0"), ["`at_least` is 0: every Dockerfile has that"]);
}
