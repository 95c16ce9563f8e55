//! One file a kind.

pub mod all;
pub mod any;
pub mod attest;
pub mod command;
pub mod documented_base;
pub mod file;
pub mod image_tag;
pub mod pinned;
pub mod stages;
pub mod text;
