//! `documented_base`: a comment says which version the base image is.

use std::collections::{BTreeMap, HashMap};

use crate::checks::dockerfiles::short;
use crate::checks::{
    Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, TreeCheck, dockerfiles, each_dockerfile,
};
use crate::formats::dockerfile::{Args as Arguments, Instruction};
use crate::formats::image::ImageRef;
use crate::semantics::files::{Files, SourceFile};
use crate::semantics::stages::{ArgValue, Base, Build, Stage};
use crate::source::LineRange;

/// The kind.
pub const KIND: Kind = Kind {
    name: "documented_base",
    summary: "a comment above each base image says its version",
    doc: "For each distinct image that a stage of each file is built FROM (earlier stages and `scratch` are none): a comment directly above one of its FROM lines, or directly above the ARG that sets its tag, says the version number of its tag. Every line of the block of comments that ends there counts. The version number of `3.12.3-slim` is 3.12.3, that of `v2.8.0` is 2.8.0; `3.12` is not said by `3.12.3`, nor the other way round.\n\n\
Fails when no comment says it, when the image has no tag or one without a number (there is nothing to say), and when a file has no such image. A `#` behind an instruction begins no comment in a Dockerfile: a note. Unknown when the image hangs on a variable without a value.\n\n\
Source: <https://docs.docker.com/reference/dockerfile/#format>.",
    example: "check = { documented_base = { files = [\"Dockerfile.prod\", \"Dockerfile.certbot\"] } }",
    fields: &[Field { name: "files", takes: FieldType::Files, required: true, doc: "the Dockerfiles" }],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(DocumentedBase { files: args.files("files") })))
}

struct DocumentedBase {
    files: FileSet,
}

impl TreeCheck for DocumentedBase {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_dockerfile(files, &self.files, &mut outcome, |path, outcome| {
            let doubts = outcome.doubts.len();
            let Some((file, build)) = dockerfiles::build(files, path, outcome) else { return };
            let document = Document::of(&file, &build);
            let mut judged: Vec<&ImageRef> = Vec::new();
            for stage in &build.stages {
                match &stage.base {
                    Base::Image(image) if !judged.contains(&image) => {
                        judged.push(image);
                        document.judge(image, outcome);
                    }
                    Base::Unresolved(_, names) => {
                        let reason = if names.is_empty() { Reason::Unreadable } else { Reason::Unresolved };
                        outcome.doubt(reason, document.unresolved(stage, names));
                    }
                    _ => {}
                }
            }
            if judged.is_empty() && outcome.doubts.len() == doubts {
                let message = format!("{} is built from no image that could be documented", path.shown().raw());
                outcome.push(
                    Finding::fault(message).path(path).help("nothing holds by emptiness: build a stage FROM an image"),
                );
            }
        });
        outcome
    }
}

/// A Dockerfile with its comments by line.
struct Document<'d> {
    file: &'d SourceFile,
    build: &'d Build,
    comments: BTreeMap<u32, &'d str>,
    /// Of each ARG before the first FROM the last that gives it a value.
    arguments: HashMap<&'d str, &'d Instruction>,
}

impl<'d> Document<'d> {
    fn of(file: &'d SourceFile, build: &'d Build) -> Self {
        let comments = build.dockerfile.comments.iter().map(|comment| (comment.line, comment.text.as_str()));
        let mut arguments = HashMap::new();
        for instruction in global_arguments(build) {
            let Arguments::Pairs(pairs) = &instruction.args else { continue };
            for pair in pairs.iter().filter(|pair| pair.value.is_some()) {
                arguments.insert(pair.name.as_str(), instruction);
            }
        }
        Self { file, build, comments: comments.collect(), arguments }
    }

