//! Roll-ups by task, issue and phase.
