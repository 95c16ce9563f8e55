//! The state of the interface: a plain value.

use std::sync::Arc;

use super::pane::{
    Day, Fetched, Ground, HistoryPane, Known, LinearPane, Lived, Pane, PlanPane, StandupPane, TodayPane,
};
use super::{Palette, Trouble, theme::Theme};
use crate::plan::Plan;
use crate::progress::{Status, Summary};
use crate::repo::CommitId;
use crate::report::json::MistakePart;

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
    /// The Plan pane.
    pub tree: PlanPane,
    /// The Today pane.
    pub today: TodayPane,
    /// The Standup pane.
    pub standup: StandupPane,
    /// The History pane.
    pub history: HistoryPane,
    /// What is known of Linear without asking.
    pub known: Fetched<Known>,
    /// When Linear was last asked, in the seconds of `now`; `None` when it never was.
    asked: Option<i64>,
    /// The Linear pane.
    pub linear: LinearPane,
    /// Seconds since 1970-01-01 UTC, as they were last told.
    pub now: i64,
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
    /// Every mistake of the plan, when that is why.
    pub mistakes: Vec<MistakePart>,
    /// The palette, while it is shown.
    pub palette: Option<Palette>,
    /// Whether the help is shown.
    pub help: bool,
    /// First line of the help on the screen.
    pub help_scroll: u16,
    /// Columns and lines of the terminal.
    pub size: (u16, u16),
    /// Colours.
    pub theme: Theme,
}

impl Model {
    /// The plan as it stands, before anything was judged.
    pub fn new(plan: Arc<Plan>, size: (u16, u16), theme: Theme) -> Self {
        let mut model = Self {
            pane: Pane::Plan,
            plan,
            at: None,
            status: None,
            present: None,
            lived: Fetched::default(),
            day: Fetched::default(),
            looked: false,
            tree: PlanPane::default(),
            today: TodayPane::default(),
            standup: StandupPane::default(),
            history: HistoryPane::default(),
            known: Fetched::default(),
            asked: None,
            linear: LinearPane::default(),
            now: 0,
            notice: None,
            cache: None,
            summary: None,
            checking: true,
            trouble: None,
            mistakes: Vec::new(),
            palette: None,
            help: false,
            help_scroll: 0,
            size,
            theme,
        };
        model.replan();
        model
    }

    /// Takes in what is known of Linear. What it was `age` seconds ago becomes a moment, so that the age goes on.
    pub(super) fn knows(&mut self, result: Result<Arc<Known>, Trouble>) {
        if let Ok(known) = &result {
            self.asked = known.age.map(|age| self.now.saturating_sub(age));
        }
        self.known.brought(result);
    }

    /// Whether a task is claimed and not true.
    pub(super) fn has_false_claims(&self) -> bool {
        self.summary.as_ref().is_some_and(|summary| summary.totals.false_claims > 0)
    }

    /// Whether Linear can be asked now: nothing is under way, and as far as is known there are a team and a key.
    pub(super) fn can_ask_linear(&self) -> bool {
        let allowed = self.known.value.as_deref().is_none_or(|known| known.team.is_some() && known.key);
        allowed && !self.linear.is_at_it()
    }

    /// How long ago Linear was last asked, in seconds; `None` when it never was.
    pub(super) fn asked_ago(&self) -> Option<i64> {
        self.asked.map(|asked| self.now.saturating_sub(asked).max(0))
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
            Err(trouble) => {
                if self.trouble.as_ref() != Some(&trouble) {
                    // It stands above the evidence.
                    self.tree.scroll = 0;
                }
                self.trouble = Some(trouble);
            }
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
        self.pane = Pane::Plan;
        let ground = self.ground();
        self.tree.jump(&ground, index);
        true
    }

    /// Takes a new status in; the selection stays on what it was on.
    pub fn judged(&mut self, status: Arc<Status>) {
        let replanned = !Arc::ptr_eq(&self.plan, &status.plan) && *self.plan != *status.plan;
        if replanned {
            self.plan = Arc::clone(&status.plan);
        }
        self.summary = Some(status.summary());
        self.status = Some(status);
        self.trouble = None;
        if replanned { self.replan() } else { self.tree.refresh(&self.ground()) }
    }

    fn replan(&mut self) {
        let ground = self.ground();
        self.tree.replanned(&ground.plan);
        self.tree.refresh(&ground);
    }

    /// What the Plan pane shows, and in how much room.
    pub(super) fn ground(&self) -> Ground {
        let height = usize::from(super::view::tree_height(self));
        Ground { plan: Arc::clone(&self.plan), status: self.status.clone(), height }
    }
}
