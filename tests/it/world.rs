//! A repository of its own for each test: no user config, fixed dates, nothing left behind.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A temporary folder with a repository in it, and the program run on it.
pub struct World {
    folder: TempDir,
    time: std::cell::Cell<u64>,
}

/// What a run of the program gave.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }

    /// `id → verdict` of a `status` document.
    pub fn verdicts(&self) -> std::collections::BTreeMap<String, String> {
        let document = self.json();
        let tasks = document["tasks"].as_array().unwrap_or_else(|| panic!("{document}")).iter();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        tasks.map(|task| (text(&task["id"]), text(&task["verdict"]))).collect()
    }
}

impl World {
    /// An empty repository on branch `main`.
    pub fn new() -> Self {
        let world = Self::empty();
        world.git(&["init", "-q", "-b", "main"]);
        world
    }

    /// An empty folder.
    pub fn empty() -> Self {
        let world = Self { folder: TempDir::new().unwrap(), time: std::cell::Cell::new(1_767_225_600) };
        std::fs::create_dir_all(world.path().join("repo")).unwrap();
        std::fs::create_dir_all(world.path().join("home")).unwrap();
        world
    }

    /// The folder that holds repository and home.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn repo(&self) -> PathBuf {
        self.path().join("repo")
    }

    /// Writes a file of the work tree, folders made.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.repo().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    pub fn remove(&self, path: &str) -> &Self {
        std::fs::remove_file(self.repo().join(path)).unwrap();
        self
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.repo().join(path)).unwrap()
    }

    /// Runs git and answers what it printed; each run is an hour after the last.
    pub fn git(&self, arguments: &[&str]) -> String {
        let output = self.git_command(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    pub fn git_command(&self, arguments: &[&str]) -> Command {
        self.time.set(self.time.get() + 3600);
        let mut command = self.clean(Command::new("git"));
        let date = format!("{} +0000", self.time.get());
        command.args(arguments).env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        command.env("GIT_AUTHOR_NAME", "linroot").env("GIT_AUTHOR_EMAIL", "nevalions@gmail.com");
        command.env("GIT_COMMITTER_NAME", "linroot").env("GIT_COMMITTER_EMAIL", "nevalions@gmail.com");
        command
    }

    /// Commits the whole work tree.
    pub fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// A command with nothing of the user's environment but PATH, in the repository.
    pub fn clean(&self, mut command: Command) -> Command {
        command.env_clear().current_dir(self.repo());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.path().join("home")).env("XDG_CONFIG_HOME", self.path().join("home"));
        command.env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }

    pub fn trueup_command(&self, arguments: &[&str]) -> Command {
        let mut command = self.clean(Command::new(env!("CARGO_BIN_EXE_trueup")));
        command.args(arguments);
        command
    }

    /// Runs the program in the repository.
    pub fn trueup(&self, arguments: &[&str]) -> Run {
        Run::of(&self.trueup_command(arguments).output().unwrap())
    }

    /// Runs the program and wants exit code 0.
    pub fn ok(&self, arguments: &[&str]) -> Run {
        let run = self.trueup(arguments);
        assert_eq!(run.code, 0, "trueup {arguments:?}: {}{}", run.err, run.out);
        run
    }
}
