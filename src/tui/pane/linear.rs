//! The state of the Linear pane: what was last seen, and how far a sync is.

use std::sync::Arc;

use crate::sync::{Applied, Changes, Disagreement, Going};
use crate::tui::{Effect, LinearJob, Trouble};

/// What is known without asking.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// The team that the plan names.
    pub team: Option<String>,
    /// Whether there is a key to ask with.
    pub key: bool,
    /// How long ago Linear was last asked when this was found out, in seconds; `None` when it never was.
    pub age: Option<i64>,
    /// Where it says otherwise than the repository, as it was then.
    pub disagreements: Vec<Disagreement>,
    /// The plan's issues that were not in Linear then.
    pub parked: Vec<String>,
}

/// What a sync would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The plan of actions.
    pub changes: Changes,
    /// The team's key.
    pub team: String,
    /// What the published commit was reached by.
    pub published: String,
    /// How many more issues there seems to be room for.
    pub room: Option<u64>,
}

/// How far a sync is.
#[derive(Debug, Clone, Default)]
pub enum Stage {
    /// Nobody asked yet.
    #[default]
    Idle,
    /// Linear is being read.
    Asking,
    /// What would be done is shown.
    Proposed(Arc<Proposal>),
    /// The same, and a yes is waited for.
    Confirming(Arc<Proposal>),
    /// It is being done.
    Applying(Arc<Proposal>, Option<Going>),
    /// It was done, as far as it could be.
    Done(Arc<Proposal>, Arc<Applied>),
}

/// The pane.
#[derive(Debug, Clone, Default)]
pub struct LinearPane {
    /// How far it is.
    pub stage: Stage,
    /// What went wrong last.
    pub trouble: Option<Trouble>,
    /// Whether the interface is to be left once the sync under way has stopped.
    pub leaving: bool,
    /// The first line on the screen.
    pub scroll: usize,
}

impl LinearPane {
    /// Whether it is being asked or written to.
    pub(in crate::tui) fn is_at_it(&self) -> bool {
        matches!(self.stage, Stage::Asking | Stage::Applying(..))
    }

    /// Asks Linear, unless it is being asked or written to.
    pub(in crate::tui) fn ask(&mut self) -> Vec<Effect> {
        if self.is_at_it() {
            return Vec::new();
        }
        *self = Self { stage: Stage::Asking, ..Self::default() };
        vec![Effect::Linear(LinearJob::Ask)]
    }

    /// What a sync would do is known, or why it is not.
    pub(in crate::tui) fn proposed(&mut self, result: Result<Arc<Proposal>, Trouble>) {
        self.scroll = 0;
        (self.stage, self.trouble) = match result {
            Ok(proposal) => (Stage::Proposed(proposal), None),
            Err(trouble) => (Stage::Idle, Some(trouble)),
        };
    }

    /// Whether there is something to do, and a yes to it was not given yet.
    pub(in crate::tui) fn can_apply(&self) -> bool {
        matches!(&self.stage, Stage::Proposed(proposal) if !proposal.changes.is_empty())
    }

    /// Why there is nothing to do.
    pub(in crate::tui) fn nothing_to_apply(&self) -> &'static str {
        match &self.stage {
            Stage::Idle => "nothing to apply: Linear was not asked yet",
            Stage::Asking => "nothing to apply: Linear is still being asked",
            Stage::Proposed(_) => "nothing to apply: plan and Linear say the same",
            Stage::Confirming(_) => "a yes is waited for",
            Stage::Applying(..) => "it is being written",
            Stage::Done(..) => "nothing to apply: it is done",
        }
    }

    /// Asks for a yes, where there is something to do.
    pub(in crate::tui) fn apply(&mut self) {
        if let Stage::Proposed(proposal) = &self.stage
            && self.can_apply()
        {
            self.stage = Stage::Confirming(Arc::clone(proposal));
        }
    }

    /// Whether a yes is waited for.
    pub fn is_confirming(&self) -> bool {
        matches!(self.stage, Stage::Confirming(_))
    }

    /// Takes the answer.
    pub(in crate::tui) fn answered(&mut self, yes: bool) -> Vec<Effect> {
        let Stage::Confirming(proposal) = &self.stage else { return Vec::new() };
        let proposal = Arc::clone(proposal);
        if yes {
            self.stage = Stage::Applying(proposal, None);
            vec![Effect::Linear(LinearJob::Apply)]
        } else {
            self.stage = Stage::Proposed(proposal);
            Vec::new()
        }
    }

    /// A step begins.
    pub(in crate::tui) fn going(&mut self, now: Going) {
        if let Stage::Applying(_, going) = &mut self.stage {
            *going = Some(now);
        }
    }

    /// Leaves the interface. A sync under way is stopped first, after the request at hand; told again, it is left as it
    /// is, and the next sync goes on from there.
    pub(in crate::tui) fn leave(&mut self) -> Vec<Effect> {
        if matches!(self.stage, Stage::Applying(..)) && !self.leaving {
            self.leaving = true;
            return vec![Effect::Stop];
        }
        vec![Effect::Quit]
    }

    /// It is over. Answers whether somebody waits for that to leave.
    pub(in crate::tui) fn applied(&mut self, result: Result<Arc<Applied>, Trouble>) -> bool {
        self.scroll = 0;
        match (&self.stage, result) {
            (Stage::Applying(proposal, _), Ok(applied)) => self.stage = Stage::Done(Arc::clone(proposal), applied),
            (_, Ok(_)) => {}
            (_, Err(trouble)) => {
                self.stage = Stage::Idle;
                self.trouble = Some(trouble);
            }
        }
        self.leaving
    }

    /// Scrolls, as far as `last`.
    pub(in crate::tui) fn go(&mut self, last: usize, by: isize) {
        self.scroll = self.scroll.min(last).saturating_add_signed(by).min(last);
    }
}
