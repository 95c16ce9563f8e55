//! What goes wrong when it is told to.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How often it is looked whether there is still something to wait for.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// A gate at which an answer waits until somebody opens it.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<(Mutex<Passage>, Condvar)>);

#[derive(Debug, Default)]
struct Passage {
    reached: bool,
    open: bool,
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits until a request stands at the gate.
    pub fn wait_until_reached(&self) {
        self.wait(|passage| passage.reached);
    }

    /// Waits until a request stands at the gate, or until `gives_up`. Whether one stands there.
    pub fn is_reached_before(&self, mut gives_up: impl FnMut() -> bool) -> bool {
        let mut held = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        while !held.reached {
            if gives_up() {
                return held.reached;
            }
            held = self.0.1.wait_timeout(held, BETWEEN_LOOKS).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Lets what stands there, and what comes later, through.
    pub fn open(&self) {
        self.set(|passage| passage.open = true);
    }

    /// Stands at the gate until it is open.
    pub(super) fn pass(&self) {
        self.set(|passage| passage.reached = true);
        self.wait(|passage| passage.open);
    }

    fn set(&self, change: impl FnOnce(&mut Passage)) {
        change(&mut self.0.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.0.1.notify_all();
    }

    fn wait(&self, until: impl Fn(&Passage) -> bool) {
        let held = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.0.1.wait_while(held, |passage| !until(passage)).unwrap_or_else(PoisonError::into_inner));
    }
}

/// A fault.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The connection is cut, and nothing was done.
    CutBefore,
    /// What was asked for is done, and the connection cut without an answer.
    CutAfter,
    /// The first field of the request is carried out; then the server breaks down.
    Between,
    /// What was asked for is done, and the answer breaks off in its middle, although more was announced.
    Truncated,
    /// What was asked for is done, and the answer breaks off in its middle, as if it were whole.
    Halved,
    /// Nothing is done until the gate is opened.
    WaitBefore(Gate),
    /// What was asked for is done; the answer waits for the gate.
    WaitAfter(Gate),
    /// Nothing is done; a status with an error of Linear's form: its code and message.
    Error {
        /// The HTTP status.
        status: u16,
        /// `extensions.code`.
        code: &'static str,
        /// `message`.
        message: &'static str,
    },
    /// Nothing is done; a proxy's page.
    Page {
        /// The HTTP status.
        status: u16,
    },
    /// What was asked for is done, and a proxy's page hides the answer.
    PageAfter {
        /// The HTTP status.
        status: u16,
    },
    /// Nothing is done; a redirect.
    Redirect {
        /// Where to.
        to: String,
    },
    /// Nothing is done; exactly this answer.
    Body {
        /// The HTTP status.
        status: u16,
        /// The body, called JSON.
        body: String,
    },
}

/// Which request a fault strikes; requests are numbered from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// The one of this number.
    Request(u64),
    /// The n-th one that writes.
    Write(u64),
    /// The n-th one of an operation.
    Operation(String, u64),
    /// Every one.
    Always,
}

impl When {
    /// The first one of an operation.
    pub fn first(operation: &str) -> Self {
        Self::Operation(operation.to_owned(), 1)
    }
}
