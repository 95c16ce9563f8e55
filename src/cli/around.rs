//! What the machine and the person's own file bring to every command: read once, here.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args::{Global, When};
use super::error::{CliError, ErrorKind};
use super::plan_file::mistakes_error;
use crate::calendar::LazyZone;
use crate::config::{Colour, Environment, Flags, Given, Settings, UserSettings, user_file};
use crate::plan::{LARGEST_PLAN, Shared};

/// The machine's zone, the environment and the person's own settings.
#[derive(Debug, Clone)]
pub struct Around {
    system: LazyZone,
    environment: Environment,
    /// Where the person's own file is, or would be.
    file: Option<PathBuf>,
    /// What it says, when it is there.
    user: Option<Arc<UserSettings>>,
    /// How Linear is reached.
    pub(super) linear: LinearAccess,
}

/// How Linear is reached: LINEAR_API_KEY and LINEAR_API_URL, or the stand-in of the demo.
#[derive(Clone, Default)]
pub struct LinearAccess {
    /// The key; `None` without one.
    pub key: Option<String>,
    /// Another address than Linear's own.
    pub url: Option<String>,
}

impl std::fmt::Debug for LinearAccess {
    /// The key is shown to nobody.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinearAccess").field("has_key", &self.key.is_some()).field("url", &self.url).finish()
    }
}

impl Default for Around {
    /// Nothing of anybody's.
    fn default() -> Self {
        let linear = LinearAccess::default();
        Self { system: TimeZone::UTC.into(), environment: Environment::default(), file: None, user: None, linear }
    }
}

impl Around {
    /// Reads zone, environment and file.
    pub(super) fn read() -> Result<Self, CliError> {
        let environment = Environment::read(|name| std::env::var_os(name)).map_err(|error| {
            let help = error.wrong.help.clone();
            CliError::new(ErrorKind::Usage, error.to_string()).help(help)
        })?;
        let file = user_file(|name| std::env::var_os(name));
        let user = match &file {
            Some(file) => read_user(file)?.map(Arc::new),
            None => None,
        };
        // A machine that does not know its zone goes by UTC, as its other programs do.
        let system = LazyZone::new(|| TimeZone::try_system().unwrap_or(TimeZone::UTC));
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let linear = LinearAccess { key: set("LINEAR_API_KEY"), url: set("LINEAR_API_URL") };
        Ok(Self { system, environment, file, user, linear })
    }

    /// Where the person's own file is or would be, and whether it is there.
    pub(super) fn file(&self) -> Option<(&Path, bool)> {
        self.file.as_deref().map(|file| (file, self.user.is_some()))
    }
}

impl Global {
    /// The present: `--now`, else the clock.
    pub(super) fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }

    /// The settings that are in force with a plan, or without one.
    pub(super) fn settings(&self, plan: Option<(&Path, &Shared)>) -> Settings {
        let color = self.color.map(|when| match when {
            When::Auto => Colour::Auto,
            When::Always => Colour::Always,
            When::Never => Colour::Never,
        });
        let user = self.around.file.as_deref().zip(self.around.user.as_deref());
        Settings::resolve(&Given {
            flags: &Flags { time_zone: self.tz.clone(), color },
            environment: &self.around.environment,
            user,
            plan,
            system: &self.around.system,
        })
    }
}

fn read_user(file: &Path) -> Result<Option<UserSettings>, CliError> {
    let failed = |error: &std::io::Error| {
        CliError::io(file, "read your settings,", error).help("XDG_CONFIG_HOME says where they are looked for")
    };
    let size = match std::fs::metadata(file) {
        Ok(metadata) => metadata.len(),
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(failed(&error)),
    };
    if size > LARGEST_PLAN as u64 {
        let message = format!("{} has {size} bytes; settings may have {LARGEST_PLAN}", file.display());
        return Err(CliError::new(ErrorKind::Config, message).path(file.display().to_string()));
    }
    let bytes = std::fs::read(file).map_err(|error| failed(&error))?;
    let settings = UserSettings::read(&bytes);
    settings.map(Some).map_err(|found| mistakes_error(ErrorKind::Config, file, &bytes, &found))
}

/// No file there, or a file where one of its folders would be.
fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}
