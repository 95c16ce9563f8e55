//! Cut or killed at any request, the next sync ends with each issue once.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use trueup::linear::{Client, Endpoint, Error, Key, Pause, Setup};
use trueup::sync::{Applied, Choices, Deciding, Publication, Sent, apply, ids, look};
use trueup::twin::{Fault, Gate, Outcome, Twin, When, Workspace};

use crate::sync_world::{Synced, published, titles};
use crate::world::World;

const UID: &str = "3f2c8c5e-0000-4000-8000-00000000000b";

/// Eleven issues: one exists, some need others, labels and milestones.
fn eleven() -> Synced {
    Synced { world: world(), twin: workspace() }
}

fn world() -> World {
    let world = World::new();
    let mut plan = format!(
        "schema = 1\n[plan]\nuid = \"{UID}\"\ntitle = \"Eleven\"\n[linear]\nteam = \"STAB\"\nproject = \"Hardening\"\n\
         on_claimed_done = \"reopen\"\n"
    );
    for n in 1..=11 {
        if n == 1 || n == 6 {
            plan.push_str(&format!("[[phases]]\nid = \"{n}\"\ntitle = \"Phase {n}\"\npriority = \"high\"\n"));
        }
        plan.push_str(&format!("[[phases.issues]]\nid = \"{n}\"\ntitle = \"Issue {n}\"\n"));
        match n {
            1 => plan.push_str("linear = \"STAB-155\"\n"),
            4 | 9 => plan.push_str(&format!("needs = [\"1\", \"{}\"]\nlabels = [\"docker\"]\n", n - 1)),
            _ => {}
        }
        let check = format!("check = {{ file = {{ path = \"f{n}\" }} }}");
        plan.push_str(&format!("[[phases.issues.tasks]]\nid = \"{n}.1\"\ntext = \"Write `f{n}`\"\n{check}\n"));
    }
    world.write("plan.toml", plan).write("f2", "x");
    world.commit("Add the plan");
    world
}

fn workspace() -> Twin {
    let mut workspace = Workspace::default();
    let team = workspace.add_team("STAB", "StatsboardBack");
    workspace.teams[0].next_number = 155;
    workspace.add_issue("STAB", "Issue 1").unwrap();
    // Done, it is claimed, and not so: it is moved back with a comment.
    workspace.set_state("STAB-155", "completed").unwrap();
    // Nobody may lose what people gave it: its priority goes into the plan, its text stays.
    workspace.prioritise("STAB-155", 1).unwrap();
    workspace.describe("STAB-155", |_| "What people wrote".to_owned()).unwrap();
    workspace.add_project(team, "Hardening");
    workspace.add_label(Some(team), "docker");
    Twin::start(workspace).unwrap()
}

/// Waits for nothing: tries again at once, or gives up at once.
struct Hasty(bool);

impl Pause for Hasty {
    fn before_retry(&self, _: Duration, _: &Error) -> bool {
        self.0
    }
}

/// A sync in this process; `tries` again when a request fails.
fn sync(twin: &Twin, publication: &Publication, tries: bool) -> Result<Applied, Error> {
    let choices = Choices { reopen: true, ..Choices::default() };
    sync_with(twin, publication, choices, Some("Hardening"), tries)
}

fn sync_with(
    twin: &Twin,
    publication: &Publication,
    choices: Choices,
    project: Option<&str>,
    tries: bool,
) -> Result<Applied, Error> {
    let setup = Setup {
        pause: Box::new(Hasty(tries)),
        ..Setup::new(
            Endpoint::new(&twin.url()).unwrap(),
            Key::new(&twin.key()).unwrap(),
            ids::addresses(&publication.plan.uid),
        )
    };
    let client = Client::new(setup).unwrap();
    let look = match look(&client, publication, "STAB", project, choices.recreate) {
        Ok(look) => look,
        Err(trueup::sync::LookError::Linear(error)) => return Err(error),
        Err(other) => panic!("{other}"),
    };
    let changes = Deciding {
        publication,
        overview: &look.overview,
        home: &look.home,
        links: &look.links,
        sent: &Sent::default(),
        choices,
    }
    .decide();
    // Where plan.toml cannot be written, Linear alone has to tell what is what.
    let mut write = |edits: &[trueup::sync::Edit]| Err((edits.to_vec(), "read-only".to_owned()));
    let applied = apply(&client, &changes, &mut write, &mut |_| std::ops::ControlFlow::Continue(()));
    match applied.stopped.clone() {
        Some(error) => Err(error),
        None => Ok(applied),
    }
}

