//! The stages of a build as a list of what matters to dependencies and source, in the order of the file.

use super::brings::{Brings, Context};
use super::code::makes;
use super::events::{Acts, Event, Installed, What, with_output};
use super::install::{Act, Reads};
use super::places::{fixed, overlap};
use super::surroundings::{InShell, Known};
use super::tools::{Around, act};
use crate::repo::RepoPath;
use crate::semantics::files::Files;
use crate::semantics::image::{CopyFrom, Hidden, Place, Ran, Step, Walk};
use crate::semantics::stages::Base;

/// A Dockerfile as a list of events.
#[derive(Debug)]
pub struct Layers<'w> {
    /// The file.
    pub walk: &'w Walk,
    /// Every event, stage by stage in file order.
    pub events: Vec<Event>,
    /// Where paths of the build context are looked up: the first folder that has the path.
    pub roots: Vec<RepoPath>,
    /// For each stage whether the last stage is made of it: built FROM it, or files taken from it.
    pub used: Vec<bool>,
    /// The bound that was passed, as words: then the list is not whole.
    pub over: Option<String>,
    commands: usize,
    sources: usize,
}

/// Most events of one file.
pub const MOST_EVENTS: usize = 2_000;
/// Most commands of one file, those of its scripts included.
pub const MOST_COMMANDS: usize = 50_000;
/// Most sources of one file's COPY and ADD.
pub const MOST_SOURCES: usize = 5_000;

/// Addresses of scripts that install a package manager and nothing else.
const INSTALLERS: &[&str] = &[
    "astral.sh/uv",
    "install.python-poetry.org",
    "python-poetry/poetry",
    "install-poetry.py",
    "get-poetry.py",
    "bootstrap.pypa.io",
    "get-pip.py",
    "pdm-project.org/install",
    "pdm-project/pdm",
    "pdm.fming.dev",
    "deb.nodesource.com/setup",
    "rpm.nodesource.com/setup",
    "get.pnpm.io",
    "bun.sh/install",
    "sh.rustup.rs",
    "getcomposer.org/installer",
    "rye.astral.sh/get",
    "rye-up.com/get",
    "pixi.sh/install",
];

impl<'w> Layers<'w> {
    /// Goes over every stage.
    pub fn of(files: &Files<'_>, walk: &'w Walk) -> Self {
        let roots = match &walk.given.context {
            Some(context) => vec![context.clone()],
            None => vec![RepoPath::root(), walk.file.path.parent()],
        };
        let mut layers =
            Self { walk, events: Vec::new(), roots, used: Vec::new(), over: None, commands: 0, sources: 0 };
        let mut ends: Vec<Known> = Vec::new();
        let mut at = 0;
        for (index, steps) in walk.stages.iter().enumerate() {
            let base = match walk.build.stages.get(index).map(|stage| &stage.base) {
                Some(Base::Stage(base)) if *base < index => ends.get(*base).cloned(),
                _ => None,
            };
            let mut known = base.unwrap_or_default();
            for step in steps {
                if layers.over.is_none() {
                    layers.step(files, step, at, &mut known);
                    layers.count();
                }
                at += 1;
            }
            ends.push(known);
        }
        layers.used = layers.reach(walk.build.stages.len().saturating_sub(1));
        layers
    }

    /// Notes the bound that was passed.
    fn count(&mut self) {
        let bounds = [
            (self.events.len(), MOST_EVENTS, "copies and installs"),
            (self.commands, MOST_COMMANDS, "commands"),
            (self.sources, MOST_SOURCES, "sources of COPY and ADD"),
        ];
        let passed = bounds.into_iter().find(|(count, most, _)| count > most);
        self.over = passed.map(|(_, most, what)| format!("more than {most} {what}"));
    }

    fn step(&mut self, files: &Files<'_>, step: &Step, at: usize, known: &mut Known) {
        known.after(step);
        let roots = self.roots.clone();
        let context = Context { files, roots: &roots };
        let event = |place: Place, what: What| Event { stage: step.stage, step: at, place, what };
        if let Some(copy) = step.copy(self.walk) {
            self.sources += copy.sources.len();
            if self.sources > MOST_SOURCES {
                return;
            }
            let brings = Brings::of_copy(&copy, context);
            self.events.push(event(self.walk.place(step.span), What::Brings(brings)));
            return;
        }
        let run = self.walk.run(files, step);
        for mount in &run.mounts {
            if let Some(brings) = Brings::of_mount(mount, context) {
                self.events.push(event(self.walk.place(mount.span), What::Brings(brings)));
            }
        }
        let mut shell = InShell {
            settled: step.before.workdir.span.is_some(),
            env: step.before.env().clone(),
            activated: known.hidden_path,
        };
        shell.env.extend(known.path.iter().map(|path| ("PATH".to_owned(), path.clone())));
        self.commands += run.commands.len();
        for ran in &run.commands {
            self.command(ran, &mut shell, &mut known.settings, &event);
        }
        for Hidden { place, what, .. } in run.hidden {
            if !self.is_installer(&place) {
                self.events.push(event(place, What::Hides(what)));
            }
        }
    }

