//! What is known of programs: whether they can fail, what they print, what they run later.

use super::status::Status;
use super::vars::Known;
use super::{Arg, CanFail};

/// `printf` is followed for so many arguments.
const MOST_PRINTED: usize = 64;

/// Whether a program can end with another status than 0 (CHECKS: `true`, `:`, `echo`, `printf` and an
/// interpreter told to exit 0 cannot; others can).
pub(super) fn status(argv: &[Arg]) -> Status {
    let mut texts = argv.iter().map(|arg| arg.text.as_deref());
    let Some(Some(name)) = texts.next() else { return Status::UNSEEN };
    let name = name.rsplit('/').next().unwrap_or(name);
    match name {
        "true" | "echo" | "printf" => Status::OK,
        "false" => Status::FAIL,
        _ => told(name, argv).unwrap_or(Status::EITHER),
    }
}

/// The code that an interpreter is told to run: `python3 -c code`, `node -e code`.
fn told(name: &str, argv: &[Arg]) -> Option<Status> {
    let version = |prefix: &str| {
        name.strip_prefix(prefix).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
    };
    let options: &[&str] = if version("python") || version("pypy") {
        &["-c"]
    } else if version("node") || name == "nodejs" || name == "deno" || name == "bun" {
        &["-e", "--eval", "-p", "--print", "eval"]
    } else if version("perl") || version("ruby") || version("lua") {
        &["-e"]
    } else if version("php") {
        &["-r"]
    } else {
        return None;
    };
    let at = argv.iter().position(|arg| arg.text.as_deref().is_some_and(|text| options.contains(&text)))?;
    let code = argv.get(at + 1)?.text.as_deref();
    Some(code.map_or(Status::EITHER, code_status))
}

/// The status of a short program: known only when every statement is one of a few that do nothing else.
fn code_status(code: &str) -> Status {
    for statement in code.split([';', '\n']).map(str::trim).filter(|statement| !statement.is_empty()) {
        let harmless =
            matches!(
                statement,
                "pass" | "None" | "True" | "0" | "1" | "true" | "import sys" | "import os" | "import sys, os"
            ) || (["print(", "console.log(", "puts ", "print "].iter().any(|start| statement.starts_with(start))
                && !statement.contains(['$', '`'])
                && statement.matches('(').count() <= 1);
        if harmless {
            continue;
        }
        return match exit_code(statement) {
            Some(ok) => Status::of(ok),
            None => Status::EITHER,
        };
    }
    Status::OK
}

/// Whether a statement that ends a program ends it with 0; `None` when it is another statement.
fn exit_code(statement: &str) -> Option<bool> {
    const EXITS: [&str; 9] = [
        "sys.exit",
        "os._exit",
        "process.exit",
        "Deno.exit",
        "raise SystemExit",
        "SystemExit",
        "os.exit",
        "exit",
        "quit",
    ];
    let rest = EXITS.iter().find_map(|exit| statement.strip_prefix(exit))?.trim();
    let inside = rest.strip_prefix('(').map_or(Some(rest), |inner| inner.strip_suffix(')'))?.trim();
    match inside {
        "" | "None" | "False" | "false" | "true" => Some(true),
        number => number.parse::<i64>().ok().map(|number| number.rem_euclid(256) == 0),
    }
}

/// The text that a program prints, when it only prints one that is known.
pub(super) fn emitted(argv: &[Arg], stdin: Option<&Arg>) -> Option<Known> {
    let name = argv.first()?.text.as_deref()?;
    let rest = argv.get(1..).unwrap_or_default();
    let joined = |args: &[Arg], between: &str, end: &str| {
        let texts = args.iter().map(Arg::known);
        let text = texts.reduce(|text, more| text.joined(Known::fixed(between)).joined(more));
        text.unwrap_or_else(|| Known::fixed("")).joined(Known::fixed(end))
    };
    match name.rsplit('/').next().unwrap_or(name) {
        "echo" => {
            let flags = rest
                .iter()
                .take_while(|arg| matches!(arg.text.as_deref(), Some("-n" | "-e" | "-ne" | "-en" | "-E")))
                .count();
            let args = rest.get(flags..).unwrap_or_default();
            Some(joined(args, " ", "\n"))
        }
        "printf" => {
            let rest =
                if rest.first().is_some_and(|arg| arg.text.as_deref() == Some("--")) { rest.get(1..)? } else { rest };
            formatted(rest.first()?.text.as_deref()?, rest.get(1..).unwrap_or_default())
        }
        "cat" if rest.is_empty() => Some(stdin?.known()),
        _ => None,
    }
}

/// What `printf` prints for a format of plain text and `%s`: it is used again as long as there are arguments.
fn formatted(format: &str, args: &[Arg]) -> Option<Known> {
    let pieces: Vec<String> = format.replace("\\n", "\n").replace("\\t", "\t").split("%s").map(str::to_owned).collect();
    if pieces.iter().any(|piece| piece.contains(['%', '\\'])) || args.len() > MOST_PRINTED {
        return None;
    }
    let (last, holes) = pieces.split_last()?;
    let mut text = Known::fixed("");
    let mut args = args.iter();
    loop {
        for piece in holes {
            let arg = args.next().map_or_else(|| Known::fixed(""), Arg::known);
            text = text.joined(Known::fixed(piece.clone())).joined(arg);
        }
        text = text.joined(Known::fixed(last.clone()));
        if holes.is_empty() || args.len() == 0 {
            return Some(text);
        }
    }
}

/// Commands that certbot runs by itself, and whether only after success
/// (<https://eff-certbot.readthedocs.io/en/stable/using.html#renewing-certificates>).
pub(super) fn hooks(argv: &[Arg]) -> Vec<(Arg, bool)> {
    let name = argv.first().and_then(|arg| arg.text.as_deref()).unwrap_or_default();
    if name.rsplit('/').next() != Some("certbot") {
        return Vec::new();
    }
    let mut hooks = Vec::new();
    for (index, arg) in argv.iter().enumerate() {
        let Some(text) = arg.text.as_deref() else { continue };
        let (option, value) = match text.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (text, None),
        };
        let after_success = match option {
            "--deploy-hook" | "--renew-hook" => true,
            "--post-hook" => false,
            _ => continue,
        };
        let hook = match value {
            Some(value) => Some(Arg { text: Some(value.to_owned()), ..arg.clone() }),
            None => argv.get(index + 1).filter(|arg| arg.text.is_some()).cloned(),
        };
        hooks.extend(hook.map(|hook| (hook, after_success)));
    }
    hooks
}

/// Names that only a shell knows: in exec form nothing runs, and that is a failure.
pub(super) fn only_in_a_shell(name: &str) -> bool {
    matches!(
        name,
        ":" | "."
            | "exit"
            | "return"
            | "break"
            | "continue"
            | "eval"
            | "exec"
            | "export"
            | "local"
            | "set"
            | "shift"
            | "source"
            | "trap"
            | "unset"
    )
}

/// The status that `exit` or `return` is told.
pub(super) fn exit_status(arg: Option<&Arg>, last: Status) -> Status {
    let Some(arg) = arg else { return last };
    if let Some(status) = arg.status {
        return status;
    }
    match arg.text.as_deref().map(str::parse::<i64>) {
        Some(Ok(number)) if arg.fixed => Status::of(number.rem_euclid(256) == 0),
        Some(Err(_)) => Status::FAIL,
        _ if arg.outside => Status { ok: true, fail: CanFail::Unknown },
        _ => Status::EITHER,
    }
}
