//! The next tasks: which, in which order, and all that is needed to do them.

use trueup::plan::snippet;
use trueup::report::{encode, next as words};
use trueup::standup::{CheckWords, Next};
use trueup::verify::Prepared;

use crate::standup::HOSTILE;
use crate::standup::scene::{FAILS, HOLDS, Owned, PLAN, WORD};

const RICH: &str = r#"
schema = 1
[plan]
uid = "u-1"
title = "Court plan"
[sets]
python = ["Dockerfile.prod", "Dockerfile.dev"]
[[phases]]
id = "1"
title = "First things"
priority = "urgent"
[[phases.issues]]
id = "1"
title = "Run without root"
linear = "AB-1"
files = ["@python", "docker-compose*.yml"]
rationale = ["Root in a container is root on the host", "So says the benchmark"]
implementation = { lang = "dockerfile", text = "RUN useradd appuser\nUSER appuser\nENV API_TOKEN=hunter2marker" }
[[phases.issues.tasks]]
id = "1.1"
text = "Set USER"   # a remark
check = { all = [
  { final_user = { files = "@python", name = "appuser" } },
  { text = { files = "README.md", contains = "USER" } },
] }
[[phases.issues.tasks]]
id = "1.2"
text = "Try it"
testing = true
[phases.issues.tasks.check.attest]
covers = ["@python"]
by = "reviewer"

[[checklist]]
id = "T.1"
text = "README says how"
check = { file = { path = "README.md" } }
"#;

fn next(owned: &Owned, source: &str, count: usize, wanted: &dyn Fn(&str) -> bool) -> Next {
    owned.see(|scene| Next::of(scene.here, source, count, &|_, id| wanted(id)))
}

fn text(next: &Next, width: usize) -> String {
    anstream::adapter::strip_str(&words::human(next, width)).to_string()
}

#[test]
fn a_task_with_all_that_is_needed() {
    let mut owned = Owned::of(RICH, "2026-11-24T09:00:00Z");
    owned.commit("Ann", "2026-11-10T10:00:00Z", &[("1.2", WORD)]);
    let next = next(&owned, RICH, 2, &|_| true);
    let text = text(&next, 80);
    let json = encode::json(&words::document(&next)).unwrap();
    assert!(!text.contains("hunter2marker") && !json.contains("hunter2marker"));
    insta::assert_snapshot!("rich_text", text);
    insta::assert_snapshot!("rich_json", json);
}

#[test]
fn the_lines_of_a_task_are_those_of_the_file() {
    let of = |id: &str| snippet(RICH, id).map(|found| (found.lines.line, found.lines.end_line, found.text));
    let (from, to, text) = of("1.1").unwrap();
    assert!(text.starts_with("[[phases.issues.tasks]]\nid = \"1.1\"") && text.ends_with("\n] }"), "{text}");
    assert_eq!(RICH.lines().nth(from as usize - 1), Some("[[phases.issues.tasks]]"));
    assert_eq!(RICH.lines().nth(to as usize - 1), Some("] }"));
    let (_, _, text) = of("1.2").unwrap();
    assert!(text.ends_with("[phases.issues.tasks.check.attest]\ncovers = [\"@python\"]\nby = \"reviewer\""), "{text}");
    assert!(of("T.1").unwrap().2.starts_with("[[checklist]]"));
    assert_eq!(of("1"), None);
    assert_eq!(of("9.9"), None);
    let crlf = RICH.replace('\n', "\r\n");
    assert_eq!(snippet(&crlf, "1.1").unwrap(), snippet(RICH, "1.1").unwrap());
}

#[test]
fn every_snippet_reads_as_toml_and_names_its_task() {
    let template = trueup::plan::template::docker_security("u");
    let prepared = Prepared::read(template.as_bytes()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    for (_, task) in prepared.plan.tasks() {
        let found = snippet(&template, &task.id).unwrap();
        let (table, mistakes) = trueup::plan::parse_toml(&found.text);
        assert!(mistakes.is_empty(), "{}: {mistakes:?}\n{}", task.id, found.text);
        assert!(table.entries().is_some_and(|entries| entries.len() == 1), "{}", found.text);
        assert!(found.text.contains(&format!("id = \"{}\"", task.id)), "{}", found.text);
        // A check has words for each option that the plan sets.
        let words = CheckWords::of(&task.check, &prepared.plan.sets);
        assert!(!words.asks.is_empty());
        let empty = |words: &CheckWords| words.options.iter().any(|o| o.means.is_empty() || o.value.is_empty());
        assert!(!empty(&words) && !words.parts.iter().any(empty), "{words:?}");
    }
}

#[test]
fn count_and_filter() {
    let owned = Owned::at("2026-11-24T09:00:00Z");
    let ids = |next: &Next| next.tasks.iter().map(|task| task.ready.task.id.raw().to_owned()).collect::<Vec<_>>();
    let all = next(&owned, PLAN, 9, &|_| true);
    assert_eq!(ids(&all), ["1.1", "1.2", "1.3", "2.1", "T.1"]);
    assert_eq!((all.more, all.waiting), (0, 2));
    let two = next(&owned, PLAN, 2, &|_| true);
    assert_eq!((ids(&two), two.more), (vec!["1.1".to_owned(), "1.2".to_owned()], 3));
    let some = next(&owned, PLAN, 9, &|id| id.starts_with('2'));
    assert_eq!(ids(&some), ["2.1"]);
    let waits = next(&owned, PLAN, 9, &|id| id.starts_with('3'));
    assert!(waits.tasks.is_empty() && !waits.all_hold);
    assert!(text(&waits, 80).starts_with("Nothing is ready"));
}

#[test]
fn what_was_asked_for_holds_and_the_rest_does_not() {
    let mut owned = Owned::at("2026-11-24T09:00:00Z");
    owned.head = vec![HOLDS; owned.head.len()];
    *owned.head.last_mut().unwrap() = FAILS;
    let next = next(&owned, PLAN, 9, &|id| id.starts_with('1'));
    assert_eq!((next.all_hold, next.asked_hold, next.elsewhere), (false, true, 1));
    assert_eq!(text(&next, 80), "Every task that was asked for holds; 1 of the others does not.\n");
}

#[test]
fn nothing_is_left() {
    let mut owned = Owned::at("2026-11-24T09:00:00Z");
    owned.head = vec![HOLDS; owned.head.len()];
    let next = next(&owned, PLAN, 9, &|_| true);
    assert!(next.all_hold);
    assert_eq!(text(&next, 80), "Nothing is left: every task holds.\n");
}

#[test]
fn a_hostile_text_is_obeyed_by_no_face() {
    let escaped = HOSTILE.chars().map(|c| format!("\\U{:08X}", c as u32)).collect::<String>();
    let plan = RICH
        .replace("Set USER", &escaped)
        .replace("Run without root", &escaped)
        .replace("So says the benchmark", &escaped)
        .replace("RUN useradd", &escaped)
        .replace("appuser\" } }", &format!("{escaped}\" }} }}"));
    let mut owned = Owned::of(&plan, "2026-11-24T09:00:00Z");
    owned.message = HOSTILE.to_owned();
    let next = next(&owned, &plan, 9, &|_| true);
    for face in [text(&next, 80), encode::json(&words::document(&next)).unwrap()] {
        assert!(!face.contains(|c| c != '\n' && encode::is_active(c)), "{face:?}");
    }
}
