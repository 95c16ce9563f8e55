//! One file a kind.

pub mod account;
pub mod all;
pub mod any;
pub mod attest;
pub mod code_from_stage;
pub mod command;
pub mod dependency_install;
pub mod dockerignore;
pub mod file;
pub mod order;
pub mod runtime_dependencies;
pub mod copy_owner;
pub mod file;
pub mod final_user;
pub mod healthcheck;
pub mod owner;
pub mod package;
pub mod documented_base;
pub mod file;
pub mod image_tag;
pub mod pinned;
pub mod stages;
pub mod text;
