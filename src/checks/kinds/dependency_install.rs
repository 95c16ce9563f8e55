//! `dependency_install`: which stage installs the project's dependencies.

use crate::checks::layers::{at_event, each_build, from_of, why_uncertain};
use crate::checks::{Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, TreeCheck, at};
use crate::semantics::dependencies::{Event, Installed, Layers, Reads, What};
use crate::semantics::files::Files;

/// The kind.
pub const KIND: Kind = Kind {
    name: "dependency_install",
    summary: "a stage before the final one installs the dependencies, and the final stage does not",
    doc: DOC,
    example: "check = { dependency_install = { files = \"Dockerfile.prod\", stage = \"build\" } }",
    fields: &[
        Field { name: "files", takes: FieldType::Files, required: true, doc: "the Dockerfiles" },
        Field {
            name: "stage",
            takes: FieldType::OneOf(&["build", "final"]),
            required: false,
            doc: "`build` (the default): a stage before the final one and not the final one; `final`: the final one",
        },
    ],
    compile,
};

const DOC: &str = "\
Each file by itself. With `stage = \"build\"` it holds when a stage before the final one installs the \
dependencies and the final stage's own instructions do not; what the final stage inherits by FROM is not \
installed by it. With `stage = \"final\"` it holds when the final stage installs them.

An install is one of `poetry install`/`sync`/`update`/`add`, `pip install -r`/`.`/`-e .`/a package by name, \
`pip-sync`, `uv sync`, `uv pip install`/`sync`, `uv add`, `pdm install`/`sync`, `pipenv install`/`sync`, `conda env \
create`, `python setup.py install`, `npm ci`/`install`, `yarn`, `pnpm install`, `bun install`, `composer install`, \
`bundle install`, and what fetches for Go, Rust, Java, .NET; also as `python -m pip`, `poetry run pip`, `uvx poetry`, \
by path, in scripts that the Dockerfile copies from the repository and runs.

No install: poetry, uv, pip, setuptools, wheel and other package managers themselves; `poetry install --only-root` \
and `pip install --no-deps .` (the project alone); `--dry-run`; `uv run`, which syncs on the side (what it brings is \
judged by `runtime_dependencies`). `pip install --no-index` of wheels that a COPY or a mount takes from a stage is \
none either, and the `pip wheel` or `pip download` that made them then is the build stage's install. `pip install \
/wheels/*` without `--no-index` (or `--no-deps`) may still ask the index: it is an install. Packages by name count \
in the build stage only when nothing in the file installs from a manifest; in the final stage they always do.

Unknown: the install stands under a condition or its failure is swallowed (`|| true`), or none is found and a \
command that cannot be read may hide one.";

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let files = args.files("files");
    let in_final = args.text("stage").as_deref() == Some("final");
    Some(Body::Tree(Box::new(DependencyInstall { files, in_final })))
}

struct DependencyInstall {
    files: FileSet,
    in_final: bool,
}

impl TreeCheck for DependencyInstall {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_build(files, &self.files, &mut outcome, self, |check, _, layers, outcome| {
            let found = Found::of(layers);
            if check.in_final {
                found.in_final(layers, outcome);
            } else if layers.last() == 0 {
                let fault = Finding::fault("it has one stage: none before the final one installs anything");
                outcome.push(at(fault, &from_of(layers)).help(
                    "install in a stage of its own (`FROM … AS builder`) and copy what it installed with COPY --from",
                ));
            } else {
                found.in_build(layers, outcome);
            }
        });
        outcome
    }
}

/// The installs of a file.
struct Found<'l> {
    /// Those before the final stage.
    early: Vec<Installed<'l>>,
    /// Those of the final stage.
    late: Vec<Installed<'l>>,
    /// In the final stage: installs without an index whose wheels may come from a stage, or not.
    unclear: Vec<Installed<'l>>,
    /// What cannot be read: before the final stage, in it.
    hidden: (Vec<&'l Event>, Vec<&'l Event>),
}

