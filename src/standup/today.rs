//! The developer's checklist.

use jiff::Timestamp;
use jiff::civil::Date;

use super::kept::{Kept, KeptItem, KeptKind, Looked};
use super::mine::{MineWhy, mine};
use super::ready::{Readiness, Ready};
use super::scene::{Scene, Started, TaskRef, Why};
use super::turn::{Turn, Turns};
use super::window::Window;
use crate::checks::{Reason, Verdict};
use crate::plan::TaskPlace;
use crate::source::Outside;

/// The checklist of a day. A task stands on it once: among what broke, else what is pinned, else what is mine, else
/// what went stale, else what is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Today {
    /// The plan's uid.
    pub uid: Outside,
    /// The plan's title.
    pub title: Outside,
    /// The commit behind it, hex; `None` before the first.
    pub commit: Option<String>,
    /// The moment.
    pub now: Timestamp,
    /// The day.
    pub day: Date,
    /// Since when breakage is told: the last look, else the last working day.
    pub since: Timestamp,
    /// Whether `since` is the last look.
    pub looked: bool,
    /// What broke since, and what broke before and still does not hold.
    pub broke: Vec<Item>,
    /// What was pinned.
    pub pinned: Vec<Item>,
    /// What is mine and started.
    pub mine: Vec<Item>,
    /// What can be done next.
    pub ready: Vec<Ready>,
    /// How many tasks wait for an issue that comes first.
    pub waiting: usize,
    /// People's words that no longer count: their files changed.
    pub stale: Vec<Item>,
    /// What is under way and not committed.
    pub started: Started,
    /// What stood on the list and holds now: it has left it.
    pub done: Vec<TaskRef>,
    /// Ids that stood on the list and are no longer in the plan.
    pub gone: Vec<Outside>,
    /// Why pins and the last look are not to be had; `None` when they are.
    pub trouble: Option<Outside>,
}

/// Something on the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The task.
    pub task: TaskRef,
    /// Its verdict in the work tree.
    pub verdict: Verdict,
    /// Why it does not hold there.
    pub why: Option<Why>,
    /// Why it is on the list.
    pub reason: ItemWhy,
    /// How it first came onto the list.
    pub kind: KeptKind,
    /// The day on which it came onto the list.
    pub since: Date,
    /// Whether that was before today.
    pub carried: bool,
    /// The day on which it was pinned, when it is.
    pub pinned: Option<Date>,
}

/// Why something is on the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemWhy {
    /// It broke: by this change, when the history at hand has it.
    Broke(Option<Turn>),
    /// It was pinned.
    Pinned,
    /// It is mine and started; `None` when it only was so on an earlier day.
    Mine(Option<MineWhy>),
    /// An attestation went stale.
    Stale,
}

/// Why a task cannot be pinned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// There is none of that id.
    #[error("the plan has no task `{0}`")]
    NoTask(String),
    /// It holds.
    #[error("{0} holds already: it would leave the list at once")]
    Holds(String),
}

impl Today {
    /// The checklist. `kept` is what was left of the last one, or why it is not to be had; `window` is since when
    /// breakage is told when it was never looked at.
    pub fn of(scene: &Scene<'_>, kept: Result<&Kept, Outside>, window: Window) -> Self {
        let (kept, trouble) = match kept {
            Ok(kept) => (Some(kept), None),
            Err(trouble) => (None, Some(trouble)),
        };
        let looked = kept.and_then(|kept| kept.looked.as_ref());
        let since = looked.and_then(|looked| Timestamp::from_second(looked.at).ok()).unwrap_or(window.from);
        let Readiness { ready, waiting } = Readiness::of(scene.here);
        let mut today = Self {
            uid: scene.here.plan.uid.as_str().into(),
            title: scene.here.plan.title.as_str().into(),
            commit: scene.head.at.rev.clone(),
            now: scene.now,
            day: scene.calendar.day_of(scene.now),
            since,
            looked: looked.is_some(),
            broke: Vec::new(),
            pinned: Vec::new(),
            mine: Vec::new(),
            ready,
            waiting,
            stale: Vec::new(),
            started: Started::of(scene),
            done: Vec::new(),
            gone: Vec::new(),
            trouble,
        };
        let window = if looked.is_some() { Window::moment(since) } else { window };
        today.sort(scene, kept, looked, &window);
        today
    }

