//! A tree with its history and where it stands: what a plan is judged on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::SystemTime;

use super::commit_tree::CommitTree;
use super::log::Log;
use super::rooted::Rooted;
use super::work_tree::WorkTree;
use super::{CommitId, Entry, EntryKind, History, Pattern, ReadError, Repo, RepoError, RepoPath, Tree};

/// Which tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// The files on disk.
    WorkTree,
    /// The index.
    Index,
    /// A commit.
    Commit(CommitId),
}

impl At {
    /// The word of the JSON contract: `worktree`, `index`, `commit`.
    pub fn word(self) -> &'static str {
        match self {
            Self::WorkTree => "worktree",
            Self::Index => "index",
            Self::Commit(_) => "commit",
        }
    }
}

/// A tree as seen from a plan's root, and the commits behind it.
pub struct View {
    at: At,
    rev: Option<CommitId>,
    tree: Arc<Rooted<Arc<dyn Tree>>>,
    work_tree: Option<Arc<WorkTree>>,
    head: Option<Rooted<CommitTree>>,
    log: Arc<Log>,
}

impl Repo {
    /// A tree as seen from `root`, with the history of its commit (for the work tree and the index: HEAD's).
    /// `plan` is the plan's file; both are paths from the repository's root.
    pub fn view(&self, at: At, root: &RepoPath, plan: Option<&RepoPath>) -> Result<View, RepoError> {
        match at {
            At::WorkTree => self.view_work_tree(self.work_tree()?, root, plan),
            At::Index => self.view_tree(at, Arc::new(self.index_tree()?), root, plan),
            At::Commit(id) => self.view_tree(at, Arc::new(self.commit_tree(id)?), root, plan),
        }
    }

    /// The work tree as seen from `root`, as [`Repo::view`]. `row` is what an earlier view kept ([`View::row`]) of a
    /// work tree with the same [`Repo::work_tree_digest`]; `begun` is the time by the machine's own clock.
    pub fn view_again(
        &self,
        root: &RepoPath,
        plan: Option<&RepoPath>,
        row: Option<&[u8]>,
        begun: SystemTime,
    ) -> Result<View, RepoError> {
        self.view_work_tree(self.work_tree_again(row, begun)?, root, plan)
    }

    fn view_work_tree(&self, tree: WorkTree, root: &RepoPath, plan: Option<&RepoPath>) -> Result<View, RepoError> {
        let tree = Arc::new(tree);
        let view = self.view_tree(At::WorkTree, tree.clone(), root, plan)?;
        Ok(View { work_tree: Some(tree), ..view })
    }

    fn view_tree(
        &self,
        at: At,
        tree: Arc<dyn Tree>,
        root: &RepoPath,
        plan: Option<&RepoPath>,
    ) -> Result<View, RepoError> {
        let rev = match at {
            At::Commit(id) => Some(id),
            _ => self.head()?.commit(),
        };
        let head = match (at, rev) {
            (At::Commit(_), _) => None,
            (_, Some(id)) => Some(self.commit_tree(id)?),
            (_, None) => Some(self.empty_tree()),
        };
        let log = Arc::new(self.log(rev, tree.as_ref(), plan, root)?);
        let tree = Arc::new(Rooted::new(tree, root.clone()));
        let head = head.map(|head| Rooted::new(head, root.clone()));
        Ok(View { at, rev, tree, work_tree: None, head, log })
    }
}

impl View {
    /// Which tree it is.
    pub fn at(&self) -> At {
        self.at
    }

    /// The commit itself, or HEAD's; `None` before the first commit.
    pub fn rev(&self) -> Option<CommitId> {
        self.rev
    }

    /// The tree, paths relative to the plan's root.
    pub fn tree(&self) -> Arc<dyn Tree> {
        self.tree.clone()
    }

    /// The folder of the repository that the tree's paths are relative to.
    pub fn root(&self) -> &RepoPath {
        self.tree.root()
    }

    /// What the work tree answered, to be given to [`Repo::view_again`]; `None` for other trees, when nothing new was
    /// asked, and when something on disk changed so lately that it could change again without a trace.
    pub fn row(&self) -> Option<Vec<u8>> {
        self.work_tree.as_ref()?.row()
    }

