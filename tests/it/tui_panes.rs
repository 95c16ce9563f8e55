//! The panes of the day and of the history: messages in, effects and buffers out.

use std::sync::Arc;

use jiff::tz::TimeZone;
use ratatui::style::Color;
use trueup::checks::Verdict;
use trueup::plan::StandupBy;
use trueup::progress::{AtKind, Status};
use trueup::repo::{CommitId, Person};
use trueup::report::outline::{Line, Mark, Outline, Part, Section, Tone};
use trueup::source::Outside;
use trueup::tui::pane::{Day, Lived, Pane, Stage};
use trueup::tui::theme::Theme;
use trueup::tui::{DayDone, DayJob, Effect, Model, Msg, PinChange, RowKind, Trouble, Walked, update};
use trueup::verify::{Change, Deed, Life, Start, Step, Transition};

use crate::tui::{draw, model, plan, press, status, text};
use crate::tui_linear::proposed;

/// What must not reach a terminal.
pub const EVIL: &str = "evil\u{1b}[31m\u{202e}\u{7}name";

/// 2026-01-05, a Monday.
const START: i64 = 1_767_571_200;

fn id(n: u8) -> CommitId {
    CommitId::from([n; 20])
}

fn deed(n: u8, subject: &str) -> Arc<Deed> {
    Arc::new(Deed {
        id: id(n),
        time: START + i64::from(n) * 86_400,
        author: Person { name: EVIL.into(), email: "e@example.org".into() },
        co_authors: Vec::new(),
        subject: subject.into(),
        names: Vec::new(),
    })
}

/// Six commits: the second makes two tasks true, the fourth merges the breaking of one, the last does nothing.
pub fn lived() -> Arc<Lived> {
    let person = Arc::new(Person { name: EVIL.into(), email: "e@example.org".into() });
    let step = |n: u8, holds: u32, claimed: u32| Step {
        id: id(n),
        time: START + i64::from(n) * 86_400,
        author: Arc::clone(&person),
        holds,
        fails: 7 - holds,
        unknown: 0,
        claimed,
    };
    let change = |task, change, from, to, step: u8, merge| Transition {
        task,
        change,
        from: Some(from),
        to,
        deed: deed(step, &format!("Change {step} {EVIL}")),
        merge,
        step: usize::from(step) - 1,
    };
    let life = Life {
        plan: Arc::clone(&plan().plan),
        steps: vec![step(1, 1, 0), step(2, 3, 2), step(3, 3, 3), step(4, 2, 5), step(5, 2, 7), step(6, 2, 7)],
        transitions: vec![
            change(0, Change::MadeTrue, Verdict::Fails, Verdict::Holds, 2, None),
            change(3, Change::MadeTrue, Verdict::Fails, Verdict::Holds, 2, None),
            change(0, Change::Broken, Verdict::Holds, Verdict::Fails, 4, Some(deed(4, EVIL))),
        ],
        planned: None,
        start: Start::Root,
        verdicts: vec![Verdict::Fails; 7],
        first: vec![Verdict::Fails; 7],
    };
    Arc::new(Lived::of(life, TimeZone::UTC))
}

fn outline(title: &str, tasks: &[&str]) -> Outline {
    let mut section = Section::new("Ready", Tone::Plain, tasks.len());
    let line = |task: &&str| {
        let parts = vec![Part::Theirs((*task).into()), Part::Ours(" ".into()), Part::Elastic(EVIL.into())];
        Line::new(Mark::Verdict(Verdict::Fails), parts)
            .detail(vec![Part::Code(EVIL.into()), Part::Ours(" says why".into())])
            .about(&Outside::from(*task))
    };
    section.lines = tasks.iter().map(line).collect();
    let mut other = Section::new("In progress", Tone::Bad, 0);
    other.lines = vec![Line::new(Mark::Item, vec![Part::Theirs(EVIL.into())])];
    Outline { title: vec![Part::Theirs(title.into())], lead: Vec::new(), sections: vec![section, other] }
}

pub fn done(tasks: &[&str]) -> DayDone {
    let day = Day {
        today: outline("The list", tasks),
        pinned: ["1.2".to_owned()].into(),
        by_person: outline("By person", &["1.1"]),
        by_issue: outline("By issue", &["1.1"]),
        by: StandupBy::Person,
    };
    DayDone { day: Arc::new(day), trouble: None }
}

