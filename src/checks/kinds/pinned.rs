//! `pinned`: every image reference is to one version.

use crate::checks::dockerfiles::{Named, named_images, short};
use crate::checks::{
    Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, TreeCheck, each_dockerfile,
};
use crate::formats::image::ImageRef;
use crate::semantics::files::Files;
use crate::semantics::references::Image;

/// The kind.
pub const KIND: Kind = Kind {
    name: "pinned",
    summary: "every image reference is pinned to a version or digest",
    doc: "Reads the references that `image_tag` reads. One is pinned by a digest, or by a tag that begins (after an optional `v`) with two numeric parts (`3.12`, `17.2-alpine`, `2024-05-01`) or an 8-digit date (`20240513`): `17`, `alpine`, `latest` and no tag at all are not. `scratch` is pinned by itself, names of stages are no references, and the frontend that `# syntax=` names is no image of the build.\n\n\
A service that builds its own image may name it (`image`, `build.tags`) as it likes, but not `latest`: neither by `:latest` nor, since Docker then takes that, without a tag. One that builds and names no image says nothing.\n\n\
Fails when no file names any image. Unknown when a variable without a value stands in a reference.\n\n\
Sources: <https://docs.docker.com/build/building/best-practices/#pin-base-image-versions>, <https://docs.docker.com/reference/compose-file/services/#image>.",
    example: "check = { pinned = { files = [\"Dockerfile*\", \"docker-compose*.yml\"] } }",
    fields: &[Field { name: "files", takes: FieldType::Files, required: true, doc: "Dockerfiles and Compose files" }],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(Pinned { files: args.files("files") })))
}

struct Pinned {
    files: FileSet,
}

impl TreeCheck for Pinned {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let mut any = false;
        each_dockerfile(files, &self.files, &mut outcome, |path, outcome| {
            for named in named_images(files, path, outcome).unwrap_or_default() {
                any = true;
                judge(&named, outcome);
            }
        });
        if !any && outcome.doubts.is_empty() && !outcome.has_fault() {
            let written = self.files.written.join(", ");
            let help = "nothing holds by emptiness: name the Dockerfiles and Compose files that use images";
            outcome.push(Finding::fault(format!("no image is named in {written}")).help(help));
        }
        outcome
    }
}

fn judge(named: &Named, outcome: &mut Outcome) {
    let shown = &named.shown;
    match &named.image {
        Image::Known(image) if named.own => outcome.push(named.at(own(image, shown))),
        Image::Known(image) => outcome.push(named.at(foreign(image, shown))),
        Image::Scratch => {
            outcome.push(named.at(Finding::proof(format!("{shown}: scratch is empty and has no versions"))))
        }
        Image::Open { names, .. } => {
            let message =
                format!("which version {shown} names is not known: {} has no value", short(&names.join(", ")));
            outcome.doubt(Reason::Unresolved, named.at(Finding::note(message)));
        }
        Image::Invalid => {
            outcome.doubt(Reason::Unreadable, named.at(Finding::note(format!("{shown} is no image reference"))));
        }
    }
}

/// The name of what a service builds.
fn own(image: &ImageRef, shown: &str) -> Finding {
    let help = "name a version, or take `image` out: Compose then names it after project and service";
    match image.tag.as_deref() {
        _ if image.digest.is_some() => foreign(image, shown),
        Some("latest") => Finding::fault(format!("{shown} tags what it builds latest")).help(help),
        None => Finding::fault(format!("{shown} tags what it builds latest, since it names no tag")).help(help),
        Some(tag) => Finding::proof(format!("{shown} tags what it builds {tag}")),
    }
}

/// An image from a registry.
fn foreign(image: &ImageRef, shown: &str) -> Finding {
    let help = "name a tag with at least two numbers (3.12, 17.2-alpine), an 8-digit date, or a digest";
    match (&image.digest, image.tag.as_deref()) {
        (Some(_), _) => Finding::proof(format!("{shown} is pinned by its digest")),
        (None, Some("latest")) => {
            Finding::fault(format!("{shown} is not pinned: latest moves on with new versions")).help(help)
        }
        (None, Some(tag)) if is_version(tag) => Finding::proof(format!("{shown} is pinned by its tag {tag}")),
        (None, Some(tag)) => {
            Finding::fault(format!("{shown} is not pinned: {tag} moves on with new versions")).help(help)
        }
        (None, None) => {
            Finding::fault(format!("{shown} has no tag, so it is latest, which moves on with new versions")).help(help)
        }
    }
}

/// Whether a tag begins with two numeric parts or a date of 8 digits.
fn is_version(tag: &str) -> bool {
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let first = digits(tag);
    let (number, rest) = tag.split_at_checked(first).unwrap_or_default();
    if first == 0 {
        return false;
    }
    let second = rest.strip_prefix(['.', '-', '_']).is_some_and(|rest| digits(rest) > 0);
    second || is_date(number)
}

/// `20240513`.
fn is_date(number: &str) -> bool {
    let part = |range: std::ops::Range<usize>| number.get(range).and_then(|part| part.parse::<u32>().ok());
    let (Some(month), Some(day)) = (part(4..6), part(6..8)) else { return false };
    number.len() == 8 && (1..=12).contains(&month) && (1..=31).contains(&day)
}
