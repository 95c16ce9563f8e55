//! What a work tree answered, as bytes to keep: while all that it looked at stands as it did, it answers the same
//! again and reads neither the index nor a file.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::kept::Kept;
use super::looks::{Looks, Stamps};
use super::{BlobId, Entry, EntryKind, Match, Pattern, RepoPath};

#[derive(Serialize, Deserialize)]
struct Row<'r> {
    stamps: Stamps,
    #[serde(borrow)]
    entries: Vec<EntryRow<'r>>,
    #[serde(borrow)]
    globs: Vec<GlobRow<'r>>,
}

/// A path, and what stands there: a kind, and the id of its bytes.
type EntryRow<'r> = (&'r [u8], Option<(u8, Option<[u8; 20]>)>);

/// A pattern, the folder that it is seen from, and what matches.
type GlobRow<'r> = (&'r str, &'r [u8], Vec<(&'r [u8], u8)>);

/// What was answered before.
#[derive(Default)]
pub(super) struct Answered {
    /// So many answers.
    count: usize,
    /// Where the bytes stand that an answer named.
    homes: HashMap<BlobId, RepoPath>,
}

impl Answered {
    /// Gives answers back to `kept`, when all that they followed from stands as it did.
    pub fn restore(bytes: &[u8], looks: &Looks, kept: &Kept) -> Option<Self> {
        let row: Row<'_> = postcard::from_bytes(bytes).ok()?;
        if !looks.still(&row.stamps) {
            return None;
        }
        let mut homes = HashMap::new();
        let mut entries = Vec::with_capacity(row.entries.len());
        for (path, entry) in &row.entries {
            let path = RepoPath::kept(path)?;
            let entry = match entry {
                Some((kind, id)) => Some(Entry { kind: EntryKind::of_byte(*kind)?, id: id.map(BlobId) }),
                None => None,
            };
            if let Some(id) = entry.and_then(|entry| entry.id) {
                homes.insert(id, path.clone());
            }
            entries.push((path, entry));
        }
        let mut globs = Vec::with_capacity(row.globs.len());
        for (text, root, matches) in &row.globs {
            let pattern = Pattern::parse(text).ok()?.below(&RepoPath::kept(root)?);
            let found = |(path, kind): &(&[u8], u8)| {
                Some(Match { path: RepoPath::kept(path)?, kind: EntryKind::of_byte(*kind)? })
            };
            globs.push((pattern, matches.iter().map(found).collect::<Option<_>>()?));
        }
        let count = entries.len() + globs.len();
        kept.put(entries, globs);
        Some(Self { count, homes })
    }

    /// Where the bytes of that id stand.
    pub fn home(&self, id: BlobId) -> Option<&RepoPath> {
        self.homes.get(&id)
    }

    /// All answers as bytes, when there are more than before, and looking again will tell whether they still hold.
    pub fn row(&self, looks: &Looks, kept: &Kept) -> Option<Vec<u8>> {
        if kept.count() == self.count {
            return None;
        }
        let stamps = looks.stamps()?;
        kept.with(|entries, globs| {
            let row = Row {
                stamps,
                entries: entries.map(|(path, entry)| (path.as_bytes(), entry.map(entry_row))).collect(),
                globs: globs
                    .map(|(pattern, found)| {
                        let found = found.iter().map(|found| (found.path.as_bytes(), found.kind.byte())).collect();
                        (pattern.as_str(), pattern.root().as_bytes(), found)
                    })
                    .collect(),
            };
            postcard::to_allocvec(&row).ok()
        })
    }
}

fn entry_row(entry: Entry) -> (u8, Option<[u8; 20]>) {
    (entry.kind.byte(), entry.id.map(|id| id.0))
}
