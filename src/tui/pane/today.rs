//! The state of the Today pane.

use super::Day;

/// A selection among the tasks of the checklist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TodayPane {
    /// Which of the checklist's tasks is selected.
    pub selected: usize,
}

impl TodayPane {
    /// Moves the selection; it stays on the list.
    pub(in crate::tui) fn go(&mut self, day: &Day, by: isize) {
        let last = day.today.tasks().len().saturating_sub(1);
        self.selected = self.selected.min(last).saturating_add_signed(by).min(last);
    }

    /// The id of the selected task.
    pub fn task(&self, day: &Day) -> Option<String> {
        day.today.tasks().get(self.selected).map(|id| id.raw().to_owned())
    }

    /// Takes a new checklist in: the selection stays on its task where that is still listed.
    pub(in crate::tui) fn renewed(&mut self, before: Option<&Day>, now: &Day) {
        let kept = before.and_then(|before| self.task(before));
        let tasks = now.today.tasks();
        let found = kept.and_then(|id| tasks.iter().position(|task| task.raw() == id));
        self.selected = found.unwrap_or(self.selected).min(tasks.len().saturating_sub(1));
    }
}
