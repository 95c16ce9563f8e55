//! `tmpfs`: what services keep in memory.

use crate::checks::compose::{
    BUILT_FROM, FILES, IMAGE, MERGED, Projects, SERVICES, Selection, at, documented_selection, listed,
};
use crate::checks::{Args, Body, Field, FieldType, Finding, Kind, Outcome, Reason, TreeCheck};
use crate::semantics::compose::{Data, MountKind, Project, Service, Text, Tmpfs, clean_path};
use crate::semantics::files::Files;

/// The kind.
pub const KIND: Kind = Kind {
    name: "tmpfs",
    summary: "services mount a tmpfs on each of some paths",
    doc: documented_selection!(
        "Each chosen service has a tmpfs on each path: `tmpfs` as a text or a list, options after a colon (`/tmp:size=100m`), `volumes` with `type: tmpfs`, or a named volume that the top level declares with `driver_opts: {type: tmpfs}`. Paths are compared cleaned (`/tmp/` is `/tmp`); `/var/run` is `/run`, since it links there. `/var/tmp` is neither `/tmp` nor `/run`.",
    ),
    example: "check = { tmpfs = { files = \"docker-compose.prod.yml\", services = \"web\", paths = [\"/tmp\", \"/run\"] } }",
    fields: &[
        FILES,
        Field { name: "paths", takes: FieldType::Texts, required: true, doc: "the paths in the container" },
        SERVICES,
        BUILT_FROM,
        IMAGE,
        MERGED,
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let paths = args.texts("paths");
    for path in paths.iter().filter(|path| !path.starts_with('/')) {
        args.mistake(
            "paths",
            format!("`{path}` is no absolute path"),
            Some("a path in the container begins with `/`".into()),
        );
    }
    let paths = paths.iter().map(|path| clean_path(path)).collect();
    let (projects, selection) = (Projects::of(args), Selection::of(args));
    Some(Body::Tree(Box::new(InMemory { projects, selection, paths })))
}

struct InMemory {
    projects: Projects,
    selection: Selection,
    paths: Vec<String>,
}

impl TreeCheck for InMemory {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        self.projects.each(files, &mut outcome, |project, outcome| {
            self.selection.each(project, outcome, |service, outcome| self.judge(project, service, outcome));
        });
        outcome
    }
}

/// `/var/run` is a link to `/run` in every image that follows the usual layout.
fn canonical(path: &str) -> String {
    let path = clean_path(path);
    if path == "/var/run" { "/run".to_owned() } else { path }
}

/// Every tmpfs of a service, through declared volumes too.
fn tmpfs(project: &Project, service: &Service) -> Vec<Tmpfs> {
    let mut found = service.tmpfs();
    for mount in service.mounts().into_iter().filter(|mount| mount.kind == MountKind::Named) {
        let declared = mount.source.and_then(|source| source.value()).and_then(|name| project.volume(&name));
        let kind = declared.and_then(|(_, volume)| volume.at(&["driver_opts", "type"])?.value());
        if let (Some("tmpfs"), Some(path)) = (kind.as_deref(), mount.target) {
            found.push(Tmpfs { path, place: mount.place });
        }
    }
    found
}

impl InMemory {
    fn judge(&self, project: &Project, service: &Service, outcome: &mut Outcome) {
        let found = tmpfs(project, service);
        let known: Vec<(String, &Tmpfs)> =
            found.iter().filter_map(|tmpfs| Some((canonical(&tmpfs.path.value()?), tmpfs))).collect();
        let mut missing = Vec::new();
        for path in &self.paths {
            let wanted = canonical(path);
            if let Some((_, tmpfs)) = known.iter().find(|(path, _)| *path == wanted) {
                let written = tmpfs.path.shown();
                let message = format!("service {} has a tmpfs on {written}", service.name);
                outcome.push(at(Finding::proof(message), project, tmpfs.place));
                continue;
            }
            let could_be = |text: &Text| {
                let spellings: &[&str] = if wanted == "/run" { &["/run", "/var/run"] } else { &[wanted.as_str()] };
                !text.is_known() && spellings.iter().any(|spelling| text.could_be(spelling))
            };
            match found.iter().find(|tmpfs| could_be(&tmpfs.path)) {
                Some(tmpfs) => {
                    let message = format!(
                        "service {} has a tmpfs on {}, which has no value and could be {path}",
                        service.name,
                        tmpfs.path.shown()
                    );
                    outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, tmpfs.place));
                }
                None => missing.push(path.clone()),
            }
        }
        if missing.is_empty() {
            return;
        }
        if let Some((key, item)) = service.item.pair("tmpfs").filter(|(_, item)| matches!(item.data, Data::Map(_))) {
            let message = format!(
                "`tmpfs` of service {} is {}, and Compose takes a text or a list there",
                service.name,
                item.type_name()
            );
            let help = format!("write `tmpfs: [{}]`", self.paths.join(", "));
            return outcome.push(at(Finding::fault(message).help(help), project, key.place));
        }
        let has: Vec<String> = found.iter().map(|tmpfs| tmpfs.path.shown()).collect();
        let has = if has.is_empty() { String::new() } else { format!(", only on {}", listed(&has)) };
        let mut message = format!("service {} has no tmpfs on {}{has}", service.name, listed(&missing));
        let mut help = format!("add {} to its `tmpfs`", listed(&missing));
        if known.iter().any(|(path, _)| path == "/var/tmp") && missing.iter().any(|path| canonical(path) == "/run") {
            message.push_str("; /var/tmp is not /run");
            help.push_str(": a snippet that lists /tmp and /var/tmp, as the plan's own does, leaves /run out");
        }
        let place = service.item.pair("tmpfs").map_or(service.key, |(key, _)| key.place);
        outcome.push(at(Finding::fault(message).help(help), project, place));
    }
}
