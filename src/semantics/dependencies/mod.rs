//! What in an image build installs the project's dependencies, copies manifests, brings application source.
//!
//! [`act`] reads one command; [`Layers`] lists what every stage of a Dockerfile does, in the order of the file.

mod brings;
mod code;
mod compiled;
mod compilers;
mod events;
mod fill;
mod groups;
mod install;
mod layers;
mod line;
mod manifests;
mod node;
mod pip;
pub mod places;
mod poetry;
mod python;
mod selection;
mod surroundings;
mod tools;
mod uv;

pub use brings::{Brings, Brought, Context, Item};
pub use code::{Code, CodeMap, Form, MOST_LOOKUPS, Makes};
pub use compilers::{Compiler, compilers, is_compiler};
pub use events::{Acts, Event, Installed, What, copies_project};
pub use fill::{Fill, Known};
pub use groups::{Groups, Manager};
pub use install::{Act, Ecosystem, Export, Install, Place, Project, Reads};
pub use layers::{Layers, MOST_COMMANDS, MOST_EVENTS, MOST_SOURCES};
pub use manifests::{is_code, is_manifest};
pub use selection::{MAIN, Selection, is_development_file, says_development};
pub use tools::{Around, act};
