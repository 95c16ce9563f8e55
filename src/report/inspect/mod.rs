//! What trueup sees in a file, as JSON: the contract of `trueup inspect`.

pub mod compose;
pub mod dockerignore;
pub mod dockerfile;
