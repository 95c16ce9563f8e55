//! One file a kind.

pub mod all;
pub mod any;
pub mod attest;
pub mod command;
pub mod copy_sources;
pub mod data;
pub mod dockerignore;
pub mod file;
pub mod text;
