//! Every combination of edits on both sides, over all fields at once: what changed on one side is on both, what changed
//! on both is a conflict that loses neither, and then it is settled.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use trueup::linear::{Client, Endpoint, Key, Setup};
use trueup::plan::Priority;
use trueup::sync::{Applied, Changes, Choices, Deciding, Edit, EditedValue, Publication, Sent, Wanted, apply, look};
use trueup::twin::{Twin, Workspace};

use crate::sync_world::{Synced, published};

/// Who changes a field.
const WHO: [(bool, bool); 4] = [(false, false), (true, false), (false, true), (true, true)];

fn priority(word: &str) -> Priority {
    match word {
        "urgent" => Priority::Urgent,
        "high" => Priority::High,
        "medium" => Priority::Medium,
        "low" => Priority::Low,
        _ => Priority::None,
    }
}

/// Writes an edit into the plan as it is held in memory.
fn write(publication: &mut Publication, edit: &Edit) {
    let wanted = publication.issues.iter_mut().find(|wanted| wanted.id == edit.issue).unwrap();
    match (edit.key, &edit.to) {
        ("title", EditedValue::Text(text)) => wanted.title.clone_from(text),
        ("priority", EditedValue::Text(text)) => wanted.priority = priority(text),
        ("labels", EditedValue::Texts(texts)) => wanted.labels = texts.iter().cloned().collect(),
        ("needs", EditedValue::Texts(texts)) => wanted.needs = texts.iter().cloned().collect(),
        ("linear", EditedValue::Text(text)) => wanted.linear = Some(text.clone()),
        ("linear_id", EditedValue::Text(text)) => wanted.linear_id = Some(text.clone()),
        other => panic!("{other:?}"),
    }
}

/// One sync of a clone that remembers what it held.
fn sync(client: &Client, publication: &mut Publication, sent: &mut Sent) -> (Changes, Applied) {
    let look = look(client, publication, "STAB", None, false).unwrap();
    let deciding = Deciding {
        publication,
        overview: &look.overview,
        home: &look.home,
        links: &look.links,
        sent,
        choices: Choices::default(),
    };
    let changes = deciding.decide();
    assert_eq!(deciding.decide(), changes, "the same question has the same answer");
    sent.about_to_send(&changes);
    let mut written = Vec::new();
    let mut keep = |edits: &[Edit]| {
        written.extend(edits.to_vec());
        Ok(())
    };
    let applied = apply(client, &changes, &mut keep, &mut |_| ControlFlow::Continue(()));
    assert!(applied.is_whole(), "{applied:?}");
    applied.done.iter().for_each(|issue| sent.arrived(issue));
    sent.agreed(&changes, Some(&applied));
    written.iter().for_each(|edit| write(publication, edit));
    (changes, applied)
}

/// Title, priority, labels and needs of the second issue, in the plan and in Linear.
type Values = (String, u8, BTreeSet<String>, bool);

fn here(wanted: &Wanted) -> Values {
    let number = match wanted.priority {
        Priority::Urgent => 1,
        Priority::High => 2,
        Priority::Medium => 3,
        Priority::Low => 4,
        Priority::None => 0,
    };
    (wanted.title.clone(), number, wanted.labels.clone(), wanted.needs.contains("a"))
}

fn there(twin: &Twin, id: &str) -> Values {
    twin.with(|linear| {
        let issue = linear.issue(id).unwrap();
        let name = |label| linear.labels.iter().find(|one| one.id == label).unwrap().name.clone();
        let labels = issue.labels.iter().map(|label| name(*label)).collect();
        let blocked = linear.relations.iter().any(|one| one.related == issue.id && one.kind == "blocks");
        (issue.title.clone(), issue.priority, labels, blocked)
    })
}

