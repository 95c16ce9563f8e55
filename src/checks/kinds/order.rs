//! `order`: manifests and dependencies before sources.

use crate::checks::layers::{at_event, each_build, line_of, why_uncertain};
use crate::checks::{Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, TreeCheck};
use crate::semantics::dependencies::{
    Brings, Brought, CodeMap, Context, Event, Installed, Layers, Project, Reads, What,
};
use crate::semantics::files::Files;

/// The kind.
pub const KIND: Kind = Kind {
    name: "order",
    summary: "manifests are copied, dependencies installed, before the first COPY that brings sources",
    doc: DOC,
    example: "check = { order = { files = \"Dockerfile\", steps = [\"manifests\", \"install\"] } }",
    fields: &[
        Field { name: "files", takes: FieldType::Files, required: true, doc: "the Dockerfiles" },
        Field {
            name: "steps",
            takes: FieldType::SomeOf(&["manifests", "install"]),
            required: true,
            doc: "what comes before the sources: `manifests`, `install`, or both",
        },
        Field {
            name: "manifests",
            takes: FieldType::Texts,
            required: false,
            doc: "the manifests that are copied, each of them; without it any one manifest is enough",
        },
    ],
    compile,
};

const DOC: &str = "\
Each file by itself, its instructions in the order of the file; stages of which nothing gets into the final one are \
not built, and not looked at. The first COPY or ADD that brings application source from the build context is the \
line that the steps stand before; where none does, it is enough that the steps are taken.

Application source is a folder (or `.`) of the build context, or a pattern that matches a folder or code; a single \
named file is none, nor is a folder of requirement files.

`manifests`: each one is copied, by name or by a pattern that fits it, or bind-mounted (`RUN \
--mount=type=bind,source=…`). One that comes in the same COPY as the sources does not come before them.

`install`: the first install of dependencies (`dependency_install` says what that is; `pip wheel` and `pip download` \
are one too, packages by name only where nothing installs from a manifest). A later install in a stage that has the \
sources already must repeat an earlier one that the stage builds on: the same tool, or `pip install .` after any; \
else it is what brings the dependencies there, and fails.

A note: `poetry install` before the sources without `--no-root`.

Unknown: a variable without a value hides what a COPY brings, the install stands under a condition or its failure \
is swallowed, or none is found and a command that cannot be read may hide one.

Why: <https://docs.docker.com/build/cache/optimize/#order-your-layers>.";

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let steps = args.texts("steps");
    let wants = |step: &str| steps.iter().any(|text| text == step);
    let manifests = args.texts("manifests");
    if !manifests.is_empty() && !wants("manifests") {
        args.mistake("manifests", "`manifests` says nothing without the step `manifests`", None);
        return None;
    }
    Some(Body::Tree(Box::new(Order {
        files: args.files("files"),
        by_manifests: wants("manifests"),
        by_install: wants("install"),
        manifests,
    })))
}

struct Order {
    files: FileSet,
    by_manifests: bool,
    by_install: bool,
    manifests: Vec<String>,
}

impl TreeCheck for Order {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_build(files, &self.files, &mut outcome, self, |check, files, layers, outcome| {
            let context = Context { files, roots: &layers.roots };
            let line = Sources::of(layers);
            if check.by_manifests {
                check.manifests(layers, context, &line, outcome);
            }
            if check.by_install {
                installs(layers, context, &line, outcome);
            }
        });
        outcome
    }
}

/// The first COPY that brings sources, and what may be one before it.
struct Sources<'l> {
    first: Option<(&'l Event, &'l Brings)>,
    unclear: Vec<(&'l Event, &'l Brings)>,
}

impl<'l> Sources<'l> {
    fn of(layers: &'l Layers<'_>) -> Self {
        let copies = || {
            let brings = layers.of_used().filter_map(|event| event.brings().map(|brings| (event, brings)));
            brings.filter(|(_, brings)| brings.from_context() && brings.how != "RUN --mount")
        };
        let first = copies().find(|(_, brings)| brings.brings_source());
        let hides = |brings: &Brings| brings.items.iter().any(|item| item.what == Brought::Unresolved);
        let unclear = copies()
            .filter(|(event, brings)| hides(brings) && first.is_none_or(|(line, _)| event.step < line.step))
            .collect();
        Self { first, unclear }
    }

    /// Whether an event comes before the sources.
    fn after(&self, event: &Event) -> bool {
        self.first.is_none_or(|(line, _)| event.step < line.step)
    }

