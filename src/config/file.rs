//! A person's own settings: their file and their environment.

use std::ffi::OsString;
use std::path::PathBuf;

use super::registry::{COLOR, COLOURS, CONFIG};
use super::settings::Colour;
use crate::calendar::Zone;
use crate::plan::{Mistake, Placed, Shared, load_table, near_zone};
use crate::source::Lines;

/// What a person's file brings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserSettings {
    /// What plan.toml may bring too.
    pub shared: Shared,
    /// When text is coloured.
    pub color: Option<Placed<Colour>>,
}

impl UserSettings {
    /// Reads a config.toml.
    ///
    /// # Errors
    /// Every mistake, in file order.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<Mistake>> {
        let (root, mut mistakes) = load_table(bytes, &CONFIG);
        let lines = Lines::of(bytes);
        let mut settings = Self::default();
        if let Some(root) = root {
            let (shared, wrong) = Shared::read(&root, &lines);
            mistakes.extend(wrong);
            settings.shared = shared;
            settings.color = root.get(COLOR.name).and_then(|value| {
                let value_of = Colour::of(value.text()?)?;
                Some(Placed { value: value_of, line: lines.line(value.span.start) })
            });
        }
        mistakes.sort_by_key(|mistake| mistake.span);
        if mistakes.is_empty() { Ok(settings) } else { Err(mistakes) }
    }
}

impl Colour {
    /// The colour of a word of the setting.
    pub fn of(word: &str) -> Option<Self> {
        let at = COLOURS.iter().position(|known| *known == word)?;
        [Self::Auto, Self::Always, Self::Never].get(at).copied()
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

/// Where a person's settings are: `$XDG_CONFIG_HOME/trueup/config.toml`, else `$HOME/.config/trueup/config.toml`. A
/// relative `XDG_CONFIG_HOME` counts as unset, as the XDG Base Directory Specification says. `None` without either.
pub fn user_file(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| variable(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let base = folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")))?;
    Some(base.join("trueup").join("config.toml"))
}

/// Why a word is no zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WrongZone {
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// What to write instead: the nearest zone, when one is near.
    pub help: String,
}

/// A zone as the command line and the environment write it.
///
/// # Errors
/// What names no zone.
pub fn read_zone(text: &str) -> Result<Zone, WrongZone> {
    Zone::parse(text).map_err(|error| WrongZone {
        help: near_zone(text).map_or_else(|| error.help.to_owned(), |near| format!("did you mean `{near}`?")),
        message: error.message,
    })
}

/// What a variable of the environment says that it cannot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {wrong}")]
pub struct WrongVariable {
    /// The variable.
    pub name: &'static str,
    /// What is wrong with its value.
    pub wrong: WrongZone,
}

/// What the environment brings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment {
    /// `TRUEUP_TZ`.
    pub time_zone: Option<Zone>,
    /// `NO_COLOR`.
    pub color: Option<Colour>,
}

impl Environment {
    /// Takes the variables in; an empty one counts as unset.
    ///
    /// # Errors
    /// A value that means nothing.
    pub fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, WrongVariable> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let mut found = Self { time_zone: None, color: set("NO_COLOR").map(|_| Colour::Never) };
        if let Some(text) = set("TRUEUP_TZ") {
            let zone = read_zone(&text.to_string_lossy());
            found.time_zone = Some(zone.map_err(|wrong| WrongVariable { name: "TRUEUP_TZ", wrong })?);
        }
        Ok(found)
    }
}
