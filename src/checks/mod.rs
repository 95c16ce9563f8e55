//! The kinds of checks, what they answer and why.

mod args;
mod ask;
mod combine;
mod compose;
mod dockerfiles;
mod documents;
mod files;
mod image;
mod kind;
mod kinds;
mod layers;
mod outcome;
mod registry;
mod script_command;
mod scripts;
mod vouched;

pub use args::{Args, FileSet};
pub use ask::{Ask, Asked, compile_task};
pub use combine::{all, all_of, any, any_of};
pub use files::{each_dockerfile, each_file};
pub use image::{at, each_image, elsewhere, no_image, not_found, reason};
pub use kind::{Body, Check, CountedCommits, Field, FieldType, HistoryCheck, Kind, TreeCheck};
pub use outcome::{Doubt, Finding, Level, Outcome, Reason, Verdict};
pub use registry::{KINDS, compile, kind};
pub use scripts::{Shell, each_script};
pub use vouched::{Covered, Uncovered, cover};

pub use crate::semantics::trace::{Answer, Question, Recorder, Step, Trace, ask};
