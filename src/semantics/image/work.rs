//! A count of the work that is done on one Dockerfile, and its bound.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Most work on one Dockerfile: a command that runs, a COPY looked through for a file, a step, an event.
pub const MOST_WORK: usize = 200_000;

/// The work done so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Work(Arc<AtomicUsize>);

impl Work {
    /// Counts; false when there was too much.
    pub(super) fn spend(&self, amount: usize) -> bool {
        let before = self.0.fetch_add(amount, Ordering::Relaxed);
        before.saturating_add(amount) <= MOST_WORK
    }
}

/// What is said of what the bound kept from being seen.
pub(super) fn too_much() -> String {
    format!("the work on this Dockerfile is over the bound of {MOST_WORK} steps")
}
