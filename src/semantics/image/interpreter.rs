//! Commands that run files: shells, interpreters of other languages, programs that are scripts.

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
    /// `$1`, `$2` and so on; `None`: not known.
    pub(super) positional: Vec<Option<String>>,
}

/// The text that is started.
#[derive(Debug, PartialEq)]
pub(super) enum What<'c> {
    /// A file, read by a shell.
    ShellFile(&'c str),
    /// A file that this shell sources.
    Sourced(&'c str),
    /// A file whose name is not known, read by a shell; as written.
    UnknownFile(&'c str),
    /// A program by path or name: a script when the repository has it.
    Program(&'c str),
    /// A file for an interpreter that is not read: its name, the file.
    ForeignFile(&'c str, String),
    /// Text for an interpreter that is not read.
    ForeignText(&'c str, &'c Arg),
    /// What a pipe brings, for an interpreter that is not read.
    Piped(&'c str),
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

impl Start<'_> {
    /// The lines before the text: the shell's options, and `$1`, `$2` and so on.
    pub(super) fn head(&self, set: &str) -> String {
        if self.positional.is_empty() {
            return set.to_owned();
        }
        let quoted = self.positional.iter().map(|value| match value {
            Some(value) => format!("'{}'", value.replace('\'', "'\\''")),
            None => "\"$__not_known\"".to_owned(),
        });
        format!("{set}set -- {}\n", quoted.collect::<Vec<_>>().join(" "))
    }
}

/// What a command starts; `None` when nothing that could be followed.
pub(super) fn starts(command: &Command) -> Option<Start<'_>> {
    let program = command.program()?;
    let argv = command.argv.as_slice();
    let args = argv.get(1..)?;
    match program {
        shell if SHELLS.contains(&shell) => started_by_shell(args),
        "." | "source" => {
            let (file, rest) = args.split_first()?;
            let what = match file.text.as_deref() {
                Some(path) => What::Sourced(path),
                None => What::UnknownFile(&file.raw),
            };
            Some(Start { what, set: String::new(), positional: texts(rest) })
        }
        "make" | "gmake" => Some(foreign_file("make", makefile(args))),
        "ansible-playbook" | "chef-client" | "chef-solo" | "puppet" | "salt-call" => {
            let name = argv.first()?.text.as_deref()?;
            Some(Start { what: What::Unread(name), set: String::new(), positional: Vec::new() })
        }
        name if is_interpreter(name) => started_by_interpreter(argv.first()?, args, command),
        _ => {
            let path = argv.first()?.text.as_deref()?;
            Some(Start { what: What::Program(path), set: String::new(), positional: texts(args) })
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

/// `sh [options] file [arguments]`; text in an argument or on standard input is the shell's own, and not seen here.
fn started_by_shell(args: &[Arg]) -> Option<Start<'_>> {
    let mut words = vec!["sh".to_owned()];
    let mut rest = args;
    while let [arg, tail @ ..] = rest {
        let text = arg.text.as_deref().unwrap_or(&arg.raw);
        if text == "--" || text == "-" {
            rest = tail;
            break;
        }
        if text.len() < 2 || !text.starts_with(['-', '+']) {
            break;
        }
        rest = tail;
        words.push(text.to_owned());
        let valued =
            matches!(text, "--rcfile" | "--init-file") || !text.starts_with("--") && text.ends_with(['o', 'O']);
        if valued && let [name, tail @ ..] = rest {
            words.push(name.raw.clone());
            rest = tail;
        }
    }
    let set = ShellForm { words, span: Span::default() }.set_line();
    let (file, arguments) = rest.split_first()?;
    Some(Start { what: file_of(file), set, positional: texts(arguments) })
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
        return Some(Start { what, set: String::new(), positional: Vec::new() });
    }
    let what = command.stdin.as_ref().map_or(What::Piped(name), |stdin| What::ForeignText(name, stdin));
    Some(Start { what, set: String::new(), positional: Vec::new() })
}

fn foreign_file(name: &'static str, file: String) -> Start<'static> {
    Start { what: What::ForeignFile(name, file), set: String::new(), positional: Vec::new() }
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
        r"\b(?:useradd|adduser|usermod|groupadd|addgroup|groupmod|userdel|deluser|l?chown|apt-get|apt +install|apk|dnf|",
        r"yum|microdnf|etc/passwd|etc/group|subprocess|[pP]open|child_process|execSync|spawnSync|passthru|shell_exec|",
        r"pexpect|plumbum|os\.(?:system|exec\w*|spawn\w*))\b|\bsystem\s*\(",
    ))
    .ok()
});

/// Whether a text in another language than a shell's says anything that could create accounts, install packages
/// or give files away: it names such a tool, or starts programs.
pub(super) fn may_change_the_image(text: &[u8]) -> bool {
    CHANGES.as_ref().is_none_or(|regex| regex.is_match(text))
}

/// Installers of tools that are known to do nothing else: what is piped from them hides nothing.
const INSTALLERS: &[&str] = &["install.python-poetry.org", "bootstrap.pypa.io/get-pip.py", "pdm-project.org/install"];

/// Whether a command prints the text of such an installer.
pub(super) fn prints_an_installer(command: &Command) -> bool {
    command.known_args().any(|arg| INSTALLERS.iter().any(|installer| arg.contains(installer)))
}

/// Who a command runs as by the wrappers taken off it (`gosu app`, `sudo -u app`, `su app -c`); `None` when they
/// say nothing.
pub(super) fn user_of_wrappers(wrappers: &[Vec<Arg>]) -> Option<RunUser> {
    wrappers.iter().filter_map(|wrapper| user_of(wrapper)).next_back()
}

fn user_of(wrapper: &[Arg]) -> Option<RunUser> {
    let (program, args) = wrapper.split_first()?;
    let named = |arg: &Arg| match arg.text.as_deref() {
        Some(name) => RunUser::of(name.split(':').next().unwrap_or_default()),
        None => RunUser::Unknown,
    };
    let option = |names: &[&str]| {
        let is = |arg: &Arg| arg.text.as_deref().is_some_and(|text| names.contains(&text));
        let next = args.iter().position(is).and_then(|at| args.get(at + 1)).map(named);
        next.or_else(|| {
            let attached =
                |text: &str| names.iter().find_map(|name| text.strip_prefix(&format!("{name}=")).map(str::to_owned));
            args.iter().filter_map(|arg| arg.text.as_deref()).find_map(attached).map(|name| RunUser::of(&name))
        })
    };
    match paths::name(program.text.as_deref()?) {
        "gosu" | "su-exec" | "setuidgid" | "s6-setuidgid" => args.first().map(named),
        "sudo" | "doas" => Some(option(&["-u", "--user"]).unwrap_or(RunUser::Root)),
        "setpriv" => option(&["--reuid", "--ruid"]),
        "chpst" => option(&["-u"]),
        "runuser" | "su" => {
            let user = option(&["-u", "--user"]).or_else(|| {
                let words = args.iter().enumerate().filter(|(at, arg)| {
                    let before = at.checked_sub(1).and_then(|at| args.get(at)).and_then(|arg| arg.text.as_deref());
                    let value =
                        matches!(before, Some("-s" | "--shell" | "-g" | "-G" | "--group" | "--supp-group" | "-w"));
                    !value && !arg.text.as_deref().is_some_and(|text| text.starts_with('-'))
                });
                words.map(|(_, arg)| named(arg)).next()
            });
            Some(user.unwrap_or(RunUser::Root))
        }
        _ => None,
    }
}

/// Whether a command works in another root than the image's (`chroot /mnt`).
pub(super) fn is_elsewhere(command: &Command) -> bool {
    has_wrapper(command, "chroot")
}

/// Whether more arguments come from standard input.
pub(super) fn has_more_arguments(command: &Command) -> bool {
    has_wrapper(command, "xargs")
}

fn has_wrapper(command: &Command, name: &str) -> bool {
    let is = |wrapper: &Vec<Arg>| wrapper.first().and_then(|arg| arg.text.as_deref()).map(paths::name) == Some(name);
    command.wrappers.iter().any(is)
}
