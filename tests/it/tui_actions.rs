//! The registry of actions: keys, help and palette follow from it.

use std::collections::BTreeSet;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use trueup::tui::pane::Pane;
use trueup::tui::{Effect, Model, Msg, Palette, actions, actions_of, update};

use crate::tui::{HOSTILE, draw, model, press, text};

#[test]
fn every_action_has_its_own_keys_and_stands_in_the_help_of_its_panes() {
    assert!(actions().all(|(_, action)| !action.help.is_empty() && !action.name.is_empty()));
    for pane in Pane::ALL {
        let mut keys = BTreeSet::new();
        for action in actions_of(pane) {
            for key in action.keys.split(' ') {
                assert!(keys.insert(key), "{key} stands twice in {pane:?}");
            }
        }
        let mut model = model((110, 60));
        press(&mut model, &format!("{}?", pane.place() + 1));
        assert_eq!(model.pane, pane);
        let screen = text(&draw(&model));
        for action in actions_of(pane) {
            let start: String = action.help.chars().take(40).collect();
            assert!(screen.contains(&start), "{pane:?} {start}\n{screen}");
        }
        press(&mut model, "x");
        assert!(!model.help);
    }
}

/// A key with Ctrl.
fn control(model: &mut Model, c: char) -> Vec<Effect> {
    update(model, Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)))
}

#[test]
fn the_palette_lists_every_action_of_the_pane_with_its_keys() {
    for pane in Pane::ALL {
        for open in [':', 'p'] {
            let mut model = model((110, 60));
            press(&mut model, &(pane.place() + 1).to_string());
            if open == 'p' {
                control(&mut model, 'p')
            } else {
                press(&mut model, ":")
            };
            let screen = text(&draw(&model));
            for action in actions_of(pane).filter(|action| action.is_in_the_palette()) {
                let row = screen.lines().find(|line| line.contains(&format!("│ {:<9}{}  ", action.keys, action.name)));
                assert!(row.is_some(), "{pane:?} {}\n{screen}", action.name);
            }
            assert_eq!(press(&mut model, "\u{1b}"), []);
            assert!(model.palette.is_none() && model.pane == pane);
        }
    }
}

#[test]
fn each_action_is_found_by_its_name_and_does_in_the_palette_what_its_key_does() {
    for pane in Pane::ALL {
        for (place, action) in actions_of(pane).filter(|action| action.is_in_the_palette()).enumerate() {
            let palette = Palette { query: action.name.to_owned(), selected: 0 };
            let found = palette.found(pane);
            assert_eq!(found.first().map(|found| found.name), Some(action.name), "{pane:?}");
            let mut chosen = model((110, 60));
            press(&mut chosen, &(pane.place() + 1).to_string());
            let mut pressed = chosen.clone();
            press(&mut chosen, ":");
            for _ in 0..place {
                update(&mut chosen, Msg::Key(KeyEvent::new(KeyCode::Down, KeyModifiers::NONE)));
            }
            let effects = press(&mut chosen, "\n");
            let key = action.keys.split(' ').next_back().unwrap();
            let wanted = match (key.strip_prefix('^'), key) {
                (Some(c), _) => control(&mut pressed, c.to_lowercase().chars().next().unwrap()),
                (None, "Enter") => press(&mut pressed, "\n"),
                (None, "Tab") => press(&mut pressed, "\t"),
                (None, "Esc") => press(&mut pressed, "\u{1b}"),
                (None, "⇧Tab") => press(&mut pressed, "["),
                (None, key) => press(&mut pressed, key),
            };
            assert_eq!(effects, wanted, "{pane:?} {}", action.name);
            assert_eq!(text(&draw(&chosen)), text(&draw(&pressed)), "{pane:?} {}", action.name);
        }
    }
}

#[test]
fn the_palette_is_typed_into_and_left() {
    let mut model = model((110, 40));
    press(&mut model, ":qit");
    assert_eq!(press(&mut model, "\n"), [Effect::Quit]);
    assert!(model.palette.is_none());
    // Nothing found: nothing done, and it stays.
    press(&mut model, ":zzqq");
    assert!(text(&draw(&model)).contains("no action is called that"));
    assert_eq!(press(&mut model, "\n"), []);
    assert!(model.palette.is_some());
    // It is emptied, then left.
    control(&mut model, 'u');
    press(&mut model, "q\u{8}\u{8}");
    assert!(model.palette.is_none());
    // The selection goes to what is found, and not past it.
    press(&mut model, ":to Today");
    update(&mut model, Msg::Key(KeyEvent::new(KeyCode::PageDown, KeyModifiers::NONE)));
    update(&mut model, Msg::Key(KeyEvent::new(KeyCode::PageUp, KeyModifiers::NONE)));
    press(&mut model, "\n");
    assert_eq!(model.pane, Pane::Today);
    // A text that is pasted goes in, an interrupt goes through.
    press(&mut model, ":");
    update(&mut model, Msg::Paste(format!("stand{HOSTILE}\u{1b}")));
    assert!(!text(&draw(&model)).contains('\u{1b}'));
    assert_eq!(control(&mut model, 'c'), [Effect::Interrupt]);
}