fn at(commit: u8) -> Arc<Status> {
    let mut status = Status::clone(&status(&plan()));
    status.at.kind = AtKind::Commit;
    status.at.rev = Some(id(commit).to_string());
    Arc::new(status)
}

fn in_history(size: (u16, u16)) -> Model {
    let mut model = model(size);
    assert_eq!(press(&mut model, "4"), [Effect::History]);
    update(&mut model, Msg::Lived(Ok(lived())));
    model
}

fn today(size: (u16, u16)) -> Model {
    let mut model = model(size);
    press(&mut model, "2");
    update(&mut model, Msg::Day(Ok(done(&["1.1", "1.2", "2.2"]))));
    model
}

#[test]
fn keys_go_from_pane_to_pane() {
    for (keys, pane) in [
        ("", Pane::Plan),
        ("2", Pane::Today),
        ("3", Pane::Standup),
        ("4", Pane::History),
        ("41", Pane::Plan),
        ("]", Pane::Today),
        ("]]", Pane::Standup),
        ("5", Pane::Linear),
        ("]]]]", Pane::Linear),
        ("]]]]]", Pane::Plan),
        ("[", Pane::Linear),
        ("[[", Pane::History),
        ("3\u{1b}", Pane::Plan),
    ] {
        let mut model = model((110, 30));
        press(&mut model, keys);
        assert_eq!(model.pane, pane, "{keys:?}");
    }
}

#[test]
fn a_pane_asks_once_for_what_it_needs_and_again_after_a_change() {
    let mut model = model((110, 30));
    assert_eq!(press(&mut model, "3"), [Effect::Day(DayJob::default())]);
    assert_eq!(press(&mut model, "13"), []);
    // The first look at the checklist is kept; it is worked out with it.
    assert_eq!(press(&mut model, "2"), [Effect::Day(DayJob { pins: Vec::new(), looks: true })]);
    assert_eq!(press(&mut model, "12"), []);
    assert_eq!(press(&mut model, "4"), [Effect::History]);
    assert_eq!(press(&mut model, "14"), []);
    assert_eq!(update(&mut model, Msg::Changed), [Effect::Judge(None), Effect::History]);
    // What is not on the screen waits until it is.
    assert_eq!(press(&mut model, "2"), [Effect::Day(DayJob::default())]);
    assert_eq!(press(&mut model, "1"), []);
    assert_eq!(update(&mut model, Msg::Changed), [Effect::Judge(None)]);
}

#[test]
fn the_cursor_moves_the_whole_plan() {
    let mut model = in_history((110, 40));
    let judge = |n| vec![Effect::Judge(Some(id(n)))];
    for (keys, cursor, effects) in [
        ("j", 1, judge(6)),
        ("j", 2, judge(5)),
        ("n", 3, judge(4)),
        ("n", 5, judge(2)),
        ("n", 5, Vec::new()),
        ("N", 3, judge(4)),
        ("G", 6, judge(1)),
        ("j", 6, Vec::new()),
        ("g", 0, vec![Effect::Judge(None)]),
        ("k", 0, Vec::new()),
    ] {
        assert_eq!(press(&mut model, keys), effects, "{keys}");
        assert_eq!(model.history.cursor, cursor, "{keys}");
    }
}

#[test]
fn the_past_is_said_loudly_and_is_left_by_a_key() {
    for keys in ["w", "\u{1b}\u{1b}"] {
        let mut model = in_history((110, 40));
        press(&mut model, "jj");
        // Until the answer is there, nothing is said of that commit.
        assert!(model.checking);
        assert!(!text(&draw(&model)).contains("THE PAST"));
        // An answer about a commit that the cursor has left is dropped.
        update(&mut model, Msg::JudgedAt(id(6), Ok(at(6))));
        assert!(!text(&draw(&model)).contains("THE PAST"));
        update(&mut model, Msg::JudgedAt(id(5), Ok(at(5))));
        assert!(text(&draw(&model)).contains("THE PAST: 0505050505"));
        // A fresh answer about the work tree does not show through.
        update(&mut model, Msg::Judged(Ok(status(&plan()))));
        press(&mut model, "\n");
        assert_eq!(model.pane, Pane::Plan);
        let screen = text(&draw(&model));
        assert!(screen.contains("THE PAST: 0505050505") && screen.contains("✓ holds   1.1"), "{screen}");
        assert_eq!(update(&mut model, Msg::Changed), [Effect::Judge(Some(id(5)))]);
        press(&mut model, keys);
        assert_eq!((model.at, model.history.cursor), (None, 0));
        let screen = text(&draw(&model));
        assert!(!screen.contains("THE PAST") && screen.contains("work tree of 0123456789"), "{screen}");
    }
}

