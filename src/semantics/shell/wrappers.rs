//! Programs that run what follows them.

use super::Arg;
use super::state::Scope;

/// Words that `xargs` reads and that are followed.
const MOST_READ: usize = 256;

/// What a command line is, looked at from outside.
pub(super) enum Peeled {
    /// No wrapper.
    Not,
    /// The first `wrapper` words are a wrapper with its options.
    Command {
        /// How many words.
        wrapper: usize,
        /// Variables that it sets.
        env: Vec<(String, Arg)>,
        /// Whether functions of the shell can stand behind it.
        functions: bool,
        /// Whether builtins can.
        builtins: bool,
    },
    /// `env -S "words"`: the word at `wrapper` is split into the command.
    Split {
        /// How many words stand before the text.
        wrapper: usize,
        /// The words of the text.
        words: Vec<Arg>,
    },
    /// A shell runs the text of the word `at`.
    Script {
        /// Which word.
        at: usize,
        /// Where `$0 $1 …` begin.
        positional: usize,
        /// `-e`.
        errexit: bool,
        /// `-o pipefail`.
        pipefail: bool,
    },
    /// A shell runs what it reads.
    Stdin {
        /// `-e`.
        errexit: bool,
        /// `-o pipefail`.
        pipefail: bool,
    },
}

/// A wrapper that takes options, then so many words of its own, then the command.
struct Rule {
    names: &'static [&'static str],
    /// Options whose value is the next word.
    valued: &'static [&'static str],
    /// Words between the options and the command.
    words: usize,
    /// Whether `NAME=value` may stand before the command.
    assigns: bool,
}

const RULES: &[Rule] = &[
    Rule {
        names: &["sudo", "doas"],
        valued: &[
            "-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D", "-R", "--user", "--group", "--host",
            "--prompt", "--chdir",
        ],
        words: 0,
        assigns: true,
    },
    Rule { names: &["env"], valued: &["-u", "-C", "--unset", "--chdir"], words: 0, assigns: true },
    Rule { names: &["nice"], valued: &["-n", "--adjustment"], words: 0, assigns: false },
    Rule { names: &["ionice"], valued: &["-c", "-n", "--class", "--classdata"], words: 0, assigns: false },
    Rule { names: &["time"], valued: &["-f", "-o", "--format", "--output"], words: 0, assigns: false },
    Rule {
        names: &[
            "nohup",
            "setsid",
            "chronic",
            "unbuffer",
            "command",
            "builtin",
            "busybox",
            "toybox",
            "catchsegv",
            "linux32",
            "linux64",
        ],
        valued: &[],
        words: 0,
        assigns: false,
    },
    Rule {
        names: &["stdbuf"],
        valued: &["-i", "-o", "-e", "--input", "--output", "--error"],
        words: 0,
        assigns: false,
    },
    Rule { names: &["gosu", "su-exec", "s6-setuidgid", "chroot"], valued: &[], words: 1, assigns: false },
    Rule {
        names: &["chpst"],
        valued: &["-u", "-U", "-b", "-e", "-/", "-n", "-l", "-L", "-m", "-d", "-o", "-p", "-f", "-c"],
        words: 0,
        assigns: false,
    },
    Rule {
        names: &["setpriv"],
        valued: &[
            "--reuid",
            "--regid",
            "--ruid",
            "--euid",
            "--rgid",
            "--egid",
            "--groups",
            "--inh-caps",
            "--ambient-caps",
            "--bounding-set",
            "--securebits",
            "--pdeathsig",
            "--selinux-label",
            "--apparmor-profile",
        ],
        words: 0,
        assigns: false,
    },
    Rule {
        names: &["tini", "dumb-init", "catatonit", "tini-static"],
        valued: &["-p", "-e", "-r", "--rewrite"],
        words: 0,
        assigns: false,
    },
    Rule {
        names: &["xargs"],
        valued: &[
            "-a",
            "-d",
            "-E",
            "-I",
            "-L",
            "-n",
            "-P",
            "-s",
            "--arg-file",
            "--delimiter",
            "--max-args",
            "--max-procs",
            "--max-lines",
            "--replace",
        ],
        words: 0,
        assigns: false,
    },
    Rule { names: &["strace", "ltrace"], valued: &["-e", "-o", "-p", "-s", "-u", "-E"], words: 0, assigns: false },
    Rule {
        names: &["eatmydata", "torsocks", "proxychains", "proxychains4", "fakeroot"],
        valued: &[],
        words: 0,
        assigns: false,
    },
];