impl<'l> Found<'l> {
    fn of(layers: &'l Layers<'_>) -> Self {
        let mut found =
            Self { early: Vec::new(), late: Vec::new(), unclear: Vec::new(), hidden: (Vec::new(), Vec::new()) };
        let last = layers.last();
        let installs: Vec<Installed<'_>> =
            layers.events.iter().filter_map(Event::installs).filter(|i| !i.install.implicit).collect();
        // Wheels made ready count once something installs them without an index.
        let uses_wheels = installs.iter().any(|i| matches!(i.install.reads, Reads::Wheels(_)));
        let by_manifest = installs.iter().any(|i| i.install.reads_manifest());
        for installed in installs {
            let named = !installed.install.reads_manifest();
            let is_late = installed.event.stage == last;
            if matches!(installed.install.reads, Reads::Wheels(_)) && installed.install.fetches {
                if is_late { found.late.push(installed) } else { found.early.push(installed) }
            } else if matches!(installed.install.reads, Reads::Wheels(_)) {
                match (is_late, layers.are_wheels_from_a_stage(installed)) {
                    (_, Some(true)) => {}
                    (true, Some(false)) => found.late.push(installed),
                    (true, None) => found.unclear.push(installed),
                    (false, _) => found.early.push(installed),
                }
            } else if is_late {
                if !installed.install.prepares {
                    found.late.push(installed);
                }
            } else if (!installed.install.prepares || uses_wheels) && !(named && by_manifest) {
                found.early.push(installed);
            }
        }
        for event in layers.events.iter().filter(|event| matches!(event.what, What::Hides(_))) {
            if event.stage == last { found.hidden.1.push(event) } else { found.hidden.0.push(event) }
        }
        found
    }

    fn in_build(&self, layers: &Layers<'_>, outcome: &mut Outcome) {
        self.not_in_final(outcome);
        if let Some(certain) = self.early.iter().find(|installed| installed.acts.is_certain()) {
            let stage = layers.name(certain.event.stage);
            let message = format!("`{}` installs the dependencies in {stage}", certain.acts.shown);
            outcome.push(at_event(Finding::proof(message), certain.event));
            if layers.used.get(certain.event.stage) == Some(&false) {
                let message = format!("the final stage takes nothing from {stage}");
                outcome.push(at_event(Finding::note(message), certain.event));
            }
        } else if let Some(uncertain) = self.early.first() {
            doubt(*uncertain, outcome);
        } else if let Some(event) = self.hidden.0.first() {
            hides(event, outcome);
        } else {
            let fault = Finding::fault("no stage before the final one installs the dependencies");
            outcome.push(
                at(fault, &from_of(layers))
                    .help("install them in the build stage: `poetry install --only main --no-root`, `pip install -r requirements.txt`, `uv sync --no-dev`"),
            );
        }
    }

    fn not_in_final(&self, outcome: &mut Outcome) {
        for installed in &self.late {
            if !installed.acts.is_certain() {
                doubt(*installed, outcome);
                continue;
            }
            let help = match &installed.install.reads {
                Reads::Wheels(_) if installed.install.fetches => {
                    "add `--no-index`: without it pip may fetch from the index what the wheels lack"
                }
                Reads::Wheels(_) => "copy the wheels from the build stage with COPY --from",
                _ => "install in the build stage, and copy the environment with COPY --from",
            };
            let message = format!("`{}` installs dependencies in the final stage", installed.acts.shown);
            outcome.push(at_event(Finding::fault(message), installed.event).help(help));
        }
        for installed in &self.unclear {
            let message = format!("it cannot be seen where the wheels of `{}` come from", installed.acts.shown);
            outcome.doubt(Reason::Unresolved, at_event(Finding::note(message), installed.event));
        }
        if self.late.is_empty()
            && let Some(event) = self.hidden.1.first()
        {
            hides(event, outcome);
        }
    }

    fn in_final(&self, layers: &Layers<'_>, outcome: &mut Outcome) {
        let certain = self.late.iter().find(|installed| installed.acts.is_certain());
        if let Some(certain) = certain {
            let message = format!("`{}` installs dependencies in the final stage", certain.acts.shown);
            outcome.push(at_event(Finding::proof(message), certain.event));
        } else if let Some(uncertain) = self.late.first() {
            doubt(*uncertain, outcome);
        } else if let Some(event) = self.hidden.1.first() {
            hides(event, outcome);
        } else {
            let fault = Finding::fault("the final stage installs no dependencies");
            outcome.push(at(fault, &from_of(layers)).help("install them there"));
        }
    }
}

fn doubt(installed: Installed<'_>, outcome: &mut Outcome) {
    let message = format!("`{}` {}", installed.acts.shown, why_uncertain(installed));
    outcome.doubt(Reason::Unresolved, at_event(Finding::note(message), installed.event));
}

fn hides(event: &Event, outcome: &mut Outcome) {
    if let What::Hides(what) = &event.what {
        let message = format!("an install may hide here: {what}");
        outcome.doubt(Reason::Unresolved, at_event(Finding::note(message), event));
    }
}
