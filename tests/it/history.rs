//! `trueup history` and the cache, as people and programs use them.

use serde_json::Value;

use crate::world::World;

const PLAN: &str = "schema = 1\n[plan]\nuid = \"u\"\ntitle = \"Two things\"\n[linear]\nteam = \"STAB\"\n\
[[phases]]\nid = \"1\"\ntitle = \"One\"\n[[phases.issues]]\nid = \"1\"\ntitle = \"First\"\nlinear = \"STAB-7\"\n\
[[phases.issues.tasks]]\nid = \"1.1\"\ntext = \"a is good\"\ncheck = { text = { files = \"a\", contains = \"good\" } }\n\
[[phases.issues.tasks]]\nid = \"1.2\"\ntext = \"b is there\"\ncheck = { file = { path = \"b\" } }\n";

/// A branch on which 1.1 is made true, broken on a side that is merged, and made true again.
fn story() -> World {
    let world = World::new();
    world.write("plan.toml", PLAN).commit("Plan");
    world.write("a", "good").commit("Make a good\n\nFixes STAB-7");
    world.git(&["checkout", "-q", "-b", "side"]);
    world.write("a", "bad").commit("Spoil a");
    world.git(&["checkout", "-q", "main"]);
    world.write("c", "").commit("Elsewhere");
    world.git(&["merge", "-q", "--no-ff", "-m", "Merge side", "side"]);
    world.write("a", "good again").commit("Mend a");
    world
}

fn changes(document: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let one =
        |t: &Value| format!("{} {} {}→{}", text(&t["task"]), text(&t["subject"]), text(&t["from"]), text(&t["to"]));
    document["transitions"].as_array().unwrap().iter().map(one).collect()
}

const HISTORY: &[&str] = &["history", "--format", "json"];

#[test]
fn the_document_names_commits_people_and_merges() {
    let world = story();
    let document = world.ok(HISTORY).json();
    assert_eq!(
        changes(&document),
        ["1.1 Make a good fails→holds", "1.1 Spoil a holds→fails", "1.1 Mend a fails→holds"]
    );
    let broken = &document["transitions"][1];
    assert_eq!(broken["commit"], world.git(&["rev-parse", "side"]));
    assert_eq!(broken["merged_by"]["commit"], world.git(&["rev-parse", "HEAD~1"]));
    assert_eq!(broken["author"]["email"], "nevalions@gmail.com");
    assert_eq!(document["transitions"][0]["issues"], serde_json::json!(["STAB-7"]));
    let commits = document["commits"].as_array().unwrap();
    let column = |name: &str| -> Vec<u64> { commits.iter().map(|commit| commit[name].as_u64().unwrap()).collect() };
    assert_eq!((column("holds"), column("claimed")), (vec![0, 1, 1, 0, 1], vec![0, 2, 2, 2, 2]));
    assert_eq!(commits[0]["id"], world.git(&["rev-list", "--max-parents=0", "HEAD"]));
    let forecast = &document["forecast"];
    assert_eq!((forecast["kind"].as_str(), forecast["p50"].as_str()), (Some("cannot_tell"), None));
    assert_eq!(forecast["basis"]["remaining"], 1);
    assert!(world.ok(&[HISTORY, &["--until", "HEAD~1"]].concat()).json()["forecast"].is_null());
}

#[test]
fn a_period_may_be_told_by_commits_days_and_moments() {
    let world = story();
    let of = |arguments: &[&str]| {
        let document = world.ok(&[HISTORY, arguments].concat()).json();
        (document["commits"].as_array().unwrap().len(), changes(&document).len())
    };
    assert_eq!(of(&[]), (5, 3));
    assert_eq!(of(&["--since", "HEAD~1"]), (1, 1));
    assert_eq!(of(&["--since", "side"]), (1, 1), "a commit of a side counts from where it reached the branch");
    assert_eq!(of(&["--until", "HEAD~1"]), (4, 2));
    assert_eq!(of(&["--since", "HEAD~3", "--until", "HEAD~2"]), (1, 0));
    assert_eq!(of(&["--branch", "side"]), (3, 2));
    assert_eq!(of(&["--until", "2025-12-31"]), (0, 0));
    assert_eq!(of(&["--since", "2026-01-01", "--until", "2026-01-01"]), (5, 3));
    assert_eq!(of(&["--until", "2025-12-31", "--tz", "-12:00"]), (2, 1), "there it is still the year before");
    let time = world.git(&["log", "-1", "--format=%cI", "HEAD"]);
    assert_eq!(of(&["--since", &time]), (1, 1));
    let mut commit = world.git_command(&["commit", "-q", "--allow-empty", "-m", "A clock that went back"]);
    assert!(commit.env("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z").status().unwrap().success());
    assert_eq!(of(&["--since", &time]), (2, 1), "it hides nothing");
    assert_eq!(of(&["--until", "2020-06-01"]), (0, 0), "and brings nothing in");
    world.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let run = world.trueup(&["history", "--since", "nowhere"]);
    assert!(run.code == 2 && run.err.contains("2026-11-02"), "{run:?}");
    world.git(&["checkout", "-q", "--orphan", "apart"]);
    world.commit("Apart");
    let run = world.trueup(&["history", "--since", "main"]);
    assert!(run.code == 2 && run.err.contains("is not part of that history"), "{run:?}");
}

