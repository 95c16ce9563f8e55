//! What the stand-in holds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use uuid::Uuid;

use super::markdown::Manner;

/// A workflow state.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Its id.
    pub id: Uuid,
    /// The team's word for it.
    pub name: String,
    /// Linear's word for what it means.
    pub kind: String,
    /// Its place.
    pub position: f64,
}

/// A team.
#[derive(Debug, Clone, PartialEq)]
pub struct Team {
    /// Its id.
    pub id: Uuid,
    /// What identifiers begin with.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its states, in no order.
    pub states: Vec<State>,
    /// The state of a new issue.
    pub default_state: Uuid,
    /// The number of the next issue.
    pub next_number: u64,
}

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its team; the workspace's without.
    pub team: Option<Uuid>,
    /// Whether it groups others.
    pub is_group: bool,
}

/// A milestone.
#[derive(Debug, Clone, PartialEq)]
pub struct Milestone {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its place.
    pub sort_order: f64,
}

/// A project.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The teams that it belongs to.
    pub teams: Vec<Uuid>,
    /// Its milestones.
    pub milestones: Vec<Milestone>,
}

/// An attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its id.
    pub id: Uuid,
    /// What it points at.
    pub url: String,
    /// What it is called.
    pub title: String,
    /// The line below.
    pub subtitle: Option<String>,
    /// What its maker stored.
    pub metadata: Map<String, Value>,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: Uuid,
    /// Its text.
    pub body: String,
}

/// A relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its id.
    pub id: Uuid,
    /// Linear's word for what it says.
    pub kind: String,
    /// Of which issue.
    pub issue: Uuid,
    /// To which issue.
    pub related: Uuid,
}

/// An issue.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// Its id.
    pub id: Uuid,
    /// Its team.
    pub team: Uuid,
    /// Its number in the team.
    pub number: u64,
    /// What it was called before.
    pub previous_identifiers: Vec<String>,
    /// Its title.
    pub title: String,
    /// Its text, as it is given back.
    pub description: Option<String>,
    /// 0 to 4.
    pub priority: u8,
    /// Its state.
    pub state: Uuid,
    /// Its labels.
    pub labels: Vec<Uuid>,
    /// Its project.
    pub project: Option<Uuid>,
    /// Its milestone.
    pub milestone: Option<Uuid>,
    /// When it was archived.
    pub archived_at: Option<String>,
    /// Whether it lies in the trash.
    pub trashed: bool,
    /// When it was completed.
    pub completed_at: Option<String>,
    /// When it was canceled.
    pub canceled_at: Option<String>,
    /// When it changed last.
    pub updated_at: String,
    /// Its attachments.
    pub attachments: Vec<Attachment>,
    /// Its comments.
    pub comments: Vec<Comment>,
    /// Reads that do not find it yet.
    pub(super) unseen_for: u32,
}

/// The rate limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Requests within an hour.
    pub requests: u64,
    /// Points within an hour.
    pub points: u64,
}

/// A workspace. Everything that people may do to it is a method.
#[derive(Debug, Clone, PartialEq)]
pub struct Workspace {
    /// Its id.
    pub organization: Uuid,
    /// Its name in URLs.
    pub url_key: String,
    /// The key that it accepts.
    pub key: String,
    /// Whether it pays.
    pub subscribed: bool,
    /// As many issues that are not archived as it can hold; completed ones count.
    pub issue_limit: Option<usize>,
    /// Its rate limits.
    pub limits: Limits,
    /// How descriptions come back.
    pub manner: Manner,
    /// For how many reads a new issue is not found by those who read.
    pub lag: u32,
    /// Whether an issue is found by an identifier that it had before.
    pub finds_previous_identifiers: bool,
    /// Ids that are taken although nothing is found by them.
    pub phantoms: BTreeSet<Uuid>,
    /// Its teams.
    pub teams: Vec<Team>,
    /// Its labels.
    pub labels: Vec<Label>,
    /// Its projects.
    pub projects: Vec<Project>,
    /// Its issues, the oldest first.
    pub issues: Vec<Issue>,
    /// The relations of its issues.
    pub relations: Vec<Relation>,
    /// What time it is, in milliseconds since 1970.
    pub now_ms: i64,
    /// Requests and points of this hour, and when it ends.
    pub(super) spent: (u64, f64, i64),
    pub(super) ids: u64,
}

/// When a workspace begins unless told otherwise: 2026-11-02T08:00:00Z.
pub const BEGINNING_MS: i64 = 1_793_606_400_000;

/// An hour.
const HOUR_MS: i64 = 3_600_000;

impl Default for Workspace {
    fn default() -> Self {
        Self::new(BEGINNING_MS)
    }
}

impl Workspace {
    /// An empty workspace of the free plan, without a limit of issues unless one is set.
    pub fn new(now_ms: i64) -> Self {
        let mut workspace = Self {
            organization: Uuid::nil(),
            url_key: "twin".to_owned(),
            key: "lin_api_twin".to_owned(),
            subscribed: false,
            issue_limit: None,
            limits: Limits { requests: 2_500, points: 3_000_000 },
            manner: Manner { keeps_comments: false, wraps_identifiers: true, curls_quotes: false },
            lag: 0,
            finds_previous_identifiers: false,
            phantoms: BTreeSet::new(),
            teams: Vec::new(),
            labels: Vec::new(),
            projects: Vec::new(),
            issues: Vec::new(),
            relations: Vec::new(),
            now_ms,
            spent: (0, 0.0, now_ms + HOUR_MS),
            ids: 0,
        };
        workspace.organization = workspace.fresh_id();
        workspace
    }

