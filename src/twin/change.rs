//! What is written, with every rule that Linear has for it.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::graphql::Field;
use super::markdown;
use super::people::enter;
use super::refusal::Refusal;
use super::resolve::{self, Answer, Reader};
use super::workspace::{Attachment, Comment, Issue, Milestone, Relation, Workspace};

/// As many issues as one change may have.
const LARGEST_BATCH: usize = 50;

/// As many characters as a title may have.
const LONGEST_TITLE: usize = 512;

type Input = Map<String, Value>;

/// A field of `Mutation`, carried out.
pub(super) fn mutation(workspace: &mut Workspace, field: &Field, variables: &Map<String, Value>) -> Answer {
    let input = match field.argument("input", variables) {
        Some(Value::Object(input)) => input,
        _ => Map::new(),
    };
    let id = field.argument("id", variables).as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
    workspace.advance(1_000);
    match field.name.as_str() {
        "issueCreate" => {
            let id = create_issue(workspace, &input)?;
            issue_payload(workspace, variables, field, &id.to_string())
        }
        "issueUpdate" => {
            update_issue(workspace, &id, &input)?;
            issue_payload(workspace, variables, field, &id)
        }
        "issueBatchUpdate" => batch(workspace, field, variables, &input),
        "attachmentCreate" => {
            let new = attach(workspace, &input)?;
            payload(field, "attachment", |fields| resolve::attachment(&new, fields))
        }
        "commentCreate" => {
            let id = comment(workspace, &input)?;
            payload(field, "comment", |fields| resolve::only_id(id, fields))
        }
        "issueRelationCreate" => {
            let new = relate(workspace, &input)?;
            payload(field, "issueRelation", |fields| resolve::relation(&new, fields))
        }
        "issueRelationDelete" => {
            let before = workspace.relations.len();
            workspace.relations.retain(|one| one.id.to_string() != id);
            if workspace.relations.len() == before {
                return Err(Refusal::not_found("IssueRelation"));
            }
            payload(field, "", |_| Ok(Value::Null))
        }
        "projectMilestoneCreate" => {
            let new = create_milestone(workspace, &input)?;
            payload(field, "projectMilestone", |fields| resolve::milestone(&new, fields))
        }
        other => Err(Refusal::invalid(&format!("Cannot query field \"{other}\" on type \"Mutation\"."))),
    }
}

fn payload(field: &Field, name: &str, thing: impl Fn(&[Field]) -> Answer) -> Answer {
    resolve::object(&field.fields, |inner| match inner.name.as_str() {
        "success" => Some(Ok(Value::Bool(true))),
        own if own == name => Some(thing(&inner.fields)),
        _ => None,
    })
}

fn issue_payload(workspace: &Workspace, variables: &Map<String, Value>, field: &Field, id: &str) -> Answer {
    let reader = Reader { workspace, variables };
    payload(field, "issue", |fields| match workspace.issue(id) {
        Some(issue) => reader.issue(issue, fields),
        None => Ok(Value::Null),
    })
}

fn batch(workspace: &mut Workspace, field: &Field, variables: &Map<String, Value>, input: &Input) -> Answer {
    let ids = match field.argument("ids", variables) {
        Some(Value::Array(ids)) => ids,
        _ => Vec::new(),
    };
    if ids.len() > LARGEST_BATCH {
        return Err(Refusal::input("ids must contain no more than 50 elements"));
    }
    // All or none.
    let mut changed = workspace.clone();
    let ids: Vec<&str> = ids.iter().filter_map(Value::as_str).collect();
    for id in &ids {
        update_issue(&mut changed, id, input)?;
    }
    *workspace = changed;
    let reader = Reader { workspace, variables };
    payload(field, "issues", |fields| {
        ids.iter().filter_map(|id| workspace.issue(id)).map(|issue| reader.issue(issue, fields)).collect()
    })
}

fn text<'a>(input: &'a Input, name: &str) -> Option<&'a str> {
    input.get(name).and_then(Value::as_str)
}

fn uuid(input: &Input, name: &str) -> Result<Option<Uuid>, Refusal> {
    text(input, name)
        .map(|text| Uuid::try_parse(text).map_err(|_| Refusal::input(&format!("{name} must be a UUID"))))
        .transpose()
}

