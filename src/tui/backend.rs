//! What the interface asks of the world; the command line gives it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::progress::Status;

/// Why there is no fresh status, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Judges the plan afresh; runs on a worker's thread.
pub trait Backend: Send {
    /// Reads the plan and judges it.
    fn judge(&mut self) -> Result<Arc<Status>, Trouble>;

    /// Files and folders whose change may change the last answer.
    fn watched(&self) -> Vec<PathBuf>;
}
