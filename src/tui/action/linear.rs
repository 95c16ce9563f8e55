//! Actions of the Linear pane.

use ratatui::crossterm::event::KeyCode;

use super::{Action, plain};

/// What keys do there.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        keys: "r",
        name: "ask Linear",
        help: "ask Linear what a sync would do; nothing is written",
        footer: true,
        matches: |key| plain(key, &[KeyCode::Char('r')]),
        run: |model| model.linear.ask(),
    },
    Action {
        keys: "a",
        name: "apply",
        help: "do what is shown, after a yes",
        footer: true,
        matches: |key| plain(key, &[KeyCode::Char('a')]),
        run: |model| {
            model.linear.apply();
            Vec::new()
        },
    },
];
