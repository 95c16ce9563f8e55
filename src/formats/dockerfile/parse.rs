//! The parser.

use super::Dockerfile;
use crate::source::Lines;

/// Reads any bytes: invalid UTF-8 becomes U+FFFD with an error, and nothing makes it fail or panic.
pub fn parse(source: &[u8]) -> Dockerfile {
    Dockerfile {
        escape: '\\',
        directives: Vec::new(),
        instructions: Vec::new(),
        comments: Vec::new(),
        errors: Vec::new(),
        lines: Lines::of(source),
    }
}
