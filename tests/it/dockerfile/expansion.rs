//! `expand`, against BuildKit's `shell.Lex`.

use trueup::formats::dockerfile::{Expanded, expand};

/// `A` is one, `E` is empty, `P` is a path, `S` has a star; nothing else has a value.
fn value(name: &str) -> Option<String> {
    match name {
        "A" => Some("one"),
        "E" => Some(""),
        "P" => Some("a/b/c.tar.gz"),
        "S" => Some("x*y*z"),
        _ => None,
    }
    .map(str::to_owned)
}

fn full(word: &str) -> Expanded {
    expand(word, '\\', &value)
}

#[track_caller]
fn is(word: &str, text: &str) {
    let expanded = full(word);
    assert_eq!((expanded.text.as_str(), expanded.error), (text, None), "{word}");
    assert!(expanded.unresolved.is_empty(), "{word}: {:?}", expanded.unresolved);
}

#[track_caller]
fn lacks(word: &str, text: &str, names: &[&str]) {
    let expanded = full(word);
    assert_eq!((expanded.text.as_str(), expanded.unresolved), (text, names.iter().map(|n| (*n).to_owned()).collect()));
}

#[test]
fn plain() {
    is("x$A", "xone");
    is("${A}x$A", "onexone");
    is("$A-x", "one-x");
    is("$", "$");
    is("a$ b", "a$ b");
    is("$.x", "$.x");
    is("$1$@$$", "");
    is("${1}", "");
    lacks("$A_", "", &["A_"]);
    lacks("$X-$Y-$X", "--", &["X", "Y"]);
    lacks("${X}y", "y", &["X"]);
}

#[test]
fn defaults() {
    is("${X:-d}", "d");
    is("${X-d}", "d");
    is("${E:-d}", "d");
    is("${E-d}", "");
    is("${A:-d}", "one");
    is("${A:-$Y}", "one");
    is("${X:-$A}", "one");
    is("${X:-${E:-deep}}", "deep");
    is("${X:-\"a b\"}", "a b");
    is("${X:-a\\}b}", "a}b");
    lacks("${X:-$Y}z", "z", &["Y"]);
    is("${A:+yes}", "yes");
    is("${X:+yes}", "");
    is("${E:+yes}", "");
    is("${E+yes}", "yes");
    is("${X:+$Y}", "");
    is("${A:?no}", "one");
    let demanded = full("${X:?must be set}");
    assert_eq!(demanded.error.as_deref(), Some("X: must be set"));
    assert_eq!(demanded.unresolved, ["X"]);
    assert!(full("${E:?}").error.is_some());
    assert!(full("${E?}").error.is_none());
}

#[test]
fn patterns() {
    is("${P#*/}", "b/c.tar.gz");
    is("${P##*/}", "c.tar.gz");
    is("${P%.*}", "a/b/c.tar");
    is("${P%%.*}", "a/b/c");
    is("${P%/*}", "a/b");
    is("${P%%/*}", "a");
    is("${P#x}", "a/b/c.tar.gz");
    is("${P#?}", "/b/c.tar.gz");
    is("${P#[a]}", "a/b/c.tar.gz");
    is("${S#x\\*}", "y*z");
    is("${P/b/x}", "a/x/c.tar.gz");
    is("${P/\\//-}", "a-b/c.tar.gz");
    is("${P//\\//-}", "a-b-c.tar.gz");
    is("${P//./_}", "a/b/c_tar_gz");
    is("${P/nothing/x}", "a/b/c.tar.gz");
    is("${A//n/$1}", "oe");
    lacks("${X#a}b", "b", &["X"]);
    lacks("${X/a/b}", "", &["X"]);
}

#[test]
fn quotes_and_escapes() {
    is("'$A'", "$A");
    is("\"$A b\"", "one b");
    is("\"it's\"", "it's");
    is("'a\\b'", "a\\b");
    is("\"a\\b\\\"\\$\\\\\"", "a\\b\"$\\");
    is("\\$A", "$A");
    is("a\\ b\\n", "a bn");
    is("a\\", "a");
    is("a<<b", "a<<b");
    assert_eq!(expand("`$A \\$A", '`', &value).text, "$A \\one");
    for broken in ["'a", "\"a", "${A", "${", "${}", "${:-a}", "${A!x}", "${A[0]}", "${A:x}", "${A:#x}", "${A:", "${A/x"]
    {
        let expanded = full(broken);
        assert!(expanded.error.is_some(), "{broken}");
        assert_eq!(expanded.unresolved, [broken], "what cannot be read is not resolved");
    }
}

#[test]
fn bounds() {
    let many = "$A".repeat(33);
    assert_eq!(full(&"$A".repeat(32)).unresolved, [""; 0]);
    assert_eq!(full(&many).unresolved, ["A"]);
    let deep = format!("{}x{}", "${X:-".repeat(200), "}".repeat(200));
    assert!(full(&deep).error.unwrap().contains("128"));
    let huge = expand("$A", '\\', &|_| Some("x".repeat(1 << 20)));
    assert_eq!(huge.unresolved, ["A"], "a value that grew too long is not carried on");
}
