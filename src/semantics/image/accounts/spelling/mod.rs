//! How accounts are created: useradd and its kin (shadow), adduser of Debian, adduser of BusyBox.
//!
//! Manuals: <https://manpages.debian.org/bookworm/passwd/useradd.8.en.html>,
//! <https://manpages.debian.org/bookworm/adduser/adduser.8.en.html>,
//! <https://busybox.net/downloads/BusyBox.html#adduser>.

mod tables;

use tables::{ADDGROUP, BUSYBOX_ADDUSER, DEBIAN_ADDUSER, DELUSER, GROUPADD, USERADD, USERDEL, USERMOD};

use super::{Id, database};
use crate::semantics::image::interpreter::has_more_arguments;
use crate::semantics::image::options::{Parsed, Spec, Value, read};
use crate::semantics::shell::{Arg, Command};

/// Whose tools an image has: they differ in `adduser` and `addgroup`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Debian's Perl scripts.
    Debian,
    /// BusyBox applets.
    BusyBox,
    /// `adduser` is another name of `useradd`.
    RedHat,
}

/// What a command does to the accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It creates a group.
    Group { name: String, id: Id },
    /// It creates a user, in this group (name or number), or else in one of its own.
    User { name: String, id: Id, group: Option<String>, own_group: bool },
    /// It changes a user's name or number.
    ModifyUser { name: String, new_name: Option<String>, id: Option<Id> },
    /// It changes a group's name or number.
    ModifyGroup { name: String, new_name: Option<String>, id: Option<Id> },
    /// It removes a user.
    RemoveUser(String),
    /// It removes a group.
    RemoveGroup(String),
    /// It does something that cannot be read: why.
    Unknown(String),
}

/// What a command does to the accounts; `None` when nothing.
pub fn changes(command: &Command, family: Family) -> Option<Vec<Change>> {
    let program = command.program()?;
    let args = command.argv.get(1..)?;
    if CREATE.contains(&program) && has_more_arguments(command) {
        return Some(vec![Change::Unknown(format!("{program} takes its arguments from xargs"))]);
    }
    if let Some(written) = writes_account_files(command, program, args) {
        return Some(written);
    }
    let change = match program {
        "useradd" => useradd(args),
        "adduser" if family == Family::RedHat || looks_like_useradd(args) => useradd(args),
        "adduser" => adduser(args, family),
        "groupadd" => groupadd(args),
        "addgroup" if family == Family::RedHat => groupadd(args),
        "addgroup" => addgroup(args),
        "usermod" => {
            modified(args, USERMOD, "login", "uid", |name, new_name, id| Change::ModifyUser { name, new_name, id })
        }
        "groupmod" => {
            modified(args, GROUPADD, "new-name", "gid", |name, new_name, id| Change::ModifyGroup { name, new_name, id })
        }
        "userdel" => removed(args, USERDEL, Change::RemoveUser),
        "groupdel" => removed(args, USERDEL, Change::RemoveGroup),
        "deluser" => deluser(args, Change::RemoveUser),
        "delgroup" => deluser(args, Change::RemoveGroup),
        "newusers" | "vipw" | "vigr" => Some(Change::Unknown(format!("{program} reads accounts that are not seen"))),
        _ => None,
    };
    change.map(|change| vec![change])
}

const CREATE: &[&str] = &["useradd", "adduser", "groupadd", "addgroup", "usermod", "groupmod"];

/// `adduser` with options that only `useradd` has.
fn looks_like_useradd(args: &[Arg]) -> bool {
    args.iter().filter_map(|arg| arg.text.as_deref()).any(|text| match text.strip_prefix('-') {
        Some(long) if long.starts_with('-') => matches!(
            long,
            "-create-home" | "-user-group" | "-no-user-group" | "-home-dir" | "-no-log-init" | "-non-unique"
        ),
        Some(letters) => letters.starts_with(['m', 'M', 'r', 'U', 'N', 'l', 'o', 'c', 'd', 'b']),
        None => false,
    })
}

