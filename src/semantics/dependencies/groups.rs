//! The groups of dependencies that a manifest names.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::selection::normal;

/// The groups of a project beside its main one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Groups {
    /// Those that an install brings by itself.
    pub default: Vec<String>,
    /// Those that it brings only when asked.
    pub optional: Vec<String>,
    /// Extras (`[project.optional-dependencies]`, `[tool.poetry.extras]`).
    pub extras: Vec<String>,
}

/// Whose rules say which groups come by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Manager {
    /// <https://python-poetry.org/docs/managing-dependencies/#dependency-groups>
    Poetry,
    /// <https://docs.astral.sh/uv/concepts/projects/dependencies/#default-groups>
    Uv,
    /// <https://pdm-project.org/latest/usage/dependency/#select-a-subset-of-dependency-groups-to-install>
    Pdm,
    /// `devDependencies` of package.json.
    Node,
    /// Composer's `require-dev`.
    Composer,
    /// Bundler's groups; a Gemfile is a program and is not read.
    Bundler,
    /// Nothing but what is asked for by name (pip, pipenv).
    Asked,
}

impl Groups {
    /// What is assumed when there is no manifest to read.
    pub fn assumed(manager: Manager) -> Self {
        let default: &[&str] = match manager {
            Manager::Poetry | Manager::Pdm => &["dev", "test"],
            Manager::Uv | Manager::Node | Manager::Composer => &["dev"],
            Manager::Bundler => &["development", "test"],
            Manager::Asked => &[],
        };
        Self { default: default.iter().map(|name| (*name).to_owned()).collect(), ..Self::default() }
    }

    /// The manifest that names the groups, as a file name; `None` when none is read.
    pub fn manifest(manager: Manager) -> Option<&'static str> {
        match manager {
            Manager::Poetry | Manager::Uv | Manager::Pdm => Some("pyproject.toml"),
            Manager::Asked => Some("pyproject.toml"),
            Manager::Node => Some("package.json"),
            Manager::Composer => Some("composer.json"),
            Manager::Bundler => None,
        }
    }

    /// Reads a manifest's groups.
    ///
    /// # Errors
    /// Why it cannot be read, a lower-case fragment.
    pub fn read(manager: Manager, text: &str) -> Result<Self, String> {
        match manager {
            Manager::Poetry | Manager::Uv | Manager::Pdm | Manager::Asked => {
                let table = text.parse::<Table>().map_err(|error| format!("it is no TOML: {}", error.message()))?;
                Ok(of_pyproject(manager, &table))
            }
            Manager::Node => of_json(text, "devDependencies"),
            Manager::Composer => of_json(text, "require-dev"),
            Manager::Bundler => Ok(Self::assumed(manager)),
        }
    }
}

fn of_json(text: &str, key: &str) -> Result<Groups, String> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let some = value.get(key).and_then(|packages| packages.as_object()).is_some_and(|packages| !packages.is_empty());
    Ok(Groups { default: some.then(|| "dev".to_owned()).into_iter().collect(), ..Groups::default() })
}

/// The value at a path of keys.
fn at<'t>(table: &'t Table, path: &[&str]) -> Option<&'t Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(*key))
}

fn tables<'t>(table: &'t Table, path: &[&str]) -> impl Iterator<Item = (&'t String, &'t Value)> {
    at(table, path).and_then(Value::as_table).into_iter().flatten()
}

fn has_entries(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Table(table)) => !table.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        _ => false,
    }
}

fn of_pyproject(manager: Manager, table: &Table) -> Groups {
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut optional: BTreeSet<String> = BTreeSet::new();
    // PEP 735; poetry reads them from 2.2 on, and one group may stand in both tables.
    for (name, packages) in tables(table, &["dependency-groups"]) {
        if has_entries(Some(packages)) {
            names.insert(normal(name));
        }
    }
    match manager {
        Manager::Poetry => {
            for (name, group) in tables(table, &["tool", "poetry", "group"]) {
                if has_entries(group.get("dependencies")) || has_entries(group.get("include-groups")) {
                    names.insert(normal(name));
                }
                if group.get("optional").and_then(Value::as_bool) == Some(true) {
                    optional.insert(normal(name));
                }
            }
            if has_entries(at(table, &["tool", "poetry", "dev-dependencies"])) {
                names.insert("dev".to_owned());
            }
        }
        Manager::Pdm => {
            for (name, packages) in tables(table, &["tool", "pdm", "dev-dependencies"]) {
                if has_entries(Some(packages)) {
                    names.insert(normal(name));
                }
            }
        }
        Manager::Uv => {
            if has_entries(at(table, &["tool", "uv", "dev-dependencies"])) {
                names.insert("dev".to_owned());
            }
            optional = optional_of_uv(table, &names);
        }
        _ => optional = names.clone(),
    }
    names.remove(super::selection::MAIN);
    let extras = tables(table, &["project", "optional-dependencies"])
        .chain(tables(table, &["tool", "poetry", "extras"]))
        .filter(|(_, packages)| has_entries(Some(packages)))
        .map(|(name, _)| normal(name))
        .collect::<BTreeSet<_>>();
    let (optional, default) = names.into_iter().partition(|name| optional.contains(name));
    Groups { default, optional, extras: extras.into_iter().collect() }
}

/// uv brings `tool.uv.default-groups` by itself: `dev` when it is not written, all with `"all"`.
fn optional_of_uv(table: &Table, names: &BTreeSet<String>) -> BTreeSet<String> {
    let default: Vec<String> = match at(table, &["tool", "uv", "default-groups"]) {
        Some(Value::String(all)) if all == "all" => return BTreeSet::new(),
        Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).map(normal).collect(),
        _ => vec!["dev".to_owned()],
    };
    names.iter().filter(|name| !default.contains(name)).cloned().collect()
}
