//! What an issue needs, as relations in Linear.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::{Changes, Edit, EditedValue, NoteKind, Relate, RelateWhat};
use super::decide::{Deciding, note};
use super::ids;
use super::matching::Link;
use super::merge;
use super::wanted::Wanted;
use crate::linear::{Issue, IssueId, Relation, RelationCreate, RelationId, RelationType, StateType};

/// The relations of a plan's issues as they stand in Linear.
pub(super) struct Relations<'a> {
    live: BTreeMap<&'a str, &'a Issue>,
}

/// What is to be done about what one issue needs.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct NeedsStep {
    /// What was agreed on, once plan.toml is written.
    pub next: BTreeSet<String>,
    /// What was agreed on, when plan.toml cannot be written.
    pub unpulled: BTreeSet<String>,
    /// What is agreed on once the relations stand, when that is something else.
    pub related: Option<BTreeSet<String>>,
}

impl<'a> Relations<'a> {
    pub fn of(deciding: &'a Deciding<'a>) -> Self {
        let mut live = BTreeMap::new();
        for (wanted, link) in deciding.publication.issues.iter().zip(deciding.links) {
            if let Link::Live { issue, .. } = link
                && issue.archived_at.is_none()
                && !matches!(issue.state.kind, StateType::Canceled | StateType::Duplicate)
            {
                live.insert(wanted.id.as_str(), issue.as_ref());
            }
        }
        Self { live }
    }

    /// The relations between two issues, whichever says so.
    fn between(&self, one: &Issue, other: &Issue) -> Option<&'a Relation> {
        let of = |issue: &Issue, related: &Issue| {
            let own = self.live.values().find(|own| own.id == issue.id)?;
            own.relations.iter().find(|relation| relation.related == related.id)
        };
        of(one, other).or_else(|| of(other, one))
    }

    /// The ids of the plan's issues that block an issue in Linear, with the relation.
    pub fn blocking(&self, issue: &Issue) -> BTreeMap<String, RelationId> {
        let blocks = |first: &&Issue| {
            let says = |relation: &&Relation| relation.kind == RelationType::Blocks && relation.related == issue.id;
            first.relations.iter().find(says).map(|relation| relation.id.clone())
        };
        self.live.iter().filter_map(|(id, first)| Some(((*id).to_owned(), blocks(first)?))).collect()
    }
}

/// Merges what an issue needs. `id` is the issue's in Linear, `base` what was agreed on.
pub(super) fn needs(
    deciding: &Deciding<'_>,
    relations: &Relations<'_>,
    wanted: &Wanted,
    (id, issue): (&IssueId, Option<&Issue>),
    base: &BTreeSet<String>,
    changes: &mut Changes,
) -> NeedsStep {
    let blocking = issue.map(|issue| relations.blocking(issue)).unwrap_or_default();
    let there: BTreeSet<String> = blocking.keys().cloned().collect();
    let here = &wanted.needs;
    // What is not live now (parked, archived) says nothing about its relations.
    let known = |name: &&String| relations.live.contains_key(name.as_str());
    let base: BTreeSet<String> = base.iter().filter(known).cloned().collect();
    let step = merge::set(&base, here, &there);
    let mut made = BTreeSet::new();
    for first in &step.add_there {
        if let Some(relation) = make(deciding, relations, wanted, first, (id, issue), changes) {
            changes.relations.push(relation);
            made.insert(first.clone());
        }
    }
    for first in &step.remove_there {
        if let Some(relation) = blocking.get(first) {
            let what = RelateWhat::Remove(relation.clone());
            changes.relations.push(Relate { first: first.clone(), then: wanted.id.clone(), what });
        }
    }
    if step.pulls() {
        let kept = here.iter().filter(|name| !step.remove_here.contains(*name)).cloned();
        let to: BTreeSet<String> = kept.chain(step.add_here.iter().cloned()).collect();
        changes.edits.push(Edit {
            issue: wanted.id.clone(),
            key: "needs",
            from: EditedValue::Texts(here.iter().cloned().collect()),
            to: EditedValue::Texts(to.into_iter().collect()),
            pulled: true,
        });
    }
    let next: BTreeSet<String> = there.clone();
    let mut unpulled: BTreeSet<String> = there.difference(&step.add_here).cloned().collect();
    unpulled.extend(step.remove_here.iter().cloned());
    let related: BTreeSet<String> =
        next.union(&made).filter(|name| !step.remove_there.contains(*name)).cloned().collect();
    NeedsStep { related: (related != next).then_some(related), next, unpulled }
}

/// The relation that a need becomes, when both issues are, or are about to be, in Linear. A pair has one relation at
/// most and a new one would replace it: a person's stays.
fn make(
    deciding: &Deciding<'_>,
    relations: &Relations<'_>,
    wanted: &Wanted,
    first: &str,
    (id, issue): (&IssueId, Option<&Issue>),
    changes: &mut Changes,
) -> Option<Relate> {
    let own = relations.live.get(first).copied();
    if let (Some(own), Some(issue)) = (own, issue)
        && let Some(other) = relations.between(own, issue)
    {
        let text = format!(
            "needs {}, but the two are related otherwise in Linear (`{}`): that stays",
            own.identifier.raw(),
            other.kind.name()
        );
        changes.notes.push(note(wanted, Some(issue), NoteKind::Left, text));
        return None;
    }
    let place = deciding.publication.issues.iter().position(|one| one.id == first)?;
    let first_id = match deciding.links.get(place)? {
        Link::Live { issue, .. } => own.map(|_| issue.id.clone())?,
        Link::Absent => deciding.home.issue(first, 0),
        Link::Trashed { next, .. } | Link::Missing { next, .. } if deciding.choices.recreate => {
            deciding.home.issue(first, *next)
        }
        Link::Trashed { .. } | Link::Missing { .. } => return None,
    };
    let parts = (first_id.to_string(), id.to_string());
    let input = RelationCreate {
        id: RelationId::new(ids::relation(&parts.0, &parts.1, &deciding.publication.commit)),
        issue_id: first_id,
        related_issue_id: id.clone(),
        kind: RelationType::Blocks,
    };
    Some(Relate { first: first.to_owned(), then: wanted.id.clone(), what: RelateWhat::Make(input) })
}
