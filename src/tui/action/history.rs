//! Actions of the History pane.

use ratatui::crossterm::event::KeyCode;

use super::{Action, always, never, plain};
use crate::tui::pane::Pane;
use crate::tui::{Effect, Model, update};

/// What keys do there.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        keys: "Enter",
        name: "show the plan",
        help: "to the plan as it was at that commit",
        footer: always,
        matches: |key| plain(key, &[KeyCode::Enter, KeyCode::Char(' ')]),
        run: |model| update::enter(model, Pane::Plan),
    },
    Action {
        keys: "n",
        name: "older change",
        help: "to the next older commit that changed a verdict",
        footer: always,
        matches: |key| plain(key, &[KeyCode::Char('n')]),
        run: |model| to_change(model, true),
    },
    Action {
        keys: "N",
        name: "newer change",
        help: "to the next newer commit that changed a verdict",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Char('N')]),
        run: |model| to_change(model, false),
    },
];

/// Moves the cursor, and the whole plan with it.
pub(super) fn go(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(lived) = model.lived.value.clone() else { return Vec::new() };
    model.history.go(&lived, by);
    follow(model)
}

fn to_change(model: &mut Model, older: bool) -> Vec<Effect> {
    let Some(lived) = model.lived.value.clone() else { return Vec::new() };
    model.history.seek_change(&lived, older);
    follow(model)
}

fn follow(model: &mut Model) -> Vec<Effect> {
    let at = model.lived.value.as_ref().and_then(|lived| lived.commit_of(model.history.cursor)).map(|step| step.id);
    update::show(model, at)
}
