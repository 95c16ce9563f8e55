//! Python's other managers: pdm, pipenv, conda and what came before them.
//!
//! Rules: <https://pdm-project.org/latest/reference/cli/>, <https://pipenv.pypa.io/en/latest/commands.html>,
//! <https://docs.conda.io/projects/conda/en/stable/commands/>.

use super::groups::Manager;
use super::install::{Act, Ecosystem, Export, Install, Place, Project, Reads};
use super::line::{Line, Operand, Takes};
use super::pip::{at_home, is_tool, system_or_env};
use super::poetry::{output, setting};
use super::selection::{Selection, normal};
use super::tools::Around;
use crate::semantics::shell::Arg;

const PDM: Takes = Takes {
    long: &[
        "project",
        "group",
        "with",
        "without",
        "lockfile",
        "skip",
        "output",
        "format",
        "venv",
        "config",
        "override",
        "no-isolation-package",
    ],
    short: "pGLkofc",
};

/// `pdm …`.
pub(super) fn pdm(args: &[Arg], around: Around<'_>) -> Option<Act> {
    let line = Line::read(args, PDM);
    if line.has(&["dry-run", "help", "h", "check"]) {
        return None;
    }
    let manager = Manager::Pdm;
    let asked = line.listed(&["group", "with", "G"]);
    let prod = line.has(&["prod", "production", "no-dev"]) || around.is_set("PDM_NO_DEV");
    let mut selection = Selection {
        with: asked.into_iter().filter(|group| group != "all").collect(),
        without: line.listed(&["without"]),
        defaults: !prod,
        ..Selection::default()
    };
    if line.has(&["dev", "d"]) {
        selection.defaults = true;
    }
    for option in ["group", "with", "without", "G"] {
        if line.hides(&[option]) {
            selection.unseen.push(format!("--{option}"));
        }
    }
    selection.unseen.extend(line.unseen.iter().cloned());
    let mut found = Install::of_manifest("pdm", Ecosystem::Python, manager);
    found.place = match around.var("VIRTUAL_ENV") {
        _ if around.activated || line.has(&["project", "p", "venv", "global", "g"]) => Place::Unknown,
        Some(home) => around.place(home),
        None => around.places(&[".venv", "__pypackages__"]),
    };
    match line.first()? {
        "install" | "sync" | "update" => {
            found.exact = line.first() == Some("sync") && line.has(&["clean", "only-keep"]);
            found.project = match line.has(&["no-self"]) {
                true => Project::Left,
                false if line.has(&["no-editable"]) => Project::Copied,
                false => Project::Linked,
            };
            found.selection = selection;
        }
        "add" => {
            found.reads = Reads::Named(line.rest().iter().map(Operand::shown).collect());
            found.selection = Selection::main();
        }
        "export" => {
            return Some(Act::Export(Box::new(Export {
                tool: "pdm",
                manager,
                selection,
                output: output(&line, around),
            })));
        }
        "config" => return setting("pdm", line.rest(), line.has(&["delete"])),
        _ => return None,
    }
    Some(Act::Install(Box::new(found)))
}

const PIPENV: Takes = Takes {
    long: &["python", "categories", "requirements", "index", "pypi-mirror", "extra-pip-args", "editable"],
    short: "prie",
};

/// `pipenv …`.
pub(super) fn pipenv(args: &[Arg], around: Around<'_>) -> Option<Act> {
    let line = Line::read(args, PIPENV);
    if line.has(&["help", "h"]) {
        return None;
    }
    let dev = line.has(&["dev", "d", "dev-only"]) || around.is_set("PIPENV_DEV");
    let mut selection = Selection { defaults: false, ..Selection::default() };
    selection.with.extend(dev.then(|| "dev".to_owned()));
    for category in line.listed(&["categories"]) {
        match category.as_str() {
            "packages" | "default" => {}
            category => selection.with.push(category.trim_end_matches("-packages").to_owned()),
        }
    }
    if line.hides(&["categories"]) {
        selection.unseen.push("--categories".to_owned());
    }
    selection.unseen.extend(line.unseen.iter().cloned());
    match line.first()? {
        "install" | "sync" | "update" | "upgrade" => {
            let mut found = Install::of_manifest("pipenv", Ecosystem::Python, Manager::Asked);
            let named: Vec<String> = line.rest().iter().map(Operand::shown).collect();
            let files: Vec<String> = line.values(&["requirements", "r"]).flatten().map(str::to_owned).collect();
            selection.files.clone_from(&files);
            if !files.is_empty() {
                found.reads = Reads::Files(files);
            } else if !named.is_empty() {
                found.reads = Reads::Named(named);
            }
            found.selection = selection;
            found.place = match line.has(&["system"]) || around.is_set("PIPENV_SYSTEM") {
                true => system_or_env(around),
                false if around.is_set("PIPENV_VENV_IN_PROJECT") => around.place(".venv"),
                false if around.activated => Place::Unknown,
                false => at_home(around, around.var("WORKON_HOME").or(around.var("VIRTUAL_ENV")), &[".venv"]),
            };
            Some(Act::Install(Box::new(found)))
        }
        "requirements" | "lock" if line.first() == Some("requirements") || line.has(&["r", "requirements"]) => {
            Some(Act::Export(Box::new(Export { tool: "pipenv", manager: Manager::Asked, selection, output: None })))
        }
        _ => None,
    }
}

