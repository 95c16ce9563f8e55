//! Results as text: pure functions of a result, outside text through [`encode`].

pub mod attest;
pub mod encode;
pub mod human;
pub mod inspect;
pub mod json;
mod json_history;
mod json_plan;
pub mod markup;
pub mod mistakes;
pub mod next;
pub mod outline;
pub mod reference;
pub mod schema;
pub mod settings;
pub mod standup;
pub mod svg;
pub mod sync;
pub mod today;
mod when;

pub use when::ago;
