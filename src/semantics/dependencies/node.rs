//! Node's package managers: npm, yarn, pnpm, bun.
//!
//! Rules: <https://docs.npmjs.com/cli/v11/commands/npm-ci>, <https://classic.yarnpkg.com/en/docs/cli/install>,
//! <https://yarnpkg.com/cli/workspaces/focus>, <https://pnpm.io/cli/install>, <https://bun.com/docs/pm/cli/install>.

use super::groups::Manager;
use super::install::{Act, Ecosystem, Install, Place, Reads};
use super::line::{Line, Operand, Takes};
use super::selection::Selection;
use super::tools::Around;
use crate::semantics::shell::Arg;

const TAKES: Takes = Takes {
    long: &[
        "prefix",
        "registry",
        "cache",
        "omit",
        "include",
        "only",
        "workspace",
        "loglevel",
        "cwd",
        "modules-folder",
        "filter",
        "dir",
        "network-timeout",
        "cache-folder",
        "mutex",
        "store-dir",
        "fetch-retries",
        "fetch-timeout",
        "network-concurrency",
        "reporter",
        "config",
        "install-strategy",
        "backend",
    ],
    short: "CwF",
};

/// Packages that bring package managers.
const TOOLS: &[&str] = &["npm", "yarn", "pnpm", "corepack", "bun", "n", "nvm", "node", "node-gyp"];

fn is_tool(package: &str) -> bool {
    let name = package.char_indices().skip(1).find(|(_, c)| *c == '@').and_then(|(at, _)| package.get(..at));
    TOOLS.contains(&name.unwrap_or(package))
}

/// `npm …`.
pub(super) fn npm(args: &[Arg], around: Around<'_>) -> Option<Act> {
    let line = Line::read(args, TAKES);
    let folder = line.values(&["prefix", "C"]).last();
    match line.first()? {
        "ci" | "clean-install" | "ic" | "install-clean" | "isntall-clean" | "cit" | "install-ci-test"
        | "clean-install-test" | "sit" => install("npm", &line, &[], npm_selection(&line, around), folder, around),
        "install" | "i" | "add" | "in" | "ins" | "inst" | "insta" | "instal" | "isnt" | "isnta" | "isntal"
        | "isntall" | "install-test" | "it" | "update" | "up" | "upgrade" => {
            install("npm", &line, line.rest(), npm_selection(&line, around), folder, around)
        }
        "prune" if npm_selection(&line, around).without.iter().any(|group| group == "dev") => {
            Some(Act::Prune(Ecosystem::Node))
        }
        _ => None,
    }
}

fn npm_selection(line: &Line, around: Around<'_>) -> Selection {
    let mut selection = seen(line);
    let omitted = |text: &str| text.split([',', ' ']).any(|word| word == "dev");
    // A flag goes before a variable of npm's own, and that before NODE_ENV.
    let production = line
        .values(&["production"])
        .last()
        .map_or(line.has(&["production", "prod"]), |value| value.is_none_or(|value| value != "false"));
    let drops = line.listed(&["omit"]).iter().any(|word| word == "dev")
        || line.listed(&["only"]).iter().any(|word| matches!(word.as_str(), "prod" | "production"))
        || line.has(&["no-dev"])
        || production
        || ["NPM_CONFIG_OMIT", "npm_config_omit"].iter().any(|name| around.var(name).is_some_and(omitted))
        || ["NPM_CONFIG_PRODUCTION", "npm_config_production"].iter().any(|name| around.is_set(name))
        || around.var("NODE_ENV") == Some("production");
    let keeps = line.listed(&["include"]).iter().any(|word| word == "dev") || line.has(&["dev"]);
    if drops && !keeps {
        selection.without.push("dev".to_owned());
    }
    selection
}

fn seen(line: &Line) -> Selection {
    let mut selection = Selection::default();
    for option in ["omit", "only", "include", "production", "prod"] {
        if line.hides(&[option]) {
            selection.unseen.push(format!("--{option}"));
        }
    }
    selection.unseen.extend(line.unseen.iter().cloned());
    selection
}

