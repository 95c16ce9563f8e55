//! Going over the Dockerfiles of a check with their layers worked out.

use super::{FileSet, Finding, Outcome, Reason, each_file};
use crate::semantics::dependencies::{Event, Installed, Layers};
use crate::semantics::files::Files;
use crate::semantics::image::{Given, Place, Trouble, Walk};

/// Calls `judge` for each Dockerfile of the set that can be read as a whole; what keeps one from it is a
/// fault (nothing there, no FROM) or a doubt.
pub(super) fn each_build(
    files: &Files<'_>,
    set: &FileSet,
    outcome: &mut Outcome,
    mut judge: impl FnMut(&Layers<'_>, &mut Outcome),
) {
    each_file(files, set, outcome, |path, outcome| {
        let walk = Walk::of(files, path, Given::default()).and_then(|walk| walk.intact().map(|()| walk));
        match walk {
            Ok(walk) => judge(&Layers::of(files, &walk), outcome),
            Err(Trouble::Unread(error)) => outcome.unread(path, &error),
            Err(Trouble::Absent) => {
                outcome.push(Finding::fault(format!("{} leads nowhere", path.shown().raw())).path(path));
            }
            Err(Trouble::NoStage | Trouble::NoTarget(_)) => outcome.push(
                Finding::fault("it has no FROM, so it builds nothing").path(path).help("begin the file with FROM"),
            ),
            Err(Trouble::TooLarge(bound)) => outcome.doubt(Reason::TooLarge, Finding::note(bound).path(path)),
            Err(Trouble::Broken(place, message)) => {
                outcome.doubt(Reason::Unreadable, at(Finding::note(message), &place));
            }
        }
    });
}

/// A finding at a place of an image's file.
pub(super) fn at(finding: Finding, place: &Place) -> Finding {
    finding.lines(&place.file, place.lines())
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
