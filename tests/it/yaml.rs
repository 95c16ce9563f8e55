//! YAML as a tree: what a file says, what breaks it, and that nothing makes it hang or grow.

use std::fmt::Write as _;

use proptest::prelude::*;
use trueup::formats::DEEPEST;
use trueup::formats::yaml::{MOST_NODES, Node, Value, Yaml, parse};

/// The tree on one line: `{a: 1, b: ["x"]}`; texts in quotes, tags before their value.
pub fn shown(node: &Node) -> String {
    let mut out = node.tag.as_ref().map(|tag| format!("{tag} ")).unwrap_or_default();
    match &node.value {
        Value::Null => out.push('~'),
        Value::Bool(flag) => write!(out, "{flag}").unwrap(),
        Value::Number(text) => out.push_str(text),
        Value::Text(text) => write!(out, "{text:?}").unwrap(),
        Value::List(items) => {
            write!(out, "[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")).unwrap();
        }
        Value::Map(pairs) => {
            let pairs: Vec<String> =
                pairs.iter().map(|(k, v)| format!("{}: {}", k.scalar().unwrap_or("?"), shown(v))).collect();
            write!(out, "{{{}}}", pairs.join(", ")).unwrap();
        }
    }
    out
}

fn tree(text: &str) -> String {
    let yaml = parse(text.as_bytes());
    assert_eq!(yaml.over, None, "{text}");
    let mut out = yaml.root.as_ref().map_or("nothing".to_owned(), shown);
    for error in &yaml.errors {
        write!(out, " !{}: {}", error.line, error.message).unwrap();
    }
    out
}

#[test]
fn a_text_is_read_as_compose_reads_it() {
    let table: &[(&str, &str)] = &[
        ("", "nothing"),
        ("# only a comment\n", "nothing"),
        ("---\n", "~"),
        (
            "a: 1\nb: 'x'\nc:\nd: ~\ne: true\nf: yes\ng: \"true\"\n",
            "{a: 1, b: \"x\", c: ~, d: ~, e: true, f: \"yes\", g: \"true\"}",
        ),
        ("a: no\nb: on\nc: off\nd: y\ne: TRUE\n", "{a: \"no\", b: \"on\", c: \"off\", d: \"y\", e: true}"),
        (
            "- 0.5\n- '0.5'\n- 1e3\n- 0o17\n- 0x1F\n- 017\n- .inf\n- 1_000\n- +5\n- 1.2.3\n- 12:30\n- 512M\n",
            "[0.5, \"0.5\", 1e3, 0o17, 0x1F, 017, .inf, 1_000, +5, \"1.2.3\", \"12:30\", \"512M\"]",
        ),
        ("\u{feff}a: 1\n", "{a: 1}"),
        ("a: 1\r\nb:\r\n  - x\r\n", "{a: 1, b: [\"x\"]}"),
        ("a: |\n  x\n  y\nb: >-\n  x\n  y\n", "{a: \"x\\ny\\n\", b: \"x y\"}"),
        ("a: \"x\\u0041\\n\"\nb: 'it''s'\n", "{a: \"xA\\n\", b: \"it's\"}"),
        ("{a: [1, {b: c}], d: }", "{a: [1, {b: \"c\"}], d: ~}"),
        ("a: &x [1, 2]\nb: *x\n", "{a: [1, 2], b: [1, 2]}"),
        ("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n", "{a: {p: 1, q: 2}, b: {q: 3, p: 1}}"),
        ("a: &x {p: 1}\nb: &y {p: 2, r: 3}\nc:\n  <<: [*x, *y]\n", "{a: {p: 1}, b: {p: 2, r: 3}, c: {p: 1, r: 3}}"),
        ("a: &x {p: 1}\nc:\n  <<:\n    - *x\n    - {s: 1}\n  p: ~\n", "{a: {p: 1}, c: {p: ~, s: 1}}"),
        ("a: {\"<<\": {p: 1}, '<<b': 2}", "{a: {<<: {p: 1}, <<b: 2}}"),
        ("a: {!!merge <<: {p: 1}}", "{a: {p: 1}}"),
        ("a: {<<: {p: 1}, b: &l {<<: {q: 1}}, c: *l}", "{a: {b: {q: 1}, c: {q: 1}, p: 1}}"),
        (
            "a: !reset null\nb: !override [x]\nc: !!str 5\nd: !!int \"5\"\ne: !foo 5\nf: !reset\n",
            "{a: !reset \"null\", b: !override [\"x\"], c: !!str \"5\", d: !!int 5, e: !foo \"5\", f: !reset \"\"}",
        ),
        ("80: a\ntrue: b\n", "{80: \"a\", true: \"b\"}"),
        ("a: ${X:-1}\nb: [\"${Y}\", $Z]\n", "{a: \"${X:-1}\", b: [\"${Y}\", \"$Z\"]}"),
        ("a:\t1\t# tabs apart from indentation\n", "{a: 1}"),
        ("a: x # no\nb: x#y\n", "{a: \"x\", b: \"x#y\"}"),
        ("a:\n- x\n- y\nb: 1\n", "{a: [\"x\", \"y\"], b: 1}"),
        ("%YAML 1.1\n---\na: yes\n...\n", "{a: \"yes\"}"),
    ];
    for (text, wanted) in table {
        assert_eq!(tree(text), *wanted, "{text}");
    }
}

