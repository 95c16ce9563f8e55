//! What people do to the description of an issue, and what Linear does to it. Rows of docs/linear.md.

use serde_json::json;
use trueup::sync::Base;

use crate::sync_world::{Synced, fields, notes};

/// The small plan in Linear, as nothing of it is done.
fn synced() -> (Synced, String, String) {
    let synced = Synced::small();
    synced.yes();
    let (a, b) = (synced.identifier("Do a"), synced.identifier("Do b"));
    (synced, a, b)
}

fn people(synced: &Synced, work: impl FnOnce(&mut trueup::twin::Workspace)) {
    synced.twin.with(work);
}

#[test]
fn a_tick_is_a_claim_and_is_undone_with_a_yes() {
    let (synced, a, _) = synced();
    people(&synced, |linear| linear.tick(&a, "`a.1`", true).unwrap());
    let document = synced.with(&["--dry-run"]);
    assert!(notes(&document, "claim")[0].1.contains("ticked a.1"), "{document:#}");
    assert!(fields(&document, "update", "a").contains_key("block"));
    assert!(synced.issue(&a).description.unwrap().contains("[X] `a.1`"));
    synced.yes();
    assert!(synced.issue(&a).description.unwrap().contains("[ ] `a.1`"));
    let status = synced.world.ok(&["status", "--format", "json"]).json();
    let task = &status["tasks"][0];
    assert_eq!(task["claimed_by"][0], json!({"source": "linear", "where": a, "value": "[x]"}), "{task:#}");
    assert_eq!(task["claimed"], true);
    synced.settled(2);
}

#[test]
fn lines_of_theirs_inside_the_block_are_kept_below_it() {
    let (synced, a, _) = synced();
    people(&synced, |linear| {
        linear.describe(&a, |text| text.replace("⟦trueup⟧\n", "⟦trueup⟧\n\nAsk _Anna_ first.\n")).unwrap();
    });
    let document = synced.yes();
    assert!(notes(&document, "claim")[0].1.contains("kept below"), "{document:#}");
    let text = synced.issue(&a).description.unwrap();
    let (block, below) = text.split_once("⟦/trueup⟧").unwrap();
    assert!(below.contains("Ask *Anna* first.") && !block.contains("Anna"), "{text}");
    synced.settled(2);
}

#[test]
fn a_tasks_text_is_the_plans() {
    let (synced, a, _) = synced();
    people(&synced, |linear| linear.describe(&a, |text| text.replace("Write `a1`", "Write nothing")).unwrap());
    let document = synced.yes();
    assert!(notes(&document, "claim")[0].1.contains("edited its text"), "{document:#}");
    assert!(synced.issue(&a).description.unwrap().contains("Write `a1`"));
    synced.settled(2);
}

#[test]
fn text_around_the_block_stays_to_the_byte() {
    let (synced, a, _) = synced();
    let around =
        |text: &str| format!("# Notes\n\n- [x] mine, see name.sh\n\n{text}\n\n| a |\n|---|\n| `b` |\n\n_end_ [tag]");
    people(&synced, |linear| linear.describe(&a, around).unwrap());
    synced.settled(2);
    let before = synced.issue(&a).description.unwrap();
    synced.world.write("a1", "");
    synced.world.commit("Do half of a");
    synced.yes();
    let after = synced.issue(&a).description.unwrap();
    assert_ne!(before, after);
    let outside = |text: &str| {
        let (head, rest) = text.split_once("⟦trueup⟧").unwrap();
        (head.to_owned(), rest.split_once("⟦/trueup⟧").unwrap().1.to_owned())
    };
    assert_eq!(outside(&before), outside(&after));
    // What was sent is what was returned, to the byte.
    let log = synced.twin.log();
    let sent = log.iter().find_map(|one| one.variables.get("input")?.get("description")?.as_str()).unwrap();
    assert_eq!(outside(&before), outside(sent));
}

#[test]
fn a_block_that_is_gone_is_put_back_and_a_damaged_one_left_alone() {
    let (synced, a, b) = synced();
    people(&synced, |linear| {
        linear.describe(&a, |_| "mine".to_owned()).unwrap();
        linear.describe(&b, |text| text.replace("⟦/trueup⟧", "")).unwrap();
    });
    let damaged = synced.issue(&b).description;
    let document = synced.yes();
    assert!(synced.issue(&a).description.unwrap().starts_with("mine\n\n⟦trueup⟧"));
    assert!(notes(&document, "left")[0].1.contains("closing mark is gone"), "{document:#}");
    assert_eq!(synced.issue(&b).description, damaged);
    synced.settled(2);
}

