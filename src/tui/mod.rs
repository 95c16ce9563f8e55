//! The terminal interface: `update` and `view` are pure, workers talk by channel, nothing redraws at rest.

mod action;
mod backend;
mod model;
mod palette;
pub mod pane;
mod rows;
mod run;
mod svg;
pub mod theme;
mod update;
pub mod view;

pub use action::{Action, actions, actions_of};
pub use backend::{Backend, DayDone, DayJob, Follower, Judged, LinearJob, PinChange, Trouble, Walked};
pub use model::Model;
pub use palette::Palette;
pub use pane::{Focus, VerdictFilter};
pub use rows::{Row, RowKind};
pub use run::{Ended, run};
pub use svg::svg;
pub use update::{Effect, Msg, update};
