//! Actions of the Standup pane.

use ratatui::crossterm::event::KeyCode;

use super::{Action, always, plain};
use crate::report::markup;
use crate::tui::{Effect, Model, Trouble};

/// What keys do there.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        keys: "o",
        name: "by person/issue",
        help: "order what was made true by who wrote it, or by issue",
        footer: always,
        matches: |key| plain(key, &[KeyCode::Char('o')]),
        run: turn,
    },
    Action {
        keys: "y",
        name: "copy",
        help: "copy it as Markdown (OSC 52: through SSH too)",
        footer: always,
        matches: |key| plain(key, &[KeyCode::Char('y')]),
        run: copy,
    },
];

fn turn(model: &mut Model) -> Vec<Effect> {
    if let Some(day) = &model.day.value {
        model.standup.turn(day);
    }
    Vec::new()
}

fn copy(model: &mut Model) -> Vec<Effect> {
    let Some(day) = &model.day.value else { return Vec::new() };
    let text = markup::markdown(model.standup.text(day));
    let message = "handed to the terminal as Markdown; one that allows it has it on the clipboard".to_owned();
    model.notice = Some(Trouble { message, help: None });
    vec![Effect::Copy(text)]
}
