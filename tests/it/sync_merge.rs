//! The pure parts: the merge, the block, the normal form, ids.

use std::collections::BTreeSet;

use proptest::prelude::*;
use trueup::plan::load;
use trueup::sync::block::{self, Found, Line};
use trueup::sync::{Base, Recorded, Step, Take, ids, merge, normal};
use trueup::twin::{Manner, rewritten};

const TAKES: [Option<Take>; 3] = [None, Some(Take::Plan), Some(Take::Linear)];

/// What both sides and the base are after a step.
fn done(step: Step, base: Option<u8>, here: u8, there: u8) -> (Option<u8>, u8, u8) {
    match step {
        Step::Same => (Some(here), here, there),
        Step::Push => (Some(here), here, here),
        Step::Pull => (Some(there), there, there),
        Step::Conflict => (base, here, there),
    }
}

#[test]
fn a_value_merges_in_every_combination() {
    let bases = [None, Some(0), Some(1), Some(2)];
    for (base, here, there, take) in bases.into_iter().flat_map(|base| {
        (0..3u8).flat_map(move |here| (0..3u8).flat_map(move |there| TAKES.map(|take| (base, here, there, take))))
    }) {
        let at = format!("base {base:?}, here {here}, there {there}, take {take:?}");
        let step = merge::value(base.as_ref(), &here, &there, take);
        let (base2, here2, there2) = done(step, base, here, there);
        // Nothing changed, no action.
        if base == Some(here) && here == there {
            assert_eq!(step, Step::Same, "{at}");
        }
        // A side that changed alone is never overwritten, and both together only as told.
        if base == Some(there) && here != there {
            assert_eq!(step, Step::Push, "{at}");
        }
        if base == Some(here) && here != there {
            assert_eq!(step, Step::Pull, "{at}");
        }
        let both = base.is_some_and(|base| base != here && base != there) && here != there;
        assert_eq!(step == Step::Conflict, both && take.is_none(), "{at}");
        // One step, and it is settled; a conflict stays one.
        let again = merge::value(base2.as_ref(), &here2, &there2, take);
        assert_eq!(again, if step == Step::Conflict { Step::Conflict } else { Step::Same }, "{at}");
        if step != Step::Conflict {
            assert_eq!(here2, there2, "{at}");
        }
    }
}

#[test]
fn a_set_merges_in_every_combination() {
    let sets: Vec<BTreeSet<String>> = (0..8u8)
        .map(|bits| {
            ["x", "y", "z"].iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1).map(|(_, s)| (*s).into()).collect()
        })
        .collect();
    for base in &sets {
        for here in &sets {
            for there in &sets {
                let step = merge::set(base, here, there);
                let merged = step.merged(here);
                let other: BTreeSet<String> =
                    there.union(&step.add_there).filter(|e| !step.remove_there.contains(*e)).cloned().collect();
                assert_eq!(merged, other, "{base:?} {here:?} {there:?}");
                for element in ["x", "y", "z"] {
                    let [b, h, t] = [base, here, there].map(|set| set.contains(element));
                    // Whoever changed it wins; where both say the same, that stands.
                    let expected = if h == t {
                        h
                    } else if h == b {
                        t
                    } else {
                        h
                    };
                    assert_eq!(merged.contains(element), expected, "{element} of {base:?} {here:?} {there:?}");
                }
                assert!(merge::set(&merged, &merged, &other).is_empty());
                assert_eq!(step.is_empty(), here == there);
            }
        }
    }
}

fn line(id: &str, text: &str, ticked: bool) -> Line {
    Line { id: id.to_owned(), text: text.to_owned(), ticked }
}

const MANNERS: [Manner; 4] = [
    Manner { keeps_comments: false, wraps_identifiers: false, curls_quotes: false },
    Manner { keeps_comments: false, wraps_identifiers: true, curls_quotes: false },
    Manner { keeps_comments: true, wraps_identifiers: false, curls_quotes: false },
    Manner { keeps_comments: true, wraps_identifiers: true, curls_quotes: false },
];

