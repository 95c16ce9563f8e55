//! The stages of a build as a list of what matters to dependencies and source, in the order of the file.

use std::borrow::Cow;

use super::brings::{Brings, Context};
use super::code::{Makes, makes};
use super::install::{Act, Export, Install, Place as Where, Project, Reads};
use super::places::{absolute, below, fixed, overlap};
use super::tools::{Around, act};
use crate::repo::RepoPath;
use crate::semantics::files::Files;
use crate::semantics::image::{CopyFrom, Hidden, Place, Ran, Step, Walk};
use crate::semantics::shell::Env;
use crate::semantics::stages::Base;
use crate::source::mask;

/// Something that happens in a stage.
#[derive(Debug, Clone)]
pub struct Event {
    /// 0-based index of the stage.
    pub stage: usize,
    /// Its instruction's place in the order of the file's steps: events of one instruction share it.
    pub step: usize,
    /// Where it stands: in the Dockerfile, or in a script that a RUN starts.
    pub place: Place,
    /// What.
    pub what: What,
}

/// What happens.
#[derive(Debug, Clone)]
pub enum What {
    /// Files come in.
    Brings(Brings),
    /// A command does something about dependencies.
    Acts(Acts),
    /// A command copies, fetches or makes files.
    Makes(Makes),
    /// Something that could do anything: what it is.
    Hides(String),
}

/// A command that does something about dependencies.
#[derive(Debug, Clone)]
pub struct Acts {
    /// What.
    pub act: Act,
    /// The command as it is written, shortened.
    pub shown: String,
    /// Whether it only runs under a condition.
    pub conditional: bool,
    /// Whether its failure is swallowed.
    pub ignored: bool,
    /// The folder it runs in, absolute, when it is known.
    pub directory: Option<String>,
}

impl Acts {
    /// Whether it runs whenever the image is built, and its failure ends the build.
    pub fn is_certain(&self) -> bool {
        !self.conditional && !self.ignored
    }

    /// The install that it is.
    pub fn install(&self) -> Option<&Install> {
        match &self.act {
            Act::Install(install) => Some(install),
            _ => None,
        }
    }
}

/// An install with where it happens.
#[derive(Debug, Clone, Copy)]
pub struct Installed<'l> {
    /// The event.
    pub event: &'l Event,
    /// The command.
    pub acts: &'l Acts,
    /// What it installs.
    pub install: &'l Install,
    /// Whether a later command took development dependencies out again.
    pub pruned: bool,
}

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

