//! The commits behind a tree.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::{Arc, OnceLock};

use super::ancestry::{NodeData, node};
use super::commit::commit;
use super::commit_tree::has_file;
use super::difference::differs;
use super::grafts::Grafts;
use super::mailmap::Mailmap;
use super::objects::{Id, Objects};
use super::{Commit, CommitId, EntryKind, History, Pattern, ReadError, Repo, RepoError, RepoPath, Touching, Tree};

/// The commits that can be reached from a tip.
pub struct Log {
    objects: Arc<Objects>,
    grafts: Grafts,
    mailmap: Result<Mailmap, ReadError>,
    tip: Option<Id>,
    plan: Option<RepoPath>,
    root: RepoPath,
    walked: OnceLock<Result<Walked, ReadError>>,
}

impl Repo {
    /// The commits that can be reached from `tip` (none without one), their authors as the .mailmap at the root of
    /// `tree` has them. `plan` is the plan's file, from the repository's root; patterns are relative to `root`.
    pub fn log(
        &self,
        tip: Option<CommitId>,
        tree: &dyn Tree,
        plan: Option<&RepoPath>,
        root: &RepoPath,
    ) -> Result<Log, RepoError> {
        Ok(Log {
            objects: self.objects.clone(),
            grafts: Grafts::read(self)?,
            mailmap: mailmap(tree),
            tip: tip.map(|tip| *tip.as_bytes()),
            plan: plan.cloned(),
            root: root.clone(),
            walked: OnceLock::new(),
        })
    }
}

/// The .mailmap at a tree's root; git does not follow a link there.
fn mailmap(tree: &dyn Tree) -> Result<Mailmap, ReadError> {
    let Ok(path) = RepoPath::parse(".mailmap") else { return Ok(Mailmap::default()) };
    match tree.entry(&path)? {
        Some(entry) if matches!(entry.kind, EntryKind::File { .. }) => match entry.id {
            Some(id) => Ok(Mailmap::of(&tree.bytes(id)?)),
            None => Ok(Mailmap::default()),
        },
        _ => Ok(Mailmap::default()),
    }
}

