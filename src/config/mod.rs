//! Settings, and where each comes from.