#[test]
fn a_renewed_history_keeps_the_cursor_on_its_commit() {
    let mut model = in_history((110, 40));
    press(&mut model, "jjj");
    let mut longer = Lived::clone(&lived());
    let newest = longer.life.steps.last().unwrap().clone();
    longer.life.steps.push(Step { id: id(7), ..newest });
    assert_eq!(update(&mut model, Msg::Lived(Ok(Arc::new(longer)))), []);
    assert_eq!((model.history.cursor, model.at), (4, Some(id(4))));
    // The branch no longer has it.
    let mut shorter = Lived::clone(&lived());
    shorter.life.steps.truncate(2);
    shorter.life.transitions.clear();
    assert_eq!(update(&mut model, Msg::Lived(Ok(Arc::new(shorter)))), [Effect::Judge(None)]);
    assert_eq!((model.history.cursor, model.at), (0, None));
}

#[test]
fn trouble_is_told_and_what_was_known_stays() {
    let trouble = || Trouble { message: format!("no history {EVIL}"), help: Some("mend it".into()) };
    let mut fresh = model((110, 30));
    press(&mut fresh, "4");
    assert!(text(&draw(&fresh)).contains("judging the plan at every commit"));
    update(&mut fresh, Msg::Lived(Err(trouble())));
    let screen = text(&draw(&fresh));
    assert!(screen.contains("no history evil") && screen.contains("→ mend it"), "{screen}");
    let mut known = in_history((110, 30));
    update(&mut known, Msg::Lived(Err(trouble())));
    let screen = text(&draw(&known));
    assert!(screen.contains("Commits 0/6") && screen.contains("not renewed"), "{screen}");
}

#[test]
fn a_walk_that_takes_long_says_how_far_it_is() {
    let far = |done| Walked { done, all: 80_000 };
    for (pane, told) in [("4", Msg::HistoryAt as fn(Walked) -> Msg), ("3", Msg::DayAt)] {
        let mut model = model((110, 30));
        press(&mut model, pane);
        assert!(!text(&draw(&model)).contains("of 80000"));
        update(&mut model, told(far(1_200)));
        update(&mut model, told(far(31_400)));
        let screen = text(&draw(&model));
        assert!(screen.contains("31400 of 80000 commits") && !screen.contains("1200 of"), "{screen}");
        // What is there already stays while it is walked again.
        update(&mut model, Msg::Lived(Ok(lived())));
        update(&mut model, Msg::Day(Ok(done(&["1.1"]))));
        assert!(!text(&draw(&model)).contains("80000"));
        update(&mut model, Msg::Changed);
        update(&mut model, told(far(7)));
        let screen = text(&draw(&model));
        assert!(screen.contains("working it out… 7/80000") && !screen.contains("of 80000 commits"), "{screen}");
        // A late word about a walk that is over says nothing.
        update(&mut model, Msg::Lived(Err(Trouble { message: "no".into(), help: None })));
        update(&mut model, Msg::Day(Ok(done(&["1.1"]))));
        update(&mut model, told(far(8)));
        assert!(!text(&draw(&model)).contains("80000"));
    }
}

#[test]
fn a_task_of_the_list_is_shown_in_the_plan() {
    let mut model = today((110, 30));
    press(&mut model, "1vv2");
    assert_eq!(model.tree.verdicts.word(), "fails");
    press(&mut model, "G");
    press(&mut model, "\n");
    assert_eq!((model.pane, model.tree.selected_kind()), (Pane::Plan, Some(RowKind::Task(4))));
    // A filter that hides it is taken off.
    press(&mut model, "/1.1\n2g");
    press(&mut model, "j\n");
    assert_eq!((model.tree.filter.as_str(), model.tree.selected_kind()), ("", Some(RowKind::Task(1))));
    // From the past back to now, which the list is about.
    press(&mut model, "4");
    update(&mut model, Msg::Lived(Ok(lived())));
    press(&mut model, "j2");
    assert!(text(&draw(&model)).contains("Today · as it is now"));
    assert_eq!(press(&mut model, "\n"), [Effect::Judge(None)]);
    assert_eq!(model.at, None);
}

