//! What the kinds about Compose files share: going over projects and choosing services.

use super::{Args, Field, FieldType, FileSet, Finding, Outcome, Reason, each_file};
use crate::formats::image::ImageRef;
use crate::plan::nearest;
use crate::repo::{Pattern, RepoPath};
use crate::semantics::compose::{self, Item, Located, Place, Problem, Project, Recipe, Service, Text, Why};
use crate::semantics::files::Files;

/// `files`.
pub(super) const FILES: Field =
    Field { name: "files", takes: FieldType::Files, required: true, doc: "the Compose files; each is judged" };

/// `merged`.
pub(super) const MERGED: Field = Field {
    name: "merged",
    takes: FieldType::Flag,
    required: false,
    doc: "true: the files are one project, each laid over the one before, as `docker compose -f a -f b` does",
};

/// `services`.
pub(super) const SERVICES: Field = Field {
    name: "services",
    takes: FieldType::Texts,
    required: false,
    doc: "the services that are judged, by name; each must be there. Without this, `built_from` and `image`: every service",
};

/// `built_from`.
pub(super) const BUILT_FROM: Field = Field {
    name: "built_from",
    takes: FieldType::Files,
    required: false,
    doc: "also every service that is built from one of these Dockerfiles; there must be one, here or by `image`",
};

/// `image`.
pub(super) const IMAGE: Field = Field {
    name: "image",
    takes: FieldType::Text,
    required: false,
    doc: "also every service that runs this image, whatever its tag, and builds none itself; a name without a slash is the last part of an image's name in any registry",
};

/// A kind's documentation with what all kinds about Compose files share.
macro_rules! documented {
    ($($doc:literal),+ $(,)?) => {
        concat!(
            $($doc,)+
            "\n\nYAML is read as Compose reads it: anchors, merge keys, `extends`, `include`, `!reset` and `!override`, several documents, short and long forms. Of a variable only its default counts (`${X:-d}`, `${X-d}`); any other makes what hangs on it unknown. A file that Compose would refuse is unknown, and so is a service that it would. Source: <https://docs.docker.com/reference/compose-file/>.",
        )
    };
}

/// [`documented`], and how services are chosen.
macro_rules! documented_selection {
    ($($doc:literal),+ $(,)?) => {
        $crate::checks::compose::documented!(
            $($doc,)+
            "\n\nServices are chosen by `services`, `built_from` and `image` together; without any of them every service is. A service that is named and missing fails, and so does a choice that finds none.",
        )
    };
}

pub(super) use {documented, documented_selection};

/// How the files of a check make projects.
pub(super) struct Projects {
    files: FileSet,
    merged: bool,
}

impl Projects {
    /// From `files` and `merged`.
    pub(super) fn of(args: &mut Args<'_>) -> Self {
        Self { files: args.files("files"), merged: args.flag("merged").unwrap_or(false) }
    }

    /// Calls `judge` for each project that can be read; what keeps one from being read is a doubt.
    pub(super) fn each(&self, files: &Files<'_>, outcome: &mut Outcome, mut judge: impl FnMut(&Project, &mut Outcome)) {
        let mut paths = Vec::new();
        each_file(files, &self.files, outcome, |path, outcome| {
            if self.merged {
                paths.push(path.clone());
            } else {
                project(files, std::slice::from_ref(path), outcome, &mut judge);
            }
        });
        if !paths.is_empty() {
            project(files, &paths, outcome, &mut judge);
        }
    }
}

fn project(
    files: &Files<'_>,
    paths: &[RepoPath],
    outcome: &mut Outcome,
    judge: &mut impl FnMut(&Project, &mut Outcome),
) {
    for path in paths {
        match files.read(path) {
            Ok(Some(_)) => {}
            Ok(None) => {
                return outcome.push(Finding::fault(format!("{} leads nowhere", path.shown().raw())).path(path));
            }
            Err(error) => return outcome.unread(path, &error),
        }
    }
    match compose::load_merged(files, paths) {
        Ok(Some(project)) if project.problems.is_empty() => judge(&project, outcome),
        Ok(Some(project)) => {
            for problem in &project.problems {
                let path = paths.first().cloned().unwrap_or_default();
                let finding = Finding::note(problem.message.clone()).path(&path);
                outcome.doubt(reason(problem), place(finding, &project, problem.place));
            }
        }
        Ok(None) => {}
        Err(error) => outcome.unread(&paths.first().cloned().unwrap_or_default(), &error),
    }
}

