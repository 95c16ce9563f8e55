//! From what Linear should say and what it says to a plan of actions.

use std::collections::{BTreeMap, BTreeSet};

use super::base::{Base, Recorded};
use super::block;
use super::changes::{Changes, Edit, EditedValue, Field, NewMilestone, Note, NoteKind, Request, Work};
use super::fields::Merging;
use super::ids;
use super::journal::Sent;
use super::matching::{Home, Link, MOST_GENERATIONS};
use super::merge::Take;
use super::relate::{self, Relations};
use super::touched::evidence;
use super::wanted::{Publication, Wanted, evidence_hash};
use super::words::{counts, listed, priority};
use crate::linear::{
    AttachmentCreate, Issue, IssueCreate, IssueId, Maybe, MilestoneCreate, MilestoneId, Overview, StateType,
};

/// What a person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choices {
    /// Which side wins a conflict.
    pub take: Option<Take>,
    /// Whether what lies in the trash is made anew.
    pub recreate: bool,
    /// Whether an issue that is done in Linear and not here is moved back.
    pub reopen: bool,
}

/// Everything that decides what a sync does.
pub struct Deciding<'a> {
    /// What Linear should say.
    pub publication: &'a Publication,
    /// What it says.
    pub overview: &'a Overview,
    /// Where the plan lives.
    pub home: &'a Home,
    /// Each issue's counterpart, in plan order.
    pub links: &'a [Link],
    /// The values that this machine was about to send.
    pub sent: &'a Sent,
    /// What a person chose.
    pub choices: Choices,
}

/// The commits that Linear shows verdicts of, each once, with an issue that shows it.
pub fn recorded(home: &Home, publication: &Publication, links: &[Link]) -> BTreeMap<String, String> {
    let mut commits = BTreeMap::new();
    for (wanted, link) in publication.issues.iter().zip(links) {
        if let Link::Live { issue, .. } = link
            && let Recorded::Known { commit, .. } = record(home, wanted, issue)
        {
            commits.entry(commit).or_insert_with(|| issue.identifier.raw().to_owned());
        }
    }
    commits
}

fn record(home: &Home, wanted: &Wanted, issue: &Issue) -> Recorded {
    evidence(&home.plan, wanted, issue).map_or(Recorded::Nothing, |ours| Base::recorded(&ours.metadata))
}

