//! What a filter lets through. A filter that says nothing lets everything through.

use serde_json::Value;
use uuid::Uuid;

use super::workspace::{Attachment, Issue, Label, Project, Workspace};

/// Every part of a filter must fit; `or` needs one of its own.
fn all_of(filter: Option<&Value>, fits: impl Fn(&str, &Value) -> bool) -> bool {
    let Some(parts) = filter.and_then(Value::as_object) else { return true };
    parts.iter().all(|(name, part)| part.is_null() || fits(name, part))
}

fn any_of(part: &Value, fits: impl Fn(&Value) -> bool) -> bool {
    part.as_array().is_some_and(|parts| parts.iter().any(fits))
}

fn text(comparator: &Value, own: &str) -> bool {
    all_of(Some(comparator), |name, value| match name {
        "eq" => value.as_str() == Some(own),
        "startsWith" => value.as_str().is_some_and(|start| own.starts_with(start)),
        _ => false,
    })
}

fn id(comparator: &Value, own: Uuid) -> bool {
    let same = |value: &Value| value.as_str().is_some_and(|text| Uuid::try_parse(text).is_ok_and(|id| id == own));
    all_of(Some(comparator), |name, value| match name {
        "eq" => same(value),
        "in" => any_of(value, same),
        _ => false,
    })
}

/// Whether an issue gets through an `IssueFilter`.
pub(super) fn issue(workspace: &Workspace, filter: Option<&Value>, own: &Issue) -> bool {
    all_of(filter, |name, part| match name {
        "id" => id(part, own.id),
        "or" => any_of(part, |part| issue(workspace, Some(part), own)),
        "number" => all_of(Some(part), |name, value| {
            name == "in" && any_of(value, |n| n.as_u64().or_else(|| n.as_f64().map(|n| n as u64)) == Some(own.number))
        }),
        "team" => all_of(Some(part), |name, value| {
            let key = workspace.teams.iter().find(|team| team.id == own.team).map_or("", |team| team.key.as_str());
            name == "key" && text(value, key)
        }),
        "attachments" => all_of(Some(part), |name, value| {
            name == "some" && own.attachments.iter().any(|one| attachment(Some(value), one))
        }),
        _ => false,
    })
}

/// Whether an attachment gets through an `AttachmentFilter`.
pub(super) fn attachment(filter: Option<&Value>, own: &Attachment) -> bool {
    all_of(filter, |name, part| name == "url" && text(part, &own.url))
}

/// Whether a project gets through a `ProjectFilter`.
pub(super) fn project(filter: Option<&Value>, own: &Project) -> bool {
    all_of(filter, |name, part| match name {
        "id" => id(part, own.id),
        "name" => text(part, &own.name),
        _ => false,
    })
}

/// Whether a label gets through an `IssueLabelFilter`.
pub(super) fn label(workspace: &Workspace, filter: Option<&Value>, own: &Label) -> bool {
    all_of(filter, |name, part| match name {
        "or" => any_of(part, |part| label(workspace, Some(part), own)),
        "team" => {
            let team = workspace.teams.iter().find(|team| Some(team.id) == own.team);
            all_of(Some(part), |name, value| match (name, team) {
                ("null", team) => value.as_bool() == Some(team.is_none()),
                ("id", Some(team)) => id(value, team.id),
                ("key", Some(team)) => text(value, &team.key),
                _ => false,
            })
        }
        _ => false,
    })
}
