//! Ids: one type for each thing that has one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text that is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID")]
pub struct NoId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Reads a UUID in any of its spellings.
            ///
            /// # Errors
            /// The text is no UUID.
            pub fn parse(text: &str) -> Result<Self, NoId> {
                uuid::Uuid::try_parse(text.trim()).map(Self).map_err(|_| NoId)
            }

            /// The id that a UUID is.
            pub fn new(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            pub fn uuid(&self) -> uuid::Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NoId;

            fn try_from(text: String) -> Result<Self, NoId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.to_string()
            }
        }
    )*};
}

ids! {
    /// Of an organization (a workspace).
    OrganizationId,
    /// Of a person.
    UserId,
    /// Of a team.
    TeamId,
    /// Of a workflow state.
    StateId,
    /// Of a label.
    LabelId,
    /// Of a project.
    ProjectId,
    /// Of a project's milestone.
    MilestoneId,
    /// Of an issue.
    IssueId,
    /// Of an attachment.
    AttachmentId,
    /// Of a relation between two issues.
    RelationId,
    /// Of a comment.
    CommentId,
}
