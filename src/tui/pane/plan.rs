//! The state of the Plan pane: which rows of the tree are shown, which one is selected, and how far its evidence is
//! scrolled.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::checks::Verdict;
use crate::plan::Plan;
use crate::progress::{Status, TaskStatus};
use crate::tui::rows::{Row, RowKind, haystacks, matching, rows};

/// Which of its halves keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// The tree.
    #[default]
    Tree,
    /// The evidence.
    Evidence,
}

impl Focus {
    /// The other half.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Tree => Self::Evidence,
            Self::Evidence => Self::Tree,
        }
    }
}

/// Which verdicts are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VerdictFilter {
    /// Every task.
    #[default]
    All,
    /// Claimed, not true.
    FalseClaims,
    /// Fails.
    Fails,
    /// Unknown.
    Unknown,
    /// Holds.
    Holds,
}

impl VerdictFilter {
    /// The filters in the order in which the key goes through them.
    pub const ORDER: [Self; 5] = [Self::All, Self::FalseClaims, Self::Fails, Self::Unknown, Self::Holds];

    /// What it shows, in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::FalseClaims => "claimed, not true",
            Self::Fails => "fails",
            Self::Unknown => "unknown",
            Self::Holds => "holds",
        }
    }

    /// Whether a task is shown.
    pub fn keeps(self, task: &TaskStatus) -> bool {
        match self {
            Self::All => true,
            Self::FalseClaims => task.is_false_claim(),
            Self::Fails => task.verdict() == Verdict::Fails,
            Self::Unknown => matches!(task.verdict(), Verdict::Unknown(_)),
            Self::Holds => task.verdict() == Verdict::Holds,
        }
    }

    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ORDER.iter().position(|filter| *filter == self).unwrap_or(0);
        Self::ORDER.get((at + 1) % Self::ORDER.len()).copied().unwrap_or(Self::All)
    }
}

/// What the pane shows, and in how much room.
pub(in crate::tui) struct Ground {
    /// The plan.
    pub plan: Arc<Plan>,
    /// Its last status at the place that is shown.
    pub status: Option<Arc<Status>>,
    /// Lines of the tree on the screen.
    pub height: usize,
}

/// The pane.
#[derive(Debug, Clone, Default)]
pub struct PlanPane {
    /// The rows that are shown.
    pub rows: Vec<Row>,
    /// Index of the selected row.
    pub selected: usize,
    /// Index of the first row on the screen.
    pub top: usize,
    /// Rows whose children are hidden.
    pub collapsed: BTreeSet<RowKind>,
    /// The fuzzy filter.
    pub filter: String,
    /// Whether keys go into the filter.
    pub editing: bool,
    /// The verdict filter.
    pub verdicts: VerdictFilter,
    /// Which half keys go to.
    pub focus: Focus,
    /// First line of the evidence on the screen.
    pub scroll: u16,
    haystacks: Vec<String>,
    kept: Vec<bool>,
}

/// What is shown.
impl PlanPane {
    /// Another plan is shown.
    pub(in crate::tui) fn replanned(&mut self, plan: &Plan) {
        self.haystacks = haystacks(plan);
        self.kept = matching(&self.haystacks, &self.filter);
    }

    /// Takes the filter's text in.
    pub(in crate::tui) fn filtered(&mut self, ground: &Ground) {
        self.kept = matching(&self.haystacks, &self.filter);
        self.refresh(ground);
    }

    /// Works the rows out anew; the selection stays on its row, else moves to the nearest.
    pub(in crate::tui) fn refresh(&mut self, ground: &Ground) {
        let selected = self.selected_kind();
        self.rows = self.rows_with(ground, &self.collapsed);
        let found = selected.and_then(|kind| self.rows.iter().position(|row| row.kind == kind));
        let scroll = if found.is_some() { self.scroll } else { 0 };
        self.select(ground, found.unwrap_or(self.selected));
        self.scroll = scroll;
    }

    fn rows_with(&self, ground: &Ground, collapsed: &BTreeSet<RowKind>) -> Vec<Row> {
        let filtering = self.is_filtering();
        rows(&ground.plan, ground.status.as_deref(), &self.kept, self.verdicts, collapsed, filtering)
    }

    /// The rows that the filters leave, were no group closed.
    fn rows_with_all_open(&self, ground: &Ground) -> Vec<Row> {
        self.rows_with(ground, &BTreeSet::new())
    }

    /// Takes the filters off, first the text, then the verdicts. Says whether there was one.
    pub(in crate::tui) fn unfilter(&mut self, ground: &Ground) -> bool {
        if !self.filter.is_empty() {
            self.filter.clear();
            self.filtered(ground);
            return true;
        }
        if self.verdicts != VerdictFilter::All {
            self.verdicts = VerdictFilter::All;
            self.refresh(ground);
            return true;
        }
        false
    }

    /// Shows the tasks of the next verdict that there is one of.
    pub(in crate::tui) fn next_verdicts(&mut self, ground: &Ground) {
        for _ in VerdictFilter::ORDER {
            self.verdicts = self.verdicts.next();
            if self.verdicts == VerdictFilter::All || !self.rows_with_all_open(ground).is_empty() {
                break;
            }
        }
        self.refresh(ground);
    }

    /// Whether a filter is on: then every group with a match is open.
    pub(in crate::tui) fn is_filtering(&self) -> bool {
        !self.filter.is_empty() || self.verdicts != VerdictFilter::All
    }
}

