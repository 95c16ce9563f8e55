//! Which images a Dockerfile names, and where.

use crate::formats::ParseError;
use crate::formats::dockerfile::{Dockerfile, Instruction};
use crate::formats::image::ImageRef;
use crate::semantics::compose::{Part, Text};
use crate::semantics::stages::{ArgValue, Base, Build, expand_known};
use crate::source::Span;

/// A place that names an image; names of stages are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// How it is named there: `FROM`, `COPY --from`, `RUN --mount=from`, `ONBUILD COPY --from`, `image`.
    pub role: String,
    /// As written.
    pub written: String,
    /// Where.
    pub span: Span,
    /// What it names.
    pub image: Image,
}

/// What a reference names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Image {
    /// An image.
    Known(ImageRef),
    /// `scratch`, the empty image.
    Scratch,
    /// A variable without a value stands in it.
    Open {
        /// The repository when only tag or digest are open (they are `None` here).
        repository: Option<ImageRef>,
        /// The variables.
        names: Vec<String>,
    },
    /// No image reference: Docker refuses it.
    Invalid,
}

/// Of a file with more references the rest is not listed.
pub const MOST_REFERENCES: usize = 1_000;

/// A reference with more variables without a value is not looked into.
const MOST_NAMES: usize = 32;

/// Stand for a value that is not known; what both make of a reference holds for any value.
const STAND_INS: [&str; 2] = ["x1", "y2.z"];

impl Image {
    /// What a text without variables names.
    pub fn of(text: &str) -> Self {
        match ImageRef::parse(text) {
            _ if text == "scratch" => Self::Scratch,
            Some(image) => Self::Known(image),
            None => Self::Invalid,
        }
    }

    /// What a Compose value names.
    pub fn of_compose(text: &Text) -> Self {
        if let Some(known) = text.value() {
            return Self::of(&known);
        }
        let with = |stand_in: &str| {
            let parts = text.parts().iter().map(|part| match part {
                Part::Known(text) => text.as_str(),
                Part::Unknown(_) => stand_in,
            });
            parts.collect::<String>()
        };
        Self::open(with, text.unknowns().map(str::to_owned).collect())
    }

    fn open(with: impl Fn(&str) -> String, names: Vec<String>) -> Self {
        let [one, other] = STAND_INS.map(|stand_in| {
            let text = with(stand_in);
            // A digest that is open does not make the name before it so.
            ImageRef::parse(&text).or_else(|| ImageRef::parse(text.split('@').next()?))
        });
        let repository = match (one, other) {
            // Of so many there may be more than are named.
            _ if names.len() >= MOST_NAMES => None,
            (Some(one), Some(other)) if one.same_repository(&other) => {
                Some(ImageRef { tag: None, digest: None, ..one })
            }
            _ => None,
        };
        Self::Open { repository, names }
    }
}

/// Every reference of a Dockerfile in file order: FROM, `COPY --from`, `RUN --mount=from`, those behind
/// ONBUILD too. A `--from` that can only mean a stage (a number, a later stage's name) is none.
/// At most [`MOST_REFERENCES`] are listed.
pub fn of_dockerfile(build: &Build) -> Vec<Reference> {
    let mut references = Vec::new();
    for stage in &build.stages {
        if let Some(from) = build.from_of(stage) {
            references.extend(of_from(build, from, &stage.base));
        }
        for instruction in build.body_of(stage) {
            match instruction.deferred.as_deref() {
                Some(deferred) => of_flags(build, deferred, "ONBUILD ", &mut references),
                None => of_flags(build, instruction, "", &mut references),
            }
        }
    }
    references
}

fn of_from(build: &Build, from: &Instruction, base: &Base) -> Option<Reference> {
    let word = from.words().first()?;
    let image = match base {
        Base::Stage(_) => return None,
        Base::Scratch => Image::Scratch,
        Base::Image(image) => Image::Known(image.clone()),
        Base::Unresolved(_, names) if names.is_empty() => Image::Invalid,
        Base::Unresolved(_, names) => {
            let with = |stand_in: &str| {
                let value = |name: &str| match build.global(name) {
                    ArgValue::Unset | ArgValue::Unknown if names.iter().any(|open| open == name) => {
                        ArgValue::Known(stand_in.to_owned())
                    }
                    value => value,
                };
                expand_known(&word.text, build.dockerfile.escape, &value).text
            };
            Image::open(with, names.clone())
        }
    };
    Some(Reference { role: "FROM".to_owned(), written: word.text.clone(), span: word.span, image })
}

/// `--from` of COPY, `from=` of RUN's mounts.
fn of_flags(build: &Build, instruction: &Instruction, before: &str, references: &mut Vec<Reference>) {
    for flag in &instruction.flags {
        if references.len() >= MOST_REFERENCES {
            return;
        }
        let Some(value) = flag.value.as_deref() else { continue };
        let (role, from) = match (instruction.keyword.as_str(), flag.name.as_str()) {
            ("COPY", "from") => ("COPY --from", Some(value.to_owned())),
            ("RUN", "mount") => ("RUN --mount=from", mount_option(value, "from")),
            _ => continue,
        };
        let Some(from) = from.filter(|from| !from.is_empty()) else { continue };
        let copies = instruction.keyword == "COPY";
        if build.is_stage_name(&from) || (copies && from.parse::<u64>().is_ok()) {
            continue;
        }
        references.push(Reference {
            role: format!("{before}{role}"),
            image: of_from_flag(&from, build.dockerfile.escape),
            written: from,
            span: flag.span,
        });
    }
}

/// Docker expands no variable in a `--from`: one that has any is open.
fn of_from_flag(from: &str, escape: char) -> Image {
    if !from.contains('$') {
        return Image::of(from);
    }
    let with = |stand_in: &str| expand_known(from, escape, &|_| ArgValue::Known(stand_in.to_owned())).text;
    Image::open(with, vec![from.to_owned()])
}

/// The value of an option of `--mount=type=bind,from=image,…`; the last one, as Docker takes it. Names are
/// without case; a field may stand in double quotes, as in CSV.
pub fn mount_option(mount: &str, option: &str) -> Option<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in mount.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut()?.push(c),
        }
    }
    let pairs = fields.iter().rev().filter_map(|field| field.split_once('='));
    pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case(option)).map(|(_, value)| value.to_owned())
}

/// The errors of a Dockerfile that may hide a reference or a stage. One inside an instruction that names
/// neither (ENV, HEALTHCHECK, …) hides nothing.
pub fn hiding(file: &Dockerfile) -> impl Iterator<Item = &ParseError> {
    file.errors.iter().filter(|error| {
        let behind = file.instructions.partition_point(|instruction| instruction.span.start <= error.span.start);
        let inside = behind.checked_sub(1).and_then(|at| file.instructions.get(at));
        !inside.is_some_and(|instruction| {
            // An error without extent is about the whole file.
            error.span.start < error.span.end
                && error.span.end <= instruction.span.end
                && NAME_NOTHING.contains(&instruction.keyword.as_str())
        })
    })
}

/// Instructions that name neither image nor stage.
const NAME_NOTHING: &[&str] = &[
    "CMD",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];
