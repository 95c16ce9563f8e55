//! The settings there are: readers of files, `trueup config` and its documentation derive from this list.

use crate::plan::keys::{HOLIDAYS, KeyType, PlanKey, PlanTable, STANDUP_BY, TIME_ZONE, WORKWEEK, optional};

/// A setting.
#[derive(Debug)]
pub struct Setting {
    /// Its key in a file: name, type and meaning.
    pub key: PlanKey,
    /// Whether `[settings]` of plan.toml may bring it; what concerns only a person's terminal is theirs alone.
    pub shared: bool,
    /// The option that brings it.
    pub flag: Option<&'static str>,
    /// The variable of the environment that brings it, and how.
    pub variable: Option<(&'static str, &'static str)>,
    /// What it is when nothing brings it, in words.
    pub default: &'static str,
}

/// The words of `color`.
pub(super) const COLOURS: &[&str] = &["auto", "always", "never"];

/// `color`, which only a person's own file has.
pub(super) const COLOR: PlanKey =
    optional("color", KeyType::OneOf(COLOURS), "when text is coloured; `auto` is on a terminal");

/// The file of a person's own settings.
pub static CONFIG: PlanTable =
    PlanTable { what: "config.toml", keys: &[TIME_ZONE, WORKWEEK, HOLIDAYS, STANDUP_BY, COLOR] };

/// Every setting, in the order of the documentation.
pub static SETTINGS: &[Setting] = &[
    Setting {
        key: TIME_ZONE,
        shared: true,
        flag: Some("--tz"),
        variable: Some(("TRUEUP_TZ", "a zone, written as in a file")),
        default: "local",
    },
    Setting { key: WORKWEEK, shared: true, flag: None, variable: None, default: "mon-fri" },
    Setting { key: HOLIDAYS, shared: true, flag: None, variable: None, default: "none" },
    Setting { key: STANDUP_BY, shared: true, flag: None, variable: None, default: "person" },
    Setting {
        key: COLOR,
        shared: false,
        flag: Some("--color"),
        variable: Some(("NO_COLOR", "`never`, when it is not empty")),
        default: "auto",
    },
];

/// The setting of that name.
pub fn setting(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key.name == name)
}