#[test]
fn an_unticked_box_is_a_claim_too() {
    let (synced, a, _) = synced();
    synced.world.write("a1", "");
    synced.world.commit("Do half of a");
    synced.yes();
    people(&synced, |linear| linear.tick(&a, "`a.1`", false).unwrap());
    let document = synced.yes();
    assert!(notes(&document, "claim")[0].1.contains("unticked a.1"), "{document:#}");
    assert!(synced.issue(&a).description.unwrap().contains("[X] `a.1`"));
    let status = synced.world.ok(&["status", "--format", "json"]).json();
    assert_eq!(status["tasks"][0]["claimed_by"][0]["value"], "[ ]", "{status:#}");
    assert_eq!(status["tasks"][0]["claimed"], false);
    synced.settled(2);
}

#[test]
fn what_the_repository_did_meanwhile_is_nobodys_tick() {
    let (synced, a, _) = synced();
    synced.world.write("a1", "");
    synced.world.commit("Do half of a");
    synced.yes();
    // The box was ticked by a sync; then the task broke, and somebody wrote into the block.
    synced.world.remove("a1");
    synced.world.write("a2", "");
    synced.world.commit("Do the other half");
    people(&synced, |linear| {
        linear.describe(&a, |text| text.replace("⟦trueup⟧\n", "⟦trueup⟧\n\nAsk Anna.\n")).unwrap();
    });
    let document = synced.yes();
    let said = &notes(&document, "claim")[0].1;
    assert!(said.contains("a line of their own") && !said.contains("ticked"), "{said}");
    let status = synced.world.ok(&["status", "--format", "json"]).json();
    assert_eq!(status["tasks"][0]["claimed_by"], json!([]), "{status:#}");
    assert_eq!(status["linear"]["disagreements"], json!([]));
}

#[test]
fn a_text_that_comes_back_in_a_way_that_nobody_knew_of_is_no_edit() {
    let synced = Synced::small();
    synced.twin.with(|linear| linear.manner.curls_quotes = true);
    let plan = synced.world.read("plan.toml").replace("Write `a1` for _everybody_", "Write Anna's `a1`");
    synced.world.write("plan.toml", plan);
    synced.yes();
    let a = synced.identifier("Do a");
    let description = || synced.issue(&a).description.unwrap();
    assert!(description().contains("Anna’s"), "{}", description());
    let returned = |synced: &Synced| {
        let metadata = synced.issue(&a).attachments[0].metadata.clone();
        let trueup::sync::Recorded::Known { base, .. } = Base::recorded(&metadata) else { panic!("{metadata:?}") };
        base.returned
    };
    let first = returned(&synced).expect("what came back is remembered");
    synced.settled(2);
    // A verdict changes: it is written anew, and what came back is remembered anew. Nobody is said to have done it.
    synced.world.write("a1", "");
    synced.world.commit("Do half of a");
    let document = synced.yes();
    assert_eq!(notes(&document, "claim"), [], "{document:#}");
    assert!(description().contains("[X] `a.1`"));
    assert_ne!(returned(&synced).unwrap(), first);
    synced.settled(2);
    synced.world.remove("a1");
    synced.world.commit("Break a");
    let status = synced.world.ok(&["status", "--format", "json"]).json();
    assert_eq!(status["linear"]["disagreements"], json!([]), "{status:#}");
    assert_eq!(status["tasks"][0]["claimed_by"], json!([]));
    synced.yes();
    // A person's edit of it is one.
    people(&synced, |linear| linear.tick(&a, "`a.2`", true).unwrap());
    let document = synced.yes();
    assert_eq!(notes(&document, "claim").len(), 1, "{document:#}");
    assert!(notes(&document, "claim")[0].1.contains("ticked a.2"));
    assert!(description().contains("[ ] `a.2`"));
    synced.settled(2);
    // Once Linear gives it back as it was sent, nothing is remembered.
    synced.twin.with(|linear| linear.manner.curls_quotes = false);
    synced.world.write("a1", "").write("a2", "");
    synced.world.commit("Do a");
    synced.yes();
    assert_eq!(returned(&synced), None);
    synced.settled(2);
}
