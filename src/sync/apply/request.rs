//! What is sent, and what an answer means for the rest of a sync.

use std::collections::BTreeSet;

use crate::linear::{AttachmentCreate, Error, Issue};
use crate::sync::base::Base;
use crate::sync::changes::{Request, Work};

/// The evidence with its base.
pub(super) fn evidence(work: &Work, base: &Base, commit: &str) -> Result<AttachmentCreate, Error> {
    let mut evidence = work.evidence.clone();
    let metadata = base.metadata(commit).map_err(|error| Error::Malformed { why: error.to_string() })?;
    evidence.metadata.extend(metadata);
    Ok(evidence)
}

pub(super) fn is_only_evidence(work: &Work) -> bool {
    matches!(&work.request, Request::Update { input, .. } if input.is_empty())
}

/// Whether nobody has changed what a sync looks at.
pub(super) fn says_the_same(now: &Issue, seen: &Issue) -> bool {
    now.title == seen.title
        && now.description == seen.description
        && now.priority == seen.priority
        && now.state.id == seen.state.id
        && now.completed_at == seen.completed_at
        && now.team == seen.team
        && now.labels.iter().collect::<BTreeSet<_>>() == seen.labels.iter().collect::<BTreeSet<_>>()
        && now.project == seen.project
        && now.milestone == seen.milestone
        && now.archived_at == seen.archived_at
        && now.trashed == seen.trashed
}

/// Whether an error says nothing about the issues that come next.
pub(super) fn is_of_one_issue(error: &Error) -> bool {
    match error {
        Error::Input { .. }
        | Error::NotFound { .. }
        | Error::PhantomConflict { .. }
        | Error::Conflict { .. }
        | Error::TooLarge { .. }
        | Error::TooComplex { .. }
        | Error::Refused { .. } => true,
        Error::Partial { why, .. } => is_of_one_issue(why),
        _ => false,
    }
}
