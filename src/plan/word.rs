//! A person's word for a task, as plan.toml keeps it: `word = { … }` in the task.
//!
//! It stands with its task, so that two people who give their word for two tasks touch different lines, and a merge
//! of their branches has no conflict; a list at the end of the file would always have one.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Mistake, Toml};
use crate::repo::RepoPath;
use crate::source::Span;

/// Longest name with its address (characters).
const LONGEST_NAME: usize = 320;
/// Longest note (characters).
pub const LONGEST_NOTE: usize = 500;
/// Most files that are told apart: past it only the digest of them all is kept.
pub const MOST_MARKS: usize = 64;

/// A person's word for a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Whose: `Name <mail>`.
    pub by: String,
    /// When it was given.
    pub on: Timestamp,
    /// The commit that was looked at, 40 hex digits. It is shown and decides nothing: a rebase or a squash takes it
    /// away and leaves the files as they were.
    pub commit: String,
    /// Digest of every covered file: path, kind and blob.
    pub covers: [u8; 16],
    /// A mark of each covered file, sorted; empty when there are more than [`MOST_MARKS`].
    pub files: Vec<Mark>,
    /// Digest of what the word is about: the task's text, and the questions in its check.
    pub about: [u8; 8],
    /// A covered path that does not count: the plan, which changes by the word itself.
    pub except: Option<RepoPath>,
    /// What the person said beside it.
    pub note: Option<String>,
    /// The last day on which it counts, in UTC.
    pub until: Option<Date>,
}

/// Tells one covered file from another: the beginning of the digests of its path and of what stands there. Only to
/// name what changed; [`Word::covers`] decides whether something did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// Of the path.
    pub path: [u8; 3],
    /// Of kind and blob.
    pub content: [u8; 3],
}

impl Word {
    /// Reads the table of a word. Keys that are missing, empty or of another type were reported before.
    pub(super) fn read(table: &Toml) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let text = |key: &str| table.get(key).and_then(Toml::text);
        let span = |key: &str| table.get(key).map_or(table.span, |value| value.span);
        let mut read = |key: &'static str, wants: &str| {
            if text(key).is_some_and(|text| !text.trim().is_empty()) {
                mistakes.push(mistake(span(key), key, wants));
            }
        };

        let on = text("on").and_then(|on| on.parse().ok());
        if on.is_none() {
            read("on", "a time with its zone, as RFC 3339 writes it: `2026-11-28T18:00:00Z`");
        }
        let commit = text("commit").filter(|id| id.len() == 40 && unhex_any(id).is_some());
        if commit.is_none() {
            read("commit", "a commit's whole id, 40 hex digits");
        }
        let covers = text("covers").and_then(unhex);
        if covers.is_none() {
            read("covers", "32 hex digits");
        }
        let about = text("about").and_then(unhex);
        if about.is_none() {
            read("about", "16 hex digits");
        }
        let files = text("files").map_or(Some(Vec::new()), marks);
        if files.is_none() {
            read("files", &format!("at most {MOST_MARKS} marks of 12 hex digits, with blanks between"));
        }
        let until = text("until").map(|until| until.parse::<Date>());
        if until.as_ref().is_some_and(Result::is_err) {
            read("until", "a date: `2027-01-31`");
        }
        let except = text("except").map(RepoPath::parse);
        if except.as_ref().is_some_and(Result::is_err) {
            read("except", "the plan's path below the root");
        }
        let by = text("by").filter(|by| by.chars().count() <= LONGEST_NAME && !by.contains(char::is_control));
        if by.is_none() {
            read("by", &format!("a name with an address, at most {LONGEST_NAME} characters in one line"));
        }
        let note = text("note").filter(|note| note.chars().count() <= LONGEST_NOTE);
        if note.is_none() {
            read("note", &format!("at most {LONGEST_NOTE} characters"));
        }
        match (by, on, commit, covers, about, files) {
            (Some(by), Some(on), Some(commit), Some(covers), Some(about), Some(files)) if mistakes.is_empty() => {
                Ok(Self {
                    by: by.to_owned(),
                    on,
                    commit: commit.to_owned(),
                    covers,
                    files,
                    about,
                    except: except.and_then(Result::ok),
                    note: note.map(str::to_owned),
                    until: until.and_then(Result::ok),
                })
            }
            _ => Err(mistakes),
        }
    }

    /// Its keys and values in the order in which they are written.
    pub fn entries(&self) -> Vec<(&'static str, String)> {
        let files: Vec<String> =
            self.files.iter().map(|mark| format!("{}{}", hex(&mark.path), hex(&mark.content))).collect();
        let written = [
            ("by", Some(self.by.clone())),
            ("on", Some(self.on.to_string())),
            ("commit", Some(self.commit.clone())),
            ("note", self.note.clone()),
            ("until", self.until.map(|until| until.to_string())),
            ("covers", Some(hex(&self.covers))),
            ("files", (!files.is_empty()).then(|| files.join(" "))),
            ("except", self.except.as_ref().and_then(|path| path.as_str().map(str::to_owned))),
            ("about", Some(hex(&self.about))),
        ];
        written.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }
}

fn mistake(span: Span, key: &str, wants: &str) -> Mistake {
    let help = "`trueup attest TASK` writes words; take this one out and give it anew".to_owned();
    Mistake::new(span, format!("`{key}` of a word is {wants}"), Some(help))
}

fn marks(text: &str) -> Option<Vec<Mark>> {
    let marks: Vec<Mark> = text
        .split_whitespace()
        .take(MOST_MARKS + 1)
        .map(|mark| {
            let [a, b, c, d, e, f] = unhex(mark)?;
            Some(Mark { path: [a, b, c], content: [d, e, f] })
        })
        .collect::<Option<_>>()?;
    (marks.len() <= MOST_MARKS).then_some(marks)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex_any(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(high)? * 16 + digit(low)?),
        _ => None,
    });
    pairs.collect()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    unhex_any(text)?.try_into().ok()
}
