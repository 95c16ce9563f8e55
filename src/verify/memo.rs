//! Answers kept by the questions they rest on.
//!
//! Evaluation is deterministic: which question comes next follows from the answers so far. So the traces of one check
//! form a trie. It is kept as *runs*: the first trace whole, every later one from where its answers part from a known
//! run. A run's key is a digest of the check and of all answers before it, so that each lies in a row of its own, in
//! memory and in the store.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::stored;
use crate::checks::{Answer, Outcome, Question, Step, Trace, Verdict, ask};
use crate::repo::Tree;
use crate::store::{Key, Rows};

/// What the engine is called: answers of another one are never taken for its own.
pub(super) const ENGINE: &str = env!("TRUEUP_ENGINE");

/// Past so many runs in memory those that the store has are forgotten; without a store all are, and what is asked for
/// again is worked out again.
const MOST_RUNS: usize = 1_500;

/// What is known at the end of a run.
#[derive(Clone)]
pub(super) enum Known {
    /// The whole answer.
    Outcome(Arc<Outcome>),
    /// The verdict that followed from it.
    Verdict(Verdict),
}

impl Known {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Outcome(outcome) => outcome.verdict(),
            Self::Verdict(verdict) => *verdict,
        }
    }
}

/// Questions with their answers, and what follows from them.
#[derive(Clone)]
pub(super) struct Run {
    pub steps: Arc<[Step]>,
    pub known: Known,
}

/// A verdict with all that was asked for it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The verdict.
    pub verdict: Verdict,
    /// What it rests on, in the order in which it was asked.
    pub questions: Vec<Question>,
    /// Whether it holds for every tree with the same answers; else it comes from this machine or clone.
    pub lasts: bool,
}

/// The answers of checks. The same check with the same answers to its questions has the same outcome, whatever else
/// changed between two trees.
#[derive(Default)]
pub struct Memo {
    runs: RwLock<Runs>,
    rows: Option<Arc<dyn Rows>>,
    saving: Mutex<()>,
    turns: Mutex<HashMap<[u8; 32], Arc<Mutex<()>>>>,
    evaluated: AtomicUsize,
}

/// Runs in memory.
#[derive(Default)]
struct Runs {
    /// Those that can be found or worked out again; at most [`MOST_RUNS`].
    spare: HashMap<Key, Run>,
    /// Those that the store is still to be given.
    unsaved: HashMap<Key, Run>,
}

impl Runs {
    fn get(&self, key: &Key) -> Option<&Run> {
        self.unsaved.get(key).or_else(|| self.spare.get(key))
    }

    fn spare(&mut self, key: Key, run: Run) {
        if self.spare.len() >= MOST_RUNS {
            self.spare.clear();
        }
        self.spare.insert(key, run);
    }
}

enum Replay {
    Known(Known, Vec<Question>),
    /// Nothing is known from here on; the run would have this key and begin after so many steps.
    Unknown(Key, usize),
}

impl Memo {
    /// One that also finds what earlier processes worked out, and keeps what this one does ([`Memo::save`]).
    pub fn with_rows(rows: Arc<dyn Rows>) -> Self {
        Self { rows: Some(rows), ..Self::default() }
    }

    /// How often a check was evaluated because nothing was known.
    pub fn evaluated(&self) -> usize {
        self.evaluated.load(Ordering::Relaxed)
    }

    /// How many runs it has in memory.
    pub fn held(&self) -> usize {
        let runs = self.read();
        runs.spare.len() + runs.unsaved.len()
    }

    /// The outcome of a check on a tree, when one with the same answers is known.
    pub fn replay(&self, digest: &[u8; 32], tree: &dyn Tree) -> Option<Outcome> {
        match self.find(digest, tree, false) {
            Replay::Known(Known::Outcome(outcome), _) => Some(outcome.as_ref().clone()),
            _ => None,
        }
    }

    /// Stores an outcome, unless it comes from the machine and not from the tree.
    pub fn store(&self, digest: [u8; 32], trace: &Trace, outcome: &Outcome) {
        if lasts(trace, outcome) {
            let (key, from) = self.branching(&digest, trace);
            self.keep(key, trace, from, Known::Outcome(Arc::new(outcome.clone())));
        }
    }

    /// The verdict of a check on a tree; `evaluate` works it out where it is not known. No two threads work out the
    /// same.
    pub fn verdict(&self, digest: &[u8; 32], tree: &dyn Tree, evaluate: impl FnOnce() -> (Trace, Outcome)) -> Asked {
        let turn = self.turn(digest);
        let _mine = turn.lock().unwrap_or_else(PoisonError::into_inner);
        let (key, from) = match self.find(digest, tree, true) {
            Replay::Known(known, questions) => {
                return Asked { verdict: known.verdict(), questions, lasts: true };
            }
            Replay::Unknown(key, from) => (key, from),
        };
        self.evaluated.fetch_add(1, Ordering::Relaxed);
        let (trace, outcome) = evaluate();
        let (verdict, lasts) = (outcome.verdict(), lasts(&trace, &outcome));
        if lasts {
            self.keep(key, &trace, from, Known::Verdict(verdict));
        }
        let questions = trace.0.into_iter().map(|step| step.question).collect();
        Asked { verdict, questions, lasts }
    }

