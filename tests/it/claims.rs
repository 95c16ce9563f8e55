//! Boxes of Markdown plans, and which task each is about.

use trueup::plan::{Plan, boxes, load, repair_mojibake};
use trueup::verify::{Claims, claims};

const PLAN: &str = include_str!("../data/PLAN.md");
const MOJIBAKE: &str = include_str!("../data/PLAN.mojibake.md");

fn docker() -> Plan {
    load(include_str!("../../plan.toml")).plan.unwrap()
}

/// `id [marker] line` of every task that has a box.
fn shown(plan: &Plan, claims: &Claims) -> Vec<String> {
    let tasks = plan.tasks().zip(&claims.tasks);
    tasks.flat_map(|((_, task), boxes)| boxes.iter().map(|b| format!("{} {} {}", task.id, b.marker, b.line))).collect()
}

/// Two issues, one task text in both of them and in the checklist.
const SMALL: &str = r#"
schema = 1
[plan]
uid = "x"
title = "Work"
[[phases]]
id = "1"
title = "Ground work"
[[phases.issues]]
id = "1"
title = "Build images (all of them)"
linear = "STAB-7"
tasks = [
    { id = "1.1", text = "Use `a` → `b` in *every* file", check = {} },
    { id = "1.2", text = "Tests pass", check = {} },
]
[[phases.issues]]
id = "2"
title = "Write documents"
tasks = [
    { id = "2.1", text = "Tests pass", check = {} },
    { id = "2.2", text = "Tests pass", check = {} },
    { id = "2.3", text = "Only here", check = {} },
]
[[checklist]]
id = "T.1"
text = "Tests pass"
check = {}
[[policies]]
id = "N.1"
text = "Sign commits"
check = {}
"#;

fn small(markdown: &str) -> (Vec<String>, Vec<u32>) {
    let plan = load(SMALL).plan.unwrap();
    let claims = claims(&plan, markdown);
    let shown = shown(&plan, &claims);
    (shown, claims.unmatched.iter().map(|b| b.line).collect())
}

#[test]
fn every_box_of_the_docker_plan_finds_its_task() {
    let plan = docker();
    for markdown in [PLAN.to_owned(), MOJIBAKE.to_owned(), PLAN.replace('\n', "\r\n"), MOJIBAKE.replace('\u{f8ff}', "")]
    {
        let claims = claims(&plan, &markdown);
        assert_eq!(claims.unmatched, []);
        assert_eq!(claims.unknown_markers, []);
        assert_eq!(claims.without_box, ["N.1"]);
        assert!(claims.tasks.iter().all(|boxes| boxes.len() <= 1));
        let ticked: Vec<&str> = plan
            .tasks()
            .zip(&claims.tasks)
            .filter(|(_, boxes)| boxes.iter().any(|b| b.ticked == Some(true)))
            .map(|((_, task), _)| task.id.as_str())
            .collect();
        assert_eq!(ticked, ["1.1", "1.7", "2.1", "4.3", "10.3", "T.8"]);
        // Nothing matched across headings: lines rise with the plan's order.
        let lines: Vec<u32> = claims.tasks.iter().flatten().map(|b| b.line).collect();
        assert!(lines.is_sorted(), "{lines:?}");
    }
}

#[test]
fn the_same_text_is_told_apart_by_its_heading() {
    let markdown = "# Work\n## Testing Checklist\n- [x] Tests pass\n## Issue 2: Write documents\n- [ ] Tests pass\n\
                    ### Testing\n- [x] Tests pass\n- [X] Tests pass\n- [x] Tests pass\n## Build images (all of them)\n- [~] Tests pass\n";
    let (shown, unmatched) = small(markdown);
    // Under one heading each task takes one box; another heading of the same issue is another section.
    assert_eq!(shown, ["1.2 [~] 11", "2.1 [ ] 5", "2.1 [x] 7", "2.2 [X] 8", "T.1 [x] 3"]);
    assert_eq!(unmatched, [9]);
    // The issue goes before the phase that it stands in, and before a checklist of its own.
    let (shown, _) = small("# Work\n## Phase 1: Ground work\n### Write documents\n#### Checklist\n- [x] Tests pass\n");
    assert_eq!(shown, ["2.1 [x] 5"]);
}

