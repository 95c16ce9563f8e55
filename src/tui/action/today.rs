//! Actions of the Today pane.

use ratatui::crossterm::event::KeyCode;

use super::{Action, always, plain};
use crate::tui::{DayJob, Effect, Model, PinChange, Trouble, update};

/// What keys do there.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        keys: "Enter",
        name: "show the task",
        help: "to the task in the plan, with its evidence",
        footer: always,
        matches: |key| plain(key, &[KeyCode::Enter, KeyCode::Char(' ')]),
        run: jump,
    },
    Action {
        keys: "p",
        name: "pin",
        help: "pin the task, or take its pin off: it stays on the list until it holds",
        footer: always,
        matches: |key| plain(key, &[KeyCode::Char('p')]),
        run: pin,
    },
];

fn selected(model: &Model) -> Option<String> {
    model.today.task(model.day.value.as_deref()?)
}

/// The checklist is of the work tree, so that the plan goes back there too.
fn jump(model: &mut Model) -> Vec<Effect> {
    let Some(id) = selected(model) else { return Vec::new() };
    if !model.jump(&id) {
        model.notice = Some(Trouble { message: format!("the plan has no task {id} any more"), help: None });
        return Vec::new();
    }
    update::back_to_the_work_tree(model)
}

fn pin(model: &mut Model) -> Vec<Effect> {
    let (Some(day), Some(task)) = (model.day.value.as_deref(), selected(model)) else { return Vec::new() };
    let pinned = !day.pinned.contains(&task);
    model.day.coming = true;
    vec![Effect::Day(DayJob { pins: vec![PinChange { task, pinned }], looks: false })]
}
