//! The JSON contract of `status`; the other documents are in files of their own. Field names are fixed; lines are 1-based, ends inclusive.

use serde::Serialize;

use crate::checks::{Finding, Verdict};
use crate::plan::{Plan, TaskPlace};
use crate::progress::{Claim, ClaimBox, Flip, Status, Tally, TaskStatus};
use crate::verify::Life;

pub use super::json_history::history;
use super::json_history::{TransitionPart, of_task};
pub use super::json_plan::{ErrorDocument, InitDocument, KindsDocument, LintDocument, MistakePart, init, kinds, lint};
use crate::source::mask;
use crate::sync::Disagreement;

/// The version of every document.
pub const SCHEMA: u32 = 1;

/// What `status --format json` prints.
#[derive(Debug, Serialize)]
pub struct StatusDocument {
    schema: u32,
    plan: PlanPart,
    at: AtPart,
    totals: Totals,
    phases: Vec<PhasePart>,
    issues: Vec<IssuePart>,
    tasks: Vec<TaskPart>,
    claims: ClaimsPart,
    #[serde(skip_serializing_if = "Option::is_none")]
    compare: Option<ComparePart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    linear: Option<LinearPart>,
}

#[derive(Debug, Serialize)]
struct LinearPart {
    seen: String,
    disagreements: Vec<DisagreementPart>,
}

#[derive(Debug, Serialize)]
struct DisagreementPart {
    issue: String,
    identifier: String,
    state: String,
    tasks: Vec<String>,
    message: String,
}

impl StatusDocument {
    /// The same with what Linear, as last seen (seconds since 1970-01-01 UTC), says otherwise.
    #[must_use]
    pub fn with_linear(mut self, seen: i64, disagreements: &[Disagreement]) -> Self {
        let part = |one: &Disagreement| DisagreementPart {
            issue: one.issue.clone(),
            identifier: one.identifier.raw().to_owned(),
            state: one.state.raw().to_owned(),
            tasks: one.tasks().to_vec(),
            message: one.message(),
        };
        self.linear = Some(LinearPart {
            seen: jiff::Timestamp::from_second(seen).unwrap_or_default().to_string(),
            disagreements: disagreements.iter().map(part).collect(),
        });
        self
    }
}

#[derive(Debug, Serialize)]
pub(super) struct PlanPart {
    uid: String,
    title: String,
}

impl PlanPart {
    pub fn of(plan: &Plan) -> Self {
        Self { uid: plan.uid.clone(), title: mask(&plan.title) }
    }
}

#[derive(Debug, Serialize)]
struct AtPart {
    kind: &'static str,
    rev: Option<String>,
    dirty: bool,
}

#[derive(Debug, Serialize)]
struct Totals {
    holds: usize,
    fails: usize,
    unknown: usize,
    claimed: usize,
    claimed_not_true: usize,
    waiting: usize,
    by_word: usize,
}

#[derive(Debug, Serialize)]
struct PhasePart {
    id: String,
    title: String,
    holds: usize,
    fails: usize,
    unknown: usize,
    total: usize,
}

