//! `capabilities`: what services drop.

use crate::checks::compose::{
    BUILT_FROM, FILES, IMAGE, MERGED, Projects, SERVICES, Selection, at, documented_selection, listed, whole,
};
use crate::checks::{Args, Body, Field, FieldType, Finding, Kind, Outcome, Reason, TreeCheck};
use crate::semantics::compose::{Data, Item, Place, Project, Service};
use crate::semantics::files::Files;

/// The kind.
pub const KIND: Kind = Kind {
    name: "capabilities",
    summary: "services drop capabilities",
    doc: documented_selection!(
        "Each chosen service drops each capability of `drop` by `cap_drop`; one that drops `ALL` drops every other. Upper and lower case and `CAP_` before a name are the same, as Docker reads them. What `cap_add` gives back to a service that drops `ALL` is a note; `cap_add: [ALL]` undoes it and fails, and so does `privileged: true`, under which nothing is dropped.\n\nSource: `TweakCapabilities` of <https://github.com/moby/moby>.",
    ),
    example: "check = { capabilities = { files = \"docker-compose.prod.yml\", built_from = \"Dockerfile.nginx*\", image = \"nginx\", drop = \"ALL\" } }",
    fields: &[
        FILES,
        Field { name: "drop", takes: FieldType::Texts, required: true, doc: "the capabilities: `ALL`, `NET_RAW`, …" },
        SERVICES,
        BUILT_FROM,
        IMAGE,
        MERGED,
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let drop = args.texts("drop").iter().map(|name| canonical(name)).collect();
    let (projects, selection) = (Projects::of(args), Selection::of(args));
    Some(Body::Tree(Box::new(Capabilities { projects, selection, drop })))
}

struct Capabilities {
    projects: Projects,
    selection: Selection,
    drop: Vec<String>,
}

impl TreeCheck for Capabilities {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        self.projects.each(files, &mut outcome, |project, outcome| {
            self.selection.each(project, outcome, |service, outcome| self.judge(project, service, outcome));
        });
        outcome
    }
}

/// `cap_net_raw` is `NET_RAW`; `ALL` has no long form.
fn canonical(name: &str) -> String {
    let name = name.to_ascii_uppercase();
    match name.strip_prefix("CAP_") {
        Some(rest) if rest != "ALL" => rest.to_owned(),
        _ => name,
    }
}

/// The capabilities of a list.
#[derive(Default)]
struct List {
    key: Option<Place>,
    names: Vec<String>,
    /// An item that is a variable without a value.
    unknown: Option<(String, Place)>,
    /// Why it is no list that Compose takes.
    bad: Option<String>,
}

impl List {
    fn of(service: &Service, name: &str) -> Self {
        let Some((key, item)) = service.item.pair(name).filter(|(_, item)| !item.is_null()) else {
            return Self::default();
        };
        let mut list = Self { key: Some(whole(key.place, item)), ..Self::default() };
        if !matches!(item.data, Data::List(_)) {
            list.bad = Some(format!(
                "`{name}` of service {} is {}, and Compose takes only a list there",
                service.name,
                item.type_name()
            ));
        }
        for item in item.items() {
            match item.text() {
                Some(text) => match text.value() {
                    Some(value) => list.names.push(canonical(&value)),
                    None => list.unknown = Some((text.shown(), item.place)),
                },
                None => list.bad = Some(format!("`{name}` of service {} lists {}", service.name, item.type_name())),
            }
        }
        list
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }
}

impl Capabilities {
    fn judge(&self, project: &Project, service: &Service, outcome: &mut Outcome) {
        let (dropped, added) = (List::of(service, "cap_drop"), List::of(service, "cap_add"));
        let name = &service.name;
        if let Some((key, flag)) = service.item.pair("privileged") {
            match privileged(flag) {
                Some(true) => {
                    let message = format!("service {name} is privileged, so that it keeps every capability");
                    let help = "take `privileged` out; give back what is needed with `cap_add`";
                    return outcome.push(at(Finding::fault(message).help(help), project, key.place));
                }
                Some(false) => {}
                None => {
                    let message = format!("`privileged` of service {name} has no value that is known");
                    outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, key.place));
                }
            }
        }
        let place = dropped.key.unwrap_or(service.key);
        if let Some(bad) = dropped.bad.as_ref().or(added.bad.as_ref()) {
            return outcome.push(at(Finding::fault(bad.clone()).help("write `cap_drop: [ALL]`"), project, place));
        }
        let all = dropped.has("ALL");
        let missing: Vec<&str> =
            self.drop.iter().map(String::as_str).filter(|wanted| !all && !dropped.has(wanted)).collect();
        if !missing.is_empty() {
            return self.lacks(project, service, &missing, &dropped, outcome);
        }
        if let Some(undone) = std::iter::once("ALL")
            .chain(self.drop.iter().map(String::as_str))
            .find(|cap| added.has(cap) && (*cap == "ALL" || !all))
        {
            let message = format!("service {name} drops {}, but `cap_add` gives {undone} back", listed(&self.drop));
            let help = format!("take {undone} out of `cap_add`");
            return outcome.push(at(Finding::fault(message).help(help), project, added.key.unwrap_or(place)));
        }
        if let Some((written, unknown)) = &added.unknown {
            let message = format!("`cap_add` of service {name} has {written}, which has no value and could be ALL");
            return outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, *unknown));
        }
        outcome.push(at(Finding::proof(format!("service {name} drops {}", listed(&self.drop))), project, place));
        if !added.names.is_empty() {
            let message = format!("service {name} gets back {}", listed(&added.names));
            outcome.push(at(Finding::note(message), project, added.key.unwrap_or(place)));
        }
    }

    fn lacks(&self, project: &Project, service: &Service, missing: &[&str], dropped: &List, outcome: &mut Outcome) {
        let name = &service.name;
        if let Some((written, unknown)) = &dropped.unknown {
            let message = format!("`cap_drop` of service {name} has {written}, which has no value");
            return outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, *unknown));
        }
        let only = match dropped.names.as_slice() {
            [] => String::new(),
            names => format!(", only {}", listed(names)),
        };
        let message = format!("service {name} does not drop {}{only}", listed(missing));
        let help = format!("add `cap_drop: [{}]` to it", missing.join(", "));
        outcome.push(at(Finding::fault(message).help(help), project, dropped.key.unwrap_or(service.key)));
    }
}

/// `None` when it is a variable without a value or no boolean.
fn privileged(item: &Item) -> Option<bool> {
    match item.data {
        Data::Bool(flag) => Some(flag),
        Data::Null => Some(false),
        _ => None,
    }
}
