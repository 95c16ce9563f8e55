//! `env_file`: a file that no service reads its environment from.

use crate::checks::compose::{
    BUILT_FROM, FILES, IMAGE, MERGED, Projects, SERVICES, Selection, at, documented_selection,
};
use crate::checks::{Args, Body, Field, FieldType, Finding, Kind, Outcome, Reason, TreeCheck};
use crate::repo::RepoPath;
use crate::semantics::compose::{EnvFile, Located, Project, Service};
use crate::semantics::files::Files;

/// The kind.
pub const KIND: Kind = Kind {
    name: "env_file",
    summary: "no service reads its environment from a file",
    doc: documented_selection!(
        "Holds when no chosen service names the file of `lacks` in `env_file`: as a text, in a list, or as `path` of the long form, `required: false` or not. Paths are compared cleaned (`./.env.prod` is `.env.prod`), as they are written and as they lead from the folder of their file. A path that hangs on a variable without a value (`${PWD}/.env.prod`), or an absolute one with the same name, is unknown. A file without services holds.",
    ),
    example: "check = { env_file = { files = \"docker-compose.prod.yml\", lacks = \".env.prod\" } }",
    fields: &[
        FILES,
        Field { name: "lacks", takes: FieldType::Path, required: true, doc: "the file that no service reads" },
        SERVICES,
        BUILT_FROM,
        IMAGE,
        MERGED,
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let lacks = args.path("lacks")?;
    let (projects, selection) = (Projects::of(args), Selection::of(args));
    Some(Body::Tree(Box::new(Lacks { projects, selection, lacks })))
}

struct Lacks {
    projects: Projects,
    selection: Selection,
    lacks: RepoPath,
}

impl TreeCheck for Lacks {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        self.projects.each(files, &mut outcome, |project, outcome| {
            let before = outcome.findings.len() + outcome.doubts.len();
            if !self.selection.is_everything() || !project.services.is_empty() {
                self.selection.each(project, outcome, |service, outcome| self.judge(project, service, outcome));
            }
            if outcome.findings.len() + outcome.doubts.len() == before {
                let message = format!("no service reads the env_file {}", self.lacks.shown().raw());
                outcome.push(Finding::proof(message).path(&project.path()));
            }
        });
        outcome
    }
}

impl Lacks {
    fn judge(&self, project: &Project, service: &Service, outcome: &mut Outcome) {
        for file in service.env_files(project) {
            let name = &service.name;
            let written = file.path.shown();
            match self.is(&file) {
                Some(true) => {
                    let message = format!("service {name} reads the env_file {written}");
                    let help = "take it out, and list what the service needs under `environment`";
                    outcome.push(at(Finding::fault(message).help(help), project, file.place));
                }
                Some(false) => {}
                None => {
                    let lacks = self.lacks.shown();
                    let message =
                        format!("service {name} reads the env_file {written}, which could be {}", lacks.raw());
                    outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, file.place));
                }
            }
        }
    }

    /// Whether it is the file; `None` when that cannot be told.
    fn is(&self, file: &EnvFile) -> Option<bool> {
        let name = String::from_utf8_lossy(self.lacks.name()).into_owned();
        match &file.located {
            Located::At(path) => {
                let written = file.path.value().and_then(|text| RepoPath::parse(text).ok());
                Some(*path == self.lacks || written.is_some_and(|written| written == self.lacks))
            }
            // Where the checkout lies on the machine is not known.
            Located::Outside(path) => {
                let same = path.rsplit(['/', '\\']).next() == Some(name.as_str());
                if same { None } else { Some(false) }
            }
            Located::Remote(_) => Some(false),
            Located::Unresolved(text) => {
                if text.after_last('/').could_be(&name) {
                    None
                } else {
                    Some(false)
                }
            }
        }
    }
}
