//! Checks over commits along a branch: the commits are counted as they arrive, instead of gone over at each tip.

use std::sync::Arc;

use crate::checks::{CountedCommits, HistoryCheck, Reason, Verdict};
use crate::repo::{Ancestry, EntryKind, Node, People, ReadError, RepoPath, Tree};

/// The verdicts of history checks at one tip after another.
pub(super) struct Fold<'f> {
    ancestry: &'f Ancestry,
    /// With their paths as seen from the repository's root.
    checks: Vec<Counted<'f>>,
    /// The plan's file inside the repository.
    plan: Option<&'f RepoPath>,
    /// Commits that bring the plan in: it stands there, and in none of their parents.
    brings: Vec<Node>,
    birth: Option<Node>,
    /// Whether a commit lies above the plan's birth.
    before: Vec<bool>,
    arrived: Vec<Node>,
    mailmap: Option<[u8; 20]>,
    people: Arc<People>,
    /// Other names and addresses, with the step from which they count.
    renamed: Vec<(usize, Arc<People>)>,
    steps: usize,
    trouble: Option<ReadError>,
}

struct Counted<'f> {
    check: &'f dyn HistoryCheck,
    patterns: Vec<crate::repo::Pattern>,
    /// The commits that touch its files and count, in the order in which they arrived.
    touching: Vec<Node>,
    count: CountedCommits,
}

impl<'f> Fold<'f> {
    pub fn new(
        ancestry: &'f Ancestry,
        checks: &[&'f dyn HistoryCheck],
        root: &RepoPath,
        plan: Option<&'f RepoPath>,
    ) -> Self {
        let counted = |check: &&'f dyn HistoryCheck| Counted {
            check: *check,
            patterns: check.paths().iter().map(|pattern| pattern.below(root)).collect(),
            touching: Vec::new(),
            count: CountedCommits::default(),
        };
        Self {
            ancestry,
            checks: checks.iter().map(counted).collect(),
            plan,
            brings: Vec::new(),
            birth: None,
            before: Vec::new(),
            arrived: Vec::new(),
            mailmap: None,
            people: Arc::default(),
            renamed: Vec::new(),
            steps: 0,
            trouble: None,
        }
    }

