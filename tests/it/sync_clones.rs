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
fn two_on_different_branches_do_not_undo_each_other() {
    let (synced, one, two) = shared();
    assert_eq!(synced.sync_in(&one, &["--yes"]).code, 0);
    // Each publishes a branch of its own.
    for (world, branch, file) in [(&one, "left", "a1"), (&two, "right", "b1")] {
        world.git(&["checkout", "-q", "-b", branch]);
        push(world, file);
        let plan = world.read("plan.toml");
        let named = plan.replace("team = \"STAB\"", &format!("team = \"STAB\"\nref = \"{branch}\""));
        assert_ne!(named, plan);
        world.write("plan.toml", named);
    }
    let run = synced.sync_in(&one, &["--yes"]);
    assert_eq!(run.code, 0, "{}{}", run.err, run.out);
    let before = synced.twin.with(|workspace| workspace.issues.clone());
    assert!(synced.issue("STAB-1").description.unwrap().contains("[X] `a.1`"));
    for fetched in [false, true] {
        if fetched {
            two.git(&["fetch", "-q"]);
        }
        for arguments in [vec!["--yes"], vec!["--dry-run"], vec!["--yes", "--format", "json"]] {
            let run = synced.sync_in(&two, &arguments);
            assert_eq!(run.code, 1, "{}{}", run.err, run.out);
            let said = format!("{}{}", run.err, run.out);
            let wanted = if fetched { "another line of history" } else { "does not have" };
            assert!(said.contains(wanted) && said.contains("--take plan"), "{said}");
            assert!(fetched == said.contains("of origin/left"), "{said}");
        }
    }
    assert!(synced.twin.log().iter().all(|one| !one.writes));
    assert_eq!(synced.twin.with(|workspace| workspace.issues.clone()), before);
    let run = synced.sync_in(&one, &["--yes"]);
    assert!(run.out.contains("nothing to do"), "{}", run.out);
}

#[test]
fn a_clone_that_has_gone_its_own_way_publishes_what_was_pushed() {
    let (synced, one, two) = shared();
    push(&one, "a1");
    assert_eq!(synced.sync_in(&one, &["--yes"]).code, 0);
    // It has a commit that nobody else has, and lacks one that is published.
    two.write("b1", "x");
    two.git(&["add", "b1"]);
    two.git(&["commit", "-q", "-m", "Write b1"]);
    let run = synced.sync_in(&two, &["--yes"]);
    assert_eq!(run.code, 1, "{}{}", run.err, run.out);
    assert!(run.err.contains("fetch first"), "{}", run.err);
    // Fetched, the two lines stand side by side: what was pushed is what counts, with or without a yes to this one.
    two.git(&["fetch", "-q"]);
    let run = synced.sync_in(&two, &["--yes"]);
    assert_eq!(run.code, 0, "{}{}", run.err, run.out);
    let run = synced.sync_in(&two, &["--yes", "--at", "HEAD"]);
    assert_eq!(run.code, 1, "{}{}", run.err, run.out);
    assert!(run.err.contains("another line of history") && run.err.contains("origin/main"), "{}", run.err);
    assert!(synced.issue("STAB-2").description.unwrap().contains("[ ] `b.1`"));
    // Brought together and pushed, it goes on.
    two.git(&["checkout", "-q", "--", "plan.toml"]);
    two.git(&["rebase", "-q", "origin/main"]);
    two.git(&["push", "-q", "origin", "HEAD"]);
    let run = synced.sync_in(&two, &["--yes"]);
    assert_eq!(run.code, 0, "{}{}", run.err, run.out);
    assert!(synced.issue("STAB-2").description.unwrap().contains("[X] `b.1`"));
    // Which makes the other one the stale one.
    let run = synced.sync_in(&one, &["--yes"]);
    assert_eq!(run.code, 1, "{}{}", run.err, run.out);
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
    // The first stands before, or behind, one of its requests until the second is done.
    for k in 1..=8 {
        for after in [false, true] {
            let at = format!("{} request {k}", if after { "behind" } else { "before" });
            let (synced, one, two) = shared();
            push(&one, "a1");
            two.git(&["fetch", "-q"]);
            let gate = Gate::new();
            let fault = if after { Fault::WaitAfter(gate.clone()) } else { Fault::WaitBefore(gate.clone()) };
            synced.twin.fault(When::Request(k), fault);
            let mut command = synced.command_in(&one, &["--yes"]);
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            // Where it has fewer requests than that, there is no further moment.
            if !gate.is_reached_before(|| child.try_wait().unwrap().is_some()) {
                assert!(k > 4, "{at}: only so few requests");
                return;
            }
            let run = crate::world::Run::of(&synced.command_in(&two, &["--yes"]).output().unwrap());
            gate.open();
            let codes = (run.code, child.wait().unwrap().code().unwrap());
            // Whoever comes second may leave something for the next sync.
            assert!(matches!(codes, (0 | 1, 0 | 1)), "{at}: {codes:?} {}{}", run.err, run.out);
            assert_eq!(synced.titles(), ["Do a", "Do b"], "{at}");
            for world in [&one, &two] {
                let run = synced.sync_in(world, &["--yes"]);
                assert_eq!(run.code, 0, "{at}: {}{}", run.err, run.out);
            }
            for world in [&one, &two] {
                let run = synced.sync_in(world, &["--yes"]);
                assert!(run.out.contains("nothing to do"), "{at}: {}", run.out);
                assert!(synced.twin.log().iter().all(|request| !request.writes), "{at}");
            }
            assert_eq!(synced.titles(), ["Do a", "Do b"], "{at}");
            assert!(synced.issue("STAB-1").description.unwrap().contains("[X] `a.1`"), "{at}");
            synced.twin.with(|workspace| {
                assert!(workspace.issues.iter().all(|issue| issue.attachments.len() == 1), "{at}");
                assert_eq!(workspace.relations.len(), 1, "{at}");
            });
        }
    }
}

