//! What is assigned while a script runs, and taken back when a branch or a subshell ends.

use std::collections::BTreeMap;

use super::Arg;
use super::status::Status;

/// A variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// It has a text, known or not.
    Text(Known),
    /// An array.
    Array(Vec<Arg>),
    /// It was unset.
    Unset,
    /// Another name for a variable (`local -n`).
    Ref(String),
}

/// A text as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Known {
    /// The text.
    pub text: Option<String>,
    /// Whether it follows from the script alone, whatever the environment is.
    pub fixed: bool,
    /// It is the status of a command (`$?`).
    pub status: Option<Status>,
    /// It only stands in for a value that the environment may bring (`${X:-default}`, ARG, ENV).
    pub outside: bool,
    /// For a text that does not follow from the script alone: what of it does, with [`HOLE`] for the rest.
    pub sketch: Option<String>,
}

/// Stands in a sketch for a piece that is not known.
pub(super) const HOLE: char = '\u{fffc}';
/// A longer sketch is not kept.
const LONGEST_SKETCH: usize = 4096;

impl Known {
    /// A value that nobody can see before the script runs.
    pub fn unseen() -> Self {
        Self { text: None, fixed: false, status: None, outside: false, sketch: None }
    }

    /// A value that only the environment can bring.
    pub fn outside() -> Self {
        Self { outside: true, ..Self::unseen() }
    }

    /// The number of a command's status.
    pub fn status(status: Status) -> Self {
        let text = status.succeeds().then(|| "0".to_owned());
        Self { text, fixed: status.succeeds(), status: Some(status), ..Self::unseen() }
    }

    /// Whether it is the status of a command that failed: a number other than 0.
    pub fn failed(&self) -> bool {
        self.status.is_some_and(Status::fails)
    }

    /// What of the text follows from the script alone.
    pub fn shape(&self) -> String {
        match (&self.text, &self.sketch) {
            (Some(text), _) if self.fixed => text.clone(),
            (_, Some(sketch)) => sketch.clone(),
            _ => HOLE.to_string(),
        }
    }

    /// The text with another behind it.
    pub fn joined(self, next: Self) -> Self {
        let fixed = self.fixed && next.fixed;
        let sketch = if fixed { None } else { Some(self.shape() + &next.shape()) };
        Self {
            text: self.text.zip(next.text).map(|(text, more)| text + &more),
            fixed,
            status: None,
            outside: self.outside || next.outside,
            sketch: sketch.filter(|sketch| sketch.len() <= LONGEST_SKETCH),
        }
    }

    /// One of two texts, whichever branch ran. A word that only one of them has stands in the sketch between
    /// holes: it may be there.
    pub fn either(self, other: Self) -> Self {
        let (one, two) = (self.shape(), other.shape());
        let (short, long) = if one.len() <= two.len() { (one, two) } else { (two, one) };
        let perhaps = |text: &str| {
            let words = text.split_whitespace();
            let words = words.map(|w| if w.contains(HOLE) { w.to_owned() } else { format!("{HOLE}{w}{HOLE}") });
            words.collect::<Vec<_>>().join(" ")
        };
        let words = |text: &str| text.split_whitespace().count();
        let unknown = |known: &Self| known.outside && known.shape() == HOLE.to_string();
        let sketch = match long.strip_prefix(&short) {
            Some(_) if long.contains(HOLE) => long,
            // A value that the environment may bring: the other one is a default.
            _ if unknown(&self) || unknown(&other) => HOLE.to_string(),
            Some(rest) if short.is_empty() => perhaps(rest),
            Some(rest) if rest.starts_with(' ') => format!("{short} {}", perhaps(rest)),
            _ if words(&short) <= 1 && words(&long) <= 1 => perhaps(&short) + &perhaps(&long),
            Some(_) => format!("{short}{HOLE}"),
            None => format!("{} {}", perhaps(&short), perhaps(&long)),
        };
        let sketch = Some(sketch).filter(|sketch| sketch.len() <= LONGEST_SKETCH);
        Self { outside: self.outside || other.outside, sketch, ..Self::unseen() }
    }