    /// Puts every task where it belongs.
    fn sort(&mut self, scene: &Scene<'_>, kept: Option<&Kept>, looked: Option<&Looked>, window: &Window) {
        let turns = Turns::of(scene, window);
        let lost = |task: usize| turns.broken.iter().chain(&turns.still_broken).find(|turn| turn.task.index == task);
        let mut listed: Vec<usize> = Vec::new();
        for (index, (place, task, status)) in scene.here.rows().enumerate() {
            let in_head = scene.head.tasks.get(index).map(|head| head.verdict());
            let before = kept.and_then(|kept| kept.items.iter().find(|item| item.task == task.id));
            let named = TaskRef::of(index, place, task);
            if status.verdict() == Verdict::Holds && in_head == Some(Verdict::Holds) {
                self.done.extend(before.map(|_| named));
                continue;
            }
            let broke = turns.broken.iter().any(|turn| turn.task.index == index)
                || (looked.is_some_and(|looked| looked.held.contains(&task.id)) && in_head != Some(Verdict::Holds));
            let is_stale = status.verdict() == Verdict::Unknown(Reason::Stale);
            let why_mine = match place {
                TaskPlace::Issue(_, issue) if status.verdict() != Verdict::Holds => mine(scene, issue, status),
                _ => None,
            };
            let kind = |kind: KeptKind| before.is_some_and(|before| before.kind == kind);
            let pinned = before.and_then(|before| before.pinned);
            let (list, reason, now) = if (broke && !is_stale) || kind(KeptKind::Broke) {
                (&mut self.broke, ItemWhy::Broke(lost(index).cloned()), KeptKind::Broke)
            } else if pinned.is_some() {
                (&mut self.pinned, ItemWhy::Pinned, KeptKind::Pinned)
            } else if is_stale {
                (&mut self.stale, ItemWhy::Stale, KeptKind::Stale)
            // A stale word that was taken back since leaves its task to whoever was told of it.
            } else if why_mine.is_some() || kind(KeptKind::Mine) || kind(KeptKind::Stale) {
                (&mut self.mine, ItemWhy::Mine(why_mine), KeptKind::Mine)
            } else {
                continue;
            };
            let since = before.map_or(self.day, |before| before.since);
            list.push(Item {
                task: named,
                verdict: status.verdict(),
                why: Why::of(&status.outcome),
                reason,
                // What was only pinned and then broke stays when the pin is taken off.
                kind: before.map(|before| before.kind).filter(|kind| *kind != KeptKind::Pinned).unwrap_or(now),
                since,
                carried: since < self.day,
                pinned,
            });
            listed.push(index);
        }
        self.ready.retain(|ready| !listed.contains(&ready.task.index));
        let known: Vec<&str> = scene.here.tasks.iter().map(|status| status.id.as_str()).collect();
        let gone = kept.into_iter().flat_map(|kept| &kept.items).filter(|item| !known.contains(&item.task.as_str()));
        self.gone = gone.map(|item| item.task.as_str().into()).collect();
    }

    /// What is kept of it once it was shown: when it was looked at, what held at the last commit, and what stands on
    /// it. Proposals of what is ready are not kept, nor what has left the list.
    pub fn kept(&self, scene: &Scene<'_>) -> Kept {
        let held = scene.head.tasks.iter().filter(|task| task.verdict() == Verdict::Holds).map(|task| task.id.clone());
        let looked = Looked { at: self.now.as_second(), day: self.day, held: held.collect() };
        let items = [&self.broke, &self.pinned, &self.mine, &self.stale].into_iter().flatten().map(|item| KeptItem {
            task: item.task.id.raw().to_owned(),
            kind: item.kind,
            since: item.since,
            pinned: item.pinned,
        });
        Kept::new(looked, items.collect())
    }

    /// Whether a task can be pinned.
    ///
    /// # Errors
    /// When the plan does not have it, or it holds at the last commit and in the work tree.
    pub fn can_pin(scene: &Scene<'_>, task: &str) -> Result<(), PinError> {
        let verdicts = scene.here.tasks.iter().zip(&scene.head.tasks).find(|(here, _)| here.id == task);
        match verdicts.map(|(here, head)| (here.verdict(), head.verdict())) {
            None => Err(PinError::NoTask(task.to_owned())),
            Some((Verdict::Holds, Verdict::Holds)) => Err(PinError::Holds(task.to_owned())),
            Some(_) => Ok(()),
        }
    }
}
