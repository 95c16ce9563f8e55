//! Days of the story, counted back from now.

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

/// A time of day (UTC) on the `days`-th working day (Monday to Friday) before the day of `now`. Times near the
/// ends of the calendar fall back to `now`.
pub(super) fn working_days_before(now: Timestamp, days: i64, (hour, minute): (i8, i8)) -> Timestamp {
    let mut date = now.to_zoned_datetime(TimeZone::UTC).date();
    let mut left = days;
    while left > 0 {
        let Ok(before) = date.yesterday() else { return now };
        date = before;
        if !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    let time = date.at(hour, minute, 0, 0);
    time.to_zoned_datetime(TimeZone::UTC).map(|time| time.timestamp()).unwrap_or(now)
}
