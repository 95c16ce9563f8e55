//! `xtrace`: a script never prints its commands with their values.

use crate::checks::{Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Shell, TreeCheck, each_script};
use crate::semantics::files::Files;
use crate::semantics::shell::{Arg, Command, Unseen};
use crate::source::Span;

/// The kind.
pub const KIND: Kind = Kind {
    name: "xtrace",
    summary: "a shell script never switches tracing on",
    doc: "Tracing (`set -x`) prints every command with its values expanded: passwords, tokens and addresses end in the log.

Holds when nothing that the script runs switches it on: `set -x` in any spelling (`-ex`, `-o xtrace`, quoted), `shopt -so xtrace`, a shell started with `-x` (first line, `bash -x script`, `sh -xc '…'`, `env -S`), `SHELLOPTS=xtrace` in an environment. Functions are followed where they are called, and scripts of the tree where they are sourced. Switched on under a condition, or off again later, it has been switched on: that fails. A function that nothing calls is a note, comments and here-documents that nothing runs are nothing, `set +x` is fine.

Unknown: a region that cannot be read, `eval` or `source` of something without a known value, `set` with an option that has none.

Source: <https://www.gnu.org/software/bash/manual/html_node/The-Set-Builtin.html>.",
    example: "check = { xtrace = { files = \"certbot-entrypoint.sh\" } }",
    fields: &[Field { name: "files", takes: FieldType::Files, required: true, doc: "the scripts" }],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(Xtrace { files: args.files("files") })))
}

struct Xtrace {
    files: FileSet,
}

/// What a command does to tracing.
enum Tracing {
    /// Nothing.
    No,
    /// It switches it on: where it says so, and how.
    On(Span, String),
    /// An option of it has no known value.
    Unknown,
}

impl TreeCheck for Xtrace {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_script(files, &self.files, &mut outcome, judge);
        outcome
    }
}

const HELP: &str = "take it out: tracing prints every value, secrets too; print what matters with echo";

fn judge(shell: &Shell<'_>, outcome: &mut Outcome) {
    let mut clean = true;
    if let Some(line) = &shell.script.shebang
        && line.split_whitespace().next().is_some()
        && shell_traces(&line.split_whitespace().map(|word| Some(word.to_owned())).collect::<Vec<_>>())
    {
        clean = false;
        let end = shell.file.bytes.iter().position(|b| *b == b'\n').unwrap_or(shell.file.bytes.len());
        let message = format!("the first line, `#!{line}`, switches tracing on");
        outcome.push(Finding::fault(message).at(shell.file, Span::new(0, end)).help(HELP));
    }
    let flow = shell.flow(false);
    let mut seen: Vec<Span> = Vec::new();
    for command in &flow.commands {
        match tracing(command) {
            Tracing::No => {}
            Tracing::On(span, how) if !seen.contains(&span) => {
                clean = false;
                seen.push(span);
                let condition = if command.conditional { " under a condition" } else { "" };
                let message = format!("`{how}` switches tracing on{condition}");
                outcome.push(Finding::fault(message).at(shell.file, span).help(HELP));
            }
            Tracing::On(..) => {}
            Tracing::Unknown => {
                clean = false;
                let message = format!("`{}` may switch tracing on", shown(&command.argv));
                let note = Finding::note(message).at(shell.file, command.span);
                outcome.doubt(crate::checks::Reason::Unresolved, note);
            }
        }
    }
    let traces = |command: &Command| matches!(tracing(command), Tracing::On(..));
    // `"$@"` in a script can call any of its functions; behind `exec` it is a program.
    let calls = flow.opaque.iter().filter(|opaque| opaque.kind == Unseen::Name).any(|opaque| {
        let named = |command: &&Command| command.span == opaque.span;
        flow.commands.iter().find(named).is_some_and(|command| command.wrappers.is_empty())
    });
    let doubts = outcome.doubts.len();
    let hidden = flow.uncalled.iter().any(|function| function.commands.iter().any(traces));
    shell.doubt(
        outcome,
        flow.opaque.iter().filter(|opaque| match opaque.kind {
            Unseen::Region | Unseen::Text | Unseen::Bound => true,
            Unseen::Name => calls && hidden,
            Unseen::Child => false,
        }),
    );
    shell.note_uncalled(outcome, &flow, "`set -x`", traces);
    if shell.script.body.is_empty() && shell.script.errors.is_empty() && clean {
        let message = format!("no command stands in {}", shell.file.path.shown().raw());
        outcome.push(Finding::fault(message).path(&shell.file.path).help("write the script, without `set -x`"));
    } else if clean && shell.script.errors.is_empty() && outcome.doubts.len() == doubts {
        let message = match flow.commands.len() {
            1 => "the one command that it runs does not switch tracing on".to_owned(),
            count => format!("none of the {count} commands that it runs switches tracing on"),
        };
        outcome.push(Finding::proof(message).path(&shell.file.path));
    }
}

