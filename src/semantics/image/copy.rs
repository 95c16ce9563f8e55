//! COPY and ADD: what comes from where, to which path, for whom.
//!
//! Rules: <https://docs.docker.com/reference/dockerfile/#copy>.

use super::state::known;
use super::{Step, Walk, paths};
use crate::formats::dockerfile::{Heredoc, Word};
use crate::semantics::stages::Build;
use crate::source::Span;

/// A COPY or ADD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Whether it is ADD.
    pub add: bool,
    /// Where its paths come from.
    pub from: CopyFrom,
    /// What it copies, in order.
    pub sources: Vec<CopySource>,
    /// Where to, absolute and cleaned; `None` when a variable in it has no value.
    pub destination: Option<String>,
    /// The destination as written.
    pub written: String,
    /// Whether the destination is written as a folder: a slash at its end, `.`, or several sources.
    pub into_folder: bool,
    /// `--chown`.
    pub chown: Option<Ownership>,
    /// Whether `--parents` keeps the folders of the sources.
    pub parents: bool,
}

/// Where the paths of a COPY come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyFrom {
    /// The build context.
    Context,
    /// A stage of the file, by index.
    Stage(usize),
    /// An image (or a named context), as written.
    Image(String),
    /// A variable in it has no value; as written.
    Unresolved(String),
}

/// One source of a COPY.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopySource {
    /// A path or pattern, expanded, in what the COPY comes from.
    Path(Word),
    /// A here-document: its text becomes the file of its name.
    Heredoc(Heredoc),
    /// A URL or git repository of ADD.
    Remote(Word),
    /// A variable in it has no value; as written.
    Unresolved(Word),
}

/// `user[:group]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ownership {
    /// As written.
    pub raw: String,
    /// The user, name or number; `None` when there is none (`:group`) or it cannot be known.
    pub user: Option<String>,
    /// The group, name or number; likewise.
    pub group: Option<String>,
    /// Variables in the user without a value.
    pub unresolved: Vec<String>,
}

impl Ownership {
    /// Reads `user[:group]` where variables are expanded by `expand`, which answers a text and the names
    /// without a value.
    pub(super) fn read(raw: &str, expand: impl Fn(&str) -> (String, Vec<String>)) -> Self {
        let (user, group) = split(raw);
        let (user, unresolved) = expand(user);
        // A variable may hold both parts: `--chown=$OWNER`.
        let (user, held) = match user.split_once(':') {
            Some((user, group)) => (user.to_owned(), Some(group.to_owned())),
            None => (user, None),
        };
        let group = group
            .map(&expand)
            .filter(|(_, unresolved)| unresolved.is_empty())
            .map(|(group, _)| group)
            .or(held)
            .filter(|group| !group.is_empty());
        let user = (unresolved.is_empty() && !user.is_empty()).then_some(user);
        Self { raw: raw.to_owned(), user, group, unresolved }
    }
}

/// `user:group` split at the first colon outside `${…}`.
fn split(raw: &str) -> (&str, Option<&str>) {
    let mut depth = 0usize;
    for (at, c) in raw.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => {
                return (raw.get(..at).unwrap_or_default(), raw.get(at + 1..));
            }
            _ => {}
        }
    }
    (raw, None)
}

impl Step {
    /// The user that an argument such as `$USER:app` names here.
    pub(super) fn ownership(&self, raw: &str) -> Ownership {
        Ownership::read(raw, |part| {
            let expanded = self.before.expand(part);
            (expanded.text, expanded.unresolved)
        })
    }

    /// The step as a COPY or ADD; `None` for other instructions and for one without source or destination.
    pub fn copy(&self, _: &Walk) -> Option<Copy> {
        self.copied.as_deref().cloned()
    }

    pub(super) fn read_copy(&self, build: &Build) -> Option<Copy> {
        let written = self.instruction.copy()?;
        let add = self.instruction.keyword == "ADD";
        let mut sources: Vec<CopySource> = written.sources.iter().map(|word| self.source(word, add)).collect();
        sources.extend(written.inline.iter().map(|heredoc| CopySource::Heredoc((*heredoc).clone())));
        let from = match written.from {
            None => CopyFrom::Context,
            Some(name) => match (known(self.before.expand(name)), build.copied_from(self.stage, name)) {
                (_, Some(stage)) => CopyFrom::Stage(stage.index),
                (Some(name), None) => CopyFrom::Image(name),
                (None, None) => CopyFrom::Unresolved(name.to_owned()),
            },
        };
        let target = known(self.before.expand(&written.destination.text));
        let folder = |path: &str| path.ends_with('/') || matches!(paths::name(path), "." | ".." | "");
        Some(Copy {
            add,
            from,
            into_folder: sources.len() > 1 || target.as_deref().is_some_and(folder),
            sources,
            destination: target.and_then(|path| self.before.absolute(&path)),
            written: written.destination.text.clone(),
            chown: self.instruction.flag("chown").map(|raw| self.ownership(raw)),
            parents: self.instruction.flag("parents").is_some_and(|value| value != "false"),
        })
    }

    fn source(&self, word: &Word, add: bool) -> CopySource {
        if add && is_remote(&word.text) {
            return CopySource::Remote(word.clone());
        }
        match known(self.before.expand(&word.text)) {
            Some(text) if add && is_remote(&text) => CopySource::Remote(Word { text, span: word.span }),
            Some(text) => CopySource::Path(Word { text, span: word.span }),
            None => CopySource::Unresolved(word.clone()),
        }
    }
}

fn is_remote(source: &str) -> bool {
    ["http://", "https://", "git://", "ssh://", "git@"].iter().any(|scheme| source.starts_with(scheme))
}

impl Copy {
    /// Whether any of its sources comes from the build context: paths, and here-documents, which stand in the
    /// Dockerfile itself. What ADD downloads does not.
    pub fn from_context(&self) -> bool {
        self.from == CopyFrom::Context && self.sources.iter().any(|source| !matches!(source, CopySource::Remote(_)))
    }

    /// The here-documents among its sources.
    pub fn heredocs(&self) -> impl Iterator<Item = &Heredoc> {
        self.sources.iter().filter_map(|source| match source {
            CopySource::Heredoc(heredoc) => Some(heredoc),
            _ => None,
        })
    }
}

impl CopySource {
    /// The source as it is shown, and where it stands.
    pub fn shown(&self) -> (String, Span) {
        match self {
            Self::Path(word) | Self::Remote(word) | Self::Unresolved(word) => (word.text.clone(), word.span),
            Self::Heredoc(heredoc) => (format!("<<{}", heredoc.name), heredoc.span),
        }
    }
}
