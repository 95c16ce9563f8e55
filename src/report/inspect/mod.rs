//! What trueup sees in a file, as JSON: the contract of `trueup inspect`.

pub mod compose;

mod given;

pub use given::Give;
pub mod dockerignore;
pub mod dockerfile;
