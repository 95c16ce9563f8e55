//! What this machine remembers of a plan's syncs, in the user's state folder.

use super::gather::Session;
use super::output;
use crate::report::encode;
use crate::store::State;
use crate::sync::{Journal, Seen, Sent};

/// The journal of a plan. Without a place to keep it a sync goes on: what both sides agreed on is in Linear.
pub(super) struct Remembered {
    state: Option<State>,
    key: String,
    /// Whether nothing may be said.
    silent: bool,
}

impl Remembered {
    /// Opens it; what is wrong is said once.
    pub fn open(session: &Session) -> Self {
        let key = format!("linear/{}", session.plan().uid);
        let silent = session.is_silent();
        let state = match session.state() {
            Ok(state) => Some(state),
            Err(error) => {
                let help = error.help.map(|help| format!("; {help}")).unwrap_or_default();
                say(silent, &format!("{}, so nothing is remembered of what Linear says{help}", error.message));
                None
            }
        };
        Self { state, key, silent }
    }

    /// What is remembered; nothing when it cannot be read, which is said.
    pub fn read(&self) -> Journal {
        let Some(state) = &self.state else { return Journal::default() };
        let stored = match state.get(&self.key) {
            Ok(stored) => stored,
            Err(error) => {
                say(self.silent, &format!("{error}; {}", error.help()));
                return Journal::default();
            }
        };
        Journal::read(stored.as_deref()).unwrap_or_else(|error| {
            say(self.silent, &format!("{error}; it is left as it is, in {}", state.path().display()));
            Journal::default()
        })
    }

    /// What Linear last answered, when it was ever asked; silent, for those who only look.
    pub fn last_seen(session: &Session) -> Option<Seen> {
        let place = session.state_file()?;
        // Looking makes no file.
        if !place.is_file() {
            return None;
        }
        let remembered = Self::open(session);
        remembered.read().seen
    }

    /// Keeps the values that are about to be sent.
    pub fn sent(&self, sent: &Sent) {
        self.change(|journal| journal.sent = sent.clone());
    }

    /// Keeps what Linear answered.
    pub fn seen(&self, seen: &Seen) {
        self.change(|journal| journal.seen = Some(seen.clone()));
    }

    fn change(&self, change: impl FnOnce(&mut Journal)) {
        let Some(state) = &self.state else { return };
        let done = state.update(&self.key, |stored| {
            // What cannot be read is not overwritten.
            let Ok(mut journal) = Journal::read(stored.as_deref()) else { return stored };
            change(&mut journal);
            journal.bytes().ok().or(stored)
        });
        if let Err(error) = done {
            say(self.silent, &format!("{error}; {}", error.help()));
        }
    }
}

fn say(silent: bool, text: &str) {
    if silent {
        return;
    }
    output::note(&format!("note: {}\n", encode::line(text)));
}
