//! A branch from its tip back: the commits along first parents, and when the others reached it.

use std::collections::HashMap;
use std::sync::Arc;

use super::commit::{Words, header, words};
use super::commit_tree::CommitTree;
use super::difference::{Changed, changes};
use super::grafts::Grafts;
use super::mailmap::Mailmap;
use super::objects::{Id, Objects};
use super::{CommitId, Pattern, Person, ReadError, Repo, RepoError, RepoPath};

/// A commit of an [`Ancestry`].
pub type Node = usize;

/// What is known of each commit without reading its message.
#[derive(Debug)]
pub(super) struct NodeData {
    pub id: Id,
    pub tree: Id,
    pub parents: Vec<Node>,
    /// Committer time, seconds since 1970-01-01 UTC.
    pub time: i64,
    /// Whether history that it has is hidden here.
    pub cut: bool,
}

/// All commits that can be reached from a tip, the branch of first parents among them.
pub struct Ancestry {
    objects: Arc<Objects>,
    grafts: Grafts,
    nodes: Vec<NodeData>,
    /// The branch, the oldest first.
    branch: Vec<Node>,
    /// For each commit the place in the branch with which it reached it.
    reached: Vec<usize>,
}

impl Repo {
    /// The commits behind a tip. Replacements, grafts and shallow boundaries count as git counts them.
    pub fn ancestry(&self, tip: CommitId) -> Result<Ancestry, AncestryError> {
        let grafts = Grafts::read(self)?;
        let mut ancestry = Ancestry {
            objects: self.objects.clone(),
            grafts,
            nodes: Vec::new(),
            branch: Vec::new(),
            reached: Vec::new(),
        };
        ancestry.read(*tip.as_bytes())?;
        ancestry.order();
        Ok(ancestry)
    }

    /// What hides history here: a digest of the shallow boundary, grafts and replacements.
    pub fn grafts_digest(&self) -> Result<[u8; 32], RepoError> {
        Ok(Grafts::read(self)?.digest())
    }
}

