//! `copy_sources`: what a Dockerfile copies is in its build context.

mod from;
mod settings;
mod sources;

use std::sync::Arc;

use crate::checks::{
    Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, TreeCheck, each_dockerfile,
};
use crate::formats::dockerfile::Dockerfile;
use crate::repo::RepoPath;
use crate::semantics::context::Context;
use crate::semantics::files::{Files, SourceFile};
use crate::semantics::image::{Given, Trouble, Walk};
use crate::semantics::stages::Base;
use crate::source::LineRange;
use settings::{Projects, Setting};
use sources::Judging;

/// The kind.
pub const KIND: Kind = Kind {
    name: "copy_sources",
    summary: "every source that a Dockerfile copies is in its build context after .dockerignore",
    doc: concat!(
        "What can be told of `docker build` without running it. Each Dockerfile has to be one that Docker reads: ",
        "an unknown instruction, missing arguments, a file without FROM fail here, because the build would ",
        "(other kinds call such a file unknown). Each COPY, ADD and bind mount of RUN has to find its source in the build ",
        "context: the files that git has (a clean clone has no others) without those that `<Dockerfile>.dockerignore` or ",
        "else the context's `.dockerignore` drops. The context is `build.context` of every service of `compose` that builds ",
        "the file (each has to work), else the plan's root. Sources are read as BuildKit reads them: patterns of Go's ",
        "`filepath.Match`, variables expanded, links followed inside the context. A folder is there unless ",
        "a pattern drops it and no `!` brings anything in it back; one of which only the content is dropped is copied empty, ",
        "which is a note. A pattern without a match ",
        "fails when it is all that an instruction copies, and is a note beside a source that is there. URLs, git ",
        "repositories and here-documents need no context. `--from` names an earlier stage, a named context or an image; ",
        "it takes no variables. ONBUILD counts where a later stage of the file triggers it. A pattern that Docker refuses in ",
        "the ignore file fails. A set of Dockerfiles that copies nothing at all fails. Unknown: a source with a variable ",
        "that has no value, a submodule, a broken Compose file, a bound that was passed. ",
        "Rules: <https://docs.docker.com/reference/dockerfile/#copy>, <https://docs.docker.com/build/concepts/context/>.",
    ),
    example: "check = { copy_sources = { files = \"Dockerfile*\", compose = \"docker-compose*.yml\" } }",
    fields: &[
        Field { name: "files", takes: FieldType::Files, required: true, doc: "the Dockerfiles" },
        Field {
            name: "compose",
            takes: FieldType::Files,
            required: false,
            doc: "Compose files whose services say in which context they build; none need exist",
        },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(CopySources { files: args.files("files"), compose: args.files("compose") })))
}

struct CopySources {
    files: FileSet,
    compose: FileSet,
}

impl TreeCheck for CopySources {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let projects = Projects::load(files, &self.compose, &mut outcome);
        let mut seen = 0;
        let mut judged = false;
        each_dockerfile(files, &self.files, &mut outcome, |path, outcome| {
            judged = true;
            seen += dockerfile(files, &projects, path, outcome);
        });
        if judged && seen == 0 && !outcome.has_fault() && outcome.doubts.is_empty() {
            let message = format!("no COPY, ADD or bind mount in {}", self.files.written.join(", "));
            let help = "nothing holds by emptiness: name Dockerfiles that copy something";
            outcome.push(Finding::fault(message).help(help));
        }
        outcome
    }
}

/// Judges one Dockerfile; how many sources it has.
fn dockerfile(files: &Files<'_>, projects: &Projects, path: &RepoPath, outcome: &mut Outcome) -> usize {
    let (file, parsed) = match files.dockerfile(path) {
        Ok(Some(read)) => read,
        Ok(None) => {
            outcome.push(Finding::fault(format!("{} leads nowhere", path.shown().raw())).path(path));
            return 0;
        }
        Err(error) => {
            outcome.unread(path, &error);
            return 0;
        }
    };
    refused(&file, &parsed, outcome);
    let mut seen = 0;
    for setting in projects.settings(path, outcome) {
        seen = seen.max(setting_of(files, &file, &setting, outcome));
    }
    seen
}

