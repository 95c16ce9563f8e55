//! What trueup sees in a file, as JSON: the contract of `trueup inspect`.

pub mod compose;
pub mod dockerfile;
pub mod dockerignore;
pub mod shell;
