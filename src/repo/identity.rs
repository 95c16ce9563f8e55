//! Who the user is, as git would write it into a commit.

use std::ffi::OsString;

use super::{Person, Repo, RepoError};
use crate::source::Outside;

impl Repo {
    /// Whom git would write as a commit's author: GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL of the environment that
    /// `value` looks into, else `author.*`, else `user.*` of the settings
    /// (<https://git-scm.com/docs/git-commit#_commit_information>). Nothing is guessed from the machine's name.
    pub fn author(&self, value: impl Fn(&str) -> Option<OsString>) -> Result<Person, RepoError> {
        let config = self
            .git()
            .config()
            .and_then(|mut config| config.snapshot())
            .map_err(|error| RepoError::of_git("read its settings", &error))?;
        let of = |variable: &str, keys: [&str; 2]| {
            let of_environment = value(variable).map(|text| cleaned(&text.to_string_lossy()));
            let of_settings = keys.into_iter().map(|key| cleaned(config.get_str(key).unwrap_or_default()));
            of_environment.into_iter().chain(of_settings).find(|text| !text.is_empty())
        };
        let name = of("GIT_AUTHOR_NAME", ["author.name", "user.name"]);
        let email = of("GIT_AUTHOR_EMAIL", ["author.email", "user.email"]);
        match (name, email) {
            (Some(name), Some(email)) => Ok(Person { name: Outside::new(name), email: Outside::new(email) }),
            (None, _) => Err(RepoError::NoIdentity { key: "user.name" }),
            (_, None) => Err(RepoError::NoIdentity { key: "user.email" }),
        }
    }
}

/// As git cleans names: what would end a name or an address is left out, and dots, commas and the like at the ends
/// (<https://github.com/git/git/blob/master/ident.c>, `strbuf_addstr_without_crud`).
fn cleaned(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control() && !matches!(c, '<' | '>')).collect();
    let crud = |c: char| c.is_whitespace() || matches!(c, '.' | ',' | ':' | ';' | '"' | '\\' | '\'');
    text.trim_matches(crud).to_owned()
}
