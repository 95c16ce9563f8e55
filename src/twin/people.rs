//! What people do in Linear meanwhile.

use uuid::Uuid;

use super::markdown;
use super::workspace::{Attachment, Issue, Relation, Workspace};

/// There is nothing by that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {what} `{name}`")]
pub struct NotThere {
    /// What was looked for.
    pub what: &'static str,
    /// By which name.
    pub name: String,
}

fn not_there(what: &'static str, name: &str) -> NotThere {
    NotThere { what, name: name.to_owned() }
}

impl Workspace {
    /// Somebody makes an issue in a team's default state.
    pub fn add_issue(&mut self, team: &str, title: &str) -> Result<Uuid, NotThere> {
        let id = self.fresh_id();
        let now = self.now();
        let team = self.team(team).ok_or_else(|| not_there("team", team))?.id;
        let own = self.teams.iter_mut().find(|one| one.id == team).ok_or_else(|| not_there("team", ""))?;
        let number = own.next_number;
        own.next_number += 1;
        let state = own.default_state;
        self.issues.push(Issue {
            id,
            team,
            number,
            previous_identifiers: Vec::new(),
            title: title.to_owned(),
            description: None,
            priority: 0,
            state,
            labels: Vec::new(),
            project: None,
            milestone: None,
            archived_at: None,
            trashed: false,
            completed_at: None,
            canceled_at: None,
            updated_at: now,
            attachments: Vec::new(),
            comments: Vec::new(),
            unseen_for: 0,
        });
        Ok(id)
    }

    /// Somebody changes an issue; its time of change is renewed.
    pub fn edit(&mut self, issue: &str, change: impl FnOnce(&mut Issue)) -> Result<(), NotThere> {
        self.advance(1_000);
        let now = self.now();
        let found = self.issue_mut(issue).ok_or_else(|| not_there("issue", issue))?;
        change(found);
        found.updated_at = now;
        Ok(())
    }

    /// Somebody writes another title.
    pub fn retitle(&mut self, issue: &str, title: &str) -> Result<(), NotThere> {
        self.edit(issue, |issue| issue.title = title.to_owned())
    }

    /// Somebody sets the priority, 0 to 4.
    pub fn prioritise(&mut self, issue: &str, priority: u8) -> Result<(), NotThere> {
        self.edit(issue, |issue| issue.priority = priority)
    }

    /// Somebody edits the description: it is given as it was last returned, and the new one is rewritten as any.
    pub fn describe(&mut self, issue: &str, edit: impl FnOnce(&str) -> String) -> Result<(), NotThere> {
        let manner = self.manner;
        self.edit(issue, |issue| {
            let edited = edit(issue.description.as_deref().unwrap_or_default());
            issue.description = Some(markdown::rewritten(&edited, manner)).filter(|text| !text.is_empty());
        })
    }

    /// Somebody ticks, or unticks, the first box whose line holds `text`.
    pub fn tick(&mut self, issue: &str, text: &str, ticked: bool) -> Result<(), NotThere> {
        let before = self.issue(issue).and_then(|one| one.description.clone()).unwrap_or_default();
        let (from, to) = if ticked { ("[ ]", "[X]") } else { ("[X]", "[ ]") };
        let is_box = |line: &&str| line.contains(text) && line.contains(from);
        let line = before.lines().find(is_box).ok_or_else(|| not_there("box", text))?;
        let edited = before.replacen(line, &line.replacen(from, to, 1), 1);
        self.edit(issue, |issue| issue.description = Some(edited))
    }

    /// Somebody moves an issue to the team's first state of a type, such as `completed` or `canceled`.
    pub fn set_state(&mut self, issue: &str, kind: &str) -> Result<(), NotThere> {
        let team = self.issue(issue).ok_or_else(|| not_there("issue", issue))?.team;
        let state = self.state(team, kind).ok_or_else(|| not_there("state", kind))?;
        self.advance(1_000);
        let now = self.now();
        let kind = kind.to_owned();
        self.edit(issue, |issue| enter(issue, state, &kind, &now))
    }

    /// Somebody puts a label on.
    pub fn put_label(&mut self, issue: &str, label: Uuid) -> Result<(), NotThere> {
        self.edit(issue, |issue| issue.labels.push(label))
    }

    /// Somebody archives an issue. Its time of change stays as it was.
    pub fn archive(&mut self, issue: &str) -> Result<(), NotThere> {
        let now = self.now();
        let found = self.issue_mut(issue).ok_or_else(|| not_there("issue", issue))?;
        found.archived_at = Some(now);
        Ok(())
    }