    /// Hands what is new to the store.
    pub fn save(&self) {
        let Some(rows) = &self.rows else { return };
        let _mine = lock(&self.saving);
        // They are found in memory until the store has them.
        let unsaved: Vec<(Key, Run)> = self.read().unsaved.iter().map(|(key, run)| (*key, run.clone())).collect();
        let row = |(key, run): &(Key, Run)| Some((*key, stored::bytes_of_run(&run.steps, run.known.verdict())?));
        rows.put(unsaved.iter().filter_map(row).collect());
        let mut runs = self.write();
        for (key, run) in unsaved {
            runs.unsaved.remove(&key);
            runs.spare(key, run);
        }
    }

    fn turn(&self, digest: &[u8; 32]) -> Arc<Mutex<()>> {
        lock(&self.turns).entry(*digest).or_default().clone()
    }

    /// Follows the runs with a tree's own answers.
    fn find(&self, digest: &[u8; 32], tree: &dyn Tree, any: bool) -> Replay {
        let mut prefix = Prefix::of(digest);
        let mut questions: Vec<Question> = Vec::new();
        let mut key = prefix.key();
        loop {
            let begun = questions.len();
            let Some(run) = self.run(&key) else { return Replay::Unknown(key, begun) };
            let mut parted = false;
            for step in run.steps.iter() {
                let answer = ask(tree, &step.question);
                prefix.add(&answer);
                questions.push(step.question.clone());
                if answer != step.answer {
                    parted = true;
                    break;
                }
            }
            if !parted {
                return match run.known {
                    Known::Verdict(_) if !any => Replay::Unknown(key, begun),
                    known => Replay::Known(known, questions),
                };
            }
            key = prefix.key();
        }
    }

    /// Where a trace leaves what is known.
    fn branching(&self, digest: &[u8; 32], trace: &Trace) -> (Key, usize) {
        let mut prefix = Prefix::of(digest);
        let (mut key, mut at) = (prefix.key(), 0);
        loop {
            let Some(run) = self.run(&key) else { return (key, at) };
            let begun = at;
            let mut parted = false;
            for step in run.steps.iter() {
                let Some(own) = trace.0.get(at).filter(|own| own.question == step.question) else { break };
                prefix.add(&own.answer);
                at += 1;
                if own.answer != step.answer {
                    parted = true;
                    break;
                }
            }
            if !parted {
                return (key, begun);
            }
            key = prefix.key();
        }
    }

    fn run(&self, key: &Key) -> Option<Run> {
        if let Some(run) = self.read().get(key) {
            return Some(run.clone());
        }
        let run = stored::run(&self.rows.as_ref()?.get(key)?)?;
        self.write().spare(*key, run.clone());
        Some(run)
    }

    fn keep(&self, key: Key, trace: &Trace, from: usize, known: Known) {
        let run = Run { steps: trace.0.get(from..).unwrap_or_default().into(), known };
        let mut runs = self.write();
        match &self.rows {
            Some(_) => drop(runs.unsaved.insert(key, run)),
            None => runs.spare(key, run),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Runs> {
        self.runs.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Runs> {
        self.runs.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether an outcome follows from the tree alone.
fn lasts(trace: &Trace, outcome: &Outcome) -> bool {
    let of_the_machine = outcome.doubts.iter().any(|doubt| doubt.reason.is_of_the_machine());
    !of_the_machine && !trace.0.iter().any(|step| step.answer == Answer::Error)
}

/// A check and the answers so far. The questions follow from them.
struct Prefix(blake3::Hasher);

impl Prefix {
    fn of(digest: &[u8; 32]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"run\0").update(ENGINE.as_bytes()).update(digest);
        Self(hasher)
    }

    fn add(&mut self, answer: &Answer) {
        match answer {
            Answer::Entry(None) => self.0.update(&[0]),
            Answer::Entry(Some(entry)) => {
                self.0.update(&[1, entry.kind.byte()]);
                match entry.id {
                    Some(id) => self.0.update(&[1]).update(&id.0),
                    None => self.0.update(&[0]),
                }
            }
            Answer::Glob(digest) => self.0.update(&[2]).update(digest),
            Answer::Error => self.0.update(&[3]),
        };
    }

    fn key(&self) -> Key {
        *self.0.finalize().as_bytes()
    }
}