fn tracing(command: &Command) -> Tracing {
    for wrapper in &command.wrappers {
        if let Some(first) = wrapper.first()
            && shell_traces(&texts(wrapper))
        {
            return Tracing::On(first.span.to(wrapper.last().map_or(first.span, |arg| arg.span)), shown(wrapper));
        }
    }
    let options =
        |value: &Arg| value.text.as_deref().is_some_and(|text| text.split([':', '"', '\'']).any(|o| o == "xtrace"));
    if let Some((_, value)) = command.env.iter().find(|(name, value)| name == "SHELLOPTS" && options(value)) {
        return Tracing::On(value.span, "SHELLOPTS=xtrace".to_owned());
    }
    let on = || Tracing::On(command.span, shown(&command.argv));
    match command.argv.first().and_then(|arg| arg.text.as_deref()) {
        Some("set") => match set_traces(command.argv.get(1..).unwrap_or_default()) {
            Some(true) => on(),
            Some(false) => Tracing::No,
            None => Tracing::Unknown,
        },
        Some("shopt") => {
            let sets = |flag: char| command.known_args().any(|text| text.starts_with('-') && text.contains(flag));
            if sets('s') && sets('o') && command.known_args().any(|text| text == "xtrace") { on() } else { Tracing::No }
        }
        Some("export" | "declare" | "typeset" | "readonly") => {
            let sets =
                |text: &str| text.strip_prefix("SHELLOPTS=").is_some_and(|o| o.split(':').any(|o| o == "xtrace"));
            if command.known_args().any(sets) { on() } else { Tracing::No }
        }
        _ if shell_traces(&texts(&command.argv)) => on(),
        _ => Tracing::No,
    }
}

/// Whether the arguments of `set` switch tracing on; `None` when one that could has no known value.
fn set_traces(args: &[Arg]) -> Option<bool> {
    let mut args = args.iter();
    let mut on = Some(false);
    while let Some(arg) = args.next() {
        let Some(text) = arg.text.as_deref() else {
            // Among options a word without a value may be one; `"$@"` behind `--` is none.
            let shape = arg.shape();
            // An option that only some values bring stands between holes.
            let traces = |text: &str| text.starts_with('-') && !text.contains('o') && text.contains('x');
            if shape.split('\u{fffc}').any(traces) {
                return Some(true);
            }
            if shape.starts_with(['-', '\u{fffc}']) {
                on = None;
            }
            continue;
        };
        if matches!(text, "--" | "-") || !text.starts_with(['-', '+']) {
            break;
        }
        for flag in text.chars().skip(1) {
            match flag {
                'x' if text.starts_with('-') => return Some(true),
                'o' => match args.next() {
                    Some(name) if text.starts_with('-') => match name.text.as_deref() {
                        Some("xtrace") => return Some(true),
                        Some(_) => {}
                        None => on = None,
                    },
                    _ => {}
                },
                _ => {}
            }
        }
    }
    on
}

/// Whether these words start a shell that traces: `bash -x`, `/usr/bin/env -S sh -ex`, `sh -o xtrace`.
fn shell_traces(words: &[Option<String>]) -> bool {
    let mut words = words.iter().map(|word| word.as_deref().unwrap_or_default()).peekable();
    let name = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
    if words.peek().is_some_and(|word| name(word) == "env") {
        words.next();
        while words.peek().is_some_and(|word| word.starts_with('-') || word.contains('=')) {
            words.next();
        }
    }
    if words.peek().is_some_and(|word| name(word) == "busybox") {
        words.next();
    }
    let shell = words.next().map(name).unwrap_or_default();
    if !matches!(shell.as_str(), "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" | "mksh") {
        return false;
    }
    while let Some(word) = words.next() {
        if !word.starts_with(['-', '+']) || matches!(word, "-" | "--") {
            return false;
        }
        if word.starts_with("--") {
            if matches!(word, "--rcfile" | "--init-file") {
                words.next();
            }
            if matches!(word, "--xtrace") {
                return true;
            }
            continue;
        }
        let on = word.starts_with('-');
        for flag in word.chars().skip(1) {
            match flag {
                'x' if on => return true,
                'o' | 'O' if words.next() == Some("xtrace") && on => return true,
                _ => {}
            }
        }
    }
    false
}

fn texts(args: &[Arg]) -> Vec<Option<String>> {
    args.iter().map(|arg| arg.text.clone()).collect()
}

/// The first words as written, for messages.
fn shown(args: &[Arg]) -> String {
    let words: Vec<&str> = args.iter().take(8).map(|arg| arg.raw.as_str()).collect();
    words.join(" ") + if args.len() > 8 { " …" } else { "" }
}
