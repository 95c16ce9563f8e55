//! The one integration test binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod checks;
mod claims;
mod commits;
mod compose;
mod context;
mod data;
mod demo;
mod dependencies;
mod dockerfile;
mod dockerignore;
mod faces;
mod generated;
mod git;
mod hardened;
mod house;
mod image;
mod mask;
mod memory;
mod mistakes;
mod mutation;
mod plan;
mod plan_edit;
mod repo_build;
mod repo_history;
mod repo_hooks;
mod repo_ignore;
mod repo_open;
mod repo_patterns;
mod repo_revisions;
mod repo_trees;
mod shell;
mod tui;
mod verify;
mod world;
mod yaml;
