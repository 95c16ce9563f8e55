//! What a message does to the model, and what it asks of the world. Pure.

use std::sync::Arc;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{ACTIONS, Model, Trouble};
use crate::progress::Status;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Msg {
    /// A key.
    Key(KeyEvent),
    /// Text that was pasted.
    Paste(String),
    /// The terminal has this many columns and lines.
    Resize(u16, u16),
    /// A watched file changed.
    Changed,
    /// A check began.
    Judging,
    /// A check ended.
    Judged(Result<Arc<Status>, Trouble>),
}

/// Something to do in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Check again; the newest request wins.
    Judge,
    /// Give the terminal back until `fg`.
    Suspend,
    /// Leave.
    Quit,
    /// Leave as interrupted.
    Interrupt,
}

/// Takes a message in.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
        Msg::Key(key) => press(model, &key),
        Msg::Paste(text) => {
            if model.editing {
                model.filter.extend(text.chars().filter(|c| !c.is_control()));
                model.filtered();
            }
            Vec::new()
        }
        Msg::Resize(columns, lines) => {
            model.size = (columns, lines);
            model.select(model.selected);
            Vec::new()
        }
        Msg::Changed => {
            model.checking = true;
            vec![Effect::Judge]
        }
        Msg::Judging => {
            model.checking = true;
            Vec::new()
        }
        Msg::Judged(result) => {
            model.checking = false;
            match result {
                Ok(status) => model.judged(status),
                Err(trouble) => model.trouble = Some(trouble),
            }
            Vec::new()
        }
    }
}

fn press(model: &mut Model, key: &KeyEvent) -> Vec<Effect> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    if model.editing && !(control && matches!(key.code, KeyCode::Char('c' | 'z'))) {
        edit(model, key);
        return Vec::new();
    }
    if model.help && !control {
        read_help(model, key);
        return Vec::new();
    }
    ACTIONS.iter().find_map(|action| action.press(key, model)).unwrap_or_default()
}

/// Scrolls the help, where not all of it fits; any other key closes it.
fn read_help(model: &mut Model, key: &KeyEvent) {
    let last = super::view::help_last(model);
    let by = match key.code {
        KeyCode::Down | KeyCode::Char('j') => 1,
        KeyCode::Up | KeyCode::Char('k') => -1,
        KeyCode::PageDown | KeyCode::Char(' ') => 8,
        KeyCode::PageUp => -8,
        _ => 0,
    };
    if last == 0 || by == 0 {
        model.help = false;
    } else {
        model.help_scroll = model.help_scroll.min(last).saturating_add_signed(by).min(last);
    }
}

fn edit(model: &mut Model, key: &KeyEvent) {
    // What was typed before the terminal was ours may come as ^J instead of Enter.
    let newline = key.code == KeyCode::Char('j') && key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        _ if newline => {
            model.editing = false;
            return;
        }
        KeyCode::Enter | KeyCode::Down | KeyCode::Up | KeyCode::Tab => {
            model.editing = false;
            return;
        }
        KeyCode::Esc => {
            model.editing = false;
            model.filter.clear();
        }
        KeyCode::Backspace if model.filter.is_empty() => model.editing = false,
        KeyCode::Backspace => {
            model.filter.pop();
        }
        KeyCode::Char('u') if key.modifiers.contains(KeyModifiers::CONTROL) => model.filter.clear(),
        KeyCode::Char(c) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
            model.filter.push(c)
        }
        _ => return,
    }
    model.filtered();
}