/// Everything that has to be there once, is.
fn each_once(twin: &Twin, at: &str) {
    let titles = titles(twin);
    let distinct: BTreeSet<&String> = titles.iter().collect();
    assert_eq!((titles.len(), distinct.len()), (11, 11), "{at}: {titles:?}");
    twin.with(|workspace| {
        for issue in &workspace.issues {
            assert_eq!(issue.attachments.len(), 1, "{at}: attachments of {}", issue.title);
            let description = issue.description.as_deref().unwrap_or_default();
            assert_eq!(description.matches("⟦trueup⟧").count(), 1, "{at}: {description}");
        }
        let adopted = workspace.issue("STAB-155").unwrap();
        assert_eq!(adopted.comments.len(), 1, "{at}: comments");
        assert_eq!(adopted.priority, 1, "{at}: the priority that a person gave");
        assert!(adopted.description.as_ref().unwrap().starts_with("What people wrote\n\n⟦trueup⟧"), "{at}");
        assert!(adopted.completed_at.is_none(), "{at}: it was moved back");
        assert_eq!(workspace.relations.len(), 4, "{at}: {:?}", workspace.relations);
        assert_eq!(workspace.projects[0].milestones.len(), 2, "{at}");
        let labelled = workspace.issues.iter().filter(|issue| !issue.labels.is_empty()).count();
        assert_eq!(labelled, 2, "{at}: labels");
    });
}

/// How many requests a whole sync takes.
fn requests(publication: &Publication) -> u64 {
    let twin = workspace();
    sync(&twin, publication, false).unwrap();
    each_once(&twin, "without a fault");
    let count = twin.log().len() as u64;
    assert!(count > 20, "only {count} requests");
    count
}

#[test]
fn an_id_that_is_taken_for_good_gives_way_when_told() {
    let synced = Synced::small();
    let publication = published(&synced.world);
    let uid = publication.plan.uid.clone();
    let ids = synced.twin.with(|linear| {
        let (organization, team) = (linear.organization.to_string(), linear.teams[0].id.to_string());
        let ids = [0, 1].map(|generation| ids::issue(&organization, &team, &uid, "a", generation));
        linear.phantoms.insert(ids[0]);
        ids
    });
    let said = sync_with(&synced.twin, &publication, Choices::default(), None, true).unwrap();
    assert!(matches!(said.failed.as_slice(), [(issue, Error::PhantomConflict { .. })] if issue == "a"), "{said:?}");
    assert_eq!(synced.titles(), ["Do b"]);
    let recreate = Choices { recreate: true, ..Choices::default() };
    let said = sync_with(&synced.twin, &publication, recreate, None, true).unwrap();
    assert_eq!(said.failed, []);
    assert_eq!(synced.titles(), ["Do a", "Do b"]);
    synced.twin.with(|linear| {
        let a = linear.issue(&ids[1].to_string()).unwrap();
        assert_eq!(a.attachments.len(), 1);
        assert_eq!(linear.relations[0].issue, ids[1]);
    });
    synced.twin.clear_log();
    sync_with(&synced.twin, &publication, recreate, None, true).unwrap();
    assert!(synced.twin.log().iter().all(|one| !one.writes), "{:#?}", synced.twin.log());
}

#[test]
fn a_cut_at_any_request_loses_and_doubles_nothing() {
    let publication = published(&world());
    for k in 1..=requests(&publication) {
        let faults = [
            (Fault::CutBefore, false),
            (Fault::CutAfter, false),
            (Fault::CutAfter, true),
            (Fault::Truncated, true),
            (Fault::PageAfter { status: 502 }, false),
            (Fault::Between, false),
            (Fault::Between, true),
        ];
        for (fault, tries) in faults {
            let at = format!("{fault:?} at request {k}, tried again: {tries}");
            let twin = workspace();
            let between = matches!(fault, Fault::Between);
            twin.fault(When::Request(k), fault);
            let cut = sync(&twin, &publication, tries);
            // A request of one field does not break between two.
            let single = between && matches!(twin.log()[k as usize - 1].outcome, Outcome::Done);
            assert_eq!(cut.is_ok(), tries || single, "{at}: {cut:?}");
            // Tried again, it says that it was done: what was there already was its own.
            assert!(cut.is_err() || cut.as_ref().unwrap().failed.is_empty(), "{at}: {cut:?}");
            sync(&twin, &publication, false).unwrap_or_else(|error| panic!("{at}: {error}"));
            each_once(&twin, &at);
            twin.clear_log();
            sync(&twin, &publication, false).unwrap();
            let writes = twin.log().iter().filter(|one| one.writes).count();
            assert_eq!(writes, 0, "{at}: {:#?}", twin.log());
        }
    }
}

#[test]
fn killed_at_any_request_it_loses_and_doubles_nothing() {
    let publication = published(&world());
    for k in 1..=requests(&publication) {
        for after in [false, true] {
            let at = format!("killed {} request {k}", if after { "after" } else { "before" });
            let synced = eleven();
            let gate = Gate::new();
            let fault = if after { Fault::WaitAfter(gate.clone()) } else { Fault::WaitBefore(gate.clone()) };
            synced.twin.fault(When::Request(k), fault);
            let mut child = synced.command(&["--yes"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            gate.wait_until_reached();
            child.kill().unwrap();
            child.wait().unwrap();
            gate.open();
            synced.yes();
            each_once(&synced.twin, &at);
            // What was pulled is in the plan, before Linear has it as agreed on.
            assert!(synced.world.read("plan.toml").contains("priority = \"urgent\""), "{at}");
            // A process a request is dear; that it settles is asked of each cut above.
            if k % 8 == 0 {
                synced.settled(2);
            }
        }
    }
}
