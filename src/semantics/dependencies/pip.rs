//! pip, as such and as `uv pip`.
//!
//! Rules: <https://pip.pypa.io/en/stable/cli/pip_install/>, <https://docs.astral.sh/uv/pip/compatibility/>.

use super::groups::Manager;
use super::install::{Act, Ecosystem, Install, Place, Project, Reads};
use super::line::{Line, Operand, Takes};
use super::selection::{Selection, normal};
use super::tools::Around;
use crate::semantics::shell::Arg;

const TAKES: Takes = Takes {
    long: &[
        "requirement",
        "requirements",
        "constraint",
        "constraints",
        "override",
        "overrides",
        "editable",
        "target",
        "platform",
        "python-platform",
        "python-version",
        "implementation",
        "abi",
        "root",
        "prefix",
        "build",
        "build-constraint",
        "src",
        "upgrade-strategy",
        "upgrade-package",
        "reinstall-package",
        "install-option",
        "global-option",
        "config-settings",
        "config-setting",
        "no-binary",
        "only-binary",
        "no-build-isolation-package",
        "progress-bar",
        "root-user-action",
        "report",
        "group",
        "index",
        "index-url",
        "default-index",
        "extra-index-url",
        "index-strategy",
        "find-links",
        "log",
        "proxy",
        "retries",
        "timeout",
        "exists-action",
        "trusted-host",
        "allow-insecure-host",
        "cert",
        "client-cert",
        "cache-dir",
        "use-feature",
        "use-deprecated",
        "python",
        "wheel-dir",
        "dest",
        "keyring-provider",
        "resume-retries",
        "extra",
        "resolution",
        "prerelease",
        "link-mode",
        "exclude-newer",
        "refresh-package",
        "directory",
        "project",
        "config-file",
        "color",
        "torch-backend",
    ],
    short: "rcetbCifwdpP",
};

/// Packages that bring tools for handling packages, never a project's own dependencies.
const TOOLS: &[&str] = &[
    "poetry",
    "poetry-core",
    "poetry-dynamic-versioning",
    "uv",
    "pip",
    "pip-tools",
    "pipx",
    "pipenv",
    "pdm",
    "pdm-backend",
    "hatch",
    "hatchling",
    "hatch-vcs",
    "flit",
    "flit-core",
    "setuptools",
    "setuptools-scm",
    "setuptools-rust",
    "wheel",
    "build",
    "virtualenv",
    "twine",
    "tox",
    "tox-uv",
    "nox",
    "rye",
    "conda",
    "conda-lock",
    "maturin",
    "scikit-build-core",
    "meson-python",
    "ensurepip",
    "distribute",
    "keyring",
    "crcmod",
];

/// Whether a package is a tool for handling packages, not a dependency of a project.
pub(super) fn is_tool(name: &str) -> bool {
    TOOLS.contains(&name) || name.starts_with("poetry-plugin-") || name.starts_with("keyrings-")
}

/// What stands on pip's command line to be installed.
enum Item {
    /// A package by name.
    Named(String),
    /// A tool for handling packages.
    Tool,
    /// A project of its own: a folder, an archive of its source, a repository.
    Project(Vec<String>),
    /// A built wheel at a path.
    Wheel(Option<String>),
}

/// `pip …` (`path`: as it was called, or its interpreter).
pub(super) fn pip(path: &str, args: &[Arg], around: Around<'_>) -> Option<Act> {
    let line = Line::read(args, TAKES);
    let index = around.is_set("PIP_NO_INDEX")
        || around.setting("pip", "no-index", "").is_some_and(|v| super::tools::is_yes(&v));
    let links = around.setting("pip", "find-links", "PIP_FIND_LINKS");
    match line.first()? {
        "install" => install("pip", &line, place(path, &line, around), index, links, around),
        "wheel" => prepares(&line, &["wheel-dir", "w"], around),
        "download" => prepares(&line, &["dest", "d"], around),
        "config" => setting(&line),
        _ => None,
    }
}

