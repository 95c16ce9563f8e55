//! Answers to what is read.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::filter;
use super::graphql::Field;
use super::refusal::Refusal;
use super::workspace::{Attachment, Issue, Label, Milestone, Project, Relation, State, Team, Workspace};

/// The most that a page may hold.
const LARGEST_PAGE: u64 = 250;

/// The size of a page that is not told.
const USUAL_PAGE: u64 = 50;

pub(super) type Answer = Result<Value, Refusal>;

/// Who reads: a workspace and the variables of a request. What a mutation answers with is found at once; what is
/// read on its own may not be there yet.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub workspace: &'a Workspace,
    pub variables: &'a Map<String, Value>,
}

/// An object with what is asked for of it.
pub(super) fn object(fields: &[Field], one: impl Fn(&Field) -> Option<Answer>) -> Answer {
    let mut map = Map::new();
    for field in fields {
        let value =
            one(field).unwrap_or_else(|| Err(Refusal::invalid(&format!("Cannot query field \"{}\".", field.name))));
        map.insert(field.key.clone(), value?);
    }
    Ok(Value::Object(map))
}

fn plain(value: impl Into<Value>) -> Option<Answer> {
    Some(Ok(value.into()))
}

fn thing(id: Uuid, fields: &[Field]) -> Answer {
    object(fields, |field| match field.name.as_str() {
        "id" => plain(id.to_string()),
        _ => None,
    })
}

impl<'a> Reader<'a> {
    /// A field of `Query`.
    pub fn query(&self, field: &Field) -> Answer {
        let workspace = self.workspace;
        let id = || self.text(field, "id");
        match field.name.as_str() {
            "viewer" => object(&field.fields, |field| match field.name.as_str() {
                "id" => plain(Uuid::from_u128(workspace.organization.as_u128() ^ 0xff).to_string()),
                "name" => plain("Twin"),
                _ => None,
            }),
            "organization" => object(&field.fields, |field| match field.name.as_str() {
                "id" => plain(workspace.organization.to_string()),
                "name" | "urlKey" => plain(workspace.url_key.as_str()),
                "subscription" if !workspace.subscribed => plain(Value::Null),
                "subscription" => Some(thing(workspace.organization, &field.fields)),
                _ => None,
            }),
            "teams" => self.page(field, &workspace.teams.iter().collect::<Vec<_>>(), |team, f| self.team(team, f)),
            "team" => match workspace.team(&id()) {
                Some(team) => self.team(team, &field.fields),
                None => Err(Refusal::not_found("Team")),
            },
            "issueLabels" => {
                let filter = field.argument("filter", self.variables);
                let all = workspace.labels.iter().filter(|l| filter::label(workspace, filter.as_ref(), l));
                self.page(field, &all.collect::<Vec<_>>(), label)
            }
            "issue" => match self.find(&id()) {
                Some(issue) if issue.unseen_for == 0 => self.issue(issue, &field.fields),
                _ => Err(Refusal::not_found("Issue")),
            },
            "issues" => self.issues(field),
            "comment" => {
                let all = || workspace.issues.iter().flat_map(|issue| &issue.comments);
                match all().find(|comment| comment.id.to_string() == id()) {
                    Some(comment) => thing(comment.id, &field.fields),
                    None => Err(Refusal::not_found("Comment")),
                }
            }
            "issueRelation" => match workspace.relations.iter().find(|one| one.id.to_string() == id()) {
                Some(one) => relation(one, &field.fields),
                None => Err(Refusal::not_found("IssueRelation")),
            },
            "projectMilestone" => {
                let mut all = workspace.projects.iter().flat_map(|project| &project.milestones);
                match all.find(|one| one.id.to_string() == id()) {
                    Some(one) => milestone(one, &field.fields),
                    None => Err(Refusal::not_found("ProjectMilestone")),
                }
            }
            other => Err(Refusal::invalid(&format!("Cannot query field \"{other}\" on type \"Query\"."))),
        }
    }

