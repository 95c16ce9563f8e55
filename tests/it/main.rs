//! The one integration test binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod checks;
mod commits;
mod git;
mod memory;
mod repo_build;
mod repo_history;
mod repo_hooks;
mod repo_ignore;
mod repo_open;
mod repo_patterns;
mod repo_revisions;
mod repo_trees;
