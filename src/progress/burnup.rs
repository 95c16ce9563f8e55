//! Burn-up: scope, claimed and verified over time.

use jiff::Timestamp;

use crate::verify::{Life, Step};

/// Scope, claimed and verified along a branch, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Burnup {
    points: Vec<Point>,
}

/// How things stood from a moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The moment, seconds since 1970-01-01 UTC; it never goes back along a [`Burnup`].
    pub time: i64,
    /// The tasks of the plan.
    pub scope: u32,
    /// Those that were claimed.
    pub claimed: u32,
    /// Those that held.
    pub verified: u32,
}

impl Point {
    /// How many more are claimed than hold; 0 when it is the other way round.
    pub fn gap(&self) -> u32 {
        self.claimed.saturating_sub(self.verified)
    }

    /// The gap in words, for people.
    pub fn gap_words(&self) -> String {
        match (self.gap(), self.verified.saturating_sub(self.claimed)) {
            _ if self.claimed == 0 => "nothing is claimed".to_owned(),
            (0, 0) => "no gap: as many claimed as verified".to_owned(),
            (0, ahead) => format!("{ahead} more verified than claimed"),
            (gap, _) => format!("gap: {gap} more claimed than verified"),
        }
    }
}

impl Burnup {
    /// The burn-up of a life: a point for each step. Clocks that went wrong are put right: the times that are in
    /// order with most others stay, and any other is that of the commit before it.
    pub fn of(life: &Life) -> Self {
        Self::of_steps(&life.steps)
    }

    /// The burn-up of some steps of a life, one after the other.
    pub fn of_steps(steps: &[Step]) -> Self {
        Self::new(steps.iter().map(|step| Point {
            time: step.time,
            scope: step.holds + step.fails + step.unknown,
            claimed: step.claimed,
            verified: step.holds,
        }))
    }

    /// The burn-up of points in the order of their commits.
    pub fn new(points: impl IntoIterator<Item = Point>) -> Self {
        let mut points: Vec<Point> = points.into_iter().collect();
        let times: Vec<i64> = points.iter().map(|point| point.time).collect();
        let kept = in_order(&times);
        let mut last = kept.iter().position(|kept| *kept).and_then(|at| times.get(at)).copied().unwrap_or(0);
        for (point, kept) in points.iter_mut().zip(kept) {
            if kept {
                last = point.time;
            }
            point.time = last;
        }
        Self { points }
    }

    /// Every point.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// How things stand at the end; `None` before the first commit.
    pub fn last(&self) -> Option<Point> {
        self.points.last().copied()
    }

    /// Whether anything was claimed at any time.
    pub fn has_claims(&self) -> bool {
        self.points.iter().any(|point| point.claimed > 0)
    }

    /// The first and the last moment.
    pub fn span(&self) -> Option<(i64, i64)> {
        Some((self.points.first()?.time, self.points.last()?.time))
    }

    /// The greatest number that occurs, at least 1.
    pub fn most(&self) -> u32 {
        self.points.iter().map(|point| point.scope.max(point.claimed).max(point.verified)).max().unwrap_or(0).max(1)
    }

    /// The burn-up in `columns` points at even distances: how things stood at the end of each column of time. What
    /// came and went within a column is not seen. Empty before the first commit.
    pub fn thinned(&self, columns: usize) -> Vec<Point> {
        let (Some(first), Some((start, end))) = (self.points.first(), self.span()) else { return Vec::new() };
        let mut points = self.points.iter().peekable();
        let mut now = *first;
        (1..=columns)
            .map(|column| {
                let share = (i128::from(end) - i128::from(start)) * column as i128 / columns as i128;
                let until = i64::try_from(i128::from(start) + share).unwrap_or(end);
                while let Some(next) = points.next_if(|point| point.time <= until) {
                    now = *next;
                }
                Point { time: until, ..now }
            })
            .collect()
    }
}

/// The moment of a commit's time; one that no calendar reaches is the calendar's end.
pub fn moment_of(time: i64) -> Timestamp {
    let bounded = time.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(bounded).unwrap_or_default()
}

/// Which times belong to a longest run of times that never goes back (by the patience method, in n log n).
fn in_order(times: &[i64]) -> Vec<bool> {
    // Of the runs of each length, where the one with the least last time ends; and what comes before each time.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(times.len());
    let time = |at: &usize| times.get(*at).copied().unwrap_or(i64::MAX);
    for (at, own) in times.iter().enumerate() {
        let length = ends.partition_point(|end| time(end) <= *own);
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter)).copied());
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut kept = vec![false; times.len()];
    let mut at = ends.last().copied();
    while let Some(here) = at {
        if let Some(kept) = kept.get_mut(here) {
            *kept = true;
        }
        at = before.get(here).copied().flatten();
    }
    kept
}
