//! Text with places: spans, lines, excerpts, and the type of text that comes from outside.

mod lines;
mod mask;
mod outside;

pub use lines::{LineRange, Lines, Span};
pub use mask::{mask, names_a_secret};
pub use outside::Outside;