/// A command is shown with at most this many characters.
const SHOWN: usize = 80;

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
        let mut settings: Vec<Settings> = Vec::new();
        let mut at = 0;
        for (index, steps) in walk.stages.iter().enumerate() {
            let base = match walk.build.stages.get(index).map(|stage| &stage.base) {
                Some(Base::Stage(base)) if *base < index => settings.get(*base).cloned(),
                _ => None,
            };
            let mut set = base.unwrap_or_default();
            for step in steps {
                if layers.over.is_none() {
                    layers.step(files, step, at, &mut set);
                }
                at += 1;
            }
            settings.push(set);
        }
        layers.used = layers.reach(walk.build.stages.len().saturating_sub(1));
        layers
    }

    fn step(&mut self, files: &Files<'_>, step: &Step, at: usize, settings: &mut Settings) {
        let roots = self.roots.clone();
        let context = Context { files, roots: &roots };
        let event = |place: Place, what: What| Event { stage: step.stage, step: at, place, what };
        if let Some(copy) = step.copy(self.walk) {
            self.sources += copy.sources.len();
            if self.sources > MOST_SOURCES {
                self.over = Some(format!("more than {MOST_SOURCES} sources of COPY and ADD"));
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
        let mut shell = InShell { env: step.before.env().clone(), activated: false };
        self.commands += run.commands.len();
        for ran in &run.commands {
            self.command(ran, &mut shell, settings, &event);
        }
        for Hidden { place, what, .. } in run.hidden {
            if !self.is_installer(&place) {
                self.events.push(event(place, What::Hides(what)));
            }
        }
        if self.commands > MOST_COMMANDS || self.events.len() > MOST_EVENTS {
            self.over = Some(format!("more than {MOST_EVENTS} copies and installs, or {MOST_COMMANDS} commands"));
        }
    }

    fn command(
        &mut self,
        ran: &Ran,
        shell: &mut InShell,
        settings: &mut Settings,
        event: &dyn Fn(Place, What) -> Event,
    ) {
        shell.after(ran);
        let env = shell.env_of(ran);
        let around = Around { env: &env, directory: ran.directory.as_deref(), settings, activated: shell.activated };
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

type Settings = Vec<(&'static str, String, String)>;

/// What the commands of one RUN do to each other.
struct InShell {
    env: Env,
    activated: bool,
}

impl InShell {
    /// Takes in what a command does for those after it.
    fn after(&mut self, ran: &Ran) {
        self.activated |= activates(ran);
        if ran.command.program() == Some("export") {
            let assigned = ran.command.known_args().filter_map(|arg| arg.split_once('='));
            self.env.extend(assigned.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
    }

    /// The environment of a command: `A=1 cmd` is its own.
    fn env_of(&self, ran: &Ran) -> Cow<'_, Env> {
        if ran.command.env.is_empty() {
            return Cow::Borrowed(&self.env);
        }
        let mut own = self.env.clone();
        for (name, value) in &ran.command.env {
            match &value.text {
                Some(text) => own.insert(name.clone(), text.clone()),
                None => own.remove(name),
            };
        }
        Cow::Owned(own)
    }
}

/// Whether a command switches a virtual environment on for those after it.
fn activates(ran: &Ran) -> bool {
    let activates = |text: &str| text.ends_with("/activate") || text == "activate";
    match ran.command.program() {
        Some("." | "source") => ran.command.known_args().any(activates),
        Some("conda" | "mamba" | "micromamba" | "pyenv" | "workon") => {
            ran.command.known_args().any(|arg| matches!(arg, "activate" | "shell"))
        }
        _ => false,
    }
}

/// An export whose file is named by a redirection.
fn with_output(act: Act, ran: &Ran) -> Act {
    match act {
        Act::Export(export) if export.output.is_none() => {
            let output = ran.command.writes.first().and_then(|file| ran.absolute(file));
            Act::Export(Box::new(Export { output, ..*export }))
        }
        act => act,
    }
}

impl Acts {
    fn of(act: Act, ran: &Ran) -> Self {
        let words: Vec<&str> = ran.command.argv.iter().map(|arg| arg.raw.as_str()).collect();
        // Masked before it is cut, or the end of a secret would go unseen.
        let mut shown = mask(&words.join(" ").split_whitespace().collect::<Vec<_>>().join(" "));
        if let Some((cut, _)) = shown.char_indices().nth(SHOWN) {
            shown.truncate(cut);
            shown.push('…');
        }
        Self {
            act,
            shown,
            conditional: ran.command.conditional,
            ignored: ran.command.ignored,
            directory: ran.directory.clone(),
        }
    }
}

impl Event {
    /// The install that it is.
    pub fn installs(&self) -> Option<Installed<'_>> {
        match &self.what {
            What::Acts(acts) => acts.install().map(|install| Installed { event: self, acts, install, pruned: false }),
            _ => None,
        }
    }

    /// Whether it puts application source from the build context into the image.
    pub fn brings_source(&self) -> bool {
        self.brings().is_some_and(Brings::brings_source)
    }

    /// The COPY, ADD or bind mount that it is.
    pub fn brings(&self) -> Option<&Brings> {
        match &self.what {
            What::Brings(brings) => Some(brings),
            _ => None,
        }
    }
}

impl Brings {
    /// Whether what it takes from a stage may hold what an install put into `place`.
    pub fn may_take(&self, place: &Where) -> bool {
        let Where::In(folders) = place else { return true };
        self.items.iter().any(|item| {
            let Some(path) = absolute(Some("/"), &item.text) else { return true };
            item.what == super::brings::Brought::Unresolved
                || folders.iter().any(|folder| overlap(fixed(&path), folder))
        })
    }

    /// Where a path of the stage that it takes from lands, when it takes it.
    pub fn lands(&self, path: &str) -> Option<String> {
        let to = self.to.as_deref()?;
        self.items.iter().find_map(|item| {
            let taken = absolute(Some("/"), &item.text)?;
            let rest = below(path, fixed(&taken))?;
            absolute(Some(to), rest)
        })
    }
}

/// Whether an act puts a copy of the project where the dependencies are.
pub fn copies_project(act: &Act) -> Option<&Where> {
    match act {
        Act::Install(install) if install.project == Project::Copied => Some(&install.place),
        Act::Project(Project::Copied, place) => Some(place),
        _ => None,
    }
}
