//! Verdicts of one tree after another: only what a difference can have changed is judged again.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::memo::ENGINE;
use super::program::Program;
use super::{Memo, stored};
use crate::checks::{Question, Recorder, Verdict};
use crate::repo::{Ancestry, Changed, EntryKind, Node, Pattern, RepoPath, Rooted, Watched};
use crate::semantics::files::{Files, Parses};
use crate::store::{Key, Rows};

/// What a walk needs, shared by its threads.
pub(super) struct Ground<'w> {
    pub program: Program<'w>,
    pub ancestry: &'w Ancestry,
    /// The plan's root inside the repository.
    pub root: &'w RepoPath,
    pub memo: &'w Memo,
    pub parses: &'w Parses,
    pub rows: Option<&'w dyn Rows>,
}

impl Ground<'_> {
    /// The row of a root tree.
    fn key(&self, tree: &[u8; 20]) -> Key {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"tree\0").update(ENGINE.as_bytes()).update(&self.program.digest).update(tree);
        hasher.update(self.root.as_bytes());
        *hasher.finalize().as_bytes()
    }

    /// One leaf on the tree of a commit.
    fn judge(&self, leaf: usize, tree: &dyn crate::repo::Tree) -> super::memo::Asked {
        let Some((digest, check)) = self.program.leaves.get(leaf) else {
            let verdict = Verdict::Unknown(crate::checks::Reason::Unresolved);
            return super::memo::Asked { verdict, questions: Vec::new(), lasts: false };
        };
        self.memo.verdict(digest, tree, || {
            let recorder = Recorder::new(tree);
            let outcome = check.evaluate(&Files::of(&recorder, self.parses, **digest));
            (recorder.into_trace(), outcome)
        })
    }

    /// Some leaves on the tree of a commit.
    pub fn spot(&self, node: Node, leaves: &[usize]) -> Vec<(usize, Verdict)> {
        let tree = Rooted::new(self.ancestry.tree(node), self.root.clone());
        leaves.iter().map(|leaf| (*leaf, self.judge(*leaf, &tree).verdict)).collect()
    }
}

/// A walk from tree to tree. The nearer they are, the less it does.
pub(super) struct Walker<'g, 'w> {
    ground: &'g Ground<'w>,
    at: Option<Stand>,
    /// Rows of root trees that are not in the store yet.
    unsaved: Vec<(Key, Vec<u8>)>,
}

/// Where a walk stands, with what its verdicts rest on.
struct Stand {
    tree: [u8; 20],
    verdicts: Arc<[Verdict]>,
    watch: Watch,
    /// Leaves whose verdict came from this machine: judged again on every tree.
    passing: Vec<usize>,
}

impl<'g, 'w> Walker<'g, 'w> {
    pub fn new(ground: &'g Ground<'w>) -> Self {
        Self { ground, at: None, unsaved: Vec::new() }
    }

    /// The verdicts of the leaves on a commit's tree.
    pub fn go(&mut self, node: Node) -> Arc<[Verdict]> {
        let tree = self.ground.ancestry.tree_id(node);
        if let Some(stand) = &self.at
            && stand.tree == tree
            && stand.passing.is_empty()
        {
            return stand.verdicts.clone();
        }
        let key = self.ground.key(&tree);
        if let Some(verdicts) = self.known(&key) {
            return verdicts;
        }
        let stand = match self.at.take() {
            Some(stand) => self.step(stand, node, tree),
            None => self.land(node, tree),
        };
        if stand.passing.is_empty() {
            let bytes: Vec<u8> = stand.verdicts.iter().map(|verdict| stored::byte_of(*verdict)).collect();
            self.unsaved.push((key, bytes));
        }
        let verdicts = stand.verdicts.clone();
        self.at = Some(stand);
        verdicts
    }

    /// What an earlier process found; the walk stays where it stood.
    fn known(&self, key: &Key) -> Option<Arc<[Verdict]>> {
        let verdicts = stored::verdicts(&self.ground.rows?.get(key)?)?;
        (verdicts.len() == self.ground.program.leaves.len()).then(|| Arc::from(verdicts))
    }

    /// Hands what is new to the store.
    pub fn save(&mut self) {
        if let Some(rows) = self.ground.rows {
            rows.put(std::mem::take(&mut self.unsaved));
        }
    }

    fn land(&self, node: Node, tree: [u8; 20]) -> Stand {
        let leaves: Vec<usize> = (0..self.ground.program.leaves.len()).collect();
        let unknown = Verdict::Unknown(crate::checks::Reason::Unresolved);
        let empty =
            Stand { tree, verdicts: vec![unknown; leaves.len()].into(), watch: Watch::default(), passing: Vec::new() };
        self.judge_again(empty, node, tree, &leaves)
    }

