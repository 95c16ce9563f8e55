//! plan.toml: what it holds, and what is said about a broken one.

use std::fmt::Write as _;

use trueup::plan::template::{TEMPLATES, docker_security, small};
use trueup::plan::{LARGEST_PLAN, Loaded, Plan, Priority, TaskPlace, load, load_bytes};
use trueup::source::Lines;
use trueup::verify::Prepared;

use crate::mutation::mutations_of;

pub const DOCKER: &str = include_str!("../../plan.toml");

fn docker() -> Plan {
    load(DOCKER).plan.unwrap()
}

/// `line: message` of each mistake; every one but a parser's own has a help.
fn said(source: &str) -> Vec<String> {
    let lines = Lines::of(source.as_bytes());
    let mistakes = Prepared::read(source.as_bytes()).err().unwrap_or_default();
    mistakes.iter().map(|mistake| format!("{}: {}", lines.line(mistake.span.start), mistake.message)).collect()
}

/// A plan with one task, and `more` behind it.
fn plan_and(more: &str) -> String {
    format!(
        "schema = 1\n[plan]\nuid = \"x\"\ntitle = \"t\"\n[[policies]]\nid = \"N.1\"\ntext = \"x\"\ncheck = {{ file = {{ path = \"a\" }} }}\n{more}"
    )
}

#[test]
fn the_docker_plan_is_all_there() {
    let plan = docker();
    let issues: Vec<_> = plan.issues().map(|(_, issue)| issue).collect();
    let tasks: Vec<_> = plan.tasks().collect();
    let testing = tasks.iter().filter(|(_, task)| task.testing).count();
    let of_issues = tasks.iter().filter(|(place, _)| matches!(place, TaskPlace::Issue(..))).count();
    assert_eq!((plan.phases.len(), issues.len()), (3, 11));
    assert_eq!((of_issues - testing, testing, plan.checklist.len(), plan.policies.len()), (51, 4, 8, 1));
    assert_eq!(tasks.len(), 64);

    let ids: Vec<&str> = tasks.iter().map(|(_, task)| task.id.as_str()).collect();
    let mut wanted = String::new();
    for (issue, count) in [9, 5, 5, 7, 6, 3, 3, 4, 5, 4, 4].iter().enumerate() {
        for task in 1..=*count {
            write!(wanted, "{}.{task} ", issue + 1).unwrap();
        }
    }
    wanted.push_str("T.1 T.2 T.3 T.4 T.5 T.6 T.7 T.8 N.1");
    assert_eq!(ids.join(" "), wanted);

    let priorities: Vec<Priority> = issues.iter().map(|issue| issue.priority).collect();
    assert_eq!(priorities[..4], [Priority::Urgent; 4]);
    assert_eq!(priorities[4..8], [Priority::High; 4]);
    assert_eq!(priorities[8..], [Priority::Medium; 3]);
    assert_eq!(issues[0].linear.as_deref(), Some("STAB-155"));
    assert_eq!(issues[0].url.as_deref(), Some("https://linear.app/statsboard/issue/STAB-155"));
    assert_eq!(plan.team.as_deref(), Some("StatsboardBack"));
    assert_eq!(plan.priority.as_deref(), Some("Critical (K8s preparation)"));
}

