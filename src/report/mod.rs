//! Results as text: pure functions of a result, outside text through [`encode`].

pub mod encode;
pub mod inspect;
