//! `stages`: a Dockerfile is built in stages.

use std::collections::HashSet;

use crate::checks::dockerfiles::short;
use crate::checks::{
    Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, TreeCheck, dockerfiles, each_dockerfile,
};
use crate::formats::dockerfile::Instruction;
use crate::repo::RepoPath;
use crate::semantics::files::{Files, SourceFile};
use crate::semantics::stages::{Base, Build, Stage};

/// The kind.
pub const KIND: Kind = Kind {
    name: "stages",
    summary: "each Dockerfile has several stages, and the last takes something from an earlier one",
    doc: "Holds when each file has at least `at_least` stages (2 when it is not written) and its final one takes something from an earlier one: by `COPY --from` with the name or number of an earlier stage, or by being built `FROM` it. A `COPY --from` of an image, one behind ONBUILD (it does not run in this build) and a `RUN --mount` (it leaves nothing) are none. Unknown when a variable without a value hides what the final stage is built from or copies from, and when the file cannot be read in full.\n\n\
Source: <https://docs.docker.com/build/building/multi-stage/>.",
    example: "check = { stages = { files = \"Dockerfile.prod\", at_least = 2 } }",
    fields: &[
        Field { name: "files", takes: FieldType::Files, required: true, doc: "the Dockerfiles" },
        Field {
            name: "at_least",
            takes: FieldType::Number,
            required: false,
            doc: "how many stages there must be; 2 when it is not written",
        },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let at_least = args.number("at_least").unwrap_or(2);
    if at_least < 2 {
        args.mistake(
            "at_least",
            format!("`at_least` is {at_least}: every Dockerfile has that"),
            Some("write 2 or more".into()),
        );
        return None;
    }
    Some(Body::Tree(Box::new(Stages { files: args.files("files"), at_least: at_least as usize })))
}

struct Stages {
    files: FileSet,
    at_least: usize,
}

impl TreeCheck for Stages {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_dockerfile(files, &self.files, &mut outcome, |path, outcome| {
            let Some((file, build)) = dockerfiles::build(files, path, outcome) else { return };
            match build.last() {
                Some(last) => self.judge(&file, &build, last, outcome),
                // The parser's error says so too: no FROM.
                None => outcome.push(no_stage(path)),
            }
        });
        outcome
    }
}

fn no_stage(path: &RepoPath) -> Finding {
    Finding::note(format!("{} has no stage", path.shown().raw())).path(path)
}

impl Stages {
    fn judge(&self, file: &SourceFile, build: &Build, last: &Stage, outcome: &mut Outcome) {
        let path = file.path.shown();
        let count = build.stages.len();
        let span = build.from_of(last).map_or_else(Default::default, |from| from.span);
        if count < self.at_least {
            let stages = if count == 1 { "one stage".to_owned() } else { format!("{count} stages") };
            let help =
                "build in a stage of its own (`FROM … AS build`) and take the result over with `COPY --from=build`";
            let message = format!("{} has {stages}, not at least {}", path.raw(), self.at_least);
            return outcome.push(Finding::fault(message).at(file, span).help(help));
        }
        let taken = taken(file, build, last);
        if !taken.is_empty() {
            return taken.into_iter().for_each(|finding| outcome.push(finding));
        }
        if let Some(finding) = hidden(file, build, last) {
            return outcome.doubt(Reason::Unresolved, finding);
        }
        for found in not_counted(file, build, last) {
            outcome.push(found);
        }
        let message = format!("{} has {count} stages, but the final one takes nothing from an earlier one", path.raw());
        let help = "copy what was built with `COPY --from=<stage>`, or build the final stage FROM an earlier one";
        outcome.push(Finding::fault(message).at(file, span).help(help));
    }
}

/// At most this many notes of one file.
const MOST_NOTES: usize = 8;

/// How a stage is called in a message.
fn called(stage: &Stage) -> String {
    match &stage.name {
        Some(name) => format!("stage {name}"),
        None => format!("stage {}", stage.index),
    }
}

/// What the final stage takes from earlier ones.
fn taken(file: &SourceFile, build: &Build, last: &Stage) -> Vec<Finding> {
    let mut taken = Vec::new();
    let count = build.stages.len();
    if let Base::Stage(base) = last.base
        && let (Some(base), Some(from)) = (build.stages.get(base), build.from_of(last))
    {
        let message = format!("{count} stages; the final one is built FROM {}", called(base));
        taken.push(Finding::proof(message).at(file, from.span));
    }
    let mut seen = HashSet::new();
    for instruction in build.body_of(last).iter().filter(|instruction| instruction.keyword == "COPY") {
        let from = instruction.flag("from").and_then(|from| build.copied_from(last.index, from));
        if let Some(stage) = from.filter(|stage| seen.insert(stage.index)) {
            let message = format!("{count} stages; the final one copies from {}", called(stage));
            taken.push(Finding::proof(message).at(file, instruction.span));
        }
    }
    taken
}

/// A variable that may hide an earlier stage.
fn hidden(file: &SourceFile, build: &Build, last: &Stage) -> Option<Finding> {
    if let Base::Unresolved(_, names) = &last.base
        && let Some(from) = build.from_of(last)
    {
        let why = match names.as_slice() {
            [] => "is no image reference".to_owned(),
            names => format!("is not known: {} has no value", short(&names.join(", "))),
        };
        return Some(Finding::note(format!("what the final stage is built from {why}")).at(file, from.span));
    }
    let open = build.body_of(last).iter().find(|instruction| {
        instruction.keyword == "COPY" && instruction.flag("from").is_some_and(|from| from.contains('$'))
    })?;
    let message = "what the final stage copies from is not known: Docker expands no variable in --from";
    Some(Finding::note(message).at(file, open.span))
}

/// The earlier stage that a RUN mounts.
fn mounted<'b>(build: &'b Build, last: &Stage, instruction: &Instruction) -> Option<&'b Stage> {
    let flags = instruction.flags.iter().filter(|flag| flag.name.eq_ignore_ascii_case("mount"));
    let fields = flags.flat_map(|flag| flag.value.as_deref().unwrap_or_default().split(','));
    fields.filter_map(|field| field.trim().strip_prefix("from=")).find_map(|from| build.mounted_from(last.index, from))
}

/// Notes on what looks as if it took something.
fn not_counted(file: &SourceFile, build: &Build, last: &Stage) -> Vec<Finding> {
    let mut notes = Vec::new();
    for instruction in build.body_of(last) {
        if notes.len() >= MOST_NOTES {
            break;
        }
        if instruction.keyword == "COPY"
            && let Some(from) = instruction.flag("from").filter(|from| !from.is_empty())
        {
            let what = if build.is_stage_name(from) || from.parse::<u64>().is_ok() {
                "no earlier stage"
            } else {
                "an image, not a stage"
            };
            notes.push(Finding::note(format!("--from={} is {what}", short(from))).at(file, instruction.span));
        }
        if let Some(stage) = mounted(build, last, instruction) {
            let message = format!("RUN --mount lends {} to this RUN alone: it is no COPY --from", called(stage));
            notes.push(Finding::note(message).at(file, instruction.span));
        }
        if instruction.deferred.as_ref().is_some_and(|deferred| deferred.flag("from").is_some()) {
            notes.push(Finding::note("ONBUILD does not run in this build").at(file, instruction.span));
        }
    }
    notes
}