/// Shells.
pub(super) fn is_shell(name: &str) -> bool {
    matches!(name, "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" | "mksh")
}

/// Looks at a command line.
pub(super) fn peel(argv: &[Arg]) -> Peeled {
    let text = |index: usize| argv.get(index).and_then(|arg| arg.text.as_deref());
    let Some(name) = text(0).map(|name| name.rsplit('/').next().unwrap_or(name)) else { return Peeled::Not };
    match name {
        name if is_shell(name) => shell(argv),
        "timeout" | "gtimeout" => timeout(argv),
        "su" | "runuser" => su(argv),
        "flock" => flock(argv),
        "command" if matches!(text(1), Some("-v" | "-V" | "-pv" | "-pV")) => Peeled::Not,
        "busybox" | "toybox" if text(1).is_none_or(|text| text.starts_with('-')) => Peeled::Not,
        "env" => match (text(1), argv.get(2)) {
            (Some("-S" | "--split-string" | "-iS" | "-vS"), Some(arg)) => split(arg, 2),
            (Some(joined), _) if joined.starts_with("-S") || joined.starts_with("--split-string=") => {
                let text = joined.trim_start_matches("--split-string=").trim_start_matches("-S").to_owned();
                argv.get(1).map_or(Peeled::Not, |arg| split(&Arg { text: Some(text), ..arg.clone() }, 1))
            }
            _ => by_rule(name, argv),
        },
        name => by_rule(name, argv),
    }
}

fn by_rule(name: &str, argv: &[Arg]) -> Peeled {
    let Some(rule) = RULES.iter().find(|rule| rule.names.contains(&name)) else { return Peeled::Not };
    let mut at = 1;
    let mut env = Vec::new();
    let mut words = rule.words;
    let mut options = true;
    while let Some(arg) = argv.get(at) {
        let Some(text) = arg.text.as_deref() else { break };
        if options && text == "--" {
            options = false;
        } else if options && text.starts_with('-') && text.len() > 1 {
            if matches!((name, text), ("ionice", "-p") | ("sudo", "-v" | "-l" | "-k" | "-K" | "-e")) {
                return Peeled::Not;
            }
            if rule.valued.contains(&text) {
                at += 1;
            }
        } else if words > 0 {
            words -= 1;
            options = false;
        } else if rule.assigns && assignment(text).is_some() {
            env.extend(
                assignment(text)
                    .map(|(name, value)| (name.to_owned(), Arg { text: Some(value.to_owned()), ..arg.clone() })),
            );
            options = false;
        } else {
            break;
        }
        at += 1;
    }
    let builtins = matches!(name, "time" | "command" | "builtin");
    Peeled::Command { wrapper: at, env, functions: name == "time", builtins }
}

fn assignment(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let valid = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    valid.then_some((name, value))
}

/// The arguments that `xargs` takes from a known text, all in one call; `None` for another wrapper, and where the
/// text is not known or options or quotes shape it.
pub(super) fn read_arguments(wrapper: &[Arg], scope: &Scope) -> Option<Vec<Arg>> {
    let (name, options) = wrapper.split_first()?;
    let plain =
        |arg: &Arg| matches!(arg.text.as_deref(), Some("-r" | "-t" | "-rt" | "--no-run-if-empty" | "--verbose"));
    if name.text.as_deref()?.rsplit('/').next() != Some("xargs") || !options.iter().all(plain) {
        return None;
    }
    let known = match (&scope.stdin, &scope.piped) {
        (Some(stdin), _) => stdin.known(),
        (None, Some(Some(piped))) => (**piped).clone(),
        _ => return None,
    };
    let text = known.text.as_deref()?;
    if text.contains(['"', '\'', '\\']) || text.split_whitespace().count() > MOST_READ {
        return None;
    }
    let words = known.pieces(" \t\n").into_iter().flatten();
    Some(
        words
            .map(|word| (word.text.clone().unwrap_or_default(), word))
            .map(|(raw, word)| Arg::new(word, &raw, name.span))
            .collect(),
    )
}

/// `env -S "a b c"`.
fn split(arg: &Arg, wrapper: usize) -> Peeled {
    let Some(text) = arg.text.as_deref() else { return Peeled::Not };
    let word = |text: &str| Arg { text: Some(text.to_owned()), raw: text.to_owned(), ..arg.clone() };
    let mut words = vec![word("env")];
    words.extend(text.split_whitespace().map(word));
    Peeled::Split { wrapper, words }
}

