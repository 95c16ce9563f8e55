//! `copy_owner`: what COPY brings from the build context belongs to a user.

use crate::checks::{
    Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, TreeCheck, at, each_image, not_found, reason,
};
use crate::semantics::files::Files;
use crate::semantics::image::{Accounts, Copy, Event, Handed, Image, OwnerIs, Owners, Place, Timeline, targets};

/// The kind.
pub const KIND: Kind = Kind {
    name: "copy_owner",
    summary: "every COPY from the build context gives its files to a user, every WORKDIR is absolute",
    doc: "Holds when in the image of each Dockerfile (its last stage and every stage that it is built FROM) every COPY \
and ADD from the build context gives the files to the user, by `--chown` or by a later `chown` of the destination (of \
a folder above it with `-R`), and every WORKDIR is absolute. A USER line does not: COPY writes as root all the same. A \
here-document of COPY counts as from the context; `COPY --from` and what ADD downloads do not. No COPY from the \
context at all is fine, no WORKDIR is not.\n\n\
Unknown when a `--chown`, a destination or a WORKDIR has a variable without a value, when the later `chown` stands \
under a condition or its failure is ignored, and when something that cannot be read runs after the COPY and could \
have changed the owner.\n\n\
Source: <https://docs.docker.com/reference/dockerfile/#copy---chown---chmod>.",
    example: "check = { copy_owner = { files = \"Dockerfile\", user = \"appuser\" } }",
    fields: &[
        Field { name: "files", takes: FieldType::Files, required: true, doc: "the Dockerfiles" },
        Field { name: "user", takes: FieldType::Text, required: true, doc: "the user's name" },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(CopyOwner { files: args.files("files"), user: args.text("user")? })))
}

struct CopyOwner {
    files: FileSet,
    user: String,
}

impl TreeCheck for CopyOwner {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_image(files, &self.files, &mut outcome, self, |check, files, image, outcome| {
            check.judge_copies(image, files, outcome);
            judge_workdirs(image, outcome);
        });
        outcome
    }
}

impl CopyOwner {
    fn judge_copies(&self, image: &Image<'_>, files: &Files<'_>, outcome: &mut Outcome) {
        let timeline = Timeline::of(image, files);
        let accounts = Accounts::of(image, &timeline, files);
        let owners = Owners { timeline: &timeline, accounts: &accounts, user: &self.user };
        // What a whole stage brings (`COPY --from=build / /`) is in the history, but comes from no context here.
        let own: Vec<_> = image.steps.iter().map(|step| step.span).collect();
        let mut any = false;
        for (index, event) in timeline.events.iter().enumerate() {
            let Event::Copied(copy, place) = event else { continue };
            if copy.from_context() && own.contains(&place.span) {
                any = true;
                self.judge_copy(image, files, owners, (index, copy, place), outcome);
            }
        }
        if !any {
            let finding = Finding::proof("no COPY or ADD from the context".to_owned());
            outcome.push(at(finding, &image.from_place()));
        }
    }

    fn judge_copy(
        &self,
        image: &Image<'_>,
        files: &Files<'_>,
        owners: Owners<'_>,
        (index, copy, place): (usize, &Copy, &Place),
        outcome: &mut Outcome,
    ) {
        let user = &self.user;
        let keyword = if copy.add { "ADD" } else { "COPY" };
        if copy.destination.is_none() {
            let finding = match copy.chown.as_ref().map(|owner| owners.is_owner(owner, index)) {
                Some(OwnerIs::User) => Finding::proof(format!("{keyword} gives its files to {user}")),
                _ => {
                    let finding =
                        Finding::note(format!("`{}` has no known value: who owns it cannot be told", copy.written));
                    return outcome.doubt(Reason::Unresolved, at(finding, place));
                }
            };
            return outcome.push(at(finding, place));
        }
        let mut proof = None;
        for target in targets(image.walk, files, owners.timeline, copy) {
            match owners.of(&target, Some(index)) {
                Handed::Yes(_, how) => proof = Some(how),
                Handed::Maybe(place, why) => {
                    let finding =
                        Finding::note(format!("it cannot be told whether {} is {user}'s: {why}", target.path));
                    return outcome.doubt(reason(&why), at(finding, &place));
                }
                Handed::No(since, why) => {
                    let (at_place, why) = why.unwrap_or_else(|| (place.clone(), "nothing gives it away".to_owned()));
                    let finding =
                        Finding::fault(format!("what {keyword} puts at {} is not {user}'s: {why}", target.path)).help(
                            format!("write `{keyword} --chown={user}:{user} …`, or chown {} afterwards", target.path),
                        );
                    let what = format!("give {} to {user}", target.path);
                    return not_found(outcome, owners.timeline, since, Some(user), &what, at(finding, &at_place));
                }
            }
        }
        if let Some(how) = proof {
            outcome.push(at(Finding::proof(format!("{keyword} gives its files to {user}: {how}")), place));
        }
    }
}

/// Every WORKDIR is absolute, and there is one.
fn judge_workdirs(image: &Image<'_>, outcome: &mut Outcome) {
    let mut absolute = Vec::new();
    let mut all = true;
    for step in image.steps.iter().filter(|step| step.instruction.keyword == "WORKDIR") {
        let place = image.walk.place(step.span);
        let written = step.instruction.words().iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        let expanded = step.before.expand(&written);
        let known = expanded.unresolved.is_empty() && expanded.error.is_none();
        if expanded.text.trim().starts_with('/') && (known || written.trim_matches(['"', '\'']).starts_with('/')) {
            absolute.push(place);
        } else if known {
            all = false;
            let finding = Finding::fault(format!("WORKDIR {} is relative", expanded.text))
                .help("write the whole path, from `/` on");
            outcome.push(at(finding, &place));
        } else {
            all = false;
            let finding = Finding::note(format!("WORKDIR {written} has a variable without a value"));
            outcome.doubt(Reason::Unresolved, at(finding, &place));
        }
    }
    match absolute.last() {
        Some(place) if all => outcome.push(at(Finding::proof("every WORKDIR is absolute".to_owned()), place)),
        None if all => outcome.push(
            at(Finding::fault("the image has no WORKDIR".to_owned()), &image.from_place())
                .help("set one, with an absolute path"),
        ),
        _ => {}
    }
}
