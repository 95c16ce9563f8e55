//! A plan with its checks compiled.

use std::sync::Arc;

use crate::checks::{Check, compile};
use crate::plan::{Mistake, Plan};

/// A plan that can be judged.
pub struct Prepared {
    /// The plan.
    pub plan: Arc<Plan>,
    /// One check a task, in the order of [`Plan::tasks`].
    pub checks: Vec<Check>,
}

impl Prepared {
    /// Compiles every check; reports every mistake in file order.
    pub fn of(plan: Arc<Plan>) -> Result<Self, Vec<Mistake>> {
        let mut checks = Vec::new();
        let mut mistakes = Vec::new();
        for (_, task) in plan.tasks() {
            match compile(&task.check, &plan.sets) {
                Ok(check) => checks.push(check),
                Err(found) => mistakes.extend(found),
            }
        }
        mistakes.sort_by_key(|mistake| mistake.span);
        if mistakes.is_empty() { Ok(Self { plan, checks }) } else { Err(mistakes) }
    }
}
