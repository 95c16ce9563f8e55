//! Actions of the Linear pane.

use ratatui::crossterm::event::KeyCode;

use super::{Action, plain};
use crate::tui::{Effect, Model, Trouble};

/// What keys do there.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        keys: "r",
        name: "ask Linear",
        help: "ask Linear what a sync would do; nothing is written",
        footer: Model::can_ask_linear,
        matches: |key| plain(key, &[KeyCode::Char('r')]),
        run: |model| model.linear.ask(),
    },
    Action {
        keys: "a",
        name: "apply",
        help: "do what is shown, after a yes",
        footer: |model| model.linear.can_apply(),
        matches: |key| plain(key, &[KeyCode::Char('a')]),
        run: apply,
    },
];

/// Asks for a yes; where there is nothing to say yes to, it says why.
fn apply(model: &mut Model) -> Vec<Effect> {
    if model.linear.can_apply() {
        model.linear.apply();
        return Vec::new();
    }
    let help = model.can_ask_linear().then(|| "r asks Linear".to_owned());
    model.notice = Some(Trouble { message: model.linear.nothing_to_apply().to_owned(), help });
    Vec::new()
}