#[derive(Debug, Serialize)]
struct IssuePart {
    id: String,
    title: String,
    phase: String,
    linear: Option<String>,
    holds: usize,
    fails: usize,
    unknown: usize,
    total: usize,
    claimed: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct TaskPart {
    id: String,
    issue: Option<String>,
    phase: Option<String>,
    text: String,
    verdict: &'static str,
    reason: Option<&'static str>,
    reason_text: Option<String>,
    claimed: Option<bool>,
    claimed_by: Vec<ClaimPart>,
    findings: Vec<FindingPart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<Vec<TransitionPart>>,
}

#[derive(Debug, Serialize)]
struct ClaimPart {
    source: &'static str,
    #[serde(rename = "where")]
    place: String,
    value: String,
}

#[derive(Debug, Serialize)]
struct FindingPart {
    level: &'static str,
    path: Option<String>,
    line: Option<u32>,
    end_line: Option<u32>,
    excerpt: Option<String>,
    message: String,
    help: Option<String>,
    by: Option<String>,
}

#[derive(Debug, Serialize)]
struct ClaimsPart {
    path: Option<String>,
    unmatched: Vec<BoxPart>,
    unknown_markers: Vec<BoxPart>,
    without_box: Vec<String>,
    trouble: Option<String>,
}

#[derive(Debug, Serialize)]
struct BoxPart {
    path: String,
    line: u32,
    text: String,
    marker: String,
}

#[derive(Debug, Serialize)]
struct ComparePart {
    rev: String,
    flips: Vec<FlipPart>,
}

#[derive(Debug, Serialize)]
struct FlipPart {
    id: String,
    from: &'static str,
    to: &'static str,
}

/// The document of a status. `shown` selects tasks; phases, issues and totals count what is shown.
/// `compare`: the revision compared with, and the tasks that differ from it.
pub fn status(
    status: &Status,
    shown: &dyn Fn(TaskPlace<'_>, &str) -> bool,
    compare: Option<(&str, &[Flip])>,
) -> StatusDocument {
    let mut totals = Tally::default();
    let mut tasks = Vec::new();
    for (place, task, judged) in status.rows().filter(|(place, task, _)| shown(*place, &task.id)) {
        totals.count(judged);
        tasks.push(self::task(place, &task.text, judged));
    }
    let count = |wanted: &dyn Fn(&TaskPart) -> bool| {
        let mut tally = Tally::default();
        for part in tasks.iter().filter(|part| wanted(part)) {
            match part.verdict {
                "holds" => tally.holds += 1,
                "fails" => tally.fails += 1,
                _ => tally.unknown += 1,
            }
            tally.claimed += usize::from(part.claimed == Some(true));
        }
        tally
    };
    let mut phases = Vec::new();
    let mut issues = Vec::new();
    for phase in &status.plan.phases {
        let tally = count(&|part| part.phase.as_ref() == Some(&phase.id));
        if tally.total() == 0 {
            continue;
        }
        phases.push(PhasePart {
            id: phase.id.clone(),
            title: mask(&phase.title),
            holds: tally.holds,
            fails: tally.fails,
            unknown: tally.unknown,
            total: tally.total(),
        });
        for issue in &phase.issues {
            let tally = count(&|part| part.issue.as_ref() == Some(&issue.id));
            if tally.total() == 0 {
                continue;
            }
            issues.push(IssuePart {
                id: issue.id.clone(),
                title: mask(&issue.title),
                phase: phase.id.clone(),
                linear: issue.linear.clone(),
                holds: tally.holds,
                fails: tally.fails,
                unknown: tally.unknown,
                total: tally.total(),
                claimed: tally.claimed,
            });
        }
    }
    StatusDocument {
        schema: SCHEMA,
        plan: PlanPart::of(&status.plan),
        at: AtPart { kind: status.at.kind.word(), rev: status.at.rev.clone(), dirty: status.at.dirty },
        totals: Totals {
            holds: totals.holds,
            fails: totals.fails,
            unknown: totals.unknown,
            claimed: totals.claimed,
            claimed_not_true: totals.false_claims,
            waiting: totals.waiting,
            by_word: totals.by_word,
        },
        phases,
        issues,
        tasks,
        claims: ClaimsPart {
            path: status.claims.path.as_ref().map(|path| path.raw().to_owned()),
            unmatched: status.claims.unmatched.iter().map(box_part).collect(),
            unknown_markers: status.claims.unknown_markers.iter().map(box_part).collect(),
            without_box: status.claims.without_box.clone(),
            trouble: status.claims.trouble.as_ref().map(|trouble| trouble.raw().to_owned()),
        },
        compare: compare.map(|(rev, flips)| ComparePart {
            rev: rev.to_owned(),
            flips: flips
                .iter()
                .map(|flip| FlipPart { id: flip.id.clone(), from: flip.from.word(), to: flip.to.word() })
                .collect(),
        }),
        linear: None,
    }
}

/// The document of `explain`: as that of `status`, each task with what it went through.
pub fn explain(judged: &Status, shown: &dyn Fn(TaskPlace<'_>, &str) -> bool, life: Option<&Life>) -> StatusDocument {
    let mut document = status(judged, shown, None);
    let places = judged.rows().enumerate().filter(|(_, (place, task, _))| shown(*place, &task.id));
    for (part, (at, _)) in document.tasks.iter_mut().zip(places) {
        part.history = life.map(|life| of_task(life, at));
    }
    document
}

fn task(place: TaskPlace<'_>, text: &str, status: &TaskStatus) -> TaskPart {
    let (phase, issue) = match place {
        TaskPlace::Issue(phase, issue) => (Some(phase.id.clone()), Some(issue.id.clone())),
        TaskPlace::Checklist | TaskPlace::Policy => (None, None),
    };
    let verdict = status.verdict();
    TaskPart {
        id: status.id.clone(),
        issue,
        phase,
        text: mask(text),
        verdict: verdict.word(),
        reason: match verdict {
            Verdict::Unknown(reason) => Some(reason.word()),
            _ => None,
        },
        reason_text: status.outcome.reason_text().map(|text| text.raw().to_owned()),
        claimed: status.claimed(),
        claimed_by: status.claims.iter().map(claim).collect(),
        findings: status.outcome.evidence().map(finding).collect(),
        history: None,
    }
}

fn claim(claim: &Claim) -> ClaimPart {
    ClaimPart { source: claim.source, place: claim.place.raw().to_owned(), value: claim.value.raw().to_owned() }
}

fn finding(finding: &Finding) -> FindingPart {
    FindingPart {
        level: finding.level.word(),
        path: finding.path.as_ref().map(|path| path.raw().to_owned()),
        line: finding.lines.map(|lines| lines.line),
        end_line: finding.lines.map(|lines| lines.end_line),
        excerpt: finding.excerpt.as_ref().map(|excerpt| excerpt.raw().to_owned()),
        message: finding.message.raw().to_owned(),
        help: finding.help.as_ref().map(|help| help.raw().to_owned()),
        by: finding.by.as_ref().map(|by| by.raw().to_owned()),
    }
}

fn box_part(found: &ClaimBox) -> BoxPart {
    BoxPart {
        path: found.path.raw().to_owned(),
        line: found.line,
        text: found.text.raw().to_owned(),
        marker: found.marker.raw().to_owned(),
    }
}
