//! A question that a person's word answers while the covered files are as they were.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::ask::Asked;
use super::kind::TreeCheck;
use super::{Finding, Outcome, Reason};
use crate::plan::{MOST_MARKS, Mark, Word};
use crate::repo::{EntryKind, Pattern, ReadError, RepoPath};
use crate::semantics::files::Files;

/// So many changed files are named.
const MOST_NAMED: usize = 8;

/// What stands in the files that a word covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// Digest of path, kind and blob of each.
    pub digest: [u8; 16],
    /// The files, sorted, each with its mark.
    pub files: Vec<(RepoPath, Mark)>,
}

/// Why there is nothing that a word could cover.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Uncovered {
    /// Nothing is covered by emptiness.
    #[error("no file matches {0}")]
    Nothing(String),
    /// Nobody can say what stands behind that boundary.
    #[error("{} is a submodule: what is in it is not seen", .0.shown().raw())]
    Submodule(RepoPath),
    /// The tree gave no answer.
    #[error("cannot read {what}: {error}")]
    Unread {
        /// The path or pattern.
        what: String,
        /// Why.
        error: ReadError,
    },
}

impl Uncovered {
    fn reason(&self) -> Reason {
        match self {
            Self::Nothing(_) => Reason::Stale,
            Self::Submodule(_) => Reason::Unreadable,
            Self::Unread { error, .. } => Reason::of(error),
        }
    }
}

/// What stands in the files that these patterns match, `except` left out. Each pattern has to match something.
pub fn cover(files: &Files<'_>, patterns: &[Pattern], except: Option<&RepoPath>) -> Result<Covered, Uncovered> {
    let unread = |what: String| |error: ReadError| Uncovered::Unread { what, error };
    let mut paths: BTreeMap<RepoPath, EntryKind> = BTreeMap::new();
    for pattern in patterns {
        let found = files.glob(pattern).map_err(unread(pattern.as_str().to_owned()))?;
        let mut found = found.into_iter().filter(|found| Some(&found.path) != except).peekable();
        if found.peek().is_none() {
            return Err(Uncovered::Nothing(pattern.as_str().to_owned()));
        }
        paths.extend(found.map(|found| (found.path, found.kind)));
    }
    let mut digest = blake3::Hasher::new();
    let mut covered = Vec::with_capacity(paths.len());
    for (path, kind) in paths {
        if kind == EntryKind::Submodule {
            return Err(Uncovered::Submodule(path));
        }
        let entry = files.entry(&path).map_err(unread(path.shown().raw().to_owned()))?;
        let gone = || ReadError::Unreadable("it went away while it was read".to_owned());
        let (kind, id) = entry
            .and_then(|entry| Some((entry.kind, entry.id?)))
            .ok_or_else(gone)
            .map_err(unread(path.shown().raw().to_owned()))?;
        let kind = match kind {
            EntryKind::File { executable: false } => 1_u8,
            EntryKind::File { executable: true } => 2,
            _ => 3,
        };
        let content: Vec<u8> = std::iter::once(kind).chain(id.0).collect();
        digest.update(&(path.as_bytes().len() as u64).to_le_bytes());
        digest.update(path.as_bytes());
        digest.update(&content);
        let mark = Mark { path: short(path.as_bytes()), content: short(&content) };
        covered.push((path, mark));
    }
    let mut whole = [0; 16];
    digest.finalize_xof().fill(&mut whole);
    Ok(Covered { digest: whole, files: covered })
}

fn short(bytes: &[u8]) -> [u8; 3] {
    let mut digest = [0; 3];
    blake3::Hasher::new().update(bytes).finalize_xof().fill(&mut digest);
    digest
}

impl Covered {
    /// The marks that a word keeps of it: none when they are too many.
    pub fn marks(&self) -> Vec<Mark> {
        if self.files.len() > MOST_MARKS {
            return Vec::new();
        }
        let mut marks: Vec<Mark> = self.files.iter().map(|(_, mark)| *mark).collect();
        marks.sort_unstable();
        marks
    }
}

/// A word with what its task asks now, and whether its time is over.
pub(super) struct Vouch {
    word: Word,
    asked: Asked,
    /// Why it no longer counts, whatever the files are.
    over: Option<String>,
}

impl Vouch {
    pub fn new(word: Word, asked: Asked, now: Option<Timestamp>) -> Self {
        let over = match (word.until, now) {
            (Some(until), Some(now)) if now.to_zoned_datetime(TimeZone::UTC).date() > until => {
                Some(format!("counted until {until}"))
            }
            (Some(until), None) => Some(format!("counts until {until}, and today's date is not known here")),
            _ if word.about != asked.about => {
                Some("is about something else: the task's text or question changed since".to_owned())
            }
            _ => None,
        };
        Self { word, asked, over }
    }

