//! In which contexts a Dockerfile is built.

use crate::checks::{FileSet, Finding, Outcome, Reason};
use crate::repo::{EntryKind, RepoPath};
use crate::semantics::compose::{Item, Located, Place, Problem, Project, Recipe, Service, Why, load};
use crate::semantics::files::Files;

/// One way in which a Dockerfile is built.
pub(super) struct Setting {
    /// The context's folder.
    pub folder: RepoPath,
    /// Build arguments with a known value.
    pub args: Vec<(String, String)>,
    /// `additional_contexts`.
    contexts: Vec<(String, Other)>,
    /// Whether it is built so. When it is not known how, the plan's root is looked at all the same, for what is wrong
    /// in any context.
    pub certain: bool,
    /// The service that builds it so; `None` for the plan's root as the context.
    service: Option<(String, Finding)>,
}

/// A context besides the main one.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Other {
    /// A folder of the tree.
    Folder(RepoPath),
    /// An image, a repository, another service, a place outside.
    Elsewhere,
}

impl Setting {
    /// The context of that name, as `--from` and FROM find it.
    pub fn named(&self, name: &str) -> Option<&Other> {
        let name = name.strip_suffix(":latest").unwrap_or(name);
        self.contexts.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, other)| other)
    }

    /// The context's folder in words.
    pub fn shown(&self) -> String {
        let folder = self.folder.shown();
        match &self.service {
            None => format!("the build context `{}`", folder.raw()),
            Some((service, _)) => format!("the build context `{}` of {service}", folder.raw()),
        }
    }

    /// Whether the folder is one; says so when not.
    pub fn is_there(&self, files: &Files<'_>, outcome: &mut Outcome) -> bool {
        let Some((service, place)) = &self.service else { return true };
        let shown = self.folder.shown();
        let doubt = |outcome: &mut Outcome, what: &str| {
            let message = format!("{service} builds in `{}`, {what}", shown.raw());
            outcome.doubt(Reason::Unreadable, Finding { message: message.into(), ..place.clone() });
        };
        match files.entry(&self.folder).map(|entry| entry.map(|entry| entry.kind)) {
            Ok(Some(EntryKind::Folder)) => return true,
            Ok(Some(EntryKind::Symlink)) => doubt(outcome, "a link, which is not followed here"),
            Ok(Some(EntryKind::Submodule)) => doubt(outcome, "a submodule, and nothing behind that boundary is read"),
            Ok(Some(EntryKind::File { .. }) | None) => {
                let message = format!("{service} builds in `{}`, and there is no such folder", shown.raw());
                let finding = Finding { message: message.into(), ..place.clone() };
                super::push_once(outcome, finding.help("name the folder that holds the sources"));
            }
            Err(error) => outcome.unread(&self.folder, &error),
        }
        false
    }
}

/// The Compose files, resolved.
pub(super) struct Projects {
    projects: Vec<Project>,
    /// Whether every file could be read.
    whole: bool,
}

impl Projects {
    /// Loads them; what cannot be read is a doubt, since it may hold a service that builds in another context.
    pub fn load(files: &Files<'_>, set: &FileSet, outcome: &mut Outcome) -> Self {
        let doubts = outcome.doubts.len();
        let mut projects: Vec<Project> = Vec::new();
        for pattern in &set.patterns {
            let found = match files.glob(pattern) {
                Ok(found) => found,
                Err(error) => {
                    outcome.unread(&RepoPath::parse(pattern.as_str()).unwrap_or_default(), &error);
                    continue;
                }
            };
            for found in found {
                if projects.iter().any(|project| project.path() == found.path) {
                    continue;
                }
                match load(files, &found.path) {
                    Ok(Some(project)) => projects.push(project),
                    Ok(None) => {}
                    Err(error) => outcome.unread(&found.path, &error),
                }
            }
        }
        for project in &projects {
            if let Some(problem) = project.problems.first() {
                let (reason, finding) = told(project, problem, None);
                outcome.doubt(reason, finding);
            }
        }
        Self { projects, whole: outcome.doubts.len() == doubts }
    }

