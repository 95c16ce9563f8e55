//! `runtime_dependencies`: what the final image gets of the project's dependencies.

use crate::checks::layers::{at_event, each_build, from_of, open_base, why_uncertain};
use crate::checks::{Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, TreeCheck, at};
use crate::semantics::dependencies::{
    Brought, Compiler, Event, Fill, Groups, Installed, Known, Layers, Reads, What, compilers,
};
use crate::semantics::files::Files;
use crate::semantics::image::{CopyFrom, Place};

/// The kind.
pub const KIND: Kind = Kind {
    name: "runtime_dependencies",
    summary: "the final image gets runtime dependencies only, and no compiler",
    doc: DOC,
    example: "check = { runtime_dependencies = { files = \"Dockerfile.prod\" } }",
    fields: &[Field { name: "files", takes: FieldType::Files, required: true, doc: "the Dockerfiles" }],
    compile,
};

const DOC: &str = "\
Each file by itself. What fills the final image are the installs of the final stage, of the stages it is built FROM, \
and of the stages that a COPY --from takes what they installed from. Holds when there is one, and each leaves out \
every non-main, non-optional group:

* poetry: `--only main`, `--without` each group, `--no-dev`; groups are read from pyproject.toml \
(`[tool.poetry.group.*]`, `[dependency-groups]`, `[tool.poetry.dev-dependencies]`; `optional = true` and empty ones \
do not come by themselves);
* uv: `--no-dev`, `--no-default-groups`, `--only-group`, `UV_NO_DEV`, after `[tool.uv] default-groups`; pdm: `--prod`, \
`--without`; pipenv and pip bring what is asked for;
* npm, yarn, pnpm, bun, composer, bundle: `--omit=dev`, `--production`, `NODE_ENV`, `--no-dev`, `BUNDLE_WITHOUT` and \
so on; `npm prune --omit=dev` after the install.

Without the manifest the groups are taken to be dev and test. A group or extra asked for by name counts when its name \
says development (`dev`, `test`, `lint`, `docs`, …), so does a requirements file of such a name, and pytest, black, \
debugpy and the like by name. What the main group lists is taken as runtime. An export (`poetry export`, `uv \
export`) stands for the file that it writes. `poetry sync`, `uv sync`, `npm ci` make earlier ones of theirs moot.

It fails also when a compiler (gcc, g++, build-essential, build-base, clang, rustc, go, …) is installed in the final \
stage or one that it is built FROM, and not removed again.

Unknown: the groups of an install cannot be seen (a variable without a value, a manifest that cannot be read), it \
stands under a condition, or nothing is found and a command that cannot be read may hide it.";

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(RuntimeDependencies { files: args.files("files") })))
}

struct RuntimeDependencies {
    files: FileSet,
}

impl TreeCheck for RuntimeDependencies {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_build(files, &self.files, &mut outcome, self, |_, files, layers, outcome| {
            let fill = Fill::of(layers);
            for installed in &fill.installs {
                install(files, layers, *installed, outcome);
            }
            // `uv run` alone fills nothing that was not filled on purpose.
            if !fill.installs.iter().any(|installed| !installed.install.implicit) {
                nothing(layers, &fill, outcome);
            } else if !fill.installs.iter().any(|i| i.acts.is_certain() && !i.install.implicit)
                && let Some(first) = fill.installs.first()
            {
                let message = format!("`{}` {}", first.acts.shown, why_uncertain(*first));
                outcome.doubt(Reason::Unresolved, at_event(Finding::note(message), first.event));
            }
            no_compiler(layers, files, outcome);
        });
        outcome
    }
}

