//! What a message does to the model, and what it asks of the world. Pure.

use std::sync::Arc;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::palette::Chosen;
use super::pane::{Known, Lived, Pane, Proposal};
use super::{DayDone, DayJob, LinearJob, Model, Trouble, Walked, actions_of};
use crate::progress::Status;
use crate::repo::CommitId;
use crate::report::json::MistakePart;
use crate::sync::{Applied, Going};

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Msg {
    /// A key.
    Key(KeyEvent),
    /// Text that was pasted.
    Paste(String),
    /// The terminal has this many columns and lines.
    Resize(u16, u16),
    /// It is so many seconds since 1970-01-01 UTC.
    Now(i64),
    /// A watched file changed.
    Changed,
    /// A check began.
    Judging,
    /// Every mistake of the plan that the check stumbled on which ends next.
    Mistakes(Vec<MistakePart>),
    /// A check of the work tree ended.
    Judged(Result<Arc<Status>, Trouble>),
    /// A check of a commit ended.
    JudgedAt(CommitId, Result<Arc<Status>, Trouble>),
    /// The cache is gone without, for this reason.
    Cache(String),
    /// The walk for the history is so far.
    HistoryAt(Walked),
    /// The history was walked.
    Lived(Result<Arc<Lived>, Trouble>),
    /// The walk for checklist and standup is so far.
    DayAt(Walked),
    /// Checklist and standup were worked out.
    Day(Result<DayDone, Trouble>),
    /// What is known of Linear.
    Known(Result<Arc<Known>, Trouble>),
    /// What a sync would do.
    Proposed(Result<Arc<Proposal>, Trouble>),
    /// A step of a sync begins.
    Going(Going),
    /// A sync is over.
    Applied(Result<Arc<Applied>, Trouble>),
}

/// Something to do in the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Check again, at a commit or at the work tree; the newest request wins.
    Judge(Option<CommitId>),
    /// Walk the history.
    History,
    /// Work checklist and standup out. No change of a pin is lost.
    Day(DayJob),
    /// Something about Linear. None is lost, and none is done twice.
    Linear(LinearJob),
    /// Put a text on the clipboard.
    Copy(String),
    /// End the sync that is under way before its next step.
    Stop,
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
            if let Some(palette) = &mut model.palette {
                palette.typed(&text);
            } else if model.tree.editing {
                model.tree.filter.extend(text.chars().filter(|c| !c.is_control()));
                model.tree.filtered(&model.ground());
            }
            Vec::new()
        }
        Msg::Resize(columns, lines) => {
            model.size = (columns, lines);
            model.tree.go(&model.ground(), 0);
            Vec::new()
        }
        Msg::Now(now) => {
            model.now = now;
            Vec::new()
        }
        Msg::Changed => {
            model.checking = true;
            model.lived.stale = true;
            model.day.stale = true;
            model.known.stale = true;
            let mut effects = vec![Effect::Judge(model.at)];
            effects.extend(fetch(model));
            effects
        }
        Msg::Judging => {
            model.checking = true;
            Vec::new()
        }
        Msg::Mistakes(mistakes) => {
            model.mistakes = mistakes;
            Vec::new()
        }
        Msg::Judged(result) => {
            model.judged_present(result);
            Vec::new()
        }
        Msg::JudgedAt(id, result) => {
            if model.at == Some(id) {
                model.judged_shown(result);
            }
            Vec::new()
        }
        Msg::Cache(trouble) => {
            model.cache = Some(trouble);
            Vec::new()
        }
        Msg::HistoryAt(walked) => {
            model.lived.walking(walked);
            Vec::new()
        }
        Msg::DayAt(walked) => {
            model.day.walking(walked);
            Vec::new()
        }
        Msg::Lived(result) => lived(model, result),
        Msg::Day(result) => {
            day(model, result);
            Vec::new()
        }
        Msg::Known(result) => {
            model.knows(result);
            Vec::new()
        }
        Msg::Proposed(result) => {
            model.linear.proposed(result);
            answered(model)
        }
        Msg::Going(going) => {
            model.linear.going(going);
            Vec::new()
        }
        Msg::Applied(result) => {
            if model.linear.applied(result) {
                return vec![Effect::Quit];
            }
            answered(model)
        }
    }
}

/// Linear has said something: what is known of it, and what claims follow from it, is worked out anew.
fn answered(model: &mut Model) -> Vec<Effect> {
    model.day.stale = true;
    let mut effects = vec![Effect::Linear(LinearJob::Known), Effect::Judge(model.at)];
    effects.extend(fetch(model).into_iter().filter(|effect| !matches!(effect, Effect::Linear(_))));
    effects
}

