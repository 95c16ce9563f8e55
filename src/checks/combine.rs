//! `all` and `any` over outcomes.

use super::{Finding, Outcome, Reason, Verdict};

/// fails > unknown > holds. An outcome without any evidence counts as unknown.
pub fn all(outcomes: Vec<Outcome>) -> Outcome {
    let mut joined = Outcome::default();
    for outcome in outcomes {
        let bare = outcome.verdict() == Verdict::Unknown(Reason::Unresolved) && outcome.doubts.is_empty();
        joined.findings.extend(outcome.findings);
        joined.doubts.extend(outcome.doubts);
        if bare {
            joined.doubt(Reason::Unresolved, Finding::note("one of the checks found neither proof nor fault"));
        }
    }
    joined
}

/// holds > unknown > fails. Evidence that did not decide stays as notes.
pub fn any(outcomes: Vec<Outcome>) -> Outcome {
    let mut joined = Outcome::default();
    if outcomes.iter().any(|o| o.verdict() == Verdict::Holds) {
        for outcome in outcomes {
            if outcome.verdict() == Verdict::Holds {
                joined.findings.extend(outcome.findings);
            } else {
                joined.findings.extend(outcome.evidence().cloned().map(Finding::as_note));
            }
        }
        return joined;
    }
    let unknown = outcomes.iter().any(|o| o.verdict() != Verdict::Fails);
    for outcome in outcomes {
        let fails = outcome.verdict() == Verdict::Fails;
        if unknown && !fails && outcome.doubts.is_empty() {
            joined.doubt(Reason::Unresolved, Finding::note("one of the checks found neither proof nor fault"));
        }
        if unknown && fails {
            joined.findings.extend(outcome.evidence().cloned().map(Finding::as_note));
        } else {
            joined.findings.extend(outcome.findings);
            joined.doubts.extend(outcome.doubts);
        }
    }
    joined
}

/// The verdict of [`all`] over outcomes with these verdicts.
pub fn all_of(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let mut unknown = None;
    let mut any = false;
    for verdict in verdicts {
        any = true;
        match verdict {
            Verdict::Fails => return Verdict::Fails,
            Verdict::Unknown(_) => unknown = unknown.or(Some(verdict)),
            Verdict::Holds => {}
        }
    }
    let otherwise = if any { Verdict::Holds } else { Verdict::Unknown(Reason::Unresolved) };
    unknown.unwrap_or(otherwise)
}

/// The verdict of [`any`] over outcomes with these verdicts.
pub fn any_of(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let mut unknown = None;
    let mut any = false;
    for verdict in verdicts {
        any = true;
        match verdict {
            Verdict::Holds => return Verdict::Holds,
            Verdict::Unknown(_) => unknown = unknown.or(Some(verdict)),
            Verdict::Fails => {}
        }
    }
    let otherwise = if any { Verdict::Fails } else { Verdict::Unknown(Reason::Unresolved) };
    unknown.unwrap_or(otherwise)
}
