//! Linear: the only room that knows HTTP.
