//! Working days over weekends, holidays, changes of the clock and years' ends.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use trueup::calendar::{Calendar, DAYS, LazyZone, NoWorkday, Week, Zone, day_words, holiday, zone_name};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn calendar(name: &str, holidays: &[&str]) -> Calendar {
    let holidays = holidays.iter().flat_map(|text| holiday(text).unwrap()).collect();
    Calendar { zone: TimeZone::get(name).unwrap(), week: Week::default(), holidays }
}

#[test]
fn the_last_working_day() {
    for (today, holidays, wanted) in [
        ("2026-11-25", &[][..], "2026-11-24"),                       // Wednesday, Tuesday
        ("2026-11-30", &[], "2026-11-27"),                           // Monday, Friday
        ("2026-11-29", &[], "2026-11-27"),                           // Sunday
        ("2026-11-28", &[], "2026-11-27"),                           // Saturday
        ("2026-11-30", &["2026-11-27"], "2026-11-26"),               // Friday is a holiday
        ("2026-11-30", &["2026-11-30"], "2026-11-27"),               // today is one
        ("2027-01-01", &["2026-12-24..2027-01-01"], "2026-12-23"),   // over the year's end
        ("2027-01-04", &["2026-12-25", "2027-01-01"], "2026-12-31"), // two years
        ("2028-03-01", &[], "2028-02-29"),                           // leap day
        ("2026-11-30", &["2026-11-28..2026-11-29"], "2026-11-27"),   // holidays on a weekend
    ] {
        assert_eq!(calendar("UTC", holidays).last_workday_before(day(today)), Ok(day(wanted)), "{today} {holidays:?}");
    }
}

#[test]
fn other_weeks() {
    let week = |text: &str| Week::of(day_words(text).unwrap()).unwrap();
    let gulf = Calendar { week: week("sun-thu"), ..Calendar::plain(TimeZone::UTC) };
    assert_eq!(gulf.last_workday_before(day("2026-11-29")), Ok(day("2026-11-26")));
    assert_eq!(gulf.next_workday_after(day("2026-11-26")), Ok(day("2026-11-29")));
    let one = Calendar { week: week("Wednesday"), ..gulf };
    assert_eq!(one.last_workday_before(day("2026-11-25")), Ok(day("2026-11-18")));
    assert_eq!(one.workdays_between(day("2026-11-18"), day("2026-12-02")), 2);
    assert_eq!(Week::of([]), None);
}

#[test]
fn a_week_is_written_as_it_is_read() {
    for bits in 1_u8..128 {
        let days = DAYS.iter().enumerate().filter(|(i, _)| bits & (1 << i) != 0).map(|(_, (day, _, _))| *day);
        let week = Week::of(days).unwrap();
        assert_eq!(Week::of(day_words(&week.to_string()).unwrap()), Some(week), "{week}");
        assert_eq!(week.len(), week.days().count());
    }
    assert_eq!(Week::default().to_string(), "mon-fri");
    assert_eq!(day_words("sat-mon").unwrap(), [Weekday::Saturday, Weekday::Sunday, Weekday::Monday]);
    for text in ["", "mon-", "-fri", "funday", "mon,,tue", "mon-fri-sun", "1"] {
        assert!(day_words(text).is_err(), "{text}");
    }
}

#[test]
fn nothing_but_holidays_is_said() {
    let mut all = calendar("UTC", &[]);
    all.holidays = day("2010-01-01").series(1.day()).take_while(|date| *date < day("2040-01-01")).collect();
    let from = day("2026-11-25");
    assert_eq!(all.last_workday_before(from), Err(NoWorkday { from }));
    assert_eq!(all.next_workday_after(from), Err(NoWorkday { from }));
    assert_eq!(all.workdays_between(day("2020-01-01"), day("2030-01-01")), 0);
    // The ends of time are ends too.
    let plain = Calendar::plain(TimeZone::UTC);
    assert_eq!(plain.last_workday_before(Date::MIN), Err(NoWorkday { from: Date::MIN }));
    assert_eq!(plain.next_workday_after(Date::MAX), Err(NoWorkday { from: Date::MAX }));
    for zone in ["UTC", "Pacific/Apia", "America/Los_Angeles"] {
        let calendar = calendar(zone, &[]);
        assert!(calendar.start_of_day(Date::MIN) < calendar.start_of_day(Date::MAX));
        calendar.day_of(Timestamp::MIN);
        calendar.day_of(Timestamp::MAX);
    }
}

