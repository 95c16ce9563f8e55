//! A plan along a branch, from its first commit to its tip.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::credit::Credit;
use super::fold::Fold;
use super::life::{Change, Deed, Life, Start, Step, Transition};
use super::program::Program;
use super::said::{Identifiers, Said};
use super::walker::{Ground, Walker};
use super::{Memo, Prepared};
use crate::checks::Verdict;
use crate::repo::{Ancestry, Node, People, Person, ReadError, RepoPath, Rooted, Words};
use crate::semantics::files::Parses;
use crate::store::Rows;

/// So many commits at least are walked by one thread in a row: each thread judges its first one whole.
const FEWEST: usize = 64;

/// After so many commits what was found goes to the store, so that a walk that is killed loses no more.
const SAVE_EACH: usize = 256;

/// What a walk goes over, and with what.
pub struct Walk<'w> {
    /// The plan at hand.
    pub prepared: &'w Prepared,
    /// The commits.
    pub ancestry: &'w Ancestry,
    /// The plan's root inside the repository.
    pub root: &'w RepoPath,
    /// The plan's file inside the repository, when it lies there.
    pub plan_file: Option<&'w RepoPath>,
    /// The Markdown plan, relative to the root.
    pub claims: Option<&'w RepoPath>,
    /// Names and addresses as the tip's .mailmap corrects them.
    pub people: &'w People,
    /// Answers known so far.
    pub memo: &'w Memo,
    /// Parses shared between commits.
    pub parses: &'w Parses,
    /// Verdicts by root tree; `None` judges every tree.
    pub rows: Option<&'w dyn Rows>,
    /// Told of each commit that is done: how many, of how many.
    pub progress: &'w (dyn Fn(usize, usize) + Sync),
}

impl Walk<'_> {
    /// Walks. One thread or many, memo and store empty or full: the same life. Fails when a commit's message cannot
    /// be read; what of a tree cannot be read is unknown there.
    pub fn life(&self) -> Result<Life, ReadError> {
        let ground = Ground {
            program: Program::of(self.prepared),
            ancestry: self.ancestry,
            root: self.root,
            memo: self.memo,
            parses: self.parses,
            rows: self.rows,
        };
        let arrivals = self.ancestry.arrivals();
        let mut fold = Fold::new(self.ancestry, &ground.program.histories, self.root, self.plan_file);
        let (leaves, counted) = rayon::join(|| self.leaves(&ground), || self.counted(&arrivals, &mut fold));
        let (histories, told) = counted?;
        let planned = told.iter().position(|told| told.planned);
        let tasks = tasks(&ground.program, &leaves, &histories);
        let credit = Credit { ground: &ground, fold: &fold, leaves: &leaves, histories: &histories };
        let transitions = self.transitions(&credit, &arrivals, &tasks)?;
        self.memo.save();
        let steps = self.steps(&tasks, told);
        let start = match self.ancestry.branch().first() {
            Some(first) if self.ancestry.is_cut(*first) => Start::Cut,
            Some(_) => Start::Root,
            None => Start::Nothing,
        };
        let of = |at: Option<&Arc<[Verdict]>>| at.map(|verdicts| verdicts.to_vec()).unwrap_or_default();
        let (first, verdicts) = (of(tasks.first()), of(tasks.last()));
        Ok(Life { plan: Arc::clone(&self.prepared.plan), steps, transitions, planned, start, verdicts, first })
    }

    /// The leaves' verdicts at each commit of the branch.
    fn leaves(&self, ground: &Ground<'_>) -> Vec<Arc<[Verdict]>> {
        let branch = self.ancestry.branch();
        let done = AtomicUsize::new(0);
        let piece = branch.len().div_ceil(rayon::current_num_threads().max(1)).max(FEWEST);
        let walk = |nodes: &[Node]| {
            let mut walker = Walker::new(ground);
            let mut found = Vec::with_capacity(nodes.len());
            for (at, node) in nodes.iter().enumerate() {
                found.push(walker.go(*node));
                if at % SAVE_EACH == SAVE_EACH - 1 {
                    self.memo.save();
                    walker.save();
                }
                (self.progress)(done.fetch_add(1, Ordering::Relaxed) + 1, branch.len());
            }
            self.memo.save();
            walker.save();
            found
        };
        branch.par_chunks(piece).map(walk).collect::<Vec<_>>().concat()
    }

    /// What is counted along the branch: the history checks' verdicts, and who wrote and claimed what.
    fn counted(
        &self,
        arrivals: &[Vec<Node>],
        fold: &mut Fold<'_>,
    ) -> Result<(Vec<Vec<Verdict>>, Vec<Told>), ReadError> {
        let identifiers = Identifiers::of(&self.prepared.plan);
        let mut said = Said::new(&self.prepared.plan, self.claims, self.parses);
        let mut people: HashMap<Person, Arc<Person>> = HashMap::new();
        let (mut histories, mut told) = (Vec::new(), Vec::new());
        let mut planned = false;
        for (tip, arrivals) in self.ancestry.branch().iter().zip(arrivals) {
            histories.push(fold.step(*tip, arrivals));
            let mut author = None;
            for node in arrivals {
                let words = self.ancestry.words(*node, self.people)?;
                said.closed(identifiers.closed(words.message.raw()));
                if node == tip {
                    author = Some(words.author);
                }
            }
            said.tree(&Rooted::new(self.ancestry.tree(*tip), self.root.clone()));
            let author = author.unwrap_or_default();
            let author = people.entry(author).or_insert_with_key(|author| Arc::new(author.clone())).clone();
            planned = planned || self.plan_file.map_or(Ok(false), |plan| self.ancestry.has_file(*tip, plan))?;
            told.push(Told { author, claimed: said.count(), planned });
        }
        Ok((histories, told))
    }

    fn steps(&self, tasks: &[Arc<[Verdict]>], told: Vec<Told>) -> Vec<Step> {
        let count = |verdicts: &[Verdict], word: &str| verdicts.iter().filter(|verdict| verdict.word() == word).count();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let step = |((node, verdicts), told): ((&Node, &Arc<[Verdict]>), Told)| Step {
            id: self.ancestry.id(*node),
            time: self.ancestry.time(*node),
            author: told.author,
            holds: number(count(verdicts, "holds")),
            fails: number(count(verdicts, "fails")),
            unknown: number(count(verdicts, "unknown")),
            claimed: number(told.claimed),
        };
        self.ancestry.branch().iter().zip(tasks).zip(told).map(step).collect()
    }

    fn transitions(
        &self,
        credit: &Credit<'_, '_>,
        arrivals: &[Vec<Node>],
        tasks: &[Arc<[Verdict]>],
    ) -> Result<Vec<Transition>, ReadError> {
        let mut deeds = Deeds { walk: self, identifiers: Identifiers::of(&self.prepared.plan), known: HashMap::new() };
        let mut held = vec![false; credit.ground.program.tasks.len()];
        let mut transitions = Vec::new();
        let mut before: Option<&Arc<[Verdict]>> = None;
        for (step, (verdicts, arrivals)) in tasks.iter().zip(arrivals).enumerate() {
            let tip = arrivals.first().copied();
            let same = before.is_some_and(|before| Arc::ptr_eq(before, verdicts));
            for (task, (to, held)) in verdicts.iter().zip(&mut held).enumerate().filter(|_| !same) {
                let from = before.and_then(|before| before.get(task)).copied();
                let change = Change::of(from, *to, *held);
                *held = *held || *to == Verdict::Holds;
                let (Some(change), Some(tip)) = (change, tip) else { continue };
                let by = credit.of(tip, arrivals, task, *to);
                let merge = (by != tip).then(|| deeds.of(tip)).transpose()?;
                transitions.push(Transition { task, change, from, to: *to, deed: deeds.of(by)?, merge, step });
            }
            before = Some(verdicts);
        }
        Ok(transitions)
    }
}

