//! One file a kind.

pub mod all;
pub mod any;
pub mod attest;
pub mod command;
pub mod commits;
pub mod file;
pub mod text;