    fn judge(&self, image: &ImageRef, outcome: &mut Outcome) {
        let froms: Vec<&Stage> =
            self.build.stages.iter().filter(|stage| stage.base == Base::Image(image.clone())).collect();
        let Some(first) = froms.first().and_then(|stage| self.build.from_of(stage)) else { return };
        let shown = image.shown();
        let Some(version) = image.tag.as_deref().and_then(Version::of) else {
            let why = match &image.tag {
                Some(tag) => format!("its tag {tag} has no number"),
                None => "it has no tag".to_owned(),
            };
            let message = format!("no comment can say the version of {shown}: {why}");
            let help = "name the image by a tag with a version number, and say that version in a comment above FROM";
            return outcome.push(Finding::fault(message).at(self.file, first.span).help(help));
        };
        let above_from = froms.iter().filter_map(|stage| self.build.from_of(stage)).map(|from| (from, "FROM"));
        let said = above_from
            .chain(self.setting_arguments(&froms, &version).into_iter().map(|arg| (arg, "its ARG")))
            .find_map(|(instruction, place)| Some((self.says(instruction.line, &version)?, instruction, place)));
        if let Some((line, instruction, place)) = said {
            let message = format!("the comment above {place} says the version {} of {shown}", version.number);
            let range = LineRange::new(line, instruction.line);
            return outcome.push(Finding::proof(message).lines(self.file, range));
        }
        for stage in &froms {
            self.note_trailing(self.build.from_of(stage), outcome);
        }
        for name in self.named_arguments(&froms) {
            self.note_trailing(self.argument(&name), outcome);
        }
        let message = format!("no comment above FROM {shown} says its version {}", version.number);
        let help = format!("write it on a line of its own directly above: # {shown}: why {}", version.number);
        outcome.push(Finding::fault(message).at(self.file, first.span).help(help));
    }

    /// The line of the block of comments that ends directly above `line` which says the version.
    fn says(&self, line: u32, version: &Version) -> Option<u32> {
        let mut above = line;
        loop {
            above = above.checked_sub(1)?;
            let comment = self.comments.get(&above)?;
            if version.is_said_by(comment) {
                return Some(above);
            }
        }
    }

    /// The ARGs with the version above them that set the tag in one of these FROMs: another value of them
    /// makes another tag.
    fn setting_arguments(&self, froms: &[&Stage], version: &Version) -> Vec<&'d Instruction> {
        let mut setting = Vec::new();
        for name in self.named_arguments(froms) {
            let argument = self.argument(&name).filter(|argument| self.says(argument.line, version).is_some());
            if let Some(argument) = argument.filter(|_| self.changes_tag(&name, froms)) {
                setting.push(argument);
            }
        }
        setting
    }

    /// Whether another value of an ARG gives one of these FROMs another tag.
    fn changes_tag(&self, name: &str, froms: &[&Stage]) -> bool {
        let ArgValue::Known(value) = self.build.global(name) else { return false };
        let other = Build::of(self.build.dockerfile.clone(), &[(name.to_owned(), format!("{value}0x"))]);
        froms.iter().any(|stage| match (&stage.base, other.stages.get(stage.index).map(|stage| &stage.base)) {
            (Base::Image(image), Some(Base::Image(other))) => image.tag != other.tag,
            _ => false,
        })
    }

    /// The ARG before the first FROM that gives a name its value: the last with one.
    fn argument(&self, name: &str) -> Option<&'d Instruction> {
        self.arguments.get(name).copied()
    }

    /// The ARGs that these FROMs are written with, and those that these are written with.
    fn named_arguments(&self, froms: &[&Stage]) -> Vec<String> {
        let words = froms.iter().filter_map(|stage| self.build.from_of(stage)?.words().first());
        let mut open: Vec<&str> = words.map(|word| word.text.as_str()).collect();
        let mut names = Vec::new();
        while let Some(text) = open.pop() {
            for name in variables(text) {
                if names.len() >= MOST_ASKED {
                    return names;
                }
                let Some(argument) = self.argument(&name).filter(|_| !names.contains(&name)) else { continue };
                if let Arguments::Pairs(pairs) = &argument.args {
                    open.extend(pairs.iter().filter(|pair| pair.name == name).filter_map(|pair| pair.value.as_deref()));
                }
                names.push(name);
            }
        }
        names
    }

    /// Says of a `#` behind an instruction that it begins no comment.
    fn note_trailing(&self, instruction: Option<&Instruction>, outcome: &mut Outcome) {
        let Some(instruction) = instruction else { return };
        let trailing = match &instruction.args {
            Arguments::Words(words) => words.iter().skip(1).any(|word| word.text.starts_with('#')),
            Arguments::Pairs(pairs) => pairs.iter().any(|pair| pair.name.starts_with('#')),
            _ => false,
        };
        if trailing {
            let message =
                format!("the # behind {} begins no comment: only a line of its own is one", instruction.keyword);
            outcome.push(Finding::note(message).at(self.file, instruction.span));
        }
    }

    fn unresolved(&self, stage: &Stage, names: &[String]) -> Finding {
        let written = self.build.from_of(stage).and_then(|from| from.words().first()).map_or("", |w| w.text.as_str());
        let why = match names {
            [] => "it is no image reference".to_owned(),
            names => format!("{} has no value", short(&names.join(", "))),
        };
        let finding = Finding::note(format!("which image FROM {} names is not known: {why}", short(written)));
        match self.build.from_of(stage) {
            Some(from) => finding.at(self.file, from.span),
            None => finding.path(&self.file.path),
        }
    }
}

