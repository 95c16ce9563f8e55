//! Judging the image of each Dockerfile of a set.

use super::files::each_dockerfile_alone;
use super::{FileSet, Finding, Outcome, Reason};
use crate::repo::RepoPath;
use crate::semantics::files::Files;
use crate::semantics::image::{Given, Hidden, Image, Place, Timeline, Trouble, Walk};

/// Calls `judge` with the image of each Dockerfile of the set: of its last stage, with the stages that it is
/// built FROM (CHECKS, rule 4). A file that makes no image is a fault; one that cannot be read whole is a doubt.
///
/// What is found of each file is kept with what was asked for it, and taken again where the answers are the same. That
/// is why `judge` can hold nothing but `check`, which its digest stands for.
pub fn each_image<C>(files: &Files<'_>, set: &FileSet, outcome: &mut Outcome, check: &C, judge: JudgeImage<C>) {
    each_dockerfile_alone(files, set, outcome, judge as usize, |path, outcome| {
        with_image(files, path, outcome, |image, outcome| judge(check, files, image, outcome));
    });
}

/// Judges one image by itself.
pub type JudgeImage<C> = fn(&C, &Files<'_>, &Image<'_>, &mut Outcome);

/// Calls `judge` with the image of a Dockerfile, or says why there is none.
pub(super) fn with_image(
    files: &Files<'_>,
    path: &RepoPath,
    outcome: &mut Outcome,
    judge: impl FnOnce(&Image<'_>, &mut Outcome),
) {
    let walk = Walk::of(files, path, Given::default());
    let walk = match walk.and_then(|walk| walk.intact().map(|()| walk)) {
        Ok(walk) => walk,
        Err(trouble) => return no_image(path, &trouble, outcome),
    };
    match walk.image(None) {
        Ok(image) => judge(&image, outcome),
        Err(trouble) => no_image(path, &trouble, outcome),
    }
}

/// Says why a Dockerfile makes no image that can be looked at.
pub fn no_image(path: &RepoPath, trouble: &Trouble, outcome: &mut Outcome) {
    let shown = path.shown();
    let shown = shown.raw();
    match trouble {
        Trouble::Absent => outcome.push(
            Finding::fault(format!("there is no file {shown}")).path(path).help("add it, or mend the link to it"),
        ),
        Trouble::Unread(error) => outcome.unread(path, error),
        Trouble::NoStage => outcome.push(
            Finding::fault(format!("{shown} has no FROM: it makes no image")).path(path).help("begin it with a FROM"),
        ),
        Trouble::NoTarget(name) => outcome
            .push(Finding::fault(format!("{shown} has no stage `{name}`")).path(path).help("name one of its stages")),
        Trouble::TooLarge(what) => {
            outcome.doubt(Reason::TooLarge, Finding::note(format!("{shown} is not judged: {what}")).path(path));
        }
        Trouble::Broken(place, message) => outcome.doubt(
            Reason::Unreadable,
            Finding::note(format!("{shown} cannot be read whole: {message}")).at(&place.file, place.span),
        ),
    }
}

/// The closed world (CHECKS, rule 3): `fault` stands, unless something opaque ran after event `since` that could
/// have done `what` (a lower-case fragment: "install curl"), with root's power or `user`'s. Then it is a doubt.
pub fn not_found(
    outcome: &mut Outcome,
    timeline: &Timeline,
    since: usize,
    user: Option<&str>,
    what: &str,
    fault: Finding,
) {
    match timeline.could_have(since, user) {
        Some(hidden) => hidden_doubt(outcome, hidden, what),
        None => outcome.push(fault),
    }
}

fn hidden_doubt(outcome: &mut Outcome, hidden: &Hidden, what: &str) {
    let finding = Finding::note(format!("{}: it could {what}", hidden.what));
    outcome.doubt(reason(&hidden.what), at(finding, &hidden.place));
}

/// Why it cannot be told, by what stands in the way: a counted bound says so.
pub fn reason(why: &str) -> Reason {
    if why.contains(" bound of ") { Reason::TooLarge } else { Reason::Unresolved }
}

/// A finding at a place.
pub fn at(finding: Finding, place: &Place) -> Finding {
    finding.at(&place.file, place.span)
}

/// A stage of the file that the image is not built from and that `found` says yes to: for a help that begins
/// with where the thing was done instead.
pub fn elsewhere<'w>(image: &Image<'w>, mut found: impl FnMut(&Image<'w>) -> bool) -> Option<String> {
    let chain: Vec<usize> = image.walk.build.chain(image.stage).iter().map(|stage| stage.index).collect();
    let others = image.walk.build.stages.iter().filter(|stage| !chain.contains(&stage.index));
    others.into_iter().find_map(|stage| {
        let other = image.walk.image_of(stage.index)?;
        found(&other).then(|| match &stage.name {
            Some(name) => format!("stage {name}"),
            None => format!("stage {}", stage.index),
        })
    })
}
