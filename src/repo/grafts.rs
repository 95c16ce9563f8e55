//! Where this clone's history differs from what its commits say: shallow boundaries, grafts, replaced commits.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use bstr::ByteSlice;

use super::commit::id;
use super::objects::{Id, id_bytes};
use super::{Repo, RepoError};

/// What stands in for what commits say of their parents.
#[derive(Debug, Default)]
pub(super) struct Grafts {
    /// Commits whose parents a shallow clone left out.
    shallow: HashSet<Id>,
    /// Parents by `info/grafts`.
    parents: HashMap<Id, Vec<Id>>,
    /// Commits that `git replace` put in others' places.
    replaced: HashMap<Id, Id>,
}

/// A commit's parents as they count here.
pub(super) struct Parents {
    /// The parents.
    pub ids: Vec<Id>,
    /// Whether history that the commit has is hidden here.
    pub cut: bool,
}

impl Grafts {
    /// Reads `shallow`, `info/grafts` and `refs/replace/`.
    pub fn read(repo: &Repo) -> Result<Self, RepoError> {
        let mut grafts = Self::default();
        for line in lines(&repo.common_dir().join("shallow"))? {
            grafts.shallow.extend(ids(&line).into_iter().next());
        }
        for line in lines(&repo.common_dir().join("info/grafts"))? {
            if let Some((commit, parents)) = ids(&line).split_first() {
                grafts.parents.insert(*commit, parents.to_vec());
            }
        }
        grafts.replaced = Self::replacements(repo)?;
        Ok(grafts)
    }

    /// Reads `refs/replace/`: which object is read in the place of which.
    pub fn replacements(repo: &Repo) -> Result<HashMap<Id, Id>, RepoError> {
        let mut replaced = HashMap::new();
        if !may_replace(repo.common_dir()) {
            return Ok(replaced);
        }
        let git = repo.git();
        let trouble = |error: git2::Error| RepoError::of_git("list replaced commits", &error);
        for reference in git.references_glob("refs/replace/*").map_err(trouble)?.flatten() {
            let name = reference.name_bytes().strip_prefix(b"refs/replace/").and_then(id);
            if let (Some(from), Some(to)) = (name, reference.target()) {
                replaced.insert(from, id_bytes(to));
            }
        }
        Ok(replaced)
    }

    /// The same for the same boundaries and replacements.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        let mut part = |name: &[u8], mut lines: Vec<Vec<u8>>| {
            lines.sort();
            hasher.update(name).update(&(lines.len() as u64).to_le_bytes());
            for line in lines {
                hasher.update(&(line.len() as u64).to_le_bytes()).update(&line);
            }
        };
        part(b"shallow", self.shallow.iter().map(|id| id.to_vec()).collect());
        part(b"grafts", self.parents.iter().map(|(id, to)| [id.as_slice(), &to.concat()].concat()).collect());
        part(b"replace", self.replaced.iter().map(|(from, to)| [*from, *to].concat()).collect());
        *hasher.finalize().as_bytes()
    }

    /// The object to read for a commit; one replacement is followed, as for any object that git reads.
    pub fn object(&self, commit: Id) -> Id {
        self.replaced.get(&commit).copied().unwrap_or(commit)
    }

    /// Whether another object is read in the commit's place.
    pub fn is_replaced(&self, commit: Id) -> bool {
        self.replaced.contains_key(&commit)
    }

    /// The parents that count, given those that the commit names.
    pub fn parents(&self, commit: Id, named: Vec<Id>) -> Parents {
        if self.shallow.contains(&commit) {
            return Parents { cut: !named.is_empty(), ids: Vec::new() };
        }
        match self.parents.get(&commit) {
            Some(grafted) => {
                Parents { cut: named.iter().any(|parent| !grafted.contains(parent)), ids: grafted.clone() }
            }
            None => Parents { ids: named, cut: false },
        }
    }
}

/// Whether there is anything below `refs/replace/`: going through all refs for it would take time.
fn may_replace(common_dir: &Path) -> bool {
    let packed =
        || std::fs::read(common_dir.join("packed-refs")).is_ok_and(|refs| refs.contains_str(b" refs/replace/"));
    common_dir.join("refs/replace").is_dir() || packed()
}

fn lines(file: &Path) -> Result<Vec<Vec<u8>>, RepoError> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(bytes.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => {
            Err(RepoError::Git { doing: "read where history is cut off", why: format!("{}: {error}", file.display()) })
        }
    }
}

/// The ids of a line; none when it is a comment.
fn ids(line: &[u8]) -> Vec<Id> {
    line.split(u8::is_ascii_whitespace).map_while(|word| if word.is_empty() { None } else { id(word) }).collect()
}
