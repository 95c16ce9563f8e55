//! Roll-ups by task, issue and phase.

mod status;
mod tally;

pub use status::{At, AtKind, Claim, ClaimBox, Claims, Flip, Status, Summary, TaskStatus, flips};
pub use tally::Tally;
