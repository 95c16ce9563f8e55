//! The interface as a value: keys in, buffers out.

use std::sync::Arc;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Color;
use trueup::checks::{Finding, Outcome, Verdict};
use trueup::progress::{At, AtKind, Claim, ClaimBox, Claims, Status, TaskStatus};
use trueup::semantics::files::Parses;
use trueup::source::Outside;
use trueup::tui::theme::Theme;
use trueup::tui::view::view;
use trueup::tui::{Effect, Focus, Model, Msg, RowKind, Trouble, VerdictFilter, update};
use trueup::verify::{Judge, Prepared};

use crate::memory::{Commits, Memory};

pub const HOSTILE: &str = "\\u001b[31mred\\u202e";

pub fn plan() -> Prepared {
    let mut source = String::from(
        "schema = 1\n[plan]\nuid = \"u-1\"\ntitle = \"Court plan\"\nteam = \"Courtside\"\n[[phases]]\nid = \"1\"\ntitle = \"First\"\n",
    );
    for issue in ["1", "2"] {
        source.push_str(&format!(
            "[[phases.issues]]\nid = \"{issue}\"\ntitle = \"Issue {issue} {HOSTILE}\"\nlinear = \"AB-{issue}\"\n"
        ));
        for (n, check) in [
            (1, "{ text = { files = \"README.md\", contains = \"hello\" } }"),
            (2, "{ text = { files = \"README.md\", contains = \"good bye\" } }"),
            (3, "{ attest = { covers = \"README.md\" } }"),
        ] {
            source.push_str(&format!(
                "[[phases.issues.tasks]]\nid = \"{issue}.{n}\"\ntext = \"Task `{n}` of {issue}\"\ncheck = {check}\n"
            ));
        }
    }
    source.push_str("[[checklist]]\nid = \"T.1\"\ntext = \"Shared\"\ncheck = { file = { path = \"README.md\" } }\n");
    Prepared::read(source.as_bytes()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// A status in which every task is ticked.
pub fn status(prepared: &Prepared) -> Arc<Status> {
    let tree = Memory::with(&[("README.md", "one\nhello \u{1b}[31m\u{202e}\n")]);
    let judge = Judge { tree: &tree, history: &Commits::default(), parses: &Parses::default(), memo: None };
    let ids = prepared.plan.tasks().map(|(_, task)| task.id.clone());
    let claim =
        Claim { source: "markdown", place: "PLAN.md:3".into(), line: Some(3), value: "[x]".into(), done: Some(true) };
    let tasks = ids
        .zip(judge.plan(prepared))
        .map(|(id, outcome)| TaskStatus { id, outcome, claims: vec![claim.clone()] })
        .collect();
    let at = At { kind: AtKind::Worktree, rev: Some("0123456789abcdef".into()), dirty: false };
    let claims = Claims { path: Some(Outside::from("PLAN.md")), ..Claims::default() };
    Arc::new(Status { plan: Arc::clone(&prepared.plan), at, tasks, claims })
}

pub fn model(size: (u16, u16)) -> Model {
    let prepared = plan();
    let mut model = Model::new(Arc::clone(&prepared.plan), size, Theme::new(true));
    update(&mut model, Msg::Judged(Ok(status(&prepared))));
    model
}

pub fn draw(model: &Model) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(model.size.0, model.size.1)).unwrap();
    terminal.draw(|frame| view(model, frame)).unwrap();
    terminal.backend().buffer().clone()
}

pub fn text(buffer: &Buffer) -> String {
    let area = buffer.area;
    let line = |y| (0..area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..area.height).map(line).collect::<Vec<_>>().join("\n")
}

pub fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    keys.chars()
        .flat_map(|c| {
            let code = match c {
                '\n' => KeyCode::Enter,
                '\t' => KeyCode::Tab,
                '\u{1b}' => KeyCode::Esc,
                '\u{8}' => KeyCode::Backspace,
                c => KeyCode::Char(c),
            };
            update(model, Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)))
        })
        .collect()
}

