//! One registry of what keys do: it feeds the dispatch, the footer, the help and the palette. An action is of one pane, or of all.

mod everywhere;
mod history;
mod linear;
mod plan;
mod standup;
mod today;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::pane::Pane;
use super::{Effect, Model};

/// Something a key does.
pub struct Action {
    /// Its keys, as they are shown.
    pub keys: &'static str,
    /// What it does, in a word or two.
    pub name: &'static str,
    /// What it does, in a line.
    pub help: &'static str,
    footer: fn(&Model) -> bool,
    matches: fn(&KeyEvent) -> bool,
    run: fn(&mut Model) -> Vec<Effect>,
}

impl Action {
    /// Whether the footer shows it: it matters, and does something as things stand.
    pub(super) fn is_in_the_footer(&self, model: &Model) -> bool {
        (self.footer)(model)
    }

    /// Whether it can be chosen in the palette: what opens it does nothing there.
    pub fn is_in_the_palette(&self) -> bool {
        self.name != everywhere::PALETTE
    }

    /// Does it, when the key is its own.
    pub(super) fn press(&self, key: &KeyEvent, model: &mut Model) -> Option<Vec<Effect>> {
        (self.matches)(key).then(|| self.run(model))
    }

    /// Does it.
    pub(super) fn run(&self, model: &mut Model) -> Vec<Effect> {
        (self.run)(model)
    }
}

fn always(_: &Model) -> bool {
    true
}

fn never(_: &Model) -> bool {
    false
}

fn plain(key: &KeyEvent, codes: &[KeyCode]) -> bool {
    !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) && codes.contains(&key.code)
}

fn control(key: &KeyEvent, c: char) -> bool {
    key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char(c)
}

/// Every action with its pane; `None` is every pane.
pub fn actions() -> impl Iterator<Item = (Option<Pane>, &'static Action)> {
    let of = |pane: Option<Pane>, list: &'static [Action]| list.iter().map(move |action| (pane, action));
    of(Some(Pane::Plan), plan::ACTIONS)
        .chain(of(Some(Pane::Today), today::ACTIONS))
        .chain(of(Some(Pane::Standup), standup::ACTIONS))
        .chain(of(Some(Pane::History), history::ACTIONS))
        .chain(of(Some(Pane::Linear), linear::ACTIONS))
        .chain(
            Pane::ALL
                .into_iter()
                .filter(|pane| *pane != Pane::Linear)
                .flat_map(move |pane| of(Some(pane), everywhere::AGAIN)),
        )
        .chain(of(None, everywhere::ACTIONS))
}

/// The actions of a pane: its own, then those of every pane.
pub fn actions_of(pane: Pane) -> impl Iterator<Item = &'static Action> {
    actions().filter(move |(of, _)| of.is_none_or(|of| of == pane)).map(|(_, action)| action)
}
