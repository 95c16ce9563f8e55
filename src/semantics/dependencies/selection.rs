//! Which groups of dependencies an install brings.

use super::groups::Groups;

/// What an install was told about groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Only these; empty: no such limit. The main group is `main`.
    pub only: Vec<String>,
    /// Groups asked for beside the ones that come by themselves.
    pub with: Vec<String>,
    /// Groups left out.
    pub without: Vec<String>,
    /// Whether the groups that come by themselves do.
    pub defaults: bool,
    /// Whether every group comes, the optional ones too.
    pub all: bool,
    /// Extras asked for.
    pub extras: Vec<String>,
    /// Whether every extra comes.
    pub all_extras: bool,
    /// Requirement files read.
    pub files: Vec<String>,
    /// What could say something about groups, but cannot be seen; as written.
    pub unseen: Vec<String>,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            only: Vec::new(),
            with: Vec::new(),
            without: Vec::new(),
            defaults: true,
            all: false,
            extras: Vec::new(),
            all_extras: false,
            files: Vec::new(),
            unseen: Vec::new(),
        }
    }
}

/// The name that the main group goes by.
pub const MAIN: &str = "main";

/// Words that say that a group, an extra or a requirements file is for development.
const DEVELOPMENT: &[&str] = &[
    "dev",
    "devel",
    "develop",
    "development",
    "test",
    "tests",
    "testing",
    "lint",
    "linting",
    "linters",
    "qa",
    "ci",
    "doc",
    "docs",
    "typing",
    "local",
    "debug",
    "format",
    "precommit",
];

/// Names of groups compare without case, and `_`, `.` and `-` are the same
/// (<https://peps.python.org/pep-0735/>, which takes it from the names of packages).
pub fn normal(name: &str) -> String {
    name.trim().to_lowercase().replace(['_', '.'], "-")
}

/// Whether a name says that what it names is for development: `dev`, `test-utils`, `requirements_dev`.
pub fn says_development(name: &str) -> bool {
    let name = normal(name).replace("pre-commit", "precommit");
    name.split(|c: char| !c.is_alphanumeric()).any(|word| DEVELOPMENT.contains(&word))
}

/// Whether a requirements file is one for development by its name: `requirements/dev.txt`,
/// `test-requirements.txt`, `requirements.dev.in`; folders above it say nothing, but `requirements.d/dev/x` may.
pub fn is_development_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    says_development(stem)
}

impl Selection {
    /// Only the main group.
    pub fn main() -> Self {
        Self { only: vec![MAIN.to_owned()], ..Self::default() }
    }

    /// What the install brings beside runtime dependencies, in words: `group dev`, `extra test`,
    /// `requirements-dev.txt`. Empty: it leaves out every non-main, non-optional group.
    pub fn beyond_main(&self, groups: &Groups) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut add = |name: String| {
            if name != MAIN && !names.contains(&name) {
                names.push(name);
            }
        };
        let default: Vec<String> = groups.default.iter().map(|name| normal(name)).collect();
        let optional: Vec<String> = groups.optional.iter().map(|name| normal(name)).collect();
        // Asked for by name: a group that is optional, or that the manifest does not know, is taken at
        // the word of its name.
        let asked = |name: &String| default.contains(name) || says_development(name);
        if self.all {
            default.iter().chain(&optional).cloned().for_each(&mut add);
        } else if !self.only.is_empty() {
            self.only.iter().map(|name| normal(name)).filter(asked).for_each(&mut add);
        } else {
            let without: Vec<String> = self.without.iter().map(|name| normal(name)).collect();
            if self.defaults {
                default.iter().filter(|name| !without.contains(name)).cloned().for_each(&mut add);
            }
            let with = self.with.iter().map(|name| normal(name));
            with.filter(|name| !without.contains(name)).filter(asked).for_each(&mut add);
        }
        let mut beyond: Vec<String> = names.into_iter().map(|name| format!("group {name}")).collect();
        let extras = if self.all_extras { &groups.extras } else { &self.extras };
        beyond.extend(extras.iter().filter(|name| says_development(name)).map(|name| format!("extra {name}")));
        beyond.extend(self.files.iter().filter(|path| is_development_file(path)).cloned());
        beyond
    }

    /// Whether it is so limited that the manifest's groups make no difference.
    pub fn needs_no_groups(&self) -> bool {
        !self.all && !self.all_extras && (!self.only.is_empty() || (!self.defaults && self.with.is_empty()))
    }
}
