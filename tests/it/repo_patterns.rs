//! File patterns, seen from the root and from below it.

use proptest::prelude::*;
use trueup::repo::RepoPath;

use crate::git::{path, pattern};

const PATTERNS: &[&str] = &[
    "*",
    "**",
    "a",
    "a/b",
    "a/*",
    "*/b",
    "**/b",
    "a/**",
    "a/**/b",
    "{a,b}/c",
    "{a,b/c}/d",
    "a?/[bc]",
    "*.md",
    "a/b/*.md",
    "{a/b,c}",
    "a/**/*.md",
    "**/{a,b}/c",
    "x**y",
    "a/x**y/b",
];

#[test]
fn what_a_pattern_knows_of_itself() {
    for (text, base, literal, deep) in [
        ("Dockerfile*", ".", false, false),
        ("docs/**/*.md", "docs", false, true),
        ("a/b/c", "a/b", true, false),
        ("a/b/*.c", "a/b", false, false),
        ("*/x", ".", false, true),
        ("./a//b/../c?", "a", false, false),
    ] {
        let below = path("in/side");
        for (pattern, above) in [(pattern(text), RepoPath::root()), (pattern(text).below(&below), below)] {
            assert_eq!(path(base).below(&above), *pattern.base(), "{text}");
            assert_eq!((literal, deep), (pattern.is_literal(), pattern.is_deep()), "{text}");
        }
    }
    assert_eq!(Some(path("in/a b")), pattern("a b").below(&path("in")).path());
    assert_eq!(None, pattern("a*").path());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_walk_reaches_all_that_matches(
        text in proptest::sample::select(PATTERNS),
        parts in proptest::collection::vec(proptest::sample::select(vec!["a", "b", "c", "d", "ax", "x.md", "xzy"]), 1..5),
        above in proptest::sample::select(vec!["", "r", "r*/[s]"]),
    ) {
        let (above, inner) = (path(above), path(parts.join("/")));
        let (pattern, seen) = (pattern(text), inner.below(&above));
        let rooted = pattern.below(&above);
        prop_assert_eq!(pattern.matches(&inner), rooted.matches(&seen));
        if rooted.matches(&seen) {
            let mut folder = seen.parent();
            loop {
                prop_assert!(rooted.reaches(&folder), "{} reaches {:?} for {:?}", text, folder, seen);
                if folder == *rooted.base() || folder.is_root() {
                    break;
                }
                folder = folder.parent();
            }
            prop_assert!(seen.strip(rooted.base()).is_some());
            prop_assert!(rooted.is_deep() || seen.depth() == rooted.base().depth() + 1);
        }
    }
}
