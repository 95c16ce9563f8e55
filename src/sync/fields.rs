//! The fields of one issue, merged one by one.

use std::collections::BTreeSet;

use super::base::{Base, joined, split};
use super::block::{self, Found};
use super::changes::{Changes, Comment, Conflict, Edit, EditedValue, Field, Note, NoteKind, Request, Work};
use super::decide::{Deciding, field, note};
use super::ids;
use super::merge::{self, Step, Take};
use super::relate::{self, Relations};
use super::touched;
use super::wanted::{Wanted, evidence_hash};
use super::words::{self, counts, listed, priority, reopened, word};
use crate::linear::{CommentId, Issue, IssueUpdate, Maybe, State, StateType};

/// One issue's fields while they are merged.
pub(super) struct Merging<'a> {
    deciding: &'a Deciding<'a>,
    wanted: &'a Wanted,
    issue: &'a Issue,
    base: Option<Base>,
    next: Base,
    unpulled: Base,
    input: IssueUpdate,
    fields: Vec<Field>,
    edits: Vec<Edit>,
    conflicts: Vec<Conflict>,
    notes: Vec<Note>,
    comment: Option<Comment>,
    reopened: bool,
    lost_labels: bool,
    needs_related: Option<BTreeSet<String>>,
}

impl<'a> Merging<'a> {
    pub fn new(deciding: &'a Deciding<'a>, wanted: &'a Wanted, issue: &'a Issue, base: Option<Base>) -> Self {
        let mut next = Base::new(&wanted.title, wanted.priority.word());
        next.evidence = evidence_hash(&wanted.evidence);
        if let Some(base) = &base {
            next.returned.clone_from(&base.returned);
            next.needs.clone_from(&base.needs);
        }
        Self {
            deciding,
            wanted,
            issue,
            base,
            unpulled: next.clone(),
            next,
            input: IssueUpdate::default(),
            fields: Vec::new(),
            edits: Vec::new(),
            conflicts: Vec::new(),
            notes: Vec::new(),
            comment: None,
            reopened: false,
            lost_labels: false,
            needs_related: None,
        }
    }

    /// What a field, as one text, was agreed on as far as this clone's plan.toml can know.
    ///
    /// A value that this machine sent is ours: its answer was lost. Where this clone has caught up with the base, that is
    /// it. Where it has not, its plan.toml may merely be behind: a value that was agreed on before, or that it held when
    /// it last synced, was not changed here.
    fn agreed(&self, field: &'static str, here: &str, there: &str) -> Option<String> {
        if self.deciding.sent.was_sent(&self.wanted.id, field, there) {
            return Some(there.to_owned());
        }
        let base = self.base.as_ref()?;
        let agreed = base.text(field);
        let held = self.deciding.sent.held(&self.wanted.id).map(|held| held.text(field));
        if held.as_ref() == Some(&agreed) || self.deciding.choices.take == Some(Take::Plan) {
            return Some(agreed);
        }
        let was = base.was.get(field).is_some_and(|was| was.iter().any(|value| value == here));
        if was && agreed == there {
            return Some(here.to_owned());
        }
        Some(held.unwrap_or(agreed))
    }

    fn merge(&self, field: &'static str, here: &str, there: &str) -> Step {
        merge::value(self.agreed(field, here, there).as_deref(), here, there, self.deciding.choices.take)
    }

    fn conflict(
        &mut self,
        field: &'static str,
        base: Option<String>,
        plan: Option<String>,
        linear: Option<String>,
        help: Option<&'static str>,
    ) {
        let identifier = Some(self.issue.identifier.raw().to_owned());
        self.conflicts.push(Conflict { issue: self.wanted.id.clone(), identifier, field, base, plan, linear, help });
    }

    fn edit(&mut self, key: &'static str, from: EditedValue, to: EditedValue) {
        self.edits.push(Edit { issue: self.wanted.id.clone(), key, from, to, pulled: true });
    }

