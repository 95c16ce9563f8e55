//! Text for a terminal. It always carries colour; the stream takes it off where there is none.

mod burnup;
mod explain;
mod history;
mod outline;
mod paint;
mod status;
mod sync;

pub use burnup::{Pen, burnup, burnup_foot};
pub use explain::explain;
pub use history::{Frame, forecast, history, since, task_life};
pub use outline::{OutlineRow, outline, outline_rows};
pub use paint::{bar, clip, sign, width_of};
pub use status::{Detail, progress, status};
pub use sync::{linear_seen, sync, synced};
