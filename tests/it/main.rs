//! The one integration test binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod checks;
mod claims;
mod compose;
mod dockerfile;
mod dockerignore;
mod house;
mod dependencies;
mod compose;
mod dockerfile;
mod mask;
mod memory;
mod mutation;
mod yaml;
mod git;
mod memory;
mod repo_trees;
