//! .dockerignore files: a table of probes, broken files, properties, and mutations of a small corpus.

use proptest::prelude::*;
use trueup::checks::{Level, Verdict};
use trueup::formats::dockerignore::{Decision, parse};
use trueup::formats::goglob::GoGlob;

use crate::checks::judge;
use crate::memory::Memory;
use crate::mutation::mutations;

const PROBES: &str = include_str!("../corpus/dockerignore-probes.txt");

fn unescape(text: &str) -> String {
    text.replace('⏎', "\n").replace('␍', "\r").replace('␉', "\t").replace("«BOM»", "\u{FEFF}")
}

#[test]
fn every_probe_is_decided_by_the_rule_of_moby() {
    let mut probes = 0;
    let mut wrong = Vec::new();
    for line in PROBES.lines() {
        let [file, path, wanted, rule] = line.split('\t').collect::<Vec<_>>()[..] else {
            assert!(line.starts_with("# "), "neither a probe nor a comment: {line}");
            continue;
        };
        probes += 1;
        let read = parse(unescape(file).as_bytes());
        assert!(read.errors.is_empty(), "{line}: {:?}", read.errors);
        let Decision { ignored, rule: index } = read.decide(path.as_bytes());
        let mut found = if ignored { "drop" } else { "keep" }.to_owned();
        if let Some(index) = index {
            found += &format!(" {}", read.patterns[index].line);
        }
        if found != wanted {
            wrong.push(format!("{file} on {path}: {found}, not {wanted}: {rule}"));
        }
    }
    assert!(probes >= 110, "only {probes} probes");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_docker_refuses_is_an_error_with_its_line() {
    for (file, line, says) in [
        ("a\n[\nb", 2, "bad pattern `[`"),
        ("a[", 1, "syntax"),
        ("[]a]", 1, "syntax"),
        ("[-x]", 1, "syntax"),
        ("[x-]", 1, "syntax"),
        ("[^", 1, "syntax"),
        ("a\\", 1, "syntax"),
        ("# x\n!", 2, "illegal exclusion pattern"),
        ("!  ", 1, "illegal exclusion pattern"),
        ("!/", 1, "illegal exclusion pattern"),
        ("!//", 1, "illegal exclusion pattern"),
        ("*{2}", 1, "repetition"),
        ("a*{2000}", 1, "out of range"),
        ("ab{2000}*", 1, "out of range"),
        ("ab{3,2}*", 1, "out of range"),
        ("a*|{2}", 1, "of nothing"),
        ("x[z-a]", 1, "ends before it begins"),
        ("x\\q", 1, "gives no meaning"),
        ("x\\1", 1, "gives no meaning"),
        ("x\\p{Nobody}", 1, "unknown class"),
        ("[[:nobody:]]", 1, "unknown class"),
        ("*\n!x\\q", 2, "gives no meaning"),
        // Docker tries an exception only where something was dropped before it.
        ("!x\\q\n*", 1, "no error"),
        ("[]a]*", 1, "syntax"),
        // Docker checks a pattern against `.` and reads no further than that takes.
        ("x*[]a]", 1, "no error"),
    ] {
        let errors = parse(file.as_bytes()).errors;
        if says == "no error" {
            assert_eq!(errors, [], "{file}");
            continue;
        }
        assert_eq!(errors.len(), 1, "{file}: {errors:?}");
        assert_eq!(errors[0].line, line, "{file}");
        assert!(errors[0].message.contains(says), "{file}: {}", errors[0].message);
    }
}

#[test]
fn a_line_of_64_kib_ends_the_reading() {
    let short = [b"x".repeat(65_535).as_slice(), b"\ny"].concat();
    assert_eq!(parse(&short).errors, []);
    let read = parse(&[b"a\n".as_slice(), &b"x".repeat(65_536), b"\ny"].concat());
    assert_eq!((read.patterns.len(), read.errors[0].line), (1, 2));
}

#[test]
fn what_is_written_stays_and_what_is_matched_is_cleaned() {
    let read = parse(b"  ! ./docs//a/ \n/x\n");
    let rules: Vec<_> = read
        .patterns
        .iter()
        .map(|r| (r.line, r.written.as_str(), r.written_pattern(), &*r.pattern, r.negated))
        .collect();
    assert_eq!(rules, [(1, "! ./docs//a/", "./docs//a/", "docs/a", true), (2, "/x", "/x", "x", false)]);
}

#[test]
fn bounds_are_counted() {
    let many = "a\n".repeat(20_001);
    let read = parse(many.as_bytes());
    assert_eq!(read.over.as_deref(), Some("more than 20000 patterns"));
    let large = "a{1000}b{1000}*\n".repeat(60);
    assert!(parse(large.as_bytes()).over.is_some());

    // The steps of a hopeless match are at most instructions × length, however many stars there are.
    let read = parse(format!("{}b", "*a".repeat(400)).as_bytes());
    let path = "a".repeat(1000);
    let mut steps = 10_000_000;
    assert_eq!(read.decide_within(path.as_bytes(), &mut steps), Some(Decision { ignored: false, rule: None }));
    assert!(steps > 6_000_000, "{steps} left");
    assert_eq!(read.decide_within(path.as_bytes(), &mut 1_000), None);

    // Folders do not multiply them.
    let read = parse(format!("x{}b", "**a".repeat(200)).as_bytes());
    let mut steps = 10_000_000;
    assert!(read.decide_within("a/".repeat(500).as_bytes(), &mut steps).is_some());
    assert!(steps > 9_000_000, "{steps} left");
}

#[test]
fn go_globs_match_as_filepath_match_does() {
    for (pattern, name, wanted) in [
        ("abc", "abc", true),
        ("*", "abc", true),
        ("*", "", true),
        ("*", "a/b", false),
        ("a*/b", "abc/b", true),
        ("a*/b", "a/c/b", false),
        ("**/b", "a/b", true),
        ("**/b", "a/c/b", false),
        ("a*b?c*x", "abxbbxdbxebxczzx", true),
        ("a*b?c*x", "abxbbxdbxebxczzy", false),
        ("?", "é", true),
        ("a?b", "a/b", false),
        ("a[^b]c", "a/c", true),
        ("a[!b]c", "adc", false),
        ("a[!b]c", "a!c", true),
        ("arr[[]0].txt", "arr[0].txt", true),
        ("\\*", "*", true),
        ("\\*", "a", false),
        ("{a,b}", "a", false),
        (".*", "a", false),
        ("*", ".a", true),
        ("", "", true),
        ("", "a", false),
    ] {
        assert_eq!(GoGlob::parse(pattern.as_bytes()).unwrap().matches(name.as_bytes()), wanted, "{pattern} on {name}");
    }
    for broken in ["[", "[]a]", "[a-]", "[-a]", "a[", "\\", "[^", "[a", "a*["] {
        assert_eq!(GoGlob::parse(broken.as_bytes()), None, "{broken}");
    }
    assert!(GoGlob::has_wildcard(b"a/*") && GoGlob::has_wildcard(b"\\\\?"));
    assert!(!GoGlob::has_wildcard(b"a\\*") && !GoGlob::has_wildcard(b"a{b}]"));
}

/// What has to be true of any file and path.
fn sane(source: &[u8], path: &[u8]) {
    let read = parse(source);
    assert!(read.patterns.windows(2).all(|pair| pair[0].line < pair[1].line));
    let decision = read.decide(path);
    match decision.rule {
        Some(index) => assert_eq!(read.patterns[index].negated, !decision.ignored),
        None => assert!(!decision.ignored),
    }
    // Nothing that comes before the last word changes it.
    let all = parse(&[source, b"\n**\n"].concat());
    if all.over.is_none() && all.errors.len() == read.errors.len() && path.iter().any(|b| !b"./".contains(b)) {
        assert!(all.decide(path).ignored, "{source:?} {path:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_makes_it_panic(source in prop::collection::vec(any::<u8>(), 0..80), path in prop::collection::vec(any::<u8>(), 0..40)) {
        sane(&source, &path);
    }

    #[test]
    fn patterns_of_odd_parts(parts in prop::collection::vec(prop::sample::select(vec![
        "*", "**", "/", "?", "[", "]", "^", "-", "!", "\\", "{2}", "{1000}", "|", "a", "b", ".", "..", "\n", " ", "\\Q", "\\E", "[:alpha:]", "\\p{L}", "\\x{41}", "é",
    ]), 0..24), path in "[ab./*é!^]{0,12}") {
        sane(parts.concat().as_bytes(), path.as_bytes());
    }

    #[test]
    fn line_ends_do_not_matter(lines in prop::collection::vec("[ !#/*ab.\\[\\]]{0,6}", 0..6), path in "[ab]/[ab]{1,2}") {
        let (unix, windows) = (parse(lines.join("\n").as_bytes()), parse(lines.join("\r\n").as_bytes()));
        prop_assert_eq!(unix.decide(path.as_bytes()), windows.decide(path.as_bytes()));
        prop_assert_eq!(unix.errors.len(), windows.errors.len());
    }

    #[test]
    fn naming_a_path_drops_it_and_naming_it_again_keeps_it(lines in prop::collection::vec("[!/*ab.]{0,6}", 0..5), path in "[ab]{1,2}(/[ab]{1,2}){0,3}") {
        let file = lines.join("\n");
        let dropped = parse(format!("{file}\n{path}\n").as_bytes());
        prop_assume!(dropped.errors.is_empty());
        prop_assert!(dropped.decide(path.as_bytes()).ignored);
        let below = format!("{path}/x");
        prop_assert!(dropped.decide(below.as_bytes()).ignored);
        let kept = parse(format!("{file}\n{path}\n!{path}\n").as_bytes());
        prop_assert!(!kept.decide(path.as_bytes()).ignored);
        prop_assert!(!kept.decide(below.as_bytes()).ignored);
    }
}

#[test]
fn mutated_files_are_read() {
    mutations("dockerignore", 120, |source| {
        for path in ["", "a", "src/__pycache__/m.pyc", "docs/a/b.png", ".env.example", "caf\u{e9}/x"] {
            sane(source, path.as_bytes());
        }
    });
}

/// The lines that a help names in backquotes.
fn lines_of(help: &str) -> Vec<&str> {
    help.split('`').skip(1).step_by(2).filter(|line| *line != "**/").collect()
}

#[test]
fn the_lines_that_help_names_are_enough() {
    let rows = [
        r#"drops = [".git/HEAD", ".gitignore"]"#,
        r#"drops = ["__pycache__/m.pyc", "src/pkg/__pycache__/m.pyc", "m.pyc", "src/pkg/m.pyc", ".ruff_cache/x", "src/.ruff_cache/x"]"#,
        r#"drops = [".env", ".env.prod"], keeps = [".env.example"]"#,
        r#"drops = ["README.md", "docs/index.md", "docs/a/b.png"], keeps = ["src/README.md"]"#,
        r#"drops = ["tests/x.py", ".coverage", "coverage/index.html"]"#,
        r#"drops = [".vscode/settings.json", ".DS_Store", "src/.DS_Store"]"#,
        r#"drops = ["app.log", "logs/app.log", "dist/x", "src.egg-info/PKG-INFO"]"#,
        r#"drops = ["src/a[1].txt", "!odd", "x y", "src/b*{2}"], keeps = ["src/a1.txt", "src/bb{2}"]"#,
    ];
    let starts = ["", "__pycache__\n*.pyc\n.DS_Store\n*.log\n*.md", "*\n!*", "!src\n*\n!src\n!.*\n!docs", "**\n!**"];
    for row in rows {
        let check = format!("check = {{ dockerignore = {{ {row} }} }}");
        let missing = judge(&check, &Memory::default());
        let help = missing.findings[0].help.as_ref().unwrap().raw().to_owned();
        let file = lines_of(&help).join("\n");
        let made = judge(&check, &Memory::with(&[(".dockerignore", &file)]));
        assert_eq!(made.verdict(), Verdict::Holds, "{row}: {file}: {:?}", made.findings);

        for start in starts {
            let mut file = start.to_owned();
            let mended = (0..12).any(|_| {
                let judged = judge(&check, &Memory::with(&[(".dockerignore", &file)]));
                let fault = judged.findings.iter().find(|finding| finding.level == Level::Fault);
                let Some(help) = fault.and_then(|fault| fault.help.as_ref()) else { return true };
                file = format!("{file}\n{}", lines_of(help.raw()).join("\n"));
                false
            });
            assert!(mended, "{row}, beginning with {start:?}, ends as\n{file}");
        }
    }
}

#[test]
fn inspect_shows_patterns_paths_and_errors() {
    let file = parse(b"# x\n*\n! ./src/\n[\n");
    let json = trueup::report::inspect::dockerignore::json(&file, &["src/a.py", "b", "./b"]);
    let wanted = serde_json::json!({
        "kind": "dockerignore",
        "patterns": [
            { "line": 2, "pattern": "*", "negated": false },
            { "line": 3, "pattern": "./src/", "negated": true },
        ],
        "paths": [
            { "path": "src/a.py", "ignored": false, "line": 3 },
            { "path": "b", "ignored": true, "line": 2 },
            { "path": "./b", "ignored": true, "line": 2 },
        ],
        "errors": [{ "line": 4, "message": "bad pattern `[`: its syntax is broken" }],
    });
    assert_eq!(json, wanted);
    let nothing = trueup::report::inspect::dockerignore::json(&parse(b"!a"), &["a"]);
    assert_eq!(nothing["paths"][0]["line"], serde_json::Value::Null);
}