#[test]
fn what_breaks_a_file_is_an_error_with_its_line() {
    let table: &[(&str, u32, &str)] = &[
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 4, "stands twice, first on line 3"),
        ("a: 1\n1: 2\n\"1\": 3\n", 3, "key `1` stands twice"),
        ("a: &x {p: 1}\nb:\n  <<: *x\n  <<: *x\n", 4, "`<<` stands twice"),
        ("a:\n\tb: 1\n", 2, "tab"),
        ("a: 1\n b: 2\n", 2, ""),
        ("a: [1, 2\nb: 3\n", 2, ""),
        ("a: *x\n", 1, "`*x` names no anchor"),
        ("a: &x [1, *x]\n", 1, "inside the value"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: 1\n<<: 5\n", 2, "takes a mapping"),
        ("? [a, b]\n: 1\n", 1, "a key is a list"),
        ("a: 1\nb: \"x\n", 2, ""),
        ("a: x\0y\n", 1, "control character U+0000"),
        ("a: @x\n", 1, ""),
        ("a: [${X}]\n", 1, ""),
        ("services:\n  web:\n    image: a:\n      b\n", 3, ""),
    ];
    for (text, line, message) in table {
        let yaml = parse(text.as_bytes());
        let error = yaml.errors.first().unwrap_or_else(|| panic!("no error in {text:?}: {:?}", yaml.root));
        assert!(error.line == *line && error.message.contains(message), "{text:?}: {error:?}");
    }
    let yaml = parse(b"a: 1\nb: x\xffy\nc: 2\n");
    assert_eq!((yaml.errors[0].line, yaml.errors[0].message.as_str()), (2, "not UTF-8"));
    assert_eq!(shown(yaml.root.as_ref().unwrap()), "{a: 1, b: \"x?y\", c: 2}");
}

#[test]
fn what_stands_complete_before_a_syntax_error_is_kept() {
    let yaml = parse(b"services:\n  web:\n    image: nginx\n  app:\n    image: [x, y\nvolumes:\n");
    assert!(!yaml.errors.is_empty());
    assert_eq!(shown(yaml.root.as_ref().unwrap()), "{services: {web: {image: \"nginx\"}, app: {image: [\"x\"]}}}");
}

#[test]
fn further_documents_are_kept_for_compose() {
    let yaml = parse(b"a: 1\n---\nb: 2\n---\nc: 3\n");
    assert_eq!(yaml.documents().map(shown).collect::<Vec<_>>(), ["{a: 1}", "{b: 2}", "{c: 3}"]);
    assert!(yaml.errors_of_stream().is_empty());
    assert!(parse(b"a: 1\n---\n").errors.is_empty());
    // Anchors end with their document.
    let yaml = parse(b"a: &x 1\n---\nb: *x\n");
    assert!(yaml.errors_of_stream()[0].message.contains("`*x`"));
}

fn at<'t>(text: &'t str, yaml: &Yaml, path: &[&str]) -> &'t str {
    let mut node = yaml.root.as_ref().unwrap();
    for key in path {
        node = match key.parse::<usize>() {
            Ok(index) if !node.items().is_empty() => &node.items()[index],
            _ => node.get(key).unwrap_or_else(|| panic!("no {key}")),
        };
    }
    &text[node.span.start..node.span.end]
}

