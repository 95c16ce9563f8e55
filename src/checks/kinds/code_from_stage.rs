//! `code_from_stage`: how the application's code reaches the final stage.

use crate::checks::layers::{at_event, each_build, from_of, line_of, open_base};
use crate::checks::{Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, TreeCheck, at};
use crate::semantics::dependencies::{Brings, Brought, Code, CodeMap, Context, Event, Form, Layers, MOST_LOOKUPS};
use crate::semantics::files::Files;
use crate::semantics::image::CopyFrom;

/// The kind.
pub const KIND: Kind = Kind {
    name: "code_from_stage",
    summary: "the application's code reaches the final stage by COPY --from a build stage",
    doc: DOC,
    example: "check = { code_from_stage = { files = \"Dockerfile.prod\" } }",
    fields: &[Field { name: "files", takes: FieldType::Files, required: true, doc: "the Dockerfiles" }],
    compile,
};

const DOC: &str = "\
Each file by itself; the final stage counts with every stage that it is built FROM. Holds when a `COPY --from` of a \
stage takes application code along, and no COPY or ADD brings application source from the build context: neither \
in the final stage nor in a stage that it inherits from.

Application source is a folder (or `.`) of the build context, or a pattern that matches a folder or code; a single \
named file is none, nor is a folder of requirement files. A `COPY --from` takes code along when its path holds, or \
lies in, a folder to which its stage copied application source (through further stages, `cp`, `mv`, `git clone` \
too), or holds what `pip install .`, `uv sync --no-editable`, `pip wheel .` made of it. `.venv`, `site-packages`, \
`node_modules`, manifests and what else is no code do not count: what stands below a copied `.` is looked up in \
the repository.

Unknown: a variable without a value hides what is copied.";

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(CodeFromStage { files: args.files("files") })))
}

struct CodeFromStage {
    files: FileSet,
}

impl TreeCheck for CodeFromStage {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_build(files, &self.files, &mut outcome, self, |_, files, layers, outcome| judge(files, layers, outcome));
        outcome
    }
}

fn judge(files: &Files<'_>, layers: &Layers<'_>, outcome: &mut Outcome) {
    let map = CodeMap::of(files, layers);
    let context = Context { files, roots: &layers.roots };
    let last = layers.last();
    let (mut reached, mut hidden) = (false, false);
    let mut single: Option<(&Event, &Brings)> = None;
    for event in layers.of_chain(last) {
        let Some(brings) = event.brings().filter(|brings| brings.how != "RUN --mount") else { continue };
        if brings.from_context() {
            if brings.brings_source() {
                from_context(layers, event, brings, outcome);
                reached = true;
            }
            if brings.items.iter().any(|item| item.what == Brought::Code) {
                single = Some((event, brings));
            }
        } else if let Some(code) = map.taken(context, brings).first() {
            let from = source_of(layers, brings);
            let what = match code.form {
                Form::Installed => "the installed application",
                Form::File | Form::Folder => "application code",
            };
            let message = format!("{what} comes from {from} to {}", code.path);
            outcome.push(at_event(Finding::proof(message), event));
            reached = true;
        }
        if brings.items.iter().any(|item| item.what == Brought::Unresolved)
            || matches!(brings.from, CopyFrom::Unresolved(_))
        {
            hidden = true;
            let message = format!("a variable without a value hides what {} copies", brings.how);
            outcome.doubt(Reason::Unresolved, at_event(Finding::note(message), event));
        }
    }
    if map.is_over() {
        let message = format!("more than {MOST_LOOKUPS} paths to look up");
        outcome.doubt(Reason::TooLarge, Finding::note(message).path(&layers.walk.file.path));
    } else if !reached && !hidden && !lost(layers, outcome) {
        nothing(layers, &map, single, outcome);
    }
}

/// Adds a doubt when a build stage has source at a place that is not known: whether it was added.
fn lost(layers: &Layers<'_>, outcome: &mut Outcome) -> bool {
    let mut brings = layers.of_used().filter_map(|event| Some((event, event.brings()?)));
    let Some((event, _)) = brings.find(|(_, brings)| brings.brings_source() && brings.to.is_none()) else {
        return false;
    };
    let message = "a variable without a value hides where the sources are copied to";
    outcome.doubt(Reason::Unresolved, at_event(Finding::note(message), event));
    true
}

fn from_context(layers: &Layers<'_>, event: &Event, brings: &Brings, outcome: &mut Outcome) {
    let sources = brings.sources().join(", ");
    let to = brings.to.as_deref().unwrap_or("the image");
    let (message, help) = if event.stage == layers.last() {
        (
            format!("{} brings {sources} from the build context to {to} in the final stage", brings.how),
            "copy it in the build stage, and take it from there with COPY --from",
        )
    } else {
        (
            format!(
                "the final stage inherits {sources}, which {} brings from the build context in {}",
                brings.how,
                layers.name(event.stage)
            ),
            "build the final stage FROM a stage without the code, and take the code with COPY --from",
        )
    };
    outcome.push(at_event(Finding::fault(message), event).help(help));
}

fn source_of(layers: &Layers<'_>, brings: &Brings) -> String {
    match &brings.from {
        CopyFrom::Stage(stage) => layers.name(*stage),
        CopyFrom::Image(name) | CopyFrom::Unresolved(name) => name.clone(),
        CopyFrom::Context => "the build context".to_owned(),
    }
}

fn nothing(layers: &Layers<'_>, map: &CodeMap, single: Option<(&Event, &Brings)>, outcome: &mut Outcome) {
    let last = layers.last();
    if open_base(layers, "hold application code", outcome) {
        return;
    }
    let code = (0..last).rev().find_map(|stage| Some((stage, map.stage(stage).first()?)));
    let help = match code {
        Some((stage, Code { path, .. })) => {
            format!("{} has it in {path}: COPY --from that stage", layers.name(stage))
        }
        None => "copy the code into a build stage, and take it from there with COPY --from".to_owned(),
    };
    let single = match single {
        Some((event, _)) => {
            format!("; the files of {} come from the build context one by one", line_of(layers, event))
        }
        None => String::new(),
    };
    let message = format!("no COPY --from a build stage brings application code to the final stage{single}");
    outcome.push(at(Finding::fault(message), &from_of(layers)).help(help));
}
