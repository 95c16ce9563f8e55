//! What one command does to the owner of a path.

use super::{Target, glob};
use crate::semantics::image::accounts;
use crate::semantics::image::interpreter::has_more_arguments;
use crate::semantics::image::options::{Parsed, Spec, read};
use crate::semantics::image::{Ownership, Ran, RunUser, covers, words};
use crate::semantics::shell::Arg;

/// One thing that a command does to a target.
#[derive(Debug, Clone)]
pub(super) enum Move {
    /// It gives the target to somebody.
    Owner { whose: Whose, how: String },
    /// It may give the target to somebody (not known whom: `None`), or a part of it.
    Perhaps { whose: Option<Ownership>, why: String },
    /// It makes the folder, for the user that runs it, or as the home of a new user.
    Makes { home_of: Option<String> },
    /// Something is there after it, whoever's.
    Fills,
    /// The target is gone.
    Removes,
}

/// To whom.
#[derive(Debug, Clone)]
pub(super) enum Whose {
    /// As written.
    Spec(Ownership),
    /// Not known: why.
    Unknown(String),
}

const CHOWN: &[Spec] = &[
    ('R', "recursive", false),
    ('c', "changes", false),
    ('f', "silent", false),
    (' ', "quiet", false),
    ('v', "verbose", false),
    ('h', "no-dereference", false),
    (' ', "dereference", false),
    ('H', "half", false),
    ('L', "logical", false),
    ('P', "physical", false),
    (' ', "from", true),
    (' ', "reference", true),
    (' ', "preserve-root", false),
    (' ', "no-preserve-root", false),
];
const INSTALL: &[Spec] = &[
    ('d', "directory", false),
    ('o', "owner", true),
    ('g', "group", true),
    ('m', "mode", true),
    ('t', "target-directory", true),
    ('T', "no-target-directory", false),
    ('D', "leading", false),
    ('S', "suffix", true),
    ('v', "verbose", false),
    ('p', "preserve-timestamps", false),
    ('C', "compare", false),
    ('s', "strip", false),
    ('b', "backup", false),
    ('Z', "context", false),
];
const MKDIR: &[Spec] =
    &[('p', "parents", false), ('m', "mode", true), ('v', "verbose", false), ('Z', "context", false)];
const RM: &[Spec] = &[
    ('r', "recursive", false),
    ('R', "recursive", false),
    ('f', "force", false),
    ('i', "interactive", false),
    ('I', "interactive", false),
    ('d', "dir", false),
    ('v', "verbose", false),
];

/// What a command does to a target, in order.
pub(super) fn moves(ran: &Ran, target: &Target) -> Vec<Move> {
    let argv = ran.command.argv.as_slice();
    let Some(program) = ran.command.program() else { return Vec::new() };
    let args = argv.get(1..).unwrap_or_default();
    match program {
        "chown" if has_more_arguments(&ran.command) => xargs(args).into_iter().collect(),
        "chown" => chown(ran, args, target).into_iter().collect(),
        "find" => find(ran, args, target).into_iter().collect(),
        "install" => install(ran, args, target),
        "mkdir" => {
            let parsed = read(args, MKDIR);
            let parents = parsed.has("parents");
            let made = paths(ran, &parsed.operands).flatten();
            let made: Vec<String> = made.collect();
            let makes = made.iter().any(|path| *path == target.path || parents && covers(&target.path, path));
            if makes { vec![Move::Makes { home_of: None }] } else { fills(&made, target) }
        }
        "rm" => {
            let parsed = read(args, RM);
            let gone = paths(ran, &parsed.operands).flatten().any(|path| covers(&path, &target.path));
            if parsed.has("recursive") && gone { vec![Move::Removes] } else { Vec::new() }
        }
        "rmdir" => {
            let parsed = read(args, RM);
            let gone = paths(ran, &parsed.operands).flatten().any(|path| path == target.path);
            if gone { vec![Move::Removes] } else { Vec::new() }
        }
        "cp" | "mv" | "ln" | "git" | "touch" | "rsync" | "tar" | "unzip" => {
            let touched: Vec<String> = args.iter().filter_map(|arg| ran.absolute(arg.text.as_deref()?)).collect();
            fills(&touched, target)
        }
        _ => homes(ran, target),
    }
}

/// Something at or below the target is there.
fn fills(paths: &[String], target: &Target) -> Vec<Move> {
    if paths.iter().any(|path| covers(&target.path, path)) { vec![Move::Fills] } else { Vec::new() }
}

