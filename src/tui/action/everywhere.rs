//! Actions of every pane.

use ratatui::crossterm::event::KeyCode;

use super::{Action, always, control, never, plain};
use crate::tui::pane::Pane;
use crate::tui::{Effect, Focus, Model, Palette, update, view};

/// The action that opens the palette, by name.
pub(super) const PALETTE: &str = "actions";

/// What keys do in every pane; the last two stay in the narrowest footer.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        keys: "↑ k",
        name: "up",
        help: "one line up",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Up, KeyCode::Char('k')]),
        run: |model| go(model, -1),
    },
    Action {
        keys: "↓ j",
        name: "down",
        help: "one line down",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Down, KeyCode::Char('j')]),
        run: |model| go(model, 1),
    },
    Action {
        keys: "PgUp ^B",
        name: "page up",
        help: "one page up",
        footer: never,
        matches: |key| plain(key, &[KeyCode::PageUp]) || control(key, 'b'),
        run: |model| go(model, -page(model)),
    },
    Action {
        keys: "PgDn ^F",
        name: "page down",
        help: "one page down",
        footer: never,
        matches: |key| plain(key, &[KeyCode::PageDown]) || control(key, 'f'),
        run: |model| go(model, page(model)),
    },
    Action {
        keys: "Home g",
        name: "first",
        help: "to the first line",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Home, KeyCode::Char('g')]),
        run: |model| go(model, isize::MIN / 2),
    },
    Action {
        keys: "End G",
        name: "last",
        help: "to the last line",
        footer: never,
        matches: |key| plain(key, &[KeyCode::End, KeyCode::Char('G')]),
        run: |model| go(model, isize::MAX / 2),
    },
    Action {
        keys: "1",
        name: "Plan",
        help: "to Plan",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Char('1')]),
        run: |model| update::enter(model, Pane::Plan),
    },
    Action {
        keys: "2",
        name: "Today",
        help: "to Today",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Char('2')]),
        run: |model| update::enter(model, Pane::Today),
    },
    Action {
        keys: "3",
        name: "Standup",
        help: "to Standup",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Char('3')]),
        run: |model| update::enter(model, Pane::Standup),
    },
    Action {
        keys: "4",
        name: "History",
        help: "to History",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Char('4')]),
        run: |model| update::enter(model, Pane::History),
    },
    Action {
        keys: "5",
        name: "Linear",
        help: "to Linear",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Char('5')]),
        run: |model| update::enter(model, Pane::Linear),
    },
    Action {
        keys: "]",
        name: "next pane",
        help: "to the next pane",
        footer: always,
        matches: |key| plain(key, &[KeyCode::Char(']')]),
        run: |model| update::enter(model, model.pane.beside(1)),
    },
    Action {
        keys: "[ ⇧Tab",
        name: "previous pane",
        help: "to the pane before",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Char('['), KeyCode::BackTab]),
        run: |model| update::enter(model, model.pane.beside(-1)),
    },
    Action {
        keys: "w",
        name: "work tree",
        help: "from the past back to the work tree",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Char('w')]),
        run: update::back_to_the_work_tree,
    },
    Action {
        keys: "Esc",
        name: "back",
        help: "back to the tree; then take the filters off; then to the work tree",
        footer: never,
        matches: |key| plain(key, &[KeyCode::Esc]),
        run: back,
    },
    Action {
        keys: "^Z",
        name: "suspend",
        help: "to the shell; `fg` comes back",
        footer: never,
        matches: |key| control(key, 'z'),
        run: |_| vec![Effect::Suspend],
    },
    Action {
        keys: "^C",
        name: "interrupt",
        help: "leave with exit code 130",
        footer: never,
        matches: |key| control(key, 'c'),
        run: |_| vec![Effect::Interrupt],
    },
    Action {
        keys: ": ^P",
        name: PALETTE,
        help: "find an action by a few letters",
        footer: always,
        matches: |key| plain(key, &[KeyCode::Char(':')]) || control(key, 'p'),
        run: |model| {
            model.palette = Some(Palette::default());
            Vec::new()
        },
    },
    Action {
        keys: "?",
        name: "help",
        help: "every key of this pane, and what the signs mean",
        footer: always,
        matches: |key| plain(key, &[KeyCode::Char('?')]),
        run: |model| {
            model.help = true;
            model.help_scroll = 0;
            Vec::new()
        },
    },
    Action {
        keys: "q",
        name: "quit",
        help: "leave; a sync under way is stopped after the request at hand, by a second q at once",
        footer: always,
        matches: |key| plain(key, &[KeyCode::Char('q')]),
        run: |model| model.linear.leave(),
    },
];

/// On every pane but Linear's, where the same key goes out to the network.
pub(super) const AGAIN: &[Action] = &[Action {
    keys: "r",
    name: "again",
    help: "work it out again (a change of a watched file does it too)",
    footer: never,
    matches: |key| plain(key, &[KeyCode::Char('r')]),
    run: update::again,
}];

fn page(model: &Model) -> isize {
    isize::from(i16::try_from(view::page(model)).unwrap_or(i16::MAX)).max(1)
}

/// Moves what the pane moves: a selection, a text or the cursor of the history.
fn go(model: &mut Model, by: isize) -> Vec<Effect> {
    match (model.pane, model.tree.focus) {
        (Pane::Plan, Focus::Tree) => model.tree.go(&model.ground(), by),
        (Pane::Plan, Focus::Evidence) => {
            let last = view::evidence_last(model);
            model.tree.scroll(last, by);
        }
        (Pane::Today, _) => {
            if let Some(day) = &model.day.value {
                model.today.go(day, by);
            }
        }
        (Pane::Standup, _) => {
            let last = view::standup_last(model);
            model.standup.go(last, by);
        }
        (Pane::Linear, _) => {
            let last = view::linear_last(model);
            model.linear.go(last, by);
        }
        (Pane::History, _) => return super::history::go(model, by),
    }
    Vec::new()
}

fn back(model: &mut Model) -> Vec<Effect> {
    if model.pane != Pane::Plan {
        return update::enter(model, Pane::Plan);
    }
    if model.tree.focus == Focus::Evidence {
        model.tree.focus = Focus::Tree;
        return Vec::new();
    }
    let ground = model.ground();
    if model.tree.unfilter(&ground) { Vec::new() } else { update::back_to_the_work_tree(model) }
}
