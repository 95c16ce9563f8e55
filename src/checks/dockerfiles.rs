//! What the kinds about Dockerfiles share: reading them, and telling them from Compose files.

use std::sync::Arc;

use super::{Finding, Outcome, Reason};
use crate::formats::ParseError;
use crate::formats::dockerfile::{self, Dockerfile};
use crate::repo::RepoPath;
use crate::semantics::compose::{self, Item, Problem, Project, Recipe, Service, Why};
use crate::semantics::files::{Files, SourceFile};
use crate::semantics::references::{Image, MOST_REFERENCES, Reference, hiding, of_dockerfile};
use crate::semantics::stages::Build;
use crate::source::Span;

/// At most this many errors of one file are told.
const MOST_ERRORS: usize = 3;

/// A Dockerfile with its stages; what keeps it from being read is already in the outcome. Errors that may
/// hide a stage or an image are doubts; the file is read on all the same.
pub(super) fn build(files: &Files<'_>, path: &RepoPath, outcome: &mut Outcome) -> Option<(SourceFile, Build)> {
    let (file, dockerfile) = read(files, path, outcome)?;
    if let Some(over) = &dockerfile.over {
        outcome.doubt(Reason::TooLarge, Finding::note(format!("{} has {over}", path.shown().raw())).path(path));
    }
    let errors: Vec<&ParseError> = hiding(&dockerfile).collect();
    for error in errors.iter().take(MOST_ERRORS) {
        let message = format!("{} cannot be read in full: {}", path.shown().raw(), error.message);
        outcome.doubt(Reason::Unreadable, Finding::note(message).at(&file, error.span));
    }
    let build = Build::of(dockerfile, &[]);
    if let Some(over) = &build.over {
        outcome.doubt(Reason::TooLarge, Finding::note(format!("{}: {over}", path.shown().raw())).path(path));
        return None;
    }
    Some((file, build))
}

fn read(files: &Files<'_>, path: &RepoPath, outcome: &mut Outcome) -> Option<(SourceFile, Arc<Dockerfile>)> {
    match files.dockerfile(path) {
        Ok(Some(read)) => return Some(read),
        Ok(None) => outcome.push(Finding::fault(format!("{} leads nowhere", path.shown().raw())).path(path)),
        Err(error) => outcome.unread(path, &error),
    }
    None
}

/// A place that names an image, in a Dockerfile or a Compose file.
pub(super) struct Named {
    /// How it stands there, for a message, quotes and all: `` `FROM python:${V}` (python:3.12) ``,
    /// `` `image: postgres` of service db ``.
    pub shown: String,
    /// What it names.
    pub image: Image,
    /// Whether it is the name of what the service builds itself.
    pub own: bool,
    file: SourceFile,
    span: Span,
}

impl Named {
    /// The finding, at its place.
    pub(super) fn at(&self, finding: Finding) -> Finding {
        finding.at(&self.file, self.span)
    }

    fn new(reference: Reference, file: &SourceFile, span: Span) -> Self {
        let mut shown = format!("`{} {}`", reference.role, short(&reference.written));
        if let Image::Known(image) = &reference.image
            && reference.written.contains('$')
        {
            shown.push_str(&format!(" ({})", short(&image.shown())));
        }
        Self { shown, image: reference.image, own: false, file: file.clone(), span }
    }
}

/// Every place of a Dockerfile or Compose file that names an image; what keeps the file, or a part of it,
/// from being read is already in the outcome. `None`: it cannot be read.
pub(super) fn named_images(files: &Files<'_>, path: &RepoPath, outcome: &mut Outcome) -> Option<Vec<Named>> {
    if !is_compose(files, path) {
        let (file, build) = build(files, path, outcome)?;
        let references = of_dockerfile(&build);
        if references.len() >= MOST_REFERENCES {
            let message = format!("{} names {MOST_REFERENCES} images or more", path.shown().raw());
            outcome.doubt(Reason::TooLarge, Finding::note(message).path(path));
            return None;
        }
        return Some(references.into_iter().map(|found| Named::new(found.clone(), &file, found.span)).collect());
    }
    let project = match compose::load(files, path) {
        Ok(Some(project)) => project,
        Ok(None) => {
            outcome.push(Finding::fault(format!("{} leads nowhere", path.shown().raw())).path(path));
            return None;
        }
        Err(error) => {
            outcome.unread(path, &error);
            return None;
        }
    };
    if !project.problems.is_empty() {
        problems(&project, &project.problems, None, outcome);
        return None;
    }
    let mut named = Vec::new();
    for service in &project.services {
        if service.problems.is_empty() {
            of_service(&project, service, outcome, &mut named);
        } else {
            problems(&project, &service.problems, Some(&service.name), outcome);
        }
    }
    Some(named)
}

