//! What Linear answers, as values.

use serde_json::{Map, Value};

use super::id::{
    AttachmentId, IssueId, LabelId, MilestoneId, OrganizationId, ProjectId, RelationId, StateId, TeamId, UserId,
};
use crate::source::Outside;

/// How urgent an issue is. Linear's numbers are 0 to 4 in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Priority {
    /// 0.
    #[default]
    None,
    /// 1.
    Urgent,
    /// 2.
    High,
    /// 3.
    Medium,
    /// 4.
    Low,
}

impl Priority {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 5] = [Self::None, Self::Urgent, Self::High, Self::Medium, Self::Low];

    /// Linear's number.
    pub fn number(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Urgent => 1,
            Self::High => 2,
            Self::Medium => 3,
            Self::Low => 4,
        }
    }

    /// The priority of a number as Linear sends it; none for another number.
    pub fn of(number: f64) -> Option<Self> {
        Self::ALL.into_iter().find(|one| f64::from(one.number()) == number)
    }
}

impl serde::Serialize for Priority {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

/// What a workflow state means, whatever a team calls it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StateType {
    /// Not looked at yet.
    Triage,
    /// Not planned yet.
    Backlog,
    /// Planned.
    Unstarted,
    /// Being worked on.
    Started,
    /// Done.
    Completed,
    /// Given up.
    Canceled,
    /// Another issue says the same.
    Duplicate,
    /// One that trueup does not know; its name as Linear sent it.
    Other(String),
}

impl StateType {
    /// The type by Linear's name.
    pub fn of(name: &str) -> Self {
        match name {
            "triage" => Self::Triage,
            "backlog" => Self::Backlog,
            "unstarted" => Self::Unstarted,
            "started" => Self::Started,
            "completed" => Self::Completed,
            "canceled" => Self::Canceled,
            "duplicate" => Self::Duplicate,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Linear's name of it.
    pub fn name(&self) -> &str {
        match self {
            Self::Triage => "triage",
            Self::Backlog => "backlog",
            Self::Unstarted => "unstarted",
            Self::Started => "started",
            Self::Completed => "completed",
            Self::Canceled => "canceled",
            Self::Duplicate => "duplicate",
            Self::Other(name) => name,
        }
    }
}

/// A workflow state of a team.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Its id.
    pub id: StateId,
    /// The team's own word for it.
    pub name: Outside,
    /// What it means.
    pub kind: StateType,
    /// Its place among the team's states; the lowest comes first.
    pub position: f64,
}

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its id.
    pub id: LabelId,
    /// Its name.
    pub name: Outside,
    /// Whether it only groups others and can be on no issue.
    pub is_group: bool,
}

/// Whom the key belongs to, and in which workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name in URLs.
    pub url_key: Outside,
    /// Its name.
    pub name: Outside,
    /// Whether it pays; without, the free plan's issue limit holds.
    pub subscribed: bool,
    /// Issues that are not archived, over the teams that the key can see.
    pub issue_count: u64,
}

/// Issues that a workspace of the free plan can hold, as Linear documents it; no field tells it.
pub const FREE_ISSUES: u64 = 250;

impl Organization {
    /// How many more issues the free plan's limit seems to allow; none when the workspace pays. An estimate: Linear
    /// tells no limit, and the key may not see every team.
    pub fn estimated_room(&self) -> Option<u64> {
        (!self.subscribed).then(|| FREE_ISSUES.saturating_sub(self.issue_count))
    }
}

/// The person whose key it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: Outside,
}

/// A team.
#[derive(Debug, Clone, PartialEq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// What its issues' identifiers begin with.
    pub key: Outside,
    /// Its name.
    pub name: Outside,
    /// Its states by position, the lowest first.
    pub states: Vec<State>,
    /// The state of a new issue, when the team has one.
    pub default_state: Option<StateId>,
    /// Its labels, and those of the workspace.
    pub labels: Vec<Label>,
    /// Its issues that are not archived.
    pub issue_count: u64,
}

impl Team {
    /// The first state of a type: the one with the lowest position.
    pub fn first(&self, kind: &StateType) -> Option<&State> {
        self.states.iter().find(|state| state.kind == *kind)
    }

    /// The label of a name, ignoring case; groups are none.
    pub fn label(&self, name: &str) -> Option<&Label> {
        let same = |label: &&Label| !label.is_group && label.name.raw().to_lowercase() == name.to_lowercase();
        self.labels.iter().find(same)
    }
}

