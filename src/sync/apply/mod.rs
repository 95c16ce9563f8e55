//! Doing what a plan of actions says. With looking first, the only part of this room that calls Linear.
//!
//! The order is what makes it safe to be stopped anywhere. What is pulled goes into plan.toml before Linear records
//! it as agreed; a comment goes before the move that it explains; a relation is recorded as agreed only once it
//! stands. Everything that is made has an id that follows from what it is, so that a repeat makes nothing twice.

mod look;
mod request;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

pub use look::{Look, LookError, look};
use request::{evidence, is_of_one_issue, is_only_evidence, says_the_same};

use crate::linear::{Attachment, Client, CommentCreate, Error, Find, Issue, IssueId};
use crate::sync::base::{Base, Recorded};
use crate::sync::block::{self, Found};
use crate::sync::changes::{Changes, Edit, EditedValue, RelateWhat, Request, Work};

/// Issues that are read again at a time, just before they are changed.
const READ_AGAIN: usize = 10;

/// What a sync did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Applied {
    /// The plan's ids of the issues that were made or changed.
    pub done: Vec<String>,
    /// The plan's ids of the issues that the workspace has no room for.
    pub parked: Vec<String>,
    /// What Linear said about the room.
    pub limit: Option<Error>,
    /// Issues that somebody changed between the plan of actions and its execution; they are left for the next sync.
    pub overtaken: Vec<String>,
    /// What went wrong with single issues: the plan's id, and why.
    pub failed: Vec<(String, Error)>,
    /// Issues whose evidence did not come back as it was sent.
    pub unkept: Vec<String>,
    /// What ended the sync before it was done.
    pub stopped: Option<Error>,
    /// Whether it was told to stop before it was done.
    pub told_to_stop: bool,
    /// Edits that could not be written into plan.toml, and why.
    pub unwritten: Option<(Vec<Edit>, String)>,
    /// The issues that were made, by the plan's ids.
    pub made: BTreeMap<String, Issue>,
    /// The base that Linear holds of each issue, as far as this sync knows.
    pub written: BTreeMap<String, Base>,
    /// The newest answer about each issue.
    pub latest: BTreeMap<IssueId, Issue>,
}

impl Applied {
    /// Whether everything was done but for the issues that there is no room for, and for identifiers that plan.toml
    /// could not be told: they are found without.
    pub fn is_whole(&self) -> bool {
        self.stopped.is_none()
            && !self.told_to_stop
            && self.overtaken.is_empty()
            && self.failed.is_empty()
            && self.unkept.is_empty()
            && !self.unwritten.iter().flat_map(|(edits, _)| edits).any(|edit| edit.pulled)
    }
}

/// A step of a sync, said as it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Going {
    /// How many requests that write are done.
    pub done: usize,
    /// How many there are.
    pub all: usize,
    /// The plan's id of the issue at hand.
    pub issue: String,
}

/// Writes into plan.toml; answers which edits it could not write, and why.
pub type WritePlan<'a> = &'a mut dyn FnMut(&[Edit]) -> Result<(), (Vec<Edit>, String)>;

/// Is told of each step before it is done, and says whether to go on. Told to stop, a sync leaves a state from which the
/// next one goes on.
pub type GoOn<'a> = &'a mut dyn FnMut(&Going) -> ControlFlow<()>;

/// What ended a sync before its end.
enum End {
    /// It was told to stop.
    Told,
    /// Something went wrong.
    Failed(Error),
}

impl From<Error> for End {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Does what a plan of actions says. `going` is called before each step.
pub fn apply(client: &Client, changes: &Changes, write: WritePlan<'_>, going: GoOn<'_>) -> Applied {
    let all = changes.works.len() + changes.relations.len() + changes.milestones.len();
    let mut applying = Applying {
        client,
        changes,
        applied: Applied::default(),
        pulled: true,
        related: BTreeSet::new(),
        all,
        count: 0,
        going,
    };
    let (pulled, named): (Vec<Edit>, Vec<Edit>) = changes.edits.iter().cloned().partition(|edit| edit.pulled);
    let mut unwritten: Vec<Edit> = Vec::new();
    let mut why = String::new();
    let mut put = |edits: Vec<Edit>| match if edits.is_empty() { Ok(()) } else { write(&edits) } {
        Ok(()) => true,
        Err((left, error)) => {
            unwritten.extend(left);
            why = error;
            false
        }
    };
    applying.pulled = put(pulled);
    match applying.run() {
        Ok(()) => {}
        Err(End::Told) => applying.applied.told_to_stop = true,
        Err(End::Failed(error)) => applying.applied.stopped = Some(error),
    }
    // Identifiers come last and come in any case: what was made is linked even if the rest was not done.
    let mut named = named;
    named.extend(applying.identifiers());
    put(named);
    let mut applied = applying.applied;
    if !unwritten.is_empty() {
        applied.unwritten = Some((unwritten, why));
    }
    applied
}

struct Applying<'a> {
    client: &'a Client,
    changes: &'a Changes,
    applied: Applied,
    pulled: bool,
    related: BTreeSet<(String, String)>,
    all: usize,
    count: usize,
    going: GoOn<'a>,
}

