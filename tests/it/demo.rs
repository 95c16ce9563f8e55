//! The sample tells its story, and is the same to the byte for the same time.

use std::collections::BTreeSet;

use crate::world::World;

const NOW: &str = "2026-03-02T09:00:00Z";

/// A world whose repository is the sample.
fn demo(now: &str) -> World {
    let world = World::empty();
    let run = world.ok(&["demo", "--now", now, "--dir", ".", "--format", "json"]);
    assert_eq!(run.json()["schema"], 1);
    world
}

fn with(world: &World, arguments: &[&str], verdict: &str) -> BTreeSet<String> {
    let verdicts = world.ok(&[&["status", "--format", "json"], arguments].concat()).verdicts();
    verdicts.into_iter().filter(|(_, v)| v == verdict).map(|(id, _)| id).collect()
}

fn set(ids: &str) -> BTreeSet<String> {
    ids.split(' ').map(str::to_owned).collect()
}

#[test]
fn the_same_time_gives_the_same_bytes() {
    let [one, two] = [demo(NOW), demo(NOW)];
    let log = one.git(&["log", "--format=%H %aI %an %s"]);
    assert_eq!(log, two.git(&["log", "--format=%H %aI %an %s"]));
    assert_eq!(one.git(&["diff"]), two.git(&["diff"]));
    insta::assert_snapshot!(log);
}

#[test]
fn it_is_a_clean_repository_with_one_change() {
    let world = demo(NOW);
    assert_eq!(world.git(&["status", "--porcelain"]), "M Dockerfile.dev");
    world.git(&["fsck", "--strict"]);
    assert_eq!(world.git(&["log", "--format=%an"]).lines().collect::<BTreeSet<_>>().len(), 3);
}

#[test]
fn about_a_third_of_the_ticks_are_false() {
    let world = demo(NOW);
    let document = world.ok(&["status", "--format", "json"]).json();
    assert_eq!(document["totals"]["claimed"], 63);
    assert_eq!(
        with(&world, &[], "fails"),
        set("1.1 1.7 2.5 4.2 4.6 4.7 5.2 5.3 5.4 5.6 6.1 6.2 6.3 8.3 8.4 9.4 10.2 10.3 10.4 11.2 11.3 T.1 T.6 T.8 N.1")
    );
    assert_eq!(document["totals"]["claimed_not_true"], 24);
}

#[test]
fn the_uncommitted_work_makes_one_task_true() {
    let world = demo(NOW);
    let compare = world.ok(&["status", "--format", "json", "--compare", "HEAD"]).json()["compare"].clone();
    assert_eq!(compare["flips"].as_array().unwrap().len(), 1);
    assert_eq!(compare["flips"][0]["id"], "3.2");
    assert_eq!(compare["flips"][0]["to"], "holds");
}

#[test]
fn a_later_rewrite_loses_the_version_comment() {
    let world = demo(NOW);
    let at = |subject: &str| {
        let rev = format!(":/{subject}");
        with(&world, &["--at", &rev, "--task", "2.5"], "holds").len()
    };
    assert_eq!(at("Add the Docker hardening plan"), 0);
    assert_eq!(at("Pin image versions"), 1);
    assert_eq!(at("Keep caches"), 1);
    assert_eq!(at("Build the production image"), 0);
}

#[test]
fn the_story_ends_before_any_now() {
    // A Sunday, a day after a leap day, the end of a year.
    for now in ["2026-03-01T00:30:00Z", "2028-03-01T12:00:00Z", "2027-01-01T23:59:00Z"] {
        let world = demo(now);
        let now: jiff::Timestamp = now.parse().unwrap();
        let times: Vec<i64> = world.git(&["log", "--format=%ct"]).lines().map(|t| t.parse().unwrap()).collect();
        assert!(times.windows(2).all(|pair| pair[0] > pair[1]), "{times:?}");
        assert!(times[0] < now.as_second() && now.as_second() - times[times.len() - 1] < 17 * 86_400, "{times:?}");
    }
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let world = World::new();
    world.write("mine", "x");
    let run = world.trueup(&["demo", "--dir", "."]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("is not empty"), "{}", run.err);
    assert_eq!(world.read("mine"), "x");
}

#[test]
fn without_a_terminal_it_says_where_the_repository_lies() {
    let world = World::empty();
    let output = world.trueup_command(&["demo", "--now", NOW]).env("TMPDIR", world.path()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("CLAIMED, NOT TRUE"), "{text}");
    let place = text.lines().find_map(|line| line.strip_prefix("The sample lies in ")).unwrap();
    let git = std::path::Path::new(place).join(".git");
    assert!(git.is_dir(), "{place}");
    // What it keeps lies with the sample, and nothing in the user's home.
    assert!(git.join("trueup-demo/cache/trueup").is_dir(), "{place}");
    assert_eq!(std::fs::read_dir(world.path().join("home")).unwrap().count(), 0);
}
