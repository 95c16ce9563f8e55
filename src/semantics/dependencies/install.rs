//! What one command does about dependencies.

use super::groups::Manager;
use super::selection::Selection;

/// A language's world of packages: installs of two worlds do not replace each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ecosystem {
    /// PyPI.
    Python,
    /// npm.
    Node,
    /// RubyGems.
    Ruby,
    /// Packagist.
    Php,
    /// What is linked into what is built: Go, Rust, Java, .NET, Elixir, Dart.
    Compiled,
}

/// Where an install finds what to install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reads {
    /// The project's manifest: pyproject.toml, package.json, …
    Manifest,
    /// Requirement files, as written.
    Files(Vec<String>),
    /// Packages named on the command line.
    Named(Vec<String>),
    /// Wheels that are already there (`pip install --no-index`, `pip install /wheels/*`). The folders and
    /// files that hold them; `None` for one that cannot be seen.
    Wheels(Vec<Option<String>>),
}

/// What an install does with the project itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Project {
    /// Leaves it out.
    Left,
    /// Links to its source.
    Linked,
    /// Copies it to where the dependencies are.
    Copied,
}

/// Where an install puts what it installs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In one of these folders (absolute).
    In(Vec<String>),
    /// It cannot be seen.
    Unknown,
}

/// An install of dependencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Install {
    /// `poetry`, `pip`, `uv`, …: installs of one tool repeat each other.
    pub tool: &'static str,
    /// Its world.
    pub ecosystem: Ecosystem,
    /// Whose rules say which groups come by themselves.
    pub manager: Manager,
    /// What it reads.
    pub reads: Reads,
    /// Which groups it brings.
    pub selection: Selection,
    /// What it does with the project itself.
    pub project: Project,
    /// Where it puts what it installs.
    pub place: Place,
    /// Whether it takes out what it does not install (`--sync`, `npm ci`).
    pub exact: bool,
    /// Whether it only gets packages ready for a later install (`pip wheel`, `pip download`).
    pub prepares: bool,
    /// Whether it may ask an index for what it needs: not with `--no-index`, nor with `--no-deps` and wheels.
    pub fetches: bool,
    /// Whether it installs beside what it was called for (`uv run`).
    pub implicit: bool,
}

/// A list of requirements written from a lock file (`poetry export`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The tool.
    pub tool: &'static str,
    /// Whose rules say which groups come by themselves.
    pub manager: Manager,
    /// Which groups it lists.
    pub selection: Selection,
    /// The file it writes; `None`: standard output, or not known.
    pub output: Option<String>,
}

/// What a command does about dependencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Installs them.
    Install(Box<Install>),
    /// Installs the project only, its dependencies left aside (`pip install --no-deps .`).
    Project(Project, Place),
    /// Writes a list of them.
    Export(Box<Export>),
    /// Takes development dependencies out again (`npm prune --omit=dev`).
    Prune(Ecosystem),
    /// Sets an option of a tool (`poetry config virtualenvs.create false`).
    Setting(&'static str, String, String),
    /// Runs something that could install them and cannot be read (`make`, `tox`): what it is.
    Hides(String),
}

impl Install {
    /// An install of a project's manifest with the groups that come by themselves.
    pub(super) fn of_manifest(tool: &'static str, ecosystem: Ecosystem, manager: Manager) -> Self {
        Self {
            tool,
            ecosystem,
            manager,
            reads: Reads::Manifest,
            selection: Selection::default(),
            project: Project::Left,
            place: Place::Unknown,
            exact: false,
            prepares: false,
            fetches: true,
            implicit: false,
        }
    }

    /// Whether it installs what a manifest or a requirements file lists, not only packages by name.
    pub fn reads_manifest(&self) -> bool {
        !matches!(self.reads, Reads::Named(_))
    }
}
