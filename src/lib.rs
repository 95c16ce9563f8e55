//! trueup keeps a plan as data and computes the status of each of its tasks from a git repository.
//!
//! The rooms, from the top down; a room imports only from rooms below it (`docs/architecture.md`):
//!
//! * faces: [`cli`], [`tui`], [`demo`], [`report`]
//! * judgement: [`standup`], [`sync`], [`progress`], [`verify`], [`checks`]
//! * facts: [`config`], [`plan`], [`semantics`], [`formats`], [`twin`], [`linear`], [`repo`], [`store`], [`calendar`],
//!   [`source`]

pub mod calendar;
pub mod checks;
pub mod cli;
pub mod config;
pub mod demo;
pub mod formats;
pub mod linear;
pub mod plan;
pub mod progress;
pub mod repo;
pub mod report;
pub mod semantics;
pub mod source;
pub mod standup;
pub mod store;
pub mod sync;
pub mod tui;
pub mod twin;
pub mod verify;