/// A block of these texts, as it comes back, is known to be untouched.
fn survives(texts: &[String]) {
    let lines: Vec<Line> =
        texts.iter().enumerate().map(|(n, text)| line(&format!("1.{n}"), text, n % 2 == 0)).collect();
    let sent = format!("before\n\n{}\n\nafter", block::render(&lines, &"ab".repeat(20)));
    for manner in MANNERS {
        // Whatever it does once, it may do again.
        let once = rewritten(&sent, manner);
        for back in [rewritten(&once, manner), once] {
            let Found::Block(found) = block::find(&back) else { panic!("{back}") };
            let ticks: Vec<(String, bool)> = found.lines.iter().map(|one| (one.id.clone(), one.ticked)).collect();
            assert_eq!(ticks, lines.iter().map(|one| (one.id.clone(), one.ticked)).collect::<Vec<_>>(), "{back}");
            assert!(found.is_certified(), "{texts:#?} came back as\n{back}");
            assert_eq!(found.seal.unwrap().commit, "abababababab");
        }
    }
}

#[test]
fn every_text_of_the_plan_survives_linear() {
    let plan = load(&std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/plan.toml")).unwrap()).plan.unwrap();
    let texts: Vec<String> = plan.tasks().map(|(_, task)| task.text.clone()).collect();
    assert_eq!(texts.len(), 64);
    survives(&texts);
}

#[test]
fn texts_of_every_kind_survive_linear() {
    let texts = [
        "plain",
        "`code` at the start",
        "ends in `code`",
        "a ` stray",
        "``two ` ticks``",
        "[tag] and [x] and []",
        "[a](https://example.org/x_y)",
        "[a b](u)",
        "[`code`](https://x.io)",
        "![image](a.png)",
        "[https://a.org](https://b.org)",
        "https://example.org/a_b?c=d&e=f",
        "see https://example.org.",
        "<https://example.org>",
        "mail a.b_c@example.org now",
        "run name.sh, then other_name.py",
        "_emphasis_ and *more* and __strong__ and **more**",
        "snake_case_name",
        "a * b * c",
        "a \\* b",
        "C:\\dir",
        "back\\slash",
        "STAB-155 and (STAB-156)",
        "emoji 🚀 and 𝒻our bytes 𠜎",
        "| a | b |",
        "---",
        "a\n---\nb",
        "# no heading",
        "> no quote",
        "1. no list",
        "- no list",
        "+ no list",
        "[ ] no box",
        "<b>bold</b> <container>",
        "a < b > c & d &amp; e",
        "<!-- comment --> text",
        "tabs\tand  blanks  ",
        "~~gone~~",
        "⟦trueup⟧ and ⟦/trueup⟧",
        "(parens (nested)) [a](b(c)d)",
        "\"quotes\" 'and' “curly”",
        "$VAR ${VAR} $(cmd)",
        "a@b",
        "x: y",
        "*",
        "_",
        "\\",
    ];
    survives(&texts.map(str::to_owned));
    survives(&["word ".repeat(12_000)]);
    survives(&["[".repeat(3_000), "`".repeat(2_999), "*_".repeat(3_000), "<".repeat(3_000)]);
}

#[test]
fn an_edit_does_not_survive() {
    let lines = [line("1.1", "Pin `postgres`", false), line("1.2", "See https://x.org", true)];
    let sent = rewritten(&block::render(&lines, &"ab".repeat(20)), MANNERS[0]);
    for (from, to) in [
        ("[ ]", "[X]"),
        ("[X]", "[ ]"),
        ("postgres", "mysql"),
        ("https://x.org>", "https://y.org>"),
        ("`1.1`", "`1.3`"),
        ("Pin", "Unpin"),
        ("⟦/trueup⟧", "mine\n\n⟦/trueup⟧"),
        ("* [ ] `1.1` Pin `postgres`", ""),
        ("checklist `", "checklist `0"),
    ] {
        let edited = sent.replacen(from, to, 1);
        assert_ne!(edited, sent, "{from}");
        let Found::Block(found) = block::find(&edited) else { panic!("{edited}") };
        assert!(!found.is_certified(), "{from} → {to}:\n{edited}");
    }
    for damaged in [
        sent.replace("⟦/trueup⟧", ""),
        sent.replace("⟦trueup⟧", ""),
        format!("{sent}\n{sent}"),
        format!("⟦/trueup⟧ {sent}"),
    ] {
        assert!(matches!(block::find(&damaged), Found::Malformed(_)), "{damaged}");
        assert_eq!(block::place(&damaged, "new"), None);
    }
}

proptest! {
    #[test]
    fn any_text_survives_or_is_remembered(texts in proptest::collection::vec("[a-z_*`\\[\\]()<>.@:/ \\\\\u{e4}\u{1f680}|#-]{0,24}", 1..5)) {
        let lines: Vec<Line> = texts.iter().enumerate().map(|(n, text)| line(&format!("{n}"), text, n == 0)).collect();
        let before = "a\n\nb";
        let sent = block::place(before, &block::render(&lines, &"ab".repeat(20))).unwrap();
        // Parsing what was sent gives what was sent; nothing panics on what comes back.
        let Found::Block(found) = block::find(&sent) else { panic!("{sent}") };
        prop_assert!(found.is_certified(), "{sent}");
        let back = rewritten(&sent, MANNERS[1]);
        let again = block::place(&back, &block::render(&lines, &"cd".repeat(20)));
        prop_assert!(again.unwrap().starts_with("a\n\nb"));
    }

    #[test]
    fn the_normal_form_is_one(text in "[a-z_*`\\[\\]()<>.@:/ \\\\&;!-]{0,60}") {
        // Blanks and emphasis never count.
        prop_assert_eq!(normal(&format!("  {text}  ")), normal(&text));
    }
}

#[test]
fn ids_follow_from_what_they_name() {
    let parts = ["org", "team", "plan", "1"];
    let id = |n: usize, value: &str, generation| {
        let mut parts = parts;
        if n < 4 {
            parts[n] = value;
        }
        ids::issue(parts[0], parts[1], parts[2], parts[3], generation)
    };
    let own = id(4, "", 0);
    assert_eq!(own, id(4, "", 0));
    assert_eq!((own.get_version_num(), own.get_variant()), (4, uuid::Variant::RFC4122));
    let others: BTreeSet<_> = (0..4).map(|n| id(n, "x", 0)).chain([id(4, "", 1), own]).collect();
    assert_eq!(others.len(), 6);
    // It is the same for everybody, today and next year.
    assert_eq!(own.to_string(), "acaaa81c-39ed-49ea-9ee4-0a3ef2285d6b");
    assert_ne!(ids::issue("a", "bc", "p", "1", 0), ids::issue("ab", "c", "p", "1", 0));
}

#[test]
fn a_base_is_read_as_it_was_written() {
    let mut base = Base::new("Title", "high");
    base.needs.insert("1".to_owned());
    base.labels.insert("docker".to_owned());
    let commit = "0123456789".repeat(4);
    let metadata = base.metadata(&commit).unwrap();
    assert!(metadata["base"].is_string());
    assert_eq!(Base::recorded(&metadata), Recorded::Known { commit: commit.clone(), base: Box::new(base) });
    let mut newer = metadata.clone();
    newer["base"] = r#"{"v":2,"titles":[]}"#.into();
    assert_eq!(Base::recorded(&newer), Recorded::Newer(2));
    for (key, value) in [("base", "{"), ("base", "{\"v\":1}"), ("commit", "main"), ("commit", "")] {
        let mut broken = metadata.clone();
        broken[key] = value.into();
        assert_eq!(Base::recorded(&broken), Recorded::Nothing, "{key} = {value}");
    }
}
