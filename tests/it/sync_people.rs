//! What people do with an issue in Linear: what of it is pushed, pulled, reported. Rows of docs/linear.md.

use serde_json::{Value, json};
use trueup::twin::Workspace;

use crate::sync_world::{Synced, fields, kinds, notes};

/// The small plan in Linear, as nothing of it is done.
fn synced() -> (Synced, String, String) {
    let synced = Synced::small();
    synced.yes();
    synced.settled(2);
    let (a, b) = (synced.identifier("Do a"), synced.identifier("Do b"));
    (synced, a, b)
}

fn people(synced: &Synced, work: impl FnOnce(&mut Workspace)) {
    synced.twin.with(work);
}

fn pair(from: &str, to: &str) -> (Value, Value) {
    (json!(from), json!(to))
}

#[test]
fn a_title_is_pulled() {
    let (synced, a, _) = synced();
    people(&synced, |linear| linear.retitle(&a, "Do \"a\" well").unwrap());
    let document = synced.yes();
    assert_eq!(fields(&document, "pull", "a")["title"], pair("Do a", "Do \"a\" well"), "{document:#}");
    assert!(synced.world.read("plan.toml").contains("Do \"a\" well"));
    assert_eq!(synced.issue(&a).title, "Do \"a\" well");
    synced.settled(2);
}

#[test]
fn a_title_of_the_plan_is_pushed() {
    let (synced, a, _) = synced();
    synced.world.write("plan.toml", synced.world.read("plan.toml").replace("Do a", "Do it all"));
    let document = synced.yes();
    assert_eq!(fields(&document, "update", "a")["title"], pair("Do a", "Do it all"), "{document:#}");
    assert_eq!(synced.issue(&a).title, "Do it all");
    synced.settled(2);
}

#[test]
fn two_titles_are_a_conflict_until_somebody_chooses() {
    for (take, wins) in [("plan", "Do it all"), ("linear", "Do a well")] {
        let (synced, a, _) = synced();
        people(&synced, |linear| linear.retitle(&a, "Do a well").unwrap());
        synced.world.write("plan.toml", synced.world.read("plan.toml").replace("Do a", "Do it all"));
        for _ in 0..2 {
            let run = synced.sync(&["--yes", "--format", "json"]);
            assert_eq!(run.code, 1, "{}{}", run.err, run.out);
            let conflict = &run.json()["conflicts"][0];
            assert_eq!(conflict["field"], "title");
            assert_eq!((&conflict["base"], &conflict["plan"]), (&json!("Do a"), &json!("Do it all")));
            assert_eq!(conflict["linear"], "Do a well");
            assert_eq!(synced.issue(&a).title, "Do a well");
            assert!(synced.world.read("plan.toml").contains("Do it all"));
        }
        synced.with(&["--yes", "--take", take]);
        assert_eq!(synced.issue(&a).title, wins);
        assert!(synced.world.read("plan.toml").contains(wins));
        synced.settled(2);
    }
}

#[test]
fn a_priority_is_pulled() {
    let (synced, a, _) = synced();
    people(&synced, |linear| linear.prioritise(&a, 1).unwrap());
    let document = synced.yes();
    assert_eq!(fields(&document, "pull", "a")["priority"], pair("high", "urgent"), "{document:#}");
    assert_eq!(synced.issue(&a).priority, 1);
    synced.settled(2);
}

