//! How mistakes of a plan are shown.

use trueup::plan::load;
use trueup::report::mistakes::render;

fn shown(source: &str) -> String {
    let rendered = render("plan.toml", source, &load(source).mistakes);
    // Styles are begun and ended by escape sequences; what is outside them is the text.
    let mut plain = String::new();
    let mut rest = rendered.as_str();
    while let Some((text, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(text);
        rest = after.split_once('m').unwrap().1;
    }
    plain + rest
}

#[test]
fn each_mistake_has_its_line_a_caret_and_help() {
    let source =
        "schema = 1\n[plan]\nuid = \"x\"\ntitel = \"t\"\n[[checklist]]\nid = \"T.1\"\ntext = \"x\"\ncheck = {}\n";
    insta::assert_snapshot!(shown(source), @r#"
    error: the plan lacks `title`
     --> plan.toml:2:1
      |
    2 | [plan]
      | ^^^^^^
      |
      = help: add `title = "…"`: the title

    error: the plan has no key `titel`
     --> plan.toml:4:1
      |
    4 | titel = "t"
      | ^^^^^
      |
      = help: did you mean `title`?

    plan.toml: 2 mistakes
    "#);
}

#[test]
fn text_from_outside_moves_no_terminal() {
    let evil = "\u{1b}]0;owned\u{7}\u{202e}\u{200b}";
    let source = format!("schema = 1\n[plan]\nuid = \"x\"\ntitle = \"t\"\n\"a\tb{evil}\" = \"{evil}\"\n");
    let shown = shown(&source);
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{200b}']), "{shown:?}");
    assert!(shown.contains("\\u{1b}]0;owned\\u{7}\\u{202e}"), "{shown}");
    assert!(!render(evil, &source, &load(&source).mistakes).contains("\u{1b}]"));
}

#[test]
fn secrets_are_masked() {
    let source = "schema = 1\n[plan]\nuid = \"x\"\ntitle = \"t\"\napi_token = \"hunter2\"\n";
    let shown = shown(source);
    assert!(shown.contains("api_token = ***") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn long_lines_and_many_mistakes_stay_small() {
    let long = format!("schema = 1\n[plan]\nuid = \"x\"\ntitle = \"t\"\nx = \"é{}\"\n", "ü".repeat(500_000));
    assert!(shown(&long).len() < 8_000);
    let many = format!(
        "schema = 1\n[plan]\nuid = \"x\"\ntitle = \"t\"\n{}",
        (0..500).map(|i| format!("x{i} = 1\n")).collect::<String>()
    );
    let shown = shown(&many);
    assert!(shown.ends_with("plan.toml: 501 mistakes, 401 of them not shown\n"), "{}", &shown[shown.len() - 100..]);
    assert_eq!(shown.matches("error: ").count(), 100);
}
