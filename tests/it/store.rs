//! The two files between runs: what happens to them is no wrong verdict, and no state is lost.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;
use trueup::store::{Cache, Folders, Key, Rows, State, StateError};

fn key(n: u32) -> Key {
    *blake3::hash(&n.to_le_bytes()).as_bytes()
}

fn rows(range: std::ops::Range<u32>) -> Vec<(Key, Vec<u8>)> {
    range.map(|n| (key(n), vec![u8::try_from(n % 251).unwrap(); 100])).collect()
}

fn place(name: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("deep/er").join(name);
    (folder, path)
}

#[test]
fn a_row_comes_back_in_another_process_and_the_last_one_counts() {
    let (_folder, path) = place("cache.db");
    let (one, two) = (Cache::open(&path), Cache::open(&path));
    one.put(vec![(key(1), b"a".to_vec()), (key(2), Vec::new())]);
    two.put(vec![(key(1), b"b".to_vec())]);
    for cache in [one, two, Cache::open(&path)] {
        assert_eq!((cache.get(&key(1)), cache.get(&key(2))), (Some(b"b".to_vec()), Some(Vec::new())));
        assert_eq!((cache.get(&key(3)), cache.trouble()), (None, None));
    }
}

#[test]
fn many_writers_at_once() {
    let (_folder, path) = place("cache.db");
    std::thread::scope(|scope| {
        for part in 0..8 {
            let path = &path;
            scope.spawn(move || {
                let cache = Cache::open(path);
                for round in 0..20 {
                    let first = part * 1000 + round * 10;
                    cache.put(rows(first..first + 10));
                    assert!(cache.get(&key(first)).is_some());
                }
                assert_eq!(cache.trouble(), None);
            });
        }
    });
}

#[test]
fn a_cache_over_its_bound_loses_its_oldest_rows() {
    let (_folder, path) = place("cache.db");
    let cache = Cache::with_bound(&path, 200_000);
    for first in (0..10_000).step_by(500) {
        cache.put(rows(first..first + 500));
    }
    assert_eq!((cache.get(&key(0)), cache.trouble()), (None, None));
    assert_eq!(cache.get(&key(9_999)), Some(vec![u8::try_from(9_999 % 251).unwrap(); 100]));
    let size = Connection::open(&path).unwrap();
    let number = |name: &str| size.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert!(number("page_count") * number("page_size") < 300_000, "{} pages", number("page_count"));
}

#[test]
fn a_cache_that_is_only_read_makes_and_removes_no_file() {
    let (_folder, path) = place("cache.db");
    Cache::open(&path).put(rows(0..500));
    let files = || {
        let file = |entry: std::io::Result<std::fs::DirEntry>| {
            let entry = entry.unwrap();
            let data = entry.metadata().unwrap();
            (entry.file_name().into_string().unwrap(), data.ino(), data.len())
        };
        let mut files: Vec<_> = path.parent().unwrap().read_dir().unwrap().map(file).collect();
        files.sort();
        files
    };
    let before = files();
    assert!(before.iter().any(|(name, _, bytes)| name == "cache.db-wal" && *bytes == 0), "{before:?}");
    assert!(Cache::open(&path).get(&key(499)).is_some());
    assert_eq!(files(), before);
    // Not only in the log.
    std::fs::remove_file(path.with_file_name("cache.db-wal")).unwrap();
    assert!(Cache::open(&path).get(&key(499)).is_some());
}

#[test]
fn a_row_whose_bytes_changed_is_not_believed() {
    let (_folder, path) = place("cache.db");
    let cache = Cache::open(&path);
    cache.put(rows(1..3));
    let open = Connection::open(&path).unwrap();
    open.execute("UPDATE answers SET value = value || x'00' WHERE key = ?1", [key(1).as_slice()]).unwrap();
    open.execute("UPDATE answers SET value = x'00' WHERE key = ?1", [key(2).as_slice()]).unwrap();
    assert_eq!((cache.get(&key(1)), cache.get(&key(2))), (None, None));
}

#[test]
fn a_damaged_cache_is_made_anew_and_said() {
    for garbage in [b"no database at all".repeat(400), [b"SQLite format 3\0".as_slice(), &[7; 4000]].concat()] {
        let (_folder, path) = place("cache.db");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, garbage).unwrap();
        let cache = Cache::open(&path);
        assert!(cache.trouble().unwrap().to_string().contains("made anew"), "{:?}", cache.trouble());
        cache.put(rows(0..2));
        assert!(Cache::open(&path).get(&key(1)).is_some());
    }
}

#[test]
fn a_cache_that_is_found_damaged_later_is_made_anew_too() {
    let (_folder, path) = place("cache.db");
    Cache::open(&path).put(rows(0..2_000));
    let mut bytes = std::fs::read(&path).unwrap();
    // The head and the schema stay sound; every page of rows is not.
    bytes.get_mut(4096 * 2..).unwrap().fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    let cache = Cache::open(&path);
    let found = (0..2_000).filter(|n| cache.get(&key(*n)).is_some()).count();
    assert_eq!(found, 0);
    assert!(cache.trouble().unwrap().to_string().contains("made anew"), "{:?}", cache.trouble());
    cache.put(rows(0..2));
    drop(cache);
    let again = Cache::open(&path);
    assert_eq!((again.trouble(), again.get(&key(1)).is_some()), (None, true));
}

