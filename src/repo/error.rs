//! Why a repository could not be opened or a revision not be found, and the way out.

use std::path::PathBuf;

use git2::{ErrorClass, ErrorCode};

/// What keeps trueup from a repository. Messages hold text from outside (names of branches, paths): a face
/// prints them through an encoder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RepoError {
    /// Nothing there.
    #[error("there is no git repository at {} or above it", .at.display())]
    NoRepository {
        /// Where it was looked for.
        at: PathBuf,
    },
    /// A repository of somebody else.
    #[error("the repository at {} belongs to another user, and git reads no settings that may be hostile", .at.display())]
    ForeignOwner {
        /// The folder that safe.directory would name.
        at: PathBuf,
    },
    /// Refs in reftable format.
    #[error("the repository keeps its refs as a reftable, which trueup cannot read")]
    Reftable,
    /// SHA-256 ids.
    #[error("the repository names its objects by SHA-256, which trueup cannot read")]
    Sha256,
    /// Another extension that changes what the repository means.
    #[error("the repository uses the extension `{name}`, which trueup does not know")]
    Extension {
        /// Its name, without `extensions.`.
        name: String,
    },
    /// A format from the future.
    #[error("the repository's format is newer than trueup knows: {why}")]
    Version {
        /// What git said.
        why: String,
    },
    /// Settings that cannot be parsed.
    #[error("git's settings cannot be read: {why}")]
    CorruptConfig {
        /// What git said, with file and line.
        why: String,
    },
    /// An environment variable that makes no sense.
    #[error("{variable} is set to {}, but {why}", .value.display())]
    Environment {
        /// Its name.
        variable: &'static str,
        /// Its value.
        value: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// HEAD names a branch without commits.
    #[error("there is no commit yet: HEAD names the branch `{branch}`, which has none")]
    Unborn {
        /// Its short name.
        branch: String,
    },
    /// Nothing by that name.
    #[error("there is no revision `{spec}`{}", because(.why))]
    UnknownRevision {
        /// As asked for.
        spec: String,
        /// The nearest name of a branch or tag.
        near: Option<String>,
        /// What more can be said, or empty.
        why: String,
    },
    /// Several objects.
    #[error("the short id `{id}` is ambiguous: {}", several(.candidates))]
    AmbiguousId {
        /// As asked for.
        id: String,
        /// Full ids of the commits that it may mean, then of other objects; at most a handful.
        candidates: Vec<String>,
    },
    /// A blob or tree.
    #[error("`{spec}` is a {kind}, not a commit")]
    NotACommit {
        /// As asked for.
        spec: String,
        /// `blob`, `tree`.
        kind: &'static str,
    },
    /// A range or other set of commits.
    #[error("`{spec}` names no single commit")]
    NotOne {
        /// As asked for.
        spec: String,
    },
    /// `name@{…}` that is no time.
    #[error("`{date}` in `{spec}` is no time that trueup can read")]
    NoTime {
        /// As asked for.
        spec: String,
        /// What stands between the braces.
        date: String,
    },
    /// A folder entry of the index stands for files.
    #[error("the index is sparse: it holds folders in place of files, which trueup cannot read")]
    SparseIndex,
    /// The index refers to a second file.
    #[error("the index is split in two files, which trueup cannot read")]
    SplitIndex,
    /// Another part of the index that must be understood.
    #[error("the index has a part that trueup does not know: {why}")]
    IndexExtension {
        /// What git said.
        why: String,
    },
    /// The index cannot be parsed.
    #[error("the index at {} cannot be read: {why}", .at.display())]
    CorruptIndex {
        /// Its file.
        at: PathBuf,
        /// What git said.
        why: String,
    },
    /// An object that is needed to begin with.
    #[error("object {id} is missing or corrupt: {why}")]
    MissingObject {
        /// Hex id.
        id: String,
        /// What git said.
        why: String,
        /// Whether a remote has promised it.
        promised: bool,
    },
    /// Git does not know who the user is.
    #[error("git does not know who you are: `{key}` is not set")]
    NoIdentity {
        /// The setting.
        key: &'static str,
    },
    /// A bare repository.
    #[error("the repository at {} is bare: it has no work tree and no index of one", .at.display())]
    NoWorkTree {
        /// Its folder.
        at: PathBuf,
    },
    /// Anything else.
    #[error("git could not {doing}: {why}")]
    Git {
        /// What was tried.
        doing: &'static str,
        /// What git said.
        why: String,
    },
}

fn because(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!(": {why}") }
}

fn several(candidates: &[String]) -> String {
    if candidates.is_empty() { "several objects begin with it".to_owned() } else { candidates.join(", ") }
}

