//! An issue that is done in Linear and not in the repository is moved back, with one comment each time.

use std::process::Stdio;

use trueup::sync::ids;
use trueup::twin::{Fault, Gate, When};

use crate::sync_world::{Synced, kinds};
use crate::world::World;

/// The small plan in Linear, moved back when it is done too early. Nothing of it is done.
fn reopening() -> (Synced, String) {
    let synced = Synced::small();
    let plan = synced.world.read("plan.toml");
    synced.world.write("plan.toml", plan.replace("team = \"STAB\"", "team = \"STAB\"\non_claimed_done = \"reopen\""));
    synced.world.commit("Move back what is not done");
    synced.yes();
    let a = synced.identifier("Do a");
    (synced, a)
}

fn complete(synced: &Synced, issue: &str) {
    synced.twin.with(|linear| linear.set_state(issue, "completed")).unwrap();
}

fn comments(synced: &Synced, issue: &str) -> Vec<String> {
    synced.issue(issue).comments.into_iter().map(|comment| comment.body).collect()
}

/// A fault that waits at a gate.
type Waits = fn(Gate) -> Fault;

/// Kills a sync at one of its requests.
fn killed(synced: &Synced, when: When, fault: Waits) {
    let gate = Gate::new();
    synced.twin.clear_log();
    synced.twin.fault(when, fault(gate.clone()));
    let mut child = synced.command(&["--yes"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    gate.wait_until_reached();
    child.kill().unwrap();
    child.wait().unwrap();
    gate.open();
}

#[test]
fn each_time_that_it_is_completed_it_is_moved_back_with_a_comment() {
    let (synced, a) = reopening();
    // The same tasks fail each time: it is not the tasks that make a comment another one.
    for time in 1..=3 {
        complete(&synced, &a);
        let document = synced.yes();
        assert_eq!(kinds(&document).get("reopen"), Some(&1), "{document:#}");
        assert_eq!(synced.state(&a), "unstarted");
        let said = comments(&synced, &a);
        assert_eq!(said.len(), time, "{said:#?}");
        assert!(said.iter().all(|body| body.contains("`a.1`") && body.contains("`a.2`")), "{said:#?}");
        synced.settled(2);
        assert_eq!(comments(&synced, &a).len(), time);
    }
}

#[test]
fn a_sync_that_is_interrupted_says_it_once_whoever_goes_on_and_wherever() {
    let killed_at: [(When, Waits); 3] = [
        // The comment is there, and its answer never came.
        (When::Write(1), Fault::WaitAfter),
        (When::Write(2), Fault::WaitBefore),
        // It is moved back, and that answer never came.
        (When::Write(2), Fault::WaitAfter),
    ];
    for (when, fault) in killed_at {
        for (later, clone) in [(false, false), (true, false), (true, true)] {
            let at = format!("{when:?} {later} {clone}");
            let (synced, a) = reopening();
            complete(&synced, &a);
            killed(&synced, when.clone(), fault);
            assert_eq!(comments(&synced, &a).len(), 1, "{at}");
            if later {
                // Another commit, and other tasks fail.
                synced.world.write("a1", "x");
                synced.world.commit("Write a1");
            }
            let other = World::empty();
            let world = if clone { &other } else { &synced.world };
            if clone {
                let from = synced.world.path().join("repo");
                other.git(&["clone", "-q", from.to_str().unwrap(), "."]);
            }
            let run = synced.sync_in(world, &["--yes"]);
            assert_eq!(run.code, 0, "{at}: {}{}", run.err, run.out);
            assert_eq!(comments(&synced, &a).len(), 1, "{at}");
            assert_ne!(synced.state(&a), "completed", "{at}");
            // And done once more, it is said once more.
            complete(&synced, &a);
            let run = synced.sync_in(world, &["--yes"]);
            assert_eq!(run.code, 0, "{at}: {}{}", run.err, run.out);
            assert_eq!(comments(&synced, &a).len(), 2, "{at}");
        }
    }
}

#[test]
fn one_that_was_completed_anew_between_the_plan_of_actions_and_its_execution_waits() {
    let (synced, a) = reopening();
    complete(&synced, &a);
    // The second read is the one just before the change.
    let gate = Gate::new();
    synced.twin.clear_log();
    synced.twin.fault(When::Request(2), Fault::WaitBefore(gate.clone()));
    let mut child = synced.command(&["--yes"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    gate.wait_until_reached();
    synced.twin.with(|linear| linear.set_state(&a, "started")).unwrap();
    complete(&synced, &a);
    gate.open();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!((comments(&synced, &a).len(), synced.state(&a).as_str()), (0, "completed"));
    synced.yes();
    assert_eq!((comments(&synced, &a).len(), synced.state(&a).as_str()), (1, "unstarted"));
}

#[test]
fn without_a_time_the_failing_tasks_tell_one_time_from_another() {
    let (synced, a) = reopening();
    let forget = || synced.twin.with(|linear| linear.edit(&a, |issue| issue.completed_at = None)).unwrap();
    for (write, count) in [(None, 1), (None, 1), (Some("a1"), 2)] {
        if let Some(file) = write {
            synced.world.write(file, "x");
            synced.world.commit("Write one");
        }
        complete(&synced, &a);
        forget();
        synced.yes();
        assert_ne!(synced.state(&a), "completed");
        assert_eq!(comments(&synced, &a).len(), count, "{write:?}");
    }
}

#[test]
fn the_id_of_a_comment_follows_from_the_issue_and_the_time() {
    let failing = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let id = |issue: &str, completed: Option<&str>, tasks: &[&str]| ids::comment(issue, completed, &failing(tasks));
    let (monday, tuesday) = (Some("2026-11-02T08:00:00.000Z"), Some("2026-11-03T08:00:00.000Z"));
    assert_eq!(id("i", monday, &["1"]), id("i", monday, &["1", "2"]));
    assert_ne!(id("i", monday, &["1"]), id("i", tuesday, &["1"]));
    assert_ne!(id("i", monday, &["1"]), id("j", monday, &["1"]));
    assert_ne!(id("i", None, &["1"]), id("i", None, &["1", "2"]));
    // No task's id can be taken for a time.
    assert_ne!(id("i", monday, &[]), id("i", None, &["completed", monday.unwrap()]));
    assert_eq!(id("i", monday, &[]).get_version_num(), 4);
}
