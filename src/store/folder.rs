//! Where the files lie.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The user's folders for what programs keep
/// (<https://specifications.freedesktop.org/basedir-spec/latest/>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    cache: Option<PathBuf>,
    state: Option<PathBuf>,
}

impl Folders {
    /// From XDG_CACHE_HOME, XDG_STATE_HOME and HOME; relative and empty ones count as unset.
    pub fn of(value: impl Fn(&str) -> Option<OsString>) -> Self {
        let folder = |name: &str| value(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let home = folder("HOME");
        let below = |name: &str, otherwise: &str| folder(name).or_else(|| Some(home.as_ref()?.join(otherwise)));
        Self { cache: below("XDG_CACHE_HOME", ".cache"), state: below("XDG_STATE_HOME", ".local/state") }
    }

    /// The cache of a repository, told by its common git folder; `None` without a home.
    pub fn cache(&self, common_dir: &Path) -> Option<PathBuf> {
        Some(self.cache.as_ref()?.join("trueup").join(name_of(common_dir)).join("cache.db"))
    }

    /// The state of a repository, told by its common git folder; `None` without a home.
    pub fn state(&self, common_dir: &Path) -> Option<PathBuf> {
        Some(self.state.as_ref()?.join("trueup").join(name_of(common_dir)).join("state.db"))
    }
}

/// A name for a repository: linked work trees share it, and links on the way there do not count.
fn name_of(common_dir: &Path) -> String {
    let real = common_dir.canonicalize().unwrap_or_else(|_| common_dir.to_path_buf());
    let hash = blake3::hash(real.as_os_str().as_encoded_bytes()).to_hex();
    hash.get(..32).unwrap_or_default().to_owned()
}