/// What one commit of the branch says.
struct Told {
    author: Arc<Person>,
    claimed: usize,
    /// Whether the plan's file stands there, or did before.
    planned: bool,
}

/// The tasks' verdicts at each commit; the same list where nothing changed.
fn tasks(program: &Program<'_>, leaves: &[Arc<[Verdict]>], histories: &[Vec<Verdict>]) -> Vec<Arc<[Verdict]>> {
    let mut found: Vec<Arc<[Verdict]>> = Vec::with_capacity(leaves.len());
    let mut last: Option<(&Arc<[Verdict]>, &Vec<Verdict>)> = None;
    for (leaves, histories) in leaves.iter().zip(histories) {
        let same = last.is_some_and(|(l, h)| Arc::ptr_eq(l, leaves) && h == histories);
        match found.last() {
            Some(verdicts) if same => found.push(verdicts.clone()),
            previous => {
                let verdicts: Arc<[Verdict]> =
                    program.tasks.iter().map(|formula| formula.verdict(leaves, histories)).collect();
                let verdicts = previous.filter(|previous| ***previous == *verdicts).cloned().unwrap_or(verdicts);
                found.push(verdicts);
            }
        }
        last = Some((leaves, histories));
    }
    found
}

/// Commits that changed something, each read once.
struct Deeds<'w> {
    walk: &'w Walk<'w>,
    identifiers: Identifiers,
    known: HashMap<Node, Arc<Deed>>,
}

impl Deeds<'_> {
    fn of(&mut self, node: Node) -> Result<Arc<Deed>, ReadError> {
        if let Some(deed) = self.known.get(&node) {
            return Ok(deed.clone());
        }
        let Words { author, co_authors, subject, message } = self.walk.ancestry.words(node, self.walk.people)?;
        let deed = Arc::new(Deed {
            id: self.walk.ancestry.id(node),
            time: self.walk.ancestry.time(node),
            author,
            co_authors,
            subject,
            names: self.identifiers.named(message.raw()),
        });
        self.known.insert(node, deed.clone());
        Ok(deed)
    }
}
