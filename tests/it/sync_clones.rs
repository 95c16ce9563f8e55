//! Several clones and one workspace: Linear never flips back.

use std::path::Path;
use std::process::Stdio;

use trueup::twin::{Fault, Gate, When};

use crate::sync_world::{SMALL, Synced, kinds};
use crate::world::World;

/// A clone of a world's repository; the plan lies in it.
fn clone(of: &Path) -> World {
    let world = World::empty();
    world.git(&["clone", "-q", of.to_str().unwrap(), "."]);
    world
}

/// A bare repository that two clones share; the small plan is on its branch `main`.
fn shared() -> (Synced, World, World) {
    let synced = Synced::small();
    let bare = synced.world.path().join("bare.git");
    synced.world.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let [one, two] = [clone(&bare), clone(&bare)];
    (synced, one, two)
}

fn push(world: &World, file: &str) {
    world.write(file, "x");
    world.git(&["add", file]);
    world.git(&["commit", "-q", "-m", &format!("Write {file}")]);
    world.git(&["push", "-q", "origin", "HEAD"]);
}

#[test]
fn a_stale_clone_writes_nothing() {
    let (synced, one, two) = shared();
    assert_eq!(synced.sync_in(&one, &["--yes"]).code, 0);
    push(&one, "a1");
    let run = synced.sync_in(&one, &["--yes"]);
    assert_eq!(run.code, 0, "{}{}", run.err, run.out);
    let before = synced.twin.with(|workspace| workspace.issues.clone());
    // It does not have the commit.
    let run = synced.sync_in(&two, &["--yes"]);
    assert_eq!(run.code, 1, "{}{}", run.err, run.out);
    assert!(run.err.contains("does not have") && run.err.contains("fetch first"), "{}", run.err);
    // It has it, and is told to publish an older one.
    two.git(&["fetch", "-q"]);
    let run = synced.sync_in(&two, &["--yes", "--at", "HEAD"]);
    assert_eq!(run.code, 1, "{}{}", run.err, run.out);
    assert!(run.err.contains("Linear shows a later commit"), "{}", run.err);
    let run = synced.sync_in(&two, &["--yes", "--at", "HEAD", "--take", "plan"]);
    assert_eq!(run.code, 1, "{}{}", run.err, run.out);
    assert_eq!(synced.twin.with(|workspace| workspace.issues.clone()), before);
    // What is published is the remote's branch as last fetched, not what is checked out.
    let run = synced.sync_in(&two, &["--yes"]);
    assert_eq!(run.code, 0, "{}{}", run.err, run.out);
    assert!(synced.twin.log().iter().all(|one| !one.writes));
}

#[test]
fn a_plan_that_is_behind_takes_nothing_back() {
    let (synced, one, two) = shared();
    let team = synced.team();
    let label = synced.twin.with(|linear| linear.add_label(Some(team), "docker"));
    let settle = |world: &World| {
        let run = synced.sync_in(world, &["--yes"]);
        assert_eq!(run.code, 0, "{}{}", run.err, run.out);
        world.read("plan.toml")
    };
    settle(&one);
    synced.twin.with(|linear| {
        linear.retitle("STAB-1", "Do a well").unwrap();
        linear.put_label("STAB-1", label).unwrap();
        linear.relations.clear();
    });
    // Pulled there, and not committed yet; then the title is changed there once more.
    let pulled = settle(&one);
    assert!(pulled.contains("Do a well") && pulled.contains("docker") && pulled.contains("needs = []"), "{pulled}");
    one.write("plan.toml", pulled.replace("Do a well", "Do a best"));
    settle(&one);
    // The other clone never synced and has the old plan: it gets what was agreed on.
    let behind = settle(&two);
    assert!(behind.contains("Do a best") && behind.contains("docker") && behind.contains("needs = []"), "{behind}");
    assert_eq!(synced.issue("STAB-1").title, "Do a best");
    assert_eq!(synced.issue("STAB-1").labels, [label]);
    assert!(synced.twin.with(|linear| linear.relations.is_empty()));
    // Both changed it since they last agreed: a conflict, which stays one.
    one.write("plan.toml", one.read("plan.toml").replace("Do a best", "Do a first"));
    settle(&one);
    two.write("plan.toml", two.read("plan.toml").replace("Do a best", "Do a second"));
    for _ in 0..2 {
        let run = synced.sync_in(&two, &["--yes"]);
        assert_eq!(run.code, 1, "{}{}", run.err, run.out);
        assert_eq!(synced.issue("STAB-1").title, "Do a first");
    }
    let behind = behind.replace("Do a best", "Do a first");
    two.write("plan.toml", &behind);
    settle(&two);
    // Whoever has caught up may go back.
    two.write("plan.toml", behind.replace("Do a first", "Do a").replace("labels = [\"docker\"]", "labels = []"));
    settle(&two);
    assert_eq!(synced.issue("STAB-1").title, "Do a");
    assert!(synced.issue("STAB-1").labels.is_empty());
    let run = synced.sync_in(&two, &["--yes"]);
    assert!(run.out.contains("nothing to do"), "{}", run.out);
    assert!(settle(&one).contains("title = \"Do a\""));
}

