//! What the panes of the day show.

use std::collections::BTreeSet;

use crate::plan::StandupBy;
use crate::report::outline::Outline;

/// The checklist and the standup of one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Day {
    /// The checklist.
    pub today: Outline,
    /// The ids of the tasks that are pinned.
    pub pinned: BTreeSet<String>,
    /// The standup, by who wrote what.
    pub by_person: Outline,
    /// The standup, by issue.
    pub by_issue: Outline,
    /// Which of the two the settings ask for.
    pub by: StandupBy,
}
