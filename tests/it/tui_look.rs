//! What a person sees: nothing is cut without need or without a sign, and nothing is offered that does nothing.

use std::sync::Arc;

use ratatui::style::{Color, Modifier};
use trueup::progress::Status;
use trueup::report::json::MistakePart;
use trueup::sync::{Applied, Changes};
use trueup::tui::pane::{Known, Pane, Proposal};
use trueup::tui::theme::Theme;
use trueup::tui::{Effect, LinearJob, Model, Msg, RowKind, Trouble, VerdictFilter, actions_of, update};

use crate::tui::{draw, model, plan, press, status, text};
use crate::tui_linear::{known, proposal, proposed};
use crate::tui_panes::{EVIL, done, lived};

fn footer(model: &Model) -> String {
    text(&draw(model)).lines().last().unwrap_or_default().to_owned()
}

/// A model in which nothing is ticked.
fn without_claims(size: (u16, u16)) -> Model {
    let mut model = model(size);
    let mut status = Status::clone(&status(&plan()));
    for task in &mut status.tasks {
        task.claims.clear();
    }
    update(&mut model, Msg::Judged(Ok(Arc::new(status))));
    model
}

#[test]
fn how_long_ago_linear_was_asked_goes_on_while_the_screen_stands() {
    let mut model = model((110, 30));
    update(&mut model, Msg::Now(1_000));
    press(&mut model, "5");
    update(&mut model, Msg::Known(Ok(Arc::new(Known { age: Some(0), ..Known::clone(&known()) }))));
    assert_eq!(text(&draw(&model)).matches("asked just now").count(), 2);
    for (later, said) in [(59, "asked just now"), (61, "asked 1 minute ago"), (7_300, "asked 2 hours ago")] {
        update(&mut model, Msg::Now(1_000 + later));
        let screen = text(&draw(&model));
        assert_eq!(screen.matches(said).count(), 2, "{later} {screen}");
    }
    // Also under what a sync did.
    press(&mut model, "r");
    update(&mut model, Msg::Proposed(Ok(proposal())));
    press(&mut model, "ay");
    update(&mut model, Msg::Applied(Ok(Arc::new(Applied::default()))));
    assert_eq!(text(&draw(&model)).matches("asked 2 hours ago").count(), 2);
    // A clock that is put back makes nothing happen in the future.
    update(&mut model, Msg::Now(10));
    assert_eq!(text(&draw(&model)).matches("asked just now").count(), 2);
}

#[test]
fn a_text_is_cut_only_where_there_is_no_room_for_it() {
    let mut cut = 0;
    for columns in 40..70 {
        let model = model((columns, 30));
        let screen = text(&draw(&model));
        for row in screen.lines().filter(|row| row.contains("fails   1.2")) {
            let whole = row.contains("Task 2 of 1");
            assert!(whole || row.contains("… (1)"), "{columns} {row}");
            cut += usize::from(!whole);
        }
    }
    assert!(cut > 0, "nothing was narrow enough");
}

#[test]
fn code_in_a_text_that_is_cut_stays_code() {
    let mut narrow = model((42, 30));
    narrow.theme = Theme::new(true);
    let buffer = draw(&narrow);
    let screen = text(&buffer);
    let y = screen.lines().position(|row| row.contains("fails   1.2")).unwrap();
    let cells = (0..42).map(|x| &buffer[(x, u16::try_from(y).unwrap())]);
    let code: String = cells.filter(|cell| cell.fg == Color::Cyan).map(|cell| cell.symbol()).collect();
    assert_eq!(code, "2", "{screen}");
}

