//! Results as text: pure functions.

pub mod inspect;
