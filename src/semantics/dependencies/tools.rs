//! What a command does about dependencies: which tool it is, past the programs that only run another.

use super::install::{Act, Place};
use super::places::absolute;
use super::{compiled, node, pip, poetry, python, uv};
use crate::semantics::shell::{Arg, Command, Env};

/// What is known where a command runs.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// Variables that have a value.
    pub env: &'a Env,
    /// The working directory, absolute.
    pub directory: Option<&'a str>,
    /// Whether a WORKDIR or `cd` says so: a base image may have one of its own, which cannot be seen.
    pub settled: bool,
    /// Options set by earlier commands: tool, key, value; the last one counts.
    pub settings: &'a [(&'static str, String, String)],
    /// Whether an earlier command of the same line switched a virtual environment on.
    pub activated: bool,
}

/// Programs that run another are looked through at most this many times.
const MOST_RUNNERS: usize = 8;

impl Around<'_> {
    /// The value of a variable.
    pub(super) fn var(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str)
    }

    /// Whether a variable is set to yes.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.var(name).is_some_and(is_yes)
    }

    /// What an earlier command set an option of a tool to, or the variable that sets it.
    pub(super) fn setting(&self, tool: &str, key: &str, variable: &str) -> Option<String> {
        let set = self.settings.iter().rev().find(|(t, k, _)| *t == tool && k == key);
        // A variable goes before a configuration file, for every one of these tools.
        self.var(variable).map(str::to_owned).or_else(|| set.map(|(_, _, value)| value.clone()))
    }

    /// A path seen from where the command runs.
    pub(super) fn path(&self, path: &str) -> Option<String> {
        absolute(self.directory, path)
    }

    /// The place that is this path.
    pub(super) fn place(&self, path: &str) -> Place {
        self.places(&[path])
    }

    /// The place that is one of these paths.
    pub(super) fn places(&self, paths: &[&str]) -> Place {
        let sure = |path: &&str| path.starts_with('/') || self.settled;
        let places: Option<Vec<String>> =
            paths.iter().map(|path| Some(path).filter(|path| sure(path)).and_then(|path| self.path(path))).collect();
        places.map_or(Place::Unknown, Place::In)
    }
}

/// Whether a switch's value says yes.
pub(super) fn is_yes(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on" | "y" | "t")
}

/// What a command does about dependencies; `None`: nothing.
pub fn act(command: &Command, around: Around<'_>) -> Option<Act> {
    let mut words: &[Arg] = &command.argv;
    let mut implicit = None;
    // `/opt/venv/bin/python -m pip`: where it installs follows from the interpreter.
    let mut interpreter = None;
    for _ in 0..MOST_RUNNERS {
        let (program, path) = program(words)?;
        let rest = words.get(1..).unwrap_or_default();
        match runs(program, rest) {
            Some(Run { words: inner, syncs }) => {
                if syncs && implicit.is_none() {
                    implicit = uv::uv_run(rest, around);
                }
                if program == "python" && path.contains('/') {
                    interpreter = Some(path);
                }
                words = inner;
            }
            None => return dispatch(program, interpreter.unwrap_or(path), rest, around).or(implicit),
        }
    }
    implicit
}

/// The name of the program, without its folder and a version at its end, and the word as it stands.
fn program(words: &[Arg]) -> Option<(&str, &str)> {
    let word = words.first()?;
    // The folder may be a variable without a value: `$POETRY_HOME/bin/poetry`.
    let path = word.text.as_deref().unwrap_or(word.raw.trim_matches(['"', '\'']));
    if word.text.is_none() && path.rsplit('/').next().is_none_or(|name| name.contains(['$', '`', ')'])) {
        return None;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    Some((if bare == "pip" || bare == "python" || bare == "pypy" { bare } else { name }, path))
}

/// What a program that runs another runs.
struct Run<'w> {
    words: &'w [Arg],
    /// Whether it first brings the project's environment up to date.
    syncs: bool,
}

