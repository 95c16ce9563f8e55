//! What is kept between runs: opaque bytes by key, in two SQLite files outside the repository.
//!
//! `cache.db` is disposable: any trouble with it costs time and nothing else. `state.db` holds what cannot be worked
//! out again (pins, what was seen last); nothing in it is ever dropped to get on.

mod cache;
mod folder;
mod state;

pub use cache::{Cache, CacheTrouble};
pub use folder::Folders;
pub use state::{State, StateError};

/// A row's key: a digest of what its value follows from.
pub type Key = [u8; 32];

/// A store of answers. Losing any of them costs time and nothing else.
pub trait Rows: Send + Sync {
    /// The value of a key.
    fn get(&self, key: &Key) -> Option<Vec<u8>>;

    /// Keeps values; those of the same key are replaced. All of them or none are there afterwards.
    fn put(&self, rows: Vec<(Key, Vec<u8>)>);
}
