//! `mounts`: which services mount a named volume.

use crate::checks::compose::{
    BUILT_FROM, FILES, IMAGE, MERGED, Projects, SERVICES, Selection, at, documented_selection,
};
use crate::checks::{Args, Body, Field, FieldType, Finding, Kind, Outcome, Reason, TreeCheck};
use crate::semantics::compose::{Mount, MountKind, Project, Service};
use crate::semantics::files::Files;

/// The kind.
pub const KIND: Kind = Kind {
    name: "mounts",
    summary: "no service mounts a named volume (absent), or each chosen one does",
    doc: documented_selection!(
        "With `absent = true` it holds when no chosen service mounts the volume, in the short syntax (`cache:/root/.cache`) or the long one (`type: volume`, `source: cache`), under its key or under the `name:` that the top level gives it; a file without services holds. Without it each chosen service has to mount it. A folder of the host (`./cache:/x`) is no volume; a source that is a variable without a value, and could be the volume, is unknown.",
    ),
    example: "check = { mounts = { files = \"docker-compose.prod.yml\", volume = \"cache\", absent = true } }",
    fields: &[
        FILES,
        Field { name: "volume", takes: FieldType::Text, required: true, doc: "the volume's name" },
        Field {
            name: "absent",
            takes: FieldType::Flag,
            required: false,
            doc: "true: no service mounts it; else every chosen one does",
        },
        SERVICES,
        BUILT_FROM,
        IMAGE,
        MERGED,
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let volume = args.text("volume")?;
    let absent = args.flag("absent").unwrap_or(false);
    let (projects, selection) = (Projects::of(args), Selection::of(args));
    Some(Body::Tree(Box::new(Mounts { projects, selection, volume, absent })))
}

struct Mounts {
    projects: Projects,
    selection: Selection,
    volume: String,
    absent: bool,
}

impl TreeCheck for Mounts {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        self.projects.each(files, &mut outcome, |project, outcome| {
            if self.absent && self.selection.is_everything() && project.services.is_empty() {
                let message = format!("no service mounts {}: there are no services", self.volume);
                return outcome.push(Finding::proof(message).path(&project.path()));
            }
            let before = outcome.findings.len() + outcome.doubts.len();
            self.selection.each(project, outcome, |service, outcome| self.judge(project, service, outcome));
            if self.absent && outcome.findings.len() + outcome.doubts.len() == before {
                let message = format!("no service mounts {}", self.volume);
                outcome.push(Finding::proof(message).path(&project.path()));
            }
        });
        outcome
    }
}

impl Mounts {
    fn judge(&self, project: &Project, service: &Service, outcome: &mut Outcome) {
        let mounts = service.mounts();
        let is = |mount: &&Mount| self.is(project, mount) == Some(true);
        let may_be = mounts.iter().find(|mount| self.is(project, mount).is_none());
        let name = &service.name;
        match (mounts.iter().find(is), may_be) {
            (Some(mount), _) if self.absent => {
                for mount in std::iter::once(mount).chain(mounts.iter().filter(is).skip(1)) {
                    let target = mount.target.as_ref().map(|target| target.shown()).unwrap_or_default();
                    let message = format!("service {name} mounts {} on {target}", self.volume);
                    let help = "take the mount out of the service's `volumes`";
                    outcome.push(at(Finding::fault(message).help(help), project, mount.place));
                }
            }
            (Some(mount), _) => {
                let message = format!("service {name} mounts {}", self.volume);
                outcome.push(at(Finding::proof(message), project, mount.place));
            }
            (None, Some(mount)) => {
                let written =
                    mount.source.as_ref().or(mount.target.as_ref()).map(|text| text.shown()).unwrap_or_default();
                let message =
                    format!("service {name} mounts {written}, which has no value and could be {}", self.volume);
                outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, mount.place));
            }
            (None, None) if self.absent => {}
            (None, None) => {
                let message = format!("service {name} does not mount {}", self.volume);
                let help = format!("add `- {}:/path` to its `volumes`", self.volume);
                outcome.push(at(Finding::fault(message).help(help), project, service.key));
            }
        }
    }

    /// Whether a mount is of the volume; `None` when a variable without a value decides.
    fn is(&self, project: &Project, mount: &Mount) -> Option<bool> {
        match (&mount.kind, &mount.source) {
            (MountKind::Named, Some(source)) | (MountKind::Unknown, Some(source)) => {
                let Some(key) = source.value() else {
                    return if source.could_be(&self.volume) { None } else { Some(false) };
                };
                if key == self.volume {
                    return Some(true);
                }
                let name = project.volume(&key).and_then(|(_, volume)| volume.get("name")?.text());
                match name {
                    Some(name) if name.value().as_deref() == Some(&self.volume) => Some(true),
                    Some(name) if !name.is_known() && name.could_be(&self.volume) => None,
                    _ => Some(false),
                }
            }
            // The whole entry is a variable: it may bring a source of its own.
            (MountKind::Unknown, None) => {
                let start = mount.target.as_ref().map(|target| target.known_start().to_owned()).unwrap_or_default();
                let wanted = format!("{}:", self.volume);
                if wanted.starts_with(&start) || start.starts_with(&wanted) { None } else { Some(false) }
            }
            _ => Some(false),
        }
    }
}
