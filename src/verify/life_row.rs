//! A whole life as a row of the store: a walk with nothing new reads one row.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::life::{Change, Deed, Life, Start, Step, Transition};
use super::memo::ENGINE;
use super::{Prepared, stored};
use crate::repo::{CommitId, Person, RepoPath};
use crate::source::Outside;
use crate::store::{Key, Rows};

/// What a life follows from.
pub struct LifeKey<'k> {
    /// The plan.
    pub prepared: &'k Prepared,
    /// The tip of the branch.
    pub tip: CommitId,
    /// What hides history in this clone.
    pub grafts: [u8; 32],
    /// The plan's root inside the repository.
    pub root: &'k RepoPath,
    /// The plan's file inside the repository.
    pub plan_file: Option<&'k RepoPath>,
    /// The Markdown plan, relative to the root.
    pub claims: Option<&'k RepoPath>,
}

impl LifeKey<'_> {
    fn key(&self) -> Key {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"life\0").update(ENGINE.as_bytes()).update(&self.prepared.digest);
        hasher.update(self.tip.as_bytes()).update(&self.grafts);
        for path in [Some(self.root), self.plan_file, self.claims] {
            let bytes = path.map(RepoPath::as_bytes).unwrap_or_default();
            hasher.update(&[u8::from(path.is_some())]).update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
        }
        *hasher.finalize().as_bytes()
    }

    /// The life that is kept.
    pub fn load(&self, rows: &dyn Rows) -> Option<Life> {
        life(self.prepared, &rows.get(&self.key())?)
    }

    /// Keeps a life.
    pub fn save(&self, rows: &dyn Rows, life: &Life) {
        if let Some(bytes) = bytes(life) {
            rows.put(vec![(self.key(), bytes)]);
        }
    }
}

