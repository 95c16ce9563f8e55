//! What people do with the project and the milestone of an issue. A row of docs/linear.md.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::sync_world::{Synced, fields};

/// The small plan in a project, and another project with a milestone of the same name as the plan's first phase.
fn in_a_project() -> (Synced, String, Uuid) {
    let synced = Synced::small();
    let team = synced.team();
    let other = synced.twin.with(|linear| {
        linear.add_project(team, "Work");
        linear.add_project(team, "Leisure")
    });
    let plan = synced.world.read("plan.toml").replace("team = \"STAB\"", "team = \"STAB\"\nproject = \"Work\"");
    synced.world.write("plan.toml", plan);
    synced.yes();
    synced.settled(2);
    let a = synced.identifier("Do a");
    synced.twin.with(|linear| {
        let mut own = linear.projects[0].milestones[0].clone();
        assert_eq!(own.name, "First");
        own.id = linear.fresh_id();
        linear.projects[1].milestones.push(own);
    });
    (synced, a, other)
}

/// Syncs, and wants one conflict of the milestone and nothing written. Answers the conflict.
fn conflict(synced: &Synced, a: &str) -> Value {
    let before = synced.issue(a);
    let run = synced.sync(&["--yes", "--format", "json"]);
    assert_eq!(run.code, 1, "{}{}", run.err, run.out);
    let document = run.json();
    assert_eq!(document["conflicts"].as_array().unwrap().len(), 1, "{document:#}");
    assert!(synced.twin.log().iter().all(|one| !one.writes), "{document:#}");
    assert_eq!(synced.issue(a), before);
    document["conflicts"][0].clone()
}

#[test]
fn another_milestone_is_a_conflict() {
    let (synced, a, _) = in_a_project();
    let second = synced.twin.with(|linear| linear.projects[0].milestones[1].clone());
    assert_eq!(second.name, "Second");
    synced.twin.with(|linear| linear.edit(&a, |issue| issue.milestone = Some(second.id))).unwrap();
    let found = conflict(&synced, &a);
    assert_eq!((&found["field"], &found["base"]), (&json!("milestone"), &json!("First")), "{found:#}");
    assert_eq!((&found["plan"], &found["linear"]), (&json!("First"), &json!("Second")), "{found:#}");
    let run = synced.sync(&["--dry-run"]);
    assert!(run.out.contains("move the issue to that phase in plan.toml"), "{}", run.out);
    // Linear's side is taken by moving the issue in plan.toml.
    let plan = synced.world.read("plan.toml");
    let (head, rest) = plan.split_once("[[phases.issues]]").unwrap();
    let (own, rest) = rest.split_once("[[phases]]").unwrap();
    synced.world.write("plan.toml", format!("{head}[[phases]]{rest}\n[[phases.issues]]{own}"));
    synced.yes();
    assert_eq!(synced.issue(&a).milestone, Some(second.id));
    synced.settled(2);
}

#[test]
fn the_plans_milestone_comes_back_when_told() {
    let (synced, a, _) = in_a_project();
    let [first, second] = synced.twin.with(|linear| [0, 1].map(|n| linear.projects[0].milestones[n].id));
    for gone in [Some(second), None] {
        synced.twin.with(|linear| linear.edit(&a, |issue| issue.milestone = gone)).unwrap();
        conflict(&synced, &a);
        synced.with(&["--yes", "--take", "plan"]);
        assert_eq!(synced.issue(&a).milestone, Some(first));
        synced.settled(2);
    }
}

#[test]
fn another_project_is_a_conflict_and_comes_back_when_told() {
    let (synced, a, other) = in_a_project();
    let before = synced.issue(&a);
    let namesake = synced.twin.with(|linear| linear.projects[1].milestones[0].id);
    for (project, milestone) in [(Some(other), None), (Some(other), Some(namesake)), (None, None)] {
        synced.twin.with(|linear| {
            let moved = |issue: &mut trueup::twin::Issue| (issue.project, issue.milestone) = (project, milestone);
            linear.edit(&a, moved).unwrap();
        });
        let found = conflict(&synced, &a);
        assert_eq!((&found["field"], &found["plan"]), (&json!("milestone"), &json!("First")), "{found:#}");
        assert_eq!(found["linear"], json!(null), "{found:#}");
        let run = synced.sync(&["--dry-run"]);
        assert!(run.out.contains("not in the plan's project any more"), "{}", run.out);
        // Everything else of the issue goes on.
        synced.world.write("plan.toml", synced.world.read("plan.toml").replace("\"Do a\"", "\"Do it all\""));
        assert_eq!(synced.sync(&["--yes"]).code, 1);
        assert_eq!((synced.issue(&a).title.as_str(), synced.issue(&a).project), ("Do it all", project));
        synced.world.write("plan.toml", synced.world.read("plan.toml").replace("\"Do it all\"", "\"Do a\""));
        assert_eq!(synced.sync(&["--yes"]).code, 1);
        let document = synced.with(&["--yes", "--take", "plan"]);
        assert!(fields(&document, "update", "a").contains_key("milestone"), "{document:#}");
        let after = synced.issue(&a);
        assert_eq!((after.project, after.milestone), (before.project, before.milestone));
        synced.settled(2);
    }
}
