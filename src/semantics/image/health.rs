//! The effective HEALTHCHECK of an image.
//!
//! Rules: <https://docs.docker.com/reference/dockerfile/#healthcheck>. The last one counts; NONE is none; the CMD of
//! the shell form runs by the image's last SHELL, in the container's environment.

use super::probe::{self, Asked};
use super::{Image, Place, Step};
use crate::formats::dockerfile::Args;
use crate::semantics::files::Files;
use crate::semantics::shell::CanFail;

/// The effective HEALTHCHECK.
#[derive(Debug, Clone)]
pub enum Health {
    /// The chain has none; a base image's own cannot be seen. Lines of comments that say HEALTHCHECK.
    Unset(Vec<u32>),
    /// `HEALTHCHECK NONE`.
    Off(Place),
    /// A probe.
    Probe(Box<Probe>),
}

/// A probe.
#[derive(Debug, Clone)]
pub struct Probe {
    /// The HEALTHCHECK.
    pub place: Place,
    /// Whether it can fail.
    pub can_fail: CanFail,
    /// What its commands ask, those of followed scripts included, in order.
    pub asked: Vec<Asked>,
    /// Whether its array begins with `CMD` or `CMD-SHELL`, as Compose's does: here that is a program's name.
    pub names_cmd: bool,
    /// What cannot be seen: where, and what.
    pub hidden: Vec<(Place, String)>,
}

impl Image<'_> {
    /// The step of the last HEALTHCHECK of the chain.
    fn last_healthcheck(&self) -> Option<&Step> {
        self.steps.iter().rev().find(|step| step.instruction.keyword == "HEALTHCHECK").copied()
    }

    /// The effective HEALTHCHECK.
    pub fn health(&self, files: &Files<'_>) -> Health {
        let Some(step) = self.last_healthcheck() else {
            let comments = self.walk.build.dockerfile.comments.iter();
            let says = comments.filter(|comment| comment.text.to_ascii_uppercase().starts_with("HEALTHCHECK"));
            return Health::Unset(says.map(|comment| comment.line).collect());
        };
        let place = self.walk.place(step.span);
        if matches!(step.instruction.args, Args::Words(_) | Args::None | Args::Pairs(_)) {
            return Health::Off(place);
        }
        let scene = self.in_container(files, &step.instruction, step.span);
        let (run, can_fail) = (scene.run(), scene.can_fail());
        let asked = run.commands.iter().filter_map(|ran| probe::asked(ran, &scene.finder, &self.steps)).collect();
        let hidden = run.hidden.into_iter().map(|hidden| (hidden.place, hidden.what)).collect();
        let names_cmd = match &step.instruction.args {
            Args::Json(words) => words.first().is_some_and(|word| matches!(word.text.as_str(), "CMD" | "CMD-SHELL")),
            _ => false,
        };
        Health::Probe(Box::new(Probe { place, can_fail, asked, names_cmd, hidden }))
    }
}
