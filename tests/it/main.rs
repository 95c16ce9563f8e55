//! The one integration test binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod checks;
mod compose;
mod context;
mod data;
mod dockerfile;
mod dockerignore;
mod memory;
mod mutation;
mod yaml;
