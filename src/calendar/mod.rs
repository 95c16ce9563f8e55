//! Working days: which days count, in which zone.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Which days are worked, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// The zone in which days begin and end.
    pub zone: TimeZone,
    /// The days of the week that are worked, Monday being 1 and Sunday 7; never empty.
    pub week: BTreeSet<u8>,
    /// Days that are not worked all the same.
    pub holidays: BTreeSet<Date>,
}