impl RepoError {
    /// What to do about it: one sentence.
    pub fn help(&self) -> String {
        match self {
            Self::NoRepository { .. } => {
                "go into a repository, name one with `--repo`, or start one with `git init`".to_owned()
            }
            Self::ForeignOwner { at } => format!(
                "if you trust it: git config --global --add safe.directory {}",
                at.to_string_lossy().trim_end_matches('/')
            ),
            Self::Reftable => "git refs migrate --ref-format=files turns them into files".to_owned(),
            Self::Sha256 => {
                "no setting helps: trueup reads repositories of the usual object format, sha1, only".to_owned()
            }
            Self::Extension { .. } => {
                "clone it without that extension (git clone writes the usual format) and judge the clone".to_owned()
            }
            Self::Version { .. } => "use a newer trueup, or a clone in the usual format".to_owned(),
            Self::CorruptConfig { .. } => "mend the file and line that it names; git itself refuses it too".to_owned(),
            Self::Environment { variable, .. } => {
                format!("unset {variable}, or name the repository with `--repo`, which ignores it")
            }
            Self::Unborn { .. } => {
                "commit something first; the work tree and the index (`--staged`) can be judged without".to_owned()
            }
            Self::UnknownRevision { near: Some(near), .. } => format!("did you mean `{near}`?"),
            Self::UnknownRevision { near: None, .. } => {
                "`git branch --all` and `git tag` list the names there are; `git fetch` may bring more".to_owned()
            }
            Self::AmbiguousId { .. } => "write more digits of the id".to_owned(),
            Self::NotACommit { .. } | Self::NotOne { .. } => {
                "name one commit: a branch, a tag, an id, `HEAD~3`, `main@{yesterday}`".to_owned()
            }
            Self::NoTime { .. } => {
                "write `yesterday`, `2 days ago`, `2026-11-20`, `2026-11-20 14:30` or seconds since 1970".to_owned()
            }
            Self::SparseIndex => {
                "git sparse-checkout reapply --no-sparse-index writes it in full; `--at HEAD` needs no index".to_owned()
            }
            Self::SplitIndex => {
                "git update-index --no-split-index joins them; `--at HEAD` needs no index".to_owned()
            }
            Self::IndexExtension { .. } => {
                "git read-tree HEAD writes it anew without (staged changes are lost); `--at HEAD` needs no index"
                    .to_owned()
            }
            Self::CorruptIndex { .. } => {
                "move the file away and run `git reset`, which keeps your files; `--at HEAD` needs no index".to_owned()
            }
            Self::MissingObject { promised: true, .. } => {
                "it is a partial clone: git fetch --refetch --filter=blob:limit=4m, or any command that needs the object, brings it"
                    .to_owned()
            }
            Self::MissingObject { .. } => {
                "git fsck says what is damaged; another clone may still have the object".to_owned()
            }
            Self::NoIdentity { key } => format!("git config --global {key} \"…\" sets it, for every repository of yours"),
            Self::NoWorkTree { .. } => "name a commit: `--at main`, `--at HEAD`".to_owned(),
            Self::Git { .. } => "see whether `git status` works there".to_owned(),
        }
    }

    /// Whether what was asked for is wrong, rather than the repository or the machine.
    pub fn is_of_the_question(&self) -> bool {
        matches!(
            self,
            Self::UnknownRevision { .. }
                | Self::AmbiguousId { .. }
                | Self::NotACommit { .. }
                | Self::NotOne { .. }
                | Self::NoTime { .. }
        )
    }

    /// What libgit2 says about a repository it cannot open.
    pub(super) fn of_opening(error: &git2::Error, at: PathBuf) -> Self {
        let why = error.message().to_owned();
        if error.code() == ErrorCode::Owner {
            return Self::ForeignOwner { at: owned_path(&why).unwrap_or(at) };
        }
        if error.code() == ErrorCode::NotFound && matches!(error.class(), ErrorClass::Repository | ErrorClass::Os) {
            return Self::NoRepository { at };
        }
        if why.contains("unknown object format") {
            return Self::Sha256;
        }
        if let Some((_, name)) = why.split_once("unsupported extension name extensions.") {
            return match name.to_ascii_lowercase().as_str() {
                "refstorage" => Self::Reftable,
                _ => Self::Extension { name: name.to_owned() },
            };
        }
        if why.contains("unsupported repository version") {
            return Self::Version { why };
        }
        if error.class() == ErrorClass::Config {
            return Self::CorruptConfig { why };
        }
        Self::Git { doing: "open the repository", why }
    }

    /// What libgit2 says about an index it cannot read.
    pub(super) fn of_index(error: &git2::Error, at: PathBuf) -> Self {
        let why = error.message().to_owned();
        match why.split_once("unsupported mandatory extension: '") {
            Some((_, rest)) if rest.starts_with("sdir") => Self::SparseIndex,
            Some((_, rest)) if rest.starts_with("link") => Self::SplitIndex,
            Some(_) => Self::IndexExtension { why },
            None => Self::CorruptIndex { at, why },
        }
    }

    /// Any other trouble.
    pub(super) fn of_git(doing: &'static str, error: &git2::Error) -> Self {
        Self::Git { doing, why: error.message().to_owned() }
    }
}

/// The folder that `repository path '…' is not owned by current user` names.
fn owned_path(message: &str) -> Option<PathBuf> {
    let (_, rest) = message.split_once("repository path '")?;
    let (path, _) = rest.rsplit_once("' is not owned")?;
    Some(PathBuf::from(path))
}
