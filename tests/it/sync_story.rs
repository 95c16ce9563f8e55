//! The plan's own story: one issue exists, the workspace has room for three more, eleven are wanted.

use crate::sync_world::{Synced, kinds, notes};

#[test]
fn eleven_issues_find_their_way_into_a_full_workspace() {
    let synced = Synced::seed();
    let before = synced.issue("STAB-155").description.unwrap();

    let dry = synced.with(&["--dry-run"]);
    assert_eq!(kinds(&dry)["adopt"], 1, "{dry:#}");
    assert_eq!(kinds(&dry)["create"], 10);
    assert_eq!(dry["applied"], false);
    assert!(synced.twin.log().iter().all(|one| !one.writes));

    let first = synced.yes();
    assert_eq!(first["applied"], true);
    assert_eq!(first["parked"].as_array().unwrap().len(), 7, "{first:#}");
    assert_eq!(synced.twin.with(|workspace| workspace.issues.len()), 4);
    let after = synced.issue("STAB-155").description.unwrap();
    assert!(after.starts_with(&before), "{after}");
    assert!(after.contains("⟦trueup⟧"), "{after}");
    let plan = synced.world.read("plan.toml");
    assert_eq!(plan.matches("linear_id = ").count(), 4, "{plan}");

    // One create is tried, and the rest stays parked.
    let full = synced.yes();
    assert_eq!(full["parked"].as_array().unwrap().len(), 7);
    assert_eq!(synced.twin.log().iter().filter(|one| one.writes).count(), 1);

    synced.twin.with(|workspace| workspace.issue_limit = None);
    let second = synced.yes();
    assert_eq!(kinds(&second)["create"], 7, "{second:#}");
    assert_eq!(second["parked"].as_array().unwrap().len(), 0);
    let mut titles = synced.titles();
    assert_eq!(titles.len(), 11);
    titles.dedup();
    assert_eq!(titles.len(), 11);
    synced.settled(2);
    let settled = synced.sync(&["--yes"]);
    assert!(settled.out.contains("nothing to do"), "{}", settled.out);
}

#[test]
fn people_are_told_what_waits_and_why() {
    let synced = Synced::seed();
    let run = synced.sync(&["--yes"]);
    assert_eq!(run.code, 0, "{}{}", run.err, run.out);
    for said in ["~ adopt STAB-155", "+ create issue 2", "parked: 7 of 10 new issues, 3 made", "free issue limit"] {
        assert!(run.out.contains(said), "no `{said}` in\n{}", run.out);
    }
    assert!(run.err.contains("1 of "), "{}", run.err);
}

#[test]
fn a_done_issue_is_completed_and_one_that_breaks_is_drift() {
    let synced = Synced::small();
    synced.yes();
    let (a, b) = (synced.identifier("Do a"), synced.identifier("Do b"));
    assert_eq!(synced.state(&a), "backlog");
    synced.world.write("a1", "x");
    synced.world.commit("Do half of a");
    synced.yes();
    assert_eq!(synced.state(&a), "started");
    assert_eq!(synced.state(&b), "backlog");
    synced.world.write("a2", "x");
    synced.world.commit("Do a");
    synced.yes();
    assert_eq!(synced.state(&a), "completed");
    let first = synced.twin.with(|workspace| {
        let state = workspace.issue(&a).unwrap().state;
        workspace.teams[0].states.iter().find(|one| one.id == state).unwrap().name.clone()
    });
    assert_eq!(first, "Erledigt");
    synced.settled(2);

    synced.world.remove("a1");
    synced.world.commit("Break a");
    let status = synced.world.ok(&["status", "--format", "json"]).json();
    let linear = &status["linear"]["disagreements"];
    assert_eq!(linear[0]["identifier"], a.as_str(), "{status:#}");
    assert_eq!(linear[0]["tasks"], serde_json::json!(["a.1"]));
    let standup = synced.world.ok(&["standup", "--format", "json"]).json();
    let said = &standup["linear"]["disagreements"][0];
    assert_eq!(said["identifier"], a.as_str(), "{standup:#}");
    let document = synced.yes();
    assert_eq!(notes(&document, "drift").len(), 1, "{document:#}");
    assert_eq!(synced.state(&a), "completed");
    assert!(synced.issue(&a).comments.is_empty());
    synced.settled(2);

    let plan =
        synced.world.read("plan.toml").replace("team = \"STAB\"", "team = \"STAB\"\non_claimed_done = \"reopen\"");
    synced.world.write("plan.toml", plan);
    let document = synced.yes();
    assert_eq!(kinds(&document).get("reopen"), Some(&1), "{document:#}");
    assert_eq!(synced.state(&a), "started");
    assert_eq!(synced.issue(&a).comments.len(), 1);
    synced.settled(2);
}

#[test]
fn nothing_is_written_without_a_yes() {
    let synced = Synced::small();
    let run = synced.sync(&[]);
    assert_eq!(run.code, 2, "{}{}", run.err, run.out);
    assert!(run.err.contains("--yes"), "{}", run.err);
    assert!(run.out.contains("+ create issue a"), "{}", run.out);
    assert!(synced.twin.log().iter().all(|one| !one.writes));
    assert!(!synced.world.read("plan.toml").contains("linear_id"));
}