fn unknown(name: Option<&&Arg>, tool: &str) -> Change {
    match name {
        Some(arg) => Change::Unknown(format!("{tool} is told a name without a known value, `{}`", arg.raw)),
        None => Change::Unknown(format!("{tool} is told no name")),
    }
}

fn id(value: Option<&Value>) -> Id {
    match value {
        None => Id::Chosen,
        Some(Value { text: Some(text), raw }) => match text.trim().parse() {
            Ok(number) => Id::Explicit(number),
            Err(_) if text.contains('$') && !raw.starts_with('\'') => Id::Unknown(raw.clone()),
            Err(_) => Id::NoNumber(text.clone()),
        },
        Some(Value { text: None, raw }) => Id::Unknown(raw.clone()),
    }
}

/// Whether the command works in another root than the image's.
fn elsewhere(parsed: &Parsed<'_>) -> bool {
    parsed.has("root") || parsed.has("prefix")
}

fn useradd(args: &[Arg]) -> Option<Change> {
    let parsed = read(args, USERADD);
    if elsewhere(&parsed) || parsed.has("defaults") {
        return None;
    }
    let Some(name) = parsed.operands.last().and_then(|arg| arg.text.clone()) else {
        return Some(unknown(parsed.operands.last(), "useradd"));
    };
    let group = parsed.value("gid").map(|value| value.text.clone().unwrap_or_else(|| value.raw.clone()));
    let own_group = group.is_none() && !parsed.has("no-user-group");
    Some(Change::User { name, id: id(parsed.value("uid")), group, own_group })
}

fn groupadd(args: &[Arg]) -> Option<Change> {
    let parsed = read(args, GROUPADD);
    if elsewhere(&parsed) {
        return None;
    }
    match parsed.operands.last().and_then(|arg| arg.text.clone()) {
        Some(name) => Some(Change::Group { name, id: id(parsed.value("gid")) }),
        None => Some(unknown(parsed.operands.last(), "groupadd")),
    }
}

fn addgroup(args: &[Arg]) -> Option<Change> {
    let parsed = read(args, ADDGROUP);
    match parsed.operands.as_slice() {
        // `addgroup user group` only adds a member.
        [_, _, ..] => None,
        [name] => match name.text.clone() {
            Some(name) => Some(Change::Group { name, id: id(parsed.value("gid").or(parsed.value("group"))) }),
            None => Some(unknown(Some(name), "addgroup")),
        },
        [] => Some(unknown(None, "addgroup")),
    }
}

fn adduser(args: &[Arg], family: Family) -> Option<Change> {
    let short = |letters: &[char]| {
        args.iter()
            .filter_map(|arg| arg.text.as_deref())
            .any(|text| text.strip_prefix('-').is_some_and(|rest| !rest.starts_with('-') && rest.starts_with(letters)))
    };
    let busybox = family == Family::BusyBox || short(&['D', 'S', 'H', 'h', 'G', 'g', 's', 'k']);
    let parsed = read(args, if busybox { BUSYBOX_ADDUSER } else { DEBIAN_ADDUSER });
    let name = match parsed.operands.as_slice() {
        [_, _, ..] => return None,
        [name] => match name.text.clone() {
            Some(name) => name,
            None => return Some(unknown(Some(name), "adduser")),
        },
        [] => return Some(unknown(None, "adduser")),
    };
    let text = |value: &Value| value.text.clone().unwrap_or_else(|| value.raw.clone());
    let system = parsed.has("system");
    if parsed.has("group") && !system {
        return Some(Change::Group { name, id: id(parsed.value("gid")) });
    }
    let group = parsed.value("ingroup").or(parsed.value("gid")).map(text);
    // A system user without one goes to nogroup: Debian's with --group, and everybody else, gets a group of its own.
    let own_group = group.is_none() && (!system || parsed.has("group"));
    Some(Change::User { name, id: id(parsed.value("uid")), group, own_group })
}

