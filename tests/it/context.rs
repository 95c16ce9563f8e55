//! Build contexts: large ones, hostile ones, and any Dockerfile.

use proptest::prelude::*;
use trueup::checks::{Reason, Verdict};
use trueup::repo::{ReadError, RepoPath};
use trueup::semantics::context::{Context, Source};
use trueup::semantics::files::{Files, Parses};

use crate::checks::judge;
use crate::memory::Memory;

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

fn look(tree: &Memory, source: &str) -> Result<Source, ReadError> {
    let parses = Parses::default();
    let files = Files::new(tree, &parses);
    let context = Context::of(&files, &path("Dockerfile"), &RepoPath::root())?;
    context.source(&files, source)
}

fn found(text: &str) -> Result<Source, ReadError> {
    Ok(Source::Found(path(text)))
}

#[test]
fn a_large_folder_is_found_without_listing_it_all() {
    let mut tree = Memory::default();
    for number in 0..10_100 {
        tree.add(&format!("src/{}/{number}.py", number % 20), b"");
    }
    tree.add("src/main.py", b"");
    tree.add("assets/a/b.png", b"");
    assert_eq!(look(&tree, "src"), found("src"));
    // With rules something has to stay: right in the folder that is seen at once.
    tree.add(".dockerignore", b"*.md\n");
    assert_eq!(look(&tree, "src"), found("src"));
    assert_eq!(look(&tree, "src/main.py"), found("src/main.py"));
    assert_eq!(look(&tree, "*/*.py"), found("src/main.py"));
    assert_eq!(look(&tree, "ass*"), found("assets"));
    // Where all of it would have to be listed, it cannot be told.
    tree.files.remove(&path("src/main.py"));
    assert!(matches!(look(&tree, "src"), Err(ReadError::TooLarge { .. })));
}

#[test]
fn the_steps_of_all_lookups_are_counted() {
    let mut tree = Memory::default();
    let name = "a".repeat(200);
    for number in 0..400 {
        tree.add(&format!("{name}/{number}/{name}"), b"");
    }
    tree.add(".dockerignore", format!("**\n{}b\n", "**a*".repeat(2_000)).as_bytes());
    assert!(matches!(look(&tree, "."), Err(ReadError::TooLarge { .. })));
    let outcome = {
        tree.add("Dockerfile", b"FROM scratch\nCOPY . /\n");
        judge("check = { copy_sources = { files = \"Dockerfile\" } }", &tree)
    };
    assert_eq!(outcome.verdict(), Verdict::Unknown(Reason::TooLarge));
}

#[test]
fn names_that_mean_something_elsewhere_are_names() {
    let mut tree = Memory::default();
    for name in ["a{b,c}/x!y", "q,w/[z]", "st*r/?", "back\\slash/f"] {
        tree.add(name, b"");
    }
    tree.add(".dockerignore", b"nothing\n");
    assert_eq!(look(&tree, "a{b,c}"), found("a{b,c}"));
    assert_eq!(look(&tree, "a{b,c}/x*"), found("a{b,c}/x!y"));
    assert_eq!(look(&tree, "q,w"), found("q,w"));
    assert_eq!(look(&tree, "q,w/[[]z]"), found("q,w/[z]"));
    assert_eq!(look(&tree, "st[*]r/[?]"), found("st*r/?"));
    assert_eq!(look(&tree, "back\\slash"), found("back\\slash"));
    tree.files.insert(RepoPath::parse(b"\xFF/\xFE").unwrap(), Vec::new());
    assert!(matches!(look(&tree, "?/*"), Ok(Source::Found(_))));
}

#[test]
fn the_same_source_in_two_words_is_one_answer() {
    let mut tree = Memory::with(&[("src/a", "x"), ("b", "x")]);
    for spelling in ["src", "/src", "./src", "src/", "//src//", "../src", "b/../src", "src/.", "src/x/.."] {
        assert_eq!(look(&tree, spelling), found("src"), "{spelling}");
    }
    tree.add(".dockerignore", b"src\n");
    for spelling in ["src", "/src", "src/a", "s*", "s*/a", "[s]rc/"] {
        assert!(matches!(look(&tree, spelling), Ok(Source::Dropped { .. })), "{spelling}");
    }
    assert!(matches!(look(&tree, &"x/".repeat(5_000)), Ok(Source::Absent { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// A source that names a kept file is found, one that names a dropped file is not.
    #[test]
    fn files_are_found_unless_dropped(
        lines in prop::collection::vec("[!]?[ab*/]{1,4}", 0..4),
        names in prop::collection::vec("[ab]{1,2}(/[ab]{1,2}){0,2}", 1..6),
    ) {
        let mut tree = Memory::default();
        for name in &names {
            let inside = |other: &String| other.starts_with(&format!("{name}/"));
            if !names.iter().any(inside) {
                tree.add(name, b"x");
            }
        }
        let ignore = lines.join("\n");
        tree.add(".dockerignore", ignore.as_bytes());
        let rules = trueup::formats::dockerignore::parse(ignore.as_bytes());
        prop_assume!(rules.errors.is_empty());
        for name in tree.files.keys().cloned().collect::<Vec<_>>() {
            let dropped = rules.decide(name.as_bytes()).ignored;
            let looked = look(&tree, name.as_str().unwrap()).unwrap();
            prop_assert_eq!(matches!(looked, Source::Dropped { .. }), dropped, "{:?} {:?}", name, looked);
            // A folder is there exactly when something in it is.
            let folder = name.parent();
            let some = tree.files.keys().any(|other| {
                other.strip(&folder).is_some() && !rules.decide(other.as_bytes()).ignored
            });
            let looked = look(&tree, folder.as_str().unwrap()).unwrap();
            prop_assert_eq!(matches!(looked, Source::Found(_)), some, "{:?} {:?}", folder, looked);
            let itself = !folder.is_root() && rules.decide(folder.as_bytes()).ignored;
            prop_assert_eq!(matches!(looked, Source::Dropped { .. }), !some && itself, "{:?} {:?}", folder, looked);
        }
    }

    #[test]
    fn any_dockerfile_is_judged(parts in prop::collection::vec(prop::sample::select(vec![
        "FROM scratch AS a\n", "FROM a\n", "FROM $X\n", "COPY ", "ADD ", "RUN --mount=", "ONBUILD ", "--from=", "--parents ",
        "a", "0", "b/", "/", "./", "..", "*", "?", "[", "]", "\\", "\n", " ", "$X", "${X:-a}", "\"", "[\"a\", \"b\"]", "<<EOF\nEOF\n",
        "ARG X=b\n", "source=", "from=", ",", "https://x", ".git",
    ]), 0..30)) {
        let tree = Memory::with(&[
            ("Dockerfile", &parts.concat()), ("a", "x"), ("b/c", "x"), (".dockerignore", "*\n!b\n"),
        ]);
        let outcome = judge("check = { copy_sources = { files = \"Dockerfile\" } }", &tree);
        // Whatever it says, it says why.
        prop_assert!(outcome.evidence().count() > 0, "{:?}", parts.concat());
    }
}

#[test]
fn mutated_dockerfiles_are_judged() {
    crate::mutation::mutations("copy_sources", 60, |source| {
        let mut tree = Memory::with(&[("src/a.py", "x"), ("pyproject.toml", "x"), (".dockerignore", "docs\n*.lock\n")]);
        tree.add("Dockerfile", source);
        let outcome = judge("check = { copy_sources = { files = \"Dockerfile\", compose = \"*.yml\" } }", &tree);
        assert!(outcome.evidence().count() > 0);
    });
}
