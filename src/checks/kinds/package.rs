//! `package`: a package is installed in the image.

use crate::checks::{
    Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, TreeCheck, at, each_image, elsewhere, not_found,
    reason,
};
use crate::semantics::files::Files;
use crate::semantics::image::{Image, Presence, Timeline, denied, presence};

/// The kind.
pub const KIND: Kind = Kind {
    name: "package",
    summary: "the image installs a package, and does not remove it again",
    doc: "Holds when the image of each Dockerfile (its last stage and every stage that it is built FROM) installs the \
package by `apt-get`, `apt`, `apk`, `dnf`, `microdnf` or `yum` (also aptitude, zypper, tdnf, dpkg, rpm) and does not \
remove it again. Versions, architectures and releases (`curl=7.88*`, `curl:amd64`, `curl-7.76.1`), `apk add --virtual` \
with `apk del`, variables, and scripts of the build context are understood. A package that merely contains the name \
(`curl-minimal`, `libcurl4`) is another one; a dry run and a download install nothing.\n\n\
Fails when nothing installs it: what a base image brings along cannot be seen, and a stage that the image is not built \
from does not count, nor does what another user than root runs.\n\n\
Unknown when the command stands under a condition or its failure is ignored, when names come from a variable without a \
value or from `xargs`, and when nothing installs it but the image runs something that cannot be read and could have.",
    example: "check = { package = { files = \"Dockerfile\", name = \"curl\" } }",
    fields: &[
        Field { name: "files", takes: FieldType::Files, required: true, doc: "the Dockerfiles" },
        Field { name: "name", takes: FieldType::Text, required: true, doc: "the package's name" },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(Package { files: args.files("files"), name: args.text("name")? })))
}

struct Package {
    files: FileSet,
    name: String,
}

impl TreeCheck for Package {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_image(files, &self.files, &mut outcome, self, Self::judge);
        outcome
    }
}

impl Package {
    fn judge(&self, files: &Files<'_>, image: &Image<'_>, outcome: &mut Outcome) {
        let name = &self.name;
        let timeline = Timeline::of(image, files);
        let (since, fault) = match presence(&timeline, name) {
            Presence::Installed(place) => {
                return outcome.push(at(Finding::proof(format!("{name} is installed")), &place));
            }
            Presence::Doubtful(doubts) => {
                for (place, why) in doubts.iter().take(3) {
                    let finding = Finding::note(format!("it cannot be told whether {name} is installed: {why}"));
                    outcome.doubt(reason(why), at(finding, place));
                }
                return;
            }
            Presence::Removed(since, installed, removed) => {
                let line = installed.lines().line;
                let finding = Finding::fault(format!("{name} is removed again, after line {line} installed it"));
                (since, at(finding, &removed).help(format!("leave {name} in the image")))
            }
            Presence::Never => {
                let finding = Finding::fault(format!("nothing installs {name} in the image"));
                if let Some(place) = denied(&timeline, name) {
                    outcome.push(at(Finding::note("it runs as another user than root, who may not install"), &place));
                }
                let installs =
                    |other: &Image<'_>| matches!(presence(&Timeline::of(other, files), name), Presence::Installed(_));
                let help = match elsewhere(image, installs) {
                    Some(stage) => format!("{stage} installs it, but the image is not built from that stage"),
                    None => format!("install it, for example `RUN apt-get update && apt-get install -y {name}`"),
                };
                (0, at(finding, &image.from_place()).help(help))
            }
        };
        not_found(outcome, &timeline, since, None, &format!("install {name}"), fault);
    }
}
