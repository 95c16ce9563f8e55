//! The user that an image's container runs as.

use super::{Account, Accounts, Given, Id, Image, Ownership, Place, Timeline, Trouble, Walk};
use crate::repo::RepoPath;
use crate::semantics::files::Files;

/// Who the container runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum User {
    /// No USER in the chain: root, Docker's default (a base image's own USER cannot be seen).
    Unset,
    /// Root, by name or by number.
    Root,
    /// Somebody else: a name, or a number other than 0.
    Other(String),
    /// A name with blanks in it: no account has one, and no container starts so. USER takes all of its line, and `#`
    /// begins no comment there.
    Nobody(String),
    /// Variables without a value, in USER or in the FROM that the chain begins with.
    Unresolved(Vec<String>),
}

/// The effective user of an image, with its place.
#[derive(Debug, Clone)]
pub struct RunsAs {
    /// Who.
    pub user: User,
    /// The argument of USER after expansion (`appuser:appuser`), empty when there is no USER.
    pub text: String,
    /// The last USER of the chain; the FROM of the stage when there is none.
    pub place: Place,
}

/// The effective user of the image that a Dockerfile makes: for a Compose service with its `target` and
/// `build.args`. A file with a part that cannot be read is [`Trouble::Broken`].
pub fn effective_user(
    files: &Files<'_>,
    dockerfile: &RepoPath,
    target: Option<&str>,
    args: &[(String, String)],
) -> Result<RunsAs, Trouble> {
    effective_user_given(files, dockerfile, target, Given { args: args.to_vec(), context: None })
}

/// The same, also with a build context of its own.
pub fn effective_user_given(
    files: &Files<'_>,
    dockerfile: &RepoPath,
    target: Option<&str>,
    given: Given,
) -> Result<RunsAs, Trouble> {
    let walk = Walk::of(files, dockerfile, given)?;
    walk.intact()?;
    Ok(walk.image(target)?.effective_user(files))
}

/// Whether a user's name or number is root's: `root`, or a number that is 0 in any spelling.
pub fn is_root(user: &str) -> bool {
    user.is_empty() || user == "root" || user.parse::<i64>() == Ok(0)
}

impl Image<'_> {
    /// The effective user: the last USER of the chain.
    pub fn runs_as(&self) -> RunsAs {
        let Some(set) = &self.end.user else {
            let (user, place) = match self.open_base() {
                Some((place, names)) => (User::Unresolved(names.to_vec()), place),
                None => (User::Unset, self.from_place()),
            };
            return RunsAs { user, text: String::new(), place };
        };
        let place = self.walk.place(set.span);
        let user = match set.ownership() {
            Ownership { unresolved, .. } if !unresolved.is_empty() => User::Unresolved(unresolved),
            Ownership { user: None, .. } => User::Root,
            Ownership { user: Some(name), .. } if is_root(&name) => User::Root,
            Ownership { user: Some(name), .. } if name.contains(char::is_whitespace) => User::Nobody(name),
            Ownership { user: Some(name), .. } => User::Other(name),
        };
        RunsAs { user, text: set.text.clone(), place }
    }

    /// The same, with the image's own accounts looked up: a name that is created with UID 0 is root.
    pub fn effective_user(&self, files: &Files<'_>) -> RunsAs {
        let runs_as = self.runs_as();
        let User::Other(name) = &runs_as.user else { return runs_as };
        if name.parse::<u32>().is_ok() {
            return runs_as;
        }
        let accounts = Accounts::of(self, &Timeline::of(self, files), files);
        match accounts.user(name) {
            Some(Account { id: Id::Explicit(0), .. }) => RunsAs { user: User::Root, ..runs_as },
            _ => runs_as,
        }
    }
}