/// The paths of operands: `None` for one that is not known.
fn paths<'a>(ran: &'a Ran, operands: &'a [&Arg]) -> impl Iterator<Item = Option<String>> + 'a {
    operands.iter().flat_map(move |arg| match words::of(arg) {
        Some(words) => words.iter().map(|word| ran.absolute(word)).collect(),
        None => vec![None],
    })
}

/// `user[:group]`, also with the old dot.
fn ownership(text: &str) -> Ownership {
    let owner = Ownership::read(text, |part| (part.to_owned(), Vec::new()));
    match (&owner.user, &owner.group) {
        (Some(user), None) if user.contains('.') => {
            let (user, group) = user.split_once('.').unwrap_or((user, ""));
            Ownership { user: Some(user.to_owned()), group: Some(group.to_owned()), ..owner }
        }
        _ => owner,
    }
}

fn whose(arg: &Arg) -> Whose {
    if let Some(text) = arg.text.as_deref() {
        return Whose::Spec(ownership(text));
    }
    // The user may be known where the group is not: `app:$GROUP`.
    let user = arg.raw.trim_matches('"').split_once(':').map(|(user, _)| user);
    let user = user.filter(|user| !user.is_empty() && !user.contains(['$', '`', '"']));
    match asked_of_id(&arg.raw).or(user) {
        Some(user) => Whose::Spec(ownership(user)),
        None => Whose::Unknown(format!("`{}` has no known value", arg.raw)),
    }
}

/// The user of `$(id -u app)`, whatever group follows.
fn asked_of_id(raw: &str) -> Option<&str> {
    let raw = raw.trim_start_matches('"');
    let name = raw.strip_prefix("$(id -u ").and_then(|rest| rest.split_once(')'));
    let name = name.or_else(|| raw.strip_prefix("`id -u ").and_then(|rest| rest.split_once('`')));
    name.map(|(name, _)| name.trim()).filter(|name| !name.contains(['$', ' ', '"', '-']))
}

/// How a path of a command lies to the target.
enum Lies {
    /// It is the target with all that counts.
    Covers,
    /// It is a part of what counts.
    Part,
    /// It is elsewhere.
    Off,
}

fn lies(path: &str, recursive: bool, target: &Target) -> Lies {
    if glob::is_pattern(path) {
        if glob::matches(path, &target.path) && (recursive || !target.whole) {
            return Lies::Covers;
        }
        let mut above = target.path.as_str();
        while let Some(at) = above.rfind('/').filter(|at| *at > 0) {
            above = above.get(..at).unwrap_or_default();
            if recursive && glob::matches(path, above) {
                return Lies::Covers;
            }
        }
        let begins = path.strip_suffix("/*").is_some_and(|folder| folder == target.path);
        return if begins && target.whole && recursive { Lies::Part } else { Lies::Off };
    }
    if path == target.path && (recursive || !target.whole) || recursive && covers(path, &target.path) {
        Lies::Covers
    } else {
        Lies::Off
    }
}

fn chown(ran: &Ran, args: &[Arg], target: &Target) -> Option<Move> {
    let parsed = read(args, CHOWN);
    let recursive = parsed.has("recursive");
    let (owner, operands) = if parsed.has("reference") {
        (Whose::Unknown("--reference names no user".to_owned()), parsed.operands.as_slice())
    } else {
        let (spec, rest) = parsed.operands.split_first()?;
        (whose(spec), rest)
    };
    given(ran, owner, paths(ran, operands).collect(), recursive, parsed.has("from"), target)
}

fn given(
    ran: &Ran,
    owner: Whose,
    folders: Vec<Option<String>>,
    recursive: bool,
    filtered: bool,
    target: &Target,
) -> Option<Move> {
    let mut perhaps = None;
    for path in folders {
        let Some(path) = path else {
            perhaps = Some("a path in it has no known value".to_owned());
            continue;
        };
        match lies(&path, recursive, target) {
            Lies::Covers if filtered => perhaps = Some("it changes only some of what is there".to_owned()),
            Lies::Covers => {
                let how = format!("{} {path}", shown(ran, recursive));
                return Some(Move::Owner { whose: owner, how });
            }
            Lies::Part => perhaps = Some(format!("`{path}` leaves out names that begin with a dot")),
            Lies::Off => {}
        }
    }
    let owner = match owner {
        Whose::Spec(owner) => Some(owner),
        Whose::Unknown(_) => None,
    };
    perhaps.map(|why| Move::Perhaps { whose: owner, why })
}

