//! What in an image build installs the project's dependencies, copies manifests, brings application source.

mod compiled;
mod groups;
mod install;
mod line;
mod node;
mod pip;
pub mod places;
mod python;
mod selection;
mod tools;

pub use groups::{Groups, Manager};
pub use install::{Act, Ecosystem, Export, Install, Place, Project, Reads};
pub use selection::{MAIN, Selection, is_development_file, says_development};
pub use tools::{Around, act};