    fn text(&self, field: &Field, argument: &str) -> String {
        let value = field.argument(argument, self.variables);
        value.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// An issue by id or identifier, by a former one only where the workspace does so.
    pub fn find(&self, id: &str) -> Option<&'a Issue> {
        let former = |issue: &&Issue| issue.previous_identifiers.iter().any(|one| one.eq_ignore_ascii_case(id));
        let workspace = self.workspace;
        workspace
            .issue(id)
            .or_else(|| if workspace.finds_previous_identifiers { workspace.issues.iter().find(former) } else { None })
    }

    /// Issues, the newest first; archived ones only when they are asked for.
    fn issues(&self, field: &Field) -> Answer {
        let filter = field.argument("filter", self.variables);
        let archived = field.argument("includeArchived", self.variables) == Some(Value::Bool(true));
        let seen = |issue: &&Issue| issue.unseen_for == 0 && (archived || issue.archived_at.is_none());
        let all = self.workspace.issues.iter().rev().filter(seen);
        let found: Vec<&Issue> = all.filter(|issue| filter::issue(self.workspace, filter.as_ref(), issue)).collect();
        self.page(field, &found, |issue, fields| self.issue(issue, fields))
    }

    /// A page of a list.
    fn page<T>(&self, field: &Field, all: &[&T], one: impl Fn(&T, &[Field]) -> Answer) -> Answer {
        let first = field.argument("first", self.variables).map_or(Some(USUAL_PAGE), |first| first.as_u64());
        let Some(first @ 1..=LARGEST_PAGE) = first else {
            return Err(Refusal::input("first must not be greater than 250"));
        };
        // A cursor is a number here; what it means is nobody's business.
        let after = field.argument("after", self.variables);
        let after = match after.as_ref().and_then(Value::as_str) {
            None => 0,
            Some(cursor) => match cursor.strip_prefix("at-").and_then(|n| n.parse::<usize>().ok()) {
                Some(after) => after,
                None => return Err(Refusal::input("after is not a valid cursor")),
            },
        };
        let end = after.saturating_add(usize::try_from(first).unwrap_or(usize::MAX)).min(all.len());
        let shown = all.get(after.min(end)..end).unwrap_or_default();
        object(&field.fields, |inner| match inner.name.as_str() {
            "nodes" => Some(shown.iter().map(|item| one(item, &inner.fields)).collect()),
            "pageInfo" => Some(object(&inner.fields, |info| match info.name.as_str() {
                "hasNextPage" => plain(end < all.len()),
                "endCursor" => plain(if shown.is_empty() { Value::Null } else { json!(format!("at-{end}")) }),
                _ => None,
            })),
            _ => None,
        })
    }

    fn team(&self, team: &Team, fields: &[Field]) -> Answer {
        object(fields, |field| match field.name.as_str() {
            "id" => plain(team.id.to_string()),
            "key" => plain(team.key.as_str()),
            "name" => plain(team.name.as_str()),
            "issueCount" => plain(self.workspace.counts().get(&team.id).copied().unwrap_or(0)),
            "defaultIssueState" => Some(thing(team.default_state, &field.fields)),
            "states" => Some(self.page(field, &team.states.iter().collect::<Vec<_>>(), state)),
            "projects" => {
                let filter = field.argument("filter", self.variables);
                let own = self.workspace.projects.iter().filter(|project| project.teams.contains(&team.id));
                let found: Vec<_> = own.filter(|project| filter::project(filter.as_ref(), project)).collect();
                Some(self.page(field, &found, |project, fields| self.project(project, fields)))
            }
            _ => None,
        })
    }

    fn project(&self, project: &Project, fields: &[Field]) -> Answer {
        object(fields, |field| match field.name.as_str() {
            "id" => plain(project.id.to_string()),
            "name" => plain(project.name.as_str()),
            "url" => plain(format!("https://linear.app/{}/project/{}", self.workspace.url_key, project.id)),
            "projectMilestones" => Some(self.page(field, &project.milestones.iter().collect::<Vec<_>>(), milestone)),
            _ => None,
        })
    }