#[test]
fn edits_of_both_sides_meet_in_every_combination() {
    let origin = published(&Synced::small().world);
    let combinations = WHO.iter().flat_map(|title| {
        WHO.iter().flat_map(move |priority| {
            WHO.iter().flat_map(move |labels| WHO.iter().map(move |needs| [*title, *priority, *labels, *needs]))
        })
    });
    let mut workspace = Workspace::default();
    workspace.add_team("STAB", "StatsboardBack");
    (workspace.limits.requests, workspace.limits.points) = (u64::MAX, u64::MAX);
    let added = ["ours", "theirs"].map(|name| workspace.add_label(None, name));
    let twin = Twin::start(workspace).unwrap();
    let (endpoint, key) = (Endpoint::new(&twin.url()).unwrap(), Key::new(&twin.key()).unwrap());
    let client = Client::new(Setup::new(endpoint, key, "trueup://plan/")).unwrap();
    for (n, [title, priority, labels, needs]) in combinations.enumerate() {
        let at = format!("title {title:?}, priority {priority:?}, labels {labels:?}, needs {needs:?}");
        // A plan of its own, in the same workspace.
        let mut publication = origin.clone();
        let mut plan = trueup::plan::Plan::clone(&origin.plan);
        plan.uid = format!("combination-{n}");
        publication.plan = Arc::new(plan);
        twin.with(|linear| {
            linear.issues.clear();
            linear.relations.clear();
        });
        let mut sent = Sent::default();
        sync(&client, &mut publication, &mut sent);
        let id = publication.issues[1].linear_id.clone().unwrap();
        assert_eq!(there(&twin, &id), ("Do b".to_owned(), 4, BTreeSet::new(), true), "{at}");

        let wanted = &mut publication.issues[1];
        if title.0 {
            wanted.title = "Do b here".to_owned();
        }
        if priority.0 {
            wanted.priority = Priority::Urgent;
        }
        if labels.0 {
            wanted.labels.insert("ours".to_owned());
        }
        if needs.0 {
            wanted.needs.clear();
        }
        twin.with(|linear| {
            let change = |issue: &mut trueup::twin::Issue| {
                if title.1 {
                    issue.title = "Do b there".to_owned();
                }
                if priority.1 {
                    issue.priority = 3;
                }
                if labels.1 {
                    issue.labels.push(added[1]);
                }
            };
            linear.edit(&id, change).unwrap();
            if needs.1 {
                linear.relations.clear();
            }
        });
        let (plan_before, linear_before) = (here(&publication.issues[1]), there(&twin, &id));
        let (changes, _) = sync(&client, &mut publication, &mut sent);
        let torn: Vec<&str> = changes.conflicts.iter().map(|conflict| conflict.field).collect();
        let both = [("title", title), ("priority", priority)];
        let expected: Vec<&str> = both.iter().filter(|(_, who)| *who == (true, true)).map(|(name, _)| *name).collect();
        assert_eq!(torn, expected, "{at}");
        let (plan, linear) = (here(&publication.issues[1]), there(&twin, &id));
        // A field that only one side changed is as that side has it, on both; a conflict leaves both as they were.
        let pick = |who: (bool, bool)| if who.0 { &plan_before } else { &linear_before };
        for (name, who, of) in [
            ("title", title, (|values| values.0.clone()) as fn(&Values) -> String),
            ("priority", priority, |values| values.1.to_string()),
        ] {
            if who == (true, true) {
                assert_eq!((of(&plan), of(&linear)), (of(&plan_before), of(&linear_before)), "{name}: {at}");
            } else {
                assert_eq!((of(&plan), of(&linear)), (of(pick(who)), of(pick(who))), "{name}: {at}");
            }
        }
        let all: BTreeSet<String> =
            [("ours", labels.0), ("theirs", labels.1)].iter().filter(|(_, on)| *on).map(|(n, _)| (*n).into()).collect();
        assert_eq!((&plan.2, &linear.2), (&all, &all), "{at}");
        assert_eq!((plan.3, linear.3), (needs == (false, false), needs == (false, false)), "{at}");
        // And then it is settled; a conflict stays one, and nothing is written for it.
        twin.clear_log();
        let (again, _) = sync(&client, &mut publication, &mut sent);
        assert!(again.is_empty(), "{at}: {again:#?}");
        assert_eq!(again.conflicts, changes.conflicts, "{at}");
        assert!(twin.log().iter().all(|one| !one.writes), "{at}");
    }
}
