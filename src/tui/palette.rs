//! The palette: the actions of the pane on the screen, found by a few letters.

use std::cmp::Reverse;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::pane::Pane;
use super::{Action, actions_of};

/// What is typed, and which of the actions that it finds is selected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Palette {
    /// What is typed.
    pub query: String,
    /// Which of the actions found.
    pub selected: usize,
}

/// What a key does to the palette.
pub(super) enum Chosen {
    /// It stays.
    Nothing,
    /// It closes.
    Closed,
    /// It closes, and this is done.
    Action(&'static Action),
}

/// The actions that can be chosen.
fn offered(pane: Pane) -> impl Iterator<Item = &'static Action> {
    actions_of(pane).filter(|action| action.is_in_the_palette())
}

impl Palette {
    /// The actions in whose name or help is what is typed, also with gaps: those whose name fits best first. All of
    /// them, in the registry's order, when nothing is typed.
    pub fn found(&self, pane: Pane) -> Vec<&'static Action> {
        if self.query.trim().is_empty() {
            return offered(pane).collect();
        }
        let pattern = Pattern::parse(&self.query, CaseMatching::Ignore, Normalization::Smart);
        let (mut matcher, mut buffer) = (Matcher::new(Config::DEFAULT), Vec::new());
        let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher);
        let mut found: Vec<_> = offered(pane)
            .filter_map(|action| {
                let by_name = score(action.name);
                let by_all = score(&format!("{} {}", action.name, action.help))?;
                // Of names that fit alike, the shortest is meant.
                Some(((Reverse(by_name), action.name.len(), Reverse(by_all)), action))
            })
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, action)| action).collect()
    }

    /// Takes a key.
    pub(super) fn press(&mut self, key: &KeyEvent, pane: Pane) -> Chosen {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let by = match key.code {
            KeyCode::Esc => return Chosen::Closed,
            // What was typed before the terminal was ours may come as ^J instead of Enter.
            KeyCode::Enter => return self.chosen(pane),
            KeyCode::Char('j') if control => return self.chosen(pane),
            KeyCode::Backspace if self.query.is_empty() => return Chosen::Closed,
            KeyCode::Down | KeyCode::Tab => 1,
            KeyCode::Char('n') if control => 1,
            KeyCode::Up | KeyCode::BackTab => -1,
            KeyCode::Char('p') if control => -1,
            KeyCode::PageDown => 8,
            KeyCode::PageUp => -8,
            _ => {
                self.edit(key, control);
                return Chosen::Nothing;
            }
        };
        let last = self.found(pane).len().saturating_sub(1);
        self.selected = self.selected.min(last).saturating_add_signed(by).min(last);
        Chosen::Nothing
    }

    /// Takes a text in.
    pub(super) fn typed(&mut self, text: &str) {
        self.query.extend(text.chars().filter(|c| !c.is_control()));
        self.selected = 0;
    }

    fn edit(&mut self, key: &KeyEvent, control: bool) {
        match key.code {
            KeyCode::Backspace => {
                self.query.pop();
            }
            KeyCode::Char('u') if control => self.query.clear(),
            KeyCode::Char(c) if !control && !key.modifiers.contains(KeyModifiers::ALT) => self.query.push(c),
            _ => return,
        }
        self.selected = 0;
    }

    fn chosen(&self, pane: Pane) -> Chosen {
        self.found(pane).get(self.selected).map_or(Chosen::Nothing, |action| Chosen::Action(action))
    }
}
