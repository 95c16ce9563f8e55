//! The plan of actions: what a sync would do, as a plain value that can be shown, tested and refused.

use std::collections::{BTreeMap, BTreeSet};

use crate::linear::{
    AttachmentCreate, Issue, IssueCreate, IssueId, IssueUpdate, MilestoneCreate, RelationCreate, RelationId,
};

use super::base::Base;
use crate::plan::EditValue;

/// Everything that a sync would do.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changes {
    /// The commit whose verdicts are published, 40 hex digits.
    pub commit: String,
    /// Milestones to make.
    pub milestones: Vec<NewMilestone>,
    /// What is written into plan.toml.
    pub edits: Vec<Edit>,
    /// What is done to issues, in plan order.
    pub works: Vec<Work>,
    /// Relations to make and to take away.
    pub relations: Vec<Relate>,
    /// Fields that both sides changed; neither is written.
    pub conflicts: Vec<Conflict>,
    /// What is said and not acted on.
    pub notes: Vec<Note>,
    /// What both sides agree on afterwards, of each issue that was compared.
    pub agreed: BTreeMap<String, Base>,
}

/// A milestone to make for a phase.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMilestone {
    /// The phase.
    pub phase: String,
    /// What is sent.
    pub input: MilestoneCreate,
}

/// A value for plan.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The issue.
    pub issue: String,
    /// Its key there.
    pub key: &'static str,
    /// What stands there now.
    pub from: EditedValue,
    /// What will.
    pub to: EditedValue,
    /// Whether it was edited in Linear; else it is where the issue is found.
    pub pulled: bool,
}

/// A value of plan.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditedValue {
    /// Nothing.
    None,
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
}

impl Edit {
    /// As it would be written into plan.toml.
    pub fn as_toml(&self) -> String {
        format!("{} = {}", self.key, self.value().render())
    }

    /// What is written there.
    pub fn value(&self) -> EditValue {
        match &self.to {
            EditedValue::None => EditValue::Texts(Vec::new()),
            EditedValue::Text(text) => EditValue::Text(text.clone()),
            EditedValue::Texts(texts) => EditValue::Texts(texts.clone()),
        }
    }
}

impl EditedValue {
    /// As it is shown.
    pub fn shown(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Text(text) => Some(text.clone()),
            Self::Texts(texts) => Some(texts.join(", ")),
        }
    }
}

/// What is done to one issue.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// The issue's id in the plan.
    pub issue: String,
    /// Its title.
    pub title: String,
    /// Its id in Linear.
    pub id: IssueId,
    /// What is sent.
    pub request: Request,
    /// Further ids to make it with, when its own turns out to be taken by something that is gone for good.
    pub spare: Vec<IssueId>,
    /// What changes, for the reader.
    pub fields: Vec<Field>,
    /// The evidence, sent in the same request.
    pub evidence: AttachmentCreate,
    /// The base in it, and without what is to be pulled: what is recorded when plan.toml cannot be written.
    pub base: Base,
    /// As `base`, but as if nothing had been pulled.
    pub base_unpulled: Base,
    /// What the issue needs, as agreed on once its relations stand, when that is something else.
    pub needs_related: Option<BTreeSet<String>>,
    /// The comment that goes with it.
    pub comment: Option<Comment>,
}

/// What is sent about an issue.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// It is made.
    Create(Box<IssueCreate>),
    /// It changes.
    Update {
        /// As it was when this was decided.
        seen: Box<Issue>,
        /// Whether it was there before the plan.
        adopted: bool,
        /// Whether it is done in Linear and moved back.
        reopened: bool,
        /// The base that Linear holds.
        recorded: Option<Box<Base>>,
        /// What is sent; nothing, when only the evidence is renewed.
        input: Box<IssueUpdate>,
    },
}

/// A comment, said once for each time that an issue was completed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: crate::linear::CommentId,
    /// Its text.
    pub body: String,
}

/// One line of the plan of actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// `title`, `priority`, `state`, `block`, …
    pub name: &'static str,
    /// What stands there.
    pub from: Option<String>,
    /// What will.
    pub to: Option<String>,
}

/// A relation to make or to take away: `first` comes before `then`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relate {
    /// The plan's id of the issue that comes first.
    pub first: String,
    /// The plan's id of the one that needs it.
    pub then: String,
    /// What is done.
    pub what: RelateWhat,
}

/// What is done about a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelateWhat {
    /// It is made.
    Make(RelationCreate),
    /// It is taken away.
    Remove(RelationId),
}

/// A field that both sides changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The plan's issue.
    pub issue: String,
    /// Its identifier in Linear.
    pub identifier: Option<String>,
    /// Which field.
    pub field: &'static str,
    /// What both sides last agreed on.
    pub base: Option<String>,
    /// What the plan says.
    pub plan: Option<String>,
    /// What Linear says.
    pub linear: Option<String>,
    /// What can be done beside `--take`.
    pub help: Option<&'static str>,
}

/// Something that is said and not acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The plan's issue.
    pub issue: String,
    /// Its identifier in Linear.
    pub identifier: Option<String>,
    /// What kind.
    pub kind: NoteKind,
    /// What, a fragment.
    pub text: String,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// Done in Linear, not in the repository.
    Drift,
    /// A person ticked or wrote in the block.
    Claim,
    /// The issue is left as it is.
    Left,
}

impl NoteKind {
    /// The word of the JSON contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::Drift => "drift",
            Self::Claim => "claim",
            Self::Left => "left",
        }
    }
}

impl Changes {
    /// Whether nothing would be written, neither in Linear nor in plan.toml.
    pub fn is_empty(&self) -> bool {
        self.milestones.is_empty() && self.edits.is_empty() && self.works.is_empty() && self.relations.is_empty()
    }

    /// How many issues would be made.
    pub fn creates(&self) -> usize {
        self.works.iter().filter(|work| matches!(work.request, Request::Create(_))).count()
    }
}