    pub fn title(&mut self) {
        let (here, there) = (self.wanted.title.clone(), self.issue.title.raw().to_owned());
        let base = self.base.as_ref().map(|base| base.title.clone());
        match self.merge("title", &here, &there) {
            Step::Same => {}
            Step::Push => {
                self.input.title = Maybe::Set(here.clone());
                self.fields.push(field("title", Some(there), Some(here)));
            }
            Step::Pull if there.trim().is_empty() => {}
            Step::Pull => {
                self.edit("title", EditedValue::Text(here.clone()), EditedValue::Text(there.clone()));
                self.next.title = there;
                self.unpulled.title = base.unwrap_or(here);
            }
            Step::Conflict => {
                self.conflict("title", base.clone(), Some(here), Some(there), None);
                for next in [&mut self.next, &mut self.unpulled] {
                    next.title = base.clone().unwrap_or_default();
                }
            }
        }
    }

    pub fn priority(&mut self) {
        let here = self.wanted.priority.word();
        let there = word(self.issue.priority);
        let base = self.base.as_ref().map(|base| base.priority.clone());
        match self.merge("priority", here, there) {
            Step::Same => {}
            Step::Push => {
                self.input.priority = Maybe::Set(priority(self.wanted.priority));
                self.fields.push(field("priority", Some(there.to_owned()), Some(here.to_owned())));
            }
            Step::Pull => {
                self.edit("priority", EditedValue::Text(here.to_owned()), EditedValue::Text(there.to_owned()));
                there.clone_into(&mut self.next.priority);
                self.unpulled.priority = base.unwrap_or_else(|| here.to_owned());
            }
            Step::Conflict => {
                self.conflict("priority", base.clone(), Some(here.to_owned()), Some(there.to_owned()), None);
                for next in [&mut self.next, &mut self.unpulled] {
                    next.priority = base.clone().unwrap_or_default();
                }
            }
        }
    }

    /// A phase is where an issue stands in plan.toml, so that a milestone is never pulled: what a person chose in
    /// Linear is shown, and stays until the issue is moved here or `--take plan` says otherwise.
    pub fn milestone(&mut self) {
        const PHASE: &str = "move the issue to that phase in plan.toml, or `--take plan`";
        const PROJECT: &str = "it is not in the plan's project any more: `--take plan` moves it back";
        let kept = self.base.as_ref().and_then(|base| base.milestone.clone());
        for next in [&mut self.next, &mut self.unpulled] {
            next.milestone.clone_from(&kept);
        }
        let Some(project) = &self.deciding.overview.project else { return };
        if self.issue.team.id != self.deciding.overview.team.id {
            return;
        }
        let inside = self.issue.project.as_ref() == Some(&project.id);
        let there = self.issue.milestone.as_ref().filter(|_| inside);
        let id = self.deciding.milestone(self.wanted);
        let here = self.wanted.milestone.clone();
        if there.map(|there| &there.id) == id.as_ref() {
            self.set_milestone_base(here);
            return;
        }
        let there = there.map(|there| there.name.raw().to_owned());
        let base = match &self.base {
            // Nothing was agreed on, and nothing stands there: there is nobody to overwrite.
            None if there.is_none() => Some(None),
            None => None,
            Some(_) => {
                let there = there.as_deref().unwrap_or_default();
                Some(self.agreed("milestone", &here, there).filter(|name| !name.is_empty()))
            }
        };
        let step = merge::value(base.as_ref(), &Some(here.clone()), &there, self.deciding.choices.take);
        let push = step == Step::Push || (step == Step::Pull && self.deciding.choices.take == Some(Take::Plan));
        if push {
            if !inside {
                self.input.project_id = Maybe::Set(project.id.clone());
            }
            self.input.project_milestone_id = Maybe::or_absent(id);
            self.fields.push(field("milestone", there, Some(here.clone())));
            self.set_milestone_base(here);
        } else if step != Step::Same {
            self.conflict("milestone", base.flatten(), Some(here), there, Some(if inside { PHASE } else { PROJECT }));
        }
    }

    fn set_milestone_base(&mut self, name: String) {
        self.next.milestone = Some(name.clone());
        self.unpulled.milestone = Some(name);
    }

