//! Parsers with spans and recovery. They say what stands in a file and judge nothing.

pub mod dockerfile;
pub mod dockerignore;
pub mod goglob;
pub mod image;
pub mod shell;
pub mod yaml;

use crate::source::Span;

/// A place where a parser could not read on as the format says, and what it did not understand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// Where.
    pub span: Span,
    /// 1-based line of the span's start.
    pub line: u32,
    /// What is wrong, a lower-case fragment.
    pub message: String,
}

/// Folders, stages, nodes may stand at most this deep inside each other.
pub const DEEPEST: usize = 128;