fn reason(problem: &Problem) -> Reason {
    match &problem.why {
        Why::Unreadable => Reason::Unreadable,
        Why::Unresolved => Reason::Unresolved,
        Why::TooLarge => Reason::TooLarge,
        Why::Read(error) => {
            let mut outcome = Outcome::default();
            outcome.unread(&RepoPath::root(), error);
            outcome.doubts.first().map_or(Reason::Unreadable, |doubt| doubt.reason)
        }
    }
}

/// The finding, at a place of a project when there is one.
pub(super) fn place(finding: Finding, project: &Project, place: Option<Place>) -> Finding {
    match place.and_then(|place| Some((project.file(place)?, place.span))) {
        Some((file, span)) => finding.at(file, span),
        None => finding,
    }
}

/// The finding, at a place of a project.
pub(super) fn at(finding: Finding, project: &Project, at: Place) -> Finding {
    place(finding, project, Some(at))
}

/// A key with its value, when the value stands below it; else the key alone.
pub(super) fn whole(key: Place, item: &Item) -> Place {
    let below = item.place.file == key.file && item.place.span.start >= key.span.end;
    if below { Place { file: key.file, span: key.span.to(item.place.span) } } else { key }
}

/// Which services are judged.
pub(super) struct Selection {
    services: Vec<String>,
    built_from: FileSet,
    image: Option<String>,
}

/// Whether a service is chosen.
enum Chosen {
    Yes,
    No,
    /// Only a variable's value could tell; what stands there.
    Perhaps(String),
}

impl Selection {
    /// From `services`, `built_from` and `image`; a kind may lack the latter two.
    pub(super) fn of(args: &mut Args<'_>) -> Self {
        Self { services: args.texts("services"), built_from: args.files("built_from"), image: args.text("image") }
    }

    /// Whether none of the options is written.
    pub(super) fn is_everything(&self) -> bool {
        self.services.is_empty() && !self.is_kind_of()
    }

    /// Whether services are chosen by what they run.
    fn is_kind_of(&self) -> bool {
        !self.built_from.patterns.is_empty() || self.image.is_some()
    }

    /// Calls `judge` for each chosen service that can be read, in file order.
    pub(super) fn each(&self, project: &Project, outcome: &mut Outcome, mut judge: impl FnMut(&Service, &mut Outcome)) {
        self.missing(project, outcome);
        let mut found = false;
        let mut perhaps = false;
        for service in &project.services {
            let named = self.is_everything() || self.services.contains(&service.name);
            let chosen = if self.is_kind_of() { self.chosen(project, service) } else { Chosen::No };
            found |= matches!(chosen, Chosen::Yes);
            match chosen {
                Chosen::No if !named => {}
                Chosen::Perhaps(why) if !named => {
                    perhaps = true;
                    let mut alone = Outcome::default();
                    readable(project, service, &mut alone, &mut judge);
                    if alone.has_fault() || !alone.doubts.is_empty() {
                        let message = format!(
                            "service {} may be one that is asked for: {why}, and it does not do what is asked for",
                            service.name
                        );
                        outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, service.key));
                    }
                }
                Chosen::Perhaps(_) => {
                    perhaps = true;
                    readable(project, service, outcome, &mut judge);
                }
                _ => readable(project, service, outcome, &mut judge),
            }
        }
        if self.is_kind_of() && !found {
            let finding = Finding::note(format!("no service {}", self.wanted())).path(&project.path());
            if perhaps {
                outcome.doubt(Reason::Unresolved, finding);
            } else {
                let help = "nothing holds by emptiness: name the services in the plan's `services`, or correct `built_from` and `image`";
                outcome.push(Finding { level: super::Level::Fault, ..finding }.help(help));
            }
        }
    }

    fn missing(&self, project: &Project, outcome: &mut Outcome) {
        let names: Vec<&str> = project.services.iter().map(|service| service.name.as_str()).collect();
        for name in self.services.iter().filter(|name| !names.contains(&name.as_str())) {
            let help = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => "the file has no services: add it".to_owned(),
                None => format!("it has {}: add the service, or correct its name in the plan", names.join(", ")),
            };
            let message = format!("{} has no service {name}", project.path().shown().raw());
            outcome.push(Finding::fault(message).path(&project.path()).help(help));
        }
        if self.is_everything() && names.is_empty() {
            let message = format!("{} has no services", project.path().shown().raw());
            outcome
                .push(Finding::fault(message).path(&project.path()).help("nothing holds by emptiness: add a service"));
        }
    }

    /// `is built from Dockerfile.nginx* or runs nginx`.
    fn wanted(&self) -> String {
        let built = (!self.built_from.patterns.is_empty()).then(|| {
            let patterns: Vec<&str> = self.built_from.patterns.iter().map(Pattern::as_str).collect();
            format!("is built from {}", patterns.join(", "))
        });
        let runs = self.image.as_ref().map(|image| format!("runs {image}"));
        [built, runs].into_iter().flatten().collect::<Vec<_>>().join(" or ")
    }

    fn chosen(&self, project: &Project, service: &Service) -> Chosen {
        match service.build(project) {
            Some(build) => match &build.recipe {
                Recipe::Inline(_) => Chosen::No,
                Recipe::File(Located::At(path)) if self.built_from.holds(path) => Chosen::Yes,
                Recipe::File(Located::Unresolved(text)) if self.may_match(text) => {
                    Chosen::Perhaps(format!("it is built from {}, which has no value", text.shown()))
                }
                Recipe::File(_) => Chosen::No,
            },
            None => match (service.image(), &self.image) {
                (Some((text, _)), Some(wanted)) => runs(&text, wanted),
                _ => Chosen::No,
            },
        }
    }

    /// Whether a Dockerfile's path could match once its variables have values: its last name, when that is known,
    /// has to.
    fn may_match(&self, text: &Text) -> bool {
        let Some((_, name)) = text.known_end().rsplit_once('/') else { return !self.built_from.patterns.is_empty() };
        let Ok(path) = RepoPath::parse(name) else { return true };
        self.built_from.patterns.iter().any(|pattern| {
            let last = pattern.as_str().rsplit('/').next().unwrap_or_default();
            Pattern::parse(last).is_ok_and(|last| last.matches(&path))
        })
    }
}

