//! The embedded sample.
