//! The state of the interface: a plain value.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::pane::{Day, Fetched, HistoryPane, Known, LinearPane, Lived, Pane, StandupPane, TodayPane};
use super::rows::{Row, RowKind, haystacks, matching, rows};
use super::{Trouble, theme::Theme};
use crate::checks::Verdict;
use crate::plan::Plan;
use crate::progress::{Status, Summary, TaskStatus};
use crate::repo::CommitId;

/// Which pane keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The tree.
    Tree,
    /// The evidence.
    Evidence,
}

/// Which verdicts are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerdictFilter {
    /// Every task.
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

/// The state of the interface.
#[derive(Debug, Clone)]
pub struct Model {
    /// What is on the screen.
    pub pane: Pane,
    /// The plan.
    pub plan: Arc<Plan>,
    /// The commit that the plan is shown at; `None` is the work tree.
    pub at: Option<CommitId>,
    /// Its last status there; `None` before the first.
    pub status: Option<Arc<Status>>,
    /// Its last status at the work tree.
    present: Option<Arc<Status>>,
    /// What the branch went through.
    pub lived: Fetched<Lived>,
    /// Checklist and standup.
    pub day: Fetched<Day>,
    /// Whether the checklist was on the screen.
    pub looked: bool,
    /// The Today pane.
    pub today: TodayPane,
    /// The Standup pane.
    pub standup: StandupPane,
    /// The History pane.
    pub history: HistoryPane,
    /// What is known of Linear without asking.
    pub known: Fetched<Known>,
    /// The Linear pane.
    pub linear: LinearPane,
    /// Something to be told until the next key.
    pub notice: Option<Trouble>,
    /// Why the cache is gone without, when it is.
    pub cache: Option<String>,
    /// Its tallies.
    pub summary: Option<Summary>,
    /// Whether a check is running.
    pub checking: bool,
    /// Why the last check gave nothing.
    pub trouble: Option<Trouble>,
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
    /// Which pane keys go to.
    pub focus: Focus,
    /// First line of the evidence on the screen.
    pub scroll: u16,
    /// Whether the help is shown.
    pub help: bool,
    /// First line of the help on the screen.
    pub help_scroll: u16,
    /// Columns and lines of the terminal.
    pub size: (u16, u16),
    /// Colours.
    pub theme: Theme,
    haystacks: Vec<String>,
    kept: Vec<bool>,
}

impl Model {
    /// The plan as it stands, before anything was judged.
    pub fn new(plan: Arc<Plan>, size: (u16, u16), theme: Theme) -> Self {
        let haystacks = haystacks(&plan);
        let kept = vec![true; haystacks.len()];
        let mut model = Self {
            pane: Pane::Plan,
            plan,
            at: None,
            status: None,
            present: None,
            lived: Fetched::default(),
            day: Fetched::default(),
            looked: false,
            today: TodayPane::default(),
            standup: StandupPane::default(),
            history: HistoryPane::default(),
            known: Fetched::default(),
            linear: LinearPane::default(),
            notice: None,
            cache: None,
            summary: None,
            checking: true,
            trouble: None,
            rows: Vec::new(),
            selected: 0,
            top: 0,
            collapsed: BTreeSet::new(),
            filter: String::new(),
            editing: false,
            verdicts: VerdictFilter::All,
            focus: Focus::Tree,
            scroll: 0,
            help: false,
            help_scroll: 0,
            size,
            theme,
            haystacks,
            kept,
        };
        model.refresh();
        model
    }

    /// Takes in what a check of the work tree brought. While a commit is shown, it is kept for the way back.
    pub(super) fn judged_present(&mut self, result: Result<Arc<Status>, Trouble>) {
        if let Ok(status) = &result {
            self.present = Some(Arc::clone(status));
        }
        if self.at.is_none() {
            self.judged_shown(result);
        }
    }

    /// Takes in what a check of the place that is shown brought.
    pub(super) fn judged_shown(&mut self, result: Result<Arc<Status>, Trouble>) {
        self.checking = false;
        match result {
            Ok(status) => self.judged(status),
            Err(trouble) => self.trouble = Some(trouble),
        }
    }