/// The selection.
impl PlanPane {
    /// What the selected row stands for.
    pub fn selected_kind(&self) -> Option<RowKind> {
        self.rows.get(self.selected).map(|row| row.kind)
    }

    /// Moves the selection to a row (the last one, when there are fewer) and brings it on the screen.
    pub(in crate::tui) fn select(&mut self, ground: &Ground, row: usize) {
        let row = row.min(self.rows.len().saturating_sub(1));
        if row != self.selected {
            self.scroll = 0;
        }
        self.selected = row;
        let height = ground.height.max(1);
        if self.selected < self.top {
            self.top = self.selected;
        } else if self.selected >= self.top + height {
            self.top = self.selected + 1 - height;
        }
        self.top = self.top.min(self.rows.len().saturating_sub(height));
    }

    /// Moves the selection by so many rows.
    pub(in crate::tui) fn go(&mut self, ground: &Ground, by: isize) {
        self.select(ground, self.selected.saturating_add_signed(by));
    }

    /// Scrolls the evidence, as far as `last`.
    pub(in crate::tui) fn scroll(&mut self, last: u16, by: isize) {
        let scroll = usize::from(self.scroll.min(last)).saturating_add_signed(by).min(usize::from(last));
        self.scroll = u16::try_from(scroll).unwrap_or(u16::MAX);
    }

    /// Shows a task in the tree; filters that hide it are taken off.
    pub(in crate::tui) fn jump(&mut self, ground: &Ground, task: usize) {
        let kind = RowKind::Task(task);
        if !self.rows_with_all_open(ground).iter().any(|row| row.kind == kind) {
            self.verdicts = VerdictFilter::All;
            self.filter.clear();
            self.filtered(ground);
        }
        self.focus = Focus::Tree;
        self.reveal(ground, kind);
    }

    /// Selects a row, and opens the groups that it stands in. A row that the filters hide stays unselected.
    fn reveal(&mut self, ground: &Ground, kind: RowKind) {
        let open = self.rows_with_all_open(ground);
        let Some(at) = open.iter().position(|row| row.kind == kind) else { return };
        let mut depth = open.get(at).map_or(0, |row| row.depth);
        for row in open.iter().take(at).rev() {
            if row.depth < depth {
                depth = row.depth;
                self.collapsed.remove(&row.kind);
            }
        }
        self.refresh(ground);
        if let Some(at) = self.rows.iter().position(|row| row.kind == kind) {
            self.select(ground, at);
        }
    }

    /// Selects the next task that is claimed and not true, round and round; closed groups are searched too.
    pub(in crate::tui) fn next_false_claim(&mut self, ground: &Ground) {
        let Some(status) = &ground.status else { return };
        let is_false = |row: &Row| match row.kind {
            RowKind::Task(index) => status.tasks.get(index).is_some_and(TaskStatus::is_false_claim),
            _ => false,
        };
        let rows = self.rows_with_all_open(ground);
        let selected = self.selected_kind();
        let from = selected.and_then(|kind| rows.iter().position(|row| row.kind == kind)).map_or(0, |at| at + 1);
        let (before, after) = rows.split_at(from.min(rows.len()));
        if let Some(row) = after.iter().chain(before).find(|row| is_false(row)) {
            self.reveal(ground, row.kind);
        }
    }
}

/// Groups.
impl PlanPane {
    /// Closes the selected group; what is closed already, or is none, leads to the group above.
    pub(in crate::tui) fn close(&mut self, ground: &Ground) {
        let Some(kind) = self.selected_kind() else { return };
        let foldable = !matches!(kind, RowKind::Task(_) | RowKind::Claims);
        if foldable && !self.is_filtering() && self.collapsed.insert(kind) {
            self.refresh(ground);
            return;
        }
        let depth = self.rows.get(self.selected).map_or(0, |row| row.depth);
        let above = self.rows.iter().take(self.selected).rposition(|row| row.depth < depth);
        if let Some(above) = above {
            self.select(ground, above);
        }
    }

    /// Opens the selected group.
    pub(in crate::tui) fn open(&mut self, ground: &Ground) {
        if self.selected_kind().is_some_and(|kind| self.collapsed.remove(&kind)) {
            self.refresh(ground);
        }
    }

    /// Opens or closes the selected group; a task leads to its evidence.
    pub(in crate::tui) fn toggle(&mut self, ground: &Ground) {
        match self.selected_kind() {
            Some(RowKind::Task(_) | RowKind::Claims) => self.focus = self.focus.other(),
            Some(kind) => {
                if !self.collapsed.remove(&kind) {
                    self.collapsed.insert(kind);
                }
                self.refresh(ground);
            }
            None => {}
        }
    }

    /// Opens every group.
    pub(in crate::tui) fn open_all(&mut self, ground: &Ground) {
        self.collapsed.clear();
        self.refresh(ground);
    }

    /// Closes every issue, the checklist and the policies.
    pub(in crate::tui) fn close_all(&mut self, ground: &Ground) {
        for (p, phase) in ground.plan.phases.iter().enumerate() {
            self.collapsed.extend((0..phase.issues.len()).map(|i| RowKind::Issue(p, i)));
        }
        self.collapsed.extend([RowKind::Checklist, RowKind::Policies]);
        // The selection goes to the group that swallowed it.
        if let Some(RowKind::Task(_)) = self.selected_kind() {
            let group = self.rows.iter().take(self.selected).rposition(|row| !matches!(row.kind, RowKind::Task(_)));
            self.select(ground, group.unwrap_or(0));
        }
        self.refresh(ground);
    }
}
