//! What a kind of check is.

use super::{Args, Ask, Outcome, Verdict};
use crate::plan::Mistake;
use crate::repo::{History, Pattern, Person};
use crate::semantics::files::Files;

/// A kind of check: one file under `checks/kinds`, one line of [`super::KINDS`], one Markdown case file
/// under `tests/checks`. Parser, `trueup checks`, `docs/checks.md` and the JSON Schema derive from it.
pub struct Kind {
    /// Its key in plan.toml.
    pub name: &'static str,
    /// What it asks, in one line.
    pub summary: &'static str,
    /// Its rules in Markdown: when it holds, fails, is unknown; where the rules come from.
    pub doc: &'static str,
    /// An example for the documentation: a whole `check = …` line.
    pub example: &'static str,
    /// Its options.
    pub fields: &'static [Field],
    /// Makes a check of options that fit [`Kind::fields`]; further mistakes are reported through `args`.
    pub compile: fn(&mut Args<'_>) -> Option<Body>,
}

/// One option of a kind.
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// What it takes.
    pub takes: FieldType,
    /// Whether it must be there.
    pub required: bool,
    /// What it means, in one line.
    pub doc: &'static str,
}

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// A file pattern or `@set`, or a list of them.
    Files,
    /// One path.
    Path,
    /// A text.
    Text,
    /// A text, or a list of texts (not empty).
    Texts,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// One of these words, or a list of them (not empty).
    SomeOf(&'static [&'static str]),
    /// A whole number from 0 to 4,294,967,295.
    Number,
    /// `true` or `false`.
    Flag,
    /// A regular expression (compiled size at most 1 MiB).
    Regex,
    /// A path into data, RFC 9535 (`$.a.b[0]`).
    JsonPath,
    /// Any TOML value.
    Any,
    /// A list of checks (not empty).
    Checks,
}

/// A check that only asks the tree.
pub trait TreeCheck: Send + Sync {
    /// Judges. Reads only through `files`.
    fn evaluate(&self, files: &Files<'_>) -> Outcome;
}

/// A check that asks the commits behind a tree.
pub trait HistoryCheck: Send + Sync {
    /// Judges the history that ends at the tree in question.
    fn evaluate(&self, history: &dyn History) -> Outcome;

    /// The files whose commits count: those of [`History::touching`] that [`HistoryCheck::judges`] takes.
    fn paths(&self) -> &[Pattern];

    /// Whether a commit with so many parents counts.
    fn judges(&self, parents: usize) -> bool;

    /// Whether a commit that counts is as it should be.
    fn fits(&self, author: &Person) -> bool;

    /// The verdict that [`HistoryCheck::evaluate`] comes to over so many commits: a walk over history counts them as
    /// they come instead of going over all of them at each.
    fn verdict(&self, commits: CountedCommits) -> Verdict;
}

/// The commits that a check over history looks at, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CountedCommits {
    /// Those that are as they should be.
    pub fitting: usize,
    /// The others.
    pub others: usize,
    /// Commits behind which history cannot be seen.
    pub cut: usize,
}

/// What a kind makes of its options.
pub enum Body {
    /// Asks the tree.
    Tree(Box<dyn TreeCheck>),
    /// Asks the commits.
    History(Box<dyn HistoryCheck>),
    /// Always the same answer: nothing that trueup may do can tell.
    Constant(Outcome),
    /// All must hold: fails > unknown > holds.
    All(Vec<Check>),
    /// One must hold: holds > unknown > fails.
    Any(Vec<Check>),
}

/// A check, ready to judge.
pub struct Check {
    /// Its kind.
    pub kind: &'static Kind,
    /// The same for two checks that ask the same, after sets were expanded.
    pub digest: [u8; 32],
    /// How it judges.
    pub body: Body,
    /// What it asks of a person; `None` when it answers by itself.
    pub ask: Option<Ask>,
}

impl Kind {
    /// The option of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A list of mistakes, as every function that reads a plan returns it.
pub type Mistakes = Vec<Mistake>;