#[test]
fn the_footer_of_linear_offers_what_does_something() {
    let offers = |model: &Model, name: &str| footer(model).contains(name);
    let known_with = |team: Option<&str>, key| {
        let mut model = model((110, 30));
        press(&mut model, "5");
        let known = Known { team: team.map(str::to_owned), key, ..Known::default() };
        update(&mut model, Msg::Known(Ok(Arc::new(known))));
        model
    };
    for (team, key) in [(None, true), (Some("AB"), false), (None, false)] {
        let mut model = known_with(team, key);
        assert!(!offers(&model, "ask Linear") && !offers(&model, "apply"), "{}", footer(&model));
        assert!(!text(&draw(&model)).contains("r asks Linear"));
        press(&mut model, "a");
        assert!(offers(&model, "nothing to apply"), "{}", footer(&model));
    }
    let mut model = known_with(Some("AB"), true);
    assert!(offers(&model, "r ask Linear") && !offers(&model, "apply"));
    assert!(text(&draw(&model)).contains("r asks Linear"));
    press(&mut model, "a");
    assert!(offers(&model, "nothing to apply"), "{}", footer(&model));
    assert_eq!(press(&mut model, "r"), [Effect::Linear(LinearJob::Ask)]);
    assert!(!offers(&model, "ask Linear") && !offers(&model, "apply"));
    update(&mut model, Msg::Proposed(Ok(proposal())));
    assert!(offers(&model, "r ask Linear") && offers(&model, "a apply"));
    press(&mut model, "ay");
    assert!(!offers(&model, "a apply"));
    update(&mut model, Msg::Applied(Ok(Arc::new(Applied::default()))));
    assert!(offers(&model, "r ask Linear") && !offers(&model, "a apply"));
    let nothing = Proposal { changes: Changes::default(), ..Proposal::clone(&proposal()) };
    press(&mut model, "r");
    update(&mut model, Msg::Proposed(Ok(Arc::new(nothing))));
    assert!(!offers(&model, "a apply"));
}

#[test]
fn false_claims_are_sought_where_there_are_some() {
    assert!(footer(&model((110, 30))).contains("n next false claim"));
    let mut model = without_claims((110, 30));
    assert!(!footer(&model).contains("next false claim"));
    press(&mut model, "n");
    assert!(footer(&model).contains("no task is claimed and not true"), "{}", footer(&model));
    press(&mut model, "j");
    assert!(footer(&model).contains("q quit"));
}

#[test]
fn filters_that_match_nothing_are_passed_over() {
    let mut model = without_claims((110, 30));
    for filter in [VerdictFilter::Fails, VerdictFilter::Unknown, VerdictFilter::Holds, VerdictFilter::All] {
        press(&mut model, "v");
        assert_eq!(model.tree.verdicts, filter);
        assert!(!model.tree.rows.is_empty());
    }
}

#[test]
fn tasks_of_a_verdict_are_seen_in_closed_groups() {
    let mut model = model((110, 30));
    press(&mut model, "-ggh");
    press(&mut model, "v");
    let tasks = |model: &Model| {
        let of = |kind| if let RowKind::Task(index) = kind { Some(index) } else { None };
        model.tree.rows.iter().filter_map(|row| of(row.kind)).collect::<Vec<_>>()
    };
    assert_eq!(tasks(&model), [1, 4]);
    let screen = text(&draw(&model));
    assert!(screen.contains("▾ 2/6") && !screen.contains('▸'), "{screen}");
    // Once it is off, they are closed as they were.
    press(&mut model, "vvvv");
    assert_eq!((model.tree.verdicts, tasks(&model)), (VerdictFilter::All, Vec::new()));
}

#[test]
fn the_plan_says_that_it_is_not_renewed_and_nothing_of_why_is_cut() {
    for size in [(50, 24), (110, 30)] {
        let mut model = model(size);
        let trouble = Trouble {
            message: "plan.toml:12: a long story of what is wrong with the plan and where".into(),
            help: Some("and what would help in the end".into()),
        };
        update(&mut model, Msg::Judged(Err(trouble)));
        let screen = text(&draw(&model));
        assert!(screen.contains("┌ Plan · not renewed"), "{screen}");
        let evidence = screen.split("Evidence").nth(1).unwrap_or_default();
        let words: Vec<&str> = evidence.split(['│', '\n', ' ']).filter(|word| !word.is_empty()).collect();
        for word in "wrong with the plan and where → what would help in the end".split(' ') {
            assert!(words.contains(&word), "{word}\n{screen}");
        }
        let header = screen.lines().nth(2).unwrap();
        assert!(header.contains("in the end") || header.ends_with('…'), "{header}");
        update(&mut model, Msg::Judged(Ok(status(&plan()))));
        assert!(!text(&draw(&model)).contains("not renewed"));
    }
}

