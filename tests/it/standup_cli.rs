//! `standup`, `today` and `next` on real repositories.

use crate::world::{Run, World};

const PLAN: &str = r#"
schema = 1
[plan]
uid = "00000000-0000-4000-8000-000000000001"
title = "A plan"
claims = "PLAN.md"
[[phases]]
id = "1"
title = "Only"
priority = "high"
[[phases.issues]]
id = "1"
title = "One"
linear = "ABC-7"
files = ["README.md", "LICENSE"]
[[phases.issues.tasks]]
id = "1.1"
text = "Say hello"
check = { text = { files = "README.md", contains = "hello" } }
[[phases.issues.tasks]]
id = "1.2"
text = "Have a licence"
check = { file = { path = "LICENSE" } }
[[phases.issues]]
id = "2"
title = "Two"
needs = ["1"]
[[phases.issues.tasks]]
id = "2.1"
text = "Say good bye"
check = { text = { files = "README.md", lacks = "TODO" } }
[[phases.issues.tasks]]
id = "2.2"
text = "Have notes"
check = { file = { path = "NOTES" } }
"#;

const CLAIMS: &str = "# A plan\n\n## Phase 1: Only\n\n### Issue 1: One\n\n- [x] Say hello\n- [x] Have a licence\n";

/// A Monday.
const NOW: &str = "2026-03-02T09:00:00Z";

fn as_author(world: &World, who: &str, date: &str, arguments: &[&str]) {
    let name = who.split('<').next().unwrap().trim();
    let email = who.split(['<', '>']).nth(1).unwrap();
    let mut command = world.git_command(arguments);
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), name).env(format!("GIT_{role}_EMAIL"), email);
        command.env(format!("GIT_{role}_DATE"), date);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn commit(world: &World, who: &str, date: &str, message: &str) {
    world.git(&["add", "-A"]);
    as_author(world, who, date, &["commit", "-q", "--allow-empty", "-m", message]);
}

const ANN: &str = "Ann <ann@example.org>";
const BOB: &str = "Bob <bob@example.org>";