/// The id of a new thing: the caller's, which must be of version 4 and free, or a fresh one.
fn new_id(workspace: &mut Workspace, input: &Input, what: &str) -> Result<Uuid, Refusal> {
    let Some(id) = uuid(input, "id")? else { return Ok(workspace.fresh_id()) };
    if id.get_version_num() != 4 || id.get_variant() != uuid::Variant::RFC4122 {
        return Err(Refusal::input("id must be a UUID v4"));
    }
    if workspace.is_taken(id) { Err(Refusal::conflict(what, &id.to_string())) } else { Ok(id) }
}

fn create_issue(workspace: &mut Workspace, input: &Input) -> Result<Uuid, Refusal> {
    let key = text(input, "teamId").unwrap_or_default().to_owned();
    let team = workspace.team(&key).ok_or_else(|| Refusal::not_found("Team"))?.id;
    // The limit is looked at before the id: what is there already is told as a full workspace as well.
    if workspace.issue_limit.is_some_and(|limit| workspace.unarchived() >= limit) {
        return Err(Refusal::full());
    }
    let id = new_id(workspace, input, "Issue")?;
    if text(input, "title").is_none_or(|title| title.trim().is_empty()) {
        return Err(Refusal::input("title must not be empty"));
    }
    let mut changed = workspace.clone();
    let made = changed.add_issue(&team.to_string(), "").map_err(|_| Refusal::not_found("Team"))?;
    let lag = changed.lag;
    if let Some(issue) = changed.issue_mut(&made.to_string()) {
        issue.id = id;
        issue.unseen_for = lag;
    }
    update_issue(&mut changed, &id.to_string(), input)?;
    *workspace = changed;
    Ok(id)
}

/// Checks everything, then changes everything.
fn update_issue(workspace: &mut Workspace, id: &str, input: &Input) -> Result<(), Refusal> {
    let issue = workspace.issue(id).ok_or_else(|| Refusal::not_found("Issue"))?;
    if issue.archived_at.is_some() {
        return Err(Refusal::input("Archived issues cannot be edited."));
    }
    let mut new = issue.clone();
    if let Some(title) = text(input, "title") {
        if title.trim().is_empty() || title.chars().count() > LONGEST_TITLE {
            return Err(Refusal::input("title must have between 1 and 512 characters"));
        }
        // As an editor does: blanks at the ends go.
        new.title = title.trim().to_owned();
    }
    match input.get("description") {
        Some(Value::String(text)) => {
            new.description = Some(markdown::rewritten(text, workspace.manner)).filter(|text| !text.is_empty());
        }
        Some(_) => new.description = None,
        None => {}
    }
    if let Some(priority) = input.get("priority").and_then(Value::as_u64) {
        new.priority = u8::try_from(priority)
            .ok()
            .filter(|one| *one <= 4)
            .ok_or_else(|| Refusal::input("priority must be between 0 and 4"))?;
    }
    labels(workspace, &mut new, input)?;
    project(workspace, &mut new, input)?;
    if let Some(state) = uuid(input, "stateId")? {
        let own = workspace.teams.iter().find(|team| team.id == new.team);
        let own = own.is_some_and(|team| team.states.iter().any(|one| one.id == state));
        if !own {
            return Err(Refusal::input("stateId is not a workflow state of the issue's team"));
        }
        let kind = workspace.kind_of(state).to_owned();
        enter(&mut new, state, &kind, &workspace.now());
    }
    // Even a change that changes nothing renews the time.
    new.updated_at = workspace.now();
    if let Some(issue) = workspace.issue_mut(id) {
        *issue = new;
    }
    Ok(())
}

fn labels(workspace: &Workspace, new: &mut Issue, input: &Input) -> Result<(), Refusal> {
    let ids = |name: &str| -> Result<Vec<Uuid>, Refusal> {
        let listed = input.get(name).and_then(Value::as_array).into_iter().flatten();
        listed
            .map(|id| {
                let id = id.as_str().and_then(|id| Uuid::try_parse(id).ok());
                let label = id.and_then(|id| workspace.labels.iter().find(|label| label.id == id));
                let label = label.ok_or_else(|| Refusal::not_found("IssueLabel"))?;
                if label.is_group || label.team.is_some_and(|team| team != new.team) {
                    return Err(Refusal::input("The label cannot be put on issues of this team."));
                }
                Ok(label.id)
            })
            .collect()
    };
    let (added, removed) = (ids("addedLabelIds")?, ids("removedLabelIds")?);
    if input.contains_key("labelIds") {
        new.labels = ids("labelIds")?;
    }
    new.labels.retain(|label| !removed.contains(label));
    for label in added {
        if !new.labels.contains(&label) {
            new.labels.push(label);
        }
    }
    Ok(())
}