#[test]
fn headings_may_carry_signs_numbers_and_identifiers() {
    for heading in [
        "## Build images (all of them)",
        "## build **images** (all of them) ##",
        "## ✅ STAB-99: Build images (all of them)",
        "## 📋 Issue 12: Build images (all of them)",
        "## Issue 1 (STAB-7): Build images (all of them) — done",
        "## [STAB-7](https://linear.app/x/issue/STAB-7): Build images (all of them)",
        "## 1. Build images (all of them)",
        "## 1) Build images (all of them) (HIGH - Priority 2)",
        "Build images (all of them)\n===",
        "## STAB-7: renamed since",
        "## Issue 1: renamed since",
        "## Issue #1",
        "## \u{201a}\u{fa}\u{d6} Build images (all of them)",
    ] {
        let (shown, unmatched) = small(&format!("# Plan\n\n{heading}\n\n- [x] Use `a` → `b` in *every* file\n"));
        assert_eq!((shown.len(), unmatched.len()), (1, 0), "{heading}: {shown:?}");
        assert!(shown[0].starts_with("1.1 [x]"), "{heading}: {shown:?}");
    }
    for heading in
        ["## Issue 3: renamed since", "## Notes", "## Step 1: renamed", "## Write documents", "## STAB-70: x"]
    {
        let (shown, unmatched) = small(&format!("# Plan\n\n{heading}\n\n- [x] Use `a` → `b` in *every* file\n"));
        assert_eq!((shown.len(), unmatched.len()), (0, 1), "{heading}: {shown:?}");
    }
}

#[test]
fn texts_may_differ_in_what_markdown_does_not_show() {
    for text in [
        "Use `a` → `b` in *every* file",
        "use a → b in every  file",
        "Use `a`\n  → `b` in **every** file",
        "Use `a` -> `b` in *every* file.",
        "Use `a` \u{201a}\u{dc}\u{ed} `b` in *every* file",
        "Use `a` â†’ `b` in *every* file",
        "1.1 Use `a` → `b` in *every* file",
        "**1.1:** Use `a` → `b` in *every* file",
        "`1.1` - Use `a` → `b` in [every](http://example.org/) file",
    ] {
        let (shown, _) = small(&format!("## Issue 1: Build images (all of them)\n- [x] {text}\n"));
        assert_eq!(shown, ["1.1 [x] 2"], "{text}");
    }
    for text in ["Use `a` → `c` in *every* file", "2.1 Use `a` → `b` in *every* file", "Use", ""] {
        let (shown, unmatched) = small(&format!("## Issue 1: Build images (all of them)\n- [x] {text}\n"));
        assert_eq!((shown, unmatched), (vec![], vec![2]), "{text}");
    }
}

#[test]
fn without_an_issues_heading_only_a_text_of_its_own_tells() {
    let (shown, unmatched) = small("# Work\n- [x] Only here\n- [x] Tests pass\n");
    assert_eq!((shown, unmatched), (vec!["2.3 [x] 2".to_owned()], vec![3]));
    for heading in ["", "# Plan", "# WORK", "## TODO"] {
        assert_eq!(small(&format!("{heading}\n- [x] Only here\n")).0, ["2.3 [x] 2"], "{heading}");
    }
    for heading in ["# Notes", "## Other work"] {
        assert_eq!(small(&format!("{heading}\n- [x] Only here\n")).1, [2], "{heading}");
    }
    let (shown, unmatched) = small("# Work\n## Phase 1: Ground work\n- [x] Only here\n- [x] Sign commits\n");
    assert_eq!((shown, unmatched), (vec!["2.3 [x] 3".to_owned()], vec![4]));
    let (shown, unmatched) = small("# Work\n## Policies\n- [x] Sign commits\n## Else\n- [x] Only here\n");
    assert_eq!((shown, unmatched), (vec!["N.1 [x] 3".to_owned()], vec![5]));
}