/// Ann said hello; Bob made a licence on a side branch on Friday, which Ann merged on Saturday, and took the hello away
/// on Sunday.
fn world() -> World {
    let world = World::new();
    world.git(&["config", "user.name", "Ann"]);
    world.git(&["config", "user.email", "ann@work.example.org"]);
    world.write(
        ".mailmap",
        "Ann <ann@example.org> <ann@work.example.org>\nAnn <ann@example.org> <ann@old.example.org>\n",
    );
    world.write("plan.toml", PLAN).write("PLAN.md", CLAIMS).write("README.md", "one\nTODO\n");
    commit(&world, ANN, "2026-02-16T10:00:00Z", "Begin");
    world.write("README.md", "one\nTODO\nhello source text\n");
    commit(&world, "Ann <ann@old.example.org>", "2026-02-17T10:00:00Z", "Say hello");
    world.git(&["checkout", "-q", "-b", "side"]);
    world.write("LICENSE", "MIT\n");
    commit(&world, BOB, "2026-02-27T10:00:00Z", "A licence for ABC-7\n\nCo-authored-by: Cy <cy@example.org>");
    world.git(&["checkout", "-q", "main"]);
    as_author(&world, ANN, "2026-02-28T10:00:00Z", &["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    world.write("README.md", "one\nTODO\n");
    commit(&world, BOB, "2026-03-01T10:00:00Z", "Tidy up");
    world
}

fn run(world: &World, arguments: &[&str]) -> Run {
    world.trueup(&[arguments, &["--now", NOW, "--tz", "UTC"]].concat())
}

fn ok(world: &World, arguments: &[&str]) -> Run {
    let run = run(world, arguments);
    assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.err, run.out);
    run
}

fn lists(run: &Run, name: &str) -> Vec<String> {
    let document = run.json();
    let items = document[name].as_array().unwrap_or_else(|| panic!("{document}")).iter();
    items.map(|item| item["task"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_standup_of_a_real_repository() {
    let world = world();
    let text = ok(&world, &["standup"]).out;
    insta::assert_snapshot!("text", text);
    assert_eq!(text, ok(&world, &["standup", "--format", "text"]).out);
    insta::assert_snapshot!("markdown", ok(&world, &["standup", "--format", "markdown"]).out);
    insta::assert_snapshot!("slack", ok(&world, &["standup", "--format", "slack", "--by", "issue"]).out);
    let document = ok(&world, &["standup", "--format", "json"]).json();
    let broken = &document["broken"][0];
    assert_eq!((broken["task"].as_str(), broken["author"]["name"].as_str()), (Some("1.1"), Some("Bob")));
    let made = &document["made_true"][0];
    assert_eq!(made["author"]["name"], "Bob");
    assert_eq!(made["co_authors"][0]["name"], "Cy");
    assert_eq!(made["merged_by"]["name"], "Ann");
    assert_eq!(made["issues_named"], serde_json::json!(["ABC-7"]));
    assert_eq!(document["since"]["time"], "2026-02-27T00:00:00Z");
    assert_eq!(document["totals"]["held_before"], 1);
    assert_eq!(document["blocked"][0]["issues"], serde_json::json!(["1"]));
}

#[test]
fn an_author_with_three_addresses_is_one() {
    let world = World::new();
    world.write(
        ".mailmap",
        "Ann <ann@example.org> <ANN@work.example.org>\nAnn <ann@example.org> A <a@old.example.org>\n",
    );
    world.write("plan.toml", PLAN).write("PLAN.md", CLAIMS).write("README.md", "TODO\n");
    commit(&world, BOB, "2026-02-16T10:00:00Z", "Begin");
    for (who, path) in
        [(ANN, "README.md"), ("Ann <ann@Work.example.org>", "LICENSE"), ("A <a@old.example.org>", "NOTES")]
    {
        world.write(path, "TODO hello\n");
        commit(&world, who, "2026-02-28T10:00:00Z", path);
    }
    let text = ok(&world, &["standup"]).out;
    assert!(text.contains("Made true (3)\n  Ann (3)\n    ✓ 1.1 "), "{text}");
    let document = ok(&world, &["standup", "--format", "json"]).json();
    let authors: Vec<_> = document["made_true"].as_array().unwrap().iter().map(|turn| turn["author"].clone()).collect();
    assert_eq!(authors, vec![serde_json::json!({ "name": "Ann", "email": "ann@example.org" }); 3]);
}

#[test]
fn since_takes_a_revision_a_date_and_a_time() {
    let world = world();
    world.git(&["tag", "v1", "main~2"]);
    for (since, kind, made, broken) in [
        ("2026-02-17", "date", 1, 1),
        ("2026-02-28", "date", 1, 1),
        ("2026-03-01", "date", 0, 1),
        ("2026-03-01T10:00:01Z", "time", 0, 0),
        ("2026-03-01T09:59", "time", 0, 1),
        ("v1", "commit", 1, 1),
        ("HEAD~1", "commit", 0, 1),
        ("HEAD", "commit", 0, 0),
    ] {
        let run = ok(&world, &["standup", "--format", "json", "--since", since]);
        assert_eq!(run.json()["since"]["kind"], kind, "{since}");
        assert_eq!((lists(&run, "made_true").len(), lists(&run, "broken").len()), (made, broken), "{since}");
    }
    world.git(&["commit", "-q", "--allow-empty", "-m", "pushed away"]);
    let gone = world.git(&["rev-parse", "HEAD"]);
    world.git(&["reset", "-q", "--hard", "HEAD~1"]);
    for since in ["nowhere", "2026-13-45", "", &gone] {
        let run = run(&world, &["standup", "--since", since]);
        assert_eq!(run.code, 2, "{since}: {}", run.out);
        assert!(run.err.contains("a date"), "{}", run.err);
    }
}

#[test]
fn the_same_bytes_whatever_is_kept_and_however_many_threads() {
    let world = world();
    for command in [&["standup"][..], &["standup", "--format", "json"], &["next", "--format", "json"]] {
        let first = ok(&world, command).out;
        assert_eq!(first, ok(&world, command).out);
        for threads in ["1", "7"] {
            let mut again = world.trueup_command(&[command, &["--now", NOW, "--tz", "UTC"]].concat());
            again.env("RAYON_NUM_THREADS", threads);
            assert_eq!(first, String::from_utf8(again.output().unwrap().stdout).unwrap());
        }
    }
}

#[test]
fn what_leaves_the_machine_has_no_source_text() {
    let world = world();
    world.write("README.md", "one\nTODO a marker of the source\nhello a marker of the source\n");
    for format in ["human", "markdown", "slack", "json"] {
        let run = ok(&world, &["standup", "--format", format]);
        assert!(!run.out.contains("a marker of the source"), "{}", run.out);
    }
    for format in ["human", "markdown", "json"] {
        let run = ok(&world, &["today", "--format", format]);
        assert!(!run.out.contains("a marker of the source"), "{}", run.out);
    }
    assert!(!ok(&world, &["next", "--format", "json", "--count", "9"]).out.contains("a marker of the source"));
}

#[test]
fn a_format_that_a_command_does_not_have_is_refused() {
    let world = world();
    for (arguments, known) in [
        (&["status", "--format", "markdown"][..], "human, json"),
        (&["next", "--format", "slack"], "human, json"),
        (&["today", "--format", "slack"], "human, json, markdown"),
        (&["--format", "slack"], "human, json"),
    ] {
        let run = run(&world, arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.err.contains(known), "{}", run.err);
        assert_eq!(run.out, "");
    }
}

#[test]
fn without_a_terminal_nothing_is_copied_and_that_is_said() {
    let world = world();
    let run = run(&world, &["standup", "--copy", "--format", "slack"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("nothing was copied"), "{}", run.err);
    assert!(run.out.starts_with("*A plan") && !run.out.contains('\u{1b}'), "{}", run.out);
}

#[test]
fn before_the_first_commit_and_without_a_work_tree() {
    let world = World::new();
    world.write("plan.toml", PLAN.replace("claims = \"PLAN.md\"", "")).write("README.md", "hello\n");
    assert!(ok(&world, &["standup"]).out.contains("There is no commit yet"));
    assert_eq!(lists(&ok(&world, &["today", "--format", "json"]), "ready"), ["1.2"]);
    assert_eq!(ok(&world, &["next", "--format", "json"]).json()["tasks"][0]["id"], "1.2");
    let world = self::world();
    world.git(&["clone", "-q", "--bare", ".", "../bare"]);
    let bare = world.path().join("bare");
    let plan = world.repo().join("plan.toml");
    let there = ["--repo", bare.to_str().unwrap(), "--plan", plan.to_str().unwrap()];
    for command in ["standup", "today", "next"] {
        let arguments = [&[command][..], &there].concat();
        assert!(ok(&world, &arguments).out.contains("Say hello"), "{command}");
    }
}

#[test]
fn a_shallow_clone_says_where_its_history_begins() {
    let world = world();
    let url = format!("file://{}", world.repo().display());
    world.git(&["clone", "-q", "--depth=1", &url, "../shallow"]);
    let shallow = world.path().join("shallow");
    let text = ok(&world, &["standup", "--repo", shallow.to_str().unwrap()]).out;
    assert!(text.contains("This clone's history begins Sun 1 Mar: what changed before is not known"), "{text}");
}

#[test]
fn what_is_not_committed_is_in_progress() {
    let world = world();
    world.git(&["checkout", "-q", "-b", "ann/abc-7-hello"]);
    world.write("README.md", "hello again\n");
    let document = ok(&world, &["standup", "--format", "json"]).json();
    let progress = &document["in_progress"];
    assert_eq!(progress["branch"], "ann/abc-7-hello");
    assert_eq!(progress["issues"][0]["linear"], "ABC-7");
    assert_eq!(progress["files"], serde_json::json!(["README.md"]));
    let flips: Vec<_> = progress["flips"].as_array().unwrap().iter().map(|flip| flip["id"].clone()).collect();
    assert_eq!(flips, ["1.1", "2.1"]);
    assert_eq!(document["totals"]["holds"], 1);
}

#[test]
fn a_checklist_of_a_real_repository() {
    let world = world();
    let today = ok(&world, &["today", "--format", "json"]);
    assert_eq!(lists(&today, "broke"), ["1.1"]);
    assert_eq!(today.json()["looked"], false);
    // Programs do not look: still the first look.
    assert_eq!(ok(&world, &["today", "--format", "json"]).json()["looked"], false);
    let text = ok(&world, &["today"]).out;
    insta::assert_snapshot!("today_text", text);
    let today = ok(&world, &["today", "--format", "json"]).json();
    assert_eq!((today["looked"].clone(), today["since"].clone()), (true.into(), NOW.into()));
    // What broke stays, though it broke before the last look; it leaves when it holds.
    assert_eq!(today["broke"][0]["task"], "1.1");
    world.write("README.md", "hello\nTODO\n");
    assert_eq!(ok(&world, &["today", "--format", "json"]).json()["broke"][0]["verdict"], "holds");
    commit(&world, ANN, "2026-03-02T08:00:00Z", "Hello again");
    let today = ok(&world, &["today", "--format", "json"]).json();
    assert_eq!((today["broke"].clone(), today["done"].clone()), (serde_json::json!([]), serde_json::json!(["1.1"])));
}

#[test]
fn mine_goes_by_the_mailmap() {
    let world = world();
    // Ann's address of these settings is another than that of her commits.
    world.write("README.md", "hello\nTODO\n");
    commit(&world, ANN, "2026-03-01T12:00:00Z", "Hello again");
    world.remove("LICENSE");
    commit(&world, BOB, "2026-03-01T13:00:00Z", "Away with it");
    ok(&world, &["today"]);
    let today = ok(&world, &["today", "--format", "json"]);
    assert_eq!((lists(&today, "broke"), lists(&today, "mine")), (vec!["1.2".to_owned()], vec![]));
    world.write("README.md", "hello\n");
    commit(&world, ANN, "2026-03-01T14:00:00Z", "Good bye");
    let today = ok(&world, &["today", "--format", "json"]);
    assert_eq!(lists(&today, "mine"), ["2.2"]);
    assert_eq!(today.json()["mine"][0]["mine"]["by"], "commit");
}

#[test]
fn pins_are_put_taken_off_and_refused() {
    let world = world();
    let pinned = || lists(&ok(&world, &["today", "--format", "json"]), "pinned");
    ok(&world, &["today", "--pin", "2.2", "--pin", "2.1"]);
    assert_eq!(pinned(), ["2.1", "2.2"]);
    ok(&world, &["today", "--unpin", "2.1"]);
    assert_eq!(pinned(), ["2.2"]);
    for (arguments, says) in [
        (&["today", "--unpin", "2.1"][..], "is not pinned"),
        (&["today", "--pin", "2.9"], "did you mean `2."),
        (&["today", "--pin", "1.2"], "holds already"),
        (&["today", "--pin", "2.1", "--pin", "7"], "no task `7`"),
    ] {
        let run = run(&world, arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.out);
        assert!(run.err.contains(says), "{}", run.err);
    }
    assert_eq!(pinned(), ["2.2"]);
    // The next day it is carried over.
    let tomorrow = world.ok(&["today", "--now", "2026-03-03T09:00:00Z", "--tz", "UTC"]).out;
    assert!(tomorrow.contains("pinned Mon 2 Mar"), "{tomorrow}");
}

/// The file of pins and the last look.
fn state(world: &World) -> std::path::PathBuf {
    let folder = world.path().join("home/.local/state/trueup");
    let inside = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    inside.join("state.db")
}

#[test]
fn what_linear_last_said_is_told_with_its_age() {
    use trueup::sync::{Journal, Seen, SeenIssue};
    let world = world();
    // Nothing is said of it before it was ever asked.
    assert!(!ok(&world, &["standup"]).out.contains("Linear"));
    ok(&world, &["today"]);
    let time = NOW.parse::<jiff::Timestamp>().unwrap().as_second() - 3 * 3600;
    let issue = SeenIssue {
        issue: "1".to_owned(),
        identifier: "ABC-7".to_owned(),
        url: String::new(),
        state: "Shipped".to_owned(),
        kind: "completed".to_owned(),
        ticks: Vec::new(),
    };
    let mut journal = Journal::default();
    journal.seen = Some(Seen { time, issues: vec![issue], parked: Vec::new() });
    let state = trueup::store::State::open(&state(&world)).unwrap();
    state.put("linear/00000000-0000-4000-8000-000000000001", &journal.bytes().unwrap()).unwrap();
    let text = ok(&world, &["standup"]).out;
    let told = "Linear says otherwise (1) as seen 3 hours ago\n  · ABC-7 Shipped in Linear, not true here: 1.1\n";
    assert!(text.contains(told), "{text}");
    let document = ok(&world, &["standup", "--format", "json"]).json();
    assert_eq!(document["linear"]["age_seconds"], 3 * 3600);
    assert_eq!(document["linear"]["disagreements"][0]["identifier"], "ABC-7");
}

#[test]
fn a_damaged_state_stops_the_pins_alone() {
    let world = world();
    ok(&world, &["today", "--pin", "2.2"]);
    let file = state(&world);
    std::fs::write(&file, "this is no database, and it is long enough to be seen as none: ".repeat(40)).unwrap();
    let before = std::fs::read(&file).unwrap();
    let today = ok(&world, &["today"]);
    assert!(today.out.contains("state.db") && today.out.contains("1.1 Say hello"), "{}", today.out);
    let document = ok(&world, &["today", "--format", "json"]).json();
    assert!(document["trouble"].as_str().unwrap().contains("state.db"));
    let pin = run(&world, &["today", "--pin", "2.1"]);
    assert_eq!(pin.code, 3, "{}", pin.out);
    assert!(pin.err.contains("state.db"), "{}", pin.err);
    // Nothing of it is dropped.
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn a_checklist_of_a_newer_version_is_left_alone() {
    let world = world();
    ok(&world, &["today", "--pin", "2.2"]);
    let newer = br#"{"version":99,"something":"else"}"#;
    let key = "today/00000000-0000-4000-8000-000000000001";
    let kept = || {
        let state = trueup::store::State::open(&state(&world)).unwrap();
        state.get(key).unwrap().unwrap()
    };
    trueup::store::State::open(&state(&world)).unwrap().put(key, newer).unwrap();
    let today = ok(&world, &["today"]);
    assert!(today.out.contains("a newer trueup wrote it"), "{}", today.out);
    assert_eq!(run(&world, &["today", "--pin", "2.1"]).code, 3);
    assert_eq!(kept(), newer);
}

#[test]
fn without_a_home_the_list_is_shown_all_the_same() {
    let world = world();
    let mut command = world.trueup_command(&["today", "--now", NOW, "--tz", "UTC"]);
    let output = command.env_remove("HOME").env_remove("XDG_CONFIG_HOME").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1.1 Say hello") && text.contains("Without pins"), "{text}");
}

#[test]
fn the_next_tasks_of_a_real_repository() {
    let world = world();
    insta::assert_snapshot!("next_text", ok(&world, &["next"]).out);
    let document = ok(&world, &["next", "--format", "json"]).json();
    let task = &document["tasks"][0];
    assert_eq!(task["id"], "1.1");
    assert_eq!(task["files"], serde_json::json!(["README.md", "LICENSE"]));
    assert_eq!(task["check"]["kind"], "text");
    assert_eq!(task["unblocks"], 1);
    assert!(task["snippet"]["text"].as_str().unwrap().contains("id = \"1.1\""));
    assert_eq!(document["waiting"], 2);
    let none = ok(&world, &["next", "--issue", "2", "--format", "json"]).json();
    assert_eq!((none["tasks"].clone(), none["all_hold"].clone()), (serde_json::json!([]), false.into()));
    assert_eq!(ok(&world, &["next", "--issue", "ABC-7", "--count", "0"]).out, "1 more is ready (`--count`)\n");
    assert_eq!(run(&world, &["next", "--phase", "9"]).code, 2);
}