fn project(workspace: &Workspace, new: &mut Issue, input: &Input) -> Result<(), Refusal> {
    if input.contains_key("projectId") {
        let id = uuid(input, "projectId")?;
        let found = id.map(|id| workspace.projects.iter().find(|project| project.id == id));
        if found == Some(None) {
            return Err(Refusal::not_found("Project"));
        }
        if found.flatten().is_some_and(|project| !project.teams.contains(&new.team)) {
            return Err(Refusal::input("The project does not belong to the issue's team."));
        }
        if new.project != id {
            new.milestone = None;
        }
        new.project = id;
    }
    if input.contains_key("projectMilestoneId") {
        let id = uuid(input, "projectMilestoneId")?;
        let own = workspace.projects.iter().find(|project| Some(project.id) == new.project);
        let has = |id: Uuid| own.is_some_and(|project| project.milestones.iter().any(|one| one.id == id));
        if id.is_some_and(|id| !has(id)) {
            return Err(Refusal::input("The milestone does not belong to the issue's project."));
        }
        new.milestone = id;
    }
    Ok(())
}

/// The issue that something hangs on, which must not be archived.
fn issue_of<'a>(workspace: &'a mut Workspace, input: &Input, name: &str) -> Result<&'a mut Issue, Refusal> {
    let id = text(input, name).unwrap_or_default().to_owned();
    let issue = workspace.issue_mut(&id).ok_or_else(|| Refusal::not_found("Issue"))?;
    if issue.archived_at.is_some() { Err(Refusal::input("Archived issues cannot be edited.")) } else { Ok(issue) }
}

/// Makes an attachment, or replaces the one of this URL that the issue has. Its id stays.
fn attach(workspace: &mut Workspace, input: &Input) -> Result<Attachment, Refusal> {
    let fresh = workspace.fresh_id();
    let now = workspace.now();
    let issue = issue_of(workspace, input, "issueId")?;
    let url = text(input, "url").unwrap_or_default().to_owned();
    let metadata = input.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
    let new = Attachment {
        id: issue.attachments.iter().find(|one| one.url == url).map_or(fresh, |one| one.id),
        url,
        title: text(input, "title").unwrap_or_default().to_owned(),
        subtitle: text(input, "subtitle").map(str::to_owned),
        metadata,
    };
    issue.attachments.retain(|one| one.url != new.url);
    issue.attachments.push(new.clone());
    issue.updated_at = now;
    Ok(new)
}

fn comment(workspace: &mut Workspace, input: &Input) -> Result<Uuid, Refusal> {
    let id = new_id(workspace, input, "Comment")?;
    let body = text(input, "body").unwrap_or_default().to_owned();
    if body.trim().is_empty() {
        return Err(Refusal::input("body must not be empty"));
    }
    issue_of(workspace, input, "issueId")?.comments.push(Comment { id, body });
    Ok(id)
}

fn relate(workspace: &mut Workspace, input: &Input) -> Result<Relation, Refusal> {
    let id = new_id(workspace, input, "IssueRelation")?;
    let issue = issue_of(workspace, input, "issueId")?.id;
    let related = issue_of(workspace, input, "relatedIssueId")?.id;
    if issue == related {
        return Err(Refusal::input("An issue cannot be related to itself."));
    }
    let new = Relation { id, kind: text(input, "type").unwrap_or_default().to_owned(), issue, related };
    workspace.put_relation(new.clone());
    Ok(new)
}

fn create_milestone(workspace: &mut Workspace, input: &Input) -> Result<Milestone, Refusal> {
    let id = new_id(workspace, input, "ProjectMilestone")?;
    let project = uuid(input, "projectId")?;
    let project = workspace.projects.iter_mut().find(|one| Some(one.id) == project);
    let new = Milestone {
        id,
        name: text(input, "name").unwrap_or_default().to_owned(),
        sort_order: input.get("sortOrder").and_then(Value::as_f64).unwrap_or(0.0),
    };
    project.ok_or_else(|| Refusal::not_found("Project"))?.milestones.push(new.clone());
    Ok(new)
}
