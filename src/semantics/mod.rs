//! What parsed files mean, so that no check works it out again. Nothing here judges.

pub mod compose;
pub mod context;
pub mod dependencies;
pub mod files;
pub mod image;
mod parts;
pub mod references;
pub mod shell;
pub mod stages;
pub mod trace;
