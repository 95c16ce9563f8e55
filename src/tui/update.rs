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
    if model.help && !control && key.code != KeyCode::Char('q') {
        model.help = false;
        return Vec::new();
    }
    ACTIONS.iter().find_map(|action| action.press(key, model)).unwrap_or_default()
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
