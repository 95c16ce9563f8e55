//! Python's project managers: poetry, uv, pdm, pipenv, conda and what came before them.
//!
//! Rules: <https://python-poetry.org/docs/cli/>, <https://docs.astral.sh/uv/reference/cli/>,
//! <https://pdm-project.org/latest/reference/cli/>, <https://pipenv.pypa.io/en/latest/commands.html>,
//! <https://docs.conda.io/projects/conda/en/stable/commands/>.

use super::groups::Manager;
use super::install::{Act, Ecosystem, Export, Install, Place, Project, Reads};
use super::line::{Line, Operand, Takes};
use super::pip::{is_tool, system_or_env, uv_pip};
use super::selection::{MAIN, Selection, normal};
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

fn output(line: &Line, around: Around<'_>) -> Option<String> {
    line.values(&["output", "output-file", "o"]).last().flatten().and_then(|file| around.path(file))
}

fn setting(tool: &'static str, words: &[Operand], unset: bool) -> Option<Act> {
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
        _ => Place::Unknown,
    }
}

const UV: Takes = Takes {
    long: &[
        "directory",
        "project",
        "cache-dir",
        "config-file",
        "python",
        "color",
        "allow-insecure-host",
        "extra",
        "no-extra",
        "group",
        "no-group",
        "only-group",
        "package",
        "index",
        "default-index",
        "index-url",
        "extra-index-url",
        "index-strategy",
        "keyring-provider",
        "link-mode",
        "no-install-package",
        "resolution",
        "prerelease",
        "config-setting",
        "find-links",
        "no-build-package",
        "no-binary-package",
        "upgrade-package",
        "reinstall-package",
        "refresh-package",
        "exclude-newer",
        "python-preference",
        "python-platform",
        "format",
        "output-file",
        "output-format",
        "no-emit-package",
        "prune",
        "optional",
        "requirements",
        "constraints",
        "tag",
        "rev",
        "branch",
        "marker",
        "bounds",
        "no-build-isolation-package",
        "fork-strategy",
        "torch-backend",
    ],
    short: "pCfPorm",
};

/// Options of `uv run` with a value.
pub(super) const UV_RUN_VALUES: &[&str] = &[
    "--directory",
    "--project",
    "--python",
    "-p",
    "--extra",
    "--no-extra",
    "--group",
    "--no-group",
    "--only-group",
    "--package",
    "--with",
    "-w",
    "--with-editable",
    "--with-requirements",
    "--env-file",
    "--index",
    "--default-index",
    "--index-url",
    "-i",
    "--extra-index-url",
    "--link-mode",
    "--cache-dir",
    "--config-file",
    "--find-links",
    "-f",
    "--module",
    "-m",
];

/// `uv …` but for `uv run`.
pub(super) fn uv(args: &[Arg], around: Around<'_>) -> Option<Act> {
    let line = Line::read(args, UV);
    let manager = Manager::Uv;
    match line.first()? {
        "pip" => {
            // The words around `pip` are options of uv itself.
            let at = args.iter().position(|arg| arg.text.as_deref() == Some("pip"))?;
            uv_pip(args.get(at + 1..)?, around)
        }
        _ if line.has(&["dry-run", "help", "h", "check"]) => None,
        "sync" => Some(Act::Install(Box::new(uv_sync(&line, around)))),
        "add" => {
            let mut found = Install::of_manifest("uv", Ecosystem::Python, manager);
            found.selection = uv_selection(&line, around);
            found.place = uv_place(&line, around);
            if !line.has(&["requirements", "r"]) {
                found.reads = Reads::Named(line.rest().iter().map(Operand::shown).collect());
            }
            Some(Act::Install(Box::new(found)))
        }
        "export" => {
            let selection = uv_selection(&line, around);
            Some(Act::Export(Box::new(Export { tool: "uv", manager, selection, output: output(&line, around) })))
        }
        _ => None,
    }
}

/// What `uv run` brings first: it syncs the project's environment, unless told not to.
pub(super) fn uv_run(args: &[Arg], around: Around<'_>) -> Option<Act> {
    // Only the options before the command are uv's.
    let mut end = 1;
    while let Some(option) = args.get(end).and_then(|arg| arg.text.as_deref()).filter(|word| word.starts_with('-')) {
        end += 1 + usize::from(UV_RUN_VALUES.contains(&option));
    }
    let line = Line::read(args.get(..end.min(args.len()))?, UV);
    if line.has(&["no-sync", "no-project", "isolated"]) || around.is_set("UV_NO_SYNC") {
        return None;
    }
    Some(Act::Install(Box::new(Install { exact: false, implicit: true, ..uv_sync(&line, around) })))
}

fn uv_sync(line: &Line, around: Around<'_>) -> Install {
    let mut found = Install::of_manifest("uv", Ecosystem::Python, Manager::Uv);
    found.selection = uv_selection(line, around);
    let left = line.has(&["no-install-project", "no-install-workspace", "no-install-local"])
        || around.is_set("UV_NO_INSTALL_PROJECT");
    found.project = match line.has(&["no-editable"]) || around.is_set("UV_NO_EDITABLE") {
        _ if left => Project::Left,
        true => Project::Copied,
        false => Project::Linked,
    };
    found.place = uv_place(line, around);
    found.exact = !line.has(&["inexact"]);
    found
}

fn uv_selection(line: &Line, around: Around<'_>) -> Selection {
    let mut selection = Selection {
        only: line.listed(&["only-group"]),
        with: line.listed(&["group"]),
        without: line.listed(&["no-group"]),
        defaults: !(line.has(&["no-default-groups"]) || around.is_set("UV_NO_DEFAULT_GROUPS")),
        all: line.has(&["all-groups"]),
        extras: line.listed(&["extra"]),
        all_extras: line.has(&["all-extras"]),
        ..Selection::default()
    };
    if line.has(&["no-dev"]) || (around.is_set("UV_NO_DEV") && !line.has(&["dev"])) {
        selection.without.push("dev".to_owned());
    }
    if let Some(groups) = around.var("UV_NO_GROUP") {
        selection.without.extend(groups.split([' ', ',']).map(str::to_owned));
    }
    if line.has(&["only-dev"]) {
        selection.only.push("dev".to_owned());
    }
    if line.has(&["dev"]) {
        selection.with.push("dev".to_owned());
    }
    for option in ["only-group", "group", "no-group", "extra"] {
        if line.hides(&[option]) {
            selection.unseen.push(format!("--{option}"));
        }
    }
    selection.unseen.extend(line.unseen.iter().cloned());
    selection
}

fn uv_place(line: &Line, around: Around<'_>) -> Place {
    if line.has(&["active"]) || around.activated {
        return Place::Unknown;
    }
    let here = line.values(&["project", "directory"]).last().unwrap_or(Some("."));
    let environment = around.var("UV_PROJECT_ENVIRONMENT").unwrap_or(".venv");
    match here {
        Some(here) if !environment.starts_with('/') => around.place(&format!("{here}/{environment}")),
        Some(_) => around.place(environment),
        None => Place::Unknown,
    }
}

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
                false => Place::Unknown,
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