impl Log {
    /// The same for the same boundaries, plan and root.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.grafts.digest());
        for path in [self.plan.as_ref(), Some(&self.root)] {
            let bytes = path.map(RepoPath::as_bytes).unwrap_or_default();
            hasher.update(&[u8::from(path.is_some())]).update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
        }
        *hasher.finalize().as_bytes()
    }

    /// Every commit that can be reached, newest first by committer time.
    fn walk(&self) -> Result<Walk, ReadError> {
        let mut walk = Walk::default();
        let Some(tip) = self.tip else { return Ok(walk) };
        let mut known: HashMap<Id, usize> = HashMap::new();
        let mut heap = BinaryHeap::new();
        let mut pending: Vec<Vec<Id>> = Vec::new();
        let mut meet = |id: Id, walk: &mut Walk, pending: &mut Vec<Vec<Id>>, heap: &mut BinaryHeap<_>| {
            if let Some(index) = known.get(&id) {
                return Ok::<usize, ReadError>(*index);
            }
            let index = walk.nodes.len();
            let (node, parents) = node(&self.objects, &self.grafts, id)?;
            heap.push((node.time, Reverse(index)));
            walk.nodes.push(node);
            pending.push(parents);
            known.insert(id, index);
            Ok(index)
        };
        meet(tip, &mut walk, &mut pending, &mut heap)?;
        while let Some((_, Reverse(index))) = heap.pop() {
            walk.order.push(index);
            let parents = pending.get_mut(index).map(std::mem::take).unwrap_or_default();
            let mut indices = Vec::with_capacity(parents.len());
            for parent in parents {
                indices.push(meet(parent, &mut walk, &mut pending, &mut heap)?);
            }
            if let Some(node) = walk.nodes.get_mut(index) {
                node.parents = indices;
            }
        }
        Ok(walk)
    }

    /// The commit that brought the plan in: the earliest one that has its file while none of its parents has.
    /// What lies behind a boundary cannot be seen, so a boundary brings nothing in.
    fn birth(&self, walk: &Walk) -> Result<Option<usize>, ReadError> {
        let Some(plan) = &self.plan else { return Ok(None) };
        let mut by_tree: HashMap<Id, bool> = HashMap::new();
        let mut has = Vec::with_capacity(walk.nodes.len());
        for node in &walk.nodes {
            let found = match by_tree.get(&node.tree) {
                Some(found) => *found,
                None => has_file(&self.objects, node.tree, plan)?,
            };
            by_tree.insert(node.tree, found);
            has.push(found);
        }
        let has = |index: &usize| has.get(*index) == Some(&true);
        let brings = |index: &usize| {
            has(index) && walk.nodes.get(*index).is_some_and(|node| !node.cut && !node.parents.iter().any(&has))
        };
        Ok(walk.first_of(brings))
    }

    fn walk_to_birth(&self) -> Result<Walked, ReadError> {
        let walk = self.walk()?;
        let birth = self.birth(&walk)?;
        let before = birth.map(|birth| walk.ancestors(birth)).unwrap_or_default();
        Ok(Walked { walk, birth, before })
    }

    /// Whether a commit differs from each of its parents in what the patterns match.
    fn touches(&self, walk: &Walk, node: &NodeData, patterns: &[Pattern]) -> Result<bool, ReadError> {
        if node.parents.is_empty() {
            return differs(&self.objects, None, Some(node.tree), patterns);
        }
        for parent in node.parents.iter().filter_map(|parent| walk.nodes.get(*parent)) {
            if !differs(&self.objects, Some(parent.tree), Some(node.tree), patterns)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn commit(&self, node: &NodeData) -> Result<Commit, ReadError> {
        let mailmap = self.mailmap.as_ref().map_err(Clone::clone)?;
        let object = self.grafts.object(node.id);
        self.objects.commit(object, |bytes| commit(bytes, node.id, node.parents.len(), mailmap))
    }
}

impl History for Log {
    fn touching(&self, patterns: &[Pattern]) -> Result<Touching, ReadError> {
        let patterns: Vec<Pattern> = patterns.iter().map(|pattern| pattern.below(&self.root)).collect();
        let Walked { walk, birth, before } =
            self.walked.get_or_init(|| self.walk_to_birth()).as_ref().map_err(Clone::clone)?;
        let since = birth.and_then(|birth| walk.nodes.get(birth)).map(|node| self.commit(node)).transpose()?;
        let mut touching = Touching { since, ..Touching::default() };
        for index in walk.order.iter().filter(|index| before.get(**index) != Some(&true)) {
            let Some(node) = walk.nodes.get(*index) else { continue };
            if node.cut {
                touching.cut_at.push(CommitId::of_bytes(node.id).to_string());
            } else if self.touches(walk, node, &patterns)? {
                touching.commits.push(self.commit(node)?);
            }
        }
        Ok(touching)
    }
}

/// A history, walked once for all that is asked of it.
struct Walked {
    walk: Walk,
    /// The commit that brought the plan in.
    birth: Option<usize>,
    /// Those above it.
    before: Vec<bool>,
}

/// All commits of a history.
#[derive(Default)]
struct Walk {
    nodes: Vec<NodeData>,
    /// Newest first.
    order: Vec<usize>,
}

impl Walk {
    /// The commits above a commit, itself not among them.
    fn ancestors(&self, of: usize) -> Vec<bool> {
        let mut above = vec![false; self.nodes.len()];
        let mut next = vec![of];
        while let Some(index) = next.pop() {
            for parent in self.nodes.get(index).map(|node| node.parents.as_slice()).unwrap_or_default() {
                if let Some(seen) = above.get_mut(*parent)
                    && !*seen
                {
                    *seen = true;
                    next.push(*parent);
                }
            }
        }
        above
    }

    /// Of the commits that are wanted and have no wanted one above them, the earliest by committer time.
    fn first_of(&self, wanted: impl Fn(&usize) -> bool) -> Option<usize> {
        let mut below = vec![false; self.nodes.len()];
        let mut first: Option<usize> = None;
        let key = |index: &usize| self.nodes.get(*index).map(|node| (node.time, node.id));
        for index in self.parents_first() {
            let parents = self.nodes.get(index).map(|node| node.parents.as_slice()).unwrap_or_default();
            let is_below = parents.iter().any(|parent| below.get(*parent) == Some(&true));
            let is_wanted = wanted(&index);
            if let Some(mark) = below.get_mut(index) {
                *mark = is_below || is_wanted;
            }
            if is_wanted && !is_below && first.is_none_or(|first| key(&index) < key(&first)) {
                first = Some(index);
            }
        }
        first
    }

    /// Every commit after all of its parents, whatever their clocks said.
    fn parents_first(&self) -> Vec<usize> {
        let mut children = vec![0_usize; self.nodes.len()];
        for parent in self.nodes.iter().flat_map(|node| &node.parents) {
            if let Some(count) = children.get_mut(*parent) {
                *count += 1;
            }
        }
        let mut ready: Vec<usize> = (0..self.nodes.len()).filter(|index| children.get(*index) == Some(&0)).collect();
        let mut order = Vec::with_capacity(self.nodes.len());
        while let Some(index) = ready.pop() {
            order.push(index);
            for parent in self.nodes.get(index).map(|node| node.parents.as_slice()).unwrap_or_default() {
                if let Some(count) = children.get_mut(*parent) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(*parent);
                    }
                }
            }
        }
        order.reverse();
        order
    }
}
