//! What a check answers, and why.

use crate::repo::{ReadError, RepoPath};
use crate::semantics::files::SourceFile;
use crate::source::{LineRange, Outside, Span, mask};

/// The answer to a task's question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// It is true, with proof.
    Holds,
    /// It is not true, with a fault to show.
    Fails,
    /// It cannot be told, and why.
    Unknown(Reason),
}

/// Why a verdict is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// Only running a command can tell.
    NeedsCommand,
    /// Only a person can tell.
    NeedsPerson,
    /// A person's word that covers files which changed since.
    Stale,
    /// A file is there but cannot be read or parsed.
    Unreadable,
    /// A variable without a value, a command that hides what it does.
    Unresolved,
    /// A counted bound was passed.
    TooLarge,
    /// The history ends before the answer does.
    Shallow,
    /// The object database lacks an object.
    MissingObject,
    /// The index holds an unresolved merge.
    Conflict,
}

impl Reason {
    /// Why a verdict is unknown when a tree or history gave no answer.
    pub fn of(error: &ReadError) -> Self {
        match error {
            ReadError::MissingObject { .. } => Self::MissingObject,
            ReadError::TooLarge { .. } => Self::TooLarge,
            ReadError::Unreadable(_) => Self::Unreadable,
            ReadError::Conflict => Self::Conflict,
        }
    }

    /// The word of the JSON contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::NeedsCommand => "needs_command",
            Self::NeedsPerson => "needs_person",
            Self::Stale => "stale",
            Self::Unreadable => "unreadable",
            Self::Unresolved => "unresolved",
            Self::TooLarge => "too_large",
            Self::Shallow => "shallow",
            Self::MissingObject => "missing_object",
            Self::Conflict => "conflict",
        }
    }

    /// Whether only a command or a person can tell; a word that went stale is a person's to give anew.
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::NeedsCommand | Self::NeedsPerson | Self::Stale)
    }

    /// Whether it comes from this machine or clone, not from the tree: such an answer is never kept.
    pub fn is_of_the_machine(self) -> bool {
        matches!(self, Self::MissingObject | Self::Shallow)
    }
}

impl Verdict {
    /// The word of the JSON contract: `holds`, `fails`, `unknown`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// It shows that the task holds.
    Proof,
    /// It shows that it does not.
    Fault,
    /// Worth knowing; it changes no verdict.
    Note,
}

impl Level {
    /// The word of the JSON contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proof => "proof",
            Self::Fault => "fault",
            Self::Note => "note",
        }
    }
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it shows.
    pub level: Level,
    /// The file, relative to the plan's root.
    pub path: Option<Outside>,
    /// Its lines.
    pub lines: Option<LineRange>,
    /// Those lines (at most 12), secrets masked.
    pub excerpt: Option<Outside>,
    /// What stands there, precisely: a lower-case fragment, secrets masked.
    pub message: Outside,
    /// What to do about it.
    pub help: Option<Outside>,
    /// The person whose word it is, secrets masked; `None` for what the repository shows.
    pub by: Option<Outside>,
}

/// Most lines of an excerpt.
const EXCERPT_LINES: u32 = 12;
/// Most characters of an excerpt's line.
const EXCERPT_WIDTH: usize = 200;

impl Finding {
    fn new(level: Level, message: impl Into<String>) -> Self {
        let message = Outside::new(mask(&message.into()));
        Self { level, path: None, lines: None, excerpt: None, message, help: None, by: None }
    }

    /// Evidence that the task holds.
    pub fn proof(message: impl Into<String>) -> Self {
        Self::new(Level::Proof, message)
    }

    /// Evidence that it does not.
    pub fn fault(message: impl Into<String>) -> Self {
        Self::new(Level::Fault, message)
    }

    /// Worth knowing; changes no verdict.
    pub fn note(message: impl Into<String>) -> Self {
        Self::new(Level::Note, message)
    }

    /// It is about this path.
    #[must_use]
    pub fn path(mut self, path: &RepoPath) -> Self {
        self.path = Some(path.shown());
        self
    }

    /// It stands in this file at this span.
    #[must_use]
    pub fn at(self, file: &SourceFile, span: Span) -> Self {
        let range = file.range(span);
        self.lines(file, range)
    }

    /// It stands on these lines of this file.
    #[must_use]
    pub fn lines(mut self, file: &SourceFile, range: LineRange) -> Self {
        self.path = Some(file.path.shown());
        self.lines = Some(range);
        self.excerpt = Some(excerpt(file, range));
        self
    }

