//! `state.db`: what cannot be worked out again.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior, params};

use super::cache::{connection, is_busy, make_folder, version};

/// The number of this file's form.
const VERSION: i64 = 1;

/// Why the state cannot be used. Nothing in it was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// Its bytes make no sense.
    #[error("{} is damaged: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the database says.
        why: String,
    },
    /// A newer trueup wrote it.
    #[error("{} was written by a newer trueup (form {found}; this one knows {VERSION})", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The number of its form.
        found: i64,
    },
    /// Another process has held it for too long.
    #[error("another process holds {}", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be opened, read or written.
    #[error("cannot use {}: {why}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What the database or the system says.
        why: String,
    },
}

impl StateError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Damaged { .. } => "move the file away to begin anew; what it held is lost unless a backup has it",
            Self::Newer { .. } => "use that trueup, or move the file away to begin anew",
            Self::Busy { .. } => "try again once it has ended",
            Self::Unusable { .. } => "see that the folder is there and can be written, and that the disk has room",
        }
    }
}

/// Values by key on disk, shared by processes. A key is a name of the caller's: `pins`, `looked/<plan>`.
pub struct State {
    path: PathBuf,
    open: Mutex<Connection>,
}

impl State {
    /// Opens the state, and makes it and its folder where there is none.
    pub fn open(path: &Path) -> Result<Self, StateError> {
        let unusable = |why: String| StateError::Unusable { path: path.to_path_buf(), why };
        let failed = |error: rusqlite::Error| of(path, &error);
        make_folder(path).map_err(|error| unusable(error.to_string()))?;
        let mut open = connection(path).map_err(failed)?;
        let found = version(&open).map_err(failed)?;
        if found > VERSION {
            return Err(StateError::Newer { path: path.to_path_buf(), found });
        }
        if found < VERSION {
            let transaction = open.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
            migrate(&transaction).map_err(failed)?;
            transaction.commit().map_err(failed)?;
        }
        open.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
        Ok(Self { path: path.to_path_buf(), open: Mutex::new(open) })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StateError> {
        let open = self.connection();
        let found = open
            .prepare_cached("SELECT value FROM state WHERE key = ?1")
            .and_then(|mut select| select.query_row([key], |row| row.get(0)).optional());
        found.map_err(|error| of(&self.path, &error))
    }

    /// Keeps a value in the place of the one that was there.
    pub fn put(&self, key: &str, value: &[u8]) -> Result<(), StateError> {
        self.update(key, |_| Some(value.to_vec())).map(drop)
    }

    /// Changes a value whatever other processes do at the same time: `change` gets what is there now and answers
    /// what shall be (`None`: nothing). It answers what is kept then.
    pub fn update(
        &self,
        key: &str,
        change: impl FnOnce(Option<Vec<u8>>) -> Option<Vec<u8>>,
    ) -> Result<Option<Vec<u8>>, StateError> {
        let mut open = self.connection();
        let work = || -> rusqlite::Result<Option<Vec<u8>>> {
            let transaction = open.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let now: Option<Vec<u8>> =
                transaction.query_row("SELECT value FROM state WHERE key = ?1", [key], |row| row.get(0)).optional()?;
            let then = change(now.clone());
            if then != now {
                match &then {
                    Some(value) => transaction
                        .execute("INSERT OR REPLACE INTO state (key, value) VALUES (?1, ?2)", params![key, value])?,
                    None => transaction.execute("DELETE FROM state WHERE key = ?1", [key])?,
                };
            }
            transaction.commit()?;
            Ok(then)
        };
        work().map_err(|error| of(&self.path, &error))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// From any older form to this one. Nothing is dropped.
fn migrate(open: &Connection) -> rusqlite::Result<()> {
    if version(open)? < 1 {
        open.execute_batch("CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;")?;
    }
    open.pragma_update(None, "user_version", VERSION)
}

fn of(path: &Path, error: &rusqlite::Error) -> StateError {
    let path = path.to_path_buf();
    if is_busy(error) {
        return StateError::Busy { path };
    }
    let why = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StateError::Damaged { path, why },
        _ => StateError::Unusable { path, why },
    }
}
