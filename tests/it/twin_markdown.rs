//! How the stand-in gives descriptions back.

use proptest::prelude::*;
use trueup::twin::{Manner, rewritten};

const USUAL: Manner = Manner { keeps_comments: false, wraps_identifiers: true, curls_quotes: false };

#[test]
fn descriptions_come_back_changed_in_every_way_that_was_seen() {
    let table = [
        ("- a\n- b", "* a\n\n* b"),
        ("+ a", "* a"),
        ("1. a\n2. b", "1. a\n\n2. b"),
        ("- [x] a", "* [X] a"),
        ("- [ ] a", "* [ ] a"),
        ("- a\n  - [x] b", "* a\n\n  * [X] b"),
        ("[a](https://e.org)", "[a](<https://e.org>)"),
        ("see https://e.org/x.", "see [https://e.org/x](<https://e.org/x>)."),
        ("mail ada@e.org now", "mail [ada@e.org](<mailto:ada@e.org>) now"),
        ("run build.sh", "run [build.sh](<http://build.sh>)"),
        ("a [tag] b", "a \\[tag\\] b"),
        ("an _x_ y", "an *x* y"),
        ("snake_case_name", "snake_case_name"),
        ("a  \nb", "a\nb"),
        ("a\n\n\n\nb\n\n", "a\n\nb"),
        ("text\n---", "## text"),
        ("text\n\n---", "text\n\n---"),
        ("see STAB-155 there", "see [STAB-155](<https://linear.app/twin/issue/STAB-155>) there"),
        ("a<!-- b -->c", "ac"),
        ("`- [x] _a_ https://e.org STAB-1`", "`- [x] _a_ https://e.org STAB-1`"),
        ("``a ` [b]`` [c]", "``a ` [b]`` \\[c\\]"),
        ("```\n- [x] a  \n\n\n```", "```\n- [x] a  \n\n\n```"),
        ("a\r\nb", "a\nb"),
        ("⟦trueup⟧ x ⟦/trueup⟧", "⟦trueup⟧ x ⟦/trueup⟧"),
        ("𝒳 👩‍👩‍👧", "𝒳 👩‍👩‍👧"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
    ];
    for (sent, returned) in table {
        assert_eq!(rewritten(sent, USUAL), returned, "{sent:?}");
    }
    let other = Manner { keeps_comments: true, wraps_identifiers: false, curls_quotes: true };
    assert_eq!(rewritten("a<!-- b -->c STAB-1", other), "a<!-- b -->c STAB-1");
    assert_eq!(rewritten("Anna's `it's`", other), "Anna’s `it's`");
}

#[test]
fn a_long_description_comes_back_whole() {
    let sent: String = (0..2_000).map(|n| format!("- [ ] `t.{n}` some text of a task\n")).collect();
    assert!(sent.len() > 60_000);
    assert_eq!(rewritten(&sent, USUAL).matches("* [ ] `t.").count(), 2_000);
}

proptest! {
    #[test]
    fn what_came_back_once_comes_back_the_same(
        text in "([-*+] |\\[[ x]\\] |_|`|\\[|\\]|\\(|\\)|<|>|a|é|𝒳|https://e\\.org|x\\.sh|a@b\\.com|STAB-1| |\n|---\n){0,24}"
    ) {
        let once = rewritten(&text, USUAL);
        prop_assert_eq!(&rewritten(&once, USUAL), &once);
    }
}
