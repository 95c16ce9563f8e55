//! Roll-ups by task, issue and phase.

pub mod burnup;
pub mod forecast;
mod judged;
mod period;
mod status;
mod tally;

pub use judged::{claim, judge};
pub use period::Period;
pub use status::{At, AtKind, Claim, ClaimBox, Claims, Flip, Status, Summary, TaskStatus, flips};
pub use tally::Tally;
