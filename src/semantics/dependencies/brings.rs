//! What a COPY, an ADD or a bind mount brings: application source, manifests, single files.
//!
//! *Application source* is a folder (or `.`) that comes from the build context; a single named file is not.
//! Two things follow from what that is for (a change of the source must not undo the install's layer):
//! a folder that holds manifests only is none, and a pattern is one when it matches a folder or code. What the
//! tree does not have is judged by its name.

use super::manifests::{self, is_code, is_manifest};
use super::places::{absolute, is_wild};
use crate::repo::{EntryKind, Pattern, RepoPath};
use crate::semantics::files::Files;
use crate::semantics::image::{Copy, CopyFrom, CopySource, Mount, MountKind};

/// What one source of a COPY, an ADD or a bind mount is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// A folder, or a pattern that matches one or matches code: application source.
    Source,
    /// A manifest or lock file, or a folder of such.
    Manifest,
    /// A single file of code.
    Code,
    /// Another file, a here-document.
    File,
    /// Something that ADD fetches.
    Remote,
    /// It cannot be seen: a variable has no value.
    Unresolved,
}

/// One source with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// As written, variables expanded.
    pub text: String,
    /// What it is. Of a path that does not come from the context only manifests are told apart.
    pub what: Brought,
}

/// A COPY, an ADD or a bind mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brings {
    /// `COPY`, `ADD`, `RUN --mount`.
    pub how: &'static str,
    /// Where from.
    pub from: CopyFrom,
    /// What.
    pub items: Vec<Item>,
    /// Where to, absolute, when it is known.
    pub to: Option<String>,
    /// Whether `to` is a folder whatever comes.
    pub into_folder: bool,
    /// Whether the folders of the sources are kept.
    pub parents: bool,
}

/// Where paths of the build context are looked up.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The tree.
    pub files: &'a Files<'a>,
    /// The context's folder; the first one that has the path counts.
    pub roots: &'a [RepoPath],
}

/// Most bytes of a pattern's text that are looked at.
const LONGEST: usize = 512;

impl Context<'_> {
    /// What stands at a path of the context, links followed to tell a folder from a file.
    pub fn kind(&self, path: &str) -> Option<EntryKind> {
        let path = path.trim_start_matches('/');
        self.roots.iter().find_map(|root| {
            let path = root.join(path).ok()?;
            let entry = self.files.entry(&path).ok().flatten()?;
            if entry.kind != EntryKind::Symlink {
                return Some(entry.kind);
            }
            // Reading through a link to a folder is refused.
            Some(match self.files.read(&path) {
                Ok(Some(_)) => EntryKind::File { executable: false },
                _ => EntryKind::Folder,
            })
        })
    }

    /// The files below a folder, or that a pattern of Docker's matches; `None` when there are too many to
    /// list, or it cannot be one.
    fn list(&self, pattern: &str) -> Option<Vec<RepoPath>> {
        for root in self.roots {
            let base = escaped(root.as_str()?);
            let pattern = if base.is_empty() { pattern.to_owned() } else { format!("{base}/{pattern}") };
            let found = self.files.glob(&Pattern::parse(&pattern).ok()?).ok()?;
            if !found.is_empty() {
                return Some(found.into_iter().map(|found| found.path).collect());
            }
        }
        Some(Vec::new())
    }

    /// What a path or pattern of the context is.
    pub fn classify(&self, text: &str) -> Brought {
        // Docker reads sources from the context's root, and `..` stops there.
        let Some(path) = absolute(Some("/"), text) else { return Brought::Unresolved };
        let path = path.trim_start_matches('/');
        if path.is_empty() {
            return Brought::Source;
        }
        if is_wild(path) && path.len() <= LONGEST {
            return self.pattern(path);
        }
        match self.kind(path) {
            Some(EntryKind::Folder) => self.folder(path),
            Some(EntryKind::Submodule) => Brought::Source,
            Some(_) => file(path),
            None if looks_like_folder(text, path) => {
                if is_folder_of_manifests(path) {
                    Brought::Manifest
                } else {
                    Brought::Source
                }
            }
            None => file(path),
        }
    }

    fn folder(&self, path: &str) -> Brought {
        match self.list(&format!("{}/**", escaped(path))) {
            Some(found) if all_manifests(&found) => Brought::Manifest,
            _ => Brought::Source,
        }
    }

    fn pattern(&self, path: &str) -> Brought {
        let pattern = translated(path);
        let (Some(files), Some(deep)) = (self.list(&pattern), self.list(&format!("{pattern}/**"))) else {
            return Brought::Source;
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        if files.is_empty() && deep.is_empty() {
            return unmatched(name);
        }
        let all: Vec<RepoPath> = files.iter().chain(&deep).cloned().collect();
        if all_manifests(&all) {
            Brought::Manifest
        } else if !deep.is_empty() || files.iter().any(|file| file.as_str().is_some_and(is_code)) {
            Brought::Source
        } else {
            Brought::File
        }
    }

    /// Whether a source brings the manifest of this name (or path, when it has a `/`).
    pub fn brings_manifest(&self, item: &Item, wanted: &str) -> bool {
        if !matches!(item.what, Brought::Manifest | Brought::Code | Brought::File) {
            return false;
        }
        let Some(path) = absolute(Some("/"), &item.text) else { return false };
        let path = path.trim_start_matches('/');
        let same = |path: &str| match wanted.contains('/') {
            true => path == wanted.trim_start_matches("./"),
            false => path.rsplit('/').next() == Some(wanted),
        };
        if same(path) {
            return true;
        }
        if !is_wild(path) {
            return self
                .list(&format!("{}/**", escaped(path)))
                .is_some_and(|found| found.iter().any(|file| file.as_str().is_some_and(same)));
        }
        // A pattern whose last part fits the name: Docker takes what is there.
        let (part, whole) = (path.rsplit('/').next().unwrap_or(path), path);
        let pattern = if wanted.contains('/') { whole } else { part };
        matches(pattern, wanted)
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match (Pattern::parse(&translated(pattern)), RepoPath::parse(name)) {
        (Ok(pattern), Ok(name)) => pattern.matches(&name),
        _ => false,
    }
}

/// A pattern of Go's `filepath.Match` as one of ours: braces mean nothing to Docker.
fn translated(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        if matches!(c, '{' | '}') {
            text.push('\\');
        }
        text.push(c);
    }
    text.replace("[^", "[!")
}