#[test]
fn a_day_begins_where_its_clocks_say() {
    for (zone, date, wanted) in [
        ("UTC", "2026-11-25", "2026-11-25T00:00:00Z"),
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z"), // forward at 02:00
        ("Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z"), // a day of 23 hours
        ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z"),
        ("Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00Z"), // a day of 25 hours
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"), // no midnight: 00:00 becomes 01:00
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"), // two midnights: 01:00 becomes 00:00
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z"), // 23:30 becomes 00:30
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),  // the day that was not
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
        ("Asia/Kathmandu", "2026-11-25", "2026-11-24T18:15:00Z"),
    ] {
        let calendar = calendar(zone, &[]);
        let start = calendar.start_of_day(day(date));
        assert_eq!(start.to_string(), wanted, "{zone} {date}");
    }
    let samoa = calendar("Pacific/Apia", &[]);
    assert_eq!(samoa.day_of(samoa.start_of_day(day("2011-12-30"))), day("2011-12-31"));
}

#[test]
fn a_moment_is_of_the_day_of_its_zone() {
    let moment: Timestamp = "2026-12-31T23:30:00Z".parse().unwrap();
    assert_eq!(calendar("UTC", &[]).day_of(moment), day("2026-12-31"));
    assert_eq!(calendar("Europe/Berlin", &[]).day_of(moment), day("2027-01-01"));
    assert_eq!(calendar("America/New_York", &[]).day_of(moment), day("2026-12-31"));
}

#[test]
fn zones_as_they_are_written() {
    let system = LazyZone::from(TimeZone::get("Asia/Tokyo").unwrap());
    for (text, name) in [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("local", "Asia/Tokyo"),
        ("UTC", "UTC"),
        ("Z", "UTC"),
        ("+02:00", "+02"),
        ("-0330", "-03:30"),
    ] {
        assert_eq!(zone_name(&Zone::parse(text).unwrap().or_system(&system)), name, "{text}");
    }
    for text in ["", "Europe/Berln", "+99:00", "../etc/passwd", "+", "Europe", "EST5EDT4,x"] {
        assert!(Zone::parse(text).is_err(), "{text}");
    }
}

#[test]
fn holidays_as_they_are_written() {
    assert_eq!(holiday("2026-12-25").unwrap(), [day("2026-12-25")]);
    assert_eq!(holiday("2026-12-30 .. 2027-01-02").unwrap().len(), 4);
    assert_eq!(holiday("2026-12-30..2026-12-30").unwrap().len(), 1);
    for text in
        ["", "..", "2026-02-29", "2026-12-25T10:00", "25.12.2026", "2026-12-31..2026-12-24", "0001-01-01..9999-12-31"]
    {
        assert!(holiday(text).is_err(), "{text}");
    }
}

fn dates() -> impl Strategy<Value = Date> {
    (-400_i32..400).prop_map(|days| day("2026-01-01").saturating_add(days.days()))
}

const ZONES: &[&str] =
    &["UTC", "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Australia/Lord_Howe", "Africa/Cairo"];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Counting, listing and stepping agree; nothing that is not worked is ever answered.
    #[test]
    fn days_agree(
        bits in 1_u8..128,
        holidays in prop::collection::btree_set(dates(), 0..60),
        (from, until) in (dates(), dates()),
        zone in prop::sample::select(ZONES),
    ) {
        let days = DAYS.iter().enumerate().filter(|(i, _)| bits & (1 << i) != 0).map(|(_, (day, _, _))| *day);
        let calendar = Calendar { zone: TimeZone::get(zone).unwrap(), week: Week::of(days).unwrap(), holidays };
        let listed: Vec<Date> = calendar.workdays(from, until).collect();
        prop_assert_eq!(calendar.workdays_between(from, until), listed.len());
        prop_assert!(listed.iter().all(|date| calendar.is_workday(*date) && *date >= from && *date < until));
        let last = calendar.last_workday_before(until).unwrap();
        prop_assert!(last < until && calendar.is_workday(last));
        prop_assert_eq!(calendar.workdays_between(last.tomorrow().unwrap(), until), 0);
        let next = calendar.next_workday_after(from).unwrap();
        prop_assert!(next > from && calendar.is_workday(next));
        prop_assert_eq!(calendar.workdays_between(from.tomorrow().unwrap(), next), 0);
        // A day is what lies between its start and the next one's.
        let (start, end) = (calendar.start_of_day(from), calendar.start_of_day(from.tomorrow().unwrap()));
        prop_assert_eq!(calendar.day_of(start), from);
        prop_assert!(calendar.day_of(start - 1.second()) < from);
        prop_assert_eq!(calendar.day_of(end - 1.second()), from);
    }
}
