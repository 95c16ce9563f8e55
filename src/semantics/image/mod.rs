//! The image that a Dockerfile makes: its final stage with every stage it is built FROM.
//!
//! [`Walk`] goes over every stage of a file once; [`Walk::image`] picks the stage that is built and answers its
//! chain as [`Step`]s, the outermost base first. A step knows what its instruction sees: ARG and ENV, USER,
//! WORKDIR, SHELL. What a RUN runs comes from [`Walk::run`], scripts from the build context followed.
//!
//! Rules: <https://docs.docker.com/reference/dockerfile/> and
//! <https://docs.docker.com/build/building/variables/#scoping>.

mod accounts;
mod copy;
mod health;
mod interpreter;
mod mount;
mod options;
mod owners;
mod packages;
mod paths;
mod probe;
mod provided;
mod run;
mod runner;
mod scene;
mod source_map;
mod state;
mod timeline;
mod user;
mod words;
mod work;

pub use accounts::{Account, Accounts, Id};
pub use copy::{Copy, CopyFrom, CopySource, Ownership};
pub use health::{Health, Probe};
pub use mount::{Mount, MountKind};
pub use owners::{Handed, OwnerIs, Owners, Target, targets};
pub use packages::{Presence, denied, presence};
pub use paths::{absolute, covers};
pub use probe::{Asked, Asks};
pub use provided::Provided;
pub use run::{Hidden, MOST_COMMANDS, Ran, Run, RunUser};
pub use state::{ShellForm, State, UserSet, Workdir};
pub use timeline::{Event, Timeline};
pub use user::{RunsAs, User, effective_user, effective_user_given, is_root};
pub use work::MOST_WORK;

use std::sync::Arc;

use work::Work;

use crate::formats::dockerfile::Instruction;
use crate::repo::{ReadError, RepoPath};
use crate::semantics::files::{Files, SourceFile};
use crate::semantics::stages::{Base, Build, Stage};
use crate::source::{LineRange, Span};

/// Most steps of a walk, triggered ones included; past it the file is not judged.
pub const MOST_STEPS: usize = 2_000;

/// A place in a file of the tree: of the Dockerfile, or of a script that a RUN runs.
#[derive(Debug, Clone)]
pub struct Place {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Where in it.
    pub span: Span,
}

impl Place {
    /// Its lines.
    pub fn lines(&self) -> LineRange {
        self.file.range(self.span)
    }
}

/// What a build is given beside its Dockerfile.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Build arguments (`build.args` of a Compose service): they go before the defaults of ARG.
    pub args: Vec<(String, String)>,
    /// The build context. Without one: the plan's root, and for what is not there the Dockerfile's folder.
    pub context: Option<RepoPath>,
}

/// Why there is no image to look at.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// There is no such file.
    Absent,
    /// It cannot be read.
    Unread(ReadError),
    /// It has no FROM.
    NoStage,
    /// It has no stage of that name.
    NoTarget(String),
    /// A counted bound was passed; which, a lower-case fragment.
    TooLarge(String),
    /// A part of it cannot be read: where, and what the parser says.
    Broken(Place, String),
}

/// Every stage of a Dockerfile, walked once.
#[derive(Debug, Clone)]
pub struct Walk {
    /// The Dockerfile.
    pub file: Arc<SourceFile>,
    /// Its stages.
    pub build: Build,
    /// What the build was given.
    pub given: Given,
    /// For each stage its own steps, those that ONBUILD of its base triggers first.
    pub stages: Vec<Vec<Step>>,
    ends: Vec<State>,
    work: Work,
}

/// One instruction as it takes effect.
#[derive(Debug, Clone)]
pub struct Step {
    /// 0-based index of the stage that it takes effect in.
    pub stage: usize,
    /// The instruction; the deferred one for a step that ONBUILD triggers.
    pub instruction: Arc<Instruction>,
    /// Where it stands: the ONBUILD for a triggered one.
    pub span: Span,
    /// Whether ONBUILD of the stage's base triggers it.
    pub triggered: bool,
    /// What it sees.
    pub before: State,
    copied: Option<Arc<Copy>>,
}

/// The image of one stage.
#[derive(Debug, Clone)]
pub struct Image<'w> {
    /// The file it comes from.
    pub walk: &'w Walk,
    /// 0-based index of its stage.
    pub stage: usize,
    /// The steps of its chain, the outermost base first.
    pub steps: Vec<&'w Step>,
    /// How things stand after the last of them.
    pub end: &'w State,
}

