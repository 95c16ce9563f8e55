//! uv, but for `uv pip`.
//!
//! Rules: <https://docs.astral.sh/uv/reference/cli/>.

use super::groups::Manager;
use super::install::{Act, Ecosystem, Export, Install, Place, Project, Reads};
use super::line::{Line, Operand, Takes};
use super::pip::uv_pip;
use super::poetry::output;
use super::selection::Selection;
use super::tools::Around;
use crate::semantics::shell::Arg;

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
