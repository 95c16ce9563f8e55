//! Reading issues, and everything else that a sync needs to know first.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::client::Client;
use super::document;
use super::error::Error;
use super::id::TeamId;
use super::input::Find;
use super::types::{Issue, Label, Organization, Overview, Project, Viewer};
use super::wire::{
    self, IssueCount, Nodes, Page, WireIssue, WireLabel, WireOrganization, WireRest, WireTeam, WireUser,
};

/// Issues a page. Linear allows 250, but counts points for what a page *may* hold, 10,000 a request at most: a
/// hundred issues with their attachments and relations stay at half of that.
pub const PAGE: usize = 100;

/// What to read first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask<'a> {
    /// The team's key or id.
    pub team: &'a str,
    /// The project's name or id.
    pub project: Option<&'a str>,
    /// The issues.
    pub find: &'a Find,
}

impl Client {
    /// Reads whose key it is, the workspace, the team, the project and the issues: one request for up to [`PAGE`]
    /// issues, one more for each further page.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such team, or no such project of the team; [`Error::Ambiguous`] when
    /// several projects have that name. Issues that are not there are no error.
    pub fn overview(&self, ask: &Ask<'_>) -> Result<Overview, Error> {
        let mut filters = filters(ask.find).into_iter();
        let first = filters.next();
        let labels = labels_of(ask.team);
        let mut data = self.sender.send(
            &document::OVERVIEW,
            &json!({
                "team": ask.team,
                "labels": labels,
                "withProject": ask.project.is_some(),
                "project": ask.project.map(project_filter),
                "withIssues": first.is_some(),
                "issues": first,
                "first": PAGE,
                "prefix": self.prefix,
            }),
        )?;
        let user: WireUser = wire::part(&mut data, "viewer")?;
        let organization = organization(&mut data)?;
        let labels = self.labels(wire::part(&mut data, "issueLabels")?, &labels)?;
        let mut team: WireTeam = wire::part(&mut data, "team")?;
        let project = match (ask.project, team.projects.take()) {
            (Some(name), Some(found)) => Some(one_project(name, found)?),
            _ => None,
        };
        let mut issues = Vec::new();
        if let Some(filter) = first {
            issues = self.pages(wire::part(&mut data, "issues")?, &filter)?;
        }
        for filter in filters {
            issues.extend(self.page_of(&filter)?);
        }
        let viewer = Viewer { id: user.id, name: user.name.into() };
        Ok(Overview { viewer, organization, team: team.read(labels)?, project, issues: once(issues) })
    }

    /// Reads issues, archived ones and those in the trash among them. Those that are not there are left out.
    pub fn issues(&self, find: &Find) -> Result<Vec<Issue>, Error> {
        let mut issues = Vec::new();
        for filter in filters(find) {
            issues.extend(self.page_of(&filter)?);
        }
        Ok(once(issues))
    }