#[test]
fn the_docker_plan_keeps_its_prose() {
    let plan = docker();
    let prose: Vec<String> = plan
        .phases
        .iter()
        .map(|phase| {
            let issues: Vec<String> = phase
                .issues
                .iter()
                .map(|issue| {
                    let lists = [&issue.rationale, &issue.benefits, &issue.expected, &issue.improvements];
                    let counts: Vec<String> = lists.iter().map(|list| list.len().to_string()).collect();
                    let snippet = issue.implementation.as_ref().map_or(0, |snippet| snippet.text.lines().count());
                    format!(
                        "{} {} {} {snippet}",
                        issue.sign.as_deref().unwrap_or("-"),
                        issue.files.len(),
                        counts.join("")
                    )
                })
                .collect();
            format!("{} files | {}", phase.files.len(), issues.join(" | "))
        })
        .collect();
    // Sign, files, then how many lines of rationale, benefits, expected results, key improvements and snippet.
    assert_eq!(
        prose,
        [
            "7 files | ✅ 1 0000 0 | ⚠\u{fe0f} 4 3000 0 | ⚠\u{fe0f} 4 3000 2 | ⚠\u{fe0f} 1 0300 0",
            "4 files | 📋 3 0030 0 | 📋 4 0300 3 | 📋 1 3000 0 | 📋 1 3000 10",
            "2 files | 📋 1 0004 0 | 📋 1 0300 8 | 📋 1 3000 0",
        ]
    );
    let prose = &plan.prose;
    assert_eq!((prose.order.len(), prose.next_steps.len(), prose.notes.len()), (3, 6, 4));
    assert_eq!(prose.checklist_intro.as_deref(), Some("After each issue is completed:"));
    assert_eq!(plan.phases[0].rationale.as_deref(), Some("All 4 items are critical for K8s readiness"));
    for sentence in [
        "`certbot/certbot:latest` → `certbot/certbot:v2.8.0`",
        "Dockerfile.prod: ~300MB → ~180MB (40% reduction)",
        "  CMD curl -f http://localhost:9000/health || exit 1",
        "      - /var/tmp:noexec,nosuid,size=50m",
        "Add `security_opt: [\"no-new-privileges:true\"]`",
        "Complete STAB-155 (Phase 1, Issue 1) - **Currently in progress**",
        "STAB-155 was successfully created before hitting Linear's issue creation limit",
        "docker-compose.prod.yml (remove poetry-cache, add resource limits)",
        "practices, preparing the application for Kubernetes deployment.",
    ] {
        assert!(DOCKER.contains(sentence), "{sentence}");
    }
    let summary = plan.summary.unwrap();
    assert!(!summary.contains('\n') && summary.contains("security issues and best practices, preparing"), "{summary}");
    // Nothing is left of text that was UTF-8 and was read as something else.
    assert!(!DOCKER.contains(['\u{f8ff}', '\u{201a}', '√', '∏', 'Ã', 'â']));
}

#[test]
fn the_docker_plan_can_be_judged() {
    assert_eq!(said(DOCKER), [""; 0]);
    assert_eq!(Prepared::read(DOCKER.as_bytes()).unwrap_or_else(|_| unreachable!()).checks.len(), 64);
}

