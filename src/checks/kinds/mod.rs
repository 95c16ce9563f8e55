//! One file a kind.

pub mod account;
pub mod all;
pub mod any;
pub mod attest;
pub mod command;
pub mod copy_owner;
pub mod file;
pub mod final_user;
pub mod healthcheck;
pub mod owner;
pub mod package;
pub mod text;