#[test]
fn two_that_go_on_at_once_undo_nothing_of_each_other() {
    for k in 1..=6 {
        let (synced, one, two) = shared();
        for world in [&one, &two] {
            assert_eq!(synced.sync_in(world, &["--yes"]).code, 0);
        }
        push(&one, "a1");
        two.git(&["fetch", "-q"]);
        // One renames the first issue, the other makes the second urgent; somebody puts a label on.
        one.write("plan.toml", one.read("plan.toml").replace("\"Do a\"", "\"Do a well\""));
        two.write("plan.toml", two.read("plan.toml").replace("priority = \"low\"", "priority = \"urgent\""));
        let label = synced.twin.with(|linear| {
            let label = linear.add_label(None, "docker");
            linear.put_label("STAB-1", label).unwrap();
            label
        });
        let gate = Gate::new();
        synced.twin.clear_log();
        synced.twin.fault(When::Request(k), Fault::WaitBefore(gate.clone()));
        let mut command = synced.command_in(&one, &["--yes"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        if !gate.is_reached_before(|| child.try_wait().unwrap().is_some()) {
            assert!(k > 3, "only {k} requests");
            return;
        }
        let run = crate::world::Run::of(&synced.command_in(&two, &["--yes"]).output().unwrap());
        gate.open();
        assert!(matches!(run.code, 0 | 1), "{k}: {}{}", run.err, run.out);
        assert!(child.wait().unwrap().code().is_some_and(|code| code < 2), "{k}");
        for world in [&one, &two, &one] {
            let run = synced.sync_in(world, &["--yes"]);
            assert_eq!(run.code, 0, "{k}: {}{}", run.err, run.out);
        }
        let (a, b) = (synced.issue("STAB-1"), synced.issue("STAB-2"));
        assert_eq!((a.title.as_str(), a.labels.as_slice(), b.priority), ("Do a well", [label].as_slice(), 1), "{k}");
        for world in [&one, &two] {
            let plan = world.read("plan.toml");
            let all = ["\"Do a well\"", "labels = [\"docker\"]", "priority = \"urgent\""];
            assert!(all.iter().all(|text| plan.contains(text)), "{k}: {plan}");
            let run = synced.sync_in(world, &["--yes"]);
            assert!(run.out.contains("nothing to do"), "{k}: {}", run.out);
        }
    }
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
    // Each goes its own way from there.
    synced.twin.with(|linear| linear.retitle("OPS-1", "Do a for us").unwrap());
    other.write("a1", "x");
    other.commit("Write a1");
    assert_eq!(synced.sync_in(&other, &["--yes"]).code, 0);
    assert!(other.read("plan.toml").contains("Do a for us"));
    assert!(synced.issue("OPS-1").description.unwrap().contains("[X] `a.1`"));
    let before = synced.issue("STAB-1");
    synced.settled(2);
    assert_eq!(synced.issue("STAB-1"), before);
    assert!(before.description.unwrap().contains("[ ] `a.1`") && before.title == "Do a");
}
