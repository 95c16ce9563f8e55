//! `final_user`: the image does not run as root.

use crate::checks::{Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, TreeCheck, at, each_image};
use crate::semantics::files::Files;
use crate::semantics::image::{Accounts, Id, Image, RunsAs, Timeline, User};

/// The kind.
pub const KIND: Kind = Kind {
    name: "final_user",
    summary: "the image's effective user is not root",
    doc: "Holds when each file exists and the effective user of its image, the last USER of its last stage and of \
every stage that it is built FROM, is not root: by name, by number, as `user:group`, variables expanded. With `name` \
it has to be that user (or the number that the image creates it with).\n\n\
Fails for root in any spelling (`root`, `0`, `0:1000`, a name created with UID 0), and when the chain has no USER: \
root is Docker's default, and a base image's own USER cannot be seen.\n\n\
Unknown when the user has a variable without a value.\n\n\
Source: <https://docs.docker.com/reference/dockerfile/#user>.",
    example: "check = { final_user = { files = \"Dockerfile\" } }",
    fields: &[
        Field { name: "files", takes: FieldType::Files, required: true, doc: "the Dockerfiles" },
        Field { name: "name", takes: FieldType::Text, required: false, doc: "the user that it has to be" },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(FinalUser { files: args.files("files"), name: args.text("name") })))
}

struct FinalUser {
    files: FileSet,
    name: Option<String>,
}

impl TreeCheck for FinalUser {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_image(files, &self.files, &mut outcome, self, |check, files, image, outcome| {
            let runs_as = image.effective_user(files);
            let user = check.name.as_deref().unwrap_or("appuser");
            let help = format!("end the final stage with `USER {user}`");
            let finding = match &runs_as.user {
                User::Unset => Finding::fault(
                    "no USER in the final stage or a stage it is built from: it runs as root, Docker's default (a USER \
                     of the base image cannot be seen)",
                )
                .help(help),
                User::Root => Finding::fault(format!("the image runs as root: USER {}", runs_as.text)).help(help),
                User::Unresolved(names) => {
                    let keyword = if runs_as.text.is_empty() && image.open_base().is_some() { "FROM" } else { "USER" };
                    let finding =
                        Finding::note(format!("{keyword} has a variable without a value: {}", names.join(", ")));
                    return outcome.doubt(Reason::Unresolved, at(finding, &runs_as.place));
                }
                User::Nobody(name) => Finding::fault(format!("no user is called `{name}`"))
                    .help("USER takes the whole rest of its line; `#` begins no comment there"),
                User::Other(name) => match &check.name {
                    Some(wanted) => return named(image, files, &runs_as, name, wanted, outcome),
                    None => Finding::proof(format!("the image runs as {name}")),
                },
            };
            outcome.push(at(finding, &runs_as.place));
        });
        outcome
    }
}

/// Whether the effective user is the one that the plan names.
fn named(image: &Image<'_>, files: &Files<'_>, runs_as: &RunsAs, name: &str, wanted: &str, outcome: &mut Outcome) {
    let id = name.parse::<u32>().ok().map(|id| {
        let accounts = Accounts::of(image, &Timeline::of(image, files), files);
        (id, accounts.user(wanted).map(|account| account.id.clone()))
    });
    let finding = match id {
        _ if name == wanted => Finding::proof(format!("the image runs as {name}")),
        Some((id, Some(Id::Explicit(created)))) if id == created => {
            Finding::proof(format!("the image runs as {name}, the UID of {wanted}"))
        }
        Some((_, Some(Id::Chosen | Id::Unknown(_) | Id::NoNumber(_)))) => {
            let finding = Finding::note(format!("the image runs as {name}, and the UID of {wanted} is not known"));
            return outcome.doubt(Reason::Unresolved, at(finding, &runs_as.place));
        }
        _ => Finding::fault(format!("the image runs as {name}, not as {wanted}"))
            .help(format!("end the final stage with `USER {wanted}`")),
    };
    outcome.push(at(finding, &runs_as.place));
}