/// `uv pip …`.
pub(super) fn uv_pip(args: &[Arg], around: Around<'_>) -> Option<Act> {
    let line = Line::read(args, TAKES);
    let index = around.is_set("UV_NO_INDEX") || around.is_set("UV_OFFLINE") || line.has(&["offline"]);
    let links = around.var("UV_FIND_LINKS").map(str::to_owned);
    let place = uv_place(&line, around);
    match line.first()? {
        "install" => install("uv", &line, place, index, links, around),
        "sync" => {
            let files = line.rest().iter().map(Operand::shown).collect();
            Some(Act::Install(Box::new(Install { place, exact: true, ..of_files("uv", files) })))
        }
        _ => None,
    }
}

/// `pip-sync [FILE…]` (pip-tools).
pub(super) fn pip_sync(path: &str, args: &[Arg], around: Around<'_>) -> Option<Act> {
    let line = Line::read(args, TAKES);
    let mut files: Vec<String> = line.operands.iter().map(Operand::shown).collect();
    if files.is_empty() {
        files.push("requirements.txt".to_owned());
    }
    let place = place(path, &line, around);
    Some(Act::Install(Box::new(Install { place, exact: true, ..of_files("pip", files) })))
}

fn of_files(tool: &'static str, files: Vec<String>) -> Install {
    let selection = Selection { files: files.clone(), ..Selection::main() };
    Install { reads: Reads::Files(files), selection, ..Install::of_manifest(tool, Ecosystem::Python, Manager::Asked) }
}

/// `pip config set global.no-index true`.
fn setting(line: &Line) -> Option<Act> {
    let words: Vec<&str> = line.rest().iter().filter_map(|operand| operand.text.as_deref()).collect();
    match words.as_slice() {
        ["set", key, value] => {
            let key = key.rsplit('.').next().unwrap_or(key);
            Some(Act::Setting("pip", key.to_owned(), (*value).to_owned()))
        }
        _ => None,
    }
}

/// `pip wheel`, `pip download`: packages made ready in a folder.
fn prepares(line: &Line, folder: &[&str], around: Around<'_>) -> Option<Act> {
    let Some(Act::Install(mut found)) = install("pip", line, Place::Unknown, false, None, around) else { return None };
    found.place = match line.values(folder).last() {
        Some(Some(folder)) => around.place(folder),
        Some(None) => Place::Unknown,
        None => around.var("PIP_WHEEL_DIR").map_or_else(|| around.place("."), |folder| around.place(folder)),
    };
    found.prepares = true;
    Some(Act::Install(found))
}

fn install(
    tool: &'static str,
    line: &Line,
    place: Place,
    no_index: bool,
    links: Option<String>,
    around: Around<'_>,
) -> Option<Act> {
    if line.has(&["dry-run", "help", "h"]) {
        return None;
    }
    let items: Vec<Item> = line.rest().iter().filter_map(item).collect();
    let editable: Vec<Item> = line.values(&["editable", "e"]).map(editable).collect();
    let mut found = Install::of_manifest(tool, Ecosystem::Python, Manager::Asked);
    found.place = place;
    found.selection = selection(line, items.iter().chain(&editable));
    found.project = if !editable.is_empty() {
        Project::Linked
    } else if items.iter().any(|item| matches!(item, Item::Project(_)) || is_built(item)) {
        Project::Copied
    } else {
        Project::Left
    };
    // `-r pyproject.toml` (uv) reads the project's manifest.
    let files: Vec<String> = line
        .values(&["requirement", "requirements", "r"])
        .map(|file| file.unwrap_or("$").to_owned())
        .chain(around.var("PIP_REQUIREMENT").map(str::to_owned))
        .collect();
    let named: Vec<String> = items
        .iter()
        .filter_map(|item| match item {
            Item::Named(name) => Some(name.clone()),
            _ => None,
        })
        .collect();
    if no_index || line.has(&["no-index"]) {
        found.selection.files = files;
        found.fetches = false;
        found.reads = Reads::Wheels(wheels(line, &items, links, around));
    } else if !files.is_empty() {
        found.selection.files.clone_from(&files);
        found.reads = Reads::Files(files);
    } else if line.has(&["group"]) || !editable.is_empty() || items.iter().any(|i| matches!(i, Item::Project(_))) {
        if line.has(&["no-deps"]) {
            return Some(Act::Project(found.project, found.place));
        }
    } else if items.iter().any(|item| matches!(item, Item::Wheel(_))) {
        found.reads = Reads::Wheels(wheels(line, &items, None, around));
        // Without their dependencies nothing is fetched.
        found.fetches = !line.has(&["no-deps"]);
    } else if !named.is_empty() {
        found.reads = Reads::Named(named);
    } else if line.unseen.is_empty() {
        return None;
    } else {
        found.reads = Reads::Named(line.unseen.clone());
    }
    Some(Act::Install(Box::new(found)))
}