/// `image`, and what `build` names: additional contexts that are images, a Dockerfile written in place.
fn of_service(project: &Project, service: &Service, outcome: &mut Outcome, named: &mut Vec<Named>) {
    let build = service.build(project);
    if let Some((text, place)) = service.image()
        && let Some(file) = project.file(place)
    {
        let image = Image::of_compose(&text);
        let shown = format!("`image: {}` of service {}", short(&text.shown()), service.name);
        named.push(Named { shown, image, own: build.is_some(), file: file.clone(), span: place.span });
    }
    for tag in service.at(&["build", "tags"]).map(Item::items).unwrap_or_default() {
        let (Some(text), Some(file)) = (tag.text(), project.file(tag.place)) else { continue };
        let shown = format!("the tag `{}` of service {}", short(&text.shown()), service.name);
        named.push(Named {
            shown,
            image: Image::of_compose(&text),
            own: true,
            file: file.clone(),
            span: tag.place.span,
        });
    }
    for (key, context) in service.at(&["build", "additional_contexts"]).map(Item::entries).unwrap_or_default() {
        let Some(text) = context.text() else { continue };
        let (Some(image), Some(file)) =
            (text.known_start().strip_prefix("docker-image://"), project.file(context.place))
        else {
            continue;
        };
        let image = if text.is_known() {
            Image::of(image)
        } else {
            Image::Open { repository: None, names: vec![short(&text.shown())] }
        };
        let shown = format!("the context `{} {}` of service {}", key.name, short(&text.shown()), service.name);
        named.push(Named { shown, image, own: false, file: file.clone(), span: context.place.span });
    }
    let Some(build) = build else { return };
    let (Recipe::Inline(text), Some(file)) = (&build.recipe, project.file(build.place)) else { return };
    let Some(text) = text.value() else {
        let message = format!("a variable without a value stands in the dockerfile_inline of service {}", service.name);
        return outcome.doubt(Reason::Unresolved, Finding::note(message).at(file, build.place.span));
    };
    let inline = Arc::new(dockerfile::parse(text.as_bytes()));
    for error in hiding(&inline).take(MOST_ERRORS) {
        let message =
            format!("line {} of the dockerfile_inline of service {}: {}", error.line, service.name, error.message);
        outcome.doubt(Reason::Unreadable, Finding::note(message).at(file, build.place.span));
    }
    for found in of_dockerfile(&Build::of(inline, &[])) {
        let mut found = Named::new(found, file, build.place.span);
        found.shown = format!("{} of service {}", found.shown, service.name);
        named.push(found);
    }
}

/// At most this many characters of a reference are shown.
const LONGEST_SHOWN: usize = 120;

/// A text from a file, short enough for a message.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// By its name, else by what is in it.
fn is_compose(files: &Files<'_>, path: &RepoPath) -> bool {
    let name = path.name().to_string().to_lowercase();
    if name.contains("dockerfile") || name.contains("containerfile") {
        return false;
    }
    if [".yml", ".yaml", ".json"].iter().any(|end| name.ends_with(end)) {
        return true;
    }
    let yaml = files.yaml(path).ok().flatten();
    yaml.is_some_and(|(_, yaml)| yaml.root.as_ref().is_some_and(|root| root.get("services").is_some()))
}

/// Says why a project or one of its services cannot be read.
fn problems(project: &Project, problems: &[Problem], service: Option<&str>, outcome: &mut Outcome) {
    for problem in problems.iter().take(MOST_ERRORS) {
        let message = match service {
            Some(name) => format!("service {name} cannot be read: {}", problem.message),
            None => problem.message.clone(),
        };
        let finding = Finding::note(message).path(&project.path());
        let place = problem.place.and_then(|place| Some((project.file(place)?, place.span)));
        let finding = match place {
            Some((file, span)) => finding.at(file, span),
            None => finding,
        };
        match &problem.why {
            Why::Unreadable => outcome.doubt(Reason::Unreadable, finding),
            Why::Unresolved => outcome.doubt(Reason::Unresolved, finding),
            Why::TooLarge => outcome.doubt(Reason::TooLarge, finding),
            Why::Read(error) => outcome.unread(&project.path(), error),
        }
    }
}
