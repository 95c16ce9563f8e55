//! A tree as seen from one of its folders.

use std::sync::Arc;

use super::{BlobId, Entry, Match, Pattern, ReadError, RepoPath, Tree};

/// A tree whose paths begin at a folder of another: a plan's root inside the repository.
pub struct Rooted<T> {
    tree: T,
    root: RepoPath,
}

impl<T: Tree> Rooted<T> {
    /// `tree`, seen from its folder `root`.
    pub fn new(tree: T, root: RepoPath) -> Self {
        Self { tree, root }
    }

    /// The whole tree.
    pub fn whole(&self) -> &T {
        &self.tree
    }

    /// The folder that paths begin at.
    pub fn root(&self) -> &RepoPath {
        &self.root
    }
}

impl<T: Tree> Tree for Rooted<T> {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        self.tree.entry(&path.below(&self.root))
    }

    fn glob(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError> {
        let matches = self.tree.glob(&pattern.below(&self.root))?;
        Ok(matches
            .into_iter()
            .filter_map(|found| Some(Match { path: found.path.strip(&self.root)?, kind: found.kind }))
            .collect())
    }

    fn bytes(&self, id: BlobId) -> Result<Arc<[u8]>, ReadError> {
        self.tree.bytes(id)
    }
}

impl<T: Tree + ?Sized> Tree for Arc<T> {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        (**self).entry(path)
    }

    fn glob(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError> {
        (**self).glob(pattern)
    }

    fn bytes(&self, id: BlobId) -> Result<Arc<[u8]>, ReadError> {
        (**self).bytes(id)
    }
}