    /// The pieces between `separators`, as an unquoted expansion is split; `None` where a piece ends.
    pub fn pieces(&self, separators: &str) -> Vec<Option<Self>> {
        let split = |text: &str| text.split(|c| separators.contains(c)).map(str::to_owned).collect::<Vec<_>>();
        let shape = self.shape();
        let shapes = split(&shape);
        let texts: Vec<Option<String>> = match &self.text {
            Some(text) => split(text).into_iter().map(Some).collect(),
            None => vec![None; shapes.len()],
        };
        let alike = texts.len() == shapes.len();
        let mut pieces = Vec::new();
        for (index, text) in texts.into_iter().enumerate() {
            if index > 0 {
                pieces.push(None);
            }
            let shape = shapes.get(index).filter(|_| alike);
            let piece = match shape {
                Some(shape) if self.fixed || !shape.contains(HOLE) => Self::fixed(shape.clone()),
                shape => {
                    Self { text, sketch: shape.cloned(), fixed: false, status: self.status, outside: self.outside }
                }
            };
            if piece.text.as_deref() != Some("") {
                pieces.push(Some(piece));
            }
        }
        pieces
    }

    /// A text that the script itself says.
    pub fn fixed(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), fixed: true, status: None, outside: false, sketch: None }
    }
}

/// Names with values; what is written since a mark can be taken back.
#[derive(Debug, Clone)]
pub(super) struct Journal<V> {
    map: BTreeMap<String, V>,
    log: Vec<(String, Option<V>)>,
}

impl<V> Default for Journal<V> {
    fn default() -> Self {
        Self { map: BTreeMap::new(), log: Vec::new() }
    }
}

/// What was written in a branch.
pub(super) type Writes<V> = BTreeMap<String, Option<V>>;

impl<V: Clone + PartialEq> Journal<V> {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&V> {
        self.map.get(name)
    }

    /// Sets (or with `None` removes) a value; answers the old one.
    pub fn set(&mut self, name: &str, value: Option<V>) -> Option<V> {
        let old = match value {
            Some(value) => self.map.insert(name.to_owned(), value),
            None => self.map.remove(name),
        };
        self.log.push((name.to_owned(), old.clone()));
        old
    }

    /// A place to come back to.
    pub fn mark(&self) -> usize {
        self.log.len()
    }

    /// Whether every name written since the mark has the value that it had then.
    pub fn unchanged_since(&self, mark: usize) -> bool {
        let mut seen = std::collections::BTreeSet::new();
        self.log.iter().skip(mark).all(|(name, old)| !seen.insert(name) || self.map.get(name) == old.as_ref())
    }

    /// Takes everything back that was written since the mark, and answers it.
    pub fn take_back(&mut self, mark: usize) -> Writes<V> {
        let mut writes = Writes::new();
        while self.log.len() > mark {
            let Some((name, old)) = self.log.pop() else { break };
            let now = match old {
                Some(old) => self.map.insert(name.clone(), old),
                None => self.map.remove(&name),
            };
            writes.entry(name).or_insert(now);
        }
        writes
    }

    /// Writes again what was taken back.
    pub fn put(&mut self, writes: Writes<V>) {
        for (name, value) in writes {
            self.set(&name, value);
        }
    }

    /// Writes what follows from several branches of which one ran; `differ` joins values that differ.
    pub fn join(&mut self, mut branches: Vec<Writes<V>>, differ: impl Fn(Option<V>, Option<V>) -> Option<V>) {
        if branches.len() == 1 {
            return branches.pop().map_or((), |writes| self.put(writes));
        }
        let mut names: Vec<String> = branches.iter().flat_map(|writes| writes.keys().cloned()).collect();
        names.sort();
        names.dedup();
        for name in names {
            let before = self.map.get(&name).cloned();
            let mut values = branches.iter_mut().map(|writes| writes.remove(&name).unwrap_or_else(|| before.clone()));
            let first = values.next().flatten();
            let joined = values.fold(first, |one, other| if one == other { one } else { differ(one, other) });
            self.set(&name, joined);
        }
    }
}
