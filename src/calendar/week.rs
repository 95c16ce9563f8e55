//! The days of a week that are worked.

use jiff::civil::Weekday;

/// The days with their short and long names, Monday first.
pub const DAYS: [(Weekday, &str, &str); 7] = [
    (Weekday::Monday, "mon", "monday"),
    (Weekday::Tuesday, "tue", "tuesday"),
    (Weekday::Wednesday, "wed", "wednesday"),
    (Weekday::Thursday, "thu", "thursday"),
    (Weekday::Friday, "fri", "friday"),
    (Weekday::Saturday, "sat", "saturday"),
    (Weekday::Sunday, "sun", "sunday"),
];

/// The days of the week that are worked: at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// Bit 0 is Monday; never 0.
    days: u8,
}

impl Default for Week {
    /// Monday to Friday.
    fn default() -> Self {
        Self { days: 0b001_1111 }
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}

impl Week {
    /// The week of these days; `None` when there is none.
    pub fn of(days: impl IntoIterator<Item = Weekday>) -> Option<Self> {
        let days = days.into_iter().fold(0, |bits, day| bits | bit(day));
        (days != 0).then_some(Self { days })
    }

    /// Whether a day of the week is worked.
    pub fn has(self, day: Weekday) -> bool {
        self.days & bit(day) != 0
    }

    /// The same by its number, Monday being 1 and Sunday 7.
    pub(super) fn has_number(self, day: i64) -> bool {
        (1..=7).contains(&day) && self.days & (1 << (day - 1)) != 0
    }

    /// How many days are worked: 1 to 7.
    pub fn len(self) -> usize {
        self.days.count_ones() as usize
    }

    /// Never: a week has at least one day.
    pub fn is_empty(self) -> bool {
        false
    }

    /// The days, Monday first.
    pub fn days(self) -> impl Iterator<Item = Weekday> {
        DAYS.iter().map(|(day, _, _)| *day).filter(move |day| self.has(*day))
    }
}

impl std::fmt::Display for Week {
    /// As it is written in a setting: runs of three and more as `mon-fri`, else day by day: `mon,tue,thu-sat`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut runs: Vec<Vec<&str>> = Vec::new();
        let mut before = false;
        for (day, short, _) in DAYS {
            let worked = self.has(day);
            match runs.last_mut() {
                Some(run) if worked && before => run.push(short),
                _ if worked => runs.push(vec![short]),
                _ => {}
            }
            before = worked;
        }
        let parts: Vec<String> = runs
            .iter()
            .map(|run| match run.as_slice() {
                [first, _, .., last] => format!("{first}-{last}"),
                few => few.join(","),
            })
            .collect();
        f.write_str(&parts.join(","))
    }
}