#[test]
fn every_mistake_of_a_broken_plan_is_listed() {
    let mut model = model((50, 40));
    press(&mut model, "n\tjj");
    let mistake = |line, help: Option<&str>| MistakePart {
        line,
        message: format!("mistake number {line} of the plan, told at length {EVIL}"),
        help: help.map(str::to_owned),
    };
    update(&mut model, Msg::Mistakes(vec![mistake(12, Some("mend the first")), mistake(34, None), mistake(56, None)]));
    let trouble = Trouble { message: "plan.toml:12: mistake number 12 (and 2 more)".into(), help: None };
    update(&mut model, Msg::Judged(Err(trouble.clone())));
    let screen = text(&draw(&model));
    for wanted in
        ["line 12: mistake number 12", "→ mend the first", "line 34: mistake", "line 56: mistake", "fails 1.2"]
    {
        assert!(screen.contains(wanted), "{wanted}\n{screen}");
    }
    assert!(!screen.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{screen}");
    // Other trouble is told in its own words, and a plan that is mended has none.
    update(&mut model, Msg::Mistakes(Vec::new()));
    update(&mut model, Msg::Judged(Err(Trouble { message: "git broke".into(), help: None })));
    let screen = text(&draw(&model));
    assert_eq!(screen.matches("cannot check: git broke").count(), 2, "{screen}");
    assert!(!screen.contains("line 34"), "{screen}");
    update(&mut model, Msg::Judged(Ok(status(&plan()))));
    assert!(!text(&draw(&model)).contains("as it was last checked"));
}

fn in_history(size: (u16, u16)) -> Model {
    let mut model = model(size);
    press(&mut model, "4");
    update(&mut model, Msg::Lived(Ok(lived())));
    model
}

fn has_chart(screen: &str) -> bool {
    screen.chars().any(|sign| ('\u{2801}'..='\u{28ff}').contains(&sign))
}

#[test]
fn the_chart_is_seen_at_80x24() {
    let screen = text(&draw(&in_history((80, 24))));
    assert!(has_chart(&screen) && !screen.contains("█"), "{screen}");
    // Where there is room for both, both are there; where there is none for the chart, the bars are.
    let screen = text(&draw(&in_history((80, 40))));
    assert!(has_chart(&screen) && screen.contains("█"), "{screen}");
    let screen = text(&draw(&in_history((80, 18))));
    assert!(!has_chart(&screen) && screen.contains("█"), "{screen}");
    let mut plan = in_history((80, 24));
    press(&mut plan, "1");
    assert!(text(&draw(&plan)).contains("█"));
}

#[test]
fn a_commit_that_changed_no_verdict_says_what_it_claimed() {
    let screen = text(&draw(&in_history((240, 40))));
    let row = |id: &str| screen.lines().find(|row| row.contains(&id.repeat(4))).unwrap().to_owned();
    // 05 ticks two more; 06 changes nothing; 02 made two tasks true, which matters more.
    assert!(row("05").contains("· +2 claimed"), "{screen}");
    assert!(!row("06").contains("claimed") && !row("06").contains('·'), "{screen}");
    assert!(row("02").contains("· Change 2") && !row("02").contains("claimed"), "{screen}");
    let mut fewer = trueup::tui::pane::Lived::clone(&lived());
    fewer.life.steps[4].claimed = 1;
    let mut model = in_history((240, 40));
    update(&mut model, Msg::Lived(Ok(Arc::new(fewer))));
    let screen = text(&draw(&model));
    assert!(screen.contains("· −4 claimed") && screen.contains("· +6 claimed"), "{screen}");
}

#[test]
fn bars_that_do_not_all_fit_are_one() {
    // Two groups: a phase and the checklist.
    let screen = text(&draw(&model((80, 15))));
    assert!(screen.contains(" Plan  ") && screen.contains("3/7 hold") && !screen.contains("2/6 hold"), "{screen}");
    let screen = text(&draw(&model((80, 17))));
    assert!(!screen.contains("3/7 hold") && screen.contains("2/6 hold") && screen.contains("1/1 hold"), "{screen}");
    let unjudged = Model::new(Arc::clone(&plan().plan), (80, 15), Theme::new(true));
    assert!(text(&draw(&unjudged)).contains("…/7"));
}

#[test]
fn lists_say_how_much_is_below() {
    let marks = |model: &Model| {
        let screen = text(&draw(model));
        let numbers = screen.split("─ ↓ ").skip(1).filter_map(|rest| rest.split_once(" ┘"));
        numbers.map(|(number, _)| number.to_owned()).collect::<Vec<_>>()
    };
    // Eleven rows of the tree, three on the screen; of the evidence all.
    let mut tree = model((110, 12));
    let height = usize::from(12u16 - 1 - 2 - 1 - 2);
    let all = tree.tree.rows.len();
    assert_eq!(marks(&tree), [(all - height).to_string()]);
    press(&mut tree, "G");
    assert_eq!(marks(&tree), Vec::<String>::new());
    let mut today = model((110, 12));
    press(&mut today, "2");
    update(&mut today, Msg::Day(Ok(done(&["1.1", "1.2", "2.2"]))));
    assert_eq!(marks(&today).len(), 1);
    press(&mut today, "G");
    assert_eq!(marks(&today), Vec::<String>::new());
    let mut history = in_history((80, 12));
    let shown = 12 - 1 - 2 - 1 - 2 - 2;
    assert_eq!(marks(&history), [(lived().rows() - shown).to_string()]);
    press(&mut history, "G");
    assert_eq!(marks(&history), Vec::<String>::new());
    let mut help = model((80, 24));
    press(&mut help, "?");
    assert_eq!(marks(&help).len(), 1, "{}", text(&draw(&help)));
    press(&mut help, &"j".repeat(100));
    assert_eq!(marks(&help), Vec::<String>::new());
}

#[test]
fn the_palette_cuts_nothing_without_need_and_leaves_itself_out() {
    for pane in Pane::ALL {
        let mut model = model((130, 60));
        press(&mut model, &format!("{}:", pane.place() + 1));
        let screen = text(&draw(&model));
        let listed = |name: &str| screen.lines().any(|row| row.contains(&format!("{name}  ")) && row.contains('│'));
        for action in actions_of(pane).filter(|action| action.name != "actions") {
            assert!(listed(action.name) && screen.contains(action.help), "{pane:?} {}\n{screen}", action.name);
        }
        assert!(!screen.contains("find an action by a few letters"), "{screen}");
        assert!(!screen.contains("this list"), "{screen}");
    }
}

#[test]
fn what_matters_less_is_dim_and_in_no_colour_of_its_own() {
    for colours in [true, false] {
        let theme = Theme::new(colours);
        assert_eq!((theme.dim().fg, theme.dim().add_modifier), (None, Modifier::DIM));
    }
    for keys in ["", "2", "3", "4", "5", "?", ":"] {
        let mut model = proposed((110, 30));
        press(&mut model, &format!("1{keys}"));
        assert!(draw(&model).content().iter().all(|cell| cell.fg != Color::DarkGray), "{keys}");
    }
    // A picture of the screen shows it too.
    let drawn = trueup::tui::svg(&draw(&proposed((110, 30))), "screen");
    assert!(drawn.contains("#7f8794"));
}