fn shown(ran: &Ran, recursive: bool) -> String {
    let program = ran.command.program().unwrap_or("chown");
    format!("{program}{} of", if recursive { " -R" } else { "" })
}

/// `find paths tests -exec chown owner {} +`.
fn find(ran: &Ran, args: &[Arg], target: &Target) -> Option<Move> {
    let text = |arg: &Arg| arg.text.clone().unwrap_or_default();
    let at = args.iter().position(|arg| matches!(text(arg).as_str(), "-exec" | "-execdir" | "-ok"))?;
    let (before, exec) = (args.get(..at)?, args.get(at + 1..)?);
    let (program, rest) = exec.split_first()?;
    if text(program).rsplit('/').next() != Some("chown") {
        return None;
    }
    let parsed = read(rest, CHOWN);
    let owner = whose(parsed.operands.first()?);
    let starts: Vec<&Arg> = before
        .iter()
        .skip_while(|arg| matches!(text(arg).as_str(), "-H" | "-L" | "-P"))
        .take_while(|arg| !text(arg).starts_with(['-', '(', '!']))
        .collect();
    let tests: Vec<String> = before.iter().map(text).filter(|word| word.starts_with(['-', '!'])).collect();
    // `! -user app -exec chown app` leaves nothing out: what it passes over is the user's already.
    let not_theirs = matches!(
        before.iter().map(text).skip(starts.len()).collect::<Vec<_>>().as_slice(),
        [not, user, _] if matches!(not.as_str(), "!" | "-not") && user == "-user"
    );
    let only_folders = tests.iter().all(|test| test == "-type") && before.last().is_some_and(|arg| text(arg) == "d");
    let filtered = !(tests.is_empty() || not_theirs || only_folders && !target.whole);
    // Without a path find begins in the folder it runs in.
    let folders: Vec<Option<String>> = match starts.is_empty() {
        true => vec![ran.directory.clone()],
        false => paths(ran, &starts).collect(),
    };
    given(ran, owner, folders, true, filtered, target)
}

fn xargs(args: &[Arg]) -> Option<Move> {
    let parsed = read(args, CHOWN);
    let owner = match whose(parsed.operands.first()?) {
        Whose::Spec(owner) => Some(owner),
        Whose::Unknown(_) => None,
    };
    Some(Move::Perhaps { whose: owner, why: "xargs reads the paths from elsewhere".to_owned() })
}

/// `install -d -o user paths`; with files instead of `-d` it only fills a folder.
fn install(ran: &Ran, args: &[Arg], target: &Target) -> Vec<Move> {
    let parsed: Parsed<'_> = read(args, INSTALL);
    let made: Vec<Option<String>> = paths(ran, &parsed.operands).collect();
    if !parsed.has("directory") {
        let made: Vec<String> = made.into_iter().flatten().collect();
        return fills(&made, target);
    }
    let hits = |path: &Option<String>| path.as_deref() == Some(target.path.as_str());
    // What a user may give itself is what it makes.
    let own = match (&ran.user, parsed.value("owner")) {
        (RunUser::Other(user), Some(owner)) => owner.text.as_deref() == Some(user),
        _ => false,
    };
    match (parsed.value("owner").filter(|_| !own), made.iter().any(hits)) {
        (Some(owner), true) if !target.whole => {
            let whose = match &owner.text {
                Some(text) => Whose::Spec(ownership(text)),
                None => Whose::Unknown(format!("`{}` has no known value", owner.raw)),
            };
            let how = format!("install -d -o {} of {}", owner.raw, target.path);
            vec![Move::Fills, Move::Owner { whose, how }]
        }
        (None, true) => vec![Move::Makes { home_of: None }],
        (Some(owner), false) if made.iter().any(Option::is_none) => {
            let whose = owner.text.as_deref().map(ownership);
            vec![Move::Perhaps { whose, why: "a path in it has no known value".to_owned() }]
        }
        _ => fills(&made.into_iter().flatten().collect::<Vec<_>>(), target),
    }
}

/// `useradd -m -d path user`: the home is the new user's when it was not there.
fn homes(ran: &Ran, target: &Target) -> Vec<Move> {
    match accounts::home_of(&ran.command) {
        Some((name, home)) if ran.absolute(&home).as_deref() == Some(target.path.as_str()) => {
            vec![Move::Makes { home_of: Some(name) }]
        }
        _ => Vec::new(),
    }
}
