//! What to say, what to do today, what is next.
