//! What trueup sees in a file, as JSON: the contract of `trueup inspect`.

mod given;

pub use given::Give;

pub mod compose;
pub mod dockerfile;
pub mod dockerignore;
pub mod shell;