fn escaped(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for c in path.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

fn all_manifests(found: &[RepoPath]) -> bool {
    !found.is_empty() && found.iter().all(|path| path.as_str().is_some_and(is_manifest))
}

fn file(path: &str) -> Brought {
    if is_manifest(path) {
        Brought::Manifest
    } else if is_code(path) {
        Brought::Code
    } else {
        Brought::File
    }
}

/// A pattern that matches nothing in the tree, by its last part.
fn unmatched(name: &str) -> Brought {
    let lower = name.to_ascii_lowercase();
    // A pattern that fits any name fits a manifest's too, and is none.
    let fits = manifests::names().any(|known| matches(name, known)) && !matches(name, "a-file-of-any-other-name");
    if fits || lower.contains("requirement") || lower.contains("constraint") || lower.ends_with(".lock") {
        Brought::Manifest
    } else if !name.contains('.') || is_code(name) || name == "*.*" {
        Brought::Source
    } else {
        Brought::File
    }
}

/// Files without an extension that projects have by these names.
const BARE_FILES: &[&str] = &[
    "Makefile",
    "Dockerfile",
    "Procfile",
    "Caddyfile",
    "Jenkinsfile",
    "Vagrantfile",
    "Rakefile",
    "Justfile",
    "justfile",
    "Pipfile",
    "Gemfile",
    "LICENSE",
    "LICENCE",
    "NOTICE",
    "README",
    "CHANGELOG",
    "VERSION",
    "entrypoint",
    "docker-entrypoint",
    "start",
    "mvnw",
    "gradlew",
    "artisan",
    "crontab",
];

/// Hidden folders; other names that begin with a dot are files.
const HIDDEN_FOLDERS: &[&str] = &[".git", ".github", ".venv", ".streamlit", ".config", ".docker", ".mvn", ".yarn"];

fn looks_like_folder(text: &str, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    if text.ends_with('/') || text.ends_with("/.") || HIDDEN_FOLDERS.contains(&name) {
        return true;
    }
    !name.contains('.') && !BARE_FILES.contains(&name)
}

fn is_folder_of_manifests(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.contains("requirements") || matches!(name.as_str(), "reqs" | "deps" | "dependencies")
}

impl Brings {
    /// What a COPY or ADD brings.
    pub fn of_copy(copy: &Copy, context: Context<'_>) -> Self {
        let item = |source: &CopySource| {
            let (text, _) = source.shown();
            let what = match source {
                CopySource::Path(_) if copy.from == CopyFrom::Context => context.classify(&text),
                CopySource::Path(_) if is_manifest(&text) => Brought::Manifest,
                // Written in the Dockerfile itself, it is the file that it becomes.
                CopySource::Heredoc(_) if is_manifest(&copy.written) => {
                    return Item { text: copy.written.clone(), what: Brought::Manifest };
                }
                CopySource::Path(_) | CopySource::Heredoc(_) => Brought::File,
                CopySource::Remote(_) => Brought::Remote,
                CopySource::Unresolved(_) => Brought::Unresolved,
            };
            Item { text, what }
        };
        Self {
            how: if copy.add { "ADD" } else { "COPY" },
            from: copy.from.clone(),
            items: copy.sources.iter().map(item).collect(),
            to: copy.destination.clone(),
            into_folder: copy.into_folder,
            parents: copy.parents,
        }
    }

    /// What a bind mount shows to its RUN; `None` for other mounts.
    pub fn of_mount(mount: &Mount, context: Context<'_>) -> Option<Self> {
        if mount.kind != MountKind::Bind {
            return None;
        }
        let text = mount.source.clone().unwrap_or_else(|| ".".to_owned());
        let what = match mount.from {
            CopyFrom::Context => context.classify(&text),
            _ if is_manifest(&text) => Brought::Manifest,
            _ => Brought::File,
        };
        Some(Self {
            how: "RUN --mount",
            from: mount.from.clone(),
            items: vec![Item { text, what }],
            to: mount.target.clone(),
            into_folder: false,
            parents: false,
        })
    }

    /// Whether it comes from the build context.
    pub fn from_context(&self) -> bool {
        self.from == CopyFrom::Context
    }

    /// Whether it puts application source from the build context into the image.
    pub fn brings_source(&self) -> bool {
        self.from_context() && self.how != "RUN --mount" && self.items.iter().any(|item| item.what == Brought::Source)
    }

    /// The sources that are application source, as written.
    pub fn sources(&self) -> Vec<&str> {
        self.items.iter().filter(|item| item.what == Brought::Source).map(|item| item.text.as_str()).collect()
    }
}
