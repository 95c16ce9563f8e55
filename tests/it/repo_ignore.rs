//! Ignore rules, compared with git's own answer.

use proptest::prelude::*;

use crate::git::{Git, at, list};

/// Paths in which the rules below find something to differ about.
const PATHS: &[&str] = &[
    "a",
    "b.log",
    "keep.log",
    "d/a",
    "d/b.log",
    "d/keep.log",
    "d/e/a",
    "d/e/b.log",
    "d/e/keep.log",
    "x/d/a",
    "x/d/keep.log",
    "foo/bar",
    "foo/barbaz/z",
    "foo/baz/q",
    "x/foo/bar",
    "a b",
    "e ",
    "foobar",
    "foox/bar",
    "[q]",
    "q",
    "!a",
    "#x",
    "A/B.LOG",
    "b]",
    "caf\u{e9}",
    "d-e/a",
    "back\\slash",
];

const RULES: &[&str] = &[
    "*.log",
    "!keep.log",
    "d",
    "d/",
    "/d",
    "d/*",
    "!d/keep.log",
    "d/e",
    "!d/e",
    "**/e",
    "e/**",
    "!e/",
    "foo/bar",
    "!bar",
    "bar",
    "!foo/bar",
    "foo/*",
    "*",
    "!*/",
    "!*.log",
    "/a",
    "a",
    "!a",
    "x/**/a",
    "**/d/**",
    "[ab]",
    "[!a]",
    "a\\ b",
    "a b",
    "e\\ ",
    "e ",
    "d/a  ",
    "#x",
    "\\#x",
    "\\!a",
    "",
    "!",
    "/",
    "!/d",
    "*/",
    "k*p.log",
    "foo/**",
    "d/**/keep.log",
    "ke??.log",
    "!d/e/keep.log",
    "foo**bar",
    "foo**/bar",
    "foo/**bar",
    "**",
    "/**",
    "**/",
    "***/a",
    "x/d",
    "x/*/a",
    "e",
    "keep.log",
    "foo/bar/",
    "foo/ba[r-t]",
    "[[:alpha:]]",
    "[[:digit:]a]",
    "[[:nope:]]",
    "[a",
    "[]]",
    "b[]]",
    "[^]a]",
    "[a-",
    "\\[q]",
    "[q]",
    "q\\",
    "\\",
    "back\\\\slash",
    "[\\]]",
    "d[-]e",
    "d[!-]e",
    "d?e",
    "A",
    "B.log",
    "b.LOG",
    "caf?",
    "caf\u{e9}",
    "a\r",
    "d/\r",
    " a",
    "**/**",
    "a/**/b",
    "d/e/",
    "!d/",
    "d//e",
    "//d",
    "x/**/",
    "*a*",
    "**a**",
    "*/*/a",
    "[e-d]",
    "[a-b-c]",
    "\u{feff}a",
];

fn rules(most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    proptest::collection::vec(proptest::sample::select(RULES), 0..=most)
}

fn compare(git: &Git, files: &[(&str, &[&str])]) -> Result<(), TestCaseError> {
    for (file, rules) in files {
        git.write(file, rules.iter().map(|rule| format!("{rule}\n")).collect::<String>());
    }
    let mut wanted: Vec<String> =
        git.git(&["ls-files", "-o", "--exclude-standard", "-z"]).split_terminator('\0').map(str::to_owned).collect();
    wanted.sort();
    let work = git.open().work_tree().unwrap();
    prop_assert_eq!(&wanted, &list(&work, "**"), "{:?}", files);
    for path in PATHS {
        prop_assert_eq!(wanted.iter().any(|name| name == path), at(&work, path) == "file", "{} {:?}", path, files);
    }
    Ok(())
}

fn sample() -> Git {
    let git = Git::new();
    PATHS.iter().for_each(|path| {
        git.write(path, "");
    });
    git
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]

    #[test]
    fn rules_decide_as_they_do_for_git(top in rules(5), d in rules(3), x in rules(2), info in rules(1), fold: bool) {
        let git = sample();
        git.git(&["config", "core.ignoreCase", if fold { "true" } else { "false" }]);
        compare(&git, &[(".gitignore", &top), ("d/.gitignore", &d), ("x/.gitignore", &x), (".git/info/exclude", &info)])?;
    }
}

#[test]
fn each_rule_alone_decides_as_it_does_for_git() {
    let git = sample();
    for rule in RULES {
        compare(&git, &[(".gitignore", &[rule])]).unwrap();
    }
}

#[test]
fn a_rule_of_many_stars_is_decided_at_once() {
    let git = Git::new();
    git.write(".gitignore", format!("{}b\n", "*a".repeat(200))).write(&"a".repeat(200), "");
    assert_eq!("file", at(&git.open().work_tree().unwrap(), "a".repeat(200)));
}

#[test]
fn a_link_is_no_ignore_file() {
    let git = Git::new();
    git.write("rules", "x\n").write("x", "");
    std::os::unix::fs::symlink("rules", git.path().join(".gitignore")).unwrap();
    assert_eq!("file", at(&git.open().work_tree().unwrap(), "x"));
    assert_eq!("?? x", git.git(&["status", "--porcelain", "x"]));
}
