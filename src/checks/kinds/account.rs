//! `account`: a user and a group with their numbers.

use crate::checks::{
    Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, TreeCheck, at, each_image, elsewhere,
    not_found, reason,
};
use crate::semantics::files::Files;
use crate::semantics::image::{Account, Accounts, Id, Image, Timeline};

/// The kind.
pub const KIND: Kind = Kind {
    name: "account",
    summary: "the image creates a user and a group with these numbers",
    doc: "Holds when the image of each Dockerfile (its last stage and every stage that it is built FROM) creates \
the group and the user, each with its number written out. Read are `useradd`, `groupadd`, `usermod`, `groupmod`, \
`userdel`, `groupdel`; `adduser`, `addgroup`, `deluser`, `delgroup` in Debian's, BusyBox's and Red Hat's spelling; \
lines written to /etc/passwd and /etc/group, and those files copied from the context or from a stage. Variables are \
expanded, scripts of the build context followed.\n\n\
Fails when nothing creates one, when its number is another, and when the tool chooses the number: the group that \
`useradd -U` or `adduser` makes beside a user, a system group without an id. Also when the user is created with a \
group that is created only later, and when the command runs as another user than root: the build stops there.\n\n\
Unknown when the number has a variable without a value, when the command stands under a condition or its failure is \
ignored, and when nothing creates the account but the image runs something that cannot be read and could have.",
    example: "check = { account = { files = \"Dockerfile\", user = \"appuser\", uid = 1000, group = \"appuser\", gid = 1000 } }",
    fields: &[
        Field { name: "files", takes: FieldType::Files, required: true, doc: "the Dockerfiles" },
        Field { name: "user", takes: FieldType::Text, required: true, doc: "the user's name" },
        Field { name: "uid", takes: FieldType::Number, required: false, doc: "the user's number; any when not given" },
        Field {
            name: "group",
            takes: FieldType::Text,
            required: false,
            doc: "the group's name; the user's when only `gid` is given",
        },
        Field { name: "gid", takes: FieldType::Number, required: false, doc: "the group's number; any when not given" },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let user = args.text("user")?;
    let gid = args.number("gid");
    let group = args.text("group").or_else(|| gid.map(|_| user.clone()));
    let mut wanted = Vec::new();
    if let Some(name) = group {
        wanted.push(Wanted { is_user: false, name, id: gid });
    }
    wanted.push(Wanted { is_user: true, name: user, id: args.number("uid") });
    Some(Body::Tree(Box::new(AccountCheck { files: args.files("files"), wanted })))
}

struct Wanted {
    is_user: bool,
    name: String,
    id: Option<u32>,
}

struct AccountCheck {
    files: FileSet,
    wanted: Vec<Wanted>,
}

impl TreeCheck for AccountCheck {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_image(files, &self.files, &mut outcome, self, |check, files, image, outcome| {
            let timeline = Timeline::of(image, files);
            let accounts = Accounts::of(image, &timeline, files);
            for wanted in &check.wanted {
                wanted.judge(image, files, &timeline, &accounts, outcome);
            }
        });
        outcome
    }
}

impl Wanted {
    /// `user appuser`.
    fn shown(&self) -> String {
        format!("{} {}", if self.is_user { "user" } else { "group" }, self.name)
    }