    /// The commits behind it.
    pub fn history(&self) -> Arc<dyn History> {
        self.log.clone()
    }

    /// The same for the same commits behind the tree, people and boundaries: what a check over commits follows from.
    pub fn history_digest(&self) -> Result<[u8; 32], ReadError> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.rev.map(|rev| *rev.as_bytes()).unwrap_or_default()).update(&self.log.digest());
        let mailmap = match RepoPath::parse(".mailmap") {
            Ok(path) => self.tree.whole().entry(&path)?,
            Err(_) => None,
        };
        // Only a file counts; git does not follow a link there.
        let id = mailmap.filter(|found| matches!(found.kind, EntryKind::File { .. })).and_then(|found| found.id);
        hasher.update(&id.map(|id| id.0).unwrap_or_default());
        Ok(*hasher.finalize().as_bytes())
    }

    /// Whether HEAD's tree answers to these paths and patterns as this one does. Then none of them differs from HEAD,
    /// whatever filters there are.
    pub fn answers_as_head<'q>(
        &self,
        paths: impl IntoIterator<Item = &'q RepoPath>,
        patterns: impl IntoIterator<Item = &'q Pattern>,
    ) -> bool {
        self.head.as_ref().is_some_and(|head| !self.differs(head, paths, patterns, &|_| false))
    }

    /// Whether one of these paths, or what one of these patterns matches, differs from HEAD: what a check asked the
    /// tree. A commit never does.
    pub fn is_dirty<'q>(
        &self,
        paths: impl IntoIterator<Item = &'q RepoPath>,
        patterns: impl IntoIterator<Item = &'q Pattern>,
    ) -> bool {
        let Some(head) = &self.head else { return false };
        self.differs(head, paths, patterns, &|path| self.is_unchanged(head, path))
    }

    /// Whether HEAD's tree answers otherwise; a path that is forgiven may.
    fn differs<'q>(
        &self,
        head: &Rooted<CommitTree>,
        paths: impl IntoIterator<Item = &'q RepoPath>,
        patterns: impl IntoIterator<Item = &'q Pattern>,
        forgiven: &dyn Fn(&RepoPath) -> bool,
    ) -> bool {
        paths.into_iter().any(|path| self.tree.entry(path) != head.entry(path) && !forgiven(path))
            || patterns.into_iter().any(|pattern| self.tree.glob(pattern) != head.glob(pattern))
    }

    /// Those paths, and those that the patterns match here or at HEAD, that differ from HEAD, sorted. A commit has none.
    pub fn changed<'q>(
        &self,
        paths: impl IntoIterator<Item = &'q RepoPath>,
        patterns: impl IntoIterator<Item = &'q Pattern>,
    ) -> Vec<RepoPath> {
        let Some(head) = &self.head else { return Vec::new() };
        let mut found: BTreeSet<RepoPath> = paths.into_iter().cloned().collect();
        for pattern in patterns {
            // What cannot be listed is said by the checks that ask for it.
            let lists = [self.tree.glob(pattern), head.glob(pattern)];
            found.extend(lists.into_iter().flatten().flatten().map(|found| found.path));
        }
        let is_folder = |entry: &Entry| entry.kind == EntryKind::Folder;
        found.retain(|path| match (self.tree.entry(path), head.entry(path)) {
            (Ok(here), Ok(there)) => {
                let folder = here.as_ref().is_some_and(is_folder) || there.as_ref().is_some_and(is_folder);
                here != there && !folder && !self.is_unchanged(head, path)
            }
            _ => false,
        });
        found.into_iter().collect()
    }

    /// Filters may have given a file other bytes on disk (line ends, Git LFS) without a change.
    fn is_unchanged(&self, head: &Rooted<CommitTree>, path: &RepoPath) -> bool {
        let (Some(work_tree), Ok(here), Ok(there)) = (&self.work_tree, self.tree.entry(path), head.entry(path)) else {
            return false;
        };
        match (here, there) {
            (Some(here), Some(there)) => match there.id {
                Some(id) if here.kind == there.kind && matches!(here.kind, EntryKind::File { .. }) => {
                    work_tree.is_unchanged(&path.below(head.root()), id)
                }
                _ => false,
            },
            _ => false,
        }
    }
}