/// Packages that are tools for developing, by name.
fn is_for_development(package: &str) -> bool {
    let name = package.split(['[', '=', '<', '>', '~', '!', ' ', '@']).next().unwrap_or(package).to_lowercase();
    let known = [
        "black",
        "ruff",
        "mypy",
        "flake8",
        "pylint",
        "isort",
        "coverage",
        "ipdb",
        "ipython",
        "debugpy",
        "bandit",
        "pre-commit",
        "jupyter",
        "jupyterlab",
        "notebook",
        "sphinx",
        "mkdocs",
        "hypothesis",
        "faker",
        "factory-boy",
        "jest",
        "eslint",
        "prettier",
        "nodemon",
        "vitest",
        "mocha",
    ];
    known.contains(&name.as_str()) || name == "pytest" || name.starts_with("pytest-") || name.starts_with("types-")
}

fn install(files: &Files<'_>, layers: &Layers<'_>, installed: Installed<'_>, outcome: &mut Outcome) {
    if let Reads::Named(names) = &installed.install.reads {
        return named(installed, names, outcome);
    }
    let export = layers.export_of(installed);
    let own = &installed.install.selection;
    let (manager, selection, shown) = match export {
        Some(export) => {
            let shown = format!("`{}` (a list by `{} export`)", installed.acts.shown, export.tool);
            (export.manager, &export.selection, shown)
        }
        None => (installed.install.manager, own, format!("`{}`", installed.acts.shown)),
    };
    if installed.pruned {
        let message = format!("{shown}, of which a later prune leaves runtime dependencies only");
        return outcome.push(at_event(Finding::proof(message), installed.event));
    }
    let (groups, from) = match layers.groups(files, installed, manager) {
        Known::Read(groups, path) => (groups, format!(" ({})", path.shown().raw())),
        Known::Unreadable(path, error) if !selection.needs_no_groups() || !selection.unseen.is_empty() => {
            return outcome.unread(&path, &error);
        }
        Known::Unreadable(..) => (Groups::assumed(manager), String::new()),
        Known::Assumed(groups) => (groups, String::new()),
    };
    let mut beyond = selection.beyond_main(&groups);
    if let Some(export) = export {
        // Files beside the exported one.
        let others = own.beyond_main(&Groups::default()).into_iter();
        beyond.extend(others.filter(|file| export.output.as_deref().is_none_or(|output| !output.ends_with(file))));
    }
    let at_it = |finding: Finding| at_event(finding, installed.event);
    if let Some(unseen) = selection.unseen.first() {
        let message = format!("{shown}: which groups it brings hides in {unseen}");
        outcome.doubt(Reason::Unresolved, at_it(Finding::note(message)));
    } else if beyond.is_empty() {
        let what = match groups.default.is_empty() {
            true => "brings no group but the main one".to_owned(),
            false => format!("leaves out {}", some(&groups.default)),
        };
        outcome.push(at_it(Finding::proof(format!("{shown} {what}{from}"))));
    } else if installed.acts.conditional {
        let message = format!("{shown}, which brings {}, {}", some(&beyond), why_uncertain(installed));
        outcome.doubt(Reason::Unresolved, at_it(Finding::note(message)));
    } else {
        let message = format!("{shown} brings {} to the final image{from}", some(&beyond));
        outcome.push(at_it(Finding::fault(message)).help(help(installed, &beyond)));
    }
}

/// Names shown of a list.
const SHOWN: usize = 8;

fn some(names: &[String]) -> String {
    let shown = names.get(..names.len().min(SHOWN)).unwrap_or_default().join(", ");
    match names.len().checked_sub(SHOWN) {
        Some(more @ 1..) => format!("{shown} and {more} more"),
        _ => shown,
    }
}

fn named(installed: Installed<'_>, names: &[String], outcome: &mut Outcome) {
    let shown = &installed.acts.shown;
    let tools: Vec<&str> = names.iter().map(String::as_str).filter(|name| is_for_development(name)).collect();
    if tools.is_empty() {
        let message = format!("`{shown}` brings packages by name");
        outcome.push(at_event(Finding::proof(message), installed.event));
    } else if installed.acts.conditional {
        let message = format!("`{shown}`, which brings {}, only runs under a condition", tools.join(", "));
        outcome.doubt(Reason::Unresolved, at_event(Finding::note(message), installed.event));
    } else {
        let message = format!("`{shown}` brings {}, for development, to the final image", tools.join(", "));
        let help = "install it in a stage that the final one does not take from";
        outcome.push(at_event(Finding::fault(message), installed.event).help(help));
    }
}