    fn step(&self, stand: Stand, node: Node, tree: [u8; 20]) -> Stand {
        let watch = Below { watch: &stand.watch, root: self.ground.root };
        let Ok(changes) = self.ground.ancestry.changes(Some(stand.tree), tree, &watch) else {
            return self.land(node, tree);
        };
        let mut leaves = stand.watch.affected(&changes, self.ground.root);
        leaves.extend(&stand.passing);
        let leaves: Vec<usize> = (0..self.ground.program.leaves.len()).filter(|leaf| leaves.contains(leaf)).collect();
        self.judge_again(stand, node, tree, &leaves)
    }

    fn judge_again(&self, mut stand: Stand, node: Node, tree: [u8; 20], leaves: &[usize]) -> Stand {
        stand.tree = tree;
        if leaves.is_empty() {
            return stand;
        }
        let files = Rooted::new(self.ground.ancestry.tree(node), self.ground.root.clone());
        let mut verdicts = stand.verdicts.to_vec();
        for leaf in leaves {
            let asked = self.ground.judge(*leaf, &files);
            if let Some(verdict) = verdicts.get_mut(*leaf) {
                *verdict = asked.verdict;
            }
            stand.passing.retain(|passing| passing != leaf);
            if !asked.lasts {
                stand.passing.push(*leaf);
            }
            stand.watch.set(*leaf, asked.questions);
        }
        if verdicts.as_slice() != stand.verdicts.as_ref() {
            stand.verdicts = verdicts.into();
        }
        stand
    }
}

/// What the leaves asked, the other way round.
#[derive(Default)]
struct Watch {
    asked: HashMap<usize, Vec<Question>>,
    paths: HashMap<RepoPath, HashSet<usize>>,
    patterns: HashMap<Pattern, HashSet<usize>>,
    /// The folders above the paths, with how many paths lie below each.
    folders: HashMap<RepoPath, usize>,
}

impl Watch {
    /// Takes in what a leaf asked, in the place of what it asked before.
    fn set(&mut self, leaf: usize, questions: Vec<Question>) {
        for question in self.asked.remove(&leaf).unwrap_or_default() {
            match question {
                Question::Entry(path) => {
                    if let Some(leaves) = self.paths.get_mut(&path)
                        && leaves.remove(&leaf)
                        && leaves.is_empty()
                    {
                        self.paths.remove(&path);
                        self.folders_of(&path, false);
                    }
                }
                Question::Glob(pattern) => {
                    if let Some(leaves) = self.patterns.get_mut(&pattern)
                        && leaves.remove(&leaf)
                        && leaves.is_empty()
                    {
                        self.patterns.remove(&pattern);
                    }
                }
            }
        }
        for question in &questions {
            match question {
                Question::Entry(path) => {
                    let known = self.paths.contains_key(path);
                    self.paths.entry(path.clone()).or_default().insert(leaf);
                    if !known {
                        self.folders_of(path, true);
                    }
                }
                Question::Glob(pattern) => {
                    self.patterns.entry(pattern.clone()).or_default().insert(leaf);
                }
            }
        }
        self.asked.insert(leaf, questions);
    }

    fn folders_of(&mut self, path: &RepoPath, more: bool) {
        let mut folder = path.clone();
        while !folder.is_root() {
            folder = folder.parent();
            let count = self.folders.entry(folder.clone()).or_default();
            *count = if more { *count + 1 } else { count.saturating_sub(1) };
            if *count == 0 {
                self.folders.remove(&folder);
            }
        }
    }

    /// The leaves whose answers these differences may have changed.
    fn affected(&self, changes: &[Changed], root: &RepoPath) -> HashSet<usize> {
        let mut leaves = HashSet::new();
        for changed in changes {
            let Some(path) = changed.path.strip(root) else {
                // The root itself appeared, went, or became something else.
                leaves.extend(self.asked.keys());
                continue;
            };
            if path.is_root() {
                leaves.extend(self.asked.keys());
            }
            leaves.extend(self.paths.get(&path).into_iter().flatten());
            let listed = |kind: Option<EntryKind>| kind.filter(|kind| *kind != EntryKind::Folder);
            // A list of matches does not tell what stands in them.
            if listed(changed.before) == listed(changed.after) {
                continue;
            }
            for (_, waiting) in self.patterns.iter().filter(|(pattern, _)| pattern.matches(&path)) {
                leaves.extend(waiting);
            }
        }
        leaves
    }
}

/// A watch as seen from the repository's root.
struct Below<'w> {
    watch: &'w Watch,
    root: &'w RepoPath,
}

impl Watched for Below<'_> {
    fn wants(&self, path: &RepoPath) -> bool {
        match path.strip(self.root) {
            Some(path) => {
                path.is_root()
                    || self.watch.paths.contains_key(&path)
                    || self.watch.patterns.keys().any(|pattern| pattern.matches(&path))
            }
            // Above the root only what stands in its way counts.
            None => self.root.strip(path).is_some(),
        }
    }

    fn goes_into(&self, folder: &RepoPath) -> bool {
        match folder.strip(self.root) {
            Some(folder) => {
                folder.is_root()
                    || self.watch.folders.contains_key(&folder)
                    || self.watch.patterns.keys().any(|pattern| pattern.reaches(&folder))
            }
            None => self.root.strip(folder).is_some(),
        }
    }
}
