//! poetry.
//!
//! Rules: <https://python-poetry.org/docs/cli/>.

use super::groups::Manager;
use super::install::{Act, Ecosystem, Export, Install, Place, Project, Reads};
use super::line::{Line, Operand, Takes};
use super::pip::{at_home, system_or_env};
use super::selection::{MAIN, Selection};
use super::tools::{Around, is_yes};
use crate::semantics::shell::Arg;

const POETRY: Takes = Takes {
    long: &[
        "directory",
        "project",
        "only",
        "without",
        "with",
        "extras",
        "format",
        "output",
        "group",
        "source",
        "python",
        "platform",
    ],
    short: "CPEfoG",
};

/// `poetry …`.
pub(super) fn poetry(args: &[Arg], around: Around<'_>) -> Option<Act> {
    let line = Line::read(args, POETRY);
    if line.has(&["dry-run", "help", "h"]) {
        return None;
    }
    let sub = line.first()?;
    let manager = Manager::Poetry;
    match sub {
        "install" | "sync" | "update" => {
            let mut found = Install::of_manifest("poetry", Ecosystem::Python, manager);
            found.project = if line.has(&["no-root"]) || sub == "update" { Project::Left } else { Project::Linked };
            found.place = poetry_place(&line, around);
            if line.has(&["only-root"]) {
                return Some(Act::Project(found.project, found.place));
            }
            found.selection = poetry_selection(&line);
            found.exact = sub == "sync" || line.has(&["sync", "remove-untracked"]);
            Some(Act::Install(Box::new(found)))
        }
        // The plugin poetry-plugin-bundle: an environment with the project in it.
        "bundle" if line.rest().first().and_then(|word| word.text.as_deref()) == Some("venv") => {
            let mut found = Install::of_manifest("poetry", Ecosystem::Python, manager);
            found.project = Project::Copied;
            let path = line.rest().get(1).and_then(|word| word.text.as_deref());
            found.place = path.map_or(Place::Unknown, |path| around.place(path));
            found.selection = poetry_selection(&line);
            Some(Act::Install(Box::new(found)))
        }
        "add" => {
            let mut found = Install::of_manifest("poetry", Ecosystem::Python, manager);
            found.reads = Reads::Named(line.rest().iter().map(Operand::shown).collect());
            found.selection = Selection::main();
            found.selection.only.extend(line.listed(&["group", "G"]));
            found.place = poetry_place(&line, around);
            Some(Act::Install(Box::new(found)))
        }
        "export" => {
            let mut selection = poetry_selection(&line);
            // The export leaves every group but the main one out unless it is told otherwise.
            selection.defaults = false;
            Some(Act::Export(Box::new(Export { tool: "poetry", manager, selection, output: output(&line, around) })))
        }
        "config" => setting("poetry", line.rest(), line.has(&["unset"])),
        _ => None,
    }
}

pub(super) fn output(line: &Line, around: Around<'_>) -> Option<String> {
    line.values(&["output", "output-file", "o"]).last().flatten().and_then(|file| around.path(file))
}

pub(super) fn setting(tool: &'static str, words: &[Operand], unset: bool) -> Option<Act> {
    let text = |at: usize| words.get(at).and_then(|operand| operand.text.clone());
    let value = if unset { String::new() } else { text(1)? };
    Some(Act::Setting(tool, text(0)?, value))
}

fn poetry_selection(line: &Line) -> Selection {
    let mut selection = Selection {
        only: line.listed(&["only"]),
        with: line.listed(&["with"]),
        without: line.listed(&["without"]),
        all: line.has(&["all-groups"]),
        extras: line.listed(&["extras", "E"]),
        all_extras: line.has(&["all-extras"]),
        ..Selection::default()
    };
    if line.has(&["no-dev"]) {
        selection.only.push(MAIN.to_owned());
    }
    if line.has(&["dev", "dev-only"]) {
        selection.with.push("dev".to_owned());
    }
    for option in ["only", "with", "without", "extras"] {
        if line.hides(&[option]) {
            selection.unseen.push(format!("--{option}"));
        }
    }
    selection.unseen.extend(line.unseen.iter().cloned());
    selection
}

fn poetry_place(line: &Line, around: Around<'_>) -> Place {
    let creates = around.setting("poetry", "virtualenvs.create", "POETRY_VIRTUALENVS_CREATE");
    let here = line.values(&["directory", "C", "project", "P"]).last().unwrap_or(Some("."));
    if around.activated {
        return Place::Unknown;
    }
    if around.var("VIRTUAL_ENV").is_some() || creates.is_some_and(|value| !is_yes(&value)) {
        return system_or_env(around);
    }
    match around.setting("poetry", "virtualenvs.in-project", "POETRY_VIRTUALENVS_IN_PROJECT") {
        Some(value) if is_yes(&value) => here.map_or(Place::Unknown, |here| around.place(&format!("{here}/.venv"))),
        // An environment of its own below the cache, unless `.venv` is there.
        _ => {
            let path = around.setting("poetry", "virtualenvs.path", "POETRY_VIRTUALENVS_PATH");
            let cache = around.setting("poetry", "cache-dir", "POETRY_CACHE_DIR");
            // `{cache-dir}/virtualenvs` and the like are below one of them anyhow.
            let named = [path, cache].into_iter().flatten().find(|path| path.starts_with('/'));
            match here {
                // poetry.toml may say that there is none: then it is the system's.
                Some(here) => at_home(around, named.as_deref(), &[&format!("{here}/.venv"), "/usr"]),
                None => Place::Unknown,
            }
        }
    }
}
