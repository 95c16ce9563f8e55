//! Settings, and where each comes from.

mod file;
mod registry;
mod settings;

pub use crate::plan::{Placed, StandupBy};
pub use file::{Environment, UserSettings, WrongVariable, WrongZone, read_zone, user_file};
pub use registry::{CONFIG, SETTINGS, Setting, setting};
pub use settings::{Colour, Flags, Given, Origin, Row, Settings, Valued, Words};
