//! What a plan is made of.

use std::collections::BTreeMap;

use super::{Shared, Toml, Word};
use crate::repo::{Pattern, RepoPath};
use crate::source::Span;

/// A whole plan. Texts are the plan's own; faces print them through an encoder all the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Random, written by `init`.
    pub uid: String,
    /// The title.
    pub title: String,
    /// The team's name.
    pub team: Option<String>,
    /// Free text.
    pub priority: Option<String>,
    /// One paragraph.
    pub summary: Option<String>,
    /// The Markdown plan whose boxes are claims, relative to the plan's root.
    pub claims: Option<RepoPath>,
    /// The folder that paths are relative to, itself relative to the folder of plan.toml.
    pub root: RepoPath,
    /// `[settings]`.
    pub settings: Shared,
    /// `[linear]`.
    pub linear: LinearSettings,
    /// `[sets]`.
    pub sets: Sets,
    /// The phases in file order.
    pub phases: Vec<Phase>,
    /// Tasks that every issue shares.
    pub checklist: Vec<Task>,
    /// Rules for the repository as a whole.
    pub policies: Vec<Task>,
    /// What the plan says beside its tasks.
    pub prose: Prose,
}

/// What a plan says beside its tasks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prose {
    /// How things stood when the plan was written.
    pub status: Option<String>,
    /// The checklist's heading.
    pub checklist_title: Option<String>,
    /// What stands above the checklist.
    pub checklist_intro: Option<String>,
    /// In which order to go.
    pub order: Vec<String>,
    /// What to do next.
    pub next_steps: Vec<String>,
    /// Notes.
    pub notes: Vec<String>,
}

/// `[linear]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinearSettings {
    /// The team's key.
    pub team: Option<String>,
    /// A project's name or id; makes phases milestones.
    pub project: Option<String>,
    /// Which ref is published.
    pub reference: Option<String>,
    /// What happens to an issue that is done in Linear and not in the repository.
    pub on_claimed_done: Option<String>,
}

/// Named lists of file patterns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sets(pub BTreeMap<String, Vec<Pattern>>);

impl Sets {
    /// The patterns of a set.
    pub fn get(&self, name: &str) -> Option<&[Pattern]> {
        self.0.get(name).map(Vec::as_slice)
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// Linear's five priorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Priority {
    /// `urgent`.
    Urgent,
    /// `high`.
    High,
    /// `medium`.
    Medium,
    /// `low`.
    Low,
    /// `none`.
    #[default]
    None,
}

impl Priority {
    /// The words of plan.toml, in order.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("urgent", Self::Urgent),
        ("high", Self::High),
        ("medium", Self::Medium),
        ("low", Self::Low),
        ("none", Self::None),
    ];

    /// The word of plan.toml.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, priority)| *priority == self).map_or("none", |(word, _)| word)
    }
}

/// A phase.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// Its id, unique among phases.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its priority.
    pub priority: Priority,
    /// Why the phase stands where it does in the order.
    pub rationale: Option<String>,
    /// The files that its issues touch, with a remark in parentheses where the plan has one.
    pub files: Vec<String>,
    /// Its issues in file order.
    pub issues: Vec<Issue>,
    /// Where it stands in plan.toml.
    pub span: Span,
}

/// An issue.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// Its id, unique among issues.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its priority; its phase's when it has none.
    pub priority: Priority,
    /// The identifier in Linear, shown.
    pub linear: Option<String>,
    /// The UUID in Linear.
    pub linear_id: Option<String>,
    /// The issue's page.
    pub url: Option<String>,
    /// How it stood when the plan was written.
    pub status: Option<String>,
    /// The sign before its heading in the Markdown plan.
    pub sign: Option<String>,
    /// Issues that come first.
    pub needs: Vec<String>,
    /// The names of its labels in Linear.
    pub labels: Vec<String>,
    /// The files it touches: patterns and `@sets`.
    pub files: Vec<String>,
    /// Why.
    pub rationale: Vec<String>,
    /// What it brings.
    pub benefits: Vec<String>,
    /// What to expect of it.
    pub expected: Vec<String>,
    /// What it improves.
    pub improvements: Vec<String>,
    /// How it may be done.
    pub implementation: Option<Implementation>,
    /// Its tasks in file order.
    pub tasks: Vec<Task>,
    /// Where it stands in plan.toml.
    pub span: Span,
}

/// A snippet of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Implementation {
    /// Its heading in the plan, when it has its own ("Optimized Order").
    pub title: Option<String>,
    /// The language of the snippet.
    pub lang: String,
    /// The snippet.
    pub text: String,
}

/// A task.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Its id, unique in the plan: `1.2`, `T.1`, `N.1`.
    pub id: String,
    /// Its text, Markdown.
    pub text: String,
    /// Whether it is one of its issue's *Testing* boxes.
    pub testing: bool,
    /// What makes it true.
    pub check: RawCheck,
    /// A person's word for it, where its check asks for one.
    pub word: Option<Word>,
    /// Where it stands in plan.toml.
    pub span: Span,
}

/// A check as the plan writes it: a table with one kind in it.
#[derive(Debug, Clone, PartialEq)]
pub struct RawCheck {
    /// `{ kind = { options } }`.
    pub table: Toml,
}

/// Where a task stands in its plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TaskPlace<'p> {
    /// In an issue of a phase.
    Issue(&'p Phase, &'p Issue),
    /// In the checklist.
    Checklist,
    /// Among the policies.
    Policy,
}

impl Plan {
    /// Every task in plan order: the issues', then the checklist's, then the policies'.
    pub fn tasks(&self) -> impl Iterator<Item = (TaskPlace<'_>, &Task)> {
        let issues = self.phases.iter().flat_map(|phase| {
            phase
                .issues
                .iter()
                .flat_map(move |issue| issue.tasks.iter().map(move |task| (TaskPlace::Issue(phase, issue), task)))
        });
        let checklist = self.checklist.iter().map(|task| (TaskPlace::Checklist, task));
        let policies = self.policies.iter().map(|task| (TaskPlace::Policy, task));
        issues.chain(checklist).chain(policies)
    }

    /// Every issue in plan order.
    pub fn issues(&self) -> impl Iterator<Item = (&Phase, &Issue)> {
        self.phases.iter().flat_map(|phase| phase.issues.iter().map(move |issue| (phase, issue)))
    }
}
