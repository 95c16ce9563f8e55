//! Whose work a merge brought.

use std::sync::Arc;

use super::fold::Fold;
use super::walker::Ground;
use crate::checks::Verdict;
use crate::repo::Node;

/// Traces a verdict into the sides that a merge brought.
pub(super) struct Credit<'c, 'w> {
    pub ground: &'c Ground<'w>,
    pub fold: &'c Fold<'w>,
    /// The leaves' verdicts at each commit of the branch.
    pub leaves: &'c [Arc<[Verdict]>],
    /// Those of the history checks.
    pub histories: &'c [Vec<Verdict>],
}

impl Credit<'_, '_> {
    /// The commit that a task's new verdict is credited to. `tip` brought it to the branch, together with `arrivals`.
    /// That is `tip` itself, unless it is a merge one of whose sides has the verdict already: then the first commit
    /// of that side, along its own first parents, from which it lasts. Where that is a merge, the same holds there.
    /// Where the trees alone do not bring the verdict about, the commits that are counted do.
    pub fn of(&self, tip: Node, arrivals: &[Node], task: usize, to: Verdict) -> Node {
        let ancestry = self.ground.ancestry;
        if ancestry.parents(tip).len() < 2 {
            return tip;
        }
        let Some(formula) = self.ground.program.tasks.get(task) else { return tip };
        let step = ancestry.reached(tip);
        let mut histories = Vec::new();
        formula.histories(&mut histories);
        // As they stood before the merge.
        let counted = step.checked_sub(1).and_then(|before| self.histories.get(before));
        let history = |at: usize| counted.and_then(|counted| counted.get(at)).copied();
        let here = |at: usize| self.leaves.get(step).and_then(|leaves| leaves.get(at)).copied();
        if !histories.is_empty() && formula.with(&here, &history).word() != to.word() {
            let found = histories.iter().find_map(|check| self.fold.culprit(*check, arrivals, to, step));
            return found.unwrap_or(tip);
        }
        let mut leaves = Vec::new();
        formula.leaves(&mut leaves);
        let has = |node: Node| {
            let found = self.ground.spot(node, &leaves);
            let leaf = |at: usize| found.iter().find(|(leaf, _)| *leaf == at).map(|(_, verdict)| *verdict);
            formula.with(&leaf, &history).word() == to.word()
        };
        let mut by = tip;
        // Each round goes up, so that it ends; but not where grafts make a ring.
        for _ in 0..ancestry.len() {
            let sides = ancestry.parents(by).iter().skip(1);
            let mut sides = sides.filter(|side| ancestry.reached(**side) == step && has(**side));
            match sides.find_map(|side| self.lasting(*side, step, &has)) {
                Some(first) => by = first,
                None => break,
            }
        }
        by
    }

    /// The first commit of a side from which a verdict lasts to its end. `None` when it stood already where the side
    /// began: then nobody there made it.
    fn lasting(&self, end: Node, step: usize, has: &dyn Fn(Node) -> bool) -> Option<Node> {
        let ancestry = self.ground.ancestry;
        let mut at = end;
        for _ in 0..ancestry.len() {
            let Some(above) = ancestry.parents(at).first().copied() else { return Some(at) };
            if !has(above) {
                return Some(at);
            }
            if ancestry.reached(above) != step {
                return None;
            }
            at = above;
        }
        None
    }
}
