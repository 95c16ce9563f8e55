//! What Linear last answered, kept so that it can be held against the verdicts without a network.

use serde::{Deserialize, Serialize};

use super::block::{self, Found};
use super::matching::Link;
use super::touched::{by_hand, evidence};
use super::wanted::Publication;
use crate::checks::Verdict;
use crate::linear::{Issue, StateType};
use crate::plan::TaskPlace;
use crate::progress::{Claim, Status};
use crate::source::Outside;

/// What Linear said of a plan's issues, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// When, seconds since 1970-01-01 UTC.
    pub time: i64,
    /// The issues that are in Linear.
    pub issues: Vec<SeenIssue>,
    /// The ids of the plan's issues that were not.
    #[serde(default)]
    pub parked: Vec<String>,
}

/// What Linear said of an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenIssue {
    /// The plan's id of it.
    pub issue: String,
    /// `STAB-155`.
    pub identifier: String,
    /// Where it is shown.
    pub url: String,
    /// What its team calls its state.
    pub state: String,
    /// What that state means, by Linear's word: `completed`.
    pub kind: String,
    /// The boxes that a person ticked or unticked.
    #[serde(default)]
    pub ticks: Vec<Tick>,
}

/// A box in Linear that a person changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// The task.
    pub task: String,
    /// Whether it is ticked.
    pub ticked: bool,
}

/// Linear says one thing, the repository another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The plan's issue.
    pub issue: String,
    /// `STAB-155`.
    pub identifier: Outside,
    /// The issue's title in the plan.
    pub title: Outside,
    /// Its state in Linear, by the team's own word.
    pub state: Outside,
    /// What they disagree about.
    pub about: About,
    /// When Linear was last asked, seconds since 1970-01-01 UTC.
    pub seen: i64,
}

impl Disagreement {
    /// The tasks that they disagree about; none when it is the issue as a whole.
    pub fn tasks(&self) -> &[String] {
        match &self.about {
            About::NotTrue(tasks) | About::Ticked(tasks) => tasks,
            About::NotClosed => &[],
        }
    }

    /// On what, in words: a lower-case fragment.
    pub fn message(&self) -> String {
        let state = self.state.raw();
        match &self.about {
            About::NotTrue(tasks) => format!("{state} in Linear, not true here: {}", tasks.join(", ")),
            About::NotClosed => format!("{state} in Linear, every task holds here"),
            About::Ticked(tasks) => format!("ticked in Linear, not true here: {}", tasks.join(", ")),
        }
    }
}

/// What a disagreement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Done in Linear; these tasks fail.
    NotTrue(Vec<String>),
    /// Every task holds; it is open in Linear.
    NotClosed,
    /// Ticked by a person; these tasks do not hold.
    Ticked(Vec<String>),
}

impl Seen {
    /// What Linear answered about a plan. `latest` has the newest answer about each issue.
    pub fn of(publication: &Publication, links: &[Link], latest: &dyn Fn(&Issue) -> Issue, time: i64) -> Self {
        let mut seen = Self { time, issues: Vec::new(), parked: Vec::new() };
        for (wanted, link) in publication.issues.iter().zip(links) {
            let Link::Live { issue, .. } = link else {
                seen.parked.push(wanted.id.clone());
                continue;
            };
            // What a person ticked is told by the first answer; the block is rewritten then.
            let description = issue.description.as_ref().map(Outside::raw).unwrap_or_default();
            let ticks = match block::find(description) {
                Found::Block(found) => {
                    by_hand(wanted, &found, evidence(&publication.plan.uid, wanted, issue)).unwrap_or_default()
                }
                _ => Vec::new(),
            };
            let issue = latest(issue);
            seen.issues.push(SeenIssue {
                issue: wanted.id.clone(),
                identifier: issue.identifier.raw().to_owned(),
                url: issue.url.raw().to_owned(),
                state: issue.state.name.raw().to_owned(),
                kind: issue.state.kind.name().to_owned(),
                ticks: ticks.into_iter().map(|(task, ticked)| Tick { task, ticked }).collect(),
            });
        }
        seen
    }

    fn issue(&self, id: &str) -> Option<&SeenIssue> {
        self.issues.iter().find(|seen| seen.issue == id)
    }
}

/// Where Linear, as last seen, and a status disagree, in plan order.
pub fn disagreements(seen: &Seen, status: &Status) -> Vec<Disagreement> {
    let mut found = Vec::new();
    let rows: Vec<_> = status.rows().collect();
    for (_, issue) in status.plan.issues() {
        let Some(said) = seen.issue(&issue.id) else { continue };
        let own: Vec<_> = rows
            .iter()
            .filter(|(place, _, _)| matches!(place, TaskPlace::Issue(_, of) if of.id == issue.id))
            .map(|(_, task, judged)| (task.id.as_str(), judged.verdict()))
            .collect();
        let ids = |wanted: &dyn Fn(&str, Verdict) -> bool| -> Vec<String> {
            own.iter().filter(|(id, verdict)| wanted(id, *verdict)).map(|(id, _)| (*id).to_owned()).collect()
        };
        let failing = ids(&|_, verdict| verdict == Verdict::Fails);
        let ticked = ids(&|id, verdict| {
            verdict != Verdict::Holds && said.ticks.iter().any(|tick| tick.ticked && tick.task == id)
        });
        let holds = !own.is_empty() && own.iter().all(|(_, verdict)| *verdict == Verdict::Holds);
        let open = matches!(
            StateType::of(&said.kind),
            StateType::Triage | StateType::Backlog | StateType::Unstarted | StateType::Started
        );
        let mut add = |about: About| {
            found.push(Disagreement {
                issue: issue.id.clone(),
                identifier: said.identifier.as_str().into(),
                title: issue.title.as_str().into(),
                state: said.state.as_str().into(),
                about,
                seen: seen.time,
            });
        };
        if StateType::of(&said.kind) == StateType::Completed && !failing.is_empty() {
            add(About::NotTrue(failing));
        }
        if open && holds {
            add(About::NotClosed);
        }
        if !ticked.is_empty() {
            add(About::Ticked(ticked));
        }
    }
    found
}

/// Adds what Linear, as last seen, claims: a done issue claims all its tasks, and a box that a person changed its own.
pub fn claim(seen: &Seen, status: &mut Status) {
    let mut claims: Vec<Option<Claim>> = Vec::new();
    for (place, task, _) in status.rows() {
        let said = match place {
            TaskPlace::Issue(_, issue) => seen.issue(&issue.id),
            _ => None,
        };
        claims.push(said.and_then(|said| {
            let tick = said.ticks.iter().find(|tick| tick.task == task.id);
            let done = StateType::of(&said.kind) == StateType::Completed;
            let (value, done) = match (tick, done) {
                (Some(tick), _) => (if tick.ticked { "[x]".to_owned() } else { "[ ]".to_owned() }, tick.ticked),
                (None, true) => (said.state.clone(), true),
                (None, false) => return None,
            };
            Some(Claim {
                source: "linear",
                place: said.identifier.as_str().into(),
                line: None,
                value: value.into(),
                done: Some(done),
            })
        }));
    }
    for (task, claim) in status.tasks.iter_mut().zip(claims) {
        task.claims.extend(claim);
    }
}