impl Walk {
    /// Reads a Dockerfile and walks its stages.
    pub fn of(files: &Files<'_>, path: &RepoPath, given: Given) -> Result<Self, Trouble> {
        let (file, dockerfile) = files.dockerfile(path).map_err(Trouble::Unread)?.ok_or(Trouble::Absent)?;
        let build = Build::of(dockerfile, &given.args);
        if let Some(over) = build.over {
            return Err(Trouble::TooLarge(over));
        }
        let mut walk =
            Self { file: Arc::new(file), build, given, stages: Vec::new(), ends: Vec::new(), work: Work::default() };
        if walk.build.dockerfile.instructions.is_empty() {
            return Err(Trouble::NoStage);
        }
        if walk.build.stages.is_empty() {
            return walk.intact().and(Err(Trouble::NoStage));
        }
        let mut triggers: Vec<Vec<(Arc<Instruction>, Span)>> = Vec::new();
        let mut count = 0;
        for stage in &walk.build.stages {
            let base = match stage.base {
                Base::Stage(base) if base < stage.index => Some(base),
                _ => None,
            };
            let mut state = base.and_then(|base| walk.ends.get(base)).cloned().unwrap_or_default();
            let mut steps = Vec::new();
            let mut deferred = Vec::new();
            let triggered = base.and_then(|base| triggers.get(base)).cloned().unwrap_or_default();
            let triggered = triggered.into_iter().map(|(instruction, span)| (instruction, span, true));
            let own = walk.build.body_of(stage).iter().map(|i| (Arc::new(i.clone()), i.span, false));
            for (instruction, span, triggered) in triggered.chain(own) {
                if instruction.keyword == "ONBUILD" {
                    if let (Some(inner), false) = (&instruction.deferred, triggered) {
                        deferred.push((Arc::new((**inner).clone()), span));
                    }
                    continue;
                }
                count += 1;
                if count > MOST_STEPS {
                    return Err(Trouble::TooLarge(format!("more than {MOST_STEPS} instructions take effect")));
                }
                let before = state.clone();
                state.apply(&instruction, span, &walk.build, &walk.given);
                let mut step = Step { stage: stage.index, instruction, span, triggered, before, copied: None };
                step.copied = step.read_copy(&walk.build).map(Arc::new);
                steps.push(step);
            }
            walk.stages.push(steps);
            walk.ends.push(state);
            triggers.push(deferred);
        }
        Ok(walk)
    }

    /// Nothing when every part of the file could be read, else the first error: a file with one is not built,
    /// and what stands in the broken part is not known.
    pub fn intact(&self) -> Result<(), Trouble> {
        match self.build.dockerfile.errors.first() {
            Some(error) => Err(Trouble::Broken(self.place(error.span), error.message.clone())),
            None => Ok(()),
        }
    }

    /// The image that is built: of the last stage, or of a Compose service's `target`.
    pub fn image(&self, target: Option<&str>) -> Result<Image<'_>, Trouble> {
        let stage = match target {
            Some(name) => self.build.named(name).ok_or_else(|| Trouble::NoTarget(name.to_owned()))?,
            None => self.build.last().ok_or(Trouble::NoStage)?,
        };
        self.image_of(stage.index).ok_or(Trouble::NoStage)
    }

    /// The image of any stage, by its index.
    pub fn image_of(&self, stage: usize) -> Option<Image<'_>> {
        let chain = self.build.chain(stage);
        let steps = chain.iter().filter_map(|stage| self.stages.get(stage.index)).flatten().collect();
        Some(Image { walk: self, stage, steps, end: self.ends.get(stage)? })
    }

    /// Every step of the file, stage by stage in file order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.stages.iter().flatten()
    }

    /// A place in the Dockerfile.
    pub fn place(&self, span: Span) -> Place {
        Place { file: Arc::clone(&self.file), span }
    }

    /// The stage of a step.
    pub fn stage(&self, step: &Step) -> Option<&Stage> {
        self.build.stages.get(step.stage)
    }
}

impl<'w> Image<'w> {
    /// The image outside the file that the chain begins with, as the first FROM of the chain names it.
    pub fn outermost(&self) -> Option<&'w Base> {
        self.walk.build.chain(self.stage).first().map(|stage| &stage.base)
    }

    /// The FROM that the chain begins with, when its variables have no value and it may name an earlier stage, whose
    /// every instruction the image would have: its place, and the names.
    pub fn open_base(&self) -> Option<(Place, &'w [String])> {
        let build = &self.walk.build;
        let first = build.chain(self.stage).first().copied().filter(|stage| stage.index > 0)?;
        let Base::Unresolved(_, names) = &first.base else { return None };
        let from = build.from_of(first)?;
        Some((self.walk.place(from.span), names.as_slice()))
    }

    /// Where the FROM of the image's own stage stands.
    pub fn from_place(&self) -> Place {
        let build = &self.walk.build;
        let from = build.stages.get(self.stage).and_then(|stage| build.from_of(stage));
        self.walk.place(from.map(|from| from.span).unwrap_or_default())
    }
}
