//! The checklist as JSON. Field names are fixed; there is no source text in it.

use serde::Serialize;

use crate::calendar::Calendar;
use crate::checks::Verdict;
use crate::report::json::SCHEMA;
use crate::report::standup::{
    ReadyPart, StartedPart, TurnPart, WhyPart, moment, ready_part, started_part, turn_part, why_part,
};
use crate::report::when::When;
use crate::source::mask;
use crate::standup::{Item, ItemWhy, MineWhy, Today};

/// What `today --format json` prints.
#[derive(Debug, Serialize)]
pub struct TodayDocument {
    schema: u32,
    plan: PlanPart,
    commit: Option<String>,
    now: String,
    day: String,
    since: String,
    looked: bool,
    broke: Vec<ItemPart>,
    pinned: Vec<ItemPart>,
    mine: Vec<ItemPart>,
    ready: Vec<ReadyPart>,
    waiting: usize,
    stale: Vec<ItemPart>,
    in_progress: StartedPart,
    done: Vec<String>,
    gone: Vec<String>,
    trouble: Option<String>,
}

#[derive(Debug, Serialize)]
struct PlanPart {
    uid: String,
    title: String,
}

#[derive(Debug, Serialize)]
struct ItemPart {
    task: String,
    text: String,
    issue: Option<String>,
    verdict: &'static str,
    reason: Option<&'static str>,
    since: String,
    days: i64,
    carried: bool,
    pinned: Option<String>,
    why: Option<WhyPart>,
    change: Option<TurnPart>,
    mine: Option<MinePart>,
}

#[derive(Debug, Serialize)]
struct MinePart {
    by: &'static str,
    value: String,
}

/// The document of a checklist.
pub fn document(today: &Today, calendar: &Calendar) -> TodayDocument {
    let when = When { calendar, now: today.now };
    let items = |items: &[Item]| items.iter().map(|found| item(found, &when)).collect();
    TodayDocument {
        schema: SCHEMA,
        plan: PlanPart { uid: mask(today.uid.raw()), title: mask(today.title.raw()) },
        commit: today.commit.clone(),
        now: moment(today.now),
        day: today.day.to_string(),
        since: moment(today.since),
        looked: today.looked,
        broke: items(&today.broke),
        pinned: items(&today.pinned),
        mine: items(&today.mine),
        ready: today.ready.iter().map(ready_part).collect(),
        waiting: today.waiting,
        stale: items(&today.stale),
        in_progress: started_part(&today.started),
        done: today.done.iter().map(|task| mask(task.id.raw())).collect(),
        gone: today.gone.iter().map(|id| mask(id.raw())).collect(),
        trouble: today.trouble.as_ref().map(|trouble| mask(trouble.raw())),
    }
}

fn item(item: &Item, when: &When<'_>) -> ItemPart {
    ItemPart {
        task: mask(item.task.id.raw()),
        text: mask(item.task.text.raw()),
        issue: item.task.issue.as_ref().map(|issue| mask(issue.id.raw())),
        verdict: item.verdict.word(),
        reason: match item.verdict {
            Verdict::Unknown(reason) => Some(reason.word()),
            _ => None,
        },
        since: item.since.to_string(),
        days: (item.since.duration_until(when.today()).as_hours() / 24).max(0),
        carried: item.carried,
        pinned: item.pinned.map(|day| day.to_string()),
        why: item.why.as_ref().map(why_part),
        change: match &item.reason {
            ItemWhy::Broke(Some(turn)) => Some(turn_part(turn)),
            _ => None,
        },
        mine: match &item.reason {
            ItemWhy::Mine(Some(why)) => Some(mine(why)),
            _ => None,
        },
    }
}

fn mine(why: &MineWhy) -> MinePart {
    let (by, value) = match why {
        MineWhy::Branch(identifier) => ("branch", mask(identifier.raw())),
        MineWhy::Deed(deed) => ("commit", deed.id.to_string()),
        MineWhy::Wrote(commit) => ("commit", commit.id.clone()),
        MineWhy::Dirty(path) => ("file", mask(path.raw())),
    };
    MinePart { by, value }
}
