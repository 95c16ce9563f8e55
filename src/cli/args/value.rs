//! Values of options that are read here, so that a mistake says how they are written.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::calendar::Zone;
use crate::config::read_zone;

/// `--tz`.
pub(super) fn zone(text: &str) -> Result<Zone, String> {
    read_zone(text).map_err(|wrong| format!("{}; {}", wrong.message, wrong.help))
}

/// `--now`.
pub(super) fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| "it is no moment; write it as 2026-11-02T09:00:00Z or 2026-11-02T09:00:00+01:00".to_owned())
}

/// `--until` of a word.
pub(super) fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "it is no day of the calendar; write it as 2027-01-31".to_owned())
}