    /// An id that no thing has; the same ones in the same order in each workspace.
    pub fn fresh_id(&mut self) -> Uuid {
        self.ids += 1;
        let mut bytes = [0x7a; 16];
        bytes.iter_mut().rev().zip(self.ids.to_le_bytes()).for_each(|(byte, own)| *byte = own);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// A team with states of its own words: their names say nothing, and their order is not that of their places.
    pub fn add_team(&mut self, key: &str, name: &str) -> Uuid {
        const STATES: [(&str, &str, f64); 9] = [
            ("Fertig, aber nicht deployed", "completed", 412.5),
            ("Idee", "backlog", -3.0),
            ("Erledigt", "completed", 400.25),
            ("Läuft", "started", 77.0),
            ("In Review", "started", 310.0),
            ("Kommt dran", "unstarted", 12.0),
            ("Verworfen", "canceled", 500.0),
            ("Doppelt", "duplicate", 501.0),
            ("Neu", "triage", -100.0),
        ];
        let states: Vec<State> = STATES
            .into_iter()
            .map(|(name, kind, position)| State {
                id: self.fresh_id(),
                name: name.to_owned(),
                kind: kind.to_owned(),
                position,
            })
            .collect();
        let default_state = states.iter().find(|s| s.kind == "backlog").map_or(Uuid::nil(), |s| s.id);
        let id = self.fresh_id();
        let (key, name) = (key.to_owned(), name.to_owned());
        self.teams.push(Team { id, key, name, states, default_state, next_number: 1 });
        id
    }

    /// A label of a team, or of the workspace.
    pub fn add_label(&mut self, team: Option<Uuid>, name: &str) -> Uuid {
        let id = self.fresh_id();
        self.labels.push(Label { id, name: name.to_owned(), team, is_group: false });
        id
    }

    /// A project of a team.
    pub fn add_project(&mut self, team: Uuid, name: &str) -> Uuid {
        let id = self.fresh_id();
        self.projects.push(Project { id, name: name.to_owned(), teams: vec![team], milestones: Vec::new() });
        id
    }

    /// A team by key or id.
    pub fn team(&self, key_or_id: &str) -> Option<&Team> {
        let id = Uuid::try_parse(key_or_id).ok();
        self.teams.iter().find(|team| team.key == key_or_id || Some(team.id) == id)
    }

    /// The first state of a type of a team.
    pub fn state(&self, team: Uuid, kind: &str) -> Option<Uuid> {
        let team = self.teams.iter().find(|one| one.id == team)?;
        let of_kind = team.states.iter().filter(|state| state.kind == kind);
        of_kind.min_by(|a, b| a.position.total_cmp(&b.position)).map(|state| state.id)
    }

    /// What an issue is called.
    pub fn identifier(&self, issue: &Issue) -> String {
        let key = self.teams.iter().find(|team| team.id == issue.team).map_or("?", |team| team.key.as_str());
        format!("{key}-{}", issue.number)
    }

    /// An issue by id or by what it is called now.
    pub fn issue(&self, id_or_identifier: &str) -> Option<&Issue> {
        let id = Uuid::try_parse(id_or_identifier).ok();
        self.issues.iter().find(|issue| match id {
            Some(id) => issue.id == id,
            None => self.identifier(issue).eq_ignore_ascii_case(id_or_identifier),
        })
    }

    /// An issue to change.
    pub(super) fn issue_mut(&mut self, id_or_identifier: &str) -> Option<&mut Issue> {
        let id = self.issue(id_or_identifier)?.id;
        self.issues.iter_mut().find(|issue| issue.id == id)
    }

    /// Issues that count towards the limit.
    pub fn unarchived(&self) -> usize {
        self.issues.iter().filter(|issue| issue.archived_at.is_none()).count()
    }

    /// Whether a state is of a type.
    pub(super) fn kind_of(&self, state: Uuid) -> &str {
        self.teams.iter().flat_map(|team| &team.states).find(|one| one.id == state).map_or("", |one| one.kind.as_str())
    }

    /// Everything by id, to see whether one is taken.
    pub(super) fn is_taken(&self, id: Uuid) -> bool {
        self.phantoms.contains(&id)
            || self.relations.iter().any(|relation| relation.id == id)
            || self.projects.iter().flat_map(|project| &project.milestones).any(|one| one.id == id)
            || self.issues.iter().any(|issue| issue.id == id || issue.comments.iter().any(|one| one.id == id))
    }

    /// Lets time pass. The hour of the rate limits begins anew when it is over.
    pub fn advance(&mut self, ms: i64) {
        self.now_ms = self.now_ms.saturating_add(ms);
        if self.now_ms >= self.spent.2 {
            self.spent = (0, 0.0, self.now_ms + HOUR_MS);
        }
    }

    /// Requests and points of this hour.
    pub fn spent(&self) -> (u64, f64) {
        (self.spent.0, self.spent.1)
    }

    /// What time it is, as Linear writes it.
    pub(super) fn now(&self) -> String {
        jiff::Timestamp::from_millisecond(self.now_ms).map_or_else(|_| String::new(), |now| format!("{now:.3}"))
    }

    /// The counts of issues that are not archived, by team.
    pub(super) fn counts(&self) -> BTreeMap<Uuid, usize> {
        let mut counts = BTreeMap::new();
        for issue in self.issues.iter().filter(|issue| issue.archived_at.is_none()) {
            *counts.entry(issue.team).or_insert(0) += 1;
        }
        counts
    }
}
