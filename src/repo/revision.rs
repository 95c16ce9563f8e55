//! Finding a commit by any of git's spellings.

use git2::{ErrorClass, ErrorCode, ObjectType, Oid, Reflog, Repository};
use jiff::ZonedDateTime;

use super::open::head_branch;
use super::reflog_time::{Written, read};
use super::{CommitId, Repo, RepoError};

/// Most ids that an error about an ambiguous one names.
const MOST_CANDIDATES: usize = 8;

/// A shorter word is never taken for an id.
const FEWEST_DIGITS: usize = 4;

/// How many objects with the same first digits are looked at to find the one commit among them.
const MOST_LOOKED_AT: usize = 1_000;

impl Repo {
    /// The commit that a revision names: a branch, a tag (annotated or not), an id or its first digits,
    /// `git describe`'s output, `HEAD~3`, `v1^{commit}`, `:/text`, `main@{1}`, `main@{upstream}`, `@{-1}`,
    /// `main@{yesterday}`. The last counts back from `now`, in its zone.
    pub fn resolve(&self, spec: &str, now: &ZonedDateTime) -> Result<CommitId, RepoError> {
        let git = self.git();
        let not_one = || RepoError::NotOne { spec: spec.to_owned() };
        if spec.is_empty() || spec.starts_with('-') || (spec.starts_with('^') && !spec.starts_with("^{")) {
            return Err(not_one());
        }
        if is_range(spec) {
            return Err(not_one());
        }
        let rewritten = match dated(spec) {
            Some(dated) => Some(dated.resolve(&git, spec, now)?),
            None => None,
        };
        let asked = rewritten.as_deref().unwrap_or(spec);
        let object = match find(&git, asked) {
            Ok(object) => object,
            Err(error) => return self.second_thought(&git, spec, asked, &error),
        };
        match object.peel(ObjectType::Commit) {
            Ok(commit) => Ok(CommitId::of(commit.id())),
            Err(_) => {
                let target = object.peel(ObjectType::Any).ok().and_then(|target| target.kind()).or(object.kind());
                match target {
                    Some(ObjectType::Blob) => Err(RepoError::NotACommit { spec: spec.to_owned(), kind: "file" }),
                    Some(ObjectType::Tree) => Err(RepoError::NotACommit { spec: spec.to_owned(), kind: "folder" }),
                    _ => Err(RepoError::MissingObject {
                        id: object.id().to_string(),
                        why: "the tag's target cannot be read".to_owned(),
                        promised: self.objects.promised(),
                    }),
                }
            }
        }
    }

    /// An ambiguous id may still mean one commit: git prefers commits where it needs one. Everything else
    /// becomes an error with the nearest name.
    fn second_thought(
        &self,
        git: &Repository,
        spec: &str,
        asked: &str,
        error: &git2::Error,
    ) -> Result<CommitId, RepoError> {
        let digits = asked.split(|c: char| !c.is_ascii_hexdigit()).next().unwrap_or_default();
        match error.code() {
            ErrorCode::Ambiguous if digits.len() >= FEWEST_DIGITS => {
                let all = self
                    .objects
                    .beginning_with(digits, MOST_LOOKED_AT)
                    .map_err(|error| RepoError::of_git("list objects", &error))?;
                let (mut commits, others): (Vec<_>, Vec<_>) =
                    all.into_iter().partition(|(_, kind)| *kind == ObjectType::Commit);
                if let ([(only, _)], Some(rest)) = (commits.as_slice(), asked.strip_prefix(digits)) {
                    let object = git
                        .revparse_single(&format!("{only}{rest}"))
                        .and_then(|object| object.peel(ObjectType::Commit))
                        .map_err(|error| self.unknown(git, spec, &error))?;
                    return Ok(CommitId::of(object.id()));
                }
                commits.extend(others);
                let candidates = commits.iter().take(MOST_CANDIDATES).map(|(id, kind)| format!("{kind} {id}"));
                Err(RepoError::AmbiguousId { id: digits.to_owned(), candidates: candidates.collect() })
            }
            ErrorCode::UnbornBranch => Err(RepoError::Unborn { branch: head_branch(git) }),
            _ => Err(self.unknown(git, spec, error)),
        }
    }

    /// A commit's committer time, seconds since 1970-01-01 UTC.
    pub fn committed_at(&self, id: CommitId) -> Result<i64, RepoError> {
        let git = self.git();
        let found = git2::Oid::from_bytes(id.as_bytes()).and_then(|id| git.find_commit(id));
        found.map(|commit| commit.time().seconds()).map_err(|error| RepoError::of_git("read a commit", &error))
    }

    fn unknown(&self, git: &Repository, spec: &str, error: &git2::Error) -> RepoError {
        if matches!(error.class(), ErrorClass::Odb | ErrorClass::Zlib | ErrorClass::Object)
            && !matches!(error.code(), ErrorCode::NotFound | ErrorCode::Ambiguous)
        {
            return RepoError::MissingObject {
                id: spec.to_owned(),
                why: error.message().to_owned(),
                promised: self.objects.promised(),
            };
        }
        let name = spec.split(['~', '^', '@', ':']).next().unwrap_or_default();
        if matches!(name, "" | "HEAD") && is_unborn(git) {
            return RepoError::Unborn { branch: head_branch(git) };
        }
        let why = match git.revparse_single(name) {
            Ok(_) if name.len() < spec.len() => error.message().to_owned(),
            _ => String::new(),
        };
        let near = if why.is_empty() { nearest(git, name, spec) } else { None };
        RepoError::UnknownRevision { spec: spec.to_owned(), near, why }
    }
}

