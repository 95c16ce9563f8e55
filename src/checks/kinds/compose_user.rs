//! `compose_user`: no service runs as root.

use std::sync::Arc;

use crate::checks::compose::{
    BUILT_FROM, FILES, IMAGE, MERGED, Projects, SERVICES, Selection, at, documented_selection,
};
use crate::checks::{Args, Body, Finding, Kind, Outcome, Reason, TreeCheck, no_image};
use crate::formats::dockerfile;
use crate::repo::RepoPath;
use crate::semantics::compose::{self, Located, Place, Project, Recipe, Service, Text};
use crate::semantics::files::Files;
use crate::semantics::image::{Given, RunsAs, Trouble, User, Walk, is_root};
use crate::semantics::stages::{Base, Build};

/// The kind.
pub const KIND: Kind = Kind {
    name: "compose_user",
    summary: "every service runs as somebody else than root",
    doc: documented_selection!(
        "A service runs as its `user` (`name`, `uid`, `user:group`), else as the effective user of the image that it builds: the last USER of the stage `build.target`, or of the last one, and of the stages that it is built FROM, with `build.args` in place of the defaults of ARG. Root is `root` and 0 in any spelling, and what a Dockerfile without USER runs as. An image that is only named is unknown: its user cannot be seen. So is a user that hangs on a variable without a value, and a Dockerfile outside of the repository.",
    ),
    example: "check = { compose_user = { files = \"docker-compose*.yml\" } }",
    fields: &[FILES, SERVICES, BUILT_FROM, IMAGE, MERGED],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let (projects, selection) = (Projects::of(args), Selection::of(args));
    Some(Body::Tree(Box::new(ComposeUser { projects, selection })))
}

struct ComposeUser {
    projects: Projects,
    selection: Selection,
}

impl TreeCheck for ComposeUser {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        self.projects.each(files, &mut outcome, |project, outcome| {
            self.selection.each(project, outcome, |service, outcome| judge(files, project, service, outcome));
        });
        outcome
    }
}

const HELP: &str = "give the service a `user`, or end the final stage of its Dockerfile with a USER";

fn judge(files: &Files<'_>, project: &Project, service: &Service, outcome: &mut Outcome) {
    if let Some((text, place)) = service.user() {
        return own(project, service, &text, place, outcome);
    }
    let name = &service.name;
    let Some(build) = service.build(project) else {
        let message = match service.image() {
            Some((image, _)) => {
                format!("service {name} only names the image {}, whose user cannot be seen", image.shown())
            }
            None => format!("service {name} has neither `user` nor `build` nor `image`"),
        };
        return outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, service.key));
    };
    let doubt = |outcome: &mut Outcome, what: String| {
        let message = format!("service {name} is built from {what}");
        outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, build.place));
    };
    let target = match build.target.as_ref().map(|target| (target.value(), target.shown())) {
        None => None,
        Some((Some(target), _)) => Some(target),
        Some((None, shown)) => return doubt(outcome, format!("the stage {shown}, which has no value")),
    };
    match &build.recipe {
        Recipe::Inline(text) => inline(project, service, text, target.as_deref(), build.place, outcome),
        Recipe::File(Located::At(path)) => {
            dockerfile_of(files, (project, service), path, target.as_deref(), &build, outcome);
        }
        Recipe::File(Located::Unresolved(text)) => doubt(outcome, format!("{}, which has no value", text.shown())),
        Recipe::File(Located::Outside(text) | Located::Remote(text)) => {
            doubt(outcome, format!("{text}, which is not in this repository"));
        }
    }
}

/// The service's own `user`.
fn own(project: &Project, service: &Service, text: &Text, place: Place, outcome: &mut Outcome) {
    let shown = text.shown();
    let user = text.split_once(':').map_or_else(|| text.clone(), |(user, _)| user);
    let finding = match user.value() {
        Some(user) if is_root(&user) => {
            Finding::fault(format!("service {} runs as root: `user: {shown}`", service.name)).help(HELP)
        }
        Some(_) => Finding::proof(format!("service {} runs as {shown}", service.name)),
        None => {
            let message = format!("service {} runs as {shown}, which has no value", service.name);
            return outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, place));
        }
    };
    outcome.push(at(finding, project, place));
}

/// What a build is given. An argument without a value is given as it is written, to be known again where it comes
/// out; one that is only passed through leaves the default of ARG.
fn given(build: &compose::Build) -> Given {
    let args = build.args.iter().filter_map(|(name, value)| Some((name.clone(), value.as_ref()?.shown())));
    let context = match &build.context {
        Located::At(folder) => Some(folder.clone()),
        _ => None,
    };
    Given { args: args.collect(), context }
}

fn dockerfile_of(
    files: &Files<'_>,
    (project, service): (&Project, &Service),
    path: &RepoPath,
    target: Option<&str>,
    build: &compose::Build,
    outcome: &mut Outcome,
) {
    match runs_as(files, path, target, given(build)) {
        Ok((runs_as, None)) => built(service, path, target, &runs_as, outcome),
        Ok((runs_as, Some(unknown))) => {
            let message =
                format!("service {} builds {}: {unknown}, which has no value", service.name, path.shown().raw());
            let finding = Finding::note(message).at(&runs_as.place.file, runs_as.place.span);
            outcome.doubt(Reason::Unresolved, finding);
        }
        Err(trouble) => unbuilt(project, service, path, build.place, &trouble, outcome),
    }
}