#[test]
fn the_first_paint_shows_the_plan_before_anything_is_judged() {
    let model = Model::new(Arc::clone(&plan().plan), (110, 24), Theme::new(true));
    let screen = text(&draw(&model));
    assert!(screen.contains("Court plan") && screen.contains("checking…"), "{screen}");
    assert!(screen.contains("… checking  1.1  Task 1 of 1"), "{screen}");
    assert!(!screen.contains("holds"), "{screen}");
}

#[test]
fn the_screen_of_a_judged_plan() {
    let mut model = model((110, 22));
    press(&mut model, "n");
    insta::assert_snapshot!(text(&draw(&model)));
}

#[test]
fn a_narrow_screen_stacks_the_panes() {
    let mut model = model((60, 24));
    press(&mut model, "n");
    insta::assert_snapshot!(text(&draw(&model)));
}

#[test]
fn verdicts_are_told_apart_without_colour() {
    let prepared = plan();
    let mut plain = Model::new(Arc::clone(&prepared.plan), (110, 24), Theme::new(false));
    update(&mut plain, Msg::Judged(Ok(status(&prepared))));
    let buffer = draw(&plain);
    assert!(buffer.content().iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
    let screen = text(&buffer);
    for word in ["✓ holds", "✗ fails", "? unknown", "!claimed", "CLAIMED, NOT TRUE"] {
        assert!(screen.contains(word), "{word}\n{screen}");
    }
}

#[test]
fn nothing_hostile_reaches_the_screen() {
    let mut model = model((110, 30));
    for key in ["", "j", "j", "n", "\t", "?"] {
        press(&mut model, key);
        let screen = text(&draw(&model));
        assert!(!screen.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{screen}");
    }
}

#[test]
fn a_filter_keeps_the_matching_tasks_and_their_groups() {
    let mut model = model((110, 30));
    press(&mut model, "/AB-2\n");
    let kinds: Vec<RowKind> = model.tree.rows.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [RowKind::Phase(0), RowKind::Issue(0, 1), RowKind::Task(3), RowKind::Task(4), RowKind::Task(5)]);
    press(&mut model, "/\u{8}1\n");
    assert!(model.tree.rows.iter().all(|row| !matches!(row.kind, RowKind::Task(3..))));
    press(&mut model, "\u{1b}");
    assert_eq!(model.tree.rows.len(), 1 + 2 + 6 + 1 + 1);
}

#[test]
fn a_filter_without_a_match_says_how_to_take_it_off() {
    let mut model = model((110, 30));
    press(&mut model, "/zzqq\n");
    assert!(model.tree.rows.is_empty());
    assert!(text(&draw(&model)).contains("Esc takes them off"));
}

#[test]
fn the_verdict_filter_goes_round() {
    let mut model = model((110, 30));
    for filter in VerdictFilter::ORDER.iter().cycle().skip(1).take(5) {
        press(&mut model, "v");
        assert_eq!(model.tree.verdicts, *filter);
        let status = model.status.clone().unwrap();
        for row in &model.tree.rows {
            if let RowKind::Task(index) = row.kind {
                let verdict = status.tasks[index].verdict();
                match filter {
                    VerdictFilter::All => {}
                    VerdictFilter::FalseClaims | VerdictFilter::Fails => assert_eq!(verdict, Verdict::Fails),
                    VerdictFilter::Unknown => assert!(matches!(verdict, Verdict::Unknown(_))),
                    VerdictFilter::Holds => assert_eq!(verdict, Verdict::Holds),
                }
            }
        }
        assert!(model.tree.rows.iter().any(|row| matches!(row.kind, RowKind::Task(_))), "{filter:?} shows nothing");
    }
}

#[test]
fn groups_close_and_open_and_the_selection_stays_on_its_row() {
    let mut model = model((110, 30));
    press(&mut model, "jj");
    assert_eq!(model.tree.selected_kind(), Some(RowKind::Task(0)));
    press(&mut model, "h");
    assert_eq!(model.tree.selected_kind(), Some(RowKind::Issue(0, 0)));
    press(&mut model, "h");
    assert!(model.tree.collapsed.contains(&RowKind::Issue(0, 0)));
    assert!(!model.tree.rows.iter().any(|row| row.kind == RowKind::Task(0)));
    press(&mut model, "G");
    let last = model.tree.selected_kind();
    press(&mut model, "+");
    assert_eq!(model.tree.selected_kind(), last);
    press(&mut model, "-");
    assert!(!model.tree.rows.iter().any(|row| matches!(row.kind, RowKind::Task(_))));
}

#[test]
fn trouble_keeps_the_last_status_and_says_what_to_do() {
    let mut model = model((110, 30));
    let trouble = Trouble { message: "the plan is broken".into(), help: Some("mend it".into()) };
    update(&mut model, Msg::Judged(Err(trouble)));
    let screen = text(&draw(&model));
    assert!(screen.contains("cannot check: the plan is broken · mend it") && screen.contains("✓ holds"), "{screen}");
    update(&mut model, Msg::Judged(Ok(status(&plan()))));
    assert!(!text(&draw(&model)).contains("cannot check"));
}

#[test]
fn a_change_asks_for_a_check_and_keys_do_what_the_registry_says() {
    let mut model = model((110, 30));
    assert_eq!(update(&mut model, Msg::Changed), [Effect::Judge(None)]);
    assert!(model.checking);
    assert_eq!(press(&mut model, "r"), [Effect::Judge(None)]);
    assert_eq!(press(&mut model, "q"), [Effect::Quit]);
    let control = |c| Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL));
    assert_eq!(update(&mut model, control('c')), [Effect::Interrupt]);
    assert_eq!(update(&mut model, control('z')), [Effect::Suspend]);
    // Also while a filter is typed.
    press(&mut model, "/q");
    assert_eq!(update(&mut model, control('c')), [Effect::Interrupt]);
    assert_eq!(model.tree.filter, "q");
}

