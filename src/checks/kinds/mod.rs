//! One file a kind.

pub mod account;
pub mod all;
pub mod any;
pub mod attest;
pub mod capabilities;
pub mod command;
pub mod compose;
pub mod compose_user;
pub mod copy_owner;
pub mod deployment_document;
pub mod dockerignore;
pub mod documented_variables;
pub mod env_file;
pub mod environment;
pub mod file;
pub mod final_user;
pub mod healthcheck;
pub mod mounts;
pub mod no_new_privileges;
pub mod owner;
pub mod package;
pub mod resources;
pub mod text;
pub mod tmpfs;
pub mod volumes_declared;