#[test]
fn templates_are_plans_with_a_uid_of_their_own() {
    let plan = load(&docker_security("f00")).plan.unwrap();
    assert_eq!(plan.uid, "f00");
    let changed = docker_security("f00").lines().zip(DOCKER.lines()).filter(|(new, old)| new != old).count();
    assert_eq!(changed, 1);
    for title in ["Ship it", "a \"b\" \\ {uid}\n[plan]", "", "日本語"] {
        let source = small("0-1", title);
        let prepared = Prepared::read(source.as_bytes()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        assert_eq!(prepared.plan.uid, "0-1");
        assert!(title.is_empty() || prepared.plan.title == title, "{:?}", prepared.plan.title);
        assert_eq!(prepared.checks.len(), 5);
    }
    assert_eq!(TEMPLATES.len(), 2);
}

#[test]
fn all_mistakes_are_told_in_one_run_and_in_file_order() {
    let source = r#"schema = 1
[plan]
uid = "a b"
titel = "x"
claims = "../PLAN.md"
root = "/srv"
priority = 3
[sets]
py = ["Dockerfile[", "@go", "/etc/passwd"]
none = []
[linear]
team = ""
on_claimed_done = "reopne"
[[phases]]
id = "1"
title = "x"
priority = "urgnt"
[[phases]]
id = "1"
title = " "
colour = "red"
[[phases.issues]]
id = "1"
title = "x"
linear = "stab-155"
linear_id = "123"
url = "linear.app"
needs = ["3", "4"]
files = ["@pyton", "../x"]
implementation = { lang = "sh" }
[[phases.issues]]
id = "1"
title = "x"
needs = "1"
[[phases.issues.tasks]]
id = "1.1"
text = "x"
[[phases.issues.tasks]]
id = "1.1"
text = ""
testing = "yes"
check = { fil = { path = "x" } }
[[checklist]]
id = "1.1"
text = ["x"]
check = { text = { files = "@py", contains = "x", matchs = "x" } }
[[policies]]
id = "a "
text = "x"
check = { file = { path = "../x" } }
"#;
    let wanted = r"
2: the plan lacks `title`
3: this is no uid
4: the plan has no key `titel`
5: bad path `../PLAN.md`: it leaves the repository
6: bad path `/srv`: it is absolute; write it relative to the plan's root
7: `priority` takes a text, not a whole number
9: bad file pattern `Dockerfile[`: unclosed character class; missing ']'
9: the set `py` names another set, `@go`
9: bad file pattern `/etc/passwd`: it is absolute; write it relative to the plan's root
10: the set `none` is empty
12: `team` is empty
13: `on_claimed_done` cannot be `reopne`
17: `priority` cannot be `urgnt`
19: phase `1` is already on line 15
20: `title` is empty
21: phase `1` has no key `colour`
25: this is no identifier of a Linear issue
26: this is no id of a Linear issue
27: this is no address of a page
28: there is no issue `3`
28: there is no issue `4`
29: there is no set `@pyton`
29: bad file pattern `../x`: it leaves the repository
30: an implementation lacks `text`
32: issue `1` is already on line 23
35: task `1.1` lacks `check`
39: task `1.1` is already on line 36
40: `text` is empty
41: `testing` takes true or false, not a text
42: there is no kind of check `fil`
44: task `1.1` is already on line 36
45: `text` takes a text, not a list
46: `text` has no option `matchs`
48: this is no id
50: bad path `../x`: it leaves the repository";
    assert_eq!(said(source).join("\n"), wanted.trim_start());
    assert!(load(source).plan.is_none());
    for mistake in Prepared::read(source.as_bytes()).err().unwrap() {
        assert!(mistake.help.is_some(), "{mistake:?}");
        assert!(source.get(mistake.span.start..mistake.span.end).is_some(), "{mistake:?}");
    }
}

#[test]
fn helps_name_the_nearest_thing() {
    for (more, help) in [
        ("[linear]\ntema = \"A\"", "did you mean `team`?"),
        (
            "[sets]\npython = \"a\"\n[[phases]]\nid = \"1\"\ntitle = \"x\"\nissues = [{ id = \"1\", title = \"x\", files = \"@pyhton\" }]",
            "did you mean `@python`?",
        ),
        ("[[phases]]\nid = \"1\"\ntitle = \"x\"\npriority = \"hihg\"", "did you mean `high`?"),
        (
            "[[checklist]]\nid = \"T\"\ntext = \"x\"\ncheck = { tetx = {} }",
            "did you mean `text`? `trueup checks` lists every kind",
        ),
        ("[[checklist]]\nid = \"T\"\ntext = \"x\"\ncheck = {}\nneeds = [\"1\"]", "`needs` is a key of an issue"),
        ("[[phases]]\nid = 1\ntitle = \"x\"", "write it in quotes: `id = \"…\"`"),
    ] {
        let mistakes = Prepared::read(plan_and(more).as_bytes()).err().unwrap();
        let helps: Vec<_> = mistakes.iter().filter_map(|mistake| mistake.help.as_deref()).collect();
        assert!(helps.contains(&help), "{more}: {mistakes:?}");
    }
}

#[test]
fn circles_are_shown_whole_and_once() {
    let issues = |needs: &[(&str, &str)]| {
        let mut more = "[[phases]]\nid = \"1\"\ntitle = \"x\"\n".to_owned();
        for (id, needs) in needs {
            writeln!(more, "[[phases.issues]]\nid = \"{id}\"\ntitle = \"x\"\nneeds = [{needs}]").unwrap();
        }
        let said = said(&plan_and(&more));
        said.iter().map(|line| line.split_once(": ").unwrap().1.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(issues(&[("a", "'b'"), ("b", "'c'"), ("c", "")]), [""; 0]);
    assert_eq!(issues(&[("a", "'a'")]), ["issue `a` needs itself"]);
    assert_eq!(issues(&[("a", "'b'"), ("b", "'c'"), ("c", "'b'")]), ["`needs` goes in a circle: b → c → b"]);
    assert_eq!(
        issues(&[("a", "'b', 'd'"), ("b", "'a'"), ("c", "'d'"), ("d", "'c'"), ("e", "'a', 'e'")]),
        ["`needs` goes in a circle: a → b → a", "`needs` goes in a circle: c → d → c", "issue `e` needs itself"]
    );
}

#[test]
fn what_is_no_plan_is_said_once() {
    for source in
        ["", "\n# x\n", "[package]\nname = \"x\"\n", "# Title\n\n- [ ] a\n- b: c\n", "{\"a\": 1}\n", "\u{feff}"]
    {
        assert_eq!(
            said(source),
            ["1: this is not a trueup plan: it has neither `schema` nor a `[plan]` table"],
            "{source}"
        );
    }
    assert_eq!(
        said("[plan]\nuid = \"x\"\ntitle = \"x\"\n"),
        ["1: plan.toml lacks `schema`", "1: the plan has no tasks"]
    );
    assert_eq!(said("schema = 1\n"), ["1: plan.toml lacks `plan`", "1: the plan has no tasks"]);
    assert_eq!(said("schema = 2\n[plna]\n"), ["1: this trueup reads schema 1, and the plan is written in schema 2"]);
    assert_eq!(
        said("schema = \"1\"\n[plan]\nuid = \"x\"\ntitle = \"x\"\n"),
        ["1: `schema` takes the number 1, not a text", "2: the plan has no tasks"]
    );
    let empty = "[[phases]]\nid = \"1\"\ntitle = \"x\"\n[[phases.issues]]\nid = \"1\"\ntitle = \"x\"\ntasks = []\n";
    let plan = format!("schema = 1\n[plan]\nuid = \"x\"\ntitle = \"t\"\n{empty}");
    assert_eq!(said(&plan), ["2: the plan has no tasks"]);
}

#[test]
fn bytes_that_are_no_plan_are_said_to_be_none() {
    let said = |loaded: Loaded| loaded.mistakes.iter().map(|m| (m.span.start, m.message.clone())).collect::<Vec<_>>();
    assert_eq!(said(load_bytes(b"schema = 1\n\xff")), [(11, "this byte is no UTF-8, and a plan is".to_owned())]);
    assert_eq!(
        said(load_bytes("schema".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().as_slice())).len(),
        1
    );
    let large = plan_and(&"#".repeat(LARGEST_PLAN));
    assert!(said(load(&large))[0].1.ends_with("the bound is 2097152 (2 MiB)"));
    assert_eq!(said(load_bytes(&vec![0xff; LARGEST_PLAN + 1])).len(), 1);
    let fits = plan_and(&"#".repeat(LARGEST_PLAN - plan_and("").len()));
    assert_eq!(fits.len(), LARGEST_PLAN);
    assert!(load(&fits).plan.is_some());
    for source in [format!("\u{feff}{DOCKER}"), DOCKER.replace('\n', "\r\n"), DOCKER.trim_end().to_owned()] {
        assert_eq!(said(load(&source)), []);
    }
}

#[test]
fn a_broken_statement_is_told_once_and_the_rest_is_read() {
    for (statement, wanted) in [
        ("team = x y", "a text value stands in quotes"),
        ("team", "this key has no value"),
        ("team = \"x", "this text is never closed"),
        ("team = 'x", "this text is never closed"),
        ("team = \"\"\"\nx\ny = z", "this text over several lines is never closed"),
        ("notes = [\n  \"x\",\n  \"y\"\nteam = \"z\"", "a comma is missing here"),
        ("notes = [\n  \"x\",\n", "this `[` is never closed"),
        ("notes = [ \"x\" \"y\" ]", "a comma is missing here"),
        ("title = \"again\"", "`title` is already on line 4"),
        ("[plan]", "`plan` is already on line 2"),
        ("[linear", "this header is never closed"),
        ("team = 2026-13-40", "invalid date, expected month between 01 and 12"),
        ("team = \"\\q\"", "a backslash begins an escape here"),
        ("\u{0}", "invalid unquoted key, expected letters, numbers, `-`, `_`"),
    ] {
        let source = format!(
            "schema = 1\n[plan]\nuid = \"x\"\ntitle = \"t\"\n{statement}\n[[policies]]\nid = \"N.1\"\ntxet = \"x\"\ncheck = {{ file = {{ path = \"../a\" }} }}\n"
        );
        let said = said(&source);
        let messages: Vec<&str> = said.iter().map(|line| line.split_once(": ").unwrap().1).collect();
        assert_eq!(messages[0], wanted, "{statement}: {said:?}");
        assert_eq!(
            messages[1..],
            ["task `N.1` lacks `text`", "task `N.1` has no key `txet`", "bad path `../a`: it leaves the repository"],
            "{statement}: {said:?}"
        );
    }
}

#[test]
fn nothing_is_missed_that_a_broken_statement_may_hold() {
    let plan = |sets: &str, issue: &str| {
        format!(
            "schema = 1\n[plan]\nuid = \"x\"\ntitle = \"t\"\n[sets]\n{sets}\n[[phases]]\nid = \"1\"\ntitle = \"x\"\n[[phases.issues]]\n{issue}\ntitle = \"x\"\nfiles = \"@py\"\n[[phases.issues.tasks]]\nid = \"1.1\"\ntext = \"x\"\ncheck = {{ text = {{ files = \"@py\", contains = \"x\" }} }}\n[[phases.issues]]\nid = \"2\"\ntitle = \"x\"\nneeds = \"1\"\n"
        )
    };
    assert_eq!(said(&plan("py = [\"a\"]", "id = \"1\"")), [""; 0]);
    assert_eq!(said(&plan("py = [a]", "id = \"1\"")), ["6: a text value stands in quotes"]);
    assert_eq!(said(&plan("py = [\"a\"]", "id = 1x")).len(), 1);
    assert_eq!(
        said(&plan("po = [\"a\"]", "id = \"3\"")),
        ["13: there is no set `@py`", "17: there is no set `@py`", "21: there is no issue `1`"]
    );
}

#[test]
fn hostile_sizes_and_depths_are_bounded() {
    // Eighty tables behind eighty-part keys: a tree of 6,400 levels from 13 KB.
    let key = ["a"; 79].join(".");
    let deep = format!("{}x = 1{}", format!("{key} = {{ ").repeat(79), " }".repeat(79));
    for source in [
        plan_and(&deep),
        plan_and(&format!("x = {}1{}", "[".repeat(50_000), "]".repeat(50_000))),
        plan_and(&format!("x = {}", "[\n".repeat(2_000))),
        plan_and(&format!("[{key}]\n{deep}")),
        plan_and(&format!("{} = 1", ["a"; 50_000].join("."))),
        plan_and(&format!("[[{key}]]\n").repeat(500)),
        plan_and(&"[[phases]]\n".repeat(500)),
        plan_and(&"x = 1 2\n".repeat(500)),
        plan_and(&format!("x = \"{}", "\"\"\"\n".repeat(500))),
    ] {
        assert!(!said(&source).is_empty());
    }
    let mut circle = plan_and("[[phases]]\nid = \"1\"\ntitle = \"x\"\n");
    for issue in 0..1_000 {
        write!(circle, "[[phases.issues]]\nid = \"{issue}\"\ntitle = \"x\"\nneeds = \"{}\"\n", (issue + 1) % 1_000)
            .unwrap();
    }
    let said = said(&circle);
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("0 → 1 → 2 ") && said[0].len() < 200, "{said:?}");
}

#[test]
fn no_mutation_of_a_plan_breaks_the_loader() {
    let corpus = [small("0-1", "Plan"), DOCKER.chars().take(9_000).collect()].map(String::into_bytes);
    let judge = |bytes: &[u8]| {
        let loaded = load_bytes(bytes);
        assert_eq!(loaded.plan.is_some(), loaded.mistakes.is_empty());
        assert!(loaded.mistakes.is_sorted_by_key(|mistake| mistake.span));
        assert!(loaded.mistakes.iter().all(|mistake| mistake.span.end <= bytes.len()));
    };
    mutations_of(&corpus, 300, judge);
    mutations_of(&[DOCKER.as_bytes().to_vec()], 40, judge);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 200, ..Default::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in "(schema = 1\n|\\[plan\\]\n|\\[\\[phases\\]\\]\n|id = |\"|'|'''|=|\\[|\\]|\\{|\\}|,|\\.|\n|\r|x|1|\\PC){0,60}") {
        let loaded = load(&text);
        assert_eq!(loaded.plan.is_some(), loaded.mistakes.is_empty());
        for mistake in &loaded.mistakes {
            assert!(text.get(mistake.span.start..mistake.span.end).is_some(), "{mistake:?}");
        }
    }
}