    /// What to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(Outside::new(mask(&help.into())));
        self
    }

    /// It rests on this person's word.
    #[must_use]
    pub fn by(mut self, person: &str) -> Self {
        self.by = Some(Outside::new(mask(person)));
        self
    }

    /// What people call it: the level's word, but a proof that is a person's is a `word`.
    pub fn label(&self) -> &'static str {
        match (self.level, &self.by) {
            (Level::Proof, Some(_)) => "word",
            (level, _) => level.word(),
        }
    }

    /// The same evidence, weighing nothing.
    #[must_use]
    pub fn as_note(mut self) -> Self {
        self.level = Level::Note;
        self
    }
}

fn excerpt(file: &SourceFile, range: LineRange) -> Outside {
    let last = range.end_line.min(range.line.saturating_add(EXCERPT_LINES - 1));
    let lines: Vec<String> = (range.line..=last)
        .map(|line| {
            let text = String::from_utf8_lossy(file.lines.bytes(&file.bytes, line)).into_owned();
            match text.char_indices().nth(EXCERPT_WIDTH) {
                Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
                None => text,
            }
        })
        .collect();
    Outside::new(mask(&lines.join("\n")))
}

/// Why a check cannot tell, with the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Why.
    pub reason: Reason,
    /// The place and what stands there, as a note.
    pub finding: Finding,
}

/// The answer of one check. Its verdict follows from the evidence, so that none can be given without:
/// a fault fails; else a doubt makes it unknown; else a proof holds; without any it is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The evidence, in the order it was found.
    pub findings: Vec<Finding>,
    /// What cannot be told.
    pub doubts: Vec<Doubt>,
}

impl Outcome {
    /// Adds evidence.
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Adds all of another.
    pub fn extend(&mut self, other: &Self) {
        self.findings.extend(other.findings.iter().cloned());
        self.doubts.extend(other.doubts.iter().cloned());
    }

    /// Adds a doubt; the finding becomes a note.
    pub fn doubt(&mut self, reason: Reason, finding: Finding) {
        self.doubts.push(Doubt { reason, finding: finding.as_note() });
    }

    /// Adds what kept a file from being read.
    pub fn unread(&mut self, path: &RepoPath, error: &ReadError) {
        self.doubt(Reason::of(error), Finding::note(format!("cannot read {}: {error}", path.shown().raw())).path(path));
    }

    /// Whether there is a fault.
    pub fn has_fault(&self) -> bool {
        self.findings.iter().any(|f| f.level == Level::Fault)
    }

    /// What follows from the evidence.
    pub fn verdict(&self) -> Verdict {
        if self.has_fault() {
            return Verdict::Fails;
        }
        if let Some(doubt) = self.doubts.first() {
            return Verdict::Unknown(doubt.reason);
        }
        if self.findings.iter().any(|f| f.level == Level::Proof) {
            return Verdict::Holds;
        }
        Verdict::Unknown(Reason::Unresolved)
    }

    /// The person's word that it holds by; `None` when it does not hold, or the repository alone proves it.
    pub fn word(&self) -> Option<&Finding> {
        let holds = self.verdict() == Verdict::Holds;
        self.findings.iter().find(|finding| holds && finding.level == Level::Proof && finding.by.is_some())
    }

    /// Why it is unknown, in words; `None` when it is not.
    pub fn reason_text(&self) -> Option<Outside> {
        match self.verdict() {
            Verdict::Unknown(_) => Some(match self.doubts.first() {
                Some(doubt) => doubt.finding.message.clone(),
                None => Outside::from("the check found neither proof nor fault"),
            }),
            _ => None,
        }
    }

    /// All evidence, what decides first: for *fails* the faults, for *unknown* the doubts, for *holds* the proofs;
    /// else in the order it was found.
    pub fn ranked(&self) -> Vec<&Finding> {
        let verdict = self.verdict();
        let decides = |finding: &&Finding| match verdict {
            Verdict::Fails => finding.level == Level::Fault,
            Verdict::Holds => finding.level == Level::Proof,
            Verdict::Unknown(_) => self.doubts.iter().any(|doubt| std::ptr::eq(&doubt.finding, *finding)),
        };
        let (mut first, rest): (Vec<_>, Vec<_>) = self.evidence().partition(decides);
        first.extend(rest);
        first
    }

    /// All evidence, doubts as notes last.
    pub fn evidence(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().chain(self.doubts.iter().map(|doubt| &doubt.finding))
    }
}
