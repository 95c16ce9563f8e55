//! The one integration test binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod checks;
mod dockerignore;
mod dockerfile;
mod memory;
mod mutation;
mod compose;
mod memory;
mod yaml;