/// Why the commits behind a tip cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum AncestryError {
    /// The repository's own files.
    #[error(transparent)]
    Repo(#[from] RepoError),
    /// A commit.
    #[error("the history cannot be read: {0}")]
    Read(#[from] ReadError),
}

impl Ancestry {
    /// Reads every commit once.
    fn read(&mut self, tip: Id) -> Result<(), ReadError> {
        let mut known: HashMap<Id, Node> = HashMap::new();
        let mut open: Vec<(Node, Vec<Id>)> = Vec::new();
        self.meet(tip, &mut known, &mut open)?;
        while let Some((node, parents)) = open.pop() {
            let mut found = Vec::with_capacity(parents.len());
            for parent in parents {
                let parent = match known.get(&parent) {
                    Some(parent) => *parent,
                    None => self.meet(parent, &mut known, &mut open)?,
                };
                found.push(parent);
            }
            if let Some(data) = self.nodes.get_mut(node) {
                data.parents = found;
            }
        }
        self.nodes.shrink_to_fit();
        Ok(())
    }

    fn meet(
        &mut self,
        id: Id,
        known: &mut HashMap<Id, Node>,
        open: &mut Vec<(Node, Vec<Id>)>,
    ) -> Result<Node, ReadError> {
        let (data, parents) = node(&self.objects, &self.grafts, id)?;
        let node = self.nodes.len();
        known.insert(id, node);
        self.nodes.push(data);
        open.push((node, parents));
        Ok(node)
    }

    /// Finds the branch, and with which of its commits every other one reached it.
    fn order(&mut self) {
        let mut at = (!self.nodes.is_empty()).then_some(0);
        let mut met = vec![false; self.nodes.len()];
        // Grafts and replacements can make a ring of it; it ends where it would begin again, as it does for git.
        while let Some(node) = at.filter(|node| met.get_mut(*node).is_some_and(|met| !std::mem::replace(met, true))) {
            self.branch.push(node);
            at = self.parents(node).first().copied();
        }
        self.branch.reverse();
        let mut reached = vec![usize::MAX; self.nodes.len()];
        let mut open = Vec::new();
        for (step, node) in self.branch.iter().enumerate() {
            open.push(*node);
            while let Some(node) = open.pop() {
                match reached.get_mut(node) {
                    Some(mark) if *mark == usize::MAX => *mark = step,
                    _ => continue,
                }
                open.extend(self.parents(node));
            }
        }
        self.reached = reached;
    }

    /// How many commits there are in all.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The commits along first parents, the oldest first.
    pub fn branch(&self) -> &[Node] {
        &self.branch
    }

    /// The commit of that id, when it can be reached.
    pub fn find(&self, id: CommitId) -> Option<Node> {
        self.nodes.iter().position(|data| data.id == *id.as_bytes())
    }

    /// A commit's parents that count here, the first first.
    pub fn parents(&self, node: Node) -> &[Node] {
        self.nodes.get(node).map(|data| data.parents.as_slice()).unwrap_or_default()
    }

    /// With which commit of the branch (its place there) a commit reached it.
    pub fn reached(&self, node: Node) -> usize {
        self.reached.get(node).copied().unwrap_or(usize::MAX)
    }

    /// For each place of the branch the commits that reached it there, its own first; the others in no order that
    /// means anything, but always the same.
    pub fn arrivals(&self) -> Vec<Vec<Node>> {
        let mut arrivals: Vec<Vec<Node>> = self.branch.iter().map(|node| vec![*node]).collect();
        for node in 0..self.nodes.len() {
            let step = self.reached(node);
            if self.branch.get(step) != Some(&node)
                && let Some(there) = arrivals.get_mut(step)
            {
                there.push(node);
            }
        }
        arrivals
    }

    /// For each commit whether it lies above `node`, itself not among them.
    pub fn above(&self, node: Node) -> Vec<bool> {
        let mut above = vec![false; self.nodes.len()];
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            for parent in self.parents(node) {
                if let Some(mark) = above.get_mut(*parent)
                    && !std::mem::replace(mark, true)
                {
                    open.push(*parent);
                }
            }
        }
        above
    }

    /// Some commits, each after those of its parents that are among them; else the earlier by committer time first.
    pub fn parents_first(&self, some: &[Node]) -> Vec<Node> {
        let mut waits: HashMap<Node, usize> = some.iter().map(|node| (*node, 0)).collect();
        let mut children: HashMap<Node, Vec<Node>> = HashMap::new();
        for node in some {
            for parent in self.parents(*node).iter().filter(|parent| some.len() > 1 && waits.contains_key(parent)) {
                children.entry(*parent).or_default().push(*node);
            }
        }
        for node in children.values().flatten() {
            waits.entry(*node).and_modify(|count| *count += 1);
        }
        let key = |node: Node| std::cmp::Reverse((self.time(node), self.id(node), node));
        let free = waits.iter().filter(|(_, count)| **count == 0).map(|(node, _)| key(*node));
        let mut ready: std::collections::BinaryHeap<_> = free.collect();
        let mut order = Vec::with_capacity(some.len());
        while let Some(std::cmp::Reverse((_, _, node))) = ready.pop() {
            order.push(node);
            for child in children.get(&node).into_iter().flatten() {
                if let Some(count) = waits.get_mut(child) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(key(*child));
                    }
                }
            }
        }
        order
    }

    /// A commit's id.
    pub fn id(&self, node: Node) -> CommitId {
        CommitId::of_bytes(self.data(node).map(|data| data.id).unwrap_or_default())
    }

    /// Its committer time, seconds since 1970-01-01 UTC.
    pub fn time(&self, node: Node) -> i64 {
        self.data(node).map_or(0, |data| data.time)
    }

    /// The id of its root tree.
    pub fn tree_id(&self, node: Node) -> [u8; 20] {
        self.data(node).map(|data| data.tree).unwrap_or_default()
    }

    /// Whether history that it has is hidden here (shallow clone, graft).
    pub fn is_cut(&self, node: Node) -> bool {
        self.data(node).is_some_and(|data| data.cut)
    }

    fn data(&self, node: Node) -> Option<&NodeData> {
        self.nodes.get(node)
    }

    /// Its files.
    pub fn tree(&self, node: Node) -> CommitTree {
        CommitTree::of_root(self.objects.clone(), self.data(node).map(|data| data.tree))
    }

    /// What its message and its people say; `mailmap` corrects them.
    pub fn words(&self, node: Node, mailmap: &People) -> Result<Words, ReadError> {
        let Some(data) = self.data(node) else { return Ok(Words::default()) };
        self.objects.commit(self.grafts.object(data.id), |bytes| words(bytes, &mailmap.0))
    }

    /// What of the paths that `watched` wants differs between the trees of two commits; `before` absent stands for
    /// the empty tree. Only folders that differ and that it goes into are read.
    pub fn changes(
        &self,
        before: Option<[u8; 20]>,
        after: [u8; 20],
        watched: &dyn Watched,
    ) -> Result<Vec<Changed>, ReadError> {
        changes(&self.objects, before, Some(after), watched)
    }

    /// Whether a commit differs from each of its parents in what the patterns match: what `git log -- <patterns>`
    /// lists.
    pub fn touches(&self, node: Node, patterns: &[Pattern]) -> Result<bool, ReadError> {
        let Some(data) = self.data(node) else { return Ok(false) };
        if data.parents.is_empty() {
            return super::difference::differs(&self.objects, None, Some(data.tree), patterns);
        }
        for parent in data.parents.iter().filter_map(|parent| self.data(*parent)) {
            if !super::difference::differs(&self.objects, Some(parent.tree), Some(data.tree), patterns)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a file, link or submodule stands at a path of the commit's tree.
    pub fn has_file(&self, node: Node, path: &RepoPath) -> Result<bool, ReadError> {
        let Some(data) = self.data(node) else { return Ok(false) };
        super::commit_tree::has_file(&self.objects, data.tree, path)
    }
}

/// What a walk wants to hear of.
pub trait Watched {
    /// Whether what stands at this path is of interest.
    fn wants(&self, path: &RepoPath) -> bool;

    /// Whether something below this folder may be.
    fn goes_into(&self, folder: &RepoPath) -> bool;
}

/// Names and addresses as a .mailmap corrects them.
#[derive(Debug, Default)]
pub struct People(Mailmap);

impl People {
    /// Reads a .mailmap.
    pub fn of(mailmap: &[u8]) -> Self {
        Self(Mailmap::of(mailmap))
    }

    /// The name and address that somebody goes by.
    pub fn known_as(&self, person: &Person) -> Person {
        let (name, email) = self.0.apply(person.name.raw().as_bytes(), person.email.raw().as_bytes());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned().into();
        Person { name: text(name), email: text(email) }
    }
}

/// Reads one commit's header, with the parents that count here.
pub(super) fn node(objects: &Objects, grafts: &Grafts, id: Id) -> Result<(NodeData, Vec<Id>), ReadError> {
    let read = |id: Id| -> Result<super::commit::Header, ReadError> {
        objects.commit(id, header)?.ok_or_else(|| ReadError::MissingObject {
            id: CommitId::of_bytes(id).to_string(),
            why: "corrupt: its header is malformed".to_owned(),
        })
    };
    let found = read(grafts.object(id))?;
    // A replacement that drops a parent hides history as a graft does.
    let mut dropped = false;
    if grafts.is_replaced(id) {
        dropped = read(id).map_or(true, |own| own.parents.iter().any(|parent| !found.parents.contains(parent)));
    }
    let parents = grafts.parents(id, found.parents);
    let data = NodeData { id, tree: found.tree, parents: Vec::new(), time: found.time, cut: parents.cut || dropped };
    Ok((data, parents.ids))
}