#[test]
fn another_branch_is_not_published_unless_told() {
    let (synced, one, two) = shared();
    assert_eq!(synced.sync_in(&one, &["--yes"]).code, 0);
    one.git(&["checkout", "-q", "-b", "feature"]);
    push(&one, "a1");
    // On its branch, with the work tree dirty: nothing of it is published.
    one.write("a2", "x");
    let run = synced.sync_in(&one, &["--yes"]);
    assert!(run.out.contains("nothing to do"), "{}", run.out);
    push(&two, "b1");
    assert_eq!(synced.sync_in(&two, &["--yes"]).code, 0);
    // The branch and main go different ways.
    one.git(&["fetch", "-q"]);
    let run = synced.sync_in(&one, &["--yes", "--at", "feature"]);
    assert_eq!(run.code, 1, "{}{}", run.err, run.out);
    assert!(run.err.contains("another line of history"), "{}", run.err);
    assert!(synced.twin.log().iter().all(|one| !one.writes));
    let run = synced.sync_in(&one, &["--yes", "--at", "feature", "--take", "plan"]);
    assert_eq!(run.code, 0, "{}{}", run.err, run.out);
    assert!(synced.issue("STAB-1").description.unwrap().contains("[X] `a.1`"));
}

#[test]
fn a_force_push_is_published_where_the_old_commit_is_known_to_be_gone() {
    let (synced, one, two) = shared();
    push(&one, "a1");
    assert_eq!(synced.sync_in(&one, &["--yes"]).code, 0);
    assert!(synced.issue("STAB-1").description.unwrap().contains("[X] `a.1`"));
    two.write("b1", "x");
    two.git(&["add", "b1"]);
    two.git(&["commit", "-q", "-m", "Instead"]);
    two.git(&["push", "-q", "--force", "origin", "HEAD"]);
    let run = synced.sync_in(&two, &["--yes"]);
    assert_eq!(run.code, 1, "{}{}", run.err, run.out);
    assert!(run.err.contains("--take plan"), "{}", run.err);
    one.git(&["fetch", "-q"]);
    one.git(&["reset", "-q", "--hard", "origin/main"]);
    let run = synced.sync_in(&one, &["--yes"]);
    assert_eq!(run.code, 0, "{}{}", run.err, run.out);
    assert!(synced.issue("STAB-1").description.unwrap().contains("[ ] `a.1`"));
    assert!(synced.issue("STAB-2").description.unwrap().contains("[X] `b.1`"));
}

#[test]
fn two_at_once_make_each_issue_once() {
    let (synced, one, two) = shared();
    // The first stands before its first create until the second is done.
    let gate = Gate::new();
    synced.twin.fault(When::Write(1), Fault::WaitBefore(gate.clone()));
    let mut child = synced.command_in(&one, &["--yes"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    gate.wait_until_reached();
    let run = crate::world::Run::of(&synced.command_in(&two, &["--yes"]).output().unwrap());
    gate.open();
    assert_eq!(run.code, 0, "{}{}", run.err, run.out);
    assert!(child.wait().unwrap().success());
    assert_eq!(synced.titles(), ["Do a", "Do b"]);
    for world in [&one, &two] {
        let run = synced.sync_in(world, &["--yes"]);
        assert_eq!(run.code, 0, "{}{}", run.err, run.out);
    }
    let run = synced.sync_in(&one, &["--yes"]);
    assert!(run.out.contains("nothing to do"), "{}", run.out);
    synced.twin.with(|workspace| {
        assert!(workspace.issues.iter().all(|issue| issue.attachments.len() == 1));
        assert_eq!(workspace.relations.len(), 1);
    });
}

#[test]
fn an_edit_between_the_plan_of_actions_and_its_execution_is_not_lost() {
    let synced = Synced::small();
    synced.yes();
    synced.world.write("a1", "x");
    synced.world.commit("Write a1");
    // The second read is the one just before the change.
    let gate = Gate::new();
    synced.twin.clear_log();
    synced.twin.fault(When::Request(2), Fault::WaitBefore(gate.clone()));
    let mut child = synced.command(&["--yes"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    gate.wait_until_reached();
    synced.twin.with(|linear| linear.describe("STAB-1", |text| format!("{text}\n\nJust written")).unwrap());
    gate.open();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(synced.issue("STAB-1").description.unwrap().ends_with("Just written"));
    synced.yes();
    let text = synced.issue("STAB-1").description.unwrap();
    assert!(text.contains("[X] `a.1`") && text.ends_with("Just written"), "{text}");
    synced.settled(2);
}

#[test]
fn a_plan_of_two_teams_makes_two_of_each() {
    let synced = Synced::small();
    synced.twin.with(|linear| linear.add_team("OPS", "Operations"));
    let other = World::new();
    other.write("plan.toml", SMALL.replace("\"STAB\"", "\"OPS\""));
    other.commit("Add the plan");
    synced.yes();
    let run = synced.sync_in(&other, &["--yes", "--format", "json"]);
    // What it finds is the other team's, by the evidence: nobody's issue is taken over unseen.
    assert_eq!(run.code, 0, "{}{}", run.err, run.out);
    assert_eq!(kinds(&run.json()).get("create"), Some(&2), "{}", run.out);
    assert_eq!(synced.titles(), ["Do a", "Do a", "Do b", "Do b"]);
    synced.settled(2);
}
