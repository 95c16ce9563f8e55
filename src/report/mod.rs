//! Results as text: pure functions of a result, outside text through [`encode`].

pub mod encode;
pub mod human;
pub mod inspect;
pub mod json;
mod json_history;
pub mod mistakes;
pub mod reference;
pub mod schema;
pub mod settings;
pub mod svg;
pub mod sync;
