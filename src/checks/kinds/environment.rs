//! `environment`: what services are told, and that no secret of it stands in the file.

use crate::checks::compose::{
    BUILT_FROM, FILES, IMAGE, MERGED, Projects, SERVICES, Selection, at, documented_selection,
};
use crate::checks::{Args, Body, Finding, Kind, Outcome, Reason, TreeCheck};
use crate::semantics::compose::{Data, Item, Key, Project, Service, Variable};
use crate::semantics::files::Files;
use crate::source::{Outside, mask};

/// The kind.
pub const KIND: Kind = Kind {
    name: "environment",
    summary: "services list their environment, and no secret of it is a literal",
    doc: documented_selection!(
        "Each chosen service has an `environment` with at least one variable, as a mapping or a list, and no value of a secret stands in the file. A variable is secret when one of the words of its name, split at every character that is no letter or digit, is password, secret, token or key, in upper or lower case; a name that ends in `_FILE` is a path and exempt.\n\nFine are `${X}`, `${X:?message}`, `${X:-}`, a key without a value (it is passed through) and an empty value (a note: nothing is given away). A literal fails, a number and a boolean as well, and so does a default or alternative with a literal in it: `${X:-changeme}`, `${X:-${Y:-changeme}}`, `${X:+changeme}`. A secret that is made of a literal part and a variable (`prefix-${X}`) is a note, and so is a URL with a password under another name.",
    ),
    example: "check = { environment = { files = \"docker-compose.prod.yml\", services = \"web\" } }",
    fields: &[FILES, SERVICES, BUILT_FROM, IMAGE, MERGED],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let (projects, selection) = (Projects::of(args), Selection::of(args));
    Some(Body::Tree(Box::new(Environment { projects, selection })))
}

struct Environment {
    projects: Projects,
    selection: Selection,
}

impl TreeCheck for Environment {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        self.projects.each(files, &mut outcome, |project, outcome| {
            self.selection.each(project, outcome, |service, outcome| judge(project, service, outcome));
        });
        outcome
    }
}

/// How a secret's value stands in the file.
enum Standing {
    /// It does not.
    Elsewhere,
    /// As it is.
    Literal,
    /// As what a variable stands for.
    Default,
    /// A part of it.
    Partly,
    /// It is set to nothing.
    Empty,
}

fn judge(project: &Project, service: &Service, outcome: &mut Outcome) {
    let name = &service.name;
    let help = "list every variable that it needs under `environment`: `KEY: ${KEY}`";
    let Some((key, environment)) = service.item.pair("environment") else {
        let message = format!("service {name} has no `environment`");
        return outcome.push(at(Finding::fault(message).help(help), project, service.key));
    };
    if environment.text().is_some() {
        let what = environment.type_name();
        let message = format!("`environment` of service {name} is {what}, and Compose takes a list or a mapping there");
        return outcome.push(hidden(Finding::fault(message).help(help), project, key, "environment:"));
    }
    let entries = environment.entries();
    if entries.is_empty() {
        let message = format!("`environment` of service {name} lists nothing");
        return outcome.push(at(Finding::fault(message).help(help), project, key.place));
    }
    let before = outcome.findings.len() + outcome.doubts.len();
    for (key, item) in entries {
        variable(project, service, key, item, outcome);
    }
    let faults = outcome.findings.iter().skip(before).any(|finding| finding.level == crate::checks::Level::Fault);
    if !faults && outcome.doubts.is_empty() {
        let secrets = entries.iter().filter(|(key, _)| is_secret(&key.name)).count();
        let of = match secrets {
            0 => "none names a secret".to_owned(),
            1 => "one names a secret, and its value is no literal".to_owned(),
            n => format!("{n} name secrets, and none of their values is a literal"),
        };
        let variables = if entries.len() == 1 { "variable" } else { "variables" };
        let message = format!("service {name} lists {} {variables}: {of}", entries.len());
        outcome.push(hidden(Finding::proof(message), project, key, "environment:"));
    }
}

fn variable(project: &Project, service: &Service, key: &Key, item: &Item, outcome: &mut Outcome) {
    let name = &service.name;
    if key.unresolved {
        let message = format!("`environment` of service {name} has {}, which has no value", key.name);
        return outcome.doubt(Reason::Unresolved, hidden(Finding::note(message), project, key, "- …"));
    }
    if matches!(item.data, Data::List(_) | Data::Map(_)) {
        let message = format!("{} of service {name} is {}, which Compose refuses", key.name, item.type_name());
        return outcome.doubt(Reason::Unreadable, hidden(Finding::note(message), project, key, &key.name));
    }
    let excerpt = format!("{}: ***", key.name);
    let place = |finding: Finding| hidden(finding, project, key, &excerpt);
    if !is_secret(&key.name) {
        let text = item.text().map(|text| text.shown()).unwrap_or_default();
        if text.contains("://") && mask(&text) != text {
            let message = format!("{} of service {name} is a URL with a password in it", key.name);
            outcome.push(place(Finding::note(message)));
        }
        return;
    }
    let help = format!("write `${{{0}}}` or `${{{0}:?}}`, and set it where the service is deployed", key.name);
    match standing(item) {
        Standing::Elsewhere => {}
        Standing::Literal => {
            let message = format!("the value of {} in service {name} is a literal", key.name);
            outcome.push(place(Finding::fault(message).help(help)));
        }
        Standing::Default => {
            let message = format!("{} of service {name} has a literal default", key.name);
            outcome.push(place(Finding::fault(message).help(help)));
        }
        Standing::Partly => {
            let message = format!("a part of the value of {} in service {name} is a literal", key.name);
            outcome.push(place(Finding::note(message)));
        }
        Standing::Empty => {
            let message = format!("{} of service {name} is set to nothing", key.name);
            outcome.push(place(Finding::note(message)));
        }
    }
}

/// Whether a variable's name says that its value is a secret.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if name.ends_with("_file") {
        return false;
    }
    name.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "password" | "secret" | "token" | "key"))
}

fn standing(item: &Item) -> Standing {
    let scalar = match &item.data {
        Data::Null | Data::List(_) | Data::Map(_) => return Standing::Elsewhere,
        Data::Bool(_) | Data::Number(_) => return Standing::Literal,
        Data::Text(scalar) => scalar,
    };
    let given = |variable: &Variable| {
        [&variable.default, &variable.alternative].into_iter().flatten().any(|text| text.has_literal())
    };
    if scalar.variables.iter().any(given) {
        return Standing::Default;
    }
    match (scalar.text.is_known(), scalar.text.has_literal()) {
        (true, true) => Standing::Literal,
        (true, false) if scalar.variables.is_empty() => Standing::Empty,
        (false, true) => Standing::Partly,
        _ => Standing::Elsewhere,
    }
}

/// The finding at a key, with an excerpt of our own: the value may go on in ways that no masking of lines sees.
fn hidden(finding: Finding, project: &Project, key: &Key, excerpt: &str) -> Finding {
    let mut finding = at(finding, project, key.place);
    finding.lines = finding.lines.map(|range| crate::source::LineRange::at(range.line));
    finding.excerpt = finding.excerpt.map(|_| Outside::new(mask(excerpt)));
    finding
}
