//! `cache.db`: answers that can be worked out again.

use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params};

use super::{Key, Rows};

/// The number of this file's form. An older one is made anew, a newer one is left alone.
const VERSION: i64 = 1;

/// Past so many bytes the oldest rows go: 64 MiB.
const LARGEST: i64 = 64 * 1024 * 1024;

/// How long another process may hold the file before this one goes on without it.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// How often that is looked at where SQLite itself does not wait.
const TRIES: u32 = 100;

/// Bytes of the checksum before each value: a damaged page must not become a verdict.
const CHECKSUM: usize = 8;

/// Why the cache is not used, or no longer. It costs time and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheTrouble {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub why: String,
}

impl std::fmt::Display for CacheTrouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "going on without the cache {}: {}", self.path.display(), self.why)
    }
}

/// Answers on disk, shared by processes. After the first trouble it answers nothing and keeps nothing.
pub struct Cache {
    path: PathBuf,
    largest: i64,
    inner: Mutex<Inner>,
}

struct Inner {
    open: Option<Connection>,
    /// Whether anything was kept.
    wrote: bool,
    trouble: Option<CacheTrouble>,
}

impl Cache {
    /// Opens a cache, and makes it and its folder where there is none. What stands in the way is kept for
    /// [`Cache::trouble`]. A file that is no cache any more (damaged) is made anew.
    pub fn open(path: &Path) -> Self {
        Self::with_bound(path, LARGEST)
    }

    /// As [`Cache::open`], with another bound on its size (bytes).
    pub fn with_bound(path: &Path, largest: i64) -> Self {
        let cache = |inner| Self { path: path.to_path_buf(), largest, inner: Mutex::new(inner) };
        match connect(path) {
            Ok(open) => cache(Inner { wrote: false, open: Some(open), trouble: None }),
            Err(Failed::Damaged(why)) => {
                let (open, trouble) = anew(path, &why);
                cache(Inner { wrote: false, open, trouble: Some(trouble) })
            }
            Err(Failed::Newer(found)) => {
                let why =
                    format!("a newer trueup made it (form {found}, this one knows {VERSION}); it is left as it is");
                cache(Inner { wrote: false, open: None, trouble: Some(CacheTrouble { path: path.to_path_buf(), why }) })
            }
            Err(Failed::Other(why)) => {
                cache(Inner { wrote: false, open: None, trouble: Some(CacheTrouble { path: path.to_path_buf(), why }) })
            }
        }
    }

    /// What went wrong, to be said once.
    pub fn trouble(&self) -> Option<CacheTrouble> {
        self.inner().trouble.clone()
    }

    /// Lets the file grow to at most so many pages: what a full disk does, for the tests.
    #[doc(hidden)]
    pub fn limit_pages(&self, pages: i64) {
        if let Some(open) = &self.inner().open {
            // SQLite answers the limit that it took: never less than what the file has.
            let _ = open.pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, i64>(0));
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another process that holds the file is no trouble: that row is not kept, or not found. A file that turns out to
    /// be damaged is made anew once. Anything else ends the use of the cache.
    fn failed(&self, inner: &mut Inner, error: &rusqlite::Error) {
        if is_busy(error) {
            return;
        }
        inner.open = None;
        if inner.trouble.is_none() && is_damaged(error) {
            let (open, trouble) = anew(&self.path, &error.to_string());
            inner.open = open;
            inner.trouble = Some(trouble);
        }
        inner.trouble.get_or_insert_with(|| CacheTrouble { path: self.path.clone(), why: error.to_string() });
    }
}

impl Rows for Cache {
    fn get(&self, key: &Key) -> Option<Vec<u8>> {
        let mut inner = self.inner();
        let found = {
            let open = inner.open.as_ref()?;
            let row = |open: &Connection| {
                open.prepare_cached("SELECT value FROM answers WHERE key = ?1")?
                    .query_row([key.as_slice()], |row| row.get::<_, Vec<u8>>(0))
                    .optional()
            };
            row(open)
        };
        match found {
            Ok(value) => value.and_then(|row| unsealed(key, &row)),
            Err(error) => {
                self.failed(&mut inner, &error);
                None
            }
        }
    }