    /// Moves to a commit or the work tree. What is shown stays until that was judged: the header names its place.
    pub(super) fn move_to(&mut self, at: Option<CommitId>) {
        self.at = at;
        self.checking = true;
        self.trouble = None;
        if let Some(present) = self.present.clone().filter(|_| at.is_none()) {
            self.judged(present);
        }
    }

    /// Shows a task in the tree, by its id; filters that hide it are taken off. Says whether the plan has it.
    pub(super) fn jump(&mut self, id: &str) -> bool {
        let Some(index) = self.plan.tasks().position(|(_, task)| task.id == id) else { return false };
        let kind = RowKind::Task(index);
        if !self.rows_with_all_open().iter().any(|row| row.kind == kind) {
            self.filter.clear();
            self.verdicts = VerdictFilter::All;
            self.filtered();
        }
        self.pane = Pane::Plan;
        self.focus = Focus::Tree;
        self.reveal(kind);
        true
    }

    /// Takes a new status in; the selection stays on what it was on.
    pub fn judged(&mut self, status: Arc<Status>) {
        if !Arc::ptr_eq(&self.plan, &status.plan) && *self.plan != *status.plan {
            self.plan = Arc::clone(&status.plan);
            self.haystacks = haystacks(&self.plan);
            self.kept = matching(&self.haystacks, &self.filter);
        }
        self.summary = Some(status.summary());
        self.status = Some(status);
        self.trouble = None;
        self.refresh();
    }

    /// Takes the filter's text in.
    pub fn filtered(&mut self) {
        self.kept = matching(&self.haystacks, &self.filter);
        self.refresh();
    }

    /// Works the rows out anew; the selection stays on its row, else moves to the nearest.
    pub fn refresh(&mut self) {
        let selected = self.selected_kind();
        self.rows = self.rows_with(&self.collapsed);
        let found = selected.and_then(|kind| self.rows.iter().position(|row| row.kind == kind));
        let scroll = if found.is_some() { self.scroll } else { 0 };
        self.select(found.unwrap_or(self.selected));
        self.scroll = scroll;
    }

    fn rows_with(&self, collapsed: &BTreeSet<RowKind>) -> Vec<Row> {
        let filtering = !self.filter.is_empty();
        rows(&self.plan, self.status.as_deref(), &self.kept, self.verdicts, collapsed, filtering)
    }

    /// The rows that the filters leave, were no group closed.
    pub(super) fn rows_with_all_open(&self) -> Vec<Row> {
        self.rows_with(&BTreeSet::new())
    }

    /// Selects a row, and opens the groups that it stands in. A row that the filters hide stays unselected.
    pub(super) fn reveal(&mut self, kind: RowKind) {
        let open = self.rows_with_all_open();
        let Some(at) = open.iter().position(|row| row.kind == kind) else { return };
        let mut depth = open.get(at).map_or(0, |row| row.depth);
        for row in open.iter().take(at).rev() {
            if row.depth < depth {
                depth = row.depth;
                self.collapsed.remove(&row.kind);
            }
        }
        self.refresh();
        if let Some(at) = self.rows.iter().position(|row| row.kind == kind) {
            self.select(at);
        }
    }

    /// What the selected row stands for.
    pub fn selected_kind(&self) -> Option<RowKind> {
        self.rows.get(self.selected).map(|row| row.kind)
    }

    /// Moves the selection to a row (the last one, when there are fewer) and brings it on the screen.
    pub fn select(&mut self, row: usize) {
        let row = row.min(self.rows.len().saturating_sub(1));
        if row != self.selected {
            self.scroll = 0;
        }
        self.selected = row;
        let height = usize::from(crate::tui::view::tree_height(self)).max(1);
        if self.selected < self.top {
            self.top = self.selected;
        } else if self.selected >= self.top + height {
            self.top = self.selected + 1 - height;
        }
        self.top = self.top.min(self.rows.len().saturating_sub(height));
    }
}
