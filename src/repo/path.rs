//! Paths inside a repository.

use bstr::{BStr, BString, ByteSlice};

use crate::source::Outside;

/// A path inside a repository or plan root: relative, `/`-separated, without `.`, `..` or empty parts.
/// The empty path is the root itself. Bytes, because git's names are bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RepoPath(BString);

/// Why a text is no path inside the repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// `/etc/passwd`, `C:\x`.
    #[error("it is absolute; write it relative to the plan's root")]
    Absolute,
    /// `../x`.
    #[error("it leaves the repository")]
    Leaves,
    /// A NUL byte.
    #[error("it holds a NUL byte")]
    Nul,
}

impl RepoPath {
    /// The root.
    pub fn root() -> Self {
        Self::default()
    }

    /// Cleans `text` (`./a//b/../c` is `a/c`); refuses what is absolute or leaves the root.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, PathError> {
        Self::root().join(text)
    }

    /// `self/text`, cleaned as [`RepoPath::parse`] does.
    pub fn join(&self, text: impl AsRef<[u8]>) -> Result<Self, PathError> {
        let text = text.as_ref();
        if text.contains(&0) {
            return Err(PathError::Nul);
        }
        if text.first() == Some(&b'/') {
            return Err(PathError::Absolute);
        }
        let mut parts: Vec<&[u8]> = self.parts().collect();
        for part in text.split(|b| *b == b'/') {
            match part {
                b"" | b"." => {}
                b".." => {
                    if parts.pop().is_none() {
                        return Err(PathError::Leaves);
                    }
                }
                part => parts.push(part),
            }
        }
        Ok(Self(BString::from(parts.join(&b'/'))))
    }

    /// The names between the slashes; none for the root.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.0.split(|b| *b == b'/').filter(|part| !part.is_empty())
    }

    /// The folder that holds it; the root's is the root.
    pub fn parent(&self) -> Self {
        match self.0.rfind_byte(b'/') {
            Some(at) => Self(BString::from(self.0.get(..at).unwrap_or_default())),
            None => Self::root(),
        }
    }

    /// The last name, empty for the root.
    pub fn name(&self) -> &BStr {
        self.parts().next_back().unwrap_or_default().as_bstr()
    }

    /// Whether it is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The path below `base`, or `None` when it is not inside it.
    pub fn strip(&self, base: &Self) -> Option<Self> {
        if base.is_root() {
            return Some(self.clone());
        }
        let rest = self.0.strip_prefix(base.0.as_slice())?;
        if rest.is_empty() {
            return Some(Self::root());
        }
        rest.strip_prefix(b"/").map(|rest| Self(BString::from(rest)))
    }

    /// The path of an entry of this folder as git names it, or `None` when no work tree may hold such a
    /// name: empty, `.`, `..`, `.git`, or with a `/` or NUL in it. Nothing is cleaned.
    pub fn child(&self, name: &[u8]) -> Option<Self> {
        if matches!(name, b"" | b"." | b".." | b".git") || name.contains(&b'/') || name.contains(&0) {
            return None;
        }
        let mut path = self.0.clone();
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        Some(Self(path))
    }

    /// A path as git's index writes it, or `None` when no work tree may hold such a name. Nothing is cleaned.
    pub(super) fn of_git(path: Vec<u8>) -> Option<Self> {
        let bad = |part: &[u8]| matches!(part, b"" | b"." | b".." | b".git");
        if path.split(|b| *b == b'/').any(bad) || path.contains(&0) { None } else { Some(Self(BString::from(path))) }
    }

    /// A path as [`RepoPath::as_bytes`] gave it; `None` for bytes that it never gives.
    pub fn kept(bytes: &[u8]) -> Option<Self> {
        let clean = |part: &[u8]| !matches!(part, b"" | b"." | b"..");
        let is_path = bytes.is_empty() || bytes.split(|b| *b == b'/').all(clean) && !bytes.contains(&0);
        is_path.then(|| Self(BString::from(bytes)))
    }

    /// The path for the file system.
    pub fn as_path(&self) -> &std::path::Path {
        use std::os::unix::ffi::OsStrExt;
        std::path::Path::new(std::ffi::OsStr::from_bytes(&self.0))
    }

    /// The same path seen from above `root`: `root/self`.
    pub fn below(&self, root: &Self) -> Self {
        match (root.is_root(), self.is_root()) {
            (true, _) => self.clone(),
            (_, true) => root.clone(),
            _ => Self(BString::from([root.0.as_slice(), self.0.as_slice()].join(&b'/'))),
        }
    }

    /// How many names it has; 0 for the root.
    pub fn depth(&self) -> usize {
        self.parts().count()
    }

    /// Whether one of its names is `.git`: such a path is part of no tree.
    pub fn is_git_internal(&self) -> bool {
        self.parts().any(|part| part == b".git")
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as UTF-8, or `None`.
    pub fn as_str(&self) -> Option<&str> {
        self.0.to_str().ok()
    }

    /// For showing: bytes that are no UTF-8 as U+FFFD; the root as `.`.
    pub fn shown(&self) -> Outside {
        if self.is_root() { Outside::from(".") } else { Outside::new(self.0.to_str_lossy()) }
    }
}

impl std::fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
