//! Which commit stands for the repository, and how two commits stand to each other.

use git2::{BranchType, Oid};
use jiff::ZonedDateTime;

use super::{CommitId, Head, Repo, RepoError};

/// Names that a default branch usually has.
const DEFAULT_BRANCHES: [&str; 3] = ["main", "master", "trunk"];

/// Where a commit stands that was published before, seen from the one to be published now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// It is the same.
    Same,
    /// It comes before ours.
    Before,
    /// It comes after ours.
    After,
    /// This clone does not have it.
    Missing,
    /// Neither comes before the other, and this branch holds it.
    Elsewhere {
        /// The branch's short name.
        branch: String,
    },
    /// Neither comes before the other, and no branch holds it any more: it was rewritten.
    Rewritten,
}

impl Repo {
    /// The commit of what is published, and the name of that: the remote's `reference` as last fetched, else whatever
    /// `reference` names here; without one the remote's default branch as last fetched, else its local head.
    ///
    /// # Errors
    /// There is no such branch.
    pub fn published(&self, reference: Option<&str>, now: &ZonedDateTime) -> Result<(CommitId, String), RepoError> {
        if let Some(reference) = reference {
            let remote = format!("refs/remotes/origin/{reference}");
            if self.has_reference(&remote) {
                return Ok((self.resolve(&remote, now)?, format!("origin/{reference}")));
            }
            return Ok((self.resolve(reference, now)?, reference.to_owned()));
        }
        if let Some(name) = self.default_branch() {
            let commit = self.resolve(&name, now)?;
            let short = name.strip_prefix("refs/remotes/").or_else(|| name.strip_prefix("refs/heads/"));
            return Ok((commit, short.unwrap_or(&name).to_owned()));
        }
        match self.head()? {
            Head::Commit { id, branch: Some(branch) } if self.only_branch() => Ok((id, branch)),
            Head::Unborn { branch } => Err(RepoError::Unborn { branch }),
            Head::Commit { .. } => {
                let why = "which branch is the default one cannot be told".to_owned();
                Err(RepoError::UnknownRevision { spec: "origin/HEAD".to_owned(), near: None, why })
            }
        }
    }

    /// The full name of the default branch.
    fn default_branch(&self) -> Option<String> {
        let git = self.git();
        let head = git.find_reference("refs/remotes/origin/HEAD").ok();
        let target = head.as_ref().and_then(|head| head.symbolic_target_bytes());
        let named = target.map(|target| String::from_utf8_lossy(target).into_owned());
        let known = |name: &String| git.find_reference(name).is_ok();
        let all = |folder: &'static str| DEFAULT_BRANCHES.iter().map(move |name| format!("{folder}{name}"));
        named.into_iter().chain(all("refs/remotes/origin/")).chain(all("refs/heads/")).find(known)
    }

    fn only_branch(&self) -> bool {
        self.git().branches(Some(BranchType::Local)).is_ok_and(|branches| branches.count() == 1)
    }

    fn has_reference(&self, name: &str) -> bool {
        self.git().find_reference(name).is_ok()
    }

    /// Where a published commit (40 hex digits) stands, seen from ours.
    ///
    /// # Errors
    /// History cannot be read.
    pub fn standing(&self, published: &str, ours: CommitId) -> Result<Published, RepoError> {
        let git = self.git();
        let failed = |error: git2::Error| RepoError::of_git("compare two commits", &error);
        let Ok(theirs) = Oid::from_str(published) else { return Ok(Published::Missing) };
        let ours = Oid::from_bytes(ours.as_bytes()).map_err(failed)?;
        if theirs == ours {
            return Ok(Published::Same);
        }
        if git.find_commit(theirs).is_err() {
            return Ok(Published::Missing);
        }
        if git.graph_descendant_of(ours, theirs).map_err(failed)? {
            return Ok(Published::Before);
        }
        if git.graph_descendant_of(theirs, ours).map_err(failed)? {
            return Ok(Published::After);
        }
        for branch in git.branches(None).map_err(failed)?.flatten() {
            let (branch, _) = branch;
            let Some(tip) = branch.get().target() else { continue };
            if tip == theirs || git.graph_descendant_of(tip, theirs).unwrap_or(false) {
                let name = String::from_utf8_lossy(branch.get().shorthand_bytes()).into_owned();
                return Ok(Published::Elsewhere { branch: name });
            }
        }
        Ok(Published::Rewritten)
    }
}