    pub fn labels(&mut self) {
        let team = &self.deciding.overview.team;
        let base = self.base.as_ref().map(|base| base.labels.clone());
        if self.issue.team.id != team.id {
            for next in [&mut self.next, &mut self.unpulled] {
                next.labels = base.clone().unwrap_or_default();
            }
            return;
        }
        let known = |name: &String| team.label(name).map(|label| label.name.raw().to_owned());
        // Names as Linear spells them; what the team does not have cannot be there.
        let here: BTreeSet<String> = self.wanted.labels.iter().filter_map(known).collect();
        self.lost_labels = here.len() < self.wanted.labels.len();
        let there: BTreeSet<String> = self
            .issue
            .labels
            .iter()
            .filter_map(|id| team.labels.iter().find(|label| label.id == *id))
            .map(|label| label.name.raw().to_owned())
            .collect();
        let agreed: BTreeSet<String> = match &base {
            Some(_) => {
                let agreed = self.agreed("labels", &joined(&here), &joined(&there)).unwrap_or_default();
                split(&agreed).iter().filter_map(known).collect()
            }
            // Without a base they are taken from Linear.
            None => here.clone(),
        };
        let step = merge::set(&agreed, &here, &there);
        let ids = |names: &BTreeSet<String>| {
            let ids: Vec<_> = names.iter().filter_map(|name| team.label(name)).map(|label| label.id.clone()).collect();
            if ids.is_empty() { Maybe::Absent } else { Maybe::Set(ids) }
        };
        self.input.added_label_ids = ids(&step.add_there);
        self.input.removed_label_ids = ids(&step.remove_there);
        if step.pushes() {
            let after = there.union(&step.add_there).filter(|name| !step.remove_there.contains(*name)).cloned();
            self.fields.push(field("labels", Some(listed(&there)), Some(listed(&after.collect()))));
        }
        self.next.labels = step.merged(&here);
        self.unpulled.labels = self.next.labels.clone();
        if step.pulls() {
            let gone = |name: &String| known(name).is_some_and(|known| step.remove_here.contains(&known));
            let kept = self.wanted.labels.iter().filter(|name| !gone(name)).cloned();
            let to: BTreeSet<String> = kept.chain(step.add_here.iter().cloned()).collect();
            let from = EditedValue::Texts(self.wanted.labels.iter().cloned().collect());
            self.edit("labels", from, EditedValue::Texts(to.into_iter().collect()));
            self.unpulled.labels = agreed
                .iter()
                .filter(|name| !step.remove_there.contains(*name))
                .chain(&step.add_there)
                .cloned()
                .collect();
        }
    }

    pub fn block(&mut self) {
        let wanted = self.wanted;
        let description = self.issue.description.as_ref().map(|text| text.raw()).unwrap_or_default();
        let hash = block::seal_of(&wanted.lines);
        let found = block::find(description);
        let from = match &found {
            Found::Malformed(why) => {
                let text = format!("the block in its description is damaged ({why}): the description is left alone");
                self.notes.push(note(wanted, Some(self.issue), NoteKind::Left, text));
                return;
            }
            Found::Absent => None,
            Found::Block(found) => {
                let own = touched::evidence(&self.deciding.home.plan, wanted, self.issue);
                let by_hand = touched::by_hand(wanted, found, own);
                let untouched = by_hand.is_none();
                if untouched && found.seal.as_ref().is_some_and(|seal| seal.hash == hash) {
                    return;
                }
                if let Some(ticks) = &by_hand {
                    let text = words::touched(ticks, found);
                    self.notes.push(note(wanted, Some(self.issue), NoteKind::Claim, text));
                }
                let ticked = found.lines.iter().filter(|line| line.ticked).count();
                Some(format!("{ticked} of {} ticked{}", found.lines.len(), if untouched { "" } else { ", by hand" }))
            }
        };
        let block = block::render(&wanted.lines, &self.deciding.publication.commit);
        if let Some(description) = block::place(description, &block) {
            self.input.description = Maybe::Set(description);
            self.next.returned = None;
            self.unpulled.returned = None;
            self.fields.push(field("block", from, Some(counts(wanted))));
        }
    }

