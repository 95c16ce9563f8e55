//! The last judgement of a plan at a place, whole: where nothing that it asked for has another answer, it is still true.

use serde::{Deserialize, Serialize};

use super::memo::ENGINE;
use super::{Prepared, stored};
use crate::checks::{Doubt, Finding, Level, Outcome, Trace, Verdict, ask};
use crate::repo::{Repo, RepoPath, Tree};
use crate::source::{LineRange, Outside};
use crate::store::{Key, Rows};

/// What a judgement follows from, apart from the tree.
pub struct SnapshotKey<'k> {
    /// The plan.
    pub prepared: &'k Prepared,
    /// The plan's root inside the repository.
    pub root: &'k RepoPath,
    /// What kind of tree was judged: of each kind the last judgement is kept.
    pub place: &'static str,
    /// The same for the same commits behind it (for a work tree and the index: HEAD's), people and boundaries.
    pub history: Key,
}

/// A judgement that still holds.
pub struct Snapshot {
    /// The outcomes in plan order.
    pub outcomes: Vec<Outcome>,
    /// Whether HEAD's tree answered as the judged one.
    pub as_head: bool,
}

impl SnapshotKey<'_> {
    fn key(&self) -> Key {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"snapshot\0").update(ENGINE.as_bytes()).update(&self.prepared.digest);
        hasher.update(self.place.as_bytes()).update(&[0]).update(self.root.as_bytes());
        *hasher.finalize().as_bytes()
    }

    /// The last judgement, when it is still that of this tree.
    pub fn load(&self, rows: &dyn Rows, tree: &dyn Tree) -> Option<Snapshot> {
        let bytes = rows.get(&self.key())?;
        let row: SnapshotRow<'_> = postcard::from_bytes(&bytes).ok()?;
        if row.history != self.history || row.outcomes.len() != self.prepared.checks.len() {
            return None;
        }
        let steps = stored::steps(&row.steps)?;
        if !steps.iter().all(|step| ask(tree, &step.question) == step.answer) {
            return None;
        }
        let outcomes = row.outcomes.iter().map(outcome).collect::<Option<Vec<Outcome>>>()?;
        Some(Snapshot { outcomes, as_head: row.as_head })
    }

    /// Keeps a judgement with all that it asked, unless something of it comes from this machine.
    pub fn save(&self, rows: &dyn Rows, trace: &Trace, outcomes: &[Outcome], as_head: bool) {
        let of_the_machine = outcomes.iter().flat_map(|o| &o.doubts).any(|doubt| doubt.reason.is_of_the_machine());
        let Some(steps) = stored::rows_of(&trace.0).filter(|_| !of_the_machine) else { return };
        let outcomes = outcomes.iter().map(outcome_row).collect();
        let row = SnapshotRow { history: self.history, as_head, steps, outcomes };
        if let Ok(bytes) = postcard::to_allocvec(&row) {
            rows.put(vec![(self.key(), bytes)]);
        }
    }
}

/// Where what a repository's work tree answered is kept.
pub fn work_tree_key(repo: &Repo) -> Key {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"work tree\0").update(ENGINE.as_bytes()).update(&repo.work_tree_digest());
    *hasher.finalize().as_bytes()
}

#[derive(Serialize, Deserialize)]
struct SnapshotRow<'r> {
    history: Key,
    as_head: bool,
    #[serde(borrow)]
    steps: Vec<stored::StepRow<'r>>,
    #[serde(borrow)]
    outcomes: Vec<OutcomeRow<'r>>,
}

#[derive(Serialize, Deserialize)]
struct OutcomeRow<'r> {
    #[serde(borrow)]
    findings: Vec<FindingRow<'r>>,
    #[serde(borrow)]
    doubts: Vec<(u8, FindingRow<'r>)>,
}

#[derive(Serialize, Deserialize)]
struct FindingRow<'r> {
    level: u8,
    path: Option<&'r str>,
    lines: Option<(u32, u32)>,
    excerpt: Option<&'r str>,
    message: &'r str,
    help: Option<&'r str>,
    by: Option<&'r str>,
}

const LEVELS: &[Level] = &[Level::Proof, Level::Fault, Level::Note];

fn outcome_row(outcome: &Outcome) -> OutcomeRow<'_> {
    OutcomeRow {
        findings: outcome.findings.iter().map(finding_row).collect(),
        doubts: outcome
            .doubts
            .iter()
            .map(|doubt| (stored::byte_of(Verdict::Unknown(doubt.reason)), finding_row(&doubt.finding)))
            .collect(),
    }
}

fn finding_row(finding: &Finding) -> FindingRow<'_> {
    FindingRow {
        level: LEVELS
            .iter()
            .position(|level| *level == finding.level)
            .and_then(|at| u8::try_from(at).ok())
            .unwrap_or(2),
        path: finding.path.as_ref().map(Outside::raw),
        lines: finding.lines.map(|lines| (lines.line, lines.end_line)),
        excerpt: finding.excerpt.as_ref().map(Outside::raw),
        message: finding.message.raw(),
        help: finding.help.as_ref().map(Outside::raw),
        by: finding.by.as_ref().map(Outside::raw),
    }
}

fn outcome(row: &OutcomeRow<'_>) -> Option<Outcome> {
    let mut outcome = Outcome::default();
    for row in &row.findings {
        outcome.findings.push(finding(row)?);
    }
    for (reason, row) in &row.doubts {
        let Verdict::Unknown(reason) = stored::verdict_of(*reason)? else { return None };
        outcome.doubts.push(Doubt { reason, finding: finding(row)? });
    }
    Some(outcome)
}

fn finding(row: &FindingRow<'_>) -> Option<Finding> {
    Some(Finding {
        level: *LEVELS.get(usize::from(row.level))?,
        path: row.path.map(Outside::from),
        lines: row.lines.map(|(line, end_line)| LineRange { line, end_line }),
        excerpt: row.excerpt.map(Outside::from),
        message: Outside::from(row.message),
        help: row.help.map(Outside::from),
        by: row.by.map(Outside::from),
    })
}
