//! Commands that run other text: shells, `su -c`, interpreters of other languages, programs that are scripts.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::{RunUser, ShellForm, paths};
use crate::semantics::shell::{Arg, Command};
use crate::source::Span;

/// What a command starts.
#[derive(Debug, PartialEq)]
pub(super) struct Start<'c> {
    pub(super) what: What<'c>,
    /// A line of `set` that the shell's options amount to, or empty.
    pub(super) set: String,
    /// Who runs it, when the command says so.
    pub(super) user: Option<RunUser>,
    /// `$1`, `$2` and so on; `None`: not known.
    pub(super) positional: Vec<Option<String>>,
}

/// The text that is started.
#[derive(Debug, PartialEq)]
pub(super) enum What<'c> {
    /// An argument or standard input, read by a shell.
    Text(&'c Arg),
    /// A file, read by a shell.
    ShellFile(&'c str),
    /// A file whose name is not known, read by a shell; as written.
    UnknownFile(&'c str),
    /// A program by path or name: a script when the repository has it.
    Program(&'c str),
    /// A file for an interpreter that is not read: its name, the file.
    ForeignFile(&'c str, String),
    /// Text for an interpreter that is not read.
    ForeignText(&'c str, &'c Arg),
    /// A tool that does what its own files say.
    Unread(&'c str),
}

/// How a `#!` line wants a file read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Interpreter {
    /// By a shell, with this line of `set` (or empty).
    Shell(String),
    /// By something else.
    Other(String),
}

const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "zsh", "ksh", "mksh"];

/// What a command starts; `None` when nothing that could be followed.
pub(super) fn starts(command: &Command) -> Option<Start<'_>> {
    let program = command.program()?;
    let argv = command.argv.as_slice();
    let (program, args) = match (program, argv) {
        ("busybox", [_, applet, rest @ ..]) => (applet.text.as_deref()?, rest),
        (_, [_, rest @ ..]) => (program, rest),
        _ => return None,
    };
    match program {
        shell if SHELLS.contains(&shell) => started_by_shell(args, command),
        "." | "source" => {
            let (file, rest) = args.split_first()?;
            Some(Start { what: file_of(file), set: String::new(), user: None, positional: texts(rest) })
        }
        "su" | "runuser" => started_by_su(args),
        "make" | "gmake" => Some(foreign_file("make", makefile(args))),
        "ansible-playbook" | "chef-client" | "chef-solo" | "puppet" | "salt-call" => {
            let name = argv.first()?.text.as_deref()?;
            Some(Start { what: What::Unread(name), set: String::new(), user: None, positional: Vec::new() })
        }
        name if is_interpreter(name) => started_by_interpreter(argv.first()?, args, command),
        _ => {
            let path = argv.first()?.text.as_deref()?;
            Some(Start { what: What::Program(path), set: String::new(), user: None, positional: texts(args) })
        }
    }
}

fn file_of(arg: &Arg) -> What<'_> {
    match arg.text.as_deref() {
        Some(path) => What::ShellFile(path),
        None => What::UnknownFile(&arg.raw),
    }
}

fn texts(args: &[Arg]) -> Vec<Option<String>> {
    args.iter().map(|arg| arg.text.clone()).collect()
}

/// `sh [options] [-c text | file] [arguments]`, else standard input.
fn started_by_shell<'c>(args: &'c [Arg], command: &'c Command) -> Option<Start<'c>> {
    let mut words = vec!["sh".to_owned()];
    let mut rest = args;
    let mut takes_text = false;
    let mut takes_stdin = false;
    while let [arg, tail @ ..] = rest {
        let text = arg.text.as_deref().unwrap_or(&arg.raw);
        let is_option = text.len() > 1 && text.starts_with(['-', '+']);
        if !is_option || text == "--" {
            if text == "--" || text == "-" {
                rest = tail;
            }
            break;
        }
        rest = tail;
        words.push(text.to_owned());
        if !text.starts_with("--") {
            takes_text |= text.contains('c');
            takes_stdin |= text.contains('s');
            if text.ends_with(['o', 'O'])
                && let [name, tail @ ..] = rest
            {
                words.push(name.raw.clone());
                rest = tail;
            }
        } else if matches!(text, "--rcfile" | "--init-file") {
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    let set = ShellForm { words, span: Span::default() }.set_line();
    let (what, positional) = match rest {
        [text, _name, arguments @ ..] if takes_text => (What::Text(text), texts(arguments)),
        [text] if takes_text => (What::Text(text), Vec::new()),
        [file, arguments @ ..] if !takes_text && !takes_stdin => (file_of(file), texts(arguments)),
        arguments if !takes_text => (What::Text(command.stdin.as_ref()?), texts(arguments)),
        _ => return None,
    };
    Some(Start { what, set, user: None, positional })
}

/// `su [-] [user] -c text`, `runuser -u user -- program arguments`.
fn started_by_su(args: &[Arg]) -> Option<Start<'_>> {
    let mut user = None;
    let mut what = None;
    let mut rest = args;
    while let [arg, tail @ ..] = rest {
        rest = tail;
        let text = arg.text.as_deref().unwrap_or_default();
        match (text, tail) {
            ("-c" | "--command" | "--session-command", [command, tail @ ..]) => {
                what = Some(What::Text(command));
                rest = tail;
            }
            ("-u" | "--user", [name, tail @ ..]) => {
                user = Some(name);
                rest = tail;
            }
            (
                "-s" | "--shell" | "-g" | "--group" | "-G" | "--supp-group" | "-w" | "--whitelist-environment",
                [_, tail @ ..],
            ) => {
                rest = tail;
            }
            ("--", _) => {}
            (option, _) if option.starts_with('-') => {}
            _ if user.is_none() => user = Some(arg),
            _ => {
                if what.is_none() {
                    what = arg.text.as_deref().map(What::Program);
                }
                break;
            }
        }
    }
    let user = match user.map(|arg| arg.text.as_deref()) {
        None => RunUser::Root,
        Some(Some(name)) => RunUser::of(name),
        Some(None) => RunUser::Unknown,
    };
    Some(Start { what: what?, set: String::new(), user: Some(user), positional: Vec::new() })
}

fn is_interpreter(name: &str) -> bool {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    matches!(
        bare,
        "python"
            | "pypy"
            | "perl"
            | "ruby"
            | "node"
            | "nodejs"
            | "php"
            | "lua"
            | "Rscript"
            | "pwsh"
            | "deno"
            | "bun"
            | "tclsh"
    )
}

fn started_by_interpreter<'c>(program: &'c Arg, args: &'c [Arg], command: &'c Command) -> Option<Start<'c>> {
    let name = paths::name(program.text.as_deref()?);
    let mut rest = args;
    while let [arg, tail @ ..] = rest {
        let text = arg.text.as_deref().unwrap_or(&arg.raw);
        let what = match (text, tail) {
            // A module of the interpreter's own or an installed one: a known tool, not a script.
            ("-m", _) => return None,
            ("-c" | "-e" | "-r" | "--eval" | "-E" | "-p" | "--print", [code, ..]) => What::ForeignText(name, code),
            ("-", _) => break,
            ("-W" | "-X" | "-I" | "-d", [_, tail @ ..])
                if !name.starts_with("python") || text != "-I" && text != "-d" =>
            {
                rest = tail;
                continue;
            }
            (option, _) if option.starts_with('-') => {
                rest = tail;
                continue;
            }
            _ => What::ForeignFile(name, arg.text.clone()?),
        };
        return Some(Start { what, set: String::new(), user: None, positional: Vec::new() });
    }
    let what = What::ForeignText(name, command.stdin.as_ref()?);
    Some(Start { what, set: String::new(), user: None, positional: Vec::new() })
}