    /// The COPY in words: `COPY src (line 9)`.
    fn shown(&self, layers: &Layers<'_>) -> String {
        match self.first {
            Some((event, brings)) => {
                let line = line_of(layers, event);
                let from = if event.stage == layers.last() {
                    String::new()
                } else {
                    format!(" of {}", layers.name(event.stage))
                };
                format!("{} {} ({line}{from})", brings.how, brings.sources().join(" "))
            }
            None => "the sources".to_owned(),
        }
    }

    fn proof(&self, layers: &Layers<'_>, what: &str) -> Finding {
        match self.first {
            Some(_) => Finding::proof(format!("{what} before {}", self.shown(layers))),
            None => Finding::proof(format!("{what}, and no COPY brings sources")),
        }
    }

    /// A COPY that may bring sources before `event`.
    fn doubt_before(&self, event: &Event) -> Option<(&'l Event, &'l Brings)> {
        self.unclear.iter().find(|(unclear, _)| unclear.step <= event.step).copied()
    }
}

fn hidden_copy(event: &Event, brings: &Brings, outcome: &mut Outcome) {
    let message = format!("a variable without a value hides what {} brings", brings.how);
    outcome.doubt(Reason::Unresolved, at_event(Finding::note(message), event));
}

impl Order {
    fn manifests(&self, layers: &Layers<'_>, context: Context<'_>, line: &Sources<'_>, outcome: &mut Outcome) {
        if self.manifests.is_empty() {
            let is_one = |brings: &Brings| brings.items.iter().any(|item| item.what == Brought::Manifest);
            manifest(layers, line, "a manifest", is_one, outcome);
        }
        for wanted in &self.manifests {
            let is_one = |brings: &Brings| brings.items.iter().any(|item| context.brings_manifest(item, wanted));
            manifest(layers, line, wanted, is_one, outcome);
        }
    }
}

fn manifest(
    layers: &Layers<'_>,
    line: &Sources<'_>,
    wanted: &str,
    is_one: impl Fn(&Brings) -> bool,
    outcome: &mut Outcome,
) {
    let mut copies = layers.of_used().filter_map(|event| Some((event, event.brings()?)));
    let Some((event, brings)) = copies.find(|(_, brings)| is_one(brings)) else {
        if let Some((event, brings)) = line.unclear.first() {
            return hidden_copy(event, brings, outcome);
        }
        let (message, help) = match line.first {
            Some(_) => (
                format!("{wanted} is not copied before {}", line.shown(layers)),
                format!("copy {wanted} by its name, install, and only then copy the sources"),
            ),
            None => (format!("{wanted} is never copied"), format!("copy {wanted} by its name before the install")),
        };
        let fault = Finding::fault(message).help(help);
        outcome.push(match line.first {
            Some((event, _)) => at_event(fault, event),
            None => fault.path(&layers.walk.file.path),
        });
        return;
    };
    let how = if brings.how == "RUN --mount" { "mounted" } else { "copied" };
    if !line.after(event) {
        if let Some((event, brings)) = line.unclear.first() {
            return hidden_copy(event, brings, outcome);
        }
        let same = line.first.is_some_and(|(first, _)| first.step == event.step);
        let message = match same {
            true => format!("{wanted} is {how} together with the sources, not before them"),
            false => format!("{wanted} is {how} after {}", line.shown(layers)),
        };
        let help = format!("copy {wanted} in a COPY of its own before the sources");
        outcome.push(at_event(Finding::fault(message), event).help(help));
    } else if let Some((unclear, brings)) = line.doubt_before(event) {
        hidden_copy(unclear, brings, outcome);
    } else {
        outcome.push(at_event(line.proof(layers, &format!("{wanted} is {how}")), event));
    }
}

