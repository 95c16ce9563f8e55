//! When a plan may be done, judging by how many of its tasks became true on each working day so far.
//!
//! The future is drawn from the past, a day at a time: from an urn that holds the observed days one is drawn and put
//! back with a copy of itself, until the drawn days make up for what remains. Many such runs give the distribution of
//! the last day. The copies make a run lean to what it drew before: they stand for how little few days say about the
//! pace (the urn of Pólya is the predictive distribution of the Bayesian bootstrap: D. B. Rubin, *The Bayesian
//! Bootstrap*, Annals of Statistics 9, 1981). Drawing without copies
//! gives ranges that are too narrow: what is called the 85th percentile then holds in 72 to 80 of 100 cases.
//!
//! Days count as alike, in any order. Where work comes in bursts of several days the range is too narrow, and the
//! more so the longer they are. Where hardly enough is known it is early: a slow plan that had a lucky start is told,
//! one that had none is not. The runs are counted and the draws follow from a fixed seed, so that the same days
//! give the same dates.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::calendar::{Calendar, NoWorkday};
use crate::checks::Verdict;
use crate::verify::Life;

/// Below so many working days nothing is said.
pub const LEAST_DAYS: usize = 10;
/// Below so many days on which something became true nothing is said.
pub const LEAST_ACTIVE: usize = 5;
/// So many working days are looked ahead: about five years.
pub const HORIZON: usize = 1_300;
/// Of a longer past only the last working days count: about two years.
pub const LONGEST_PAST: usize = 520;

/// Runs of which the percentiles are taken.
const RUNS: usize = 2_000;
/// The seed of the draws; any would do.
const SEED: u64 = 0x7472_7565_7570;

/// When a plan may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forecast {
    /// Nothing remains.
    Done,
    /// Too little is known: it takes [`LEAST_DAYS`] working days and [`LEAST_ACTIVE`] active ones.
    CannotTell(Basis),
    /// At this pace less than half of the runs are done within the [`HORIZON`].
    OutOfSight(Basis),
    /// A range of days.
    Range {
        /// Half of the runs are done on this day or before.
        p50: Date,
        /// 85 of 100 runs are done on this day or before; `None` when that lies beyond the [`HORIZON`].
        p85: Option<Date>,
        /// What it rests on.
        basis: Basis,
    },
}

/// What a forecast rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis {
    /// Tasks that do not hold.
    pub remaining: usize,
    /// Working days observed: the n of a range.
    pub days: usize,
    /// Those on which more became true than broke.
    pub active: usize,
    /// How many became true on them, less those that broke.
    pub gained: i64,
}

/// Forecasts the day on which `remaining` tasks will have become true. `days` says for each observed working day, the
/// oldest first, how many became true less how many broke, zeros included ([`per_workday`] makes it); the last may
/// be today or the working day before. The first day that can be answered is the first working day after `today`.
///
/// # Errors
/// When the calendar has no working days ahead.
pub fn forecast(remaining: usize, days: &[i64], calendar: &Calendar, today: Date) -> Result<Forecast, NoWorkday> {
    let days = days.get(days.len().saturating_sub(LONGEST_PAST)..).unwrap_or(days);
    let basis = Basis {
        remaining,
        days: days.len(),
        active: days.iter().filter(|net| **net > 0).count(),
        gained: days.iter().fold(0, |sum, net| sum.saturating_add(*net)),
    };
    if remaining == 0 {
        return Ok(Forecast::Done);
    }
    if basis.days < LEAST_DAYS || basis.active < LEAST_ACTIVE {
        return Ok(Forecast::CannotTell(basis));
    }
    let ends = ends(remaining, days);
    let (Some(p50), p85) = (percentile(&ends, 50), percentile(&ends, 85)) else {
        return Ok(Forecast::OutOfSight(basis));
    };
    let mut date = today;
    let mut at_p50 = today;
    for day in 1..=p85.unwrap_or(p50) {
        date = calendar.next_workday_after(date)?;
        if day == p50 {
            at_p50 = date;
        }
    }
    Ok(Forecast::Range { p50: at_p50, p85: p85.map(|_| date), basis })
}

/// Forecasts from what a plan went through since its file came to the branch (since the first commit, when it never
/// did): what became true and what broke, by the day on which it reached the branch. Today is not over and does not
/// count.
///
/// # Errors
/// When the calendar has no working days ahead.
pub fn of_life(life: &Life, calendar: &Calendar, now: Timestamp) -> Result<Forecast, NoWorkday> {
    let day = |seconds: i64| calendar.day_of(Timestamp::from_second(seconds).unwrap_or(Timestamp::MIN));
    let first = life.planned.unwrap_or(0);
    let today = calendar.day_of(now);
    let from = life.steps.get(first).map_or(today, |step| day(step.time));
    // What the plan found when it came was nobody's work on it.
    let since = life.transitions.iter().filter(|transition| transition.step > first);
    let changes = since.filter_map(|transition| {
        let net = i64::from(transition.change.is_gain()) - i64::from(transition.change.is_loss());
        (net != 0).then(|| (day(transition.landed()), net))
    });
    let days = per_workday(changes, calendar, from, today);
    let remaining = life.verdicts.iter().filter(|verdict| **verdict != Verdict::Holds).count();
    forecast(remaining, &days, calendar, today)
}

/// How many tasks became true less how many broke on each working day from `from` on and before `until`, the oldest
/// first. `changes` are days, in any order, with what changed on them; what changed on a day that is not worked
/// counts on the next one that is, or on the last when none follows: nothing that was done is lost.
pub fn per_workday(
    changes: impl IntoIterator<Item = (Date, i64)>,
    calendar: &Calendar,
    from: Date,
    until: Date,
) -> Vec<i64> {
    let days: Vec<Date> = calendar.workdays(from, until).collect();
    let mut net = vec![0_i64; days.len()];
    for (date, change) in changes {
        if date < from || date >= until {
            continue;
        }
        let at = days.partition_point(|day| *day < date).min(days.len().saturating_sub(1));
        if let Some(net) = net.get_mut(at) {
            *net = net.saturating_add(change);
        }
    }
    net
}

/// The length of each run in working days, sorted; one that does not end within the horizon is `usize::MAX`.
fn ends(remaining: usize, days: &[i64]) -> Vec<usize> {
    let remaining = i64::try_from(remaining).unwrap_or(i64::MAX);
    let mut draws = Draws(SEED);
    let mut ends: Vec<usize> = (0..RUNS).map(|_| run(remaining, days, &mut draws)).collect();
    ends.sort_unstable();
    ends
}

fn run(remaining: i64, days: &[i64], draws: &mut Draws) -> usize {
    let mut urn = days.to_vec();
    let mut gained = 0_i64;
    for day in 1..=HORIZON {
        let net = urn.get(draws.below(urn.len())).copied().unwrap_or(0);
        urn.push(net);
        gained = gained.saturating_add(net);
        if gained >= remaining {
            return day;
        }
    }
    usize::MAX
}

/// The least length that so many of a hundred runs do not exceed; `None` when it lies beyond the horizon.
fn percentile(sorted: &[usize], percent: usize) -> Option<usize> {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().filter(|length| *length != usize::MAX)
}

/// SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, *Fast Splittable Pseudorandom Number Generators*, 2014): the same
/// numbers on every machine and in every version, which no crate promises.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is small: what the upper half of a draw makes uneven does not count.
    fn below(&mut self, bound: usize) -> usize {
        let scaled = (self.next() >> 32).saturating_mul(bound as u64) >> 32;
        usize::try_from(scaled).unwrap_or(0)
    }
}