#[test]
fn a_node_knows_its_place() {
    let text = "\u{feff}# é\nservices:\n  web: &w\n    image: \"é:1\"\n    volumes:\n      - a:/b\n      - !t c:/d  # no\n\n  app: {<<: *w}\n";
    let yaml = parse(text.as_bytes());
    assert!(yaml.errors.is_empty(), "{:?}", yaml.errors);
    assert_eq!(at(text, &yaml, &["services", "web", "image"]), "\"é:1\"");
    assert_eq!(at(text, &yaml, &["services", "web", "volumes", "0"]), "a:/b");
    assert_eq!(at(text, &yaml, &["services", "web", "volumes", "1"]), "!t c:/d");
    assert_eq!(at(text, &yaml, &["services", "web", "volumes"]), "- a:/b\n      - !t c:/d");
    assert_eq!(at(text, &yaml, &["services", "app", "image"]), "\"é:1\"");
    assert_eq!(at(text, &yaml, &["services", "app"]), "{<<: *w}");
    let web = yaml.root.as_ref().unwrap().get("services").unwrap().get("web").unwrap();
    let range = yaml.lines.range(web.span);
    assert_eq!((range.line, range.end_line), (4, 7));
}

#[test]
fn bombs_end_by_count() {
    let mut lol = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, of) in "bcdefghijklmnop".chars().zip("abcdefghijklmno".chars()) {
        let all = vec![format!("*{of}"); 9].join(", ");
        writeln!(lol, "{name}: &{name} [{all}]").unwrap();
    }
    let over = |text: &str| {
        let yaml = parse(text.as_bytes());
        assert!(yaml.root.is_none());
        yaml.over.unwrap_or_else(|| panic!("not over: {}", &text[..200]))
    };
    assert!(over(&lol).contains("200000 nodes"), "{}", over(&lol));
    let mut merges = "a: &a {p: x, q: x, r: x}\n".to_owned();
    for (name, of) in "bcdefghijklmnop".chars().zip("abcdefghijklmno".chars()) {
        let all: Vec<String> = (0..9).map(|i| format!("{name}{i}: {{<<: *{of}}}")).collect();
        writeln!(merges, "{name}: &{name} {{{}}}", all.join(", ")).unwrap();
    }
    assert!(over(&merges).contains("nodes"));
    let text = format!("a: &a {}\nb:\n{}", "x".repeat(1 << 20), "  - *a\n".repeat(50));
    assert!(over(&text).contains("bytes of text"), "{}", over(&text));
    let mut chain = "a0: &a0 [x]\n".to_owned();
    for i in 1..=DEEPEST {
        writeln!(chain, "a{i}: &a{i} [*a{}]", i - 1).unwrap();
    }
    assert!(over(&chain).contains("nesting deeper than 128"), "{}", over(&chain));
    for open in ["[", "{", "{a: ", "- ", "? ", "[a: "] {
        let yaml = parse(open.repeat(100_000).as_bytes());
        assert!(yaml.over.is_some() || !yaml.errors.is_empty(), "{open}");
    }
    assert!(over(&"- ".repeat(200)).contains("nesting"));
    assert!(parse("- a\n".repeat(MOST_NODES - 1).as_bytes()).over.is_none());
    assert!(over(&"- a\n".repeat(MOST_NODES)).contains("nodes"));
    let deep = format!("{}x{}", "[".repeat(DEEPEST), "]".repeat(DEEPEST));
    assert!(parse(deep.as_bytes()).over.is_none());
}

#[test]
fn large_files_are_read() {
    let units = [
        "a", "'", "\"", "\t", " ", "#", "&a ", "*a ", "!t ", "<<: ", "a: ", "\n", "- - ", "|\n", "%", "\r", "\\", "é",
        "{}",
    ];
    for unit in units {
        parse(unit.repeat((1 << 19) / unit.len()).as_bytes());
    }
    let text = format!("a: \"{}\"\nb: |\n  {}\n", "é ".repeat(1 << 20), "x".repeat(1 << 20));
    assert_eq!(parse(text.as_bytes()).root.unwrap().get("b").unwrap().scalar().unwrap().len(), (1 << 20) + 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        parse(&bytes);
    }

    #[test]
    fn any_pieces_of_yaml_are_read(pieces in proptest::collection::vec(
        proptest::sample::select(vec![
            "a", ": ", "\n", "  ", "- ", "&x ", "*x", "<<: ", "[", "]", "{", "}", ", ", "'", "\"", "|", ">", "#", "!t ",
            "? ", "---\n", "...\n", "\t", "\r\n", "${X}", "%YAML 1.2\n", "é", "\u{feff}", "0", "~",
        ]), 0..60)) {
        let text = pieces.concat();
        let yaml = parse(text.as_bytes());
        for node in yaml.documents() {
            within(node, text.len());
        }
    }
}

fn within(node: &Node, len: usize) {
    assert!(node.span.start <= node.span.end && node.span.end <= len, "{:?}", node.span);
    node.items().iter().for_each(|n| within(n, len));
    for (key, value) in node.entries() {
        within(key, len);
        within(value, len);
    }
}
