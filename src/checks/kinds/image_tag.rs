//! `image_tag`: every reference to an image carries one tag.

use crate::checks::dockerfiles::{named_images, short};
use crate::checks::{
    Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, TreeCheck, each_dockerfile,
};
use crate::formats::image::ImageRef;
use crate::semantics::files::Files;
use crate::semantics::references::Image;

/// The kind.
pub const KIND: Kind = Kind {
    name: "image_tag",
    summary: "every reference to an image carries exactly this tag",
    doc: "Reads Dockerfiles (FROM, `COPY --from`, `RUN --mount=from`, behind ONBUILD too) and Compose files (a service's `image`, and of its `build` the `tags`, the images among `additional_contexts`, and `dockerfile_inline`). A file is what its name says (`Dockerfile*`, `*.yml`), else what is in it.\n\n\
References are normalised as Docker does (`docker.io/library/python` is `python`), ARGs before the first FROM count with their defaults, and names of stages are no references. Holds when at least one place names the image and each of them carries the tag; a digest behind the tag may stand there. Fails when one carries another tag or none (Docker then takes `latest`), and when no file names the image. Unknown when a variable without a value stands in a reference that is, or may be, to the image.\n\n\
Sources: <https://docs.docker.com/reference/dockerfile/#from>, <https://github.com/distribution/reference>, <https://docs.docker.com/reference/compose-file/services/#image>.",
    example: "check = { image_tag = { files = \"Dockerfile*\", image = \"python\", tag = \"3.12.3-slim\" } }",
    fields: &[
        Field { name: "files", takes: FieldType::Files, required: true, doc: "Dockerfiles and Compose files" },
        Field {
            name: "image",
            takes: FieldType::Text,
            required: true,
            doc: "the image without tag: `python`, `certbot/certbot`, `quay.io/a/b`",
        },
        Field { name: "tag", takes: FieldType::Text, required: true, doc: "the tag: `3.12.3-slim`" },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let files = args.files("files");
    let (name, tag) = (args.text("image")?, args.text("tag")?);
    let Some(image) = ImageRef::parse(&name).filter(|image| image.tag.is_none() && image.digest.is_none()) else {
        let help = "write it without tag and digest, in lower case: `python`, `certbot/certbot`, `quay.io/a/b`";
        args.mistake("image", format!("`{name}` is no image's name"), Some(help.to_owned()));
        return None;
    };
    if ImageRef::parse(&format!("x:{tag}")).is_none_or(|image| image.tag.as_deref() != Some(tag.as_str())) {
        args.mistake(
            "tag",
            format!("`{tag}` is no tag"),
            Some("write what stands behind the colon: `3.12.3-slim`".into()),
        );
        return None;
    }
    Some(Body::Tree(Box::new(ImageTag { files, image, tag })))
}

struct ImageTag {
    files: FileSet,
    image: ImageRef,
    tag: String,
}

impl TreeCheck for ImageTag {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let mut found = false;
        let mut without = Vec::new();
        each_dockerfile(files, &self.files, &mut outcome, |path, outcome| {
            let Some(named) = named_images(files, path, outcome) else { return };
            let mut here = false;
            for place in &named {
                here |= self.judge(&place.image, &place.shown, |finding| place.at(finding), outcome);
            }
            if !here {
                without.push(path.clone());
            }
            found |= here;
        });
        let name = self.image.familiar();
        let level = if found || !outcome.doubts.is_empty() { Finding::note } else { Finding::fault };
        for path in without {
            let finding = level(format!("no reference in {} is to {name}", path.shown().raw())).path(&path);
            outcome.push(finding.help(format!("use {name}:{}, or take the file out of the task's `files`", self.tag)));
        }
        outcome
    }
}

impl ImageTag {
    /// Whether the reference is to the image.
    fn judge(&self, image: &Image, shown: &str, at: impl Fn(Finding) -> Finding, outcome: &mut Outcome) -> bool {
        let name = self.image.familiar();
        match image {
            Image::Known(image) if image.same_repository(&self.image) => {
                let help = format!("write {name}:{}", self.tag);
                outcome.push(at(match image.tag.as_deref() {
                    Some(tag) if tag == self.tag => Finding::proof(format!("{shown} carries the tag {tag}")),
                    Some(tag) => Finding::fault(format!("{shown} carries the tag {tag}, not {}", self.tag)).help(help),
                    None if image.digest.is_some() => {
                        Finding::fault(format!("{shown} carries a digest, but not the tag {}", self.tag)).help(help)
                    }
                    None => {
                        Finding::fault(format!("{shown} carries no tag, so it is latest, not {}", self.tag)).help(help)
                    }
                }));
                true
            }
            Image::Open { repository: Some(image), names } if image.same_repository(&self.image) => {
                let names = short(&names.join(", "));
                let message = format!("the tag in {shown} is not known: {names} has no value");
                outcome.doubt(Reason::Unresolved, at(Finding::note(message)));
                true
            }
            Image::Open { repository: None, names } => {
                let names = short(&names.join(", "));
                let message = format!("whether {shown} is {name} is not known: {names} has no value");
                outcome.doubt(Reason::Unresolved, at(Finding::note(message)));
                false
            }
            Image::Invalid => {
                outcome.doubt(Reason::Unreadable, at(Finding::note(format!("{shown} is no image reference"))));
                false
            }
            Image::Known(_) | Image::Open { .. } | Image::Scratch => false,
        }
    }
}
