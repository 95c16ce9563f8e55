//! Linear's answers as they come, and the values that they make.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::Error;
use super::id::{
    AttachmentId, IssueId, LabelId, MilestoneId, OrganizationId, ProjectId, RelationId, StateId, TeamId, UserId,
};
use super::types::{
    Attachment, Issue, Label, Milestone, MilestoneOf, Priority, Project, Relation, RelationType, State, StateType,
    Team, TeamOf,
};

/// Reads a value of the answer.
pub(super) fn read<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    serde_json::from_value(value).map_err(|why| Error::Malformed { why: why.to_string() })
}

/// The part of an answer under a name.
pub(super) fn part<T: DeserializeOwned>(data: &mut Map<String, Value>, name: &str) -> Result<T, Error> {
    match data.remove(name) {
        None => Err(Error::Malformed { why: format!("it has no `{name}`") }),
        Some(value) => {
            serde_json::from_value(value).map_err(|why| Error::Malformed { why: format!("`{name}`: {why}") })
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Thing<I> {
    pub id: I,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    pub has_next_page: bool,
    #[serde(default)]
    pub end_cursor: Option<String>,
}

impl PageInfo {
    /// Where the next page begins, if there is one.
    pub fn next(&self) -> Result<Option<String>, Error> {
        match (self.has_next_page, &self.end_cursor) {
            (false, _) => Ok(None),
            (true, Some(cursor)) => Ok(Some(cursor.clone())),
            (true, None) => Err(Error::Malformed { why: "there is a next page, and nothing says where".to_owned() }),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T> {
    pub nodes: Vec<T>,
    pub page_info: PageInfo,
}

impl<T> Page<T> {
    /// All of it, when one page holds everything.
    pub fn whole(self, what: &'static str) -> Result<Vec<T>, Error> {
        if self.page_info.has_next_page {
            return Err(Error::TooMany { what, most: self.nodes.len() });
        }
        Ok(self.nodes)
    }
}

/// A list of which no more than a page is asked for.
#[derive(Deserialize)]
pub(super) struct Nodes<T> {
    pub nodes: Vec<T>,
}

#[derive(Deserialize)]
pub(super) struct WireUser {
    pub id: UserId,
    pub name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireOrganization {
    pub id: OrganizationId,
    pub name: String,
    pub url_key: String,
    pub subscription: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IssueCount {
    pub issue_count: u64,
}

#[derive(Deserialize)]
pub(super) struct WireState {
    id: StateId,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    position: f64,
}

impl From<WireState> for State {
    fn from(wire: WireState) -> Self {
        Self { id: wire.id, name: wire.name.into(), kind: StateType::of(&wire.kind), position: wire.position }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireLabel {
    id: LabelId,
    name: String,
    is_group: bool,
}

impl From<WireLabel> for Label {
    fn from(wire: WireLabel) -> Self {
        Self { id: wire.id, name: wire.name.into(), is_group: wire.is_group }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireMilestone {
    id: MilestoneId,
    name: String,
    sort_order: f64,
}

impl From<WireMilestone> for Milestone {
    fn from(wire: WireMilestone) -> Self {
        Self { id: wire.id, name: wire.name.into(), sort_order: wire.sort_order }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireProject {
    id: ProjectId,
    name: String,
    url: String,
    project_milestones: Page<WireMilestone>,
}

impl WireProject {
    pub fn read(self) -> Result<Project, Error> {
        let whole = self.project_milestones.whole("milestones of the project")?;
        let mut milestones: Vec<Milestone> = whole.into_iter().map(Milestone::from).collect();
        milestones.sort_by(|a, b| a.sort_order.total_cmp(&b.sort_order));
        Ok(Project { id: self.id, name: self.name.into(), url: self.url.into(), milestones })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireTeam {
    id: TeamId,
    key: String,
    name: String,
    issue_count: u64,
    default_issue_state: Option<Thing<StateId>>,
    states: Page<WireState>,
    #[serde(default)]
    pub projects: Option<Nodes<WireProject>>,
}

impl WireTeam {
    pub fn read(self, labels: Vec<Label>) -> Result<Team, Error> {
        let mut states: Vec<State> = self.states.whole("states of the team")?.into_iter().map(State::from).collect();
        states.sort_by(|a, b| a.position.total_cmp(&b.position));
        Ok(Team {
            id: self.id,
            key: self.key.into(),
            name: self.name.into(),
            states,
            default_state: self.default_issue_state.map(|state| state.id),
            labels,
            issue_count: self.issue_count,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct WireAttachment {
    id: AttachmentId,
    url: String,
    title: String,
    subtitle: Option<String>,
    metadata: Map<String, Value>,
}

impl From<WireAttachment> for Attachment {
    fn from(wire: WireAttachment) -> Self {
        Self {
            id: wire.id,
            url: wire.url.into(),
            title: wire.title.into(),
            subtitle: wire.subtitle.map(Into::into),
            metadata: wire.metadata,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireRelation {
    id: RelationId,
    #[serde(rename = "type")]
    kind: String,
    issue: Thing<IssueId>,
    related_issue: Thing<IssueId>,
}

impl From<WireRelation> for Relation {
    fn from(wire: WireRelation) -> Self {
        Self { id: wire.id, kind: RelationType::of(&wire.kind), issue: wire.issue.id, related: wire.related_issue.id }
    }
}

#[derive(Deserialize)]
struct WireTeamOf {
    id: TeamId,
    key: String,
}

#[derive(Deserialize)]
struct WireMilestoneOf {
    id: MilestoneId,
    name: String,
}

/// The attachments and relations of an issue, all of them.
#[derive(Deserialize)]
pub(super) struct WireRest {
    pub attachments: Page<WireAttachment>,
    pub relations: Page<WireRelation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireIssue {
    id: IssueId,
    identifier: String,
    previous_identifiers: Vec<String>,
    title: String,
    description: Option<String>,
    priority: f64,
    url: String,
    branch_name: String,
    label_ids: Vec<LabelId>,
    trashed: Option<bool>,
    archived_at: Option<String>,
    completed_at: Option<String>,
    canceled_at: Option<String>,
    updated_at: String,
    state: WireState,
    team: WireTeamOf,
    project: Option<Thing<ProjectId>>,
    project_milestone: Option<WireMilestoneOf>,
    attachments: Page<WireAttachment>,
    relations: Page<WireRelation>,
}

impl WireIssue {
    /// The issue, and whether it has more attachments or relations than came with it.
    pub fn read(self) -> Result<(Issue, bool), Error> {
        let more = self.attachments.page_info.has_next_page || self.relations.page_info.has_next_page;
        let priority = Priority::of(self.priority)
            .ok_or_else(|| Error::Malformed { why: format!("{} is no priority", self.priority) })?;
        let issue = Issue {
            id: self.id,
            identifier: self.identifier.into(),
            previous_identifiers: self.previous_identifiers.into_iter().map(Into::into).collect(),
            title: self.title.into(),
            description: self.description.map(Into::into),
            priority,
            state: self.state.into(),
            team: TeamOf { id: self.team.id, key: self.team.key.into() },
            labels: self.label_ids,
            project: self.project.map(|project| project.id),
            milestone: self.project_milestone.map(|one| MilestoneOf { id: one.id, name: one.name.into() }),
            archived_at: self.archived_at,
            trashed: self.trashed.unwrap_or(false),
            completed_at: self.completed_at,
            canceled_at: self.canceled_at,
            updated_at: self.updated_at,
            url: self.url.into(),
            branch_name: self.branch_name.into(),
            attachments: self.attachments.nodes.into_iter().map(Into::into).collect(),
            relations: self.relations.nodes.into_iter().map(Into::into).collect(),
        };
        Ok((issue, more))
    }
}
