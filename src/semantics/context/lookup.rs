//! Looking for one source of a COPY.

use super::Context;
use super::listing::{Listing, literal};
use crate::formats::dockerignore;
use crate::formats::goglob::GoGlob;
use crate::repo::{EntryKind, Match, ReadError, RepoPath};
use crate::semantics::files::Files;

/// Links followed one after the other before a path counts as one that leads nowhere.
const MOST_LINKS: usize = 40;
/// A longer source names nothing: no system has such paths (bytes).
const LONGEST: usize = 4096;
/// What stands in `.git` of every clone, whatever was committed.
const OF_GIT: &[&[u8]] = &[b"HEAD", b"config", b"objects", b"refs", b"hooks", b"info", b"index"];

/// What a build context has for a source. Paths are relative to the context's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// It is there: this path (for a pattern, one of those that match).
    Found(RepoPath),
    /// The tree has it, but the ignore file drops it; the index of the rule that does.
    Dropped {
        /// What would be there (for a pattern, one of those that would match).
        path: RepoPath,
        /// Index of the rule.
        rule: usize,
    },
    /// The folder itself is there, but the ignore file drops everything in it: Docker goes on with an empty one.
    Emptied {
        /// The folder.
        folder: RepoPath,
        /// Something in it, and the index of the rule that drops it.
        dropped: RepoPath,
        /// Index of the rule.
        rule: usize,
    },
    /// Nothing of that name is in the tree.
    Absent {
        /// The path that is not there. For a pattern the folder it looks in, when not even that is there.
        missing: Option<RepoPath>,
    },
    /// It cannot be told: why, a lower-case fragment.
    Hidden(String),
}

/// Where a path leads after links.
enum Reached {
    /// To something of the tree.
    Entry(RepoPath, EntryKind),
    /// It is decided on the way.
    Decided(Source),
}

type Found = Result<Source, ReadError>;

impl Context {
    /// What a COPY or ADD of `source` finds: a path or a pattern.
    pub fn source(&self, files: &Files<'_>, source: &str) -> Found {
        let parts = cleaned(source.as_bytes());
        match parts.iter().position(|part| GoGlob::has_wildcard(part)) {
            _ if source.len() > LONGEST => Ok(Source::Absent { missing: None }),
            None => self.path(files, source),
            Some(first) => {
                let (fixed, wild) = parts.split_at(first);
                match self.reach(files, &fixed.join(&b'/'))? {
                    Reached::Entry(folder, EntryKind::Folder) => self.wildcard(files, &folder, wild),
                    Reached::Entry(path, EntryKind::Submodule) => Ok(submodule(&path)),
                    Reached::Entry(path, _) => Ok(Source::Absent { missing: Some(path) }),
                    Reached::Decided(source) => Ok(source),
                }
            }
        }
    }

    /// What a bind mount of `source` finds: a path, never a pattern.
    pub fn path(&self, files: &Files<'_>, source: &str) -> Found {
        if source.len() > LONGEST {
            return Ok(Source::Absent { missing: None });
        }
        self.at(files, source.as_bytes())
    }

    fn at(&self, files: &Files<'_>, path: &[u8]) -> Found {
        match self.reach(files, path)? {
            Reached::Entry(folder, EntryKind::Folder) => self.folder(files, &folder),
            Reached::Entry(path, EntryKind::Submodule) => Ok(submodule(&path)),
            Reached::Entry(path, _) => self.kept(path),
            Reached::Decided(source) => Ok(source),
        }
    }

    /// What `COPY --parents` of `source` finds. Behind a pivot `/./`, else from the root on, a source with
    /// wildcards is a pattern in which `**` crosses folders, as in a .dockerignore.
    pub fn with_parents(&self, files: &Files<'_>, source: &str) -> Found {
        let (pivot, pattern) = source.split_once("/./").unwrap_or(("", source));
        let wild = |text: &str| GoGlob::has_wildcard(text.as_bytes());
        if !wild(pivot) && !wild(pattern) {
            return self.path(files, &format!("{pivot}/{pattern}"));
        }
        let folder = match self.reach(files, pivot.as_bytes())? {
            Reached::Entry(folder, EntryKind::Folder) => folder,
            Reached::Entry(path, _) => return Ok(Source::Absent { missing: Some(path) }),
            Reached::Decided(source) => return Ok(source),
        };
        let parts = cleaned(pattern.as_bytes());
        let pattern = dockerignore::parse(&[b"/".as_slice(), &parts.join(&b'/')].concat());
        let listing = Listing { context: self, files };
        let mut dropped = None;
        for Match { path, .. } in listing.below(&folder)? {
            let Some(inner) = path.strip(&folder) else { continue };
            if !pattern.decide(inner.as_bytes()).ignored {
                continue;
            }
            let decision = self.decide(&path)?;
            match decision.rule.filter(|_| decision.ignored) {
                None => return Ok(Source::Found(path)),
                Some(rule) => dropped = dropped.or(Some(Source::Dropped { path, rule })),
            }
        }
        Ok(dropped.unwrap_or(Source::Absent { missing: None }))
    }

