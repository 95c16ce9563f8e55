//! Results as text: pure functions.