/// Whether an image's reference names `wanted`.
fn runs(text: &Text, wanted: &str) -> Chosen {
    let short = wanted.rsplit('/').next().unwrap_or_default();
    let last = text.after_last('/');
    let digest = last.split_once('@').map(|(name, _)| name);
    let tag = digest.as_ref().unwrap_or(&last).split_once(':').map(|(name, _)| name);
    let tagged = digest.is_some() || tag.is_some();
    let name = tag.or(digest).unwrap_or(last);
    let why = || Chosen::Perhaps(format!("its image is {}, which has no value", text.shown()));
    match name.value() {
        Some(name) if name != short => Chosen::No,
        Some(_) if !wanted.contains('/') => Chosen::Yes,
        Some(name) => {
            // Only what stands before the name decides; a tag may be anything.
            let shown = text.shown();
            let folders = shown.rfind(&format!("/{name}")).and_then(|at| shown.get(..at)).unwrap_or_default();
            let unknown = text.unknowns().any(|variable| folders.contains(variable));
            let whole = if folders.is_empty() { name } else { format!("{folders}/{name}") };
            match (ImageRef::parse(&whole), ImageRef::parse(wanted)) {
                _ if unknown => why(),
                (Some(a), Some(b)) if a.same_repository(&b) => Chosen::Yes,
                _ => Chosen::No,
            }
        }
        None if tagged => {
            if name.could_be(short) {
                why()
            } else {
                Chosen::No
            }
        }
        None => {
            let start = name.known_start();
            let fits = short.starts_with(start) || start.starts_with(short);
            if fits { why() } else { Chosen::No }
        }
    }
}

/// Judges a service that can be read; else says why it cannot.
fn readable(
    project: &Project,
    service: &Service,
    outcome: &mut Outcome,
    judge: &mut impl FnMut(&Service, &mut Outcome),
) {
    if service.problems.is_empty() {
        return judge(service, outcome);
    }
    unreadable(project, service, outcome);
}

/// Says why a service cannot be read.
pub(super) fn unreadable(project: &Project, service: &Service, outcome: &mut Outcome) {
    for problem in &service.problems {
        let message = format!("service {} cannot be read: {}", service.name, problem.message);
        let finding = place(Finding::note(message), project, problem.place.or(Some(service.key)));
        outcome.doubt(reason(problem), finding);
    }
}

/// `a, b and c`.
pub(super) fn listed<S: AsRef<str>>(words: &[S]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => one.as_ref().to_owned(),
        [head @ .., last] => {
            let head: Vec<&str> = head.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", head.join(", "), last.as_ref())
        }
    }
}