/// Whether it is a wheel that the project was built to: it lies in a folder `dist`.
fn is_built(item: &Item) -> bool {
    matches!(item, Item::Wheel(Some(path)) if path.split('/').rev().skip(1).any(|folder| folder == "dist"))
}

/// The folders and files that hold the wheels of an install without an index.
fn wheels(line: &Line, items: &[Item], links: Option<String>, around: Around<'_>) -> Vec<Option<String>> {
    let folders = line.values(&["find-links", "f"]).map(|folder| folder.and_then(|folder| around.path(local(folder))));
    let configured = links
        .into_iter()
        .flat_map(|links| links.split_whitespace().map(|folder| around.path(local(folder))).collect::<Vec<_>>());
    let paths = items.iter().filter_map(|item| match item {
        Item::Wheel(path) => Some(path.as_deref().and_then(|path| around.path(path))),
        _ => None,
    });
    folders.chain(configured).chain(paths).collect()
}

fn local(folder: &str) -> &str {
    folder.strip_prefix("file://").unwrap_or(folder)
}

fn selection<'i>(line: &Line, items: impl Iterator<Item = &'i Item>) -> Selection {
    let mut selection = Selection::main();
    selection.extras = line.listed(&["extra"]);
    selection.all_extras = line.has(&["all-extras"]);
    for item in items {
        if let Item::Project(extras) = item {
            selection.extras.extend(extras.iter().cloned());
        }
    }
    // `--group [PATH:]NAME`: groups come only by name, so each counts as asked for.
    let groups: Vec<String> =
        line.values(&["group"]).flatten().map(|group| group.rsplit(':').next().unwrap_or(group).to_owned()).collect();
    if !groups.is_empty() {
        selection.only.clear();
        selection.defaults = false;
        selection.with = groups;
    }
    if line.hides(&["group", "extra", "requirement", "r", "editable", "e"]) {
        selection.unseen.push("an option's value".to_owned());
    }
    selection.unseen.extend(line.unseen.iter().cloned());
    selection
}

fn editable(value: Option<&str>) -> Item {
    Item::Project(value.map(extras).unwrap_or_default())
}

/// The extras of `.[dev,test]`.
fn extras(text: &str) -> Vec<String> {
    let Some((_, rest)) = text.split_once('[') else { return Vec::new() };
    let inside = rest.split(']').next().unwrap_or_default();
    inside.split(',').map(|extra| extra.trim().to_owned()).filter(|extra| !extra.is_empty()).collect()
}

fn item(operand: &Operand) -> Option<Item> {
    let text = operand.text.as_deref().unwrap_or(&operand.raw);
    let path = text.split('[').next().unwrap_or(text);
    let archive = [".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar"].iter().any(|end| path.ends_with(end));
    if text.is_empty() {
        return None;
    }
    if path.ends_with(".whl") && !text.contains("://") {
        return Some(Item::Wheel(operand.text.clone()));
    }
    if text.contains("://") || text.contains(" @ ") {
        let name = text.split(" @ ").next().unwrap_or(text);
        return Some(if is_tool(&package(name)) { Item::Tool } else { Item::Named(name.trim().to_owned()) });
    }
    let is_path = path.starts_with(['.', '/', '~', '*']) || (path.contains('/') && !path.contains(['=', '<', '>']));
    if is_path && text.contains('*') {
        return Some(Item::Wheel(operand.text.clone()));
    }
    if is_path || archive {
        return Some(Item::Project(extras(text)));
    }
    if operand.text.is_none() && text.starts_with(['$', '`']) {
        // `"$PACKAGE"`, `$DIR/…`: it could be anything.
        return Some(Item::Named(text.to_owned()));
    }
    let name = package(text);
    Some(if is_tool(&name) { Item::Tool } else { Item::Named(name) })
}

