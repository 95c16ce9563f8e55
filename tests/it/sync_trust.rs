//! What leaves the machine and what comes in, many issues, and limits.

use std::process::Stdio;

use trueup::twin::{Fault, Gate, Twin, When, Workspace};

use crate::sync_world::{SMALL, Synced, kinds};
use crate::world::World;

#[test]
fn no_source_text_leaves_the_machine() {
    let synced = Synced::small();
    let plan = SMALL.replace(
        r#"check = { file = { path = "b1" } }"#,
        r#"check = { text = { files = "b1", matches = "PASSWORD" } }"#,
    );
    synced.world.write("plan.toml", plan).write("b1", "PASSWORD=hunter2 and more\n");
    synced.world.commit("Write b1");
    synced.yes();
    let sent = format!("{:?}", synced.twin.log());
    assert!(sent.contains("b.1") && !sent.contains("hunter2") && !sent.contains("and more"), "{sent}");
}

#[test]
fn what_people_write_in_linear_commands_no_terminal() {
    let synced = Synced::small();
    synced.yes();
    let hostile = "a \u{1b}]0;gotcha\u{7}\u{1b}[2J \u{202e}desrever\u{202c} <script> \r\n next";
    synced.twin.with(|linear| {
        linear.retitle("STAB-1", hostile).unwrap();
        linear.edit("STAB-2", |issue| issue.description = Some(hostile.to_owned())).unwrap();
        for team in &mut linear.teams {
            team.key = "STAB".to_owned();
            team.states.iter_mut().for_each(|state| state.name = format!("{hostile} {}", state.kind));
        }
    });
    for arguments in [vec!["--dry-run", "--color", "always"], vec!["--dry-run", "--format", "json"]] {
        let run = synced.sync(&arguments);
        let wrong = |c: char| c == '\u{202e}' || c == '\u{7}' || c == '\r';
        assert!(!run.out.contains(wrong) && !run.out.contains("\u{1b}[2J"), "{:?}", run.out);
        assert!(run.out.contains("202e"), "{}", run.out);
    }
    // It is pulled all the same, and the plan stays one.
    synced.yes();
    synced.world.ok(&["lint"]);
}

/// A plan of many issues.
fn many(count: usize) -> Synced {
    let world = World::new();
    let mut plan = "schema = 1\n[plan]\nuid = \"many\"\ntitle = \"Many\"\n[linear]\nteam = \"STAB\"\n\
                    [[phases]]\nid = \"1\"\ntitle = \"All\"\n"
        .to_owned();
    for n in 1..=count {
        plan.push_str(&format!(
            "[[phases.issues]]\nid = \"{n}\"\ntitle = \"Issue {n}\"\n[[phases.issues.tasks]]\nid = \"{n}.1\"\n\
             text = \"Write {n}\"\ncheck = {{ file = {{ path = \"f{n}\" }} }}\n"
        ));
    }
    world.write("plan.toml", plan);
    world.commit("Add the plan");
    let mut workspace = Workspace::default();
    workspace.add_team("STAB", "StatsboardBack");
    Synced { world, twin: Twin::start(workspace).unwrap() }
}