/// `timeout [options] DURATION command`; BusyBox's older `timeout -t SECONDS command`
/// (<https://www.gnu.org/software/coreutils/timeout>).
fn timeout(argv: &[Arg]) -> Peeled {
    let mut at = 1;
    let mut duration = false;
    while let Some(text) = argv.get(at).and_then(|arg| arg.text.as_deref()) {
        match text {
            "--" => {
                at += 1;
                break;
            }
            "-k" | "-s" | "--kill-after" | "--signal" => at += 2,
            "-t" => {
                duration = true;
                at += 2;
            }
            text if text.starts_with("-t") && text.len() > 2 => {
                duration = true;
                at += 1;
            }
            text if text.starts_with('-') => at += 1,
            _ => break,
        }
    }
    if !duration {
        at += 1;
    }
    program(at)
}

/// `flock [options] FILE command`, `flock FILE -c '…'`.
fn flock(argv: &[Arg]) -> Peeled {
    let mut at = 1;
    while let Some(text) = argv.get(at).and_then(|arg| arg.text.as_deref()).filter(|text| text.starts_with('-')) {
        at += if matches!(text, "-w" | "-E" | "--timeout" | "--wait" | "--conflict-exit-code") { 2 } else { 1 };
    }
    let option = argv.get(at + 1).and_then(|arg| arg.text.as_deref());
    match option {
        Some("-c" | "--command") => script(at + 2, at + 3),
        Some(text) if text.bytes().all(|b| b.is_ascii_digit()) => Peeled::Not,
        None => Peeled::Not,
        Some(_) => program(at + 1),
    }
}

/// A program behind a wrapper of so many words.
fn program(wrapper: usize) -> Peeled {
    Peeled::Command { wrapper, env: Vec::new(), functions: false, builtins: false }
}

fn script(at: usize, positional: usize) -> Peeled {
    Peeled::Script { at, positional, errexit: false, pipefail: false }
}

/// `su [-] [user] -c '…'`, `runuser -u user [--] command`.
fn su(argv: &[Arg]) -> Peeled {
    let mut at = 1;
    let mut user = false;
    while let Some(arg) = argv.get(at) {
        match arg.text.as_deref() {
            Some("-c" | "--command") => return script(at + 1, at + 2),
            Some(text) if text.starts_with("--command=") => {
                return Peeled::Not;
            }
            Some("-u" | "--user") => {
                user = true;
                at += 2;
            }
            Some("-s" | "--shell" | "-g" | "-G" | "--group" | "--supp-group" | "-w" | "-T" | "-C") => at += 2,
            Some("--") => {
                at += 1;
                break;
            }
            // `-lc '…'`, `-mc`: the command is the next word.
            Some(text) if text.starts_with('-') && !text.starts_with("--") && text.ends_with('c') && text.len() > 2 => {
                return script(at + 1, at + 2);
            }
            Some(text) if text.starts_with('-') => at += 1,
            _ if user => break,
            _ => at += 1,
        }
    }
    if user && at < argv.len() {
        return program(at);
    }
    // Without a command it is a shell, and reads one.
    Peeled::Stdin { errexit: false, pipefail: false }
}

/// `sh [options] [-c script | file]`.
fn shell(argv: &[Arg]) -> Peeled {
    let (mut errexit, mut pipefail, mut command, mut reads) = (false, false, false, false);
    let mut at = 1;
    while let Some(arg) = argv.get(at) {
        let Some(text) = arg.text.as_deref() else {
            // An option or a file: not to be told.
            return if command { Peeled::Script { at, positional: at + 1, errexit, pipefail } } else { Peeled::Not };
        };
        let on = text.starts_with('-');
        match text {
            "--" | "-" => {
                at += 1;
                break;
            }
            "--rcfile" | "--init-file" => at += 1,
            text if text.starts_with("--") => {}
            text if on || text.starts_with('+') => {
                for flag in text.chars().skip(1) {
                    match flag {
                        'c' if on => command = true,
                        's' if on => reads = true,
                        'e' => errexit = on,
                        'o' | 'O' => {
                            at += 1;
                            match argv.get(at).and_then(|arg| arg.text.as_deref()) {
                                Some("errexit") => errexit = on,
                                Some("pipefail") => pipefail = on,
                                _ => {}
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => break,
        }
        at += 1;
    }
    if command {
        Peeled::Script { at, positional: at + 1, errexit, pipefail }
    } else if reads || at >= argv.len() {
        Peeled::Stdin { errexit, pipefail }
    } else {
        Peeled::Not
    }
}