fn foreign_file(name: &'static str, file: String) -> Start<'static> {
    Start { what: What::ForeignFile(name, file), set: String::new(), user: None, positional: Vec::new() }
}

/// The file that `make` reads, from its folder.
fn makefile(args: &[Arg]) -> String {
    let (mut folder, mut file) = (None, None);
    let mut words = args.iter().filter_map(|arg| arg.text.as_deref());
    while let Some(word) = words.next() {
        match word {
            "-C" | "--directory" => folder = words.next(),
            "-f" | "--file" | "--makefile" => file = words.next(),
            _ => {
                folder = word.strip_prefix("--directory=").or(word.strip_prefix("-C")).or(folder);
                file = word.strip_prefix("--file=").or(word.strip_prefix("-f")).or(file);
            }
        }
    }
    let file = file.unwrap_or("Makefile");
    folder.map_or_else(|| file.to_owned(), |folder| format!("{folder}/{file}"))
}

/// How the `#!` line of a text wants it read: by `sh` when there is none.
pub(super) fn of_shebang(text: &[u8]) -> Interpreter {
    let Some(line) = text.strip_prefix(b"#!") else { return Interpreter::Shell(String::new()) };
    let line = line.split(|b| *b == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let words = line.split_whitespace().map(str::to_owned);
    let words: Vec<String> = words.filter(|word| !matches!(word.as_str(), "-S" | "--split-string")).collect();
    let form = ShellForm { words, span: Span::default() };
    if form.is_posix() { Interpreter::Shell(form.set_line()) } else { Interpreter::Other(form.program().to_owned()) }
}

static CHANGES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(?:useradd|adduser|usermod|groupadd|addgroup|groupmod|userdel|deluser|chown|lchown|install -|apt|apt-get|apk|",
        r"dnf|yum|microdnf|etc/passwd|etc/group|subprocess|popen|Popen|child_process|execSync|spawnSync|system|",
        r"passthru|shell_exec|pexpect|os\.exec\w*|os\.spawn\w*|plumbum)\b",
    ))
    .ok()
});

