//! Text for a terminal. It always carries colour; the stream takes it off where there is none.

mod explain;
mod paint;
mod status;
mod sync;

pub use explain::explain;
pub use paint::{bar, clip, sign, width_of};
pub use status::{Detail, status};
pub use sync::{linear_seen, sync, synced};