#[test]
fn a_terminal_that_is_too_small_says_so() {
    let model = model((39, 11));
    assert!(text(&draw(&model)).contains("trueup needs 40×12"));
}

#[test]
fn evidence_scrolls_to_its_end_and_no_further() {
    let mut model = model((60, 14));
    press(&mut model, "n\t");
    assert_eq!(model.tree.focus, Focus::Evidence);
    for _ in 0..100 {
        press(&mut model, "j");
    }
    let end = model.tree.scroll;
    assert!(end > 0 && end < 100);
    press(&mut model, "gG");
    assert_eq!(model.tree.scroll, end);
}

#[test]
fn the_next_false_claim_is_found_in_closed_groups() {
    let mut model = model((110, 30));
    press(&mut model, "-");
    assert!(!model.tree.rows.iter().any(|row| matches!(row.kind, RowKind::Task(_))));
    press(&mut model, "n");
    assert_eq!(model.tree.selected_kind(), Some(RowKind::Task(1)));
    press(&mut model, "n");
    assert_eq!(model.tree.selected_kind(), Some(RowKind::Task(4)));
    press(&mut model, "n");
    assert_eq!(model.tree.selected_kind(), Some(RowKind::Task(1)));
    // The phase closed too.
    press(&mut model, "hhhhn");
    assert_eq!(model.tree.selected_kind(), Some(RowKind::Task(1)));
}

#[test]
fn what_of_the_markdown_plan_fits_no_task_is_listed() {
    let mut model = model((110, 30));
    let mut status = Status::clone(model.status.as_ref().unwrap());
    let found = |line, marker: &str, text: &str| ClaimBox {
        path: "PLAN.md".into(),
        line,
        text: text.into(),
        marker: marker.into(),
    };
    status.claims.unmatched = vec![found(7, "[x]", "Nobody knows this")];
    status.claims.unknown_markers = vec![found(9, "[~]", "Half done")];
    status.claims.without_box = vec!["2.1".into()];
    update(&mut model, Msg::Judged(Ok(Arc::new(status.clone()))));
    press(&mut model, "G");
    assert_eq!(model.tree.selected_kind(), Some(RowKind::Claims));
    let screen = text(&draw(&model));
    for wanted in ["Claims: 1 box without a task, 1 unknown marker", "PLAN.md:7 [x] Nobody knows this"] {
        assert!(screen.contains(wanted), "{wanted}\n{screen}");
    }
    assert!(screen.contains("PLAN.md:9 [~] Half done") && screen.contains("· 2.1"), "{screen}");
    press(&mut model, "\n");
    assert_eq!(model.tree.focus, Focus::Evidence);
    status.claims = Claims { trouble: Some("there is no PLAN.md here".into()), ..Claims::default() };
    update(&mut model, Msg::Judged(Ok(Arc::new(status))));
    let screen = text(&draw(&model));
    assert_eq!(screen.matches("there is no PLAN.md here").count(), 2, "{screen}");
}

