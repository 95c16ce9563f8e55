//! Actions of the Plan pane.

use ratatui::crossterm::event::KeyCode;

use super::{Action, always, never, plain};
use crate::tui::pane::{Focus, Ground, PlanPane};
use crate::tui::{Effect, Model, Trouble};

/// What keys do there.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        keys: "← h",
        name: "close",
        help: "close the group, or go to the one above",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Left, KeyCode::Char('h')]),
        run: |model| on_the_tree(model, PlanPane::close),
    },
    Action {
        keys: "→ l",
        name: "open",
        help: "open the group",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Right, KeyCode::Char('l')]),
        run: |model| on_the_tree(model, PlanPane::open),
    },
    Action {
        keys: "Enter",
        name: "open/close",
        help: "open or close the group; on a task, go to its evidence",
        footer: always,
        matches: |key| plain(key, &[KeyCode::Enter, KeyCode::Char(' ')]),
        run: |model| on_the_tree(model, PlanPane::toggle),
    },
    Action {
        keys: "-",
        name: "close all",
        help: "close every issue",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Char('-')]),
        run: |model| on_the_tree(model, PlanPane::close_all),
    },
    Action {
        keys: "+",
        name: "open all",
        help: "open every group",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Char('+'), KeyCode::Char('=')]),
        run: |model| on_the_tree(model, PlanPane::open_all),
    },
    Action {
        keys: "Tab",
        name: "evidence",
        help: "between the tree and the evidence",
        footer: always,
        matches: |key| plain(key, &[KeyCode::Tab]),
        run: |model| on_the_tree(model, |tree, _| tree.focus = tree.focus.other()),
    },
    Action {
        keys: "n",
        name: "next false claim",
        help: "to the next task that is claimed and not true",
        footer: Model::has_false_claims,
        matches: |key| plain(key, &[KeyCode::Char('n')]),
        run: |model| {
            if !model.has_false_claims() {
                model.notice = Some(Trouble { message: "no task is claimed and not true".to_owned(), help: None });
            }
            on_the_tree(model, PlanPane::next_false_claim)
        },
    },
    Action {
        keys: "/",
        name: "filter",
        help: "show only the tasks that match a text",
        footer: always,
        matches: |key| plain(key, &[KeyCode::Char('/')]),
        run: |model| {
            on_the_tree(model, |tree, _| {
                tree.editing = true;
                tree.focus = Focus::Tree;
            })
        },
    },
    Action {
        keys: "v",
        name: "verdicts",
        help: "show all, claimed but not true, fails, unknown, holds",
        footer: always,
        matches: |key| plain(key, &[KeyCode::Char('v')]),
        run: |model| on_the_tree(model, PlanPane::next_verdicts),
    },
];

fn on_the_tree(model: &mut Model, act: fn(&mut PlanPane, &Ground)) -> Vec<Effect> {
    let ground = model.ground();
    act(&mut model.tree, &ground);
    Vec::new()
}
