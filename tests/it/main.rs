//! The one integration test binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod checks;
mod house;
mod dockerfile;
mod compose;
mod memory;
mod yaml;
