//! The files of one tree, read and parsed once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bstr::ByteSlice;

use super::parts::Parts;
use super::trace::{Recorder, ask};
use crate::formats::dockerfile::{self, Dockerfile};
use crate::formats::dockerignore::{self, Dockerignore};
use crate::formats::shell::{self, Script};
use crate::formats::yaml::{self, Yaml};
use crate::repo::{BlobId, Entry, EntryKind, Match, Pattern, ReadError, RepoPath, Tree};
use crate::source::{LineRange, Lines, Span};

/// Symlinks followed one after the other before a path counts as a loop.
const MOST_LINKS: usize = 8;

/// Past so many parses they are forgotten: a walk over a long history meets many versions of each file once.
const MOST_PARSES: usize = 150;

/// A file of a tree.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The path it was asked by.
    pub path: RepoPath,
    /// Its blob.
    pub id: BlobId,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// Where its lines begin.
    pub lines: Arc<Lines>,
    /// Whether its mode says that it can be run.
    pub executable: bool,
}

impl SourceFile {
    /// The lines that a span touches.
    pub fn range(&self, span: Span) -> LineRange {
        self.lines.range(span)
    }

    /// The text; bytes that are no UTF-8 become U+FFFD.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        self.bytes.to_str_lossy()
    }
}

#[derive(Clone)]
enum Parsed {
    Dockerfile(Arc<Dockerfile>),
    Dockerignore(Arc<Dockerignore>),
    Yaml(Arc<Yaml>),
    Script(Arc<Script>),
    Lines(Arc<Lines>),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum As {
    Dockerfile,
    Dockerignore,
    Yaml,
    Script,
    Lines,
}

/// Parses by blob: a file that did not change between two trees is parsed once. Beside them, what was worked out of
/// single files ([`Files::part`]).
#[derive(Default)]
pub struct Parses {
    known: Mutex<HashMap<(BlobId, As), Parsed>>,
    parts: Parts,
}

impl Parses {
    fn get(&self, id: BlobId, kind: As, parse: impl FnOnce() -> Parsed) -> Parsed {
        if let Some(parsed) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&(id, kind)) {
            return parsed.clone();
        }
        let parsed = parse();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_PARSES {
            known.clear();
        }
        known.entry((id, kind)).or_insert(parsed).clone()
    }
}

/// Reads and parses the files of one tree. Paths are relative to the plan's root.
#[derive(Clone, Copy)]
pub struct Files<'t> {
    tree: &'t dyn Tree,
    parses: &'t Parses,
    asker: Option<Asker<'t>>,
}

/// Who reads, so that what is worked out of single files can be kept.
#[derive(Clone, Copy)]
struct Asker<'t> {
    recorder: &'t Recorder<'t>,
    digest: [u8; 32],
}

impl<'t> Files<'t> {
    /// Over a tree and the parses it shares with others.
    pub fn new(tree: &'t dyn Tree, parses: &'t Parses) -> Self {
        Self { tree, parses, asker: None }
    }

    /// The same for one whose work follows from `digest` and from what it asks of the tree alone.
    pub fn of(recorder: &'t Recorder<'t>, parses: &'t Parses, digest: [u8; 32]) -> Self {
        Self { tree: recorder, parses, asker: Some(Asker { recorder, digest }) }
    }

