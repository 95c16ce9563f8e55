//! The pane of Linear: what is known, what would be done, a yes, steps, and what became of it.

use std::sync::Arc;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use trueup::linear;
use trueup::plan::TaskPlace;
use trueup::progress::{Claim, Status};
use trueup::sync::{About, Applied, Changes, Conflict, Disagreement, Edit, EditedValue, Going, Note, NoteKind};
use trueup::tui::pane::{Known, Proposal, Stage};
use trueup::tui::{Effect, LinearJob, Model, Msg, Trouble, update};

use crate::tui::{draw, model, plan, press, status, text};
use crate::tui_panes::EVIL;

pub fn known() -> Arc<Known> {
    Arc::new(Known {
        team: Some(EVIL.to_owned()),
        key: true,
        age: Some(7_200),
        disagreements: vec![Disagreement {
            issue: "1".to_owned(),
            identifier: EVIL.into(),
            title: EVIL.into(),
            state: "Done".into(),
            about: About::NotTrue(vec!["1.2".to_owned()]),
            seen: 0,
        }],
        parked: vec!["2".to_owned()],
    })
}

/// A proposal with an edit, a conflict and drift.
pub fn proposal() -> Arc<Proposal> {
    let edit = Edit {
        issue: "1".to_owned(),
        key: "title",
        from: EditedValue::Text("Old".to_owned()),
        to: EditedValue::Text(format!("New {EVIL}")),
        pulled: true,
    };
    let conflict = Conflict {
        issue: "2".to_owned(),
        identifier: Some("AB-2".to_owned()),
        field: "priority",
        base: Some("low".to_owned()),
        plan: Some("high".to_owned()),
        linear: Some(EVIL.to_owned()),
        help: None,
    };
    let note = Note { issue: "1".to_owned(), identifier: None, kind: NoteKind::Drift, text: EVIL.to_owned() };
    let changes = Changes {
        commit: "0123456789abcdef".to_owned(),
        edits: vec![edit],
        conflicts: vec![conflict],
        notes: vec![note],
        ..Changes::default()
    };
    Arc::new(Proposal { changes, team: "AB".to_owned(), published: "origin/main".to_owned(), room: Some(3) })
}

pub fn proposed(size: (u16, u16)) -> Model {
    let mut model = model(size);
    assert_eq!(press(&mut model, "5"), [Effect::Linear(LinearJob::Known)]);
    update(&mut model, Msg::Known(Ok(known())));
    assert_eq!(press(&mut model, "r"), [Effect::Linear(LinearJob::Ask)]);
    update(&mut model, Msg::Proposed(Ok(proposal())));
    model
}

#[test]
fn linear_is_asked_by_a_key_alone() {
    let mut model = model((110, 30));
    let linear =
        |effects: &[Effect]| effects.iter().any(|e| matches!(e, Effect::Linear(job) if *job != LinearJob::Known));
    for keys in ["5", "jkgG", "a", "y", "1r", "4r", "5"] {
        assert!(!linear(&press(&mut model, keys)), "{keys}");
    }
    assert!(!linear(&update(&mut model, Msg::Changed)));
    update(&mut model, Msg::Known(Ok(known())));
    let screen = text(&draw(&model));
    for wanted in ["a key is there", "asked 2 hours ago", "says otherwise", "not true here: 1.2", "issues 2"] {
        assert!(screen.contains(wanted), "{wanted}\n{screen}");
    }
    assert!(linear(&press(&mut model, "r")));
    // It is being asked.
    assert_eq!(press(&mut model, "r"), []);
    update(&mut model, Msg::Proposed(Err(Trouble { message: "no key".into(), help: Some("make one".into()) })));
    let screen = text(&draw(&model));
    assert!(screen.contains("no key") && screen.contains("→ make one"), "{screen}");
}

#[test]
fn nothing_is_written_to_linear_without_a_yes() {
    for (keys, written) in
        [("a", 0), ("y", 0), ("an", 0), ("a\u{1b}", 0), ("any", 0), ("ay", 1), ("ayay", 1), ("anay", 1)]
    {
        let mut model = proposed((110, 30));
        let effects = press(&mut model, keys);
        let count = effects.iter().filter(|effect| **effect == Effect::Linear(LinearJob::Apply)).count();
        assert_eq!(count, written, "{keys:?}");
    }
    // Where there is nothing to do, nothing is asked.
    let mut model = proposed((110, 30));
    let nothing = Proposal { changes: Changes::default(), ..Proposal::clone(&proposal()) };
    update(&mut model, Msg::Proposed(Ok(Arc::new(nothing))));
    press(&mut model, "a");
    assert!(!model.linear.is_confirming());
    assert!(text(&draw(&model)).contains("nothing to do"));
}

fn interrupted(model: &mut Model) -> Vec<Effect> {
    update(model, Msg::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)))
}