    /// A path that is no folder.
    fn kept(&self, path: RepoPath) -> Found {
        let decision = self.decide(&path)?;
        Ok(match decision.rule.filter(|_| decision.ignored) {
            Some(rule) => Source::Dropped { path, rule },
            None => Source::Found(path),
        })
    }

    /// A folder: there as long as anything in it is.
    fn folder(&self, files: &Files<'_>, folder: &RepoPath) -> Found {
        if !self.drops() {
            return Ok(Source::Found(folder.clone()));
        }
        let decision = self.decide(folder)?;
        let dropped = decision.rule.filter(|_| decision.ignored);
        if let Some(rule) = dropped.filter(|_| !self.brings_back()) {
            return Ok(Source::Dropped { path: folder.clone(), rule });
        }
        let listing = Listing { context: self, files };
        let mut lost = None;
        // Most often something right in the folder stays, and nobody has to look deeper.
        for pattern in ["*", "**"] {
            for Match { path, .. } in listing.matching(folder, pattern)? {
                let decision = self.decide(&path)?;
                match decision.rule.filter(|_| decision.ignored) {
                    None => return Ok(Source::Found(folder.clone())),
                    Some(rule) => lost = lost.or(Some((path, rule))),
                }
            }
        }
        Ok(match (dropped, lost) {
            (Some(rule), _) => Source::Dropped { path: folder.clone(), rule },
            (None, Some((dropped, rule))) => Source::Emptied { folder: folder.clone(), dropped, rule },
            (None, None) => Source::Found(folder.clone()),
        })
    }

    /// The parts from the first one with a wildcard on, below a folder. Docker matches them as one pattern against
    /// files and folders.
    fn wildcard(&self, files: &Files<'_>, folder: &RepoPath, parts: &[Vec<u8>]) -> Found {
        let nothing = Source::Absent { missing: None };
        let Some(glob) = GoGlob::parse(&parts.join(&b'/')) else { return Ok(nothing) };
        let listing = Listing { context: self, files };
        // A class may match a slash; then a match may lie at any depth.
        let crossing = glob.may_cross();
        let mut lost: Option<Source> = None;
        let mut emptied: Option<Source> = None;
        let shape: Vec<String> = parts.iter().map(|part| listed(part)).collect();
        let shape = shape.join("/");
        // Files that match, then what lies in folders that do.
        let passes = if crossing { vec!["**".to_owned()] } else { vec![shape.clone(), format!("{shape}/**")] };
        for pass in passes {
            let mut found: Option<RepoPath> = None;
            for Match { path, kind } in listing.matching(folder, &pass)? {
                let Some(inner) = path.strip(folder) else { continue };
                let names: Vec<&[u8]> = inner.parts().collect();
                let lengths = if crossing { 1..=names.len() } else { parts.len()..=parts.len() };
                let tops = lengths.filter_map(|length| names.get(..length)).map(|names| names.join(&b'/'));
                let Some(top) = self.first_match(&glob, tops)? else { continue };
                let top = folder.join(&top).unwrap_or_default();
                let decision = self.decide(&path)?;
                let Some(rule) = decision.rule.filter(|_| decision.ignored) else {
                    if kind == EntryKind::Symlink && top == path {
                        // Docker follows each link that matches, and stops at one that leads nowhere.
                        let led = self.at(files, path.as_bytes())?;
                        if !matches!(led, Source::Found(_) | Source::Emptied { .. }) {
                            return Ok(led);
                        }
                    }
                    found = found.or(Some(top));
                    continue;
                };
                if top != path && emptied.is_none() && !self.decide(&top)?.ignored {
                    emptied = Some(Source::Emptied { folder: top, dropped: path.clone(), rule });
                }
                lost = lost.or(Some(Source::Dropped { path, rule }));
            }
            if let Some(found) = found {
                return Ok(Source::Found(found));
            }
        }
        Ok(emptied.or(lost).unwrap_or(nothing))
    }

