//! `no_new_privileges`: services that cannot gain privileges.

use crate::checks::compose::{
    BUILT_FROM, FILES, IMAGE, MERGED, Projects, SERVICES, Selection, at, documented_selection,
};
use crate::checks::{Args, Body, Finding, Kind, Outcome, Reason, TreeCheck};
use crate::semantics::compose::{Data, Place, Project, Service, Text};
use crate::semantics::files::Files;

/// The kind.
pub const KIND: Kind = Kind {
    name: "no_new_privileges",
    summary: "services set no-new-privileges",
    doc: documented_selection!(
        "Each chosen service lists in `security_opt` `no-new-privileges`, `no-new-privileges:true` or `no-new-privileges=true` (also `1`, `t`); of several the last one counts, and `:false` fails. A blank after the colon makes it a mapping, which Compose refuses: that fails too.\n\nSource: `parseSecurityOpt` of <https://github.com/moby/moby>.",
    ),
    example: "check = { no_new_privileges = { files = \"docker-compose.prod.yml\", services = \"web\" } }",
    fields: &[FILES, SERVICES, BUILT_FROM, IMAGE, MERGED],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let (projects, selection) = (Projects::of(args), Selection::of(args));
    Some(Body::Tree(Box::new(NoNewPrivileges { projects, selection })))
}

struct NoNewPrivileges {
    projects: Projects,
    selection: Selection,
}

impl TreeCheck for NoNewPrivileges {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        self.projects.each(files, &mut outcome, |project, outcome| {
            self.selection.each(project, outcome, |service, outcome| judge(project, service, outcome));
        });
        outcome
    }
}

const OPTION: &str = "no-new-privileges";
const HELP: &str = "add `- no-new-privileges:true` to its `security_opt`";

/// What an item of `security_opt` says about it.
enum Says {
    On,
    Off,
    Nothing,
    Unknown,
    /// Docker refuses it.
    Bad,
}

fn says(text: &Text) -> Says {
    let Some(value) = text.value() else {
        let (name, rest) = match text.split_once('=').or_else(|| text.split_once(':')) {
            Some((name, rest)) => (name, Some(rest)),
            None => (text.clone(), None),
        };
        return match name.value() {
            Some(name) if name != OPTION => Says::Nothing,
            Some(_) => Says::Unknown,
            None if rest.is_none() && !text.could_be(OPTION) && !text.known_start().is_empty() => {
                if OPTION.starts_with(text.known_start()) { Says::Unknown } else { Says::Nothing }
            }
            None => Says::Unknown,
        };
    };
    if value == OPTION {
        return Says::On;
    }
    let Some((name, flag)) = value.split_once('=').or_else(|| value.split_once(':')) else { return Says::Nothing };
    match (name, flag) {
        (OPTION, "1" | "t" | "T" | "true" | "TRUE" | "True") => Says::On,
        (OPTION, "0" | "f" | "F" | "false" | "FALSE" | "False") => Says::Off,
        (OPTION, _) => Says::Bad,
        _ => Says::Nothing,
    }
}

fn judge(project: &Project, service: &Service, outcome: &mut Outcome) {
    let name = &service.name;
    let fault = |message: String, place: Place| at(Finding::fault(message).help(HELP), project, place);
    let Some((key, options)) = service.item.pair("security_opt").filter(|(_, item)| !item.is_null()) else {
        return outcome.push(fault(format!("service {name} has no `security_opt`"), service.key));
    };
    if !matches!(options.data, Data::List(_)) {
        let message =
            format!("`security_opt` of service {name} is {}, and Compose takes only a list there", options.type_name());
        return outcome.push(fault(message, key.place));
    }
    let mut last = None;
    for item in options.items() {
        let Some(text) = item.text() else {
            let mapping = item.get(OPTION).is_some();
            let message = if mapping {
                format!("in service {name} the blank after `{OPTION}:` makes it a mapping, which Compose refuses")
            } else {
                format!("`security_opt` of service {name} lists {}, which Compose refuses", item.type_name())
            };
            return outcome.push(fault(message, item.place));
        };
        match says(&text) {
            Says::Nothing => {}
            says => last = Some((says, text.shown(), item.place)),
        }
    }
    match last {
        None => outcome.push(fault(format!("`security_opt` of service {name} does not list `{OPTION}`"), key.place)),
        Some((Says::On, written, place)) => {
            outcome.push(at(Finding::proof(format!("service {name} sets `{written}`")), project, place));
        }
        Some((Says::Off, written, place)) => {
            outcome.push(fault(format!("service {name} sets `{written}`, which switches it off"), place));
        }
        Some((Says::Bad, written, place)) => {
            outcome.push(fault(format!("service {name} sets `{written}`, which Docker refuses"), place));
        }
        Some((_, written, place)) => {
            let message = format!("`security_opt` of service {name} has {written}, which has no value");
            outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, place));
        }
    }
}
