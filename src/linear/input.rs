//! What is sent to Linear, as values.

use serde::Serialize;
use serde_json::{Map, Value};

use super::id::{CommentId, IssueId, LabelId, MilestoneId, ProjectId, RelationId, StateId, TeamId};
use super::maybe::Maybe;
use super::types::{Priority, RelationType};

/// A new issue. Its id is ours, so that a repeat makes no second one.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IssueCreate {
    /// A UUID of version 4, or of its shape.
    pub id: IssueId,
    /// Where it is made.
    pub team_id: TeamId,
    /// Its title.
    pub title: String,
    /// Its text in Markdown.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub description: Maybe<String>,
    /// Its state; absent is the team's default.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub state_id: Maybe<StateId>,
    /// How urgent it is.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub priority: Maybe<Priority>,
    /// Its labels.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub label_ids: Maybe<Vec<LabelId>>,
    /// Its project.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub project_id: Maybe<ProjectId>,
    /// Its milestone, which must belong to the project.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub project_milestone_id: Maybe<MilestoneId>,
}

impl IssueCreate {
    /// A new issue with what it cannot be without.
    pub fn new(id: IssueId, team_id: TeamId, title: impl Into<String>) -> Self {
        Self {
            id,
            team_id,
            title: title.into(),
            description: Maybe::Absent,
            state_id: Maybe::Absent,
            priority: Maybe::Absent,
            label_ids: Maybe::Absent,
            project_id: Maybe::Absent,
            project_milestone_id: Maybe::Absent,
        }
    }
}

/// A change of an issue. Sent twice, it changes nothing the second time; there is no version to match, the last
/// write wins.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IssueUpdate {
    /// Its title.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub title: Maybe<String>,
    /// Its text in Markdown.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub description: Maybe<String>,
    /// Its state.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub state_id: Maybe<StateId>,
    /// How urgent it is.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub priority: Maybe<Priority>,
    /// Labels to put on it.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub added_label_ids: Maybe<Vec<LabelId>>,
    /// Labels to take off it.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub removed_label_ids: Maybe<Vec<LabelId>>,
    /// Its project.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub project_id: Maybe<ProjectId>,
    /// Its milestone, which must belong to the project.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub project_milestone_id: Maybe<MilestoneId>,
}

impl IssueUpdate {
    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An attachment, made or replaced: an issue has one for each URL.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentCreate {
    /// On which issue.
    pub issue_id: IssueId,
    /// What it points at; with the issue, its identity.
    pub url: String,
    /// What it is called.
    pub title: String,
    /// The line below.
    #[serde(skip_serializing_if = "Maybe::is_absent")]
    pub subtitle: Maybe<String>,
    /// Whatever its maker wants back.
    pub metadata: Map<String, Value>,
}

/// A comment. Its id is ours, so that a repeat makes no second one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CommentCreate {
    /// A UUID of version 4, or of its shape.
    pub id: CommentId,
    /// On which issue.
    pub issue_id: IssueId,
    /// Its text in Markdown.
    pub body: String,
}

/// A relation. It **replaces** the one that the pair has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationCreate {
    /// A UUID of version 4, or of its shape.
    pub id: RelationId,
    /// Of which issue.
    pub issue_id: IssueId,
    /// To which issue.
    pub related_issue_id: IssueId,
    /// What it says.
    pub kind: RelationType,
}

/// A milestone of a project. Its id is ours, so that a repeat makes no second one.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MilestoneCreate {
    /// A UUID of version 4, or of its shape.
    pub id: MilestoneId,
    /// Of which project.
    pub project_id: ProjectId,
    /// Its name.
    pub name: String,
    /// Its place; the lowest comes first.
    pub sort_order: f64,
}

/// Which issues to read. Archived ones and those in the trash are read too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Find {
    /// By id.
    pub ids: Vec<IssueId>,
    /// By a team's key and their numbers in it: `STAB-155` is `("STAB", 155)`. Former identifiers find nothing here;
    /// see `Client::issue`.
    pub numbers: Vec<(String, u64)>,
    /// By the beginning of an attachment's URL.
    pub attached: Option<String>,
}

impl Find {
    /// The issues of these ids.
    pub fn ids(ids: impl IntoIterator<Item = IssueId>) -> Self {
        Self { ids: ids.into_iter().collect(), ..Self::default() }
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.numbers.is_empty() && self.attached.is_none()
    }
}

/// Takes `STAB-155` apart.
pub fn identifier(text: &str) -> Option<(String, u64)> {
    let (key, number) = text.trim().rsplit_once('-')?;
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric());
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (plain && digits).then(|| number.parse().ok().map(|number| (key.to_ascii_uppercase(), number)))?
}
