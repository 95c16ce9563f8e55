//! What is wrong in a plan, where, and what to do.

use crate::source::Span;

/// One mistake in plan.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where, in bytes of the file.
    pub span: Span,
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Mistake {
    /// A mistake at a place.
    pub fn new(span: Span, message: impl Into<String>, help: Option<String>) -> Self {
        Self { span, message: message.into(), help }
    }
}

/// Names longer than this (bytes) are nobody's typing mistake.
const LONGEST_NAME: usize = 64;
/// At most so many known names are compared.
const MOST_NAMES: usize = 200;

/// The known name that is nearest to a mistyped one, when one is near enough to be meant. The work is bounded:
/// a name over 64 bytes has none, and of the known ones the first 200 are compared.
pub fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let reach = |candidate: &str| (candidate.len().max(name.len()) / 3).max(1);
    let distance = |candidate: &str| strsim::damerau_levenshtein(name, candidate);
    let same = |candidate: &&str| candidate.eq_ignore_ascii_case(name);
    known
        .into_iter()
        .take(MOST_NAMES)
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= reach(candidate))
        .map(|candidate| (if same(&candidate) { 0 } else { distance(candidate) }, candidate))
        .filter(|(distance, candidate)| *distance <= reach(candidate) && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
