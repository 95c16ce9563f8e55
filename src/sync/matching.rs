//! Which issue of Linear is which issue of the plan.

use std::collections::BTreeMap;

use super::ids;
use super::wanted::{Publication, Wanted};
use crate::linear::{Find, Issue, IssueId, OrganizationId, TeamId, identifier};

/// How many times an issue can be made anew after it was put into the trash.
pub const MOST_GENERATIONS: u32 = 8;

/// Where a plan lives in Linear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The workspace.
    pub organization: OrganizationId,
    /// The team.
    pub team: TeamId,
    /// The plan's uid.
    pub plan: String,
}

impl Home {
    /// The id that an issue of the plan is made with.
    pub fn issue(&self, issue: &str, generation: u32) -> IssueId {
        let (organization, team) = (self.organization.to_string(), self.team.to_string());
        IssueId::new(ids::issue(&organization, &team, &self.plan, issue, generation))
    }
}

/// What is known of a plan's issue in Linear.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// It is there.
    Live {
        /// The issue.
        issue: Box<Issue>,
        /// Whether it was made for the plan; else it was there before, and is taken on.
        ours: bool,
    },
    /// It lies in the trash: a person's decision.
    Trashed {
        /// The issue.
        issue: Box<Issue>,
        /// The generation that is free for a new one.
        next: u32,
    },
    /// The plan names one that is not there.
    Missing {
        /// What the plan calls it.
        named: String,
        /// The generation that is free for a new one.
        next: u32,
    },
    /// It is not there.
    Absent,
}

/// Two answers to the same question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The plan's issue.
    pub issue: String,
    /// What each of the ways leads to: "`linear_id` names STAB-1".
    pub answers: Vec<String>,
}

/// What is read first: everything that the plan, or an earlier sync, has linked.
pub fn first_look(publication: &Publication) -> Find {
    let issues = &publication.issues;
    Find {
        ids: issues.iter().filter_map(|wanted| IssueId::parse(wanted.linear_id.as_deref()?).ok()).collect(),
        numbers: issues.iter().filter_map(|wanted| identifier(wanted.linear.as_deref()?)).collect(),
        attached: Some(ids::addresses(&publication.plan.uid)),
    }
}

/// What is read then: the issues that may have been made for the plan without anything yet saying so. Nothing, when
/// everything was found.
pub fn second_look(publication: &Publication, home: &Home, found: &[Issue], recreate: bool) -> Find {
    let mut ids = Vec::new();
    for wanted in &publication.issues {
        let candidates = candidates(wanted, home, found);
        let live = candidates.iter().any(|(_, issue)| !issue.trashed);
        let gone = !candidates.is_empty() || wanted.linear.is_some() || wanted.linear_id.is_some();
        if !live && (!gone || recreate) {
            let generations = if gone { 0..MOST_GENERATIONS } else { 0..2 };
            ids.extend(generations.map(|generation| home.issue(&wanted.id, generation)));
        }
    }
    Find::ids(ids)
}

/// The former identifiers that have to be asked for one by one.
pub fn former(publication: &Publication, home: &Home, found: &[Issue]) -> Vec<String> {
    let lost = |wanted: &&Wanted| candidates(wanted, home, found).is_empty() && wanted.linear_id.is_none();
    publication.issues.iter().filter(lost).filter_map(|wanted| wanted.linear.clone()).collect()
}

/// The ways in which an issue can be found, the surest first.
fn candidates<'i>(wanted: &Wanted, home: &Home, found: &'i [Issue]) -> Vec<(String, &'i Issue)> {
    let address = ids::address(&home.plan, &wanted.id);
    let mut candidates = Vec::new();
    let mut add = |how: &str, issue: Option<&'i Issue>| {
        candidates.extend(issue.map(|issue| (how.to_owned(), issue)));
    };
    let by_id = |id: &IssueId| found.iter().find(|issue| issue.id == *id);
    let named = wanted.linear_id.as_deref().and_then(|id| IssueId::parse(id).ok());
    add("`linear_id` of plan.toml", named.as_ref().and_then(by_id));
    for generation in 0..MOST_GENERATIONS {
        add("the id that is made for it", by_id(&home.issue(&wanted.id, generation)));
    }
    // A plan that several teams use has evidence in each of them.
    let attached =
        |issue: &&Issue| issue.team.id == home.team && issue.attachments.iter().any(|one| one.url.raw() == address);
    for issue in found.iter().filter(attached) {
        add("the evidence attached to it", Some(issue));
    }
    if let Some(identifier) = &wanted.linear {
        // What has the identifier now goes before what had it once.
        let now = found.iter().find(|issue| issue.identifier.raw().eq_ignore_ascii_case(identifier));
        add("`linear` of plan.toml", now.or_else(|| found.iter().find(|issue| issue.answers_to(identifier))));
    }
    candidates
}

/// Links every issue of the plan, in plan order.
///
/// # Errors
/// The ways to find an issue lead to different ones, or two issues of the plan to one.
pub fn links(publication: &Publication, home: &Home, found: &[Issue]) -> Result<Vec<Link>, Vec<Disagreement>> {
    let mut links = Vec::new();
    let mut wrong = Vec::new();
    let mut taken: BTreeMap<IssueId, String> = BTreeMap::new();
    for wanted in &publication.issues {
        let candidates = candidates(wanted, home, found);
        let is_live = |(_, issue): &&(String, &Issue)| !issue.trashed;
        let live: Vec<&(String, &Issue)> = candidates.iter().filter(is_live).collect();
        let first = live.first().map(|(_, issue)| *issue);
        if let Some(issue) = first
            && live.iter().any(|(_, other)| other.id != issue.id)
        {
            let answer = |(how, issue): &&(String, &Issue)| format!("{how} leads to {}", issue.identifier.raw());
            wrong.push(Disagreement { issue: wanted.id.clone(), answers: live.iter().map(answer).collect() });
            continue;
        }
        let next = next_generation(wanted, home, found);
        let link = match (first, candidates.first()) {
            (Some(issue), _) => {
                if let Some(other) = taken.insert(issue.id.clone(), wanted.id.clone()) {
                    let answers = vec![format!("issue {other} of the plan is {} too", issue.identifier.raw())];
                    wrong.push(Disagreement { issue: wanted.id.clone(), answers });
                }
                let ours = (0..MOST_GENERATIONS).any(|generation| home.issue(&wanted.id, generation) == issue.id);
                Link::Live { issue: Box::new(issue.clone()), ours }
            }
            (None, Some((_, issue))) => Link::Trashed { issue: Box::new((*issue).clone()), next },
            (None, None) => match wanted.linear_id.as_ref().or(wanted.linear.as_ref()) {
                Some(named) => Link::Missing { named: named.clone(), next },
                None => Link::Absent,
            },
        };
        links.push(link);
    }
    if wrong.is_empty() { Ok(links) } else { Err(wrong) }
}

/// The first generation behind those that were made.
fn next_generation(wanted: &Wanted, home: &Home, found: &[Issue]) -> u32 {
    let made = |generation: &u32| {
        let id = home.issue(&wanted.id, *generation);
        found.iter().any(|issue| issue.id == id) || wanted.linear_id.as_deref() == Some(id.to_string().as_str())
    };
    (0..MOST_GENERATIONS).filter(made).max().map_or(0, |last| last + 1)
}