#[test]
fn people_read_commits_with_what_they_changed() {
    let world = story();
    let run = world.ok(&["history"]);
    for part in ["1 of 2 verified · 2 claimed, 1 more than verified", "✗ broken", "merged by linroot", "[STAB-7]"] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    let one = world.ok(&["history", "1.1"]).out;
    assert!(one.contains("✗ broken") && one.contains("Mend a") && !one.contains("1.2"), "{one}");
    let none = world.ok(&["history", "1.2"]).out;
    assert!(none.contains("nothing changed in 5 commits"), "{none}");
    assert!(world.ok(&["explain", "1.1"]).out.contains("Mend a"));
    assert!(world.ok(&["explain", "1.1", "--at", "HEAD~1"]).out.contains("Spoil a"));
    assert!(world.ok(&["explain", "1.2"]).out.contains("fails in all 5 commits"));
    world.write("b", "");
    let explained = world.ok(&["explain", "1.2"]);
    assert!(explained.out.contains("not committed yet: at the last commit it fails"), "{}", explained.out);
    let document = world.ok(&["explain", "1.1", "--format", "json"]).json();
    assert_eq!(document["tasks"][0]["history"].as_array().unwrap().len(), 3);
}

#[test]
fn without_a_commit_there_is_no_history() {
    let world = World::new();
    world.write("plan.toml", PLAN);
    let run = world.trueup(&["history"]);
    assert!(run.code == 3 && run.err.contains("no commit yet"), "{run:?}");
    assert!(world.ok(&["explain", "1.1"]).out.contains("fails"));
}

#[test]
fn a_branch_that_was_rewritten_and_a_plan_that_is_gone() {
    let world = story();
    world.ok(HISTORY);
    world.git(&["reset", "-q", "--hard", "HEAD~3"]);
    world.write("b", "").commit("Another way");
    assert_eq!(changes(&world.ok(HISTORY).json()), ["1.1 Make a good fails→holds", "1.2 Another way fails→holds"]);
    std::fs::copy(world.repo().join("plan.toml"), world.path().join("kept.toml")).unwrap();
    world.remove("plan.toml").commit("Plan goes");
    let run = world.ok(&[HISTORY, &["--plan", "../kept.toml"]].concat());
    assert_eq!(run.json()["commits"].as_array().unwrap().len(), 4);
}

#[test]
fn cold_warm_without_a_cache_and_on_one_thread_the_same_bytes() {
    let world = story();
    let runs: [&[&str]; 4] = [HISTORY, &["history"], &["status", "--format", "json"], &["explain", "1.1", "1.2"]];
    for arguments in runs {
        let cold = world.ok(arguments);
        assert_eq!(cold.err, "");
        let warm = world.ok(arguments);
        let anew = world.ok(&[arguments, &["--no-cache"]].concat());
        let mut alone = world.trueup_command(&[arguments, &["--no-cache"]].concat());
        let alone = alone.env("RAYON_NUM_THREADS", "1").output().unwrap();
        assert_eq!(cold.out, warm.out);
        assert_eq!(cold.out, anew.out);
        assert_eq!(cold.out.as_bytes(), alone.stdout);
    }
    // What changed since is seen, and what changed back is what it was.
    let before = world.ok(&["status", "--format", "json"]).out;
    world.write("a", "bad");
    assert_eq!(world.ok(&["status", "--format", "json"]).verdicts()["1.1"], "fails");
    world.write("a", "good again");
    assert_eq!(world.ok(&["status", "--format", "json"]).out, before);
}

#[test]
fn trouble_with_the_cache_is_said_once_and_changes_nothing() {
    let world = story();
    let expected = world.ok(HISTORY).out;
    let home = world.path().join("home");
    let cache: Vec<_> = walk(&home).into_iter().filter(|path| path.ends_with("cache.db")).collect();
    assert_eq!(cache.len(), 1, "{cache:?}");
    std::fs::write(&cache[0], "damaged".repeat(2_000)).unwrap();
    let run = world.ok(HISTORY);
    assert_eq!((run.out.as_str(), run.err.matches("warning:").count()), (expected.as_str(), 1), "{}", run.err);
    assert_eq!(world.ok(HISTORY).err, "", "it is made anew");
    std::fs::remove_file(&cache[0]).unwrap();
    std::fs::create_dir(&cache[0]).unwrap();
    let run = world.ok(HISTORY);
    assert_eq!((run.out.as_str(), run.err.matches("warning:").count()), (expected.as_str(), 1), "{}", run.err);
    assert_eq!(world.ok(&[HISTORY, &["--no-cache"]].concat()).err, "");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn a_walk_that_is_killed_loses_only_what_was_not_stored() {
    let world = story();
    let expected = world.ok(&[HISTORY, &["--no-cache"]].concat()).out;
    for _ in 0..4 {
        let mut child = world.trueup_command(HISTORY).stdout(std::process::Stdio::null()).spawn().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let run = world.ok(HISTORY);
        assert_eq!((run.out.as_str(), run.err.as_str()), (expected.as_str(), ""));
    }
}
