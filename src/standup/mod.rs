//! What to say, what to do today, what is next: pure functions of a plan's life and status. Clock, zone and identity
//! are arguments.

mod blocked;
mod kept;
mod mine;
mod next;
mod ready;
mod scene;
mod talk;
mod today;
mod turn;
mod window;
mod words;

pub use blocked::{Blocked, Blocker};
pub use kept::{Kept, KeptError, KeptItem, KeptKind, Looked};
pub use mine::{MineWhy, RECENT_DAYS, Wrote, patterns};
pub use next::{Next, NextTask};
pub use ready::{Readiness, Ready};
pub use scene::{Disagreement, FlipRef, IssueRef, LinearSeen, Scene, Started, TaskRef, Why};
pub use talk::{Group, GroupOf, Headline, Progress, ProgressOf, Standup, Unproven};
pub use today::{Item, ItemWhy, PinError, Today};
pub use turn::Turn;
pub use window::{Beginning, Window};
pub use words::{CheckOption, CheckWords};