    /// What `work` comes to, which is about one file, and reads only through this and follows from nothing but that,
    /// the asker and `function`. Where it was worked out before and the tree would answer as it did then, it is not done
    /// again. `lasts` says whether a value may be kept.
    pub fn part<T: Send + Sync + 'static>(
        &self,
        path: &RepoPath,
        function: usize,
        work: impl FnOnce() -> T,
        lasts: impl Fn(&T) -> bool,
    ) -> Arc<T> {
        let Some(Asker { recorder, digest }) = self.asker else { return Arc::new(work()) };
        let key = (digest, function, path.clone());
        if let Some((value, steps)) = self.parses.parts.find(&key, self.tree) {
            // It has been asked all the same.
            for step in steps.iter() {
                ask(self.tree, &step.question);
            }
            return value;
        }
        let (value, steps) = recorder.section(work);
        let value = Arc::new(value);
        if lasts(&value) {
            self.parses.parts.keep(key, steps, value.clone());
        }
        value
    }

    /// What stands at a path, links not followed; `None` when nothing does.
    pub fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        self.tree.entry(path)
    }

    /// The files, links and submodules that match, sorted.
    pub fn glob(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError> {
        self.tree.glob(pattern)
    }

    /// The bytes of a blob that [`Files::entry`] named.
    pub fn bytes(&self, id: BlobId) -> Result<Arc<[u8]>, ReadError> {
        self.tree.bytes(id)
    }

    /// A file, links inside the tree followed. `None`: nothing stands there. A folder, a submodule, a
    /// link out of the tree, a loop and a Git LFS pointer are unreadable.
    pub fn read(&self, path: &RepoPath) -> Result<Option<SourceFile>, ReadError> {
        let mut at = path.clone();
        for _ in 0..=MOST_LINKS {
            let Some(entry) = self.tree.entry(&at)? else { return Ok(None) };
            let unreadable = |what: &str| Err(ReadError::Unreadable(what.to_owned()));
            let (kind, Some(id)) = (entry.kind, entry.id) else {
                return unreadable(match entry.kind {
                    EntryKind::Submodule => "it is a submodule, and nothing behind that boundary is read",
                    _ => "it is a folder, not a file",
                });
            };
            let bytes = self.tree.bytes(id)?;
            if kind == EntryKind::Symlink {
                match at.parent().join(&bytes) {
                    Ok(target) => at = target,
                    Err(error) => return unreadable(&format!("it is a link that is not followed: {error}")),
                }
                continue;
            }
            if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
                return unreadable("it is a Git LFS pointer: the content is not in this repository");
            }
            let lines = match self.parses.get(id, As::Lines, || Parsed::Lines(Arc::new(Lines::of(&bytes)))) {
                Parsed::Lines(lines) => lines,
                _ => Arc::new(Lines::of(&bytes)),
            };
            let executable = kind == EntryKind::File { executable: true };
            return Ok(Some(SourceFile { path: path.clone(), id, bytes, lines, executable }));
        }
        Err(ReadError::Unreadable(format!("it is a link that leads through more than {MOST_LINKS} others")))
    }

    /// A file read as a Dockerfile.
    pub fn dockerfile(&self, path: &RepoPath) -> Result<Option<(SourceFile, Arc<Dockerfile>)>, ReadError> {
        let Some(file) = self.read(path)? else { return Ok(None) };
        let parsed =
            self.parses.get(file.id, As::Dockerfile, || Parsed::Dockerfile(Arc::new(dockerfile::parse(&file.bytes))));
        Ok(match parsed {
            Parsed::Dockerfile(parsed) => Some((file, parsed)),
            _ => None,
        })
    }

    /// A file read as a .dockerignore.
    pub fn dockerignore(&self, path: &RepoPath) -> Result<Option<(SourceFile, Arc<Dockerignore>)>, ReadError> {
        let Some(file) = self.read(path)? else { return Ok(None) };
        let parsed = self
            .parses
            .get(file.id, As::Dockerignore, || Parsed::Dockerignore(Arc::new(dockerignore::parse(&file.bytes))));
        Ok(match parsed {
            Parsed::Dockerignore(parsed) => Some((file, parsed)),
            _ => None,
        })
    }

    /// A file read as YAML.
    pub fn yaml(&self, path: &RepoPath) -> Result<Option<(SourceFile, Arc<Yaml>)>, ReadError> {
        let Some(file) = self.read(path)? else { return Ok(None) };
        let parsed = self.parses.get(file.id, As::Yaml, || Parsed::Yaml(Arc::new(yaml::parse(&file.bytes))));
        Ok(match parsed {
            Parsed::Yaml(parsed) => Some((file, parsed)),
            _ => None,
        })
    }

    /// A file read as a shell script.
    pub fn script(&self, path: &RepoPath) -> Result<Option<(SourceFile, Arc<Script>)>, ReadError> {
        let Some(file) = self.read(path)? else { return Ok(None) };
        let parsed = self.parses.get(file.id, As::Script, || Parsed::Script(Arc::new(shell::parse(&file.bytes))));
        Ok(match parsed {
            Parsed::Script(parsed) => Some((file, parsed)),
            _ => None,
        })
    }
}
