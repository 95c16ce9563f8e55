//! What was looked at on disk, and how it stood: enough to know later, without reading anything, that it still does.

use std::collections::HashMap;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// More places than this are not remembered: looking at each again would be no shortcut.
const MOST_PLACES: usize = 20_000;

/// A file that changed within so short a time before it was looked at may change again without its times showing it
/// (git calls it racy): the kernel's clock for files goes in steps of up to ten milliseconds.
const RACY: Duration = Duration::from_millis(100);

/// The same on a file system that counts whole seconds; FAT's counts every other one.
const RACY_IN_SECONDS: Duration = Duration::from_secs(2);

/// A way to look at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Look {
    /// At what stands there itself, link or not. Of a folder only that it is one.
    Itself,
    /// At what stands there through links: a file.
    Through,
    /// At the names in a folder.
    Names,
}

type Place = (PathBuf, Look);

fn metadata(path: &Path, look: Look) -> std::io::Result<Metadata> {
    match look {
        Look::Itself => path.symlink_metadata(),
        Look::Through | Look::Names => path.metadata(),
    }
}

/// How something stood on disk: another one means that it may have changed, the same one that it did not (but for the
/// racy moments before it was taken).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    mode: u32,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(found: &Metadata, look: Look) -> Self {
        let (device, inode, mode) = (found.dev(), found.ino(), found.mode());
        if found.is_dir() && look != Look::Names {
            return Self { device, inode, mode, size: 0, modified: (0, 0), changed: (0, 0) };
        }
        let (modified, changed) = ((found.mtime(), found.mtime_nsec()), (found.ctime(), found.ctime_nsec()));
        Self { device, inode, mode, size: found.size(), modified, changed }
    }

    /// Whether a change after `begun` would show. The kernel itself sets the time of the last change, whatever is done
    /// to the other one; parts of seconds in it prove that the file system keeps them.
    fn is_settled(&self, begun: SystemTime) -> bool {
        let (seconds, nanoseconds) = self.changed;
        let (Ok(whole), Ok(part)) = (u64::try_from(seconds), u32::try_from(nanoseconds)) else { return false };
        let racy = if part == 0 { RACY_IN_SECONDS } else { RACY };
        let changed = UNIX_EPOCH.checked_add(Duration::from_secs(whole));
        let changed = changed.and_then(|changed| changed.checked_add(Duration::from_nanos(u64::from(part))));
        changed.zip(begun.checked_sub(racy)).is_some_and(|(changed, last)| changed < last)
    }
}

/// Places with their stamps; `None` where nothing stood.
pub(super) type Stamps = Vec<(Place, Option<Stamp>)>;

/// What was looked at so far.
pub(super) struct Looks {
    begun: SystemTime,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    places: HashMap<Place, Option<Stamp>>,
    /// Something that no stamp tells of was looked at, something changed in between, or it was too much.
    beyond: bool,
}

impl Looks {
    /// Nothing looked at yet. `begun` is the time by the clock.
    pub fn new(begun: SystemTime) -> Self {
        Self { begun, seen: Mutex::default() }
    }

    /// Looks of which nothing is to be kept.
    pub fn forgotten() -> Self {
        let looks = Self::new(UNIX_EPOCH);
        looks.beyond();
        looks
    }

    /// Whether all of that still stands as it did; if so, it counts as looked at.
    pub fn still(&self, stamps: &Stamps) -> bool {
        let same = stamps.iter().all(|((path, look), stamp)| match metadata(path, *look) {
            Ok(found) => *stamp == Some(Stamp::of(&found, *look)),
            Err(error) => stamp.is_none() && is_absent(&error),
        });
        if same {
            self.with(|seen| seen.places.extend(stamps.iter().cloned()));
        }
        same
    }

    /// Looks there and remembers what stood there. It has to come before anything there is read.
    pub fn look(&self, path: &Path, look: Look) -> std::io::Result<Metadata> {
        let found = metadata(path, look);
        match &found {
            Ok(found) => self.note(path, look, Some(Stamp::of(found, look))),
            Err(error) if is_absent(error) => self.note(path, look, None),
            Err(_) => self.beyond(),
        }
        found
    }

    /// Something decides that no stamp tells of.
    pub fn beyond(&self) {
        self.with(|seen| seen.beyond = true);
    }

    fn note(&self, path: &Path, look: Look, stamp: Option<Stamp>) {
        self.with(|seen| {
            if seen.beyond {
                return;
            }
            let before = seen.places.insert((path.to_path_buf(), look), stamp);
            seen.beyond = before.is_some_and(|before| before != stamp) || seen.places.len() > MOST_PLACES;
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Seen) -> T) -> T {
        work(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was looked at, when looking at it again will tell whether anything changed.
    pub fn stamps(&self) -> Option<Stamps> {
        self.with(|seen| {
            let settled = |stamp: &Option<Stamp>| stamp.is_none_or(|stamp| stamp.is_settled(self.begun));
            if seen.beyond || !seen.places.values().all(settled) {
                return None;
            }
            let mut stamps: Stamps = seen.places.iter().map(|(place, stamp)| (place.clone(), *stamp)).collect();
            stamps.sort_by(|a, b| a.0.cmp(&b.0));
            Some(stamps)
        })
    }
}

/// Nothing there: no such name, a file where a folder would have to be, a name no file system holds.
pub(super) fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename)
}
