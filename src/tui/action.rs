//! One registry of what keys do: it feeds the dispatch, the footer and the help.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Effect, Focus, Model, RowKind};

/// Something a key does.
pub struct Action {
    /// Its keys, as they are shown.
    pub keys: &'static str,
    /// What it does, in a word or two.
    pub name: &'static str,
    /// What it does, in a line.
    pub help: &'static str,
    /// Whether the footer shows it.
    pub footer: bool,
    matches: fn(&KeyEvent) -> bool,
    run: fn(&mut Model) -> Vec<Effect>,
}

impl Action {
    /// Does it, when the key is its own.
    pub(super) fn press(&self, key: &KeyEvent, model: &mut Model) -> Option<Vec<Effect>> {
        (self.matches)(key).then(|| (self.run)(model))
    }
}

fn plain(key: &KeyEvent, codes: &[KeyCode]) -> bool {
    !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) && codes.contains(&key.code)
}

fn control(key: &KeyEvent, c: char) -> bool {
    key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char(c)
}

/// Every action.
pub const ACTIONS: &[Action] = &[
    Action {
        keys: "↑ k",
        name: "up",
        help: "one line up",
        footer: false,
        matches: |key| plain(key, &[KeyCode::Up, KeyCode::Char('k')]),
        run: |model| go(model, -1),
    },
    Action {
        keys: "↓ j",
        name: "down",
        help: "one line down",
        footer: false,
        matches: |key| plain(key, &[KeyCode::Down, KeyCode::Char('j')]),
        run: |model| go(model, 1),
    },
    Action {
        keys: "PgUp ^B",
        name: "page up",
        help: "one page up",
        footer: false,
        matches: |key| plain(key, &[KeyCode::PageUp]) || control(key, 'b'),
        run: |model| go(model, -page(model)),
    },
    Action {
        keys: "PgDn ^F",
        name: "page down",
        help: "one page down",
        footer: false,
        matches: |key| plain(key, &[KeyCode::PageDown]) || control(key, 'f'),
        run: |model| go(model, page(model)),
    },
    Action {
        keys: "Home g",
        name: "first",
        help: "to the first line",
        footer: false,
        matches: |key| plain(key, &[KeyCode::Home, KeyCode::Char('g')]),
        run: |model| go(model, isize::MIN / 2),
    },
    Action {
        keys: "End G",
        name: "last",
        help: "to the last line",
        footer: false,
        matches: |key| plain(key, &[KeyCode::End, KeyCode::Char('G')]),
        run: |model| go(model, isize::MAX / 2),
    },
    Action {
        keys: "← h",
        name: "close",
        help: "close the group, or go to the one above",
        footer: false,
        matches: |key| plain(key, &[KeyCode::Left, KeyCode::Char('h')]),
        run: close,
    },
    Action {
        keys: "→ l",
        name: "open",
        help: "open the group",
        footer: false,
        matches: |key| plain(key, &[KeyCode::Right, KeyCode::Char('l')]),
        run: open,
    },
    Action {
        keys: "Enter",
        name: "open/close",
        help: "open or close the group; on a task, go to its evidence",
        footer: true,
        matches: |key| plain(key, &[KeyCode::Enter, KeyCode::Char(' ')]),
        run: toggle,
    },
    Action {
        keys: "-",
        name: "close all",
        help: "close every issue",
        footer: false,
        matches: |key| plain(key, &[KeyCode::Char('-')]),
        run: close_all,
    },
    Action {
        keys: "+",
        name: "open all",
        help: "open every group",
        footer: false,
        matches: |key| plain(key, &[KeyCode::Char('+'), KeyCode::Char('=')]),
        run: |model| {
            model.collapsed.clear();
            model.refresh();
            Vec::new()
        },
    },
    Action {
        keys: "Tab",
        name: "evidence",
        help: "between the tree and the evidence",
        footer: true,
        matches: |key| plain(key, &[KeyCode::Tab, KeyCode::BackTab]),
        run: |model| {
            model.focus = if model.focus == Focus::Tree { Focus::Evidence } else { Focus::Tree };
            Vec::new()
        },
    },
    Action {
        keys: "n",
        name: "next false claim",
        help: "to the next task that is claimed and not true",
        footer: true,
        matches: |key| plain(key, &[KeyCode::Char('n')]),
        run: next_false_claim,
    },
    Action {
        keys: "/",
        name: "filter",
        help: "show only the tasks that match a text",
        footer: true,
        matches: |key| plain(key, &[KeyCode::Char('/')]),
        run: |model| {
            model.editing = true;
            model.focus = Focus::Tree;
            Vec::new()
        },
    },
    Action {
        keys: "v",
        name: "verdicts",
        help: "show all, claimed but not true, fails, unknown, holds",
        footer: true,
        matches: |key| plain(key, &[KeyCode::Char('v')]),
        run: |model| {
            model.verdicts = model.verdicts.next();
            model.refresh();
            Vec::new()
        },
    },
    Action {
        keys: "r",
        name: "check again",
        help: "check again now (a change of a watched file does it too)",
        footer: false,
        matches: |key| plain(key, &[KeyCode::Char('r')]),
        run: |model| {
            model.checking = true;
            vec![Effect::Judge]
        },
    },
    Action {
        keys: "?",
        name: "help",
        help: "this list",
        footer: true,
        matches: |key| plain(key, &[KeyCode::Char('?')]),
        run: |model| {
            model.help = true;
            model.help_scroll = 0;
            Vec::new()
        },
    },
    Action {
        keys: "Esc",
        name: "back",
        help: "back to the tree; then take the filters off",
        footer: false,
        matches: |key| plain(key, &[KeyCode::Esc]),
        run: back,
    },
    Action {
        keys: "^Z",
        name: "suspend",
        help: "to the shell; `fg` comes back",
        footer: false,
        matches: |key| control(key, 'z'),
        run: |_| vec![Effect::Suspend],
    },
    Action {
        keys: "q",
        name: "quit",
        help: "leave",
        footer: true,
        matches: |key| plain(key, &[KeyCode::Char('q')]),
        run: |_| vec![Effect::Quit],
    },
    Action {
        keys: "^C",
        name: "interrupt",
        help: "leave with exit code 130",
        footer: false,
        matches: |key| control(key, 'c'),
        run: |_| vec![Effect::Interrupt],
    },
];