#[derive(Serialize, Deserialize)]
struct LifeRow {
    people: Vec<(String, String)>,
    deeds: Vec<DeedRow>,
    steps: Vec<StepRow>,
    transitions: Vec<TransitionRow>,
    planned: Option<u32>,
    start: u8,
    verdicts: Vec<u8>,
    first: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct DeedRow {
    id: [u8; 20],
    time: i64,
    author: u32,
    co_authors: Vec<u32>,
    subject: String,
    names: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct StepRow {
    id: [u8; 20],
    time: i64,
    author: u32,
    counts: [u32; 4],
}

#[derive(Serialize, Deserialize)]
struct TransitionRow {
    task: u32,
    change: u8,
    from: Option<u8>,
    to: u8,
    deed: u32,
    merge: Option<u32>,
    step: u32,
}

const CHANGES: &[Change] =
    &[Change::MadeTrue, Change::Broken, Change::TrueAgain, Change::Doubtful, Change::Settled, Change::Unclear];

const STARTS: &[Start] = &[Start::Root, Start::Cut, Start::Nothing];

fn place<T: PartialEq>(all: &[T], one: &T) -> Option<u8> {
    all.iter().position(|known| known == one).and_then(|at| u8::try_from(at).ok())
}

/// Values, each once, by number.
struct Table<T> {
    known: HashMap<T, u32>,
    order: Vec<T>,
}

impl<T: Eq + Hash + Clone> Table<T> {
    fn new() -> Self {
        Self { known: HashMap::new(), order: Vec::new() }
    }

    fn number(&mut self, value: &T) -> Option<u32> {
        if let Some(number) = self.known.get(value) {
            return Some(*number);
        }
        let number = u32::try_from(self.order.len()).ok()?;
        self.known.insert(value.clone(), number);
        self.order.push(value.clone());
        Some(number)
    }
}

fn bytes(life: &Life) -> Option<Vec<u8>> {
    let mut people = Table::new();
    let mut deeds: Table<CommitId> = Table::new();
    let mut deed_rows = Vec::new();
    let mut steps = Vec::with_capacity(life.steps.len());
    for step in &life.steps {
        steps.push(StepRow {
            id: *step.id.as_bytes(),
            time: step.time,
            author: people.number(step.author.as_ref())?,
            counts: [step.holds, step.fails, step.unknown, step.claimed],
        });
    }
    let mut transitions = Vec::with_capacity(life.transitions.len());
    for transition in &life.transitions {
        let mut number = |deed: &Arc<Deed>| -> Option<u32> {
            let number = deeds.number(&deed.id)?;
            if number as usize == deed_rows.len() {
                deed_rows.push(DeedRow {
                    id: *deed.id.as_bytes(),
                    time: deed.time,
                    author: people.number(&deed.author)?,
                    co_authors: deed.co_authors.iter().map(|person| people.number(person)).collect::<Option<_>>()?,
                    subject: deed.subject.raw().to_owned(),
                    names: deed.names.clone(),
                });
            }
            Some(number)
        };
        transitions.push(TransitionRow {
            task: u32::try_from(transition.task).ok()?,
            change: place(CHANGES, &transition.change)?,
            from: transition.from.map(stored::byte_of),
            to: stored::byte_of(transition.to),
            deed: number(&transition.deed)?,
            merge: match &transition.merge {
                Some(merge) => Some(number(merge)?),
                None => None,
            },
            step: u32::try_from(transition.step).ok()?,
        });
    }
    let all = |verdicts: &[crate::checks::Verdict]| verdicts.iter().map(|verdict| stored::byte_of(*verdict)).collect();
    let row = LifeRow {
        people: people.order.iter().map(|p| (p.name.raw().to_owned(), p.email.raw().to_owned())).collect(),
        deeds: deed_rows,
        steps,
        transitions,
        planned: match life.planned {
            Some(step) => Some(u32::try_from(step).ok()?),
            None => None,
        },
        start: place(STARTS, &life.start)?,
        verdicts: all(&life.verdicts),
        first: all(&life.first),
    };
    postcard::to_allocvec(&row).ok()
}

fn life(prepared: &Prepared, bytes: &[u8]) -> Option<Life> {
    let row: LifeRow = postcard::from_bytes(bytes).ok()?;
    let person = |(name, email): (String, String)| Arc::new(Person { name: name.into(), email: email.into() });
    let people: Vec<Arc<Person>> = row.people.into_iter().map(person).collect();
    let one = |number: u32| people.get(number as usize);
    let mut deeds = Vec::with_capacity(row.deeds.len());
    for deed in row.deeds {
        deeds.push(Arc::new(Deed {
            id: CommitId::from(deed.id),
            time: deed.time,
            author: one(deed.author)?.as_ref().clone(),
            co_authors: deed.co_authors.iter().map(|n| one(*n).map(|p| p.as_ref().clone())).collect::<Option<_>>()?,
            subject: Outside::new(deed.subject),
            names: deed.names,
        }));
    }
    let mut steps = Vec::with_capacity(row.steps.len());
    for StepRow { id, time, author, counts: [holds, fails, unknown, claimed] } in row.steps {
        let author = one(author)?.clone();
        steps.push(Step { id: CommitId::from(id), time, author, holds, fails, unknown, claimed });
    }
    let mut transitions = Vec::with_capacity(row.transitions.len());
    for transition in row.transitions {
        let deed = |number: u32| deeds.get(number as usize).cloned();
        transitions.push(Transition {
            task: transition.task as usize,
            change: *CHANGES.get(usize::from(transition.change))?,
            from: match transition.from {
                Some(byte) => Some(stored::verdict_of(byte)?),
                None => None,
            },
            to: stored::verdict_of(transition.to)?,
            deed: deed(transition.deed)?,
            merge: match transition.merge {
                Some(merge) => Some(deed(merge)?),
                None => None,
            },
            step: transition.step as usize,
        });
    }
    Some(Life {
        plan: Arc::clone(&prepared.plan),
        steps,
        transitions,
        planned: row.planned.map(|step| step as usize),
        start: STARTS.get(usize::from(row.start))?.clone(),
        verdicts: stored::verdicts(&row.verdicts)?,
        first: stored::verdicts(&row.first)?,
    })
}
