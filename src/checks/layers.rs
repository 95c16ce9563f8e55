//! Going over the Dockerfiles of a check with their layers worked out.

use super::files::each_dockerfile_alone;
use super::image::with_image;
use super::{FileSet, Finding, Outcome, Reason, at};
use crate::semantics::dependencies::{Event, Installed, Layers};
use crate::semantics::files::Files;
use crate::semantics::image::Place;

/// Calls `judge` for each Dockerfile of the set that can be read whole, with its layers. What it finds is kept, as by
/// [`super::each_image`].
pub(super) fn each_build<C>(
    files: &Files<'_>,
    set: &FileSet,
    outcome: &mut Outcome,
    check: &C,
    judge: fn(&C, &Files<'_>, &Layers<'_>, &mut Outcome),
) {
    each_dockerfile_alone(files, set, outcome, judge as usize, |path, outcome| {
        with_image(files, path, outcome, |image, outcome| {
            let layers = Layers::of(files, image.walk);
            match &layers.over {
                Some(over) => {
                    let message = format!("{} has {over}", image.walk.file.path.shown().raw());
                    outcome.doubt(Reason::TooLarge, Finding::note(message).path(&image.walk.file.path));
                }
                None => judge(check, files, &layers, outcome),
            }
        });
    });
}

/// A finding at an event.
pub(super) fn at_event(finding: Finding, event: &Event) -> Finding {
    at(finding, &event.place)
}

/// Where an event stands, in words: `line 12`, or `line 3 of setup.sh` when that is another file.
pub(super) fn line_of(layers: &Layers<'_>, event: &Event) -> String {
    let line = event.place.lines().line;
    if event.place.file.path == layers.walk.file.path {
        format!("line {line}")
    } else {
        format!("line {line} of {}", event.place.file.path.shown().raw())
    }
}

/// Why an install may not happen, in words: it stands under a condition, its failure is swallowed.
pub(super) fn why_uncertain(installed: Installed<'_>) -> &'static str {
    if installed.acts.conditional { "only runs under a condition" } else { "may fail without ending the build" }
}

/// Adds a doubt when it is not known what the final stage is built FROM: whether it was added.
pub(super) fn open_base(layers: &Layers<'_>, what: &str, outcome: &mut Outcome) -> bool {
    let Some(names) = layers.open_base(layers.last()) else { return false };
    let message = format!("{} may {what}: {} has no value", from_words(layers), names.join(", "));
    outcome.doubt(Reason::Unresolved, at(Finding::note(message), &from_of(layers)));
    true
}

fn from_words(layers: &Layers<'_>) -> &'static str {
    if layers.last() == 0 { "the image that it is built from" } else { "what the final stage is built from" }
}

/// The FROM of the last stage.
pub(super) fn from_of(layers: &Layers<'_>) -> Place {
    let build = &layers.walk.build;
    let from = build.last().and_then(|stage| build.from_of(stage));
    layers.walk.place(from.map(|from| from.span).unwrap_or_default())
}