/// Whether a text in another language than a shell's says anything that could create accounts, install packages
/// or give files away: it names such a tool, or starts programs.
pub(super) fn may_change_the_image(text: &[u8]) -> bool {
    CHANGES.as_ref().is_none_or(|regex| regex.is_match(text))
}

/// Who a command runs as by the wrappers taken off it (`gosu app`, `sudo -u app`); `None` when they say nothing.
pub(super) fn user_of_wrappers(wrappers: &[Vec<Arg>]) -> Option<RunUser> {
    let mut user = None;
    for wrapper in wrappers {
        let Some((program, args)) = wrapper.split_first() else { continue };
        let named = |arg: Option<&Arg>| match arg.map(|arg| arg.text.as_deref()) {
            Some(Some(name)) => RunUser::of(name.split(':').next().unwrap_or_default()),
            Some(None) => RunUser::Unknown,
            None => RunUser::Root,
        };
        let after = |names: &[&str]| {
            let at = args.iter().position(|arg| arg.text.as_deref().is_some_and(|text| names.contains(&text)));
            at.map(|at| args.get(at + 1))
        };
        let attached = |prefixes: &[&str]| {
            args.iter().find_map(|arg| {
                let text = arg.text.as_deref()?;
                prefixes
                    .iter()
                    .find_map(|prefix| text.strip_prefix(prefix))
                    .filter(|name| !name.is_empty())
                    .map(RunUser::of)
            })
        };
        match paths::name(program.text.as_deref().unwrap_or_default()) {
            "gosu" | "su-exec" | "setuidgid" => user = Some(named(args.first())),
            "sudo" | "doas" | "runuser" | "s6-setuidgid" => {
                let by_option = after(&["-u", "--user"]).map(named);
                user = Some(by_option.or_else(|| attached(&["--user=", "-u"])).unwrap_or(RunUser::Root));
            }
            "setpriv" => {
                let by_option = after(&["--reuid"]).map(named);
                user = by_option.or_else(|| attached(&["--reuid="])).or(user);
            }
            "chpst" => user = after(&["-u"]).map(named).or(user),
            _ => {}
        }
    }
    user
}
