//! What happens to the files of an image, in order: COPY and ADD, WORKDIR, and the commands of each RUN.

use std::sync::Arc;

use super::work::{Work, too_much};
use super::{Copy, CopyFrom, CopySource, Hidden, Image, Mount, Place, Ran, RunUser, Step, covers};
use crate::semantics::files::Files;

/// Stages spliced into each other by `COPY --from=stage / /`.
const MOST_SPLICES: usize = 8;

/// The history of an image's files.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    /// Oldest first.
    pub events: Vec<Event>,
    work: Work,
}

/// One thing that happens.
#[derive(Debug, Clone)]
pub enum Event {
    /// A command runs.
    Ran(Box<Ran>, Arc<Vec<Mount>>),
    /// COPY or ADD.
    Copied(Box<Copy>, Place),
    /// WORKDIR makes a folder, unless it is there; USER as it stands then.
    Entered(String, Place, RunUser),
    /// Something runs that could do anything.
    Hidden(Hidden),
}

impl Event {
    /// Where it stands.
    pub fn place(&self) -> Place {
        match self {
            Self::Ran(ran, _) => ran.place(),
            Self::Copied(_, place) | Self::Entered(_, place, _) => place.clone(),
            Self::Hidden(hidden) => hidden.place.clone(),
        }
    }
}

impl Timeline {
    /// The history of an image: of its chain, and of a stage that is copied whole (`COPY --from=stage / /`).
    pub fn of(image: &Image<'_>, files: &Files<'_>) -> Self {
        let mut timeline = Self { events: Vec::new(), work: image.walk.work.clone() };
        timeline.add(image, files, 0);
        timeline
    }

    fn add(&mut self, image: &Image<'_>, files: &Files<'_>, splices: usize) {
        if let Some((place, names)) = image.open_base() {
            let what = format!("FROM has a variable without a value ({}) and may name a stage", names.join(", "));
            self.events.push(Event::Hidden(Hidden { place, what, user: RunUser::Root }));
        }
        for step in &image.steps {
            if !self.work.spend(1) {
                let hidden = Hidden { place: image.walk.place(step.span), what: too_much(), user: RunUser::Root };
                self.events.push(Event::Hidden(hidden));
                return;
            }
            self.step(image, step, files, splices);
        }
    }

    fn step(&mut self, image: &Image<'_>, step: &Step, files: &Files<'_>, splices: usize) {
        let place = image.walk.place(step.span);
        match step.instruction.keyword.as_str() {
            "RUN" => {
                let run = image.walk.run(files, step);
                let mounts = Arc::new(run.mounts);
                let ran = run.commands.into_iter().map(|ran| Event::Ran(Box::new(ran), Arc::clone(&mounts)));
                self.events.extend(ran);
                self.events.extend(run.hidden.into_iter().map(Event::Hidden));
            }
            "WORKDIR" => {
                let words = super::state::written(&step.instruction);
                let path = super::state::known(step.before.expand(&words));
                if let Some(path) = path.and_then(|path| step.before.absolute(path.trim())) {
                    self.events.push(Event::Entered(path, place, step.before.run_user()));
                }
            }
            _ => {
                let Some(copy) = step.copy(image.walk) else { return };
                match copied_whole(&copy).and_then(|stage| image.walk.image_of(stage)) {
                    Some(other) if splices < MOST_SPLICES => self.add(&other, files, splices + 1),
                    _ => self.events.push(Event::Copied(Box::new(copy), place)),
                }
            }
        }
    }

    /// Counts a walk over the events; false when there was too much.
    pub(super) fn spend(&self) -> bool {
        self.work.spend(self.events.len())
    }

    /// Something after event `since` (from the begin: 0) that cannot be seen through and that could have done
    /// what takes root, or what `user` can do. A base image is none: what is not found in the file has not
    /// happened.
    pub fn could_have(&self, since: usize, user: Option<&str>) -> Option<&Hidden> {
        self.events.iter().skip(since).find_map(|event| match event {
            Event::Hidden(hidden) => match &hidden.user {
                RunUser::Root | RunUser::Unknown => Some(hidden),
                RunUser::Other(name) => (Some(name.as_str()) == user).then_some(hidden),
            },
            _ => None,
        })
    }
}

/// The stage whose whole root a COPY brings to the root.
fn copied_whole(copy: &Copy) -> Option<usize> {
    let root = |source: &CopySource| matches!(source, CopySource::Path(word) if matches!(word.text.as_str(), "/" | "." | "/."));
    match copy.from {
        CopyFrom::Stage(stage) if copy.destination.as_deref() == Some("/") && copy.sources.iter().any(root) => {
            Some(stage)
        }
        _ => None,
    }
}

/// Whether what a command writes at a path is gone with a mount when its RUN ends.
pub(super) fn is_mounted(mounts: &[Mount], path: &str) -> bool {
    mounts.iter().filter_map(|mount| mount.target.as_deref()).any(|target| covers(target, path))
}