    /// Reads an issue by its id or its identifier; `None` when there is none.
    pub fn issue(&self, id_or_identifier: &str) -> Result<Option<Issue>, Error> {
        let variables = json!({"id": id_or_identifier, "prefix": self.prefix});
        match self.sender.send(&document::ISSUE, &variables).map_err(Error::from) {
            Ok(mut data) => Ok(Some(self.whole(wire::part(&mut data, "issue")?)?)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn page_of(&self, filter: &Value) -> Result<Vec<Issue>, Error> {
        let page = self.page(filter, None)?;
        self.pages(page, filter)
    }

    fn page(&self, filter: &Value, after: Option<&str>) -> Result<Page<WireIssue>, Error> {
        let variables = json!({"issues": filter, "first": PAGE, "after": after, "prefix": self.prefix});
        let mut data = self.sender.send(&document::ISSUES, &variables)?;
        wire::part(&mut data, "issues")
    }

    /// The issues of a page and of those after it.
    fn pages(&self, mut page: Page<WireIssue>, filter: &Value) -> Result<Vec<Issue>, Error> {
        let mut issues = Vec::new();
        loop {
            let next = page.page_info.next()?;
            for issue in page.nodes {
                issues.push(self.whole(issue)?);
            }
            match next {
                None => return Ok(issues),
                Some(cursor) => page = self.page(filter, Some(&cursor))?,
            }
        }
    }

    /// An issue with all its attachments and relations.
    pub(super) fn whole(&self, wire: WireIssue) -> Result<Issue, Error> {
        let (mut issue, more) = wire.read()?;
        if more {
            let variables = json!({"id": issue.id, "prefix": self.prefix});
            let mut data = self.sender.send(&document::ISSUE_REST, &variables)?;
            let rest: WireRest = wire::part(&mut data, "issue")?;
            issue.attachments =
                rest.attachments.whole("attachments of an issue")?.into_iter().map(Into::into).collect();
            issue.relations = rest.relations.whole("relations of an issue")?.into_iter().map(Into::into).collect();
        }
        Ok(issue)
    }

    fn labels(&self, mut page: Page<WireLabel>, filter: &Value) -> Result<Vec<Label>, Error> {
        let mut labels = Vec::new();
        loop {
            let next = page.page_info.next()?;
            labels.extend(page.nodes.into_iter().map(Label::from));
            match next {
                None => return Ok(labels),
                Some(after) => {
                    let variables = json!({"labels": filter, "after": after});
                    let mut data = self.sender.send(&document::LABELS, &variables)?;
                    page = wire::part(&mut data, "issueLabels")?;
                }
            }
        }
    }
}

fn organization(data: &mut Map<String, Value>) -> Result<Organization, Error> {
    let wire: WireOrganization = wire::part(data, "organization")?;
    let teams: Nodes<IssueCount> = wire::part(data, "teams")?;
    Ok(Organization {
        id: wire.id,
        url_key: wire.url_key.into(),
        name: wire.name.into(),
        subscribed: wire.subscription.is_some(),
        issue_count: teams.nodes.iter().fold(0, |sum, team| team.issue_count.saturating_add(sum)),
    })
}

fn one_project(name: &str, found: Nodes<wire::WireProject>) -> Result<Project, Error> {
    let count = found.nodes.len();
    let mut found = found.nodes.into_iter();
    match (found.next(), count) {
        (Some(project), 1) => project.read(),
        (Some(_), _) => Err(Error::Ambiguous { name: name.to_owned(), count }),
        (None, _) => Err(Error::NotFound { said: format!("the team has no project `{name}`") }),
    }
}

/// A project by id or name.
fn project_filter(name: &str) -> Value {
    match uuid::Uuid::try_parse(name) {
        Ok(id) => json!({"id": {"eq": id.to_string()}}),
        Err(_) => json!({"name": {"eq": name}}),
    }
}

/// The labels that issues of a team can have: its own and those of the workspace.
fn labels_of(team: &str) -> Value {
    let own = match TeamId::parse(team) {
        Ok(id) => json!({"id": {"eq": id}}),
        Err(_) => json!({"key": {"eq": team}}),
    };
    json!({"or": [{"team": {"null": true}}, {"team": own}]})
}

/// The filters of what is looked for, each of which finds a page at most, but for the last: how many attachments
/// there are nobody knows.
fn filters(find: &Find) -> Vec<Value> {
    let ids: BTreeSet<_> = find.ids.iter().collect();
    let numbers: BTreeSet<_> = find.numbers.iter().collect();
    let mut single: Vec<Value> = Vec::new();
    let ids: Vec<_> = ids.into_iter().collect();
    single.extend(ids.chunks(PAGE).map(|ids| json!({"id": {"in": ids}})));
    let keys: BTreeSet<_> = numbers.iter().map(|(key, _)| key.as_str()).collect();
    for key in keys {
        let own: Vec<u64> = numbers.iter().filter(|(of, _)| of == key).map(|(_, number)| *number).collect();
        single.extend(own.chunks(PAGE).map(|own| json!({"team": {"key": {"eq": key}}, "number": {"in": own}})));
    }
    let few = find.ids.len() + find.numbers.len() <= PAGE;
    if let Some(prefix) = &find.attached {
        single.push(json!({"attachments": {"some": {"url": {"startsWith": prefix}}}}));
    }
    // Few enough to go into one request; what overflows its page is on the next.
    if few && single.len() > 1 { vec![json!({"or": single})] } else { single }
}

/// Each issue once, in the order in which it was found.
fn once(issues: Vec<Issue>) -> Vec<Issue> {
    let mut seen = BTreeSet::new();
    issues.into_iter().filter(|issue| seen.insert(issue.id.clone())).collect()
}