/// `python setup.py install`: the script is the interpreter's first operand.
pub(super) fn setup_py(path: &str, args: &[Arg], around: Around<'_>) -> Option<Act> {
    let line = Line::read(args, Takes { long: &[], short: "" });
    let script = line.first()?;
    if script.rsplit('/').next() != Some("setup.py") {
        return None;
    }
    let words: Vec<&str> = line.rest().iter().filter_map(|operand| operand.text.as_deref()).collect();
    let mut found = Install::of_manifest("setup.py", Ecosystem::Python, Manager::Asked);
    found.selection = Selection::main();
    found.project = if words.contains(&"install") {
        Project::Copied
    } else if words.contains(&"develop") {
        Project::Linked
    } else {
        return None;
    };
    found.place = match path.contains('/') {
        true => Place::Unknown,
        false => system_or_env(around),
    };
    Some(Act::Install(Box::new(found)))
}

const CONDA: Takes = Takes {
    long: &["name", "prefix", "file", "channel", "solver", "lockfile", "manifest-path", "environment", "features"],
    short: "npfce",
};

/// conda and its kin, pixi, rye, flit, hatch.
pub(super) fn other(program: &str, args: &[Arg], around: Around<'_>) -> Option<Act> {
    let line = Line::read(args, CONDA);
    if line.has(&["dry-run", "help", "h"]) {
        return None;
    }
    let words: Vec<&str> = line.operands.iter().filter_map(|operand| operand.text.as_deref()).collect();
    let files: Vec<String> = line.values(&["file", "f"]).map(|file| file.unwrap_or("$").to_owned()).collect();
    let mut found = Install::of_manifest("conda", Ecosystem::Python, Manager::Asked);
    found.selection = Selection { files: files.clone(), ..Selection::main() };
    match (program, words.as_slice()) {
        ("conda" | "mamba" | "micromamba", ["env", "create" | "update", ..]) => found.reads = Reads::Files(files),
        ("conda" | "mamba" | "micromamba", ["install" | "create" | "update", named @ ..]) => {
            let named: Vec<String> = named
                .iter()
                .map(|name| name.split("::").last().unwrap_or(name))
                .filter(|name| {
                    let name = normal(name.split(['=', '<', '>']).next().unwrap_or(name));
                    name != "python" && !is_tool(&name) && name != program
                })
                .map(str::to_owned)
                .collect();
            if !files.is_empty() {
                found.reads = Reads::Files(files);
            } else if named.is_empty() {
                return None;
            } else {
                found.reads = Reads::Named(named);
            }
        }
        ("pixi", ["install", ..]) => found.tool = "pixi",
        ("rye", ["sync", ..]) => {
            found.tool = "rye";
            found.selection = Selection { defaults: !line.has(&["no-dev"]), ..Selection::default() };
            found.manager = Manager::Poetry;
            found.place = around.place(".venv");
        }
        ("flit", ["install", ..]) => {
            found.tool = "flit";
            found.project = if line.has(&["s", "symlink", "pth-file"]) { Project::Linked } else { Project::Copied };
            let only = line.values(&["deps"]).last().flatten();
            if !matches!(only, Some("production" | "none")) && !line.has(&["only-deps"]) {
                found.selection.extras.push("dev".to_owned());
            }
        }
        ("hatch", ["env", "create", ..]) => found.tool = "hatch",
        _ => return None,
    }
    Some(Act::Install(Box::new(found)))
}
