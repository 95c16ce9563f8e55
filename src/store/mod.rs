//! What is kept between runs: opaque bytes by opaque keys.

/// A store of answers. Losing any of them costs time and nothing else.
pub trait Rows: Send + Sync {
    /// The value of a key.
    fn get(&self, key: &[u8; 32]) -> Option<Vec<u8>>;

    /// Keeps values; those of the same key are replaced. All of them or none are there afterwards.
    fn put(&self, rows: Vec<([u8; 32], Vec<u8>)>);
}
