//! `deployment_document`: a document that says how a Compose file is deployed.

use crate::checks::compose::{FILES, MERGED, documented};
use crate::checks::documents::{Documents, Told, documents, file as names_file, variable};
use crate::checks::{Args, Body, Finding, Kind, Outcome, TreeCheck};
use crate::semantics::compose::Project;
use crate::semantics::files::Files;

/// The kind.
pub const KIND: Kind = Kind {
    name: "deployment_document",
    summary: "one document names a Compose file and a variable that it interpolates",
    doc: documented!(
        "Holds when one of `documents` names the file (its name, with or without folders before it) and at least one of the variables that it interpolates, as a whole word. A file that interpolates none fails. A document that is missing is none; without any of them it fails.",
    ),
    example: "check = { deployment_document = { files = \"docker-compose.prod.yml\", documents = [\"README.md\", \"docs/**/*.md\"] } }",
    fields: &[FILES, documents("where deployment is described; one of them has to be there"), MERGED],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(Deployment(Told::of(args)))))
}

struct Deployment(Told);

impl TreeCheck for Deployment {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        self.0.each(files, judge)
    }
}

fn judge(project: &Project, documents: &Documents, outcome: &mut Outcome) {
    let path = project.path();
    if project.variables.is_empty() {
        let message = format!("{} interpolates no variable that a document could name", path.shown().raw());
        let help = "nothing holds by emptiness: take what differs between deployments from variables, `${X}`";
        return outcome.push(Finding::fault(message).path(&path).help(help));
    }
    let name = String::from_utf8_lossy(path.name()).into_owned();
    let mut naming = None;
    for document in &documents.read {
        let Some(span) = names_file(&document.bytes, &name) else { continue };
        let found = project.variables.iter().find_map(|named| Some((named, variable(&document.bytes, &named.name)?)));
        match found {
            Some((named, variable)) => {
                let line = document.range(variable).line;
                let message = format!("it names {name}, and its variable {} on line {line}", named.name);
                return outcome.push(Finding::proof(message).at(document, span));
            }
            None => naming = naming.or(Some((document, span))),
        }
    }
    if documents.doubt_unread(outcome) {
        return;
    }
    let names: Vec<&str> = project.variables.iter().take(3).map(|named| named.name.as_str()).collect();
    let help = format!("describe the deployment: the file, and what it needs, for example {}", names.join(", "));
    outcome.push(match naming {
        Some((document, span)) => {
            Finding::fault(format!("it names {name}, but none of its variables")).at(document, span).help(help)
        }
        None => Finding::fault(format!("no document of {} names {name}", documents.written())).path(&path).help(help),
    });
}
