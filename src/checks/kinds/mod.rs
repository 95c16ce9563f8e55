//! One file a kind.

pub mod account;
pub mod all;
pub mod any;
pub mod attest;
pub mod code_from_stage;
pub mod command;
pub mod copy_owner;
pub mod dependency_install;
pub mod documented_base;
pub mod file;
pub mod final_user;
pub mod healthcheck;
pub mod image_tag;
pub mod order;
pub mod owner;
pub mod package;
pub mod pinned;
pub mod runtime_dependencies;
pub mod stages;
pub mod text;
