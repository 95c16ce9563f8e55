//! Which file of the repository stands at a path of an image.

use std::sync::Arc;

use super::mount::{Mount, MountKind};
use super::work::too_much;
use super::{Copy, CopyFrom, CopySource, Step, Walk, covers, paths};
use crate::formats::dockerfile::Heredoc;
use crate::repo::{EntryKind, Pattern, RepoPath};
use crate::semantics::files::{Files, SourceFile};

/// What stands at a path of an image, as far as COPY, ADD and mounts show it.
#[derive(Debug, Clone)]
pub enum Provided {
    /// A file of the repository.
    File(Arc<SourceFile>),
    /// A here-document of a COPY.
    Inline(Heredoc),
    /// Something brings it, but it cannot be seen: why, a lower-case fragment.
    Lost(String),
    /// Nothing in the file brings it.
    Nowhere,
}

/// Stages followed one through the other.
const MOST_HOPS: usize = 50;

/// Looks for files of an image in the tree.
pub(super) struct Finder<'a> {
    pub(super) walk: &'a Walk,
    pub(super) files: &'a Files<'a>,
}

impl Finder<'_> {
    /// What stands at `path` after the steps `earlier`; mounts lie over the image.
    pub(super) fn at(&self, earlier: &[&Step], mounts: &[Mount], path: &str) -> Provided {
        for mount in mounts.iter().rev() {
            let Some(target) = &mount.target else { continue };
            if !covers(target, path) {
                continue;
            }
            let rest = path.get(target.len()..).unwrap_or_default();
            return match (mount.kind, &mount.from) {
                (MountKind::Bind, CopyFrom::Context) => {
                    let source = mount.source.as_deref().unwrap_or_default();
                    self.in_context(&format!("{source}/{rest}")).unwrap_or_else(|| absent(&format!("{source}{rest}")))
                }
                (MountKind::Bind, CopyFrom::Stage(stage)) => {
                    let source = mount.source.as_deref().unwrap_or("/");
                    match paths::absolute(Some("/"), &format!("{source}/{rest}")) {
                        Some(path) => self.in_stage(*stage, &path, 0),
                        None => Provided::Nowhere,
                    }
                }
                (MountKind::Bind, CopyFrom::Image(name) | CopyFrom::Unresolved(name)) => {
                    Provided::Lost(format!("it comes from {name}"))
                }
                _ => Provided::Nowhere,
            };
        }
        self.among(earlier, path, 0)
    }

    fn in_stage(&self, stage: usize, path: &str, hops: usize) -> Provided {
        match self.walk.image_of(stage) {
            Some(image) if hops < MOST_HOPS => self.among(&image.steps, path, hops + 1),
            _ => Provided::Nowhere,
        }
    }

    fn among(&self, steps: &[&Step], path: &str, hops: usize) -> Provided {
        for step in steps.iter().rev() {
            let Some(copy) = step.copied.as_deref() else { continue };
            if !self.walk.work.spend(1) {
                return Provided::Lost(too_much());
            }
            let Some(destination) = copy.destination.as_deref().filter(|destination| covers(destination, path)) else {
                continue;
            };
            for source in copy.sources.iter().rev() {
                if let Some(found) = self.through(copy, source, destination, path, hops) {
                    return found;
                }
            }
        }
        Provided::Nowhere
    }

    /// What one source of a COPY puts at `path`, which its destination covers; `None` when nothing.
    fn through(
        &self,
        copy: &Copy,
        source: &CopySource,
        destination: &str,
        path: &str,
        hops: usize,
    ) -> Option<Provided> {
        let rest = path.get(destination.len()..).unwrap_or_default().trim_start_matches('/');
        match source {
            CopySource::Heredoc(heredoc) => {
                let hit = if rest.is_empty() { !copy.into_folder } else { rest == paths::name(&heredoc.name) };
                hit.then(|| Provided::Inline(heredoc.clone()))
            }
            CopySource::Remote(word) => {
                let hit = rest.is_empty() && !copy.into_folder || rest == paths::name(&word.text);
                (hit || word.text.ends_with(".git"))
                    .then(|| Provided::Lost(format!("it is downloaded from {}", word.text)))
            }
            CopySource::Unresolved(word) => {
                Some(Provided::Lost(format!("`{}` has a variable without a value", word.text)))
            }
            CopySource::Path(word) => {
                let source = word.text.trim_end_matches('/');
                let candidates: Vec<(String, bool)> = if copy.parents {
                    vec![(rest.to_owned(), false)]
                } else {
                    let mut candidates = Vec::new();
                    if rest.is_empty() {
                        candidates.push((source.to_owned(), true));
                    } else {
                        if rest == paths::name(source) || paths::name(source).contains(['*', '?', '[']) {
                            candidates.push((source.to_owned(), true));
                        }
                        candidates.push((format!("{source}/{rest}"), false));
                    }
                    candidates
                };
                candidates.into_iter().find_map(|(candidate, exact)| {
                    self.candidate(copy, &candidate, rest, exact, hops).or_else(|| {
                        (copy.add && is_archive(source)).then(|| Provided::Lost(format!("{source} is unpacked there")))
                    })
                })
            }
        }
    }

    /// A path in what the COPY comes from. `exact`: the COPY names the file itself, so that it is lost, not
    /// elsewhere, when the tree lacks it.
    fn candidate(&self, copy: &Copy, candidate: &str, rest: &str, exact: bool, hops: usize) -> Option<Provided> {
        match &copy.from {
            CopyFrom::Context if candidate.contains(['*', '?', '[']) => {
                let pattern = Pattern::parse(candidate.trim_start_matches('/')).ok()?;
                let found = self.files.glob(&pattern).ok()?;
                let fits = |path: &RepoPath| rest.is_empty() || !exact || path.name() == rest.as_bytes();
                let found = found.into_iter().find(|found| fits(&found.path))?;
                self.read(&found.path)
            }
            CopyFrom::Context => self.in_context(candidate).or_else(|| {
                let named = exact && paths::name(candidate).contains('.');
                named.then(|| absent(candidate))
            }),
            CopyFrom::Stage(stage) => match paths::absolute(Some("/"), candidate) {
                Some(path) => match self.in_stage(*stage, &path, hops) {
                    Provided::Nowhere => None,
                    found => Some(found),
                },
                None => None,
            },
            CopyFrom::Image(name) | CopyFrom::Unresolved(name) => {
                exact.then(|| Provided::Lost(format!("it comes from {name}")))
            }
        }
    }

    /// A file of the build context, whose root is the plan's, or else the Dockerfile's folder.
    pub(super) fn in_context(&self, path: &str) -> Option<Provided> {
        let path = path.trim_start_matches('/');
        let roots = match &self.walk.given.context {
            Some(context) => vec![context.clone()],
            None => vec![RepoPath::root(), self.walk.file.path.parent()],
        };
        roots.into_iter().find_map(|root| self.read(&root.join(path).ok()?))
    }

    fn read(&self, path: &RepoPath) -> Option<Provided> {
        match self.files.entry(path) {
            Ok(None) => None,
            Ok(Some(entry)) if matches!(entry.kind, EntryKind::Folder | EntryKind::Submodule) => None,
            _ => match self.files.read(path) {
                Ok(Some(file)) => Some(Provided::File(Arc::new(file))),
                Ok(None) => None,
                Err(error) => Some(Provided::Lost(format!("cannot read {}: {error}", path.shown().raw()))),
            },
        }
    }
}

fn absent(path: &str) -> Provided {
    Provided::Lost(format!("{} is not in the repository", path.trim_start_matches('/')))
}

fn is_archive(source: &str) -> bool {
    [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".txz", ".tar.zst"].iter().any(|end| source.ends_with(end))
}