#[test]
fn a_newer_cache_is_left_alone() {
    let (_folder, path) = place("cache.db");
    Cache::open(&path).put(rows(0..2));
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let cache = Cache::open(&path);
    assert!(cache.trouble().unwrap().why.contains("newer"), "{:?}", cache.trouble());
    cache.put(rows(5..6));
    assert_eq!((cache.get(&key(1)), cache.get(&key(5))), (None, None));
    assert_eq!(count(&path, "answers"), 2);
}

#[test]
fn an_older_cache_is_made_anew() {
    let (_folder, path) = place("cache.db");
    Cache::open(&path).put(rows(0..2));
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 0).unwrap();
    let cache = Cache::open(&path);
    assert_eq!((cache.get(&key(1)), cache.trouble()), (None, None));
}

fn count(path: &Path, table: &str) -> i64 {
    let open = Connection::open(path).unwrap();
    open.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

#[test]
fn where_no_file_can_be_the_cache_is_gone_without() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    std::fs::create_dir(folder.path().join("cache.db")).unwrap();
    for path in [folder.path().join("file/below/cache.db"), folder.path().join("cache.db")] {
        let cache = Cache::open(&path);
        cache.put(rows(0..2));
        assert_eq!(cache.get(&key(1)), None);
        assert!(cache.trouble().is_some());
    }
}

#[test]
fn a_full_disk_ends_the_use_of_the_cache_and_nothing_else() {
    let (_folder, path) = place("cache.db");
    let cache = Cache::open(&path);
    cache.put(rows(0..2));
    // The cache's own connection is told that the disk ends here, as a full disk would.
    cache.limit_pages(1);
    cache.put(rows(10..10_000));
    assert!(cache.trouble().unwrap().why.contains("full"), "{:?}", cache.trouble());
    assert_eq!(Cache::open(&path).get(&key(1)), Some(vec![1; 100]));
    assert_eq!(Cache::open(&path).get(&key(11)), None);
}

#[test]
fn state_is_kept_changed_and_forgotten() {
    let (_folder, path) = place("state.db");
    let state = State::open(&path).unwrap();
    assert_eq!(state.get("a").unwrap(), None);
    state.put("a", b"1").unwrap();
    let other = State::open(&path).unwrap();
    assert_eq!(other.update("a", |old| Some([old.unwrap(), b"2".to_vec()].concat())).unwrap(), Some(b"12".to_vec()));
    assert_eq!(state.get("a").unwrap(), Some(b"12".to_vec()));
    assert_eq!(state.update("a", |_| None).unwrap(), None);
    assert_eq!(other.get("a").unwrap(), None);
}

#[test]
fn changes_of_the_state_by_many_processes_all_count() {
    let (_folder, path) = place("state.db");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let state = State::open(&path).unwrap();
                for _ in 0..10 {
                    state.update("n", |old| Some([old.unwrap_or_default(), vec![1]].concat())).unwrap();
                }
            });
        }
    });
    assert_eq!(State::open(&path).unwrap().get("n").unwrap().unwrap().len(), 40);
}

#[test]
fn a_state_that_cannot_be_read_is_left_as_it_is() {
    let (_folder, path) = place("state.db");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let garbage = b"what somebody will want back".repeat(200);
    std::fs::write(&path, &garbage).unwrap();
    assert!(matches!(State::open(&path), Err(StateError::Damaged { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), garbage);
    std::fs::remove_file(&path).unwrap();
    State::open(&path).unwrap().put("a", b"1").unwrap();
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 7).unwrap();
    assert!(matches!(State::open(&path), Err(StateError::Newer { found: 7, .. })));
    assert_eq!(count(&path, "state"), 1);
    let below_a_file = path.join("state.db");
    assert!(matches!(State::open(&below_a_file), Err(StateError::Unusable { .. })));
}

#[test]
fn folders_follow_the_environment_and_links() {
    let home = TempDir::new().unwrap();
    let real = home.path().join("real");
    std::fs::create_dir(&real).unwrap();
    std::os::unix::fs::symlink(&real, home.path().join("link")).unwrap();
    let of = |set: &'static [(&'static str, &'static str)]| {
        Folders::of(move |name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
    };
    let folders = of(&[("HOME", "/h")]);
    let cache = folders.cache(&real).unwrap();
    assert!(cache.starts_with("/h/.cache/trueup") && cache.ends_with("cache.db"), "{cache:?}");
    assert!(folders.state(&real).unwrap().starts_with("/h/.local/state/trueup"));
    assert_eq!(folders.cache(&home.path().join("link")), Some(cache.clone()));
    assert_ne!(folders.cache(home.path()), Some(cache));
    let named = of(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/c"), ("XDG_STATE_HOME", "relative")]);
    assert!(named.cache(&real).unwrap().starts_with("/c/trueup"));
    assert!(named.state(&real).unwrap().starts_with("/h/.local/state"));
    assert_eq!(of(&[]).cache(&real), None);
}
