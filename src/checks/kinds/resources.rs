//! `resources`: limits and reservations of services.

use crate::checks::compose::{
    BUILT_FROM, FILES, IMAGE, MERGED, Projects, SERVICES, Selection, at, documented_selection, listed,
    whole as whole_of,
};
use crate::checks::{Args, Body, Finding, Kind, Outcome, Reason, TreeCheck};
use crate::semantics::compose::{Data, Item, Place, Project, Service, bytes, cpus};
use crate::semantics::files::Files;

/// The kind.
pub const KIND: Kind = Kind {
    name: "resources",
    summary: "services have limits and reservations of CPUs and memory",
    doc: documented_selection!(
        "Each chosen service has `deploy.resources.limits` and `deploy.resources.reservations`, `cpus` and `memory` both. `cpus` is a decimal number above 0, written as a number or a text; `memory` a text with a number above 0 and a unit of bytes (`512M`, `1.5gb`, `64 KiB`, `1024`; a plain number is one that Compose refuses there). A reservation is not larger than its limit. `mem_limit`, `cpus` and the like beside `deploy` do not count: they reserve nothing.\n\nSource of the sizes: <https://github.com/docker/go-units>.",
    ),
    example: "check = { resources = { files = \"docker-compose.prod.yml\", services = [\"web\", \"worker\"] } }",
    fields: &[FILES, SERVICES, BUILT_FROM, IMAGE, MERGED],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let (projects, selection) = (Projects::of(args), Selection::of(args));
    Some(Body::Tree(Box::new(Resources { projects, selection })))
}

struct Resources {
    projects: Projects,
    selection: Selection,
}

/// What stands at one of the four places.
enum Amount {
    Missing,
    Bad,
    Unknown,
    /// Billionths of a CPU, or bytes; and as written.
    Is(u64, String),
}

impl TreeCheck for Resources {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        self.projects.each(files, &mut outcome, |project, outcome| {
            self.selection.each(project, outcome, |service, outcome| judge(project, service, outcome));
        });
        outcome
    }
}

fn judge(project: &Project, service: &Service, outcome: &mut Outcome) {
    let faults = outcome.findings.len() + outcome.doubts.len();
    let mut missing = Vec::new();
    let mut amounts = Vec::new();
    for group in ["limits", "reservations"] {
        for key in ["cpus", "memory"] {
            let path = ["deploy", "resources", group, key];
            let amount = match service.at(&path) {
                Some(item) if !item.is_null() => amount(project, service, &path, item, outcome),
                _ => Amount::Missing,
            };
            if matches!(amount, Amount::Missing) {
                missing.push(format!("{group}.{key}"));
            }
            amounts.push(amount);
        }
    }
    let anchor = [&["deploy", "resources"][..], &["deploy"][..]].iter().find_map(|path| key_of(service, path));
    let anchor = anchor.unwrap_or(service.key);
    if !missing.is_empty() {
        let beside: Vec<&str> =
            BESIDE.iter().copied().filter(|key| service.item.get(key).is_some_and(|item| !item.is_null())).collect();
        let note = if beside.is_empty() {
            String::new()
        } else {
            format!("; what stands beside `deploy` does not count: {}", listed(&beside))
        };
        let message = format!("service {} lacks deploy.resources {}{note}", service.name, listed(&missing));
        let help = "add `cpus` and `memory` to `deploy.resources.limits` and to `deploy.resources.reservations`";
        outcome.push(at(Finding::fault(message).help(help), project, anchor));
    }
    let [limit_cpus, limit_memory, reserved_cpus, reserved_memory] = amounts.as_slice() else { return };
    for (key, limit, reserved) in [("cpus", limit_cpus, reserved_cpus), ("memory", limit_memory, reserved_memory)] {
        if let (Amount::Is(limit, written), Amount::Is(reserved, more)) = (limit, reserved)
            && reserved > limit
        {
            let message = format!("service {} reserves {key} {more}, more than its limit of {written}", service.name);
            let place = key_of(service, &["deploy", "resources", "reservations", key]).unwrap_or(anchor);
            let help = "lower the reservation or raise the limit";
            outcome.push(at(Finding::fault(message).help(help), project, place));
        }
    }
    if let (Amount::Is(_, a), Amount::Is(_, b), Amount::Is(_, c), Amount::Is(_, d)) =
        (limit_cpus, limit_memory, reserved_cpus, reserved_memory)
        && outcome.findings.len() + outcome.doubts.len() == faults
    {
        let message =
            format!("service {} is limited to {a} CPUs and {b} of memory, and reserves {c} CPUs and {d}", service.name);
        let whole = service.at(&["deploy"]).and_then(|deploy| deploy.pair("resources"));
        let place = whole.map_or(anchor, |(key, item)| whole_of(key.place, item));
        outcome.push(at(Finding::proof(message), project, place));
    }
}

/// What people write beside `deploy` instead.
const BESIDE: &[&str] = &["cpus", "cpu_quota", "cpu_count", "mem_limit", "mem_reservation"];

/// Where the last key of a path stands.
fn key_of(service: &Service, path: &[&str]) -> Option<Place> {
    let (last, parents) = path.split_last()?;
    service.at(parents)?.pair(last).map(|(key, _)| key.place)
}

fn amount(project: &Project, service: &Service, path: &[&str], item: &Item, outcome: &mut Outcome) -> Amount {
    let name = format!("{} of service {}", path.join("."), service.name);
    let mut bad = |message: String, help: &str| {
        outcome.push(at(Finding::fault(message).help(help.to_owned()), project, item.place));
        Amount::Bad
    };
    let memory = path.last() == Some(&"memory");
    let help = if memory { "write a size with its unit: `512M`" } else { "write a decimal number: `'0.5'`" };
    let Some(text) = item.text() else {
        return bad(format!("{name} is {}", item.type_name()), help);
    };
    let Some(written) = text.value() else {
        let message = format!("{name} is {}, which has no value", text.shown());
        outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, item.place));
        return Amount::Unknown;
    };
    if memory && !matches!(item.data, Data::Text(_)) {
        return bad(
            format!("{name} is {written}, and Compose takes only a text there"),
            "write it in quotes with its unit: `\"512M\"`",
        );
    }
    match if memory { bytes(&written) } else { cpus(&written) } {
        Some(0) => bad(format!("{name} is {written}, which sets nothing"), help),
        Some(amount) => Amount::Is(amount, written),
        None if memory => bad(format!("{name} is `{written}`, which is no size that Docker reads"), help),
        None => bad(format!("{name} is `{written}`, which is no number of CPUs"), help),
    }
}
