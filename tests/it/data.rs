//! Values inside files: hostile ones, and mistakes in the plan.

use proptest::prelude::*;
use trueup::checks::{Verdict, compile};
use trueup::plan::{RawCheck, Sets, parse_toml};

use crate::checks::{judge, shown};
use crate::memory::Memory;

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
fn a_check_that_asks_nothing_or_too_much_is_a_mistake() {
    for (check, says) in [
        (r#"{ data = { file = "a.toml", path = "$.a" } }"#, "exactly one of"),
        (r#"{ data = { file = "a.toml", path = "$.a", exists = true, absent = true } }"#, "exactly one of"),
        (r#"{ data = { file = "a.toml", path = "$.a", exists = false } }"#, "says nothing"),
        (r#"{ data = { file = "a.txt", path = "$.a", exists = true } }"#, "says none of them"),
        (r#"{ data = { file = "a.toml", path = "a.b", exists = true } }"#, "bad path into data"),
        (r#"{ dockerignore = {} }"#, "needs paths in `drops` or in `keeps`"),
        (r#"{ dockerignore = { drops = ["."] } }"#, "never dropped"),
        (r#"{ dockerignore = { drops = ["../a"] } }"#, "leaves the repository"),
        (r#"{ dockerignore = { drops = ["a"], keeps = ["./a"] } }"#, "in `drops` and in `keeps`"),
        (r#"{ copy_sources = { compose = "a.yml" } }"#, "needs the option `files`"),
    ] {
        let found = mistakes(check);
        assert!(found.iter().any(|message| message.contains(says)), "{check}: {found:?}");
    }
    let deep = format!(
        r#"{{ data = {{ file = "a.toml", path = "$[?{}@.a{}]", exists = true }} }}"#,
        "(".repeat(400),
        ")".repeat(400)
    );
    assert!(mistakes(&deep)[0].contains("64 brackets"));
}

#[test]
fn the_value_of_a_secret_stands_nowhere() {
    let files = [
        ("a.toml", "[db]\npassword = \"marker\"\n[db.token]\nvalue = \"marker\"\n"),
        ("b.yaml", "db:\n  password: >\n    marker\n  token:\n    value: marker\n"),
        ("c.json", "{\"db\": {\"password\": \"marker\", \"token\": {\"value\": \"marker\"}}}"),
    ];
    let tree = Memory::with(&files);
    for (file, _) in files {
        for path in ["$.db.password", "$..password", "$.db.token.value", "$.db.*.*", "$.db.*", "$.db", "$..value"] {
            for ask in ["absent = true", "exists = true", "equals = \"x\"", "contains = \"x\""] {
                let check = format!("check = {{ data = {{ file = \"{file}\", path = \"{path}\", {ask} }} }}");
                let outcome = judge(&check, &tree);
                for finding in outcome.evidence() {
                    let help = finding.help.as_ref().map_or("", |help| help.raw());
                    let excerpt = finding.excerpt.as_ref().map_or("", |excerpt| excerpt.raw());
                    let all = format!("{} {help} {excerpt}", shown(finding));
                    assert!(!all.contains("marker"), "{check}: {all}");
                }
            }
        }
    }
}

#[test]
fn many_values_are_counted_not_listed() {
    let list = format!("a: [{}]\n", vec!["1"; 5_000].join(", "));
    let outcome = judge(
        "check = { data = { file = \"a.yml\", path = \"$.a[*]\", equals = 1 } }",
        &Memory::with(&[("a.yml", &list)]),
    );
    assert_eq!(outcome.verdict(), Verdict::Holds);
    assert_eq!(outcome.findings.len(), 13);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_file_is_judged(parts in prop::collection::vec(prop::sample::select(vec![
        "a", "b", "1", ".", "=", ": ", "- ", "[", "]", "{", "}", "\"", "'", ",", "\n", " ", "&x", "*x", "<<", "0x1", "1e9", "null", "true", "\u{FEFF}", "#",
    ]), 0..30), format in prop::sample::select(vec!["toml", "yaml", "json"])) {
        let name = format!("a.{format}");
        let check = format!("check = {{ data = {{ file = \"{name}\", path = \"$..a\", equals = 1 }} }}");
        let outcome = judge(&check, &Memory::with(&[(&name, &parts.concat())]));
        prop_assert!(outcome.evidence().count() > 0);
    }
}