#[test]
fn labels_are_pulled_one_by_one() {
    let (synced, a, _) = synced();
    let team = synced.team();
    let labels = synced.twin.with(|linear| [linear.add_label(Some(team), "docker"), linear.add_label(None, "bug")]);
    people(&synced, |linear| linear.put_label(&a, labels[0]).unwrap());
    synced.yes();
    assert!(synced.world.read("plan.toml").contains(r#"labels = ["docker"]"#), "{}", synced.world.read("plan.toml"));
    // One more here, one less there: both count.
    synced.world.write("plan.toml", synced.world.read("plan.toml").replace(r#"["docker"]"#, r#"["docker", "bug"]"#));
    people(&synced, |linear| linear.edit(&a, |issue| issue.labels.clear()).unwrap());
    synced.yes();
    assert_eq!(synced.issue(&a).labels, [labels[1]]);
    assert!(synced.world.read("plan.toml").contains(r#"labels = ["bug"]"#));
    synced.settled(2);
}

#[test]
fn a_label_that_the_team_lacks_is_said() {
    let (synced, ..) = synced();
    let plan = synced.world.read("plan.toml").replace("title = \"Do a\"", "title = \"Do a\"\nlabels = [\"nowhere\"]");
    synced.world.write("plan.toml", plan);
    let document = synced.yes();
    assert!(notes(&document, "left")[0].1.contains("nowhere"), "{document:#}");
    synced.settled(2);
}

#[test]
fn a_state_is_left_until_the_tasks_say_more() {
    let (synced, a, _) = synced();
    people(&synced, |linear| linear.set_state(&a, "started").unwrap());
    synced.settled(2);
    assert_eq!(synced.state(&a), "started");
    synced.world.write("a1", "").write("a2", "");
    synced.world.commit("Do a");
    synced.yes();
    people(&synced, |linear| linear.set_state(&a, "unstarted").unwrap());
    let document = synced.yes();
    assert_eq!(fields(&document, "update", "a")["state"], pair("Kommt dran", "Erledigt"), "{document:#}");
    assert_eq!(synced.state(&a), "completed");
}

#[test]
fn work_that_has_begun_is_started_from_where_nobody_works_and_from_nowhere_else() {
    for (kind, after) in [
        ("triage", "started"),
        ("backlog", "started"),
        ("unstarted", "started"),
        ("started", "started"),
        ("completed", "completed"),
    ] {
        let (synced, a, _) = synced();
        people(&synced, |linear| {
            linear.set_state(&a, kind).unwrap();
            if kind == "started" {
                let review = linear.teams[0].states.iter().find(|state| state.name == "In Review").unwrap().id;
                linear.edit(&a, |issue| issue.state = review).unwrap();
            }
        });
        let before = synced.issue(&a).state;
        synced.world.write("a1", "");
        synced.world.commit("Do half of a");
        synced.yes();
        assert_eq!(synced.state(&a), after, "{kind}");
        // The first state of its type by place, and a person's choice among them stays.
        let name = synced.twin.with(|linear| {
            let state = linear.issue(&a).unwrap().state;
            linear.teams[0].states.iter().find(|one| one.id == state).unwrap().name.clone()
        });
        if kind == after {
            assert_eq!(synced.issue(&a).state, before, "{kind}");
        } else {
            assert_eq!(name, "Läuft");
        }
        synced.settled(2);
    }
}

#[test]
fn what_is_given_up_is_never_written_to() {
    for kind in ["canceled", "duplicate"] {
        let (synced, a, _) = synced();
        people(&synced, |linear| linear.set_state(&a, kind).unwrap());
        synced.world.write("a1", "").write("a2", "");
        synced.world.commit("Do a");
        let before = synced.issue(&a);
        let document = synced.yes();
        assert!(notes(&document, "left")[0].1.contains(kind), "{document:#}");
        assert_eq!(synced.issue(&a), before);
        // Undone, it is written to again.
        people(&synced, |linear| linear.set_state(&a, "backlog").unwrap());
        synced.yes();
        assert_eq!(synced.state(&a), "completed");
        synced.settled(2);
    }
}

#[test]
fn relations_go_both_ways_and_a_persons_is_never_replaced() {
    let (synced, a, b) = synced();
    let (a_id, b_id) = (synced.issue(&a).id, synced.issue(&b).id);
    let relations = |synced: &Synced| synced.twin.with(|linear| linear.relations.clone());
    assert_eq!(relations(&synced).len(), 1);
    people(&synced, |linear| linear.relations.clear());
    let document = synced.yes();
    assert_eq!(fields(&document, "pull", "b")["needs"], pair("a", ""), "{document:#}");
    synced.settled(2);
    people(&synced, |linear| {
        linear.relate(a_id, "blocks", b_id);
    });
    let document = synced.yes();
    assert_eq!(fields(&document, "pull", "b")["needs"], pair("", "a"), "{document:#}");
    synced.settled(2);
    let plan = synced.world.read("plan.toml");
    synced.world.write("plan.toml", plan.replace("needs = [\"a\"]", "needs = []"));
    assert_eq!(kinds(&synced.yes()).get("unrelate"), Some(&1));
    assert!(relations(&synced).is_empty());
    people(&synced, |linear| {
        linear.relate(b_id, "related", a_id);
    });
    synced.world.write("plan.toml", synced.world.read("plan.toml").replace("needs = []", "needs = [\"a\"]"));
    let document = synced.yes();
    assert!(notes(&document, "left")[0].1.contains("related otherwise"), "{document:#}");
    assert_eq!(relations(&synced)[0].kind, "related");
    synced.settled(2);
}

#[test]
fn what_is_archived_is_left_and_comes_back() {
    let (synced, a, _) = synced();
    people(&synced, |linear| linear.archive(&a).unwrap());
    synced.world.write("a1", "");
    synced.world.commit("Do half of a");
    let before = synced.issue(&a);
    let document = synced.yes();
    assert!(notes(&document, "left")[0].1.contains("archived"), "{document:#}");
    assert_eq!(synced.issue(&a), before);
    people(&synced, |linear| linear.restore(&a).unwrap());
    synced.yes();
    assert!(synced.issue(&a).description.unwrap().contains("[X] `a.1`"));
    synced.settled(2);
}

#[test]
fn what_lies_in_the_trash_is_made_anew_only_when_told() {
    for erased in [false, true] {
        for linked in [true, false] {
            if erased && !linked {
                // The id is taken and nothing is found by it: see `an_id_that_is_taken_for_good_gives_way_when_told`.
                continue;
            }
            let (synced, a, _) = synced();
            let before = synced.issue(&a).id;
            people(&synced, |linear| linear.trash(&a).unwrap());
            if erased {
                people(&synced, |linear| linear.erase(&a).unwrap());
            }
            if !linked {
                let plan = synced.world.read("plan.toml");
                let lines = plan.lines().filter(|line| !line.starts_with("linear"));
                synced.world.write("plan.toml", lines.collect::<Vec<_>>().join("\n"));
            }
            let document = synced.yes();
            assert!(notes(&document, "left")[0].1.contains("--recreate"), "{document:#}");
            assert_eq!(kinds(&document).get("create"), None);
            let document = synced.with(&["--yes", "--recreate"]);
            assert_eq!(kinds(&document).get("create"), Some(&1), "{document:#}");
            let live = synced.twin.with(|linear| {
                let live = linear.issues.iter().filter(|issue| !issue.trashed && issue.title == "Do a");
                live.map(|issue| issue.id).collect::<Vec<_>>()
            });
            assert_eq!(live.len(), 1);
            assert_ne!(live[0], before);
            synced.settled(2);
        }
    }
}

#[test]
fn an_issue_that_moved_to_another_team_is_followed() {
    let (synced, a, _) = synced();
    people(&synced, |linear| {
        linear.add_team("OPS", "Operations");
        linear.move_to(&a, "OPS").unwrap();
    });
    synced.world.write("a1", "").write("a2", "");
    synced.world.commit("Do a");
    let document = synced.yes();
    assert_eq!(fields(&document, "link", "a")["linear"], pair(&a, "OPS-1"), "{document:#}");
    assert!(notes(&document, "left")[0].1.contains("team OPS"), "{document:#}");
    assert!(synced.issue("OPS-1").description.unwrap().contains("[X] `a.2`"));
    assert_eq!(synced.state("OPS-1"), "backlog");
    synced.settled(2);
}

#[test]
fn a_renamed_team_is_told_and_followed() {
    let (synced, ..) = synced();
    people(&synced, |linear| linear.rename_team("STAB", "CORE").unwrap());
    let run = synced.sync(&["--yes"]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("team = \"CORE\""), "{}", run.err);
    synced.world.write("plan.toml", synced.world.read("plan.toml").replace("team = \"STAB\"", "team = \"CORE\""));
    let document = synced.yes();
    assert_eq!(fields(&document, "link", "a")["linear"], pair("STAB-1", "CORE-1"), "{document:#}");
    assert_eq!(kinds(&document).get("create"), None);
    synced.settled(2);
}

#[test]
fn what_hangs_on_an_issue_is_left() {
    let (synced, a, _) = synced();
    people(&synced, |linear| {
        linear.add_attachment(&a, "https://github.com/o/r/pull/1").unwrap();
        let comment = trueup::twin::Comment { id: linear.fresh_id(), body: "hm".to_owned() };
        linear.edit(&a, |issue| issue.comments.push(comment)).unwrap();
    });
    synced.settled(2);
    // Evidence that somebody took off is attached again.
    people(&synced, |linear| {
        linear.edit(&a, |issue| issue.attachments.retain(|one| !one.url.starts_with("trueup:"))).unwrap();
    });
    synced.yes();
    let issue = synced.issue(&a);
    assert_eq!((issue.attachments.len(), issue.comments.len()), (2, 1));
    synced.settled(2);
}
