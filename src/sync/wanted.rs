//! What Linear should say of a plan that was judged at a commit.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::block::Line;
use crate::checks::{Finding, Level, Verdict};
use crate::plan::{Issue, Phase, Plan, Priority};
use crate::progress::{Status, Tally, TaskStatus};
use crate::source::mask;

/// The longest message of a piece of evidence, in characters.
const LONGEST_MESSAGE: usize = 300;

/// A plan's verdicts at one commit, ready to be published.
#[derive(Debug, Clone)]
pub struct Publication {
    /// The plan.
    pub plan: Arc<Plan>,
    /// The commit, 40 hex digits.
    pub commit: String,
    /// Its issues in plan order.
    pub issues: Vec<Wanted>,
}

/// What Linear should say of an issue.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Its id in the plan.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its priority.
    pub priority: Priority,
    /// The id of its phase.
    pub phase: String,
    /// The title of its phase: its milestone, where there is a project.
    pub milestone: String,
    /// The names of its labels.
    pub labels: BTreeSet<String>,
    /// The issues that come first.
    pub needs: BTreeSet<String>,
    /// The identifier that the plan names.
    pub linear: Option<String>,
    /// The UUID that the plan names.
    pub linear_id: Option<String>,
    /// Its tasks.
    pub lines: Vec<Line>,
    /// How many of them hold.
    pub tally: Tally,
    /// Whether a task holds that did not when the plan came in.
    pub begun: bool,
    /// The ids of the tasks that fail.
    pub failing: Vec<String>,
    /// Why its tasks stand as they do.
    pub evidence: Vec<Evidence>,
    /// What the plan says about it beside its tasks, Markdown.
    pub prose: String,
}

/// Why a task stands as it does: a place and a message, never source text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The task.
    pub task: String,
    /// Its verdict.
    pub verdict: &'static str,
    /// The file.
    pub path: Option<String>,
    /// Its line, 1-based.
    pub line: Option<u32>,
    /// What the deciding finding says, values of secret keys masked.
    pub message: String,
}

impl Publication {
    /// Takes a status of a commit. `before` is the same plan judged where it came into the repository, when that is
    /// known. `None` when the status is of no commit.
    pub fn of(status: &Status, before: Option<&Status>) -> Option<Self> {
        let commit = status.at.rev.clone()?;
        let mut next = 0;
        let mut issues = Vec::new();
        for (phase, issue) in status.plan.issues() {
            let range = next..next + issue.tasks.len();
            next = range.end;
            let tasks = status.tasks.get(range.clone()).unwrap_or_default();
            let then = before.and_then(|before| before.tasks.get(range));
            issues.push(wanted(phase, issue, tasks, then));
        }
        Some(Self { plan: Arc::clone(&status.plan), commit, issues })
    }
}

fn wanted(phase: &Phase, issue: &Issue, tasks: &[TaskStatus], then: Option<&[TaskStatus]>) -> Wanted {
    let mut tally = Tally::default();
    for task in tasks {
        tally.add(task.verdict(), false);
    }
    let holds = |task: &TaskStatus| task.verdict() == Verdict::Holds;
    let begun = then.is_some_and(|then| tasks.iter().zip(then).any(|(now, then)| holds(now) && !holds(then)));
    let lines = issue.tasks.iter().zip(tasks).map(|(task, status)| Line {
        id: task.id.clone(),
        text: task.text.clone(),
        ticked: holds(status),
    });
    let failing = tasks.iter().filter(|task| task.verdict() == Verdict::Fails).map(|task| task.id.clone());
    Wanted {
        id: issue.id.clone(),
        title: issue.title.clone(),
        priority: issue.priority,
        phase: phase.id.clone(),
        milestone: phase.title.clone(),
        labels: issue.labels.iter().cloned().collect(),
        needs: issue.needs.iter().cloned().collect(),
        linear: issue.linear.clone(),
        linear_id: issue.linear_id.clone(),
        lines: lines.collect(),
        tally,
        begun,
        failing: failing.collect(),
        evidence: tasks.iter().map(evidence).collect(),
        prose: prose(issue),
    }
}

fn evidence(task: &TaskStatus) -> Evidence {
    let level = match task.verdict() {
        Verdict::Holds => Some(Level::Proof),
        Verdict::Fails => Some(Level::Fault),
        Verdict::Unknown(_) => None,
    };
    let finding: Option<&Finding> = match level {
        Some(level) => task.outcome.findings.iter().find(|finding| finding.level == level),
        None => task.outcome.doubts.first().map(|doubt| &doubt.finding),
    };
    Evidence {
        task: task.id.clone(),
        verdict: task.verdict().word(),
        path: finding.and_then(|finding| finding.path.as_ref()).map(|path| path.raw().to_owned()),
        line: finding.and_then(|finding| finding.lines).map(|lines| lines.line),
        message: finding
            .map(|finding| mask(finding.message.raw()).chars().take(LONGEST_MESSAGE).collect())
            .unwrap_or_default(),
    }
}

/// The hash of an issue's evidence.
pub fn evidence_hash(evidence: &[Evidence]) -> String {
    let mut hasher = blake3::Hasher::new();
    for piece in evidence {
        let line = piece.line.unwrap_or_default().to_string();
        for part in [&piece.task, piece.verdict, piece.path.as_deref().unwrap_or_default(), &line, &piece.message] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().to_hex().chars().take(12).collect()
}

/// What stands above the block of a new issue.
fn prose(issue: &Issue) -> String {
    let mut parts = Vec::new();
    let lists = [
        ("Files", issue.files.iter().map(|file| super::normal::code(file)).collect::<Vec<_>>()),
        ("Why", issue.rationale.clone()),
        ("Benefits", issue.benefits.clone()),
        ("Expected", issue.expected.clone()),
        ("Improvements", issue.improvements.clone()),
    ];
    for (title, items) in lists {
        if !items.is_empty() {
            let items: Vec<String> = items.iter().map(|item| format!("- {}", item.trim())).collect();
            parts.push(format!("**{title}**\n\n{}", items.join("\n")));
        }
    }
    if let Some(implementation) = &issue.implementation {
        let title = implementation.title.as_deref().unwrap_or("Implementation");
        let text = implementation.text.trim_end();
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        parts.push(format!("**{title}**\n\n{fence}{}\n{text}\n{fence}", implementation.lang));
    }
    // The block's marks belong to the block.
    parts.join("\n\n").replace('⟦', "〚").replace('⟧', "〛")
}