/// Goes to a pane.
pub(super) fn enter(model: &mut Model, pane: Pane) -> Vec<Effect> {
    model.pane = pane;
    fetch(model)
}

/// Asks for what the pane on the screen needs and does not have, or has no longer fresh.
fn fetch(model: &mut Model) -> Vec<Effect> {
    match model.pane {
        Pane::Plan => Vec::new(),
        Pane::Today | Pane::Standup => {
            // When the checklist first comes on the screen, a person looks.
            let looks = model.pane == Pane::Today && !std::mem::replace(&mut model.looked, true);
            model.day.stale |= looks;
            if model.day.wants() { vec![Effect::Day(DayJob { pins: Vec::new(), looks })] } else { Vec::new() }
        }
        Pane::Linear => {
            if model.known.wants() {
                vec![Effect::Linear(LinearJob::Known)]
            } else {
                Vec::new()
            }
        }
        Pane::History => {
            if model.lived.wants() {
                vec![Effect::History]
            } else {
                Vec::new()
            }
        }
    }
}

/// Everything anew, without the network.
pub(super) fn again(model: &mut Model) -> Vec<Effect> {
    update(model, Msg::Changed)
}

/// Moves the whole plan to a commit, or back to the work tree.
pub(super) fn show(model: &mut Model, at: Option<CommitId>) -> Vec<Effect> {
    if model.at == at {
        return Vec::new();
    }
    model.move_to(at);
    vec![Effect::Judge(at)]
}

/// From the past back to the work tree.
pub(super) fn back_to_the_work_tree(model: &mut Model) -> Vec<Effect> {
    model.history.cursor = 0;
    show(model, None)
}

fn lived(model: &mut Model, result: Result<Arc<Lived>, Trouble>) -> Vec<Effect> {
    model.lived.brought(result);
    let Some(lived) = model.lived.value.clone() else { return Vec::new() };
    if model.history.put(&lived, model.at) { Vec::new() } else { show(model, None) }
}

fn day(model: &mut Model, result: Result<DayDone, Trouble>) {
    let before = model.day.value.clone();
    let result = result.map(|done| {
        model.today.renewed(before.as_deref(), &done.day);
        model.notice = done.trouble.or(model.notice.take());
        done.day
    });
    model.day.brought(result);
    let last = super::view::standup_last(model);
    model.standup.go(last, 0);
}

fn press(model: &mut Model, key: &KeyEvent) -> Vec<Effect> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    if model.tree.editing && !(control && matches!(key.code, KeyCode::Char('c' | 'z'))) {
        edit(model, key);
        return Vec::new();
    }
    if model.palette.is_some() && !(control && matches!(key.code, KeyCode::Char('c' | 'z'))) {
        return choose(model, key);
    }
    if model.help && !control {
        read_help(model, key);
        return Vec::new();
    }
    model.notice = None;
    if model.pane == Pane::Linear && model.linear.is_confirming() && !control {
        return model.linear.answered(key.code == KeyCode::Char('y'));
    }
    actions_of(model.pane).find_map(|action| action.press(key, model)).unwrap_or_default()
}

/// The palette takes the key; what is chosen there is done.
fn choose(model: &mut Model, key: &KeyEvent) -> Vec<Effect> {
    let pane = model.pane;
    match model.palette.as_mut().map_or(Chosen::Closed, |palette| palette.press(key, pane)) {
        Chosen::Nothing => Vec::new(),
        Chosen::Closed => {
            model.palette = None;
            Vec::new()
        }
        Chosen::Action(action) => {
            model.palette = None;
            model.notice = None;
            action.run(model)
        }
    }
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
            model.tree.editing = false;
            return;
        }
        KeyCode::Enter | KeyCode::Down | KeyCode::Up | KeyCode::Tab => {
            model.tree.editing = false;
            return;
        }
        KeyCode::Esc => {
            model.tree.editing = false;
            model.tree.filter.clear();
        }
        KeyCode::Backspace if model.tree.filter.is_empty() => model.tree.editing = false,
        KeyCode::Backspace => {
            model.tree.filter.pop();
        }
        KeyCode::Char('u') if key.modifiers.contains(KeyModifiers::CONTROL) => model.tree.filter.clear(),
        KeyCode::Char(c) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
            model.tree.filter.push(c)
        }
        _ => return,
    }
    model.tree.filtered(&model.ground());
}