impl Deciding<'_> {
    /// The plan of actions.
    pub fn decide(&self) -> Changes {
        let mut changes = Changes { commit: self.publication.commit.clone(), ..Changes::default() };
        let relations = Relations::of(self);
        self.milestones(&mut changes);
        for (wanted, link) in self.publication.issues.iter().zip(self.links) {
            match link {
                Link::Live { issue, ours } => self.live(wanted, issue, *ours, &relations, &mut changes),
                Link::Absent => self.create(wanted, 0, &relations, &mut changes),
                Link::Trashed { next, .. } | Link::Missing { next, .. } if self.choices.recreate => {
                    self.create(wanted, *next, &relations, &mut changes);
                }
                Link::Trashed { issue, .. } => {
                    let text = "lies in Linear's trash; `--recreate` makes it anew".to_owned();
                    changes.notes.push(note(wanted, Some(issue), NoteKind::Left, text));
                }
                Link::Missing { named, .. } => {
                    let text = format!(
                        "Linear has no {named}, or this key cannot see it; take it out of plan.toml to let it be found \
                         or made, or `--recreate` makes it anew"
                    );
                    changes.notes.push(note(wanted, None, NoteKind::Left, text));
                }
            }
        }
        changes
    }

    /// The milestones that the project lacks: of phases with an issue that is, or will be, in Linear.
    fn milestones(&self, changes: &mut Changes) {
        let Some(project) = &self.overview.project else { return };
        for (order, phase) in self.publication.plan.phases.iter().enumerate() {
            let known = project.milestones.iter().any(|milestone| milestone.name.raw() == phase.title);
            if known || phase.issues.is_empty() {
                continue;
            }
            let id = MilestoneId::new(ids::milestone(&project.id.to_string(), &self.home.plan, &phase.id));
            // One of ours that a person renamed is still the phase's.
            if project.milestones.iter().any(|milestone| milestone.id == id) {
                continue;
            }
            let input = MilestoneCreate {
                id,
                project_id: project.id.clone(),
                name: phase.title.clone(),
                sort_order: (order + 1) as f64,
            };
            changes.milestones.push(NewMilestone { phase: phase.id.clone(), input });
        }
    }

    /// The milestone of a phase, whether it is there or about to be made.
    /// The ids of further generations, for who wants it made anew.
    fn spare(&self, wanted: &Wanted, generation: u32) -> Vec<IssueId> {
        let further = if self.choices.recreate { generation + 1..MOST_GENERATIONS } else { 0..0 };
        further.map(|generation| self.home.issue(&wanted.id, generation)).collect()
    }

    pub(super) fn milestone(&self, wanted: &Wanted) -> Option<MilestoneId> {
        let project = self.overview.project.as_ref()?;
        let named = project.milestones.iter().find(|milestone| milestone.name.raw() == wanted.milestone);
        let own = || MilestoneId::new(ids::milestone(&project.id.to_string(), &self.home.plan, &wanted.phase));
        Some(named.map_or_else(own, |milestone| milestone.id.clone()))
    }

    fn create(&self, wanted: &Wanted, generation: u32, relations: &Relations<'_>, changes: &mut Changes) {
        let id = self.home.issue(&wanted.id, generation);
        let team = &self.overview.team;
        let mut input = IssueCreate::new(id.clone(), team.id.clone(), wanted.title.clone());
        let block = block::render(&wanted.lines, &self.publication.commit);
        input.description = Maybe::Set(match wanted.prose.is_empty() {
            true => block,
            false => format!("{}\n\n{block}", wanted.prose),
        });
        input.priority = Maybe::Set(priority(wanted.priority));
        let state = if wanted.tally.all_hold() {
            team.first(&StateType::Completed)
        } else if wanted.begun {
            team.first(&StateType::Started)
        } else {
            None
        };
        input.state_id = Maybe::or_absent(state.map(|state| state.id.clone()));
        let labels: Vec<_> = wanted.labels.iter().filter_map(|name| team.label(name)).collect();
        if !labels.is_empty() {
            input.label_ids = Maybe::Set(labels.iter().map(|label| label.id.clone()).collect());
        }
        if let Some(project) = &self.overview.project {
            input.project_id = Maybe::Set(project.id.clone());
            input.project_milestone_id = Maybe::or_absent(self.milestone(wanted));
        }
        let mut base = Base::new(&wanted.title, wanted.priority.word());
        base.milestone = self.overview.project.as_ref().map(|_| wanted.milestone.clone());
        base.labels = labels.iter().map(|label| label.name.raw().to_owned()).collect();
        base.evidence = evidence_hash(&wanted.evidence);
        let mut fields = vec![
            field("title", None, Some(wanted.title.clone())),
            field("priority", None, Some(wanted.priority.word().to_owned())),
        ];
        fields.extend(state.map(|state| field("state", None, Some(state.name.raw().to_owned()))));
        if !base.labels.is_empty() {
            fields.push(field("labels", None, Some(listed(&base.labels))));
        }
        fields.extend(base.milestone.clone().map(|name| field("milestone", None, Some(name))));
        fields.push(field("block", None, Some(counts(wanted))));
        self.lost_labels(wanted, None, changes);
        let needs = relate::needs(self, relations, wanted, (&id, None), &BTreeSet::new(), changes);
        changes.works.push(Work {
            issue: wanted.id.clone(),
            title: wanted.title.clone(),
            request: Request::Create(Box::new(input)),
            spare: self.spare(wanted, generation),
            fields,
            evidence: self.evidence(wanted, &id),
            id,
            base_unpulled: base.clone(),
            needs_related: needs.related,
            base,
            comment: None,
        });
    }

    fn live(&self, wanted: &Wanted, issue: &Issue, ours: bool, relations: &Relations<'_>, changes: &mut Changes) {
        self.name(wanted, issue, changes);
        let left = match (&issue.archived_at, &issue.state.kind) {
            (Some(_), _) => Some("is archived"),
            (None, StateType::Canceled) => Some("is canceled"),
            (None, StateType::Duplicate) => Some("is a duplicate"),
            _ => None,
        };
        if let Some(left) = left {
            let text = format!("{left} in Linear: nothing is written to it");
            changes.notes.push(note(wanted, Some(issue), NoteKind::Left, text));
            return;
        }
        let base = match record(self.home, wanted, issue) {
            Recorded::Known { base, .. } => Some(*base),
            Recorded::Nothing => None,
            Recorded::Newer(version) => {
                let text = format!("a later trueup wrote its evidence (version {version}): nothing is written to it");
                changes.notes.push(note(wanted, Some(issue), NoteKind::Left, text));
                return;
            }
        };
        let mut merging = Merging::new(self, wanted, issue, base);
        merging.title();
        merging.priority();
        merging.milestone();
        merging.labels();
        merging.block();
        merging.state();
        merging.needs(relations, changes);
        merging.finish(ours, changes);
    }

    /// Writes identifiers back into plan.toml.
    fn name(&self, wanted: &Wanted, issue: &Issue, changes: &mut Changes) {
        let text = |text: Option<&String>| text.cloned().map_or(EditedValue::None, EditedValue::Text);
        let identifier = issue.identifier.raw().to_owned();
        if wanted.linear.as_ref() != Some(&identifier) {
            let (from, to) = (text(wanted.linear.as_ref()), EditedValue::Text(identifier));
            changes.edits.push(Edit { issue: wanted.id.clone(), key: "linear", from, to, pulled: false });
        }
        let id = issue.id.to_string();
        if wanted.linear_id.as_ref().is_none_or(|known| !known.eq_ignore_ascii_case(&id)) {
            let (from, to) = (text(wanted.linear_id.as_ref()), EditedValue::Text(id));
            changes.edits.push(Edit { issue: wanted.id.clone(), key: "linear_id", from, to, pulled: false });
        }
    }

    /// Labels of the plan that the team does not have.
    pub(super) fn lost_labels(&self, wanted: &Wanted, issue: Option<&Issue>, changes: &mut Changes) {
        let unknown: Vec<&str> =
            wanted.labels.iter().map(String::as_str).filter(|name| self.overview.team.label(name).is_none()).collect();
        if !unknown.is_empty() {
            let text = format!("the team has no label {}; make it in Linear first", unknown.join(", "));
            changes.notes.push(note(wanted, issue, NoteKind::Left, text));
        }
    }

    /// The evidence without its metadata, which the base goes into when it is sent.
    pub(super) fn evidence(&self, wanted: &Wanted, id: &IssueId) -> AttachmentCreate {
        let commit: String = self.publication.commit.chars().take(12).collect();
        let mut metadata = serde_json::Map::new();
        let evidence = wanted.evidence.iter().map(|piece| {
            serde_json::json!({
                "task": piece.task, "verdict": piece.verdict, "path": piece.path, "line": piece.line,
                "message": piece.message,
            })
        });
        metadata.insert("evidence".to_owned(), evidence.collect());
        AttachmentCreate {
            issue_id: id.clone(),
            url: ids::address(&self.home.plan, &wanted.id),
            title: format!("trueup: {}", counts(wanted)),
            subtitle: Maybe::Set(format!("at commit {commit}")),
            metadata,
        }
    }
}

pub(super) fn note(wanted: &Wanted, issue: Option<&Issue>, kind: NoteKind, text: String) -> Note {
    let identifier = issue.map(|issue| issue.identifier.raw().to_owned()).or_else(|| wanted.linear.clone());
    Note { issue: wanted.id.clone(), identifier, kind, text }
}

pub(super) fn field(name: &'static str, from: Option<String>, to: Option<String>) -> Field {
    Field { name, from, to }
}
