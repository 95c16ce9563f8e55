//! A plan on a tree: every check judged, in parallel, each answer kept with the questions it rests on.

mod claims;
mod judge;
mod life;
mod memo;
mod prepared;
mod wording;

pub use claims::{Claims, claims};
pub use judge::Judge;
pub use life::{Change, Deed, Life, Start, Step, Transition};
pub use memo::Memo;
pub use prepared::Prepared;
