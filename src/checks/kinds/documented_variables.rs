//! `documented_variables`: every variable of a Compose file is named in a document.

use crate::checks::compose::{FILES, MERGED, at, documented, listed, unreadable};
use crate::checks::documents::{Documents, Told, documents, variable};
use crate::checks::{Args, Body, Finding, Kind, Outcome, TreeCheck};
use crate::semantics::compose::{Named, Project};
use crate::semantics::files::Files;

/// The kind.
pub const KIND: Kind = Kind {
    name: "documented_variables",
    summary: "every variable that a Compose file interpolates is named in a document",
    doc: documented!(
        "Holds when the file interpolates at least one variable, and each is named in one of `documents`, as a whole word and in its own case, comments included. Those of included files and of the services that are extended count, and those inside defaults (`${A:-${B}}`); `$$X` and what stands in YAML comments do not. A document that is missing is none; without any of them it fails.",
    ),
    example: "check = { documented_variables = { files = \"docker-compose.prod.yml\", documents = [\".env.example\", \"README.md\", \"docs/**/*.md\"] } }",
    fields: &[FILES, documents("where variables are documented; one of them has to be there"), MERGED],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(Documented(Told::of(args)))))
}

struct Documented(Told);

impl TreeCheck for Documented {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        self.0.each(files, judge)
    }
}

fn judge(project: &Project, documents: &Documents, outcome: &mut Outcome) {
    let path = project.path();
    // What a service extends that cannot be read may name others.
    project.services.iter().for_each(|service| unreadable(project, service, outcome));
    if project.variables.is_empty() && outcome.doubts.is_empty() {
        let message = format!("{} interpolates no variable", path.shown().raw());
        let help = "nothing holds by emptiness: take what differs between deployments from variables, `${X}`";
        return outcome.push(Finding::fault(message).path(&path).help(help));
    }
    let mut missing: Vec<&Named> = Vec::new();
    let mut first = None;
    for named in &project.variables {
        let found = documents.read.iter().find_map(|file| Some((file, variable(&file.bytes, &named.name)?)));
        match found {
            Some(found) => first = first.or(Some(found)),
            None => missing.push(named),
        }
    }
    let Some(undocumented) = missing.first() else {
        let variables = match project.variables.as_slice() {
            [one] => format!("the variable {}", one.name),
            all => format!("each of the {} variables", all.len()),
        };
        let message = format!("{variables} of {} is named in {}", path.shown().raw(), documents.written());
        let finding = Finding::proof(message);
        return outcome.push(match first {
            Some((file, span)) => finding.at(file, span),
            None => finding.path(&path),
        });
    };
    if documents.doubt_unread(outcome) {
        return;
    }
    let names: Vec<&str> = missing.iter().map(|named| named.name.as_str()).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let message = format!("{} {verb} named nowhere in {}", listed(&names), documents.written());
    let help = "say in one of these documents what each variable is for";
    outcome.push(at(Finding::fault(message).help(help), project, undocumented.place));
}