    /// How a Dockerfile is built: by each service that builds it, else in the plan's root. The same setting of two
    /// services is one.
    pub fn settings(&self, dockerfile: &RepoPath, outcome: &mut Outcome) -> Vec<Setting> {
        let mut settings: Vec<Setting> = Vec::new();
        let mut certain = self.whole;
        for project in self.projects.iter().filter(|project| project.problems.is_empty()) {
            for service in &project.services {
                match builds(project, service, dockerfile) {
                    Builds::Not => {}
                    Builds::So(setting) => {
                        let same = |other: &Setting| {
                            other.folder == setting.folder
                                && other.args == setting.args
                                && other.contexts == setting.contexts
                        };
                        if !settings.iter().any(same) {
                            settings.push(setting);
                        }
                    }
                    Builds::Hidden(reason, finding) => {
                        certain = false;
                        outcome.doubt(reason, finding);
                    }
                }
            }
        }
        if settings.is_empty() {
            let folder = RepoPath::root();
            settings.push(Setting { folder, args: Vec::new(), contexts: Vec::new(), certain, service: None });
        }
        settings
    }
}

enum Builds {
    /// It does not build this file.
    Not,
    /// It builds it so.
    So(Setting),
    /// It (or perhaps it) builds this file in a context that cannot be told.
    Hidden(Reason, Finding),
}

fn builds(project: &Project, service: &Service, dockerfile: &RepoPath) -> Builds {
    let Some(build) = service.build(project) else { return Builds::Not };
    let name = format!("the service {} of {}", service.name, project.path().shown().raw());
    let hidden =
        |what: String| Builds::Hidden(Reason::Unresolved, placed(project, Some(build.place), format!("{name} {what}")));
    match &build.recipe {
        Recipe::Inline(_) => return Builds::Not,
        Recipe::File(Located::At(path)) if path == dockerfile => {}
        // `${CONTEXT}/Dockerfile` is `Dockerfile` with `.` for a value.
        Recipe::File(Located::Unresolved(text))
            if text.could_be(dockerfile.shown().raw()) || text.could_be(&format!("./{}", dockerfile.shown().raw())) =>
        {
            return hidden(format!("may build {}: its Dockerfile is {}", dockerfile.shown().raw(), text.shown()));
        }
        Recipe::File(_) => return Builds::Not,
    }
    if let Some(problem) = service.problems.first() {
        let (reason, finding) = told(project, problem, Some(&name));
        return Builds::Hidden(reason, finding);
    }
    let folder = match &build.context {
        Located::At(folder) => folder.clone(),
        Located::Outside(text) | Located::Remote(text) => {
            return hidden(format!("builds in {text}, which is not in this repository"));
        }
        Located::Unresolved(text) => return hidden(format!("builds in {}, which has no value", text.shown())),
    };
    let args = build.args.iter().filter_map(|(name, value)| Some((name.clone(), value.as_ref()?.value()?)));
    let contexts = service.at(&["build", "additional_contexts"]).map(Item::entries).unwrap_or_default();
    let contexts = contexts.iter().filter_map(|(key, value)| {
        let text = value.text()?;
        let elsewhere = text.known_start().starts_with("service:");
        Some((
            key.name.clone(),
            match project.locate(&text, value.place) {
                Located::At(folder) if !elsewhere => Other::Folder(folder),
                _ => Other::Elsewhere,
            },
        ))
    });
    Builds::So(Setting {
        folder,
        args: args.collect(),
        contexts: contexts.collect(),
        certain: true,
        service: Some((name.clone(), placed(project, Some(build.place), name))),
    })
}

fn told(project: &Project, problem: &Problem, service: Option<&str>) -> (Reason, Finding) {
    let reason = match &problem.why {
        Why::Unreadable => Reason::Unreadable,
        Why::Unresolved => Reason::Unresolved,
        Why::TooLarge => Reason::TooLarge,
        Why::Read(error) => {
            let mut outcome = Outcome::default();
            outcome.unread(&project.path(), error);
            outcome.doubts.first().map_or(Reason::Unreadable, |doubt| doubt.reason)
        }
    };
    let path = project.path();
    let shown = path.shown();
    let message = format!("cannot read {}: {}", service.unwrap_or(shown.raw()), problem.message);
    (reason, placed(project, problem.place, message))
}

fn placed(project: &Project, place: Option<Place>, message: String) -> Finding {
    let finding = Finding::fault(message);
    match place.and_then(|place| Some((project.file(place)?, place.span))) {
        Some((file, span)) => finding.at(file, span),
        None => finding.path(&project.path()),
    }
}