#[test]
fn unknown_markers_are_listed_and_claim_nothing() {
    let plan = load(SMALL).plan.unwrap();
    let claims = claims(&plan, "## Write documents\n- [~] Only here\n- [] gone\n- [x] Tests pass\n");
    let markers: Vec<&str> = claims.unknown_markers.iter().map(|b| b.marker.as_str()).collect();
    assert_eq!(markers, ["[~]", "[]"]);
    assert_eq!(shown(&plan, &claims), ["2.1 [x] 4", "2.3 [~] 2"]);
    assert!(claims.tasks.iter().flatten().all(|b| (b.marker == "[x]") == (b.ticked == Some(true))));
    assert_eq!(claims.unmatched.iter().map(|b| b.text.as_str()).collect::<Vec<_>>(), ["gone"]);
    assert_eq!(claims.without_box, ["1.1", "1.2", "2.2", "T.1", "N.1"]);
}

#[test]
fn boxes_begin_list_items_and_nothing_else() {
    let markdown = include_str!("../data/boxes.md");
    let wanted: Vec<&str> = include_str!("../data/boxes.txt").lines().collect();
    for markdown in [markdown.to_owned(), markdown.replace('\n', "\r\n")] {
        let found: Vec<String> = boxes(&markdown)
            .iter()
            .map(|b| {
                let says = match b.ticked {
                    Some(true) => "done",
                    Some(false) => "open",
                    None => "?",
                };
                format!("{} {} {says} {} | {}", b.line, b.marker, b.text, b.headings.join(" > "))
            })
            .collect();
        assert_eq!(found, wanted);
    }
}

#[test]
fn mojibake_is_repaired_and_ordinary_text_left_alone() {
    assert_eq!(repair_mojibake("\u{201a}\u{fa}\u{d6} \u{201a}\u{dc}\u{ed} \u{f8ff}\u{fc}\u{ec}\u{e3}"), "✅ → 📋");
    assert_eq!(repair_mojibake("\u{201a}\u{f6}\u{2020}\u{d4}\u{220f}\u{e8} Issue"), "⚠\u{fe0f} Issue");
    assert_eq!(repair_mojibake("âœ… â†’ ðŸ“‹ cafÃ© donâ€™t â€œxâ€\u{9d}"), "✅ → 📋 café don’t “x”");
    // Twice over.
    assert_eq!(repair_mojibake("Ã¢â€\u{a0}â€™"), "→");
    for text in ["“…” ‘x’ – — café naïve Größe Spaß“ «x» € → ✅ ⚠\u{fe0f} 📋 日本語 señor", "plain", ""]
    {
        assert_eq!(repair_mojibake(text), text);
    }
}

#[test]
fn a_huge_file_under_one_huge_heading_takes_no_time() {
    let mut markdown = format!("# {}\n## Write documents\n", "x ".repeat(300_000));
    markdown.push_str(&"- [x] Tests pass\n".repeat(20_000));
    markdown.push_str(&"### a\n- [x] [a](b\n".repeat(10_000));
    let plan = load(SMALL).plan.unwrap();
    let claims = claims(&plan, &markdown);
    assert_eq!(claims.tasks.iter().flatten().count(), 2);
    assert_eq!(claims.unmatched.len(), 19_998 + 10_000);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 200, ..Default::default() })]

    #[test]
    fn any_text_has_boxes_that_stand_in_it(markdown in "([-*+#>|` \\[\\]xX~✓\\n\\r\\t0-9.)(:]|\\PC){0,200}") {
        let plan = load(SMALL).plan.unwrap();
        let claims = claims(&plan, &markdown);
        let matched = claims.tasks.iter().flatten().count();
        let all = boxes(&markdown);
        assert_eq!(matched + claims.unmatched.len(), all.len());
        for b in &all {
            let line = markdown.lines().nth(b.line as usize - 1).unwrap_or_default();
            assert!(line.contains(&b.marker), "{line:?} {b:?}");
        }
    }
}