fn help(installed: Installed<'_>, beyond: &[String]) -> String {
    let groups: Vec<&str> = beyond.iter().filter_map(|name| name.strip_prefix("group ")).collect();
    match installed.install.tool {
        "poetry" => "add `--only main`, or `--without` with each of them".to_owned(),
        "uv" if groups == ["dev"] => "add `--no-dev`".to_owned(),
        "uv" => "add `--no-default-groups`".to_owned(),
        "pdm" => "add `--prod`".to_owned(),
        "npm" | "bun" => "add `--omit=dev`".to_owned(),
        "yarn" | "pnpm" => "add `--production`".to_owned(),
        "composer" => "add `--no-dev`".to_owned(),
        "bundle" => format!("set BUNDLE_WITHOUT=\"{}\"", groups.join(":")),
        _ => "leave them out of what the final image gets".to_owned(),
    }
}

fn nothing(layers: &Layers<'_>, fill: &Fill<'_>, outcome: &mut Outcome) {
    let last = layers.last();
    let unclear = layers.of_chain(last).find(|event| {
        event.brings().is_some_and(|brings| {
            matches!(brings.from, CopyFrom::Unresolved(_))
                || brings.from != CopyFrom::Context && brings.items.iter().any(|i| i.what == Brought::Unresolved)
        })
    });
    if let Some(event) = unclear {
        let message = "a variable without a value hides what is copied from which stage";
        return outcome.doubt(Reason::Unresolved, at_event(Finding::note(message), event));
    }
    if let Some((event, what)) = fill.hidden.iter().find_map(|event| hidden(event)) {
        let message = format!("an install may hide here: {what}");
        return outcome.doubt(Reason::Unresolved, at_event(Finding::note(message), event));
    }
    if open_base(layers, "hold dependencies", outcome) {
        return;
    }
    let (message, help) = match fill.missed.first() {
        Some(missed) => (
            format!(
                "nothing that the final stage copies from {} holds what `{}` installs",
                layers.name(missed.event.stage),
                missed.acts.shown
            ),
            "copy the environment that it installs into with COPY --from",
        ),
        None => (
            "no install of dependencies fills the final image".to_owned(),
            "install them in a build stage, and copy the environment with COPY --from",
        ),
    };
    outcome.push(at(Finding::fault(message), &from_of(layers)).help(help));
}

fn no_compiler(layers: &Layers<'_>, files: &Files<'_>, outcome: &mut Outcome) {
    let mut there: Vec<(Place, Vec<String>)> = Vec::new();
    let mut places = Vec::new();
    for compiler in compilers(layers, files) {
        match compiler {
            Compiler::Installed(name, place) => match there.iter_mut().find(|(other, _)| other.span == place.span) {
                Some((_, names)) => names.push(name),
                None => there.push((place, vec![name])),
            },
            Compiler::Removed(name, installed, _) => {
                outcome.push(at(Finding::note(format!("{name} is installed here, and removed again")), &installed));
            }
            // One place may leave several compilers in doubt.
            Compiler::Doubtful(place, _) if places.contains(&place.span) => {}
            Compiler::Doubtful(place, why) => {
                places.push(place.span);
                let message = format!("a compiler may be installed here: {why}");
                outcome.doubt(Reason::Unresolved, at(Finding::note(message), &place));
            }
        }
    }
    for (place, names) in there {
        let message = format!("the final image has a compiler: {}", names.join(", "));
        let help = "install it in the build stage, or remove it in the same RUN";
        outcome.push(at(Finding::fault(message), &place).help(help));
    }
}

fn hidden(event: &Event) -> Option<(&Event, &str)> {
    match &event.what {
        What::Hides(what) => Some((event, what)),
        _ => None,
    }
}