fn page(model: &Model) -> isize {
    isize::from(i16::try_from(crate::tui::view::tree_height(model)).unwrap_or(i16::MAX)).max(1)
}

fn go(model: &mut Model, by: isize) -> Vec<Effect> {
    match model.focus {
        Focus::Tree => model.select(model.selected.saturating_add_signed(by)),
        Focus::Evidence => {
            let last = crate::tui::view::evidence_last(model);
            let scroll = usize::from(model.scroll).saturating_add_signed(by).min(usize::from(last));
            model.scroll = u16::try_from(scroll).unwrap_or(u16::MAX);
        }
    }
    Vec::new()
}

fn close(model: &mut Model) -> Vec<Effect> {
    let Some(kind) = model.selected_kind() else { return Vec::new() };
    let foldable = !matches!(kind, RowKind::Task(_));
    if foldable && !model.collapsed.contains(&kind) {
        model.collapsed.insert(kind);
        model.refresh();
        return Vec::new();
    }
    let depth = model.rows.get(model.selected).map_or(0, |row| row.depth);
    let above = model.rows.iter().take(model.selected).rposition(|row| row.depth < depth);
    if let Some(above) = above {
        model.select(above);
    }
    Vec::new()
}

fn open(model: &mut Model) -> Vec<Effect> {
    if let Some(kind) = model.selected_kind()
        && model.collapsed.remove(&kind)
    {
        model.refresh();
    }
    Vec::new()
}

fn toggle(model: &mut Model) -> Vec<Effect> {
    match model.selected_kind() {
        Some(RowKind::Task(_)) => model.focus = if model.focus == Focus::Tree { Focus::Evidence } else { Focus::Tree },
        Some(kind) => {
            if !model.collapsed.remove(&kind) {
                model.collapsed.insert(kind);
            }
            model.refresh();
        }
        None => {}
    }
    Vec::new()
}

fn close_all(model: &mut Model) -> Vec<Effect> {
    for (p, phase) in model.plan.phases.iter().enumerate() {
        model.collapsed.extend((0..phase.issues.len()).map(|i| RowKind::Issue(p, i)));
    }
    model.collapsed.extend([RowKind::Checklist, RowKind::Policies]);
    // The selection goes to the group that swallowed it.
    if let Some(RowKind::Task(_)) = model.selected_kind() {
        let group = model.rows.iter().take(model.selected).rposition(|row| !matches!(row.kind, RowKind::Task(_)));
        model.select(group.unwrap_or(0));
    }
    model.refresh();
    Vec::new()
}

fn next_false_claim(model: &mut Model) -> Vec<Effect> {
    let Some(status) = model.status.clone() else { return Vec::new() };
    let is_false = |row: &super::Row| match row.kind {
        RowKind::Task(index) => status.tasks.get(index).is_some_and(crate::progress::TaskStatus::is_false_claim),
        _ => false,
    };
    // Closed groups are searched too; the one that holds it opens.
    let rows = model.rows_with_all_open();
    let from =
        model.selected_kind().and_then(|kind| rows.iter().position(|row| row.kind == kind)).map_or(0, |at| at + 1);
    let (before, after) = rows.split_at(from.min(rows.len()));
    if let Some(row) = after.iter().chain(before).find(|row| is_false(row)) {
        model.reveal(row.kind);
    }
    Vec::new()
}

fn back(model: &mut Model) -> Vec<Effect> {
    if model.focus == Focus::Evidence {
        model.focus = Focus::Tree;
    } else if !model.filter.is_empty() {
        model.filter.clear();
        model.filtered();
    } else {
        model.verdicts = super::VerdictFilter::All;
        model.refresh();
    }
    Vec::new()
}
