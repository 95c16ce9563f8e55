//! `volumes_declared`: no service mounts a volume that the file does not declare.

use crate::checks::compose::{FILES, MERGED, Projects, at, documented};
use crate::checks::{Args, Body, Finding, Kind, Outcome, Reason, TreeCheck};
use crate::semantics::compose::{MountKind, Project};
use crate::semantics::files::Files;

/// The kind.
pub const KIND: Kind = Kind {
    name: "volumes_declared",
    summary: "every named volume that a service mounts is declared at the top level",
    doc: documented!(
        "Holds when each named volume that a service mounts, short or long syntax, is a key of the top-level `volumes` (external ones too). Folders of the host, anonymous volumes and tmpfs are none. A file whose services mount no named volume fails: nothing holds by emptiness. A source that is a variable without a value is unknown.",
    ),
    example: "check = { volumes_declared = { files = \"docker-compose.prod.yml\" } }",
    fields: &[FILES, MERGED],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(Declared(Projects::of(args)))))
}

struct Declared(Projects);

impl TreeCheck for Declared {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        self.0.each(files, &mut outcome, judge);
        outcome
    }
}

fn judge(project: &Project, outcome: &mut Outcome) {
    let mut named = 0usize;
    let mut seen: Vec<String> = Vec::new();
    for service in &project.services {
        if !service.problems.is_empty() {
            let message = format!("service {} cannot be read, so that its volumes are not known", service.name);
            outcome.doubt(Reason::Unreadable, at(Finding::note(message), project, service.key));
            continue;
        }
        for mount in service.mounts() {
            let Some(source) = &mount.source else {
                if mount.kind == MountKind::Unknown {
                    let message = format!("service {} mounts what a variable without a value says", service.name);
                    outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, mount.place));
                }
                continue;
            };
            match (&mount.kind, source.value()) {
                (MountKind::Named | MountKind::Unknown, None) => {
                    let message = format!("service {} mounts {}, which has no value", service.name, source.shown());
                    outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, mount.place));
                }
                (MountKind::Named | MountKind::Unknown, Some(name)) => {
                    named += 1;
                    if seen.contains(&name) {
                        continue;
                    }
                    match project.volume(&name) {
                        Some((key, _)) => {
                            let message = format!("volume {name}, which service {} mounts, is declared", service.name);
                            outcome.push(at(Finding::proof(message), project, key.place));
                        }
                        None => {
                            let message =
                                format!("service {} mounts the volume {name}, which nothing declares", service.name);
                            let help = undeclared(&name);
                            outcome.push(at(Finding::fault(message).help(help), project, mount.place));
                        }
                    }
                    seen.push(name);
                }
                _ => {}
            }
        }
    }
    if named == 0 && outcome.doubts.is_empty() {
        let message = "no service mounts a named volume, so that nothing shows whether they are declared";
        let help = "nothing holds by emptiness: name another file in the plan, or take this check out of it";
        outcome.push(Finding::fault(message).path(&project.path()).help(help));
    }
}

/// What to do about a volume that nothing declares. A key of `volumes` holds no slash.
fn undeclared(name: &str) -> String {
    if name.starts_with(['.', '/', '~']) {
        "a folder is mounted by `type: bind`".to_owned()
    } else if name.contains('/') {
        format!("write `./{name}` for a folder")
    } else {
        format!("add `{name}:` to the top-level `volumes`, or write `./{name}` for a folder")
    }
}