/// The library's answer; for `:/text`, where it looks at refs only, the commits of a detached HEAD too.
fn find<'r>(git: &'r Repository, spec: &str) -> Result<git2::Object<'r>, git2::Error> {
    let found = git.revparse_single(spec);
    let Some(text) = spec.strip_prefix(":/").filter(|text| !text.contains('}')) else { return found };
    if !git.head_detached().unwrap_or(false) {
        return found;
    }
    let time = |object: &git2::Object<'_>| object.as_commit().map(|commit| commit.time().seconds());
    match (found, git.revparse_single(&format!("HEAD^{{/{text}}}"))) {
        (Ok(found), Ok(of_head)) if time(&of_head) > time(&found) => Ok(of_head),
        (Err(_), of_head) => of_head,
        (found, _) => found,
    }
}

fn is_unborn(git: &Repository) -> bool {
    git.head().is_err_and(|error| error.code() == ErrorCode::UnbornBranch)
}

/// `a..b`, `a...b`, `a^@`, `a^!`, `a^-`: sets of commits.
fn is_range(spec: &str) -> bool {
    let searches = spec.starts_with(":/") || spec.contains("^{/");
    let braced = spec.contains("@{");
    (spec.contains("..") && !searches && !braced) || ["^@", "^!", "^-"].iter().any(|end| spec.ends_with(end))
}

/// The branch or tag with the most similar name, followed by what came after the name in `spec`.
fn nearest(git: &Repository, name: &str, spec: &str) -> Option<String> {
    let mut best: Option<(f64, String)> = None;
    for reference in git.references().ok()?.flatten() {
        let Ok(known) = reference.shorthand() else { continue };
        let likeness = strsim::jaro_winkler(&name.to_lowercase(), &known.to_lowercase());
        let better = best.as_ref().is_none_or(|(score, best)| {
            likeness > *score || (likeness >= *score && (known.len(), known) < (best.len(), best.as_str()))
        });
        if likeness >= 0.75 && better {
            best = Some((likeness, known.to_owned()));
        }
    }
    let (_, known) = best?;
    Some(format!("{known}{}", spec.strip_prefix(name).unwrap_or_default()))
}

/// `name@{date}rest`.
struct Dated<'s> {
    name: &'s str,
    date: &'s str,
    rest: &'s str,
}

/// Takes a revision apart when it counts back in time; numbers, `-1`, `upstream`, `push` are for the library.
fn dated(spec: &str) -> Option<Dated<'_>> {
    let (name, after) = spec.split_once("@{")?;
    let (date, rest) = after.split_once('}')?;
    let number = date.strip_prefix('-').unwrap_or(date);
    let position = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) && number.len() < 9;
    let upstream = matches!(date.to_ascii_lowercase().as_str(), "u" | "upstream" | "");
    (!position && !upstream && !name.contains(['^', '~', ':'])).then_some(Dated { name, date, rest })
}

impl Dated<'_> {
    /// The id that the ref had then, followed by what stood after the braces.
    fn resolve(&self, git: &Repository, spec: &str, now: &ZonedDateTime) -> Result<String, RepoError> {
        let no_time = || RepoError::NoTime { spec: spec.to_owned(), date: self.date.to_owned() };
        if self.date.eq_ignore_ascii_case("push") {
            return Err(RepoError::UnknownRevision {
                spec: spec.to_owned(),
                near: None,
                why: "`@{push}` is not understood; name the remote's branch".to_owned(),
            });
        }
        if matches!(self.name, "" | "@" | "HEAD") && is_unborn(git) {
            return Err(RepoError::Unborn { branch: head_branch(git) });
        }
        let then = read(self.date, now).ok_or_else(no_time)?;
        let unknown = |near: Option<String>, why: &str| RepoError::UnknownRevision {
            spec: spec.to_owned(),
            near,
            why: why.to_owned(),
        };
        let log = match self.name {
            "HEAD" => "HEAD".to_owned(),
            // Without a name it is the branch that HEAD stands on.
            "" | "@" => git
                .find_reference("HEAD")
                .ok()
                .and_then(|head| head.symbolic_target().ok().flatten().map(str::to_owned))
                .unwrap_or_else(|| "HEAD".to_owned()),
            name => match git.resolve_reference_from_short_name(name) {
                Ok(reference) => String::from_utf8_lossy(reference.name_bytes()).into_owned(),
                Err(_) => return Err(unknown(nearest(git, name, spec), "")),
            },
        };
        let reflog = git.reflog(&log).map_err(|error| RepoError::of_git("read the reflog", &error))?;
        let id = standing_at(&reflog, then).ok_or_else(|| {
            unknown(None, &format!("this clone has no log of where {} stood", log.trim_start_matches("refs/heads/")))
        })?;
        Ok(format!("{id}{}", self.rest))
    }
}

/// Where a ref stood at a time: the newest entry that is not younger. Before the first entry it is what that
/// entry came from, as `git rev-parse` has it.
fn standing_at(reflog: &Reflog, then: Written) -> Option<Oid> {
    let mut oldest = None;
    for entry in reflog.iter() {
        if entry.committer().when().seconds() <= then.seconds {
            return Some(entry.id_new());
        }
        oldest = Some(if entry.id_old().is_zero() { entry.id_new() } else { entry.id_old() });
    }
    oldest
}