/// A milestone of a project.
#[derive(Debug, Clone, PartialEq)]
pub struct Milestone {
    /// Its id.
    pub id: MilestoneId,
    /// Its name.
    pub name: Outside,
    /// Its place; the lowest comes first.
    pub sort_order: f64,
}

/// A project.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Its name.
    pub name: Outside,
    /// Where it is shown.
    pub url: Outside,
    /// Its milestones by their order.
    pub milestones: Vec<Milestone>,
}

/// Something that hangs on an issue: trueup's evidence, a pull request, …
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// What it points at; with the issue, its identity.
    pub url: Outside,
    /// What it is called.
    pub title: Outside,
    /// The line below.
    pub subtitle: Option<Outside>,
    /// What its maker stored.
    pub metadata: Map<String, Value>,
}

/// What one issue is to another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RelationType {
    /// It comes first.
    Blocks,
    /// It says the same.
    Duplicate,
    /// It has to do with it.
    Related,
    /// It looks like it.
    Similar,
    /// One that trueup does not know; its name as Linear sent it.
    Other(String),
}

impl RelationType {
    /// The type by Linear's name.
    pub fn of(name: &str) -> Self {
        match name {
            "blocks" => Self::Blocks,
            "duplicate" => Self::Duplicate,
            "related" => Self::Related,
            "similar" => Self::Similar,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Linear's name of it.
    pub fn name(&self) -> &str {
        match self {
            Self::Blocks => "blocks",
            Self::Duplicate => "duplicate",
            Self::Related => "related",
            Self::Similar => "similar",
            Self::Other(name) => name,
        }
    }
}

/// That `issue` blocks, repeats, … `related`. There is one a pair at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its id.
    pub id: RelationId,
    /// What it says.
    pub kind: RelationType,
    /// Of which issue.
    pub issue: IssueId,
    /// To which issue.
    pub related: IssueId,
}

/// The team of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamOf {
    /// Its id.
    pub id: TeamId,
    /// Its key.
    pub key: Outside,
}

/// The milestone of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MilestoneOf {
    /// Its id.
    pub id: MilestoneId,
    /// Its name.
    pub name: Outside,
}

/// An issue. Times are as Linear sends them, RFC 3339 in UTC.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// Its id, which stays.
    pub id: IssueId,
    /// `STAB-155`; changes when its team is renamed or it moves.
    pub identifier: Outside,
    /// What it was called before.
    pub previous_identifiers: Vec<Outside>,
    /// Its title.
    pub title: Outside,
    /// Its text in Markdown, as Linear gives it back.
    pub description: Option<Outside>,
    /// How urgent it is.
    pub priority: Priority,
    /// Its state.
    pub state: State,
    /// Its team.
    pub team: TeamOf,
    /// Its labels.
    pub labels: Vec<LabelId>,
    /// Its project.
    pub project: Option<ProjectId>,
    /// Its milestone in that project.
    pub milestone: Option<MilestoneOf>,
    /// When it was archived.
    pub archived_at: Option<String>,
    /// Whether it lies in the trash.
    pub trashed: bool,
    /// When it was completed.
    pub completed_at: Option<String>,
    /// When it was canceled.
    pub canceled_at: Option<String>,
    /// When it changed last; archiving is no change.
    pub updated_at: String,
    /// Where it is shown.
    pub url: Outside,
    /// The git branch that Linear suggests.
    pub branch_name: Outside,
    /// Its attachments whose URL begins as was asked.
    pub attachments: Vec<Attachment>,
    /// What it is to others. What others are to it, *they* say.
    pub relations: Vec<Relation>,
}

impl Issue {
    /// Whether it has, or had, an identifier.
    pub fn answers_to(&self, identifier: &str) -> bool {
        let same = |own: &Outside| own.raw().eq_ignore_ascii_case(identifier);
        same(&self.identifier) || self.previous_identifiers.iter().any(same)
    }
}

/// Everything that a sync reads first, in as few requests as the number of issues allows.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// Whose key it is.
    pub viewer: Viewer,
    /// The workspace.
    pub organization: Organization,
    /// The team.
    pub team: Team,
    /// The project that was asked for.
    pub project: Option<Project>,
    /// The issues that were found, each once; those that are not there are left out.
    pub issues: Vec<Issue>,
}
