//! What people claim along a branch: ticked boxes of the Markdown plan, and commit messages that close an issue.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::claims;
use crate::plan::{Plan, TaskPlace};
use crate::repo::{BlobId, RepoPath, Tree};
use crate::semantics::files::{Files, Parses};

/// Words that close an issue when its identifier follows: Linear's own, in their four forms
/// (<https://linear.app/docs/github#link-issues-through-pull-requests>).
const CLOSING: &[&str] = &[
    "close",
    "closes",
    "closed",
    "closing",
    "fix",
    "fixes",
    "fixed",
    "fixing",
    "resolve",
    "resolves",
    "resolved",
    "resolving",
    "complete",
    "completes",
    "completed",
    "completing",
    "implement",
    "implements",
    "implemented",
    "implementing",
];

/// The identifiers of a plan's issues, and which tasks each stands for.
pub(super) struct Identifiers {
    /// By identifier in upper case.
    tasks: HashMap<String, Vec<usize>>,
    teams: HashSet<String>,
}

impl Identifiers {
    pub fn of(plan: &Plan) -> Self {
        let mut found = Self { tasks: HashMap::new(), teams: HashSet::new() };
        found.teams.extend(plan.linear.team.as_ref().map(|team| team.to_ascii_uppercase()));
        for (at, (place, _)) in plan.tasks().enumerate() {
            if let TaskPlace::Issue(_, issue) = place
                && let Some(identifier) = &issue.linear
            {
                let identifier = identifier.to_ascii_uppercase();
                found.teams.extend(identifier.split_once('-').map(|(team, _)| team.to_owned()));
                found.tasks.entry(identifier).or_default().push(at);
            }
        }
        found
    }

    /// The identifiers of the plan's teams that a text names (`STAB-155`), each once, in upper case.
    pub fn named(&self, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for word in words(text) {
            if let Some(identifier) = self.identifier(word)
                && !found.contains(&identifier)
            {
                found.push(identifier);
            }
        }
        found
    }

    /// The tasks of the issues that a message closes: `Fixes STAB-155, STAB-158 and STAB-160`. One that reverts another
    /// repeats its words, and closes nothing.
    pub fn closed(&self, message: &str) -> Vec<usize> {
        if message.starts_with("Revert \"") {
            return Vec::new();
        }
        let mut closing = false;
        let mut found = Vec::new();
        for word in words(message) {
            let lower = word.to_ascii_lowercase();
            if CLOSING.contains(&lower.as_str()) {
                closing = true;
            } else if let Some(identifier) = self.identifier(word) {
                if closing {
                    found.extend(self.tasks.get(&identifier).into_iter().flatten());
                }
            } else if lower != "and" {
                closing = false;
            }
        }
        found
    }

    fn identifier(&self, word: &str) -> Option<String> {
        let (team, number) = word.split_once('-')?;
        let is_number = (1..=9).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        let team = team.to_ascii_uppercase();
        (is_number && self.teams.contains(&team)).then(|| format!("{team}-{number}"))
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).filter(|word| !word.is_empty())
}

/// Which tasks are claimed at one commit of a branch after another.
pub(super) struct Said<'s> {
    plan: &'s Plan,
    path: Option<&'s RepoPath>,
    parses: &'s Parses,
    /// The blob of the Markdown plan as it last stood.
    seen: Option<BlobId>,
    ticked: Arc<[bool]>,
    closed: Vec<bool>,
}

impl<'s> Said<'s> {
    /// `path`: the Markdown plan, relative to the plan's root.
    pub fn new(plan: &'s Plan, path: Option<&'s RepoPath>, parses: &'s Parses) -> Self {
        let tasks = plan.tasks().count();
        Self { plan, path, parses, seen: None, ticked: vec![false; tasks].into(), closed: vec![false; tasks] }
    }

    /// Takes a commit's tree in. Where the Markdown plan is gone, or cannot be read, its last known boxes count.
    pub fn tree(&mut self, tree: &dyn Tree) {
        let Some(path) = self.path else { return };
        let Ok(Some(entry)) = tree.entry(path) else { return };
        // The text of a link lies elsewhere, and may change while its own blob does not.
        let is_link = entry.kind == crate::repo::EntryKind::Symlink;
        if entry.id == self.seen && !is_link {
            return;
        }
        let Ok(Some(file)) = Files::new(tree, self.parses).read(path) else { return };
        self.seen = entry.id;
        let found = claims(self.plan, &file.text());
        self.ticked = found.tasks.iter().map(|boxes| boxes.iter().any(|found| found.ticked == Some(true))).collect();
    }

    /// Takes tasks in whose issue a message closes.
    pub fn closed(&mut self, tasks: impl IntoIterator<Item = usize>) {
        for task in tasks {
            if let Some(closed) = self.closed.get_mut(task) {
                *closed = true;
            }
        }
    }

    /// How many tasks are claimed.
    pub fn count(&self) -> usize {
        self.ticked.iter().zip(&self.closed).filter(|(ticked, closed)| **ticked || **closed).count()
    }
}