    fn put(&self, rows: Vec<(Key, Vec<u8>)>) {
        let mut inner = self.inner();
        let Some(open) = inner.open.as_mut() else { return };
        if rows.is_empty() {
            return;
        }
        let largest = self.largest;
        let mut keep = || -> rusqlite::Result<()> {
            let transaction = open.transaction_with_behavior(TransactionBehavior::Immediate)?;
            {
                let mut insert =
                    transaction.prepare_cached("INSERT OR REPLACE INTO answers (key, value) VALUES (?1, ?2)")?;
                for (key, value) in &rows {
                    insert.execute(params![key.as_slice(), sealed(key, value)])?;
                }
            }
            transaction.commit()?;
            prune(open, largest)
        };
        match keep() {
            Ok(()) => inner.wrote = true,
            Err(error) => self.failed(&mut inner, &error),
        }
    }
}

impl Drop for Cache {
    /// Empties the log, so that the next process has nothing to recover. Where another one reads from it just now, the
    /// next that keeps something does.
    fn drop(&mut self) {
        let inner = self.inner.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = inner.open.as_ref().filter(|_| inner.wrote) {
            let _ = open.busy_timeout(Duration::ZERO);
            let _ = open.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
    }
}

enum Failed {
    Damaged(String),
    Newer(i64),
    Other(String),
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        if is_damaged(&error) { Self::Damaged(error.to_string()) } else { Self::Other(error.to_string()) }
    }
}

fn is_damaged(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// Makes a damaged file anew, and says so.
fn anew(path: &Path, why: &str) -> (Option<Connection>, CacheTrouble) {
    let made = remove(path).map_err(|error| Failed::Other(error.to_string())).and_then(|()| connect(path));
    let again = if made.is_ok() { "it was damaged and is made anew" } else { "it is damaged" };
    (made.ok(), CacheTrouble { path: path.to_path_buf(), why: format!("{again} ({why})") })
}

fn connect(path: &Path) -> Result<Connection, Failed> {
    make_folder(path).map_err(|error| Failed::Other(error.to_string()))?;
    let mut open = connection(path)?;
    let found = version(&open)?;
    if found > VERSION {
        return Err(Failed::Newer(found));
    }
    if found < VERSION {
        // Between the look and the lock another process may have made it.
        let transaction = open.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if version(&transaction)? != VERSION {
            transaction.execute_batch(
                "DROP TABLE IF EXISTS answers;
                 CREATE TABLE answers (age INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, value BLOB NOT NULL);",
            )?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        transaction.commit()?;
    }
    // The log stays between runs, empty: most runs write nothing, and need not make and remove it.
    open.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // Losing the last rows to a power cut is no loss; the file stays sound all the same.
    open.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(open)
}

pub(super) fn version(open: &Connection) -> rusqlite::Result<i64> {
    open.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// A connection in WAL mode, so that readers and a writer do not wait for each other. Turning that mode on does not
/// heed the busy timeout, so that two processes that make the same file have to try again by themselves.
pub(super) fn connection(path: &Path) -> rusqlite::Result<Connection> {
    let mut tries = 0;
    loop {
        match connect_once(path) {
            Err(error) if is_busy(&error) && tries < TRIES => tries += 1,
            done => return done,
        }
        std::thread::sleep(PATIENCE / TRIES);
    }
}

fn connect_once(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = Connection::open_with_flags(path, flags)?;
    open.busy_timeout(PATIENCE)?;
    let mode: String = open.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode != "wal" {
        open.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        open.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    }
    Ok(open)
}

pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder),
        None => Ok(()),
    }
}

pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Takes a damaged file away with what belongs to it.
fn remove(path: &Path) -> io::Result<()> {
    for end in ["-wal", "-shm", ""] {
        let mut name = path.as_os_str().to_os_string();
        name.push(end);
        match std::fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Drops the oldest rows once the file is over its bound, until a quarter of it is free.
fn prune(open: &mut Connection, largest: i64) -> rusqlite::Result<()> {
    let number = |open: &Connection, name: &str| open.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let page = number(open, "page_size")?;
    let used = |open: &Connection| -> rusqlite::Result<i64> {
        Ok((number(open, "page_count")? - number(open, "freelist_count")?) * page)
    };
    if used(open)? <= largest {
        return Ok(());
    }
    let transaction = open.transaction_with_behavior(TransactionBehavior::Immediate)?;
    while used(&transaction)? > largest / 4 * 3 {
        let gone = transaction.execute(
            "DELETE FROM answers WHERE age IN (SELECT age FROM answers ORDER BY age LIMIT \
             (SELECT 1 + COUNT(*) / 8 FROM answers))",
            [],
        )?;
        if gone == 0 {
            break;
        }
    }
    transaction.commit()?;
    let mut vacuum = open.prepare("PRAGMA incremental_vacuum")?;
    let mut pages = vacuum.query([])?;
    while pages.next()?.is_some() {}
    Ok(())
}

fn checksum(key: &Key, value: &[u8]) -> [u8; CHECKSUM] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(key).update(value);
    let mut sum = [0; CHECKSUM];
    sum.iter_mut().zip(hasher.finalize().as_bytes()).for_each(|(to, from)| *to = *from);
    sum
}

fn sealed(key: &Key, value: &[u8]) -> Vec<u8> {
    [checksum(key, value).as_slice(), value].concat()
}

/// The value, unless it is not what was kept.
fn unsealed(key: &Key, row: &[u8]) -> Option<Vec<u8>> {
    let (sum, value) = row.split_at_checked(CHECKSUM)?;
    (checksum(key, value).as_slice() == sum).then(|| value.to_vec())
}