    /// Somebody takes an issue out of the archive or the trash.
    pub fn restore(&mut self, issue: &str) -> Result<(), NotThere> {
        let found = self.issue_mut(issue).ok_or_else(|| not_there("issue", issue))?;
        found.archived_at = None;
        found.trashed = false;
        Ok(())
    }

    /// Somebody puts an issue into the trash.
    pub fn trash(&mut self, issue: &str) -> Result<(), NotThere> {
        self.archive(issue)?;
        self.edit(issue, |issue| issue.trashed = true)
    }

    /// The trash is emptied: the issue is found no more, and its id stays taken.
    pub fn erase(&mut self, issue: &str) -> Result<(), NotThere> {
        let id = self.issue(issue).ok_or_else(|| not_there("issue", issue))?.id;
        self.issues.retain(|one| one.id != id);
        self.relations.retain(|one| one.issue != id && one.related != id);
        self.phantoms.insert(id);
        Ok(())
    }

    /// Somebody moves an issue to another team: it gets a number and a state there, loses the old team's labels, and
    /// remembers what it was called.
    pub fn move_to(&mut self, issue: &str, team: &str) -> Result<(), NotThere> {
        let found = self.issue(issue).ok_or_else(|| not_there("issue", issue))?;
        let (id, former) = (found.id.to_string(), self.identifier(found));
        let kind = self.kind_of(found.state).to_owned();
        let to = self.team(team).ok_or_else(|| not_there("team", team))?.id;
        let own = self.teams.iter_mut().find(|one| one.id == to).ok_or_else(|| not_there("team", team))?;
        let number = own.next_number;
        own.next_number += 1;
        let default = own.default_state;
        let state = self.state(to, &kind).unwrap_or(default);
        let keeps = |label: &Uuid| self.labels.iter().any(|one| one.id == *label && one.team.is_none_or(|of| of == to));
        let labels = self.issue(&id).map(|one| one.labels.iter().copied().filter(keeps).collect()).unwrap_or_default();
        self.edit(&id, |issue| {
            issue.team = to;
            issue.number = number;
            issue.state = state;
            issue.labels = labels;
            issue.previous_identifiers.push(former);
        })
    }

    /// Somebody renames a team's key: all its issues are called anew, and remember what they were called.
    pub fn rename_team(&mut self, key: &str, to: &str) -> Result<(), NotThere> {
        let team = self.team(key).ok_or_else(|| not_there("team", key))?.id;
        for issue in self.issues.iter_mut().filter(|issue| issue.team == team) {
            issue.previous_identifiers.push(format!("{key}-{}", issue.number));
        }
        for own in self.teams.iter_mut().filter(|own| own.id == team) {
            own.key = to.to_owned();
        }
        Ok(())
    }

    /// Somebody relates two issues; what the pair had is replaced.
    pub fn relate(&mut self, issue: Uuid, kind: &str, related: Uuid) -> Uuid {
        let id = self.fresh_id();
        self.put_relation(Relation { id, kind: kind.to_owned(), issue, related });
        id
    }

    /// Puts a relation in place of the one of its pair.
    pub(super) fn put_relation(&mut self, new: Relation) {
        let pair = |one: &Relation| {
            (one.issue == new.issue && one.related == new.related)
                || (one.issue == new.related && one.related == new.issue)
        };
        self.relations.retain(|one| !pair(one));
        self.relations.push(new);
    }

    /// Somebody, or a pull request, attaches something.
    pub fn add_attachment(&mut self, issue: &str, url: &str) -> Result<Uuid, NotThere> {
        let id = self.fresh_id();
        let (url, title) = (url.to_owned(), url.to_owned());
        let new = Attachment { id, url, title, subtitle: None, metadata: serde_json::Map::new() };
        self.edit(issue, |issue| issue.attachments.push(new))?;
        Ok(id)
    }
}

/// Puts an issue into a state, and keeps the times that go with it.
pub(super) fn enter(issue: &mut Issue, state: Uuid, kind: &str, now: &str) {
    issue.state = state;
    issue.completed_at = (kind == "completed").then(|| issue.completed_at.take().unwrap_or_else(|| now.to_owned()));
    let gone = matches!(kind, "canceled" | "duplicate");
    issue.canceled_at = gone.then(|| issue.canceled_at.take().unwrap_or_else(|| now.to_owned()));
}
