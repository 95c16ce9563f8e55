//! A tree held in memory, for check cases; the trees of `repo/` have tests of their own on real repositories.

use std::collections::BTreeMap;
use std::sync::Arc;

use trueup::repo::{
    BlobId, Commit, Entry, EntryKind, History, MOST_MATCHES, Match, Pattern, ReadError, RepoPath, Touching, Tree,
};

/// Files by path. Folders are what the paths imply.
#[derive(Default, Clone)]
pub struct Memory {
    pub files: BTreeMap<RepoPath, Vec<u8>>,
    pub links: BTreeMap<RepoPath, Vec<u8>>,
    pub unreadable: BTreeMap<RepoPath, ReadError>,
}

impl Memory {
    pub fn with(files: &[(&str, &str)]) -> Self {
        let mut tree = Self::default();
        for (path, text) in files {
            tree.add(path, text.as_bytes());
        }
        tree
    }

    pub fn add(&mut self, path: &str, bytes: &[u8]) {
        self.files.insert(RepoPath::parse(path).unwrap(), bytes.to_vec());
    }
}

fn id(bytes: &[u8]) -> BlobId {
    let hash = blake3::hash(bytes);
    BlobId(hash.as_bytes()[..20].try_into().unwrap())
}

impl Tree for Memory {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, ReadError> {
        if let Some(error) = self.unreadable.get(path) {
            return Err(error.clone());
        }
        if let Some(bytes) = self.files.get(path) {
            return Ok(Some(Entry { kind: EntryKind::File { executable: false }, id: Some(id(bytes)) }));
        }
        if let Some(target) = self.links.get(path) {
            return Ok(Some(Entry { kind: EntryKind::Symlink, id: Some(id(target)) }));
        }
        let folder = path.is_root() || self.files.keys().chain(self.links.keys()).any(|p| p.strip(path).is_some());
        Ok(folder.then_some(Entry { kind: EntryKind::Folder, id: None }))
    }

    fn glob(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError> {
        let files = self.files.keys().map(|p| (p, EntryKind::File { executable: false }));
        let links = self.links.keys().map(|p| (p, EntryKind::Symlink));
        let mut found: Vec<Match> = files
            .chain(links)
            .filter(|(path, _)| pattern.matches(path))
            .map(|(path, kind)| Match { path: path.clone(), kind })
            .collect();
        found.sort();
        if found.len() > MOST_MATCHES {
            let (what, bound) = (format!("what {} matches", pattern.as_str()), format!("{MOST_MATCHES} paths"));
            return Err(ReadError::TooLarge { what, bound });
        }
        Ok(found)
    }

    fn bytes(&self, wanted: BlobId) -> Result<Arc<[u8]>, ReadError> {
        let all = self.files.values().chain(self.links.values());
        all.filter(|bytes| id(bytes) == wanted)
            .map(|bytes| Ok(Arc::from(bytes.as_slice())))
            .next()
            .unwrap_or_else(|| Err(ReadError::MissingObject { id: format!("{wanted:?}"), why: String::new() }))
    }
}

/// Commits held in memory.
#[derive(Default)]
pub struct Commits(pub Vec<Commit>);

impl History for Commits {
    fn touching(&self, _: &[Pattern]) -> Result<Touching, ReadError> {
        Ok(Touching { commits: self.0.clone(), since: None, cut_at: Vec::new() })
    }
}