    /// An issue.
    pub fn issue(&self, issue: &Issue, fields: &[Field]) -> Answer {
        let workspace = self.workspace;
        let identifier = workspace.identifier(issue);
        object(fields, |field| match field.name.as_str() {
            "id" => plain(issue.id.to_string()),
            "previousIdentifiers" => plain(issue.previous_identifiers.clone()),
            "title" => plain(issue.title.as_str()),
            "description" => plain(issue.description.clone()),
            "priority" => plain(f64::from(issue.priority)),
            "url" => plain(format!("https://linear.app/{}/issue/{identifier}", workspace.url_key)),
            "branchName" => plain(format!("twin/{}", identifier.to_lowercase())),
            "identifier" => plain(identifier.as_str()),
            "labelIds" => plain(issue.labels.iter().map(Uuid::to_string).collect::<Vec<_>>()),
            // Null when it does not, true when it does.
            "trashed" => plain(issue.trashed.then_some(true)),
            "archivedAt" => plain(issue.archived_at.clone()),
            "completedAt" => plain(issue.completed_at.clone()),
            "canceledAt" => plain(issue.canceled_at.clone()),
            "updatedAt" => plain(issue.updated_at.as_str()),
            "state" => {
                let own = workspace.teams.iter().flat_map(|team| &team.states).find(|one| one.id == issue.state);
                own.map(|own| state(own, &field.fields))
            }
            "team" => {
                let own = workspace.teams.iter().find(|team| team.id == issue.team);
                own.map(|team| self.team(team, &field.fields))
            }
            "project" => Some(issue.project.map_or(Ok(Value::Null), |id| thing(id, &field.fields))),
            "projectMilestone" => {
                let mut all = workspace.projects.iter().flat_map(|project| &project.milestones);
                let own = all.find(|one| Some(one.id) == issue.milestone);
                Some(own.map_or(Ok(Value::Null), |one| milestone(one, &field.fields)))
            }
            "attachments" => {
                let filter = field.argument("filter", self.variables);
                let own = issue.attachments.iter().filter(|one| filter::attachment(filter.as_ref(), one));
                Some(self.page(field, &own.collect::<Vec<_>>(), attachment))
            }
            "relations" => {
                let own = workspace.relations.iter().filter(|one| one.issue == issue.id);
                Some(self.page(field, &own.collect::<Vec<_>>(), relation))
            }
            _ => None,
        })
    }
}

fn state(state: &State, fields: &[Field]) -> Answer {
    object(fields, |field| match field.name.as_str() {
        "id" => plain(state.id.to_string()),
        "name" => plain(state.name.as_str()),
        "type" => plain(state.kind.as_str()),
        "position" => plain(state.position),
        _ => None,
    })
}

fn label(label: &Label, fields: &[Field]) -> Answer {
    object(fields, |field| match field.name.as_str() {
        "id" => plain(label.id.to_string()),
        "name" => plain(label.name.as_str()),
        "isGroup" => plain(label.is_group),
        _ => None,
    })
}

/// A milestone.
pub(super) fn milestone(milestone: &Milestone, fields: &[Field]) -> Answer {
    object(fields, |field| match field.name.as_str() {
        "id" => plain(milestone.id.to_string()),
        "name" => plain(milestone.name.as_str()),
        "sortOrder" => plain(milestone.sort_order),
        _ => None,
    })
}

/// An attachment.
pub(super) fn attachment(attachment: &Attachment, fields: &[Field]) -> Answer {
    object(fields, |field| match field.name.as_str() {
        "id" => plain(attachment.id.to_string()),
        "url" => plain(attachment.url.as_str()),
        "title" => plain(attachment.title.as_str()),
        "subtitle" => plain(attachment.subtitle.clone()),
        "metadata" => plain(attachment.metadata.clone()),
        _ => None,
    })
}

/// A relation.
pub(super) fn relation(relation: &Relation, fields: &[Field]) -> Answer {
    object(fields, |field| match field.name.as_str() {
        "id" => plain(relation.id.to_string()),
        "type" => plain(relation.kind.as_str()),
        "issue" => Some(thing(relation.issue, &field.fields)),
        "relatedIssue" => Some(thing(relation.related, &field.fields)),
        _ => None,
    })
}

/// A thing of which nothing but its id is known here.
pub(super) fn only_id(id: Uuid, fields: &[Field]) -> Answer {
    thing(id, fields)
}
