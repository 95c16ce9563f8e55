//! Commit objects, read as git stores them.

use bstr::ByteSlice;

use super::mailmap::Mailmap;
use super::objects::Id;
use super::{Commit, CommitId, Person};
use crate::source::Outside;

/// What a walk needs of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// Its tree object.
    pub tree: Id,
    /// Its parents, the first first.
    pub parents: Vec<Id>,
    /// Committer time, seconds since 1970-01-01 UTC.
    pub time: i64,
}

/// The header of a commit object; `None` when it is malformed.
pub(super) fn header(bytes: &[u8]) -> Option<Header> {
    let mut lines = bytes.split(|b| *b == b'\n');
    let tree = lines.next()?.strip_prefix(b"tree ").and_then(id)?;
    let mut parents = Vec::new();
    let mut time = None;
    for line in lines.take_while(|line| !line.is_empty()) {
        if let Some(parent) = line.strip_prefix(b"parent ") {
            parents.push(id(parent)?);
        } else if let Some(committer) = line.strip_prefix(b"committer ") {
            time = Some(identity(committer).time);
            break;
        }
    }
    Some(Header { tree, parents, time: time.unwrap_or_default() })
}

/// 40 hex digits.
pub(super) fn id(hex: &[u8]) -> Option<Id> {
    let mut id = [0; 20];
    if hex.len() != 40 {
        return None;
    }
    for (to, digits) in id.iter_mut().zip(hex.chunks_exact(2)) {
        *to = u8::from_str_radix(digits.to_str().ok()?, 16).ok()?;
    }
    Some(id)
}

struct Identity<'c> {
    name: &'c [u8],
    email: &'c [u8],
    time: i64,
}

/// `Name <address> seconds zone`. Times that make no sense are 0.
fn identity(line: &[u8]) -> Identity<'_> {
    let (name, rest) = line.split_once_str(b"<").unwrap_or((line, b""));
    let email = rest.split_once_str(b">").map_or(rest, |(email, _)| email);
    let after = rest.rsplit_once_str(b">").map_or(b"".as_slice(), |(_, after)| after);
    let seconds = after.trim_ascii_start().split(|b| *b == b' ').next().unwrap_or_default();
    let time = seconds.to_str().ok().and_then(|seconds| seconds.parse().ok()).unwrap_or_default();
    Identity { name: name.trim_ascii(), email: email.trim_ascii(), time }
}

/// What a commit says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// Who wrote it, .mailmap applied.
    pub author: Person,
    /// Who else did, by its `Co-authored-by` lines, .mailmap applied; each once, the author not among them.
    pub co_authors: Vec<Person>,
    /// The first line of its message.
    pub subject: Outside,
    /// The whole message.
    pub message: Outside,
}

/// A commit's people and message.
pub(super) fn words(bytes: &[u8], mailmap: &Mailmap) -> Words {
    let parts = Parts::of(bytes);
    let person = |found: &Identity<'_>| {
        let (name, email) = mailmap.apply(found.name, found.email);
        Person { name: parts.text(name), email: parts.text(email) }
    };
    let author = person(&identity(parts.field(b"author ").unwrap_or_default()));
    let mut co_authors: Vec<Person> = Vec::new();
    for line in parts.message.lines() {
        let Some((key, value)) = line.split_once_str(b":") else { continue };
        if key.trim_ascii().eq_ignore_ascii_case(b"co-authored-by") && value.contains_str(b"<") {
            let found = person(&identity(value.trim_ascii()));
            if found != author && !co_authors.contains(&found) {
                co_authors.push(found);
            }
        }
    }
    let message = Outside::new(parts.text(parts.message).raw().trim_end());
    Words { author, co_authors, subject: parts.text(parts.subject()), message }
}

/// The parts of a commit object.
struct Parts<'c> {
    head: &'c [u8],
    message: &'c [u8],
    latin1: bool,
}

impl<'c> Parts<'c> {
    fn of(bytes: &'c [u8]) -> Self {
        let (head, message) = bytes.split_once_str(b"\n\n").unwrap_or((bytes, b""));
        let parts = Self { head, message, latin1: false };
        Self { latin1: parts.field(b"encoding ").is_some_and(is_latin1), ..parts }
    }

    fn field(&self, name: &[u8]) -> Option<&'c [u8]> {
        self.head.split(|b| *b == b'\n').find_map(|line| line.strip_prefix(name))
    }

    fn text(&self, bytes: &[u8]) -> Outside {
        Outside::new(if self.latin1 { of_latin1(bytes) } else { bytes.to_str_lossy().into_owned() })
    }

    fn subject(&self) -> &'c [u8] {
        self.message.lines().find(|line| !line.trim_ascii().is_empty()).unwrap_or_default().trim_ascii()
    }
}

/// A whole commit, its author as the .mailmap has it. `parents` are those that count, grafts applied.
pub(super) fn commit(bytes: &[u8], id: Id, parents: usize, mailmap: &Mailmap) -> Commit {
    let parts = Parts::of(bytes);
    let author = identity(parts.field(b"author ").unwrap_or_default());
    let (name, email) = mailmap.apply(author.name, author.email);
    Commit {
        id: CommitId::of_bytes(id).to_string(),
        author: Person { name: parts.text(name), email: parts.text(email) },
        time: identity(parts.field(b"committer ").unwrap_or_default()).time,
        subject: parts.text(parts.subject()),
        parents,
    }
}

fn is_latin1(encoding: &[u8]) -> bool {
    matches!(encoding.to_ascii_lowercase().as_slice(), b"iso-8859-1" | b"iso8859-1" | b"latin1" | b"latin-1")
}

fn of_latin1(bytes: &[u8]) -> String {
    match bytes.to_str() {
        // Written by .mailmap, which is UTF-8.
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}