fn install(
    tool: &'static str,
    line: &Line,
    packages: &[Operand],
    selection: Selection,
    folder: Option<Option<&str>>,
    around: Around<'_>,
) -> Option<Act> {
    if line.has(&["dry-run", "help", "h", "package-lock-only", "lockfile-only"]) {
        return None;
    }
    let global = line.has(&["g", "global"]) || line.values(&["location"]).flatten().any(|place| place == "global");
    let named: Vec<String> = packages.iter().map(Operand::shown).filter(|name| !is_tool(name)).collect();
    if named.is_empty() && (!packages.is_empty() || global) {
        return None;
    }
    let mut found = Install::of_manifest(tool, Ecosystem::Node, Manager::Node);
    found.selection = if named.is_empty() { selection } else { Selection::main() };
    found.exact = named.is_empty();
    if !named.is_empty() && !named.iter().all(|name| name == ".") {
        found.reads = Reads::Named(named);
    }
    found.place = match folder {
        _ if global => Place::Unknown,
        Some(None) => Place::Unknown,
        Some(Some(folder)) => modules(folder, around),
        None => modules(".", around),
    };
    Some(Act::Install(Box::new(found)))
}

/// What a project's installs write to.
fn modules(folder: &str, around: Around<'_>) -> Place {
    let names = ["node_modules", ".yarn", ".pnp.cjs", ".pnp.js", ".pnp.loader.mjs"];
    let paths = names.map(|name| format!("{folder}/{name}"));
    around.places(&paths.each_ref().map(String::as_str))
}

/// `yarn …`, classic and berry.
pub(super) fn yarn(args: &[Arg], around: Around<'_>) -> Option<Act> {
    let line = Line::read(args, TAKES);
    let folder = line.values(&["cwd"]).last();
    match line.first() {
        None if line.has(&["version", "v"]) => None,
        None | Some("install") => {
            let mut selection = seen(&line);
            let flag = line.options.iter().rev().find(|o| matches!(o.name.as_str(), "production" | "prod"));
            let production = match flag.map(|option| &option.value) {
                Some(Some(Some(value))) => value != "false",
                Some(_) => true,
                None => around.var("NODE_ENV") == Some("production"),
            };
            if production {
                selection.without.push("dev".to_owned());
            }
            install("yarn", &line, &[], selection, folder, around)
        }
        Some("add") => install("yarn", &line, line.rest(), Selection::main(), folder, around),
        Some("global") if line.rest().first().and_then(|o| o.text.as_deref()) == Some("add") => {
            install("yarn", &line, line.rest().get(1..)?, Selection::main(), Some(None), around)
        }
        Some("workspaces") if line.rest().first().and_then(|o| o.text.as_deref()) == Some("focus") => {
            let mut selection = seen(&line);
            if line.has(&["production"]) {
                selection.without.push("dev".to_owned());
            }
            install("yarn", &line, &[], selection, folder, around)
        }
        _ => None,
    }
}

/// `pnpm …`.
pub(super) fn pnpm(args: &[Arg], around: Around<'_>) -> Option<Act> {
    let line = Line::read(args, TAKES);
    let folder = line.values(&["dir", "C"]).last();
    let mut selection = seen(&line);
    let production = line.has(&["prod", "production", "P"]) || around.var("NODE_ENV") == Some("production");
    if (production && !line.has(&["dev", "D"])) || line.has(&["no-dev"]) {
        selection.without.push("dev".to_owned());
    }
    match line.first()? {
        "install" | "i" | "fetch" | "deploy" | "ci" | "install-test" | "it" => {
            install("pnpm", &line, &[], selection, folder, around)
        }
        "add" => install("pnpm", &line, line.rest(), Selection::main(), folder, around),
        "prune" if production => Some(Act::Prune(Ecosystem::Node)),
        _ => None,
    }
}

/// `bun …`.
pub(super) fn bun(args: &[Arg], around: Around<'_>) -> Option<Act> {
    let line = Line::read(args, TAKES);
    let folder = line.values(&["cwd"]).last();
    let mut selection = seen(&line);
    if line.has(&["production", "p", "prod"]) || line.listed(&["omit"]).iter().any(|word| word == "dev") {
        selection.without.push("dev".to_owned());
    }
    match line.first()? {
        "install" | "i" | "ci" => install("bun", &line, line.rest(), selection, folder, around),
        "add" | "a" => install("bun", &line, line.rest(), Selection::main(), folder, around),
        _ => None,
    }
}
