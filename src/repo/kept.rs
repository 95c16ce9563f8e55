//! Answers kept, so that many checks on many threads over the same files read each once, and all see the same.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use super::{BlobId, Entry, Match, Pattern, ReadError, RepoPath};

type Answers<Q, A> = RwLock<HashMap<Q, Result<A, ReadError>>>;

/// What one tree has answered so far.
#[derive(Default)]
pub(super) struct Kept {
    entries: Answers<RepoPath, Option<Entry>>,
    globs: Answers<Pattern, Vec<Match>>,
    blobs: Answers<BlobId, Arc<[u8]>>,
}

/// The kept answer; else the one worked out now, unless another thread was first.
fn keep<Q: Eq + Hash + Clone, A: Clone>(
    answers: &Answers<Q, A>,
    question: &Q,
    work: impl FnOnce() -> Result<A, ReadError>,
) -> Result<A, ReadError> {
    if let Some(answer) = answers.read().unwrap_or_else(PoisonError::into_inner).get(question) {
        return answer.clone();
    }
    let answer = work();
    answers.write().unwrap_or_else(PoisonError::into_inner).entry(question.clone()).or_insert(answer).clone()
}

impl Kept {
    pub fn entry(
        &self,
        path: &RepoPath,
        work: impl FnOnce() -> Result<Option<Entry>, ReadError>,
    ) -> Result<Option<Entry>, ReadError> {
        keep(&self.entries, path, work)
    }

    pub fn glob(
        &self,
        pattern: &Pattern,
        work: impl FnOnce() -> Result<Vec<Match>, ReadError>,
    ) -> Result<Vec<Match>, ReadError> {
        keep(&self.globs, pattern, work)
    }

    pub fn blob(
        &self,
        id: BlobId,
        work: impl FnOnce() -> Result<Arc<[u8]>, ReadError>,
    ) -> Result<Arc<[u8]>, ReadError> {
        keep(&self.blobs, &id, work)
    }

    /// Keeps answers that were given before.
    pub fn put(&self, entries: Vec<(RepoPath, Option<Entry>)>, globs: Vec<(Pattern, Vec<Match>)>) {
        let mut kept = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        kept.extend(entries.into_iter().map(|(path, entry)| (path, Ok(entry))));
        let mut kept = self.globs.write().unwrap_or_else(PoisonError::into_inner);
        kept.extend(globs.into_iter().map(|(pattern, found)| (pattern, Ok(found))));
    }

    /// So many questions were answered without an error.
    pub fn count(&self) -> usize {
        self.with(|entries, globs| entries.count() + globs.count())
    }

    /// Works on the answers that are no errors.
    pub fn with<T>(
        &self,
        work: impl FnOnce(
            &mut dyn Iterator<Item = (&RepoPath, Option<Entry>)>,
            &mut dyn Iterator<Item = (&Pattern, &[Match])>,
        ) -> T,
    ) -> T {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let globs = self.globs.read().unwrap_or_else(PoisonError::into_inner);
        work(
            &mut entries.iter().filter_map(|(path, entry)| Some((path, *entry.as_ref().ok()?))),
            &mut globs.iter().filter_map(|(pattern, found)| Some((pattern, found.as_ref().ok()?.as_slice()))),
        )
    }

    /// Keeps a blob that was read before anybody asked for it.
    pub fn put_blob(&self, id: BlobId, blob: Result<Arc<[u8]>, ReadError>) {
        self.blobs.write().unwrap_or_else(PoisonError::into_inner).entry(id).or_insert(blob);
    }
}