/// What Docker would not read.
fn refused(file: &SourceFile, parsed: &Arc<Dockerfile>, outcome: &mut Outcome) {
    let foreign = parsed.directives.iter().any(|directive| {
        let frontend = directive.value.trim_start_matches("docker.io/");
        directive.name == "syntax" && !frontend.starts_with("docker/dockerfile")
    });
    for error in parsed.errors.iter().take(8) {
        let shown = file.path.shown();
        let message = format!("Docker cannot read {}: {}", shown.raw(), error.message);
        let finding = Finding::fault(message).lines(file, LineRange::at(error.line.max(1)));
        // Another frontend may read more, and a byte that is no UTF-8 hides only what it stands in.
        if foreign || error.message.contains("UTF-8") {
            outcome.doubt(Reason::Unreadable, finding);
        } else {
            outcome.push(finding.help("mend it: `docker build` stops here"));
        }
    }
}

/// Judges a Dockerfile in one context; how many sources it has.
fn setting_of(files: &Files<'_>, file: &SourceFile, setting: &Setting, outcome: &mut Outcome) -> usize {
    let path = &file.path;
    let context = match Context::of(files, path, &setting.folder) {
        Ok(context) => context,
        Err(error) => {
            outcome.unread(path, &error);
            return 0;
        }
    };
    if !setting.is_there(files, outcome) || !usable(&context, outcome) {
        return 0;
    }
    let given = Given { args: setting.args.clone(), context: Some(setting.folder.clone()) };
    let walk = match Walk::of(files, path, given) {
        Ok(walk) => walk,
        // The parser has said so already.
        Err(Trouble::NoStage) => return 0,
        Err(trouble) => {
            unwalked(path, trouble, outcome);
            return 0;
        }
    };
    let mut judging = Judging { files, walk: &walk, setting, context: &context, outcome, there: Vec::new(), seen: 0 };
    judging.stages();
    judging.steps();
    judging.untriggered();
    judging.conclude();
    judging.seen
}

/// Whether Docker would build with the ignore file; says so when not.
fn usable(context: &Context, outcome: &mut Outcome) -> bool {
    let Some(ignore) = &context.ignore else { return true };
    let shown = ignore.file.path.shown();
    for error in ignore.rules.errors.iter().take(8) {
        let message = format!("{}; Docker refuses to build with {}", error.message, shown.raw());
        let finding = Finding::fault(message).lines(&ignore.file, LineRange::at(error.line));
        push_once(outcome, finding.help("mend the pattern or take it out"));
    }
    if let Some(over) = &ignore.rules.over {
        let message = format!("{} has {over}", shown.raw());
        outcome.doubt(Reason::TooLarge, Finding::note(message).path(&ignore.file.path));
    }
    ignore.rules.errors.is_empty() && ignore.rules.over.is_none()
}

fn unwalked(path: &RepoPath, trouble: Trouble, outcome: &mut Outcome) {
    let shown = path.shown();
    let shown = shown.raw();
    match trouble {
        Trouble::Unread(error) => outcome.unread(path, &error),
        Trouble::TooLarge(what) => {
            outcome.doubt(Reason::TooLarge, Finding::note(format!("{shown} has {what}")).path(path));
        }
        Trouble::Broken(place, message) => {
            let finding = Finding::note(format!("{shown} cannot be read: {message}")).at(&place.file, place.span);
            outcome.doubt(Reason::Unreadable, finding);
        }
        Trouble::Absent | Trouble::NoStage | Trouble::NoTarget(_) => {
            outcome.push(Finding::fault(format!("{shown} has no stage to build")).path(path));
        }
    }
}

/// The same fault in two contexts is one finding.
fn push_once(outcome: &mut Outcome, finding: Finding) {
    if !outcome.findings.contains(&finding) {
        outcome.push(finding);
    }
}

impl Judging<'_, '_> {
    /// Every FROM names a stage or an image.
    fn stages(&mut self) {
        for stage in &self.walk.build.stages {
            let Base::Unresolved(text, names) = &stage.base else { continue };
            let Some(from) = self.walk.build.from_of(stage) else { continue };
            if self.setting.named(text).is_some() {
                continue;
            }
            if names.is_empty() {
                let message = format!("FROM {text}: this is no stage and no image reference");
                let finding = Finding::fault(message).at(&self.walk.file, from.span);
                push_once(self.outcome, finding.help("name an image: `name:tag`, in lower case"));
            } else {
                let message = format!("FROM {}: {} has no value", written(from), dollars(names));
                self.outcome.doubt(Reason::Unresolved, Finding::note(message).at(&self.walk.file, from.span));
            }
        }
    }
}

fn written(instruction: &crate::formats::dockerfile::Instruction) -> String {
    instruction.words().first().map(|word| word.text.clone()).unwrap_or_default()
}

/// `$A and $B`.
fn dollars(names: &[String]) -> String {
    names.iter().map(|name| format!("${name}")).collect::<Vec<_>>().join(" and ")
}
