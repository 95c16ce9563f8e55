//! The three-way merge: what both sides last agreed on, what the plan says, what Linear says.

use std::collections::BTreeSet;

/// Which side a person lets win where both changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Take {
    /// The plan's.
    Plan,
    /// Linear's.
    Linear,
}

/// What is to be done about one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Both sides say the same.
    Same,
    /// Only the plan changed: Linear gets its value.
    Push,
    /// Only Linear changed: the plan gets its value.
    Pull,
    /// Both changed, to different values: neither is written.
    Conflict,
}

/// Merges one value. Without a base Linear's value is taken: nobody knows that it is older.
pub fn value<T: PartialEq + ?Sized>(base: Option<&T>, here: &T, there: &T, take: Option<Take>) -> Step {
    if here == there {
        return Step::Same;
    }
    match base {
        None => Step::Pull,
        Some(base) if base == there => Step::Push,
        Some(base) if base == here => Step::Pull,
        Some(_) => match take {
            Some(Take::Plan) => Step::Push,
            Some(Take::Linear) => Step::Pull,
            None => Step::Conflict,
        },
    }
}

/// What is to be done about a set, element by element. An element is in a set or not, so that where the sides differ
/// exactly one of them differs from the base: there is no conflict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SetStep {
    /// Linear gets these.
    pub add_there: BTreeSet<String>,
    /// Linear loses these.
    pub remove_there: BTreeSet<String>,
    /// The plan gets these.
    pub add_here: BTreeSet<String>,
    /// The plan loses these.
    pub remove_here: BTreeSet<String>,
}

/// Merges two sets.
pub fn set(base: &BTreeSet<String>, here: &BTreeSet<String>, there: &BTreeSet<String>) -> SetStep {
    let mut step = SetStep::default();
    for element in here.symmetric_difference(there) {
        let known = base.contains(element);
        let list = match (here.contains(element), known) {
            (true, false) => &mut step.add_there,
            (false, true) => &mut step.remove_there,
            (false, false) => &mut step.add_here,
            (true, true) => &mut step.remove_here,
        };
        list.insert(element.clone());
    }
    step
}

impl SetStep {
    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        !self.pushes() && !self.pulls()
    }

    /// Whether Linear's set changes.
    pub fn pushes(&self) -> bool {
        !(self.add_there.is_empty() && self.remove_there.is_empty())
    }

    /// Whether the plan's set changes.
    pub fn pulls(&self) -> bool {
        !(self.add_here.is_empty() && self.remove_here.is_empty())
    }

    /// The set that both have afterwards.
    pub fn merged(&self, here: &BTreeSet<String>) -> BTreeSet<String> {
        here.union(&self.add_here)
            .filter(|element| !self.remove_here.contains(*element) && !self.remove_there.contains(*element))
            .cloned()
            .collect()
    }
}
