//! Documents that name things.

use bstr::ByteSlice;

use super::compose::Projects;
use super::{Args, Field, FieldType, FileSet, Finding, Outcome};
use crate::repo::{ReadError, RepoPath};
use crate::semantics::compose::Project;
use crate::semantics::files::{Files, SourceFile};
use crate::source::Span;

/// `documents`; `doc` says what stands in them.
pub(super) const fn documents(doc: &'static str) -> Field {
    Field { name: "documents", takes: FieldType::Files, required: true, doc }
}

/// Compose files, and the documents that tell of them.
pub(super) struct Told {
    projects: Projects,
    documents: FileSet,
}

impl Told {
    /// Takes the Compose files and [`documents`] from what a check says.
    pub(super) fn of(args: &mut Args<'_>) -> Self {
        let documents = args.files("documents");
        Self { projects: Projects::of(args), documents }
    }

    /// Judges each project with the documents; without any of them a fault says so.
    pub(super) fn each(&self, files: &Files<'_>, judge: impl Fn(&Project, &Documents, &mut Outcome)) -> Outcome {
        let mut outcome = Outcome::default();
        let documents = Documents::of(files, &self.documents);
        if !documents.are_missing(&mut outcome) {
            self.projects.each(files, &mut outcome, |project, outcome| judge(project, &documents, outcome));
        }
        outcome
    }
}

/// The documents of a set that are there. One that is missing is no fault: another may be there.
pub(super) struct Documents {
    /// Those that can be read, in the plan's order.
    pub(super) read: Vec<SourceFile>,
    /// Those that cannot.
    unread: Vec<(RepoPath, ReadError)>,
    written: String,
}

impl Documents {
    /// Reads a set.
    pub(super) fn of(files: &Files<'_>, set: &FileSet) -> Self {
        let mut documents = Self { read: Vec::new(), unread: Vec::new(), written: set.written.join(", ") };
        let mut seen: Vec<RepoPath> = Vec::new();
        for pattern in &set.patterns {
            let found = match files.glob(pattern) {
                Ok(found) => found,
                Err(error) => {
                    documents.unread.push((RepoPath::parse(pattern.as_str()).unwrap_or_default(), error));
                    continue;
                }
            };
            for found in found {
                if seen.contains(&found.path) {
                    continue;
                }
                match files.read(&found.path) {
                    Ok(Some(file)) => documents.read.push(file),
                    Ok(None) => {}
                    Err(error) => documents.unread.push((found.path.clone(), error)),
                }
                seen.push(found.path);
            }
        }
        documents
    }

    /// As the plan writes them.
    pub(super) fn written(&self) -> &str {
        &self.written
    }

    /// Whether there is none, not even one that cannot be read; then a fault says so.
    pub(super) fn are_missing(&self, outcome: &mut Outcome) -> bool {
        let missing = self.read.is_empty() && self.unread.is_empty();
        if missing {
            let message = format!("none of the documents is there: {}", self.written);
            outcome.push(Finding::fault(message).help("write one of them"));
        }
        missing
    }

    /// Adds a doubt for each one that cannot be read; whether there was one.
    pub(super) fn doubt_unread(&self, outcome: &mut Outcome) -> bool {
        for (path, error) in &self.unread {
            outcome.unread(path, error);
        }
        !self.unread.is_empty()
    }
}

/// Where a text stands as a whole word: `is_part` says which bytes before and after it make it part of another.
pub(super) fn word(text: &[u8], word: &str, is_part: impl Fn(&[u8], &[u8]) -> bool) -> Option<Span> {
    if word.is_empty() {
        return None;
    }
    text.find_iter(word).find_map(|start| {
        let end = start + word.len();
        let (before, after) = (text.get(..start)?, text.get(end..)?);
        (!is_part(before, after)).then(|| Span::new(start, end))
    })
}

/// Where a variable is named.
pub(super) fn variable(text: &[u8], name: &str) -> Option<Span> {
    let inside = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    word(text, name, |before, after| inside(before.last()) || inside(after.first()))
}

/// Where a file is named: by its name, with or without folders before it. `x.yml.bak` and `my-x.yml` are others,
/// `x.yml.` at a sentence's end is not.
pub(super) fn file(text: &[u8], name: &str) -> Option<Span> {
    let inside = |letter: Option<char>| letter.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    word(text, name, |before, after| {
        let last = before.chars().next_back();
        let mut next = after.chars();
        let (first, second) = (next.next(), next.next());
        let begins = inside(last) || last == Some('.');
        let goes_on = inside(first) || (first == Some('.') && inside(second));
        begins || goes_on
    })
}