#[test]
fn evidence_of_another_task_begins_at_its_top() {
    let mut model = model((60, 14));
    press(&mut model, "n\tjjj");
    assert!(model.tree.scroll > 0);
    let before = model.tree.selected_kind();
    // Fails is what is selected; the filter for what holds moves the selection.
    press(&mut model, "vv");
    assert_eq!(model.tree.selected_kind(), before);
    assert!(model.tree.scroll > 0);
    press(&mut model, "vv");
    assert_ne!(model.tree.selected_kind(), before);
    assert_eq!(model.tree.scroll, 0);
}

#[test]
fn a_narrow_footer_still_says_how_to_leave() {
    for columns in [40, 60, 80, 100] {
        let screen = text(&draw(&model((columns, 24))));
        let footer = screen.lines().last().unwrap();
        assert!(footer.contains("? help") && footer.ends_with("q quit"), "{columns}: {footer}");
    }
}

#[test]
fn the_help_scrolls_where_it_does_not_fit() {
    let mut model = model((50, 14));
    press(&mut model, "?");
    assert!(text(&draw(&model)).contains("↑ ↓ scroll"));
    for _ in 0..100 {
        press(&mut model, "j");
    }
    let screen = text(&draw(&model));
    assert!(screen.contains("│ the repository."), "{screen}");
    // As many lines back as there were.
    press(&mut model, "k");
    assert_ne!(text(&draw(&model)), screen);
    press(&mut model, "q");
    assert!(!model.help);
}

#[test]
fn a_screen_that_is_too_small_wraps_what_it_says() {
    let screen = text(&draw(&model((20, 6)))).replace('\n', " ");
    assert!(screen.contains("trueup needs 40×12;") && screen.contains("20×6"), "{screen}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_keys_and_no_size_break_it(keys in "[jkhlgGnNvrwpoy:\\[\\]?/+=\\- \n\t\u{1b}\u{8}a-c1-5.]{0,40}", w in 1u16..130, h in 1u16..45) {
        let mut model = model((90, 30));
        update(&mut model, Msg::Lived(Ok(crate::tui_panes::lived())));
        update(&mut model, Msg::Day(Ok(crate::tui_panes::done(&["1.1", "2.2"]))));
        press(&mut model, &keys);
        update(&mut model, Msg::Proposed(Ok(crate::tui_linear::proposal())));
        update(&mut model, Msg::Resize(w, h));
        press(&mut model, &keys);
        prop_assert!(model.tree.rows.is_empty() || model.tree.selected < model.tree.rows.len());
        let buffer = draw(&model);
        prop_assert_eq!(&buffer, &draw(&model));
    }
}

#[test]
fn a_persons_word_is_no_proof_of_the_repository() {
    let prepared = plan();
    let mut judged = (*status(&prepared)).clone();
    let at = judged.tasks.iter().position(|task| task.verdict() == Verdict::Holds).unwrap();
    let finding = Finding::proof("by the word of Ada").by("Ada <ada@example.com>");
    judged.tasks[at].outcome = Outcome { findings: vec![finding], doubts: Vec::new() };
    let mut model = Model::new(Arc::clone(&prepared.plan), (140, 24), Theme::new(false));
    update(&mut model, Msg::Judged(Ok(Arc::new(judged))));
    while model.tree.selected_kind() != Some(RowKind::Task(at)) {
        press(&mut model, "j");
    }
    let screen = text(&draw(&model));
    for wanted in ["3 hold (1 by word)", "by word", "word: by the word of Ada"] {
        assert!(screen.contains(wanted), "{wanted}\n{screen}");
    }
    assert!(!screen.contains("proof"), "{screen}");
}