/// The ARGs before the first FROM.
fn global_arguments(build: &Build) -> impl Iterator<Item = &Instruction> {
    let before = build.dockerfile.instructions.iter().take_while(|instruction| instruction.keyword != "FROM");
    before.filter(|instruction| instruction.keyword == "ARG")
}

/// The names behind each `$` and `${`.
fn variables(text: &str) -> impl Iterator<Item = String> {
    text.split('$').skip(1).filter_map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let name: String = rest.chars().take_while(|c| *c == '_' || c.is_alphanumeric()).collect();
        (!name.is_empty()).then_some(name)
    })
}

/// ARGs that are tried with another value, at most.
const MOST_ASKED: usize = 64;

/// The version number of a tag.
struct Version {
    /// `3.13.0` of `3.13.0rc2-slim`.
    number: String,
    /// With the letters right behind it: `3.13.0rc2`.
    full: String,
}

impl Version {
    /// The number at the start of a tag, a `v` aside; else the first with a dot; else the first.
    fn of(tag: &str) -> Option<Self> {
        let starts = || {
            tag.char_indices().filter(|(at, c)| {
                let before = tag.get(..*at).and_then(|before| before.chars().next_back());
                c.is_ascii_digit() && !before.is_some_and(|c| c.is_ascii_digit() || c == '.')
            })
        };
        let number_at = |at: usize| {
            let number: String = tag.get(at..)?.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            let number = number.trim_end_matches('.').to_owned();
            let rest = tag.get(at + number.len()..).unwrap_or_default();
            let letters: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
            Some(Self { full: format!("{number}{letters}"), number })
        };
        let leading = usize::from(tag.starts_with('v'));
        if tag.get(leading..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            return number_at(leading);
        }
        let dotted = starts().filter_map(|(at, _)| number_at(at)).find(|version| version.number.contains('.'));
        dotted.or_else(|| starts().next().and_then(|(at, _)| number_at(at)))
    }

    fn is_said_by(&self, comment: &str) -> bool {
        says(comment, &self.number) || says(comment, &self.full)
    }
}

/// Whether a comment says a number, not one that it is only a part of.
fn says(comment: &str, number: &str) -> bool {
    comment.match_indices(number).any(|(at, found)| {
        let before = comment.get(..at).unwrap_or_default();
        let after = comment.get(at + found.len()..).unwrap_or_default();
        let mut next = after.chars();
        let ends = match (next.next(), next.next()) {
            (Some('.' | '_'), Some(c)) => !c.is_ascii_alphanumeric(),
            (Some(c), _) => !c.is_ascii_alphanumeric(),
            (None, _) => true,
        };
        let mut previous = before.chars().rev();
        let begins = match (previous.next(), previous.next()) {
            (Some('.'), Some(c)) => !c.is_ascii_digit(),
            (Some(c), _) => !c.is_ascii_digit(),
            (None, _) => true,
        };
        begins && ends
    })
}