impl<'a> Applying<'a> {
    fn step(&mut self, issue: &str) -> Result<(), End> {
        let going = (self.going)(&Going { done: self.count, all: self.all, issue: issue.to_owned() });
        self.count += 1;
        if going.is_break() { Err(End::Told) } else { Ok(()) }
    }

    fn run(&mut self) -> Result<(), End> {
        let changes = self.changes;
        for milestone in &changes.milestones {
            self.step(&milestone.phase)?;
            self.client.create_milestone(&milestone.input)?;
        }
        let is_create = |work: &&Work| matches!(work.request, Request::Create(_));
        let updates: Vec<&Work> = changes.works.iter().filter(|work| !is_create(work)).collect();
        for works in updates.chunks(READ_AGAIN) {
            self.updates(works)?;
        }
        for work in changes.works.iter().filter(is_create) {
            self.create(work)?;
        }
        self.relations()?;
        for work in &changes.works {
            self.record_relations(work)?;
        }
        Ok(())
    }

    /// An error of one issue is kept and the rest goes on; any other ends the sync.
    fn of_one<T>(&mut self, issue: &str, result: Result<T, Error>) -> Result<Option<T>, Error> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) if is_of_one_issue(&error) => {
                self.applied.failed.push((issue.to_owned(), error));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn updates(&mut self, works: &[&Work]) -> Result<(), End> {
        let changing = works.iter().filter(|work| !is_only_evidence(work)).map(|work| work.id.clone());
        let find = Find::ids(changing);
        // Linear has no way to change an issue only if nobody else did: it is looked at just before.
        let now = if find.is_empty() { Vec::new() } else { self.client.issues(&find)? };
        for work in works {
            let Request::Update { seen, .. } = &work.request else { continue };
            let overtaken =
                !is_only_evidence(work) && !now.iter().any(|now| now.id == work.id && says_the_same(now, seen));
            if overtaken {
                self.applied.overtaken.push(work.issue.clone());
                continue;
            }
            self.update(work)?;
        }
        Ok(())
    }

    fn update(&mut self, work: &Work) -> Result<(), End> {
        let Request::Update { input, recorded, .. } = &work.request else { return Ok(()) };
        let base = self.base(work);
        if input.is_empty() && recorded.as_deref() == Some(&base) {
            self.applied.written.insert(work.issue.clone(), base);
            return Ok(());
        }
        self.step(&work.issue)?;
        if let Some(comment) = &work.comment {
            let comment =
                CommentCreate { id: comment.id.clone(), issue_id: work.id.clone(), body: comment.body.clone() };
            let said = self.client.comment(&comment);
            if self.of_one(&work.issue, said)?.is_none() {
                return Ok(());
            }
        }
        let evidence = evidence(work, &base, &self.changes.commit)?;
        if input.is_empty() {
            let written = self.client.attach(&evidence);
            if let Some(written) = self.of_one(&work.issue, written)? {
                self.kept(work, &base, &written);
                self.applied.written.insert(work.issue.clone(), base);
                self.applied.done.push(work.issue.clone());
            }
            return Ok(());
        }
        let written = self.client.update_issue_with_evidence(&work.id, input, &evidence);
        let Some(written) = self.of_one(&work.issue, written)? else { return Ok(()) };
        self.kept(work, &base, &written.evidence);
        Ok(self.after(work, base, written.issue)?)
    }

    fn create(&mut self, work: &Work) -> Result<(), End> {
        let Request::Create(input) = &work.request else { return Ok(()) };
        if self.applied.limit.is_some() {
            self.applied.parked.push(work.issue.clone());
            return Ok(());
        }
        self.step(&work.issue)?;
        let base = self.base(work);
        let mut evidence = evidence(work, &base, &self.changes.commit)?;
        let mut input = input.clone();
        let mut spare = work.spare.iter();
        let created = loop {
            match (self.client.create_issue_with_evidence(&input, &evidence), spare.next()) {
                (Err(Error::PhantomConflict { .. }), Some(id)) => {
                    input.id = id.clone();
                    evidence.issue_id = id.clone();
                }
                (created, _) => break created,
            }
        };
        let created = match created {
            Err(error @ Error::UsageLimit { .. }) => {
                self.applied.limit = Some(error);
                self.applied.parked.push(work.issue.clone());
                return Ok(());
            }
            created => self.of_one(&work.issue, created)?,
        };
        let Some((created, attached)) = created else { return Ok(()) };
        let issue = created.issue;
        if issue.trashed || issue.archived_at.is_some() {
            // Somebody put it away in the meantime.
            self.applied.overtaken.push(work.issue.clone());
            return Ok(());
        }
        self.applied.made.insert(work.issue.clone(), issue.clone());
        match attached {
            Some(attached) => self.kept(work, &base, &attached),
            // It was made before, and its evidence not written. What a person changed since is merged next time.
            None if issue.title.raw() == input.title => {
                let attached = self.client.attach(&evidence)?;
                self.kept(work, &base, &attached);
            }
            None => {
                self.applied.overtaken.push(work.issue.clone());
                return Ok(());
            }
        }
        Ok(self.after(work, base, issue)?)
    }

    /// Looks at what came back. A block that Linear rewrote in a way that nobody knew of is remembered as it came
    /// back, so that it is not taken for a person's edit.
    fn after(&mut self, work: &Work, mut base: Base, issue: Issue) -> Result<(), Error> {
        let description = issue.description.as_ref().map(|text| text.raw()).unwrap_or_default();
        if let Found::Block(found) = block::find(description)
            && !found.is_certified()
            && found.seal.is_some()
            && base.returned.as_ref() != Some(&found.bytes)
        {
            base.returned = Some(found.bytes);
            let mut evidence = evidence(work, &base, &self.changes.commit)?;
            evidence.issue_id = issue.id.clone();
            let attached = self.client.attach(&evidence)?;
            self.kept(work, &base, &attached);
        }
        self.applied.written.insert(work.issue.clone(), base);
        self.applied.latest.insert(issue.id.clone(), issue);
        self.applied.done.push(work.issue.clone());
        Ok(())
    }

    fn kept(&mut self, work: &Work, base: &Base, attached: &Attachment) {
        let kept = matches!(
            Base::recorded(&attached.metadata),
            Recorded::Known { commit, base: read } if commit == self.changes.commit && *read == *base
        );
        if !kept && !self.applied.unkept.contains(&work.issue) {
            self.applied.unkept.push(work.issue.clone());
        }
    }

    fn base(&self, work: &Work) -> Base {
        if self.pulled { work.base.clone() } else { work.base_unpulled.clone() }
    }

    /// Whether an issue of the plan is in Linear and was not left out of this sync.
    fn is_there(&self, issue: &str) -> bool {
        let created =
            self.changes.works.iter().any(|work| work.issue == issue && matches!(work.request, Request::Create(_)));
        !self.applied.overtaken.iter().any(|one| one == issue) && (!created || self.applied.made.contains_key(issue))
    }

    fn relations(&mut self) -> Result<(), End> {
        let changes = self.changes;
        for relation in &changes.relations {
            if !(self.is_there(&relation.first) && self.is_there(&relation.then)) {
                continue;
            }
            self.step(&relation.then)?;
            let result = match &relation.what {
                RelateWhat::Make(input) => {
                    let mut input = input.clone();
                    // What was made may have got another id than it was to have.
                    let made = |issue: &str| self.applied.made.get(issue).map(|issue| issue.id.clone());
                    input.issue_id = made(&relation.first).unwrap_or(input.issue_id);
                    input.related_issue_id = made(&relation.then).unwrap_or(input.related_issue_id);
                    self.client.relate(&input).map(drop)
                }
                RelateWhat::Remove(id) => self.client.unrelate(id),
            };
            if self.of_one(&relation.then, result)?.is_some() {
                self.related.insert((relation.first.clone(), relation.then.clone()));
            }
        }
        Ok(())
    }

    /// Records the relations of an issue as agreed on, those that stand now.
    fn record_relations(&mut self, work: &Work) -> Result<(), Error> {
        let Some(related) = &work.needs_related else { return Ok(()) };
        // What was not written is not agreed on.
        let Some(mut base) = self.applied.written.get(&work.issue).cloned() else { return Ok(()) };
        let is_done = |first: &&String| self.related.contains(&((*first).clone(), work.issue.clone()));
        let removed: BTreeSet<String> = base.needs.difference(related).filter(is_done).cloned().collect();
        let added: BTreeSet<String> = related.difference(&base.needs).filter(is_done).cloned().collect();
        if removed.is_empty() && added.is_empty() {
            return Ok(());
        }
        let before = base.text("needs");
        base.needs.retain(|first| !removed.contains(first));
        base.needs.extend(added);
        base.replaces("needs", before);
        let mut evidence = evidence(work, &base, &self.changes.commit)?;
        if let Some(made) = self.applied.made.get(&work.issue) {
            evidence.issue_id = made.id.clone();
        }
        let attached = self.client.attach(&evidence);
        if let Some(attached) = self.of_one(&work.issue, attached)? {
            self.kept(work, &base, &attached);
            self.applied.written.insert(work.issue.clone(), base);
            if !self.applied.done.contains(&work.issue) {
                self.applied.done.push(work.issue.clone());
            }
        }
        Ok(())
    }

    /// What plan.toml is told of the issues that were made.
    fn identifiers(&self) -> Vec<Edit> {
        let mut edits = Vec::new();
        for (plan, issue) in &self.applied.made {
            for (key, value) in [("linear", issue.identifier.raw().to_owned()), ("linear_id", issue.id.to_string())] {
                let (from, to) = (EditedValue::None, EditedValue::Text(value));
                edits.push(Edit { issue: plan.clone(), key, from, to, pulled: false });
            }
        }
        edits
    }
}
