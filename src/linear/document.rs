//! The GraphQL documents, as they are sent.

/// A document with one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document {
    /// The operation's name.
    pub name: &'static str,
    /// The whole text, with the fragments that it uses.
    pub text: &'static str,
    /// Whether it changes anything.
    pub writes: bool,
}

macro_rules! text {
    ($($file:literal),+) => {
        concat!($(include_str!(concat!("../../assets/linear/", $file, ".graphql"))),+)
    };
}

macro_rules! documents {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $writes:literal, [$($file:literal),+];)*) => {
        $($(#[$doc])*
        pub const $constant: Document = Document { name: $name, text: text!($($file),+), writes: $writes };)*

        /// All documents: what the client sends is one of these.
        pub const ALL: &[Document] = &[$($constant),*];
    };
}

documents! {
    /// Everything that a sync reads first.
    OVERVIEW = "Overview", false,
        ["overview", "label_fields", "milestone_fields", "issue_fields", "state_fields", "attachment_fields", "relation_fields"];
    /// A page of issues.
    ISSUES = "Issues", false, ["issues", "issue_fields", "state_fields", "attachment_fields", "relation_fields"];
    /// An issue by id or identifier.
    ISSUE = "Issue", false, ["issue", "issue_fields", "state_fields", "attachment_fields", "relation_fields"];
    /// The attachments and relations of an issue that has more than a page shows.
    ISSUE_REST = "IssueRest", false, ["issue_rest", "attachment_fields", "relation_fields"];
    /// A further page of labels.
    LABELS = "Labels", false, ["labels", "label_fields"];
    /// Whether a comment is there.
    COMMENT = "Comment", false, ["comment"];
    /// Whether a relation is there.
    RELATION = "Relation", false, ["relation", "relation_fields"];
    /// Whether a milestone is there.
    MILESTONE = "Milestone", false, ["milestone", "milestone_fields"];
    /// A new issue.
    ISSUE_CREATE = "IssueCreate", true,
        ["issue_create", "issue_fields", "state_fields", "attachment_fields", "relation_fields"];
    /// A new issue, then its evidence.
    ISSUE_CREATE_WITH_EVIDENCE = "IssueCreateWithEvidence", true,
        ["issue_create_with_evidence", "issue_fields", "state_fields", "attachment_fields", "relation_fields"];
    /// A change of an issue.
    ISSUE_UPDATE = "IssueUpdate", true,
        ["issue_update", "issue_fields", "state_fields", "attachment_fields", "relation_fields"];
    /// A change of an issue, then its evidence.
    ISSUE_UPDATE_WITH_EVIDENCE = "IssueUpdateWithEvidence", true,
        ["issue_update_with_evidence", "issue_fields", "state_fields", "attachment_fields", "relation_fields"];
    /// One change of many issues.
    ISSUE_BATCH_UPDATE = "IssueBatchUpdate", true,
        ["issue_batch_update", "issue_fields", "state_fields", "attachment_fields", "relation_fields"];
    /// An attachment, new or replaced.
    ATTACHMENT_CREATE = "AttachmentCreate", true, ["attachment_create", "attachment_fields"];
    /// A new comment.
    COMMENT_CREATE = "CommentCreate", true, ["comment_create"];
    /// A relation, in place of the one that the pair has.
    RELATION_CREATE = "RelationCreate", true, ["relation_create", "relation_fields"];
    /// The end of a relation.
    RELATION_DELETE = "RelationDelete", true, ["relation_delete"];
    /// A new milestone.
    MILESTONE_CREATE = "MilestoneCreate", true, ["milestone_create", "milestone_fields"];
}

/// The part of Linear's schema that the documents use.
pub const SCHEMA: &str = include_str!("../../assets/linear/schema.graphql");