#[test]
fn leaving_stops_a_sync_under_way_first() {
    let syncing = || {
        let mut model = proposed((110, 30));
        press(&mut model, "ay");
        update(&mut model, Msg::Going(Going { done: 2, all: 7, issue: "4".to_owned() }));
        // On another pane as well it is said that one is under way.
        press(&mut model, "1");
        assert!(text(&draw(&model)).lines().last().unwrap().contains("syncing 3 of 7 · q stops"));
        model
    };
    let mut model = syncing();
    assert_eq!(press(&mut model, "q"), [Effect::Stop]);
    assert!(text(&draw(&model)).lines().last().unwrap().contains("stopping the sync after the request at hand"));
    let applied = Applied { told_to_stop: true, ..Applied::default() };
    assert_eq!(update(&mut model, Msg::Applied(Ok(Arc::new(applied)))), [Effect::Quit]);
    // It breaks down meanwhile, or hangs, or is interrupted.
    let mut model = syncing();
    press(&mut model, "q");
    let trouble = Trouble { message: "it broke".into(), help: None };
    assert_eq!(update(&mut model, Msg::Applied(Err(trouble))), [Effect::Quit]);
    let mut model = syncing();
    press(&mut model, "q");
    assert_eq!(press(&mut model, "q"), [Effect::Quit]);
    assert_eq!(interrupted(&mut syncing()), [Effect::Interrupt]);
    // Nothing is under way: it is left at once.
    assert_eq!(press(&mut proposed((110, 30)), "q"), [Effect::Quit]);
    let mut model = proposed((110, 30));
    press(&mut model, "a");
    assert_eq!(press(&mut model, "qq"), [Effect::Quit], "the first one is a no");
}

#[test]
fn a_sync_shows_its_steps_and_what_became_of_it() {
    let mut model = proposed((110, 30));
    press(&mut model, "a");
    assert!(text(&draw(&model)).contains("Write this to Linear and plan.toml? y: yes"));
    press(&mut model, "y");
    update(&mut model, Msg::Going(Going { done: 2, all: 7, issue: "4".to_owned() }));
    assert!(text(&draw(&model)).contains("writing 3 of 7 · issue 4"));
    // It is at it, whatever is pressed.
    assert_eq!(press(&mut model, "ray"), []);
    let applied = Applied { done: vec!["1".to_owned()], parked: vec!["2".to_owned()], ..Applied::default() };
    // What is known of Linear, and what it claims of the tasks, is worked out anew.
    let effects = update(&mut model, Msg::Applied(Ok(Arc::new(applied))));
    assert_eq!(effects, [Effect::Linear(LinearJob::Known), Effect::Judge(None)]);
    assert!(model.day.stale);
    assert!(matches!(model.linear.stage, Stage::Done(..)));
    assert!(text(&draw(&model)).contains("done: 1 of Linear's issues"));
    update(&mut model, Msg::Applied(Err(Trouble { message: "it broke".into(), help: None })));
    assert!(text(&draw(&model)).contains("it broke"));
}

#[test]
fn what_went_wrong_is_told_and_drift_stays_on_the_screen() {
    let mut model = proposed((110, 30));
    press(&mut model, "ay");
    let stopped = linear::Error::Malformed { why: "no JSON".to_owned() };
    let applied = Applied { stopped: Some(stopped), ..Applied::default() };
    update(&mut model, Msg::Applied(Ok(Arc::new(applied))));
    update(&mut model, Msg::Known(Ok(known())));
    let screen = text(&draw(&model));
    for wanted in ["stopped: ", "no JSON", "says otherwise", "not true here: 1.2"] {
        assert!(screen.contains(wanted), "{wanted}\n{screen}");
    }
    let told = Applied { told_to_stop: true, ..Applied::default() };
    let mut model = proposed((110, 30));
    press(&mut model, "ay");
    update(&mut model, Msg::Applied(Ok(Arc::new(told))));
    assert!(text(&draw(&model)).contains("stopped before it was done"));
}

#[test]
fn it_scrolls_as_far_as_there_is_something() {
    let mut model = proposed((60, 14));
    press(&mut model, &"j".repeat(60));
    let end = text(&draw(&model));
    assert!(!end.contains("↓ "), "{end}");
    press(&mut model, "k");
    assert_ne!(text(&draw(&model)), end);
}

#[test]
fn an_issue_that_linear_claims_says_so_in_the_plan() {
    let mut model = model((200, 40));
    let mut status = Status::clone(&status(&plan()));
    let own = status.rows().position(|(place, _, judged)| {
        matches!(place, TaskPlace::Issue(..)) && judged.verdict() == trueup::checks::Verdict::Fails
    });
    let index = own.unwrap();
    let claim = Claim { source: "linear", place: EVIL.into(), line: None, value: "Done".into(), done: Some(true) };
    status.tasks[index].claims = vec![claim];
    let task = status.rows().nth(index).map(|(_, task, _)| task.id.clone()).unwrap();
    update(&mut model, Msg::Judged(Ok(Arc::new(status))));
    press(&mut model, "gj");
    let screen = text(&draw(&model));
    assert!(screen.contains("in Linear") || screen.contains("and Linear"), "{screen}");
    assert!(screen.contains(&format!("says Done, not true: {task}")), "{screen}");
    assert!(!screen.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{screen}");
}