    fn first_match(&self, glob: &GoGlob, names: impl Iterator<Item = Vec<u8>>) -> Result<Option<Vec<u8>>, ReadError> {
        for name in names {
            self.spend((glob.size() * (name.len() + 1)) as u64)?;
            if glob.matches(&name) {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// Where a path leads: cleaned, `..` kept inside, links followed inside the context.
    fn reach(&self, files: &Files<'_>, path: &[u8]) -> Result<Reached, ReadError> {
        let mut left = cleaned(path);
        let whole = RepoPath::parse(left.join(&b'/')).unwrap_or_default();
        if self.folder.is_root() && left.first().is_some_and(|first| first == b".git") {
            return Ok(Reached::Decided(self.of_git(&left, whole)?));
        }
        // Most paths lead nowhere else: one question answers.
        if let Some(entry) = files.entry(&self.place(&whole)?)?
            && entry.kind != EntryKind::Symlink
        {
            return Ok(Reached::Entry(whole, entry.kind));
        }
        let absent = |missing: &RepoPath| Ok(Reached::Decided(Source::Absent { missing: Some(missing.clone()) }));
        left.reverse();
        let mut at = RepoPath::root();
        let mut links = 0;
        while let Some(part) = left.pop() {
            if part == b".." {
                at = at.parent();
                continue;
            }
            let Ok(next) = at.join(&part) else { return absent(&whole) };
            let Some(entry) = files.entry(&self.place(&next)?)? else { return absent(&next) };
            match (entry.kind, entry.id) {
                (EntryKind::Symlink, Some(id)) => {
                    links += 1;
                    if links > MOST_LINKS {
                        return absent(&next);
                    }
                    let decided = self.kept(next)?;
                    if !matches!(decided, Source::Found(_)) {
                        return Ok(Reached::Decided(decided));
                    }
                    let target = files.bytes(id)?;
                    if target.first() == Some(&b'/') {
                        at = RepoPath::root();
                    }
                    let parts = target.split(|byte| *byte == b'/').filter(|part| !matches!(*part, b"" | b"."));
                    left.extend(parts.rev().map(<[u8]>::to_vec));
                }
                (EntryKind::Submodule, _) => return Ok(Reached::Decided(submodule(&next))),
                (EntryKind::File { .. }, _) if !left.is_empty() => return absent(&whole),
                _ => at = next,
            }
        }
        let kind = files.entry(&self.place(&at)?)?.map(|entry| entry.kind);
        match kind {
            Some(kind) => Ok(Reached::Entry(at, kind)),
            None => absent(&at),
        }
    }

    /// `.git` is in every clone, though in no tree.
    fn of_git(&self, parts: &[Vec<u8>], path: RepoPath) -> Found {
        let known = match parts {
            [_] => true,
            [_, name] => OF_GIT.contains(&name.as_slice()),
            _ => false,
        };
        match self.kept(path)? {
            Source::Found(path) if !known => {
                Ok(Source::Hidden(format!("{} is git's own: no tree shows it", path.shown().raw())))
            }
            decided => Ok(decided),
        }
    }
}

fn submodule(path: &RepoPath) -> Source {
    Source::Hidden(format!("{} is a submodule, and nothing behind that boundary is read", path.shown().raw()))
}

/// The names of a path below the context's root: Docker cleans it as one from `/`, so `..` cannot leave.
fn cleaned(path: &[u8]) -> Vec<Vec<u8>> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            part => parts.push(part.to_vec()),
        }
    }
    parts
}

/// A pattern of the plan's kind that matches at least what a part of a Go pattern matches.
fn listed(part: &[u8]) -> String {
    if part.contains(&b'[') || part.contains(&b'\\') {
        return "*".to_owned();
    }
    let fixed = part.split(|byte| matches!(byte, b'*' | b'?')).map(literal);
    fixed.collect::<Vec<_>>().join("*")
}
