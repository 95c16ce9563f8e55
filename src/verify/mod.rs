//! A plan on a tree: every check judged, in parallel, each answer kept with the questions it rests on.

mod claims;
mod credit;
mod fold;
mod judge;
mod life;
mod life_row;
mod memo;
mod prepared;
mod program;
mod said;
mod snapshot;
mod stored;
mod walk;
mod walker;
mod wording;

pub use claims::{Claims, claims};
pub use judge::Judge;
pub use life::{Change, Deed, Life, Start, Step, Transition};
pub use life_row::LifeKey;
pub use memo::{Asked, Memo};
pub use prepared::Prepared;
pub use snapshot::{Snapshot, SnapshotKey, work_tree_key};
pub use walk::Walk;