/// The user, and what hangs on an argument without a value.
fn runs_as(
    files: &Files<'_>,
    path: &RepoPath,
    target: Option<&str>,
    given: Given,
) -> Result<(RunsAs, Option<String>), Trouble> {
    let unknown: Vec<String> =
        given.args.iter().map(|(_, value)| value).filter(|value| value.contains('$')).cloned().collect();
    let walk = Walk::of(files, path, given)?;
    walk.intact()?;
    let image = walk.image(target)?;
    let runs_as = image.effective_user(files);
    let names = |text: &str| unknown.iter().any(|value| text.contains(value.as_str()));
    let base = match image.outermost() {
        Some(Base::Unresolved(text, _)) if names(text) => Some(format!("its base is {text}")),
        _ => None,
    };
    let user = names(&runs_as.text).then(|| format!("its user is {}", runs_as.text));
    let hidden = match runs_as.user {
        User::Unset => base,
        _ => user,
    };
    Ok((runs_as, hidden))
}

/// What keeps a service from being built stands in its `build`, when it is not in the Dockerfile.
fn unbuilt(
    project: &Project,
    service: &Service,
    path: &RepoPath,
    place: Place,
    trouble: &Trouble,
    outcome: &mut Outcome,
) {
    let (name, shown) = (&service.name, path.shown());
    let shown = shown.raw();
    let (message, help) = match trouble {
        Trouble::Absent => {
            let message = format!("service {name} is built from {shown}, which is not there");
            (message, "add the file, or correct the `build` of the service")
        }
        Trouble::NoTarget(target) => {
            let message = format!("service {name} is built from the stage `{target}`, which {shown} does not have");
            (message, "name one of its stages in `build.target`")
        }
        trouble => return no_image(path, trouble, outcome),
    };
    outcome.push(at(Finding::fault(message).help(help), project, place));
}

fn built(service: &Service, path: &RepoPath, target: Option<&str>, runs_as: &RunsAs, outcome: &mut Outcome) {
    let (name, path) = (&service.name, path.shown());
    let path = match target {
        Some(target) => format!("the stage `{target}` of {}", path.raw()),
        None => path.raw().to_owned(),
    };
    let at = |finding: Finding| finding.at(&runs_as.place.file, runs_as.place.span);
    match &runs_as.user {
        User::Unset => {
            let message = format!("service {name} runs as root: {path} has no USER, and root is Docker's default");
            outcome.push(at(Finding::fault(message).help(HELP)));
        }
        User::Root => {
            let message = format!("service {name} runs as root: {path} ends with USER {}", runs_as.text);
            outcome.push(at(Finding::fault(message).help(HELP)));
        }
        User::Nobody(user) => {
            let message = format!("service {name} does not start: no user is called `{user}`, the USER of {path}");
            outcome.push(at(Finding::fault(message).help(HELP)));
        }
        User::Other(user) => {
            outcome.push(at(Finding::proof(format!("service {name} runs as {user}, the USER of {path}"))))
        }
        User::Unresolved(names) => {
            let message = format!(
                "service {name} builds {path}, whose USER has a variable without a value: {}",
                names.join(", ")
            );
            outcome.doubt(Reason::Unresolved, at(Finding::note(message)));
        }
    }
}

/// The user of a `dockerfile_inline`.
fn inline(
    project: &Project,
    service: &Service,
    text: &Text,
    target: Option<&str>,
    place: Place,
    outcome: &mut Outcome,
) {
    let name = &service.name;
    let here = |finding: Finding| at(finding, project, place);
    let doubt = |outcome: &mut Outcome, reason: Reason, what: &str| {
        outcome.doubt(reason, here(Finding::note(format!("the `dockerfile_inline` of service {name} {what}"))));
    };
    let Some(text) = text.value() else {
        return doubt(outcome, Reason::Unresolved, "has a variable without a value");
    };
    let parsed = dockerfile::parse(text.as_bytes());
    if !parsed.errors.is_empty() {
        return doubt(outcome, Reason::Unreadable, "cannot be read whole");
    }
    let build = Build::of(Arc::new(parsed), &[]);
    let stage = match target {
        Some(target) => build.named(target),
        None => build.last(),
    };
    let Some(stage) = stage else { return doubt(outcome, Reason::Unreadable, "has no such stage") };
    let mut steps = build.chain(stage.index).into_iter().flat_map(|stage| build.body_of(stage));
    let user = steps.rfind(|step| step.keyword == "USER").and_then(|step| step.words().first());
    match user.map(|word| word.text.split(':').next().unwrap_or_default().to_owned()) {
        None => {
            let message = format!("service {name} runs as root: its `dockerfile_inline` has no USER");
            outcome.push(here(Finding::fault(message).help(HELP)));
        }
        Some(user) if user.contains('$') => doubt(outcome, Reason::Unresolved, "has a USER that hangs on a variable"),
        Some(user) if is_root(&user) => {
            let message = format!("service {name} runs as root: its `dockerfile_inline` ends with USER {user}");
            outcome.push(here(Finding::fault(message).help(HELP)));
        }
        Some(user) => outcome.push(here(Finding::proof(format!("service {name} runs as {user}")))),
    }
}
