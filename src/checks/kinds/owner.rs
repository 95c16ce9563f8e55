//! `owner`: paths of the image belong to a user.

use crate::checks::{
    Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, TreeCheck, at, each_image, not_found, reason,
};
use crate::semantics::files::Files;
use crate::semantics::image::{Accounts, Handed, Image, Owners, Target, Timeline, absolute};

/// The kind.
pub const KIND: Kind = Kind {
    name: "owner",
    summary: "paths of the image are handed to a user",
    doc: "Holds when in the image of each Dockerfile (its last stage and every stage that it is built FROM) every path \
is handed to the user: by `chown` of it (or with `-R` of a folder above it), by `install -d -o`, by COPY or ADD with \
`--chown` into it, or by a `mkdir` (or as the home of a new user) that the user itself makes where nothing was before. \
/tmp is always there, so that a mkdir proves nothing of it. Each path needs its own proof. A number counts when the \
image creates the user with that number.\n\n\
Fails when nothing hands a path over, and when it is taken back later. WORKDIR and a COPY without `--chown` write as \
root (BuildKit lets WORKDIR make folders for USER, other builders do not); `chown -R app /app/*` is not /app; `chmod` \
changes no owner; `chown :app` changes the group; only root gives files away; what is done below a `RUN --mount` does not stay.\n\n\
Unknown when the command stands under a condition or its failure is ignored, when a path or user has no known value, \
and when nothing hands the path over but the image runs something that cannot be read and could have.",
    example: "check = { owner = { files = \"Dockerfile\", user = \"appuser\", paths = [\"/app\", \"/tmp\"] } }",
    fields: &[
        Field { name: "files", takes: FieldType::Files, required: true, doc: "the Dockerfiles" },
        Field { name: "user", takes: FieldType::Text, required: true, doc: "the user's name" },
        Field { name: "paths", takes: FieldType::Texts, required: true, doc: "absolute paths in the image" },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let mut targets = Vec::new();
    for path in args.texts("paths") {
        match absolute(None, &path) {
            Some(path) => targets.push(Target { path, whole: false }),
            None => args.mistake("paths", format!("`{path}` is not absolute"), Some("write it from `/` on".to_owned())),
        }
    }
    Some(Body::Tree(Box::new(Owner { files: args.files("files"), user: args.text("user")?, targets })))
}

struct Owner {
    files: FileSet,
    user: String,
    targets: Vec<Target>,
}

impl TreeCheck for Owner {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_image(files, &self.files, &mut outcome, self, Self::judge);
        outcome
    }
}

impl Owner {
    fn judge(&self, files: &Files<'_>, image: &Image<'_>, outcome: &mut Outcome) {
        let timeline = Timeline::of(image, files);
        let accounts = Accounts::of(image, &timeline, files);
        let owners = Owners { timeline: &timeline, accounts: &accounts, user: &self.user };
        for target in &self.targets {
            let (path, user) = (&target.path, &self.user);
            let (since, why) = match owners.of(target, None) {
                Handed::Yes(place, how) => {
                    outcome.push(at(Finding::proof(format!("{path} is handed to {user}: {how}")), &place));
                    continue;
                }
                Handed::Maybe(place, why) => {
                    let finding = Finding::note(format!("it cannot be told whether {path} is {user}'s: {why}"));
                    outcome.doubt(reason(&why), at(finding, &place));
                    continue;
                }
                Handed::No(since, why) => (since, why),
            };
            let help =
                format!("hand it over: `RUN chown -R {user}:{user} {path}`, after everything that makes it root's");
            let fault = match why {
                Some((place, why)) => at(Finding::fault(format!("{path} is not {user}'s: {why}")), &place),
                None => at(Finding::fault(format!("nothing hands {path} to {user}")), &image.from_place()),
            };
            let what = format!("hand {path} to {user}");
            not_found(outcome, &timeline, since, Some(user), &what, fault.help(help));
        }
    }
}