    /// The digest of a check that this word answers, from the one that it has without.
    pub fn digest_with(&self, digest: &[u8; 32]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(digest);
        let entries = self.word.entries().into_iter().map(|(key, value)| (key, Some(value)));
        for (key, value) in entries.chain([("over", self.over.clone())]) {
            for part in [key.as_bytes(), value.as_deref().unwrap_or_default().as_bytes()] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
        }
        for pattern in &self.asked.covers {
            hasher.update(pattern.as_str().as_bytes());
            hasher.update(&[0]);
        }
        *hasher.finalize().as_bytes()
    }

    /// `the word of Ada <ada@example.com>, 2026-11-28 at commit d45c0ffee1`.
    fn name(&self) -> String {
        let day = self.word.on.to_zoned_datetime(TimeZone::UTC).date();
        format!("the word of {}, {day} at commit {}", self.word.by, self.word.commit.get(..10).unwrap_or_default())
    }

    fn stale(&self, outcome: &mut Outcome, reason: Reason, why: &str, help: String) {
        let finding = Finding::note(format!("{} {why}", self.name())).by(&self.word.by).help(help);
        outcome.doubt(reason, finding);
    }
}

/// One question, answered.
pub(super) struct Vouched {
    pub vouch: Arc<Vouch>,
    pub says: Option<String>,
}

const ANEW: &str = "look again; `trueup attest TASK` then records your word anew";

impl TreeCheck for Vouched {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let Vouch { word, asked, over } = self.vouch.as_ref();
        if let Some(why) = over {
            self.vouch.stale(&mut outcome, Reason::Stale, why, ANEW.to_owned());
            return outcome;
        }
        match cover(files, &asked.covers, word.except.as_ref()) {
            Ok(covered) if covered.digest == word.covers => {
                let says = self.says.as_ref().map(|says| format!("{says}, by ")).unwrap_or_else(|| "by ".to_owned());
                let until = word.until.map(|until| format!(", counts until {until}")).unwrap_or_default();
                let note = word.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
                outcome.push(Finding::proof(format!("{says}{}{until}{note}", self.vouch.name())).by(&word.by));
            }
            Ok(covered) => self.changed(&covered, &mut outcome),
            Err(error) => {
                let why = format!("covers files that are not there to compare: {error}");
                self.vouch.stale(&mut outcome, error.reason(), &why, ANEW.to_owned());
            }
        }
        outcome
    }
}

impl Vouched {
    /// Which of the covered files are not as they were, as far as the marks tell.
    fn changed(&self, covered: &Covered, outcome: &mut Outcome) {
        let word = &self.vouch.word;
        let named: Vec<(&RepoPath, &str)> = covered
            .files
            .iter()
            .filter(|_| !word.files.is_empty())
            .filter(|(_, mark)| !word.files.contains(mark))
            .map(|(path, mark)| {
                let known = word.files.iter().any(|known| known.path == mark.path);
                (path, if known { "changed" } else { "is new" })
            })
            .collect();
        let here = |known: &&Mark| covered.files.iter().any(|(_, mark)| mark.path == known.path);
        let gone = word.files.iter().filter(|known| !here(known)).count();
        let mut parts: Vec<String> =
            named.iter().take(MOST_NAMED).map(|(path, how)| format!("{} {how}", path.shown().raw())).collect();
        if let Some(more @ 1..) = named.len().checked_sub(MOST_NAMED) {
            parts.push(format!("{more} more changed or are new"));
        }
        match gone {
            0 => {}
            1 => parts.push("one that it covered is gone".to_owned()),
            gone => parts.push(format!("{gone} that it covered are gone")),
        }
        let why = match parts.as_slice() {
            [] => "covers files that are not as they were".to_owned(),
            parts => format!("covers files that are not as they were: {}", parts.join(", ")),
        };
        let patterns: Vec<String> =
            self.vouch.asked.covers.iter().map(|pattern| format!("'{}'", pattern.as_str())).collect();
        let help = match patterns.len() <= MOST_NAMED && !patterns.iter().any(|pattern| pattern.contains(['{', '\\'])) {
            true => {
                let diff = format!("git diff {} -- {}", word.commit, patterns.join(" "));
                format!("`{diff}` shows it, where that commit is at hand; {ANEW}")
            }
            false => ANEW.to_owned(),
        };
        self.vouch.stale(outcome, Reason::Stale, &why, help);
        if let [(path, _)] = named.as_slice()
            && let Some(doubt) = outcome.doubts.last_mut()
        {
            doubt.finding.path = Some(path.shown());
        }
    }
}