    fn command(
        &mut self,
        ran: &Ran,
        shell: &mut InShell,
        settings: &mut Vec<(&'static str, String, String)>,
        event: &dyn Fn(Place, What) -> Event,
    ) {
        shell.after(ran);
        let env = shell.env_of(ran);
        let around = Around {
            env: &env,
            directory: ran.directory.as_deref(),
            settled: shell.settles(ran),
            settings,
            activated: shell.activated,
        };
        let what = match act(&ran.command, around) {
            Some(Act::Setting(tool, key, value)) => {
                settings.push((tool, key, value));
                return;
            }
            Some(Act::Hides(what)) => Some(What::Hides(what)),
            Some(act) => Some(What::Acts(Acts::of(with_output(act, ran), ran))),
            None => None,
        };
        // `go build -o x` does both.
        let made = makes(ran).map(What::Makes);
        self.events.extend(what.into_iter().chain(made).map(|what| event(ran.place(), what)));
    }

    /// Whether what cannot be read at a place is the script of a package manager that installs itself and
    /// nothing else (`curl https://install.python-poetry.org | python3 -`).
    pub fn is_installer(&self, place: &Place) -> bool {
        let range = place.lines();
        // A pipeline may go over several lines of its instruction.
        let step = self.walk.steps().find(|step| {
            place.file.path == self.walk.file.path
                && step.span.start <= place.span.start
                && place.span.start < step.span.end
        });
        let bytes = match step {
            Some(step) => place.file.bytes.get(step.span.start..step.span.end).unwrap_or_default(),
            None => place.file.lines.bytes(&place.file.bytes, range.line),
        };
        let text = String::from_utf8_lossy(bytes);
        INSTALLERS.iter().any(|address| text.contains(address))
    }

    /// The variables in the FROM of a stage's chain that leave open what it is built from.
    pub fn open_base(&self, stage: usize) -> Option<Vec<String>> {
        self.walk.build.chain(stage).first().and_then(|stage| match &stage.base {
            Base::Unresolved(_, names) => Some(names.clone()),
            _ => None,
        })
    }

    /// For each stage whether `last` is made of it.
    fn reach(&self, last: usize) -> Vec<bool> {
        let mut used = vec![false; self.walk.build.stages.len()];
        let mut open = vec![last];
        while let Some(stage) = open.pop() {
            match used.get_mut(stage) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            if let Some(Base::Stage(base)) = self.walk.build.stages.get(stage).map(|stage| &stage.base) {
                open.push(*base);
            }
            open.extend(self.of_stage(stage).filter_map(|event| match &event.what {
                What::Brings(Brings { from: CopyFrom::Stage(from), .. }) => Some(*from),
                _ => None,
            }));
        }
        used
    }

    /// The index of the last stage.
    pub fn last(&self) -> usize {
        self.walk.build.stages.len().saturating_sub(1)
    }

    /// What a stage goes by in a message: its name, else its number.
    pub fn name(&self, stage: usize) -> String {
        match self.walk.build.stages.get(stage).and_then(|stage| stage.name.clone()) {
            Some(name) => format!("stage {name}"),
            None => format!("stage {stage}"),
        }
    }

    /// The events of one stage.
    pub fn of_stage(&self, stage: usize) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.stage == stage)
    }

    /// The events of the stages that the last stage is made of.
    pub fn of_used(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(|event| self.used.get(event.stage).copied().unwrap_or(false))
    }

    /// The events of a stage and of every stage that it is built FROM.
    pub fn of_chain(&self, stage: usize) -> impl Iterator<Item = &Event> {
        let chain: Vec<usize> = self.walk.build.chain(stage).into_iter().map(|stage| stage.index).collect();
        self.events.iter().filter(move |event| chain.contains(&event.stage))
    }

    /// The stages that an event builds on: its own, those that it is built FROM, and those that any of them
    /// has taken files from by then.
    pub fn base_stages(&self, at: &Event) -> Vec<usize> {
        let mut stages: Vec<usize> = self.walk.build.chain(at.stage).into_iter().map(|stage| stage.index).collect();
        let before = self.of_chain(at.stage).filter(|event| event.step <= at.step);
        for from in before.filter_map(Event::brings).filter_map(|brings| match brings.from {
            CopyFrom::Stage(from) => Some(from),
            _ => None,
        }) {
            stages.extend(self.walk.build.chain(from).into_iter().map(|stage| stage.index));
        }
        stages
    }

    /// Whether the wheels of an install without an index all come from stages of the file: copied or
    /// mounted from one; `None` when a folder of them is not known.
    pub fn are_wheels_from_a_stage(&self, installed: Installed<'_>) -> Option<bool> {
        let Reads::Wheels(folders) = &installed.install.reads else { return Some(false) };
        let mut all = !folders.is_empty();
        for folder in folders {
            let folder = folder.as_deref()?;
            all &= self.wheels_from(installed.event, folder).is_some();
        }
        Some(all)
    }

    /// The stage that a folder's files come from, at an event.
    fn wheels_from(&self, at: &Event, folder: &str) -> Option<usize> {
        let folder = fixed(folder);
        let earlier = self.of_chain(at.stage).filter(|event| event.step <= at.step);
        let brings = earlier.filter_map(|event| match &event.what {
            // A mount is there for its own RUN only.
            What::Brings(brings) if brings.how != "RUN --mount" || event.step == at.step => Some(brings),
            _ => None,
        });
        let into = brings.filter(|brings| brings.to.as_deref().is_some_and(|to| overlap(to, folder)));
        // The last one that brings anything there decides.
        match into.last()?.from {
            CopyFrom::Stage(stage) => Some(stage),
            _ => None,
        }
    }
}