    pub fn state(&mut self) {
        let team = &self.deciding.overview.team;
        let (wanted, issue) = (self.wanted, self.issue);
        let kind = &issue.state.kind;
        let done = *kind == StateType::Completed;
        let drift = done && !wanted.failing.is_empty();
        if drift {
            let text =
                format!("is {} in Linear, and not true here: {}", issue.state.name.raw(), wanted.failing.join(", "));
            self.notes.push(note(wanted, Some(issue), NoteKind::Drift, text));
        }
        let target = if drift && self.deciding.choices.reopen {
            let back = if wanted.tally.holds > 0 { StateType::Started } else { StateType::Unstarted };
            team.first(&back).or_else(|| team.first(&StateType::Unstarted)).or_else(|| team.first(&StateType::Backlog))
        } else if wanted.tally.all_hold() && !done {
            team.first(&StateType::Completed)
        } else if wanted.begun && matches!(kind, StateType::Triage | StateType::Backlog | StateType::Unstarted) {
            team.first(&StateType::Started)
        } else {
            None
        };
        let Some(target) = target.filter(|target| target.id != issue.state.id) else { return };
        if issue.team.id != team.id {
            let text = format!("is in team {} now: its state is left alone", issue.team.key.raw());
            self.notes.push(note(wanted, Some(issue), NoteKind::Left, text));
            return;
        }
        self.input.state_id = Maybe::Set(target.id.clone());
        let name = |state: &State| Some(state.name.raw().to_owned());
        self.fields.push(field("state", name(&issue.state), name(target)));
        if drift {
            self.reopened = true;
            let completed = issue.completed_at.as_deref();
            let id = CommentId::new(ids::comment(&issue.id.to_string(), completed, &wanted.failing));
            self.comment = Some(Comment { id, body: reopened(wanted, &self.deciding.publication.commit) });
        }
    }

    pub fn needs(&mut self, relations: &Relations<'_>, changes: &mut Changes) {
        let there = relations.blocking(self.issue).into_keys().collect();
        let agreed = self.agreed("needs", &joined(&self.wanted.needs), &joined(&there));
        let base = split(&agreed.unwrap_or_default());
        let place = (&self.issue.id, Some(self.issue));
        let step = relate::needs(self.deciding, relations, self.wanted, place, &base, changes);
        self.next.needs = step.next;
        self.unpulled.needs = step.unpulled;
        self.needs_related = step.related;
    }

    pub fn finish(mut self, ours: bool, changes: &mut Changes) {
        changes.conflicts.extend(self.conflicts);
        changes.notes.extend(self.notes);
        if self.lost_labels {
            self.deciding.lost_labels(self.wanted, Some(self.issue), changes);
        }
        changes.edits.extend(self.edits);
        let mut fields = self.fields;
        if let Some(base) = &self.base {
            self.next.follows(base);
            self.unpulled.follows(base);
        }
        changes.agreed.insert(self.wanted.id.clone(), self.next.clone());
        let renewed = self.base.as_ref() != Some(&self.next);
        let adopted = self.base.is_none() && !ours;
        if self.input.is_empty() && !renewed && self.needs_related.is_none() {
            return;
        }
        if self.base.as_ref().is_none_or(|base| base.evidence != self.next.evidence) {
            fields.push(field("evidence", None, Some(counts(self.wanted))));
        }
        changes.works.push(Work {
            issue: self.wanted.id.clone(),
            title: self.wanted.title.clone(),
            id: self.issue.id.clone(),
            request: Request::Update {
                seen: Box::new(self.issue.clone()),
                adopted,
                reopened: self.reopened,
                recorded: self.base.map(Box::new),
                input: Box::new(self.input),
            },
            spare: Vec::new(),
            fields,
            evidence: self.deciding.evidence(self.wanted, &self.issue.id),
            base: self.next,
            base_unpulled: self.unpulled,
            needs_related: self.needs_related,
            comment: self.comment,
        });
    }
}