#[test]
fn a_pin_is_set_and_taken_off_by_a_worker() {
    let mut model = today((110, 30));
    for (keys, task, pinned) in [("p", "1.1", true), ("jp", "1.2", false), ("jp", "2.2", true)] {
        let pins = vec![PinChange { task: task.into(), pinned }];
        assert_eq!(press(&mut model, keys), [Effect::Day(DayJob { pins, looks: false })]);
    }
    // The selection stays on its task.
    update(&mut model, Msg::Day(Ok(done(&["2.2", "1.1", "1.2"]))));
    assert_eq!(model.today.task(model.day.value.as_ref().unwrap()).as_deref(), Some("2.2"));
    let trouble = Some(Trouble { message: "1.1 holds already".into(), help: None });
    update(&mut model, Msg::Day(Ok(DayDone { trouble, ..done(&["1.1"]) })));
    assert!(text(&draw(&model)).lines().last().unwrap().contains("1.1 holds already"));
    press(&mut model, "k");
    assert!(text(&draw(&model)).lines().last().unwrap().contains("q quit"));
}

#[test]
fn the_standup_is_turned_and_copied() {
    let mut model = model((110, 30));
    assert_eq!(press(&mut model, "3yo"), [Effect::Day(DayJob::default())]);
    update(&mut model, Msg::Day(Ok(done(&["1.1"]))));
    assert!(text(&draw(&model)).contains("Standup · by person"));
    press(&mut model, "o");
    let screen = text(&draw(&model));
    assert!(screen.contains("Standup · by issue") && screen.contains("By issue"), "{screen}");
    let effects = press(&mut model, "y");
    let [Effect::Copy(copied)] = effects.as_slice() else { panic!("nothing copied") };
    assert!(copied.starts_with("**By issue**") && !copied.contains(['\u{1b}', '\u{202e}']), "{copied}");
}

#[test]
fn a_cache_that_is_gone_without_is_said_in_the_header() {
    let mut model = model((160, 30));
    update(&mut model, Msg::Cache(format!("cache.db is no database {EVIL}")));
    let screen = text(&draw(&model));
    assert_eq!(screen.matches("cache.db is no database").count(), 1, "{screen}");
    assert!(!screen.contains('\u{1b}'));
}

#[test]
fn panes_on_a_wide_and_a_narrow_screen() {
    let mut history = in_history((110, 40));
    press(&mut history, "jjj");
    update(&mut history, Msg::JudgedAt(id(4), Ok(at(4))));
    let mut standup = today((110, 20));
    press(&mut standup, "3");
    insta::assert_snapshot!("history_wide", text(&draw(&history)));
    insta::assert_snapshot!("today_wide", text(&draw(&today((110, 20)))));
    insta::assert_snapshot!("standup_wide", text(&draw(&standup)));
    insta::assert_snapshot!("linear_wide", text(&draw(&proposed((110, 30)))));
    let linear = &mut proposed((60, 30));
    for (name, model) in
        [("linear", linear), ("history", &mut history), ("today", &mut today((110, 20))), ("standup", &mut standup)]
    {
        for size in [(60, 30), (40, 12)] {
            update(model, Msg::Resize(size.0, size.1));
            insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), text(&draw(model)));
        }
    }
}

#[test]
fn nothing_hostile_reaches_the_panes_and_nothing_is_said_by_colour_alone() {
    for size in [(160, 40), (60, 30), (40, 12)] {
        let mut history = in_history(size);
        press(&mut history, "jjj");
        update(&mut history, Msg::JudgedAt(id(4), Ok(at(4))));
        let mut standup = today(size);
        press(&mut standup, "3");
        let mut idle = proposed(size);
        idle.linear.stage = Stage::Idle;
        for mut model in [history, standup, today(size), proposed(size), idle] {
            let screen = text(&draw(&model));
            assert!(!screen.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{screen}");
            model.theme = Theme::new(false);
            let plain = draw(&model);
            assert_eq!(text(&plain), screen);
            assert!(plain.content().iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
        }
    }
}