#[test]
fn a_thousand_issues_stay_far_inside_an_hours_limit() {
    let synced = many(1_000);
    // Stopped in its midst, it goes on where it was.
    let gate = Gate::new();
    synced.twin.fault(When::Write(400), Fault::WaitBefore(gate.clone()));
    let mut child = synced.command(&["--yes"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    gate.wait_until_reached();
    child.kill().unwrap();
    let stopped = child.wait_with_output().unwrap();
    gate.open();
    let said = String::from_utf8_lossy(&stopped.stderr).into_owned();
    assert!(said.contains("351 of 1000"), "{said}");
    let first = synced.twin.log();
    let document = synced.yes();
    assert!(kinds(&document)["create"] <= 601, "{:?}", kinds(&document));
    let log = [first, synced.twin.log()].concat();
    assert_eq!(synced.titles().len(), 1_000);
    assert!(log.len() <= 1_400, "{} requests", log.len());
    let points: f64 = log.iter().map(|one| one.points).sum();
    assert!(points <= 600_000.0, "{points} points");
    synced.settled(30);
}

#[test]
fn at_the_rate_limit_it_stops_and_goes_on_later() {
    let synced = Synced::small();
    synced.twin.with(|linear| {
        linear.limits.requests = 3;
        // The hour ends too late to wait for.
        linear.advance(1_000 * 3_600_000);
    });
    let run = synced.sync(&["--yes"]);
    assert_eq!(run.code, 3, "{}{}", run.err, run.out);
    assert!(run.err.contains("rate limit"), "{}", run.err);
    synced.twin.with(|linear| linear.limits.requests = 2_500);
    synced.yes();
    assert_eq!(synced.titles(), ["Do a", "Do b"]);
    synced.settled(2);
}

#[test]
fn what_is_not_found_yet_is_not_made_twice() {
    let synced = Synced::small();
    synced.twin.with(|linear| linear.lag = 2);
    let first = synced.sync(&["--yes"]);
    assert_eq!(first.code, 0, "{}{}", first.err, first.out);
    let plan = synced.world.read("plan.toml");
    let lines = plan.lines().filter(|line| !line.starts_with("linear"));
    synced.world.write("plan.toml", lines.collect::<Vec<_>>().join("\n"));
    for _ in 0..3 {
        assert_eq!(synced.sync(&["--yes"]).code, 0);
    }
    assert_eq!(synced.titles(), ["Do a", "Do b"]);
    synced.settled(2);
}

#[test]
fn a_plan_that_cannot_be_written_is_told_what_to_paste() {
    use std::os::fd::AsRawFd;
    let synced = Synced::small();
    // A file without a name: it can be read, and nothing can take its place.
    let path = synced.world.path().join("plan.toml");
    std::fs::write(&path, SMALL).unwrap();
    let file = std::fs::File::open(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let unnamed = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd());
    let run = synced.sync(&["--yes", "--plan", &unnamed]);
    assert_eq!(run.code, 0, "{}{}", run.err, run.out);
    let id = synced.issue("STAB-1").id.to_string();
    for line in ["# issue a".to_owned(), "linear = \"STAB-1\"".to_owned(), format!("linear_id = \"{id}\"")] {
        assert!(run.out.lines().any(|one| one == line), "no `{line}` in\n{}", run.out);
    }
    // What people change is not pulled, and not forgotten either.
    synced.twin.with(|linear| linear.retitle("STAB-1", "Do a well").unwrap());
    for _ in 0..2 {
        let run = synced.sync(&["--yes", "--plan", &unnamed]);
        assert_eq!(run.code, 1, "{}{}", run.err, run.out);
        assert!(run.out.contains("title = \"Do a well\""), "{}", run.out);
        assert_eq!(synced.issue("STAB-1").title, "Do a well");
    }
}

#[test]
fn a_value_that_was_sent_and_never_agreed_on_is_not_taken_for_a_persons() {
    let synced = Synced::small();
    synced.yes();
    let titled = |from: &str, to: &str| {
        let plan = synced.world.read("plan.toml");
        synced.world.write("plan.toml", plan.replace(&format!("title = \"{from}\""), &format!("title = \"{to}\"")));
    };
    titled("Do a", "Do it all");
    // The title arrives, and what both agree on does not: Linear breaks down between the two, however often it is tried.
    for n in 1..=8 {
        synced.twin.fault(When::Operation("IssueUpdateWithEvidence".to_owned(), n), Fault::Between);
    }
    let run = synced.sync(&["--yes"]);
    assert_eq!(run.code, 3, "{}{}", run.err, run.out);
    assert_eq!(synced.issue("STAB-1").title, "Do it all");
    synced.twin.clear_faults();
    // Meanwhile the plan says something else again: only this machine knows that nobody else wrote what is there.
    titled("Do it all", "Do it all well");
    synced.yes();
    assert_eq!(synced.issue("STAB-1").title, "Do it all well");
    synced.settled(2);
}

#[test]
fn a_damaged_journal_stops_no_sync_and_is_left() {
    let synced = Synced::small();
    synced.yes();
    let state = |folder: &std::path::Path| {
        let below = folder.join("home/.local/state/trueup");
        std::fs::read_dir(below).unwrap().next().unwrap().unwrap().path().join("state.db")
    };
    let file = state(synced.world.path());
    for name in ["state.db-wal", "state.db-shm"] {
        let _ = std::fs::remove_file(file.with_file_name(name));
    }
    std::fs::write(&file, "no database at all, of some length, that nobody can read").unwrap();
    let run = synced.sync(&["--yes"]);
    assert_eq!(run.code, 0, "{}{}", run.err, run.out);
    assert!(run.err.contains("state.db"), "{}", run.err);
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("no database"));
    synced.world.ok(&["status"]);
}

#[test]
fn an_issue_that_the_ways_disagree_on_is_an_error() {
    let synced = Synced::small();
    synced.yes();
    let other = synced.twin.with(|linear| linear.add_issue("STAB", "Another").unwrap());
    let plan = synced.world.read("plan.toml").replace("linear = \"STAB-1\"", "linear = \"STAB-3\"");
    synced.world.write("plan.toml", plan);
    let run = synced.sync(&["--yes"]);
    assert_eq!(run.code, 2, "{}{}", run.err, run.out);
    assert!(run.err.contains("STAB-1") && run.err.contains("STAB-3"), "{}", run.err);
    assert!(synced.twin.log().iter().all(|one| !one.writes));
    assert!(synced.issue(&other.to_string()).description.is_none());
}