fn modified(
    args: &[Arg],
    table: &'static [Spec],
    renames: &str,
    numbers: &str,
    change: impl Fn(String, Option<String>, Option<Id>) -> Change,
) -> Option<Change> {
    let parsed = read(args, table);
    if elsewhere(&parsed) {
        return None;
    }
    let new_name = parsed.value(renames).map(|value| value.text.clone());
    match (parsed.operands.last().map(|arg| arg.text.clone()), new_name) {
        (Some(Some(name)), None) => Some(change(name, None, parsed.value(numbers).map(|value| id(Some(value))))),
        (Some(Some(name)), Some(Some(new_name))) => {
            Some(change(name, Some(new_name), parsed.value(numbers).map(|value| id(Some(value)))))
        }
        _ => Some(Change::Unknown("it changes an account whose name is not known".to_owned())),
    }
}

fn removed(args: &[Arg], table: &'static [Spec], change: impl Fn(String) -> Change) -> Option<Change> {
    let parsed = read(args, table);
    if elsewhere(&parsed) {
        return None;
    }
    parsed.operands.last().and_then(|arg| arg.text.clone()).map(change)
}

fn deluser(args: &[Arg], change: impl Fn(String) -> Change) -> Option<Change> {
    let parsed = read(args, DELUSER);
    match parsed.operands.as_slice() {
        // With two names the first only leaves the second.
        [name] => {
            name.text.clone().map(|name| if parsed.has("group") { Change::RemoveGroup(name) } else { change(name) })
        }
        _ => None,
    }
}

/// The user that a command creates with a home folder, and that folder; `None` when it makes none.
pub fn home_of(command: &Command) -> Option<(String, String)> {
    let args = command.argv.get(1..)?;
    let (parsed, makes, home) = match command.program()? {
        "useradd" => (read(args, USERADD), false, "home-dir"),
        "adduser" if looks_like_useradd(args) => (read(args, USERADD), false, "home-dir"),
        "adduser" => {
            let busybox = read(args, BUSYBOX_ADDUSER);
            let parsed = if busybox.unknown.is_empty() { busybox } else { read(args, DEBIAN_ADDUSER) };
            (parsed, true, "home")
        }
        _ => return None,
    };
    if elsewhere(&parsed) || parsed.has("no-create-home") || !(makes || parsed.has("create-home")) {
        return None;
    }
    let [name] = parsed.operands.as_slice() else { return None };
    let name = name.text.clone()?;
    let home = match parsed.value(home) {
        Some(value) => value.text.clone()?,
        None => format!("/home/{name}"),
    };
    Some((name, home))
}

/// Commands that write /etc/passwd or /etc/group themselves.
fn writes_account_files(command: &Command, program: &str, args: &[Arg]) -> Option<Vec<Change>> {
    let target = |path: &str| match path {
        "/etc/passwd" => Some(true),
        "/etc/group" => Some(false),
        _ => None,
    };
    let mut changes = Vec::new();
    for users in command.writes.iter().filter_map(|path| target(path)) {
        let words: Vec<Option<&str>> = args.iter().map(|arg| arg.text.as_deref()).collect();
        let stdin = command.stdin.as_ref().and_then(|stdin| stdin.text.as_deref());
        match database::written(program, &words, stdin) {
            Some(text) => changes.extend(database::entries(&text, users)),
            None => {
                let file = if users { "/etc/passwd" } else { "/etc/group" };
                changes.push(Change::Unknown(format!("what {program} writes to {file} is not known")));
            }
        }
    }
    let edits = matches!(program, "sed" | "perl" | "awk" | "cp" | "mv" | "install" | "ed" | "ex" | "patch");
    if edits
        && changes.is_empty()
        && let Some(file) = args.iter().filter_map(|arg| arg.text.as_deref()).find(|text| target(text).is_some())
    {
        changes.push(Change::Unknown(format!("{program} changes {file}")));
    }
    (!changes.is_empty()).then_some(changes)
}