fn installs(layers: &Layers<'_>, context: Context<'_>, line: &Sources<'_>, outcome: &mut Outcome) {
    let all: Vec<Installed<'_>> =
        layers.of_used().filter_map(Event::installs).filter(|i| !i.install.implicit).collect();
    let by_manifest = all.iter().any(|installed| installed.install.reads_manifest());
    let all: Vec<Installed<'_>> = all.into_iter().filter(|i| !by_manifest || i.install.reads_manifest()).collect();
    let early: Vec<Installed<'_>> = all.iter().filter(|installed| line.after(installed.event)).copied().collect();
    let late: Vec<Installed<'_>> = all.iter().filter(|installed| !line.after(installed.event)).copied().collect();
    let certain = early.iter().find(|installed| installed.acts.is_certain());
    let Some(first) = certain.or(early.first()).copied() else {
        return none_before(layers, line, late.first().copied(), outcome);
    };
    let shown = &first.acts.shown;
    if let Some((event, brings)) = line.doubt_before(first.event) {
        hidden_copy(event, brings, outcome);
    } else if !first.acts.is_certain() {
        let message = format!("`{shown}` comes before the sources, but {}", why_uncertain(first));
        outcome.doubt(Reason::Unresolved, at_event(Finding::note(message), first.event));
    } else {
        outcome.push(at_event(line.proof(layers, &format!("`{shown}` installs the dependencies")), first.event));
    }
    if !late.is_empty() {
        let map = CodeMap::of(context.files, layers);
        late.into_iter().for_each(|installed| repeats(layers, &map, installed, &early, outcome));
    }
    if line.first.is_some() && first.install.tool == "poetry" && first.install.project == Project::Linked {
        let message = format!("`{shown}` without `--no-root` looks for the project's own code, which is not there yet");
        outcome.push(at_event(Finding::note(message), first.event).help("add `--no-root`"));
    }
}

fn none_before(layers: &Layers<'_>, line: &Sources<'_>, late: Option<Installed<'_>>, outcome: &mut Outcome) {
    let hidden = layers.of_used().find(|event| matches!(event.what, What::Hides(_)) && line.after(event));
    if let Some(event) = hidden
        && let What::Hides(what) = &event.what
    {
        let message = format!("an install may hide here: {what}");
        return outcome.doubt(Reason::Unresolved, at_event(Finding::note(message), event));
    }
    match late {
        Some(late) => {
            let message = format!("`{}` installs the dependencies only after {}", late.acts.shown, line.shown(layers));
            let help = "copy the manifests alone, install, and only then copy the sources: a changed source then keeps the installed layer";
            outcome.push(at_event(Finding::fault(message), late.event).help(help));
        }
        None => {
            let message = match line.first {
                Some(_) => format!("nothing installs dependencies before {}", line.shown(layers)),
                None => "nothing installs dependencies".to_owned(),
            };
            let fault = Finding::fault(message).help("install them from the manifests before the sources are copied");
            outcome.push(match line.first {
                Some((event, _)) => at_event(fault, event),
                None => fault.path(&layers.walk.file.path),
            });
        }
    }
}

/// Judges an install after the sources: it must repeat one that its stage builds on, unless its own stage
/// does not have the sources yet.
fn repeats(layers: &Layers<'_>, map: &CodeMap, late: Installed<'_>, early: &[Installed<'_>], outcome: &mut Outcome) {
    // Its stage has the sources by then, or it stands as well as an earlier one.
    let Some(first) = map.first_in(layers, late.event.stage).filter(|first| *first < late.event.step) else { return };
    let Some(sources) = layers.events.iter().find(|event| event.step == first) else { return };
    let within = layers.base_stages(late.event);
    let covered = early.iter().any(|earlier| within.contains(&earlier.event.stage) && covers(layers, *earlier, late));
    if covered || matches!(late.install.reads, Reads::Wheels(_)) || late.install.prepares {
        return;
    }
    let line = line_of(layers, sources);
    let message = format!(
        "`{}` installs dependencies in {} after its sources were copied ({line}), and repeats no earlier install",
        late.acts.shown,
        layers.name(late.event.stage)
    );
    if late.acts.is_certain() {
        let help = "install before that COPY, from the manifests alone";
        outcome.push(at_event(Finding::fault(message), late.event).help(help));
    } else {
        outcome.doubt(Reason::Unresolved, at_event(Finding::note(message), late.event));
    }
}

/// Whether an earlier install brought what a later one asks for.
fn covers(layers: &Layers<'_>, earlier: Installed<'_>, later: Installed<'_>) -> bool {
    if earlier.install.ecosystem != later.install.ecosystem {
        return false;
    }
    let of_project = later.install.project != Project::Left && later.install.reads == Reads::Manifest;
    let exported = layers.export_of(earlier).is_some_and(|export| export.tool == later.install.tool);
    match (&earlier.install.reads, &later.install.reads) {
        (Reads::Files(before), Reads::Files(after)) => after.iter().all(|file| {
            let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
            before.iter().any(|known| name(known) == name(file))
        }),
        _ if exported => true,
        // `pip install .`, `python setup.py install`: the project, whose dependencies are there.
        _ if of_project && matches!(later.install.tool, "pip" | "setup.py" | "flit") => true,
        _ => earlier.install.tool == later.install.tool,
    }
}
