//! How commands end.

use super::CanFail;

/// The ways in which a command may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status {
    /// Whether it can end with 0.
    pub ok: bool,
    /// Whether it can end with something else.
    pub fail: CanFail,
}

impl Status {
    /// Always 0.
    pub const OK: Self = Self { ok: true, fail: CanFail::No };
    /// Never 0.
    pub const FAIL: Self = Self { ok: false, fail: CanFail::Yes };
    /// Either.
    pub const EITHER: Self = Self { ok: true, fail: CanFail::Yes };
    /// It cannot be seen.
    pub const UNSEEN: Self = Self { ok: true, fail: CanFail::Unknown };

    /// 0 or not.
    pub fn of(ok: bool) -> Self {
        if ok { Self::OK } else { Self::FAIL }
    }

    /// Whether it is known to be 0.
    pub fn succeeds(self) -> bool {
        self.fail == CanFail::No
    }

    /// Whether it is known not to be 0.
    pub fn fails(self) -> bool {
        !self.ok && self.fail == CanFail::Yes
    }

    /// Either this or the other.
    pub fn or(self, other: Self) -> Self {
        Self { ok: self.ok || other.ok, fail: most(self.fail, other.fail) }
    }

    /// 0 if both are.
    pub fn and(self, other: Self) -> Self {
        Self { ok: self.ok && other.ok, fail: most(self.fail, other.fail) }
    }

    /// Either this or the other, if there is another.
    pub fn either(self, other: Option<Self>) -> Self {
        other.map_or(self, |other| self.or(other))
    }

    /// `!`.
    pub fn negated(self) -> Self {
        let fail = match (self.ok, self.fail) {
            (false, _) => CanFail::No,
            (true, CanFail::Unknown) => CanFail::Unknown,
            (true, _) => CanFail::Yes,
        };
        Self { ok: self.fail != CanFail::No, fail }
    }
}

fn rank(fail: CanFail) -> u8 {
    match fail {
        CanFail::No => 0,
        CanFail::Unknown => 1,
        CanFail::Yes => 2,
    }
}

/// Yes > Unknown > No: one of the two can.
pub(super) fn most(one: CanFail, other: CanFail) -> CanFail {
    if rank(one) >= rank(other) { one } else { other }
}

/// No > Unknown > Yes: both can.
pub(super) fn least(one: CanFail, other: CanFail) -> CanFail {
    if rank(one) <= rank(other) { one } else { other }
}

/// Where a command leaves the list that it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Nowhere: the next command runs.
    Next,
    /// The script ends (or the subshell).
    Exit,
    /// The function ends.
    Return,
    /// The loop ends; so many more around it too.
    Break(u32),
    /// The loop's next turn begins; so many loops around it end.
    Continue(u32),
    /// A bound was passed: nothing more is followed.
    Stopped,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Done {
    /// Its status.
    pub status: Status,
    /// Where it left.
    pub end: End,
}

impl Done {
    /// The next command runs.
    pub fn next(status: Status) -> Self {
        Self { status, end: End::Next }
    }

    /// Whether the next command runs.
    pub fn goes_on(self) -> bool {
        self.end == End::Next
    }
}

/// On, off, or either, after branches that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Switch {
    /// On.
    On,
    /// Off.
    Off,
    /// Either.
    Maybe,
}

impl Switch {
    /// One of the two.
    pub fn or(self, other: Self) -> Self {
        if self == other { self } else { Self::Maybe }
    }
}