/// The command that `program` runs, when that is all it does.
fn runs<'w>(program: &str, rest: &'w [Arg]) -> Option<Run<'w>> {
    let text = |at: usize| rest.get(at).and_then(|arg| arg.text.as_deref());
    let from = |at: usize, options_with_values: &[&str]| {
        let mut at = at;
        while let Some(option) = text(at).filter(|word| word.starts_with('-')) {
            at += 1 + usize::from(options_with_values.contains(&option));
        }
        rest.get(at..).filter(|words| !words.is_empty()).map(|words| Run { words, syncs: false })
    };
    match program {
        "python" | "pypy" | "py" => {
            // `-m` may follow other options, and stand in one word with flags: `-Im pip`.
            let module = rest.iter().position(|arg| {
                let word = arg.text.as_deref().unwrap_or_default();
                word.starts_with('-') && !word.starts_with("--") && word.ends_with('m')
            })?;
            let flags = rest.get(..module)?;
            let only_flags = flags.iter().all(|arg| arg.text.as_deref().is_some_and(|word| word.starts_with('-')));
            only_flags.then(|| rest.get(module + 1..).map(|words| Run { words, syncs: false }))?
        }
        "poetry" | "pipenv" | "pdm" | "hatch" | "rye" if text(0) == Some("run") => from(1, &[]),
        "poetry" if text(0).is_some_and(|word| word.starts_with('-')) => {
            let at = rest.iter().position(|arg| arg.text.as_deref() == Some("run"))?;
            let flags = rest.get(..at)?;
            flags
                .iter()
                .all(|arg| arg.text.as_deref().is_some_and(|word| word.starts_with('-')))
                .then(|| from(at + 1, &[]))?
        }
        "uv" if text(0) == Some("run") => from(1, uv::UV_RUN_VALUES).map(|run| Run { syncs: true, ..run }),
        "uv" if text(0) == Some("tool") && text(1) == Some("run") => from(2, &["--from", "--with", "-p", "--python"]),
        "uvx" => from(0, &["--from", "--with", "-p", "--python"]),
        "pipx" if text(0) == Some("run") => from(1, &["--spec", "--python", "--pip-args"]),
        "conda" | "mamba" | "micromamba" if text(0) == Some("run") => from(1, &["-n", "--name", "-p", "--prefix"]),
        "corepack" if !matches!(text(0), Some("enable" | "disable" | "prepare" | "install" | "use" | "up")) => {
            from(0, &[])
        }
        "npx" | "bunx" => from(0, &["-p", "--package"]),
        "xargs" => from(0, &["-n", "-L", "-P", "-I", "-d", "-a", "-s", "--max-args", "--arg-file"]),
        "dumb-init" | "tini" => from(0, &[]),
        _ => None,
    }
}

fn dispatch(program: &str, path: &str, rest: &[Arg], around: Around<'_>) -> Option<Act> {
    match program {
        "pip" => pip::pip(path, rest, around),
        "pip-sync" => pip::pip_sync(path, rest, around),
        "poetry" => poetry::poetry(rest, around),
        "uv" => uv::uv(rest, around),
        "pdm" => python::pdm(rest, around),
        "pipenv" => python::pipenv(rest, around),
        "python" | "pypy" => python::setup_py(path, rest, around),
        "conda" | "mamba" | "micromamba" | "pixi" | "rye" | "flit" | "hatch" => python::other(program, rest, around),
        "npm" => node::npm(rest, around),
        "yarn" | "yarnpkg" => node::yarn(rest, around),
        "pnpm" => node::pnpm(rest, around),
        "bun" => node::bun(rest, around),
        "make" | "gmake" | "just" | "task" | "tox" | "nox" | "invoke" | "inv" | "ansible-playbook" | "scons"
        | "bazel" | "earthly" => Some(Act::Hides(format!("`{program}` runs what its own file says"))),
        _ => compiled::act(program, rest, around),
    }
}