/// The normal name of the package that a requirement begins with: `poetry` of `poetry[x]==1.8.*`, of
/// `poetry$VERSION` and of `Poetry >= 1`.
fn package(text: &str) -> String {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    normal(text.get(..end).unwrap_or_default())
}

/// Folders below which a system's own Python keeps packages.
const SYSTEM: [&str; 3] = ["/usr/local", "/usr/lib", "/usr/bin"];

/// Where pip installs: by its options, its own path, the environment.
fn place(path: &str, line: &Line, around: Around<'_>) -> Place {
    if let Some(folder) = line.values(&["target", "t", "prefix", "root"]).last() {
        return folder.map_or(Place::Unknown, |folder| around.place(folder));
    }
    let elsewhere = ["PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"].iter().find_map(|name| around.var(name));
    if let Some(folder) = elsewhere {
        return around.place(folder);
    }
    if line.has(&["python"]) || around.activated {
        return Place::Unknown;
    }
    if line.has(&["user"]) || around.is_set("PIP_USER") {
        return at_home(around, around.var("PYTHONUSERBASE"), &[]);
    }
    if let Some(bin) = path.rsplit_once('/').map(|(folder, _)| folder)
        && let Some(home) = bin.strip_suffix("/bin")
    {
        return match around.place(home) {
            Place::In(homes) => homes.first().map_or(Place::Unknown, |home| system_or(home)),
            Place::Unknown => Place::Unknown,
        };
    }
    system_or_env(around)
}

/// Below a user's home, in a folder that a variable names, or in one of `others`.
pub(super) fn at_home(around: Around<'_>, named: Option<&str>, others: &[&str]) -> Place {
    let homes = ["/root", "/home", around.var("HOME").unwrap_or("/root"), named.unwrap_or("/root")];
    let homes: Vec<&str> = homes.into_iter().chain(others.iter().copied()).collect();
    around.places(&homes)
}

/// Where a system's Python installs, unless variables say that an environment is on.
pub(super) fn system_or_env(around: Around<'_>) -> Place {
    if let Some(home) = around.var("VIRTUAL_ENV") {
        return around.place(home);
    }
    if around.activated {
        return Place::Unknown;
    }
    match around.var("PATH").and_then(|path| path.split(':').next()) {
        // The first folder of PATH may be an environment's, or a tool's own.
        Some(first) if !matches!(first, "/usr/local/bin" | "/usr/local/sbin" | "/usr/bin") => {
            let home = first.strip_suffix("/bin").unwrap_or(first);
            let mut places = vec![home.to_owned()];
            places.extend(SYSTEM.map(str::to_owned));
            Place::In(places)
        }
        _ => Place::In(SYSTEM.map(str::to_owned).to_vec()),
    }
}

fn system_or(home: &str) -> Place {
    if matches!(home, "/usr" | "/usr/local" | "/") {
        Place::In(SYSTEM.map(str::to_owned).to_vec())
    } else {
        Place::In(vec![home.to_owned()])
    }
}

fn uv_place(line: &Line, around: Around<'_>) -> Place {
    if let Some(folder) = line.values(&["target", "t", "prefix"]).last() {
        return folder.map_or(Place::Unknown, |folder| around.place(folder));
    }
    if line.has(&["python", "p"]) || around.var("UV_PYTHON").is_some() {
        return Place::Unknown;
    }
    if line.has(&["system"]) || around.is_set("UV_SYSTEM_PYTHON") {
        return Place::In(SYSTEM.map(str::to_owned).to_vec());
    }
    match around.var("VIRTUAL_ENV") {
        Some(home) => around.place(home),
        None if around.activated => Place::Unknown,
        // uv looks for `.venv` here and in the folders above; any may hold it.
        None => Place::Unknown,
    }
}
