//! A plan with its checks compiled.

use std::sync::Arc;

use jiff::Timestamp;

use crate::checks::{Check, compile, compile_task};
use crate::plan::{Mistake, Plan, load_bytes};

/// A plan that can be judged.
pub struct Prepared {
    /// The plan.
    pub plan: Arc<Plan>,
    /// One check a task, in the order of [`Plan::tasks`].
    pub checks: Vec<Check>,
    /// The same for the same plan, judged in the same way.
    pub digest: [u8; 32],
}

/// Past so many mistakes in checks the rest of the checks is not read.
const MOST_MISTAKES: usize = 1_000;

impl Prepared {
    /// Reads a plan as it lies on disk, its checks included: either it can be judged, or all that is wrong with
    /// it is reported in one run and in file order, whether the loader or a kind of check found it. A person's word
    /// that has a last day does not count: [`Prepared::read_at`] knows the day.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<Mistake>> {
        Self::read_with(bytes, None)
    }

    /// The same at a time, which decides whether a person's word still counts that has a last day.
    pub fn read_at(bytes: &[u8], now: Timestamp) -> Result<Self, Vec<Mistake>> {
        Self::read_with(bytes, Some(now))
    }

    fn read_with(bytes: &[u8], now: Option<Timestamp>) -> Result<Self, Vec<Mistake>> {
        let loaded = load_bytes(bytes);
        if let Some(plan) = loaded.plan {
            return Self::compiled(Arc::new(plan), now).map(|prepared| prepared.with_source(bytes));
        }
        let mut mistakes = loaded.mistakes;
        let of_the_loader = mistakes.len();
        for raw in &loaded.checks {
            if mistakes.len() - of_the_loader > MOST_MISTAKES {
                break;
            }
            mistakes.extend(compile(raw, &loaded.sets).err().unwrap_or_default());
        }
        mistakes.sort_by_key(|mistake| mistake.span);
        Err(mistakes)
    }

    /// Compiles every check of a plan that was made otherwise; reports every mistake in file order. A person's word
    /// that has a last day does not count: [`Prepared::of_at`] knows the day.
    pub fn of(plan: Arc<Plan>) -> Result<Self, Vec<Mistake>> {
        Self::of_with(plan, None)
    }

    /// The same at a time, which decides whether a person's word still counts that has a last day.
    pub fn of_at(plan: Arc<Plan>, now: Timestamp) -> Result<Self, Vec<Mistake>> {
        Self::of_with(plan, Some(now))
    }

    fn of_with(plan: Arc<Plan>, now: Option<Timestamp>) -> Result<Self, Vec<Mistake>> {
        let source = format!("{plan:?}");
        Self::compiled(plan, now).map(|prepared| prepared.with_source(source.as_bytes()))
    }

    fn compiled(plan: Arc<Plan>, now: Option<Timestamp>) -> Result<Self, Vec<Mistake>> {
        let mut checks = Vec::new();
        let mut mistakes = Vec::new();
        for (_, task) in plan.tasks() {
            if mistakes.len() > MOST_MISTAKES {
                break;
            }
            match compile_task(task, &plan.sets, now) {
                Ok(check) => checks.push(check),
                Err(found) => mistakes.extend(found),
            }
        }
        mistakes.sort_by_key(|mistake| mistake.span);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Self { plan, checks, digest: [0; 32] })
    }

    fn with_source(mut self, source: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(source);
        for check in &self.checks {
            hasher.update(&check.digest);
        }
        self.digest = *hasher.finalize().as_bytes();
        self
    }
}