    fn number(&self) -> &'static str {
        if self.is_user { "UID" } else { "GID" }
    }

    fn find<'a>(&self, accounts: &'a Accounts) -> Option<&'a Account> {
        if self.is_user { accounts.user(&self.name) } else { accounts.group(&self.name) }
    }

    fn judge(
        &self,
        image: &Image<'_>,
        files: &Files<'_>,
        timeline: &Timeline,
        accounts: &Accounts,
        outcome: &mut Outcome,
    ) {
        match self.find(accounts) {
            Some(account) => self.judge_account(account, outcome),
            None => self.judge_absent(image, files, timeline, accounts, outcome),
        }
    }

    fn judge_account(&self, account: &Account, outcome: &mut Outcome) {
        let (shown, number) = (self.shown(), self.number());
        let finding = match (&account.id, self.id) {
            _ if account.doubt.is_some() => {
                let doubt = account.doubt.as_deref().unwrap_or_default();
                let finding = Finding::note(format!("it cannot be told whether {shown} is created so: {doubt}"));
                return outcome.doubt(Reason::Unresolved, at(finding, &account.place));
            }
            _ if account.too_early.is_some() => {
                let group = account.too_early.as_deref().unwrap_or_default();
                Finding::fault(format!("{shown} is created with group {group}, which is created only after it"))
                    .help(format!("create group {group} first"))
            }
            (Id::Explicit(id), Some(wanted)) if *id != wanted => {
                Finding::fault(format!("{shown} is created with {number} {id}, not {wanted}"))
                    .help(format!("give it {number} {wanted}"))
            }
            (Id::Explicit(id), _) => Finding::proof(format!("{shown} is created with {number} {id}")),
            (Id::Unknown(raw), Some(_)) => {
                let finding = Finding::note(format!("the {number} of {shown}, `{raw}`, has no known value"))
                    .help("write the number out, or give the ARG a default in this stage: one above the first FROM counts only where the stage repeats it");
                return outcome.doubt(Reason::Unresolved, at(finding, &account.place));
            }
            (Id::NoNumber(text), Some(wanted)) => {
                Finding::fault(format!("the {number} of {shown}, `{text}`, is no number"))
                    .help(format!("give it {number} {wanted}"))
            }
            (Id::Chosen, Some(wanted)) => {
                Finding::fault(format!("{shown} is created without {number} {wanted}: the tool chooses the number"))
                    .help(self.how(wanted))
            }
            (_, None) => Finding::proof(format!("{shown} is created")),
        };
        outcome.push(at(finding, &account.place));
        if let Some(note) = &account.note {
            outcome.push(at(Finding::note(note.clone()), &account.place));
        }
    }

    fn how(&self, id: u32) -> String {
        let name = &self.name;
        match self.is_user {
            true => {
                format!("write the number out: `useradd --uid {id} … {name}` (BusyBox: `adduser -D -u {id} … {name}`)")
            }
            false => format!(
                "create it by itself, before the user: `groupadd --gid {id} {name}` (BusyBox: `addgroup -g {id} {name}`)"
            ),
        }
    }

    fn judge_absent(
        &self,
        image: &Image<'_>,
        files: &Files<'_>,
        timeline: &Timeline,
        accounts: &Accounts,
        outcome: &mut Outcome,
    ) {
        let shown = self.shown();
        if let Some((place, why)) = accounts.unknown.first() {
            let finding = Finding::note(format!("{why}: it may create {shown}"));
            return outcome.doubt(reason(why), at(finding, place));
        }
        let removed = accounts.removed.iter().rev().find(|(name, _)| *name == self.name);
        let fault = match removed {
            Some((_, place)) => {
                let fault =
                    Finding::fault(format!("{shown} is removed again")).help(format!("leave {shown} in the image"));
                return not_found(outcome, timeline, 0, None, &format!("create {shown}"), at(fault, place));
            }
            None => at(Finding::fault(format!("nothing creates {shown} in the image")), &image.from_place()),
        };
        let other =
            elsewhere(image, |other| self.find(&Accounts::of(other, &Timeline::of(other, files), files)).is_some());
        if let Some(place) = accounts.denied.first() {
            outcome.push(at(Finding::note("it runs as another user than root, who may not change accounts"), place));
        }
        let help = match (other, self.id) {
            (Some(stage), _) => format!("{stage} creates it, but the image is not built from that stage"),
            (None, Some(id)) if self.is_user => format!(
                "create it with its number: `useradd --uid {id} … {0}` (BusyBox: `adduser -D -u {id} … {0}`)",
                self.name
            ),
            (None, Some(id)) => self.how(id),
            (None, None) => format!("create it: `{} {}`", if self.is_user { "useradd" } else { "groupadd" }, self.name),
        };
        not_found(outcome, timeline, 0, None, &format!("create {shown}"), fault.help(help));
    }
}