    /// The next commit of the branch, with those that reach it there: the verdict of each check.
    pub fn step(&mut self, tip: Node, arrivals: &[Node]) -> Vec<Verdict> {
        if self.trouble.is_none()
            && let Err(error) = self.take(tip, arrivals)
        {
            self.trouble = Some(error);
        }
        self.steps += 1;
        let verdict = |counted: &Counted<'_>| match &self.trouble {
            Some(error) => Verdict::Unknown(Reason::of(error)),
            None => counted.check.verdict(counted.count),
        };
        self.checks.iter().map(verdict).collect()
    }

    fn take(&mut self, tip: Node, arrivals: &[Node]) -> Result<(), ReadError> {
        let renamed = self.read_mailmap(tip)?;
        let born = self.look_for_plan(arrivals)?;
        let first = self.arrived.len();
        self.arrived.extend(arrivals);
        for counted in &mut self.checks {
            for node in arrivals {
                let parents = self.ancestry.parents(*node).len();
                if !self.ancestry.is_cut(*node)
                    && counted.check.judges(parents)
                    && self.ancestry.touches(*node, &counted.patterns)?
                {
                    counted.touching.push(*node);
                }
            }
        }
        if renamed || born { self.count_from(0) } else { self.count_from(first) }
    }

    /// Counts the commits that arrived from there on; from the beginning all are counted anew.
    fn count_from(&mut self, first: usize) -> Result<(), ReadError> {
        let counts = |node: Node| self.before.get(node) != Some(&true);
        let new: std::collections::HashSet<Node> = self.arrived.iter().skip(first).copied().collect();
        for counted in &mut self.checks {
            if first == 0 {
                counted.count = CountedCommits::default();
            }
            let cut = new.iter().filter(|node| counts(**node) && self.ancestry.is_cut(**node));
            counted.count.cut += cut.count();
            let touching = counted.touching.iter().rev().take_while(|node| first == 0 || new.contains(node));
            for node in touching.filter(|node| counts(**node)) {
                let author = self.ancestry.words(*node, &self.people)?.author;
                if counted.check.fits(&author) {
                    counted.count.fitting += 1;
                } else {
                    counted.count.others += 1;
                }
            }
        }
        Ok(())
    }

    /// Reads the tip's own .mailmap; says whether it is another one than before.
    fn read_mailmap(&mut self, tip: Node) -> Result<bool, ReadError> {
        if self.checks.is_empty() {
            return Ok(false);
        }
        let tree = self.ancestry.tree(tip);
        let Ok(path) = RepoPath::parse(".mailmap") else { return Ok(false) };
        let id = match tree.entry(&path)? {
            Some(entry) if matches!(entry.kind, EntryKind::File { .. }) => entry.id,
            _ => None,
        };
        if id.map(|id| id.0) == self.mailmap {
            return Ok(false);
        }
        self.mailmap = id.map(|id| id.0);
        self.people = Arc::new(match id {
            Some(id) => People::of(&tree.bytes(id)?),
            None => People::default(),
        });
        self.renamed.push((self.steps, self.people.clone()));
        Ok(true)
    }

    /// Whether the commits that arrive change which one brought the plan in.
    fn look_for_plan(&mut self, arrivals: &[Node]) -> Result<bool, ReadError> {
        let Some(plan) = self.plan.filter(|_| !self.checks.is_empty()) else { return Ok(false) };
        let known = self.brings.len();
        for node in arrivals {
            if self.ancestry.is_cut(*node) || !self.ancestry.has_file(*node, plan)? {
                continue;
            }
            let mut parents = self.ancestry.parents(*node).iter();
            if !parents
                .try_fold(false, |any, parent| Ok::<_, ReadError>(any || self.ancestry.has_file(*parent, plan)?))?
            {
                self.brings.push(*node);
            }
        }
        if self.brings.len() == known {
            return Ok(false);
        }
        // Of those that have none of them above, the earliest by committer time.
        let above: Vec<Vec<bool>> = self.brings.iter().map(|node| self.ancestry.above(*node)).collect();
        let is_first = |(at, _): &(usize, &Node)| {
            let of = above.get(*at);
            !self.brings.iter().any(|other| of.and_then(|above| above.get(*other)) == Some(&true))
        };
        let firsts = self.brings.iter().enumerate().filter(is_first);
        let birth = firsts.min_by_key(|(_, node)| (self.ancestry.time(**node), self.ancestry.id(**node)));
        let birth = birth.map(|(at, node)| (at, *node));
        if birth.map(|(_, node)| node) == self.birth {
            return Ok(false);
        }
        self.birth = birth.map(|(_, node)| node);
        self.before = birth.and_then(|(at, _)| above.get(at).cloned()).unwrap_or_default();
        Ok(true)
    }

    /// The commit among those that reached a branch together that a new verdict of a check is credited to: the first
    /// one, parents before children, that is not as it should be (for *fails*), or that is (for *holds*), by the names
    /// and addresses that counted there.
    pub fn culprit(&self, check: usize, arrivals: &[Node], to: Verdict, step: usize) -> Option<Node> {
        let counted = self.checks.get(check)?;
        let nobody = People::default();
        let people = self.renamed.iter().rev().find(|(from, _)| *from <= step).map_or(&nobody, |(_, people)| people);
        let wanted = match to {
            Verdict::Holds => true,
            Verdict::Fails => false,
            Verdict::Unknown(_) => return None,
        };
        let fits = |node: &Node| {
            counted.touching.contains(node)
                && self.ancestry.words(*node, people).is_ok_and(|words| counted.check.fits(&words.author) == wanted)
        };
        self.ancestry.parents_first(arrivals).into_iter().find(fits)
    }
}
