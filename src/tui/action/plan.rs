//! Actions of the Plan pane.

use ratatui::crossterm::event::KeyCode;

use super::{Action, plain};
use crate::tui::{Effect, Focus, Model, Row, RowKind};

/// What keys do there.
pub(super) const ACTIONS: &[Action] = &[
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
        matches: |key| plain(key, &[KeyCode::Tab]),
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
];

fn close(model: &mut Model) -> Vec<Effect> {
    let Some(kind) = model.selected_kind() else { return Vec::new() };
    let foldable = !matches!(kind, RowKind::Task(_) | RowKind::Claims);
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
        Some(RowKind::Task(_) | RowKind::Claims) => {
            model.focus = if model.focus == Focus::Tree { Focus::Evidence } else { Focus::Tree }
        }
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
    let is_false = |row: &Row| match row.kind {
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
