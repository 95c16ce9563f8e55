//! `time_limit`: a command only ever runs under `timeout`.

use crate::checks::script_command::{FILES, ScriptCommand, command};
use crate::checks::{Args, Body, Finding, Kind, Outcome, Reason, Shell, TreeCheck};
use crate::formats::shell::parse;
use crate::semantics::files::Files;
use crate::semantics::shell::{Arg, Command, Env, Named, Sink, Unseen, flow};

/// The kind.
pub const KIND: Kind = Kind {
    name: "time_limit",
    summary: "every run of a command in a shell script has a time limit",
    doc: "Holds when the script runs the command and each run stands under `timeout N` (GNU and BusyBox spellings, `gtimeout`; `timeout N sh -c '…'` and wrappers in between too). A script that never runs it fails, and so does a run that one branch leaves without a limit, a limit of `0` or `infinity` (none at all), and a function under `timeout`, which only runs programs. Functions are followed where they are called; a function that nothing calls runs nothing. Lines that the script writes for cron count as runs.

Unknown: a limit without a known value (`timeout \"$LIMIT\"` without a default), arguments without a known value that may name the command, regions that cannot be read.

Sources: <https://www.gnu.org/software/coreutils/timeout>, <https://busybox.net/downloads/BusyBox.html#timeout>.",
    example: "check = { time_limit = { files = \"certbot-entrypoint.sh\", command = \"certbot renew\" } }",
    fields: &[
        FILES,
        command("the program and the words among its arguments that name the command"),
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(TimeLimit(ScriptCommand::of(args)?))))
}

struct TimeLimit(ScriptCommand);

/// What limits a command.
enum Limit {
    /// `timeout 300`.
    For(String),
    /// `timeout` with a duration that is no limit.
    Void(String),
    /// `timeout` with a duration that is not known.
    Unknown(String),
    /// Nothing.
    None,
}

impl TreeCheck for TimeLimit {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        self.0.each(files, |shell, outcome| self.judge(shell, outcome))
    }
}

impl TimeLimit {
    fn judge(&self, shell: &Shell<'_>, outcome: &mut Outcome) {
        let flow = shell.flow(true);
        let mut runs = 0;
        let mut unknown = false;
        let mut seen = Vec::new();
        for command in &flow.commands {
            match self.0.named(command) {
                Named::No => {}
                Named::Unknown => {
                    unknown = true;
                    self.0.doubt(shell, command, outcome);
                }
                Named::Yes => {
                    runs += 1;
                    let place = (command.span, limit(command).is_none());
                    if !seen.contains(&place) {
                        seen.push(place);
                        self.run(shell, outcome, command, "");
                    }
                }
            }
        }
        for (command, run) in self.scheduled(&flow.commands) {
            runs += 1;
            let scheduled = Command { span: command.span, ..run };
            self.run(shell, outcome, &scheduled, ", which cron starts,");
        }
        self.0.note_uncalled(shell, &flow, outcome);
        let hides = |kind: Unseen| runs == 0 || matches!(kind, Unseen::Region | Unseen::Text | Unseen::Bound);
        shell.doubt(outcome, flow.opaque.iter().filter(|opaque| hides(opaque.kind)));
        if runs == 0 && !unknown && flow.opaque.is_empty() && shell.script.errors.is_empty() {
            let message = format!("no `{}` runs in {}", self.0.text(), shell.file.path.shown().raw());
            let under =
                flow.commands.iter().find(|command| under_timeout(command).is_some() && is_function(command, &flow));
            let finding = match under {
                Some(command) => {
                    Finding::fault(format!("{message}: `timeout` cannot run the function `{}`", name(command)))
                        .at(shell.file, command.span)
                        .help(format!("put `timeout 300` in the function, before `{}`", self.0.text()))
                }
                None => Finding::fault(message)
                    .path(&shell.file.path)
                    .help(format!("run it as `timeout 300 {}`", self.0.text())),
            };
            outcome.push(finding);
        }
    }

    fn run(&self, shell: &Shell<'_>, outcome: &mut Outcome, command: &Command, by: &str) {
        let what = format!("`{}`{by}", self.0.text());
        match limit(command) {
            Limit::For(limit) => {
                let message = format!("{what} runs under `{limit}`");
                outcome.push(Finding::proof(message).at(shell.file, command.span));
            }
            Limit::Void(limit) => outcome.push(
                Finding::fault(format!("{what} runs under `{limit}`, which is no limit"))
                    .at(shell.file, command.span)
                    .help("give a duration greater than 0: `timeout 300`"),
            ),
            Limit::Unknown(limit) => {
                let message = format!("{what} runs under `{limit}`, whose duration has no known value");
                outcome.doubt(Reason::Unresolved, Finding::note(message).at(shell.file, command.span));
            }
            Limit::None => outcome.push(
                Finding::fault(format!("{what} runs without a time limit"))
                    .at(shell.file, command.span)
                    .help(format!("run it as `timeout 300 {}`: a hanging renewal blocks the script", self.0.text())),
            ),
        }
    }

    /// The runs of the command in lines that the script writes for cron.
    fn scheduled<'c>(&self, commands: &'c [Command]) -> Vec<(&'c Command, Command)> {
        let installs = commands.iter().any(|command| command.program() == Some("crontab"));
        let mut runs = Vec::new();
        for command in commands {
            let cron = command.writes.iter().any(|path| path.contains("cron"))
                || (installs && (command.stdout == Sink::Pipe || command.program() == Some("crontab")));
            if !cron {
                continue;
            }
            let printed = command.argv.iter().skip(1).chain(command.stdin.as_ref());
            for line in printed.map(Arg::shape).collect::<Vec<_>>().join("\n").lines() {
                let Some(line) = scheduled_command(line) else { continue };
                let flow = flow(&parse(line.as_bytes()), &Env::new());
                let named = |run: &Command| self.0.is(run);
                runs.extend(flow.commands.into_iter().filter(named).map(|run| (command, run)));
            }
        }
        runs
    }
}

/// The command of a line for cron: what follows `@daily` or the five fields, and a user's name.
fn scheduled_command(line: &str) -> Option<String> {
    let line = line.trim();
    let fields = if line.starts_with('@') { 1 } else { 5 };
    let looks = line.starts_with(|c: char| matches!(c, '@' | '*') || c.is_ascii_digit());
    if !looks {
        return None;
    }
    let words: Vec<&str> = line.split_whitespace().skip(fields).collect();
    let words = match words.as_slice() {
        ["root" | "certbot" | "www-data", rest @ ..]
            if !rest.first().is_some_and(|word| word.starts_with('-'))
                && rest.len() > 1
                && !matches!(rest.first(), Some(&("renew" | "certonly"))) =>
        {
            rest
        }
        all => all,
    };
    (!words.is_empty()).then(|| words.join(" "))
}

/// The wrapper `timeout` around a command.
fn under_timeout(command: &Command) -> Option<&Vec<Arg>> {
    command.wrappers.iter().find(|wrapper| {
        let name = wrapper.first().and_then(|arg| arg.text.as_deref()).unwrap_or_default();
        matches!(name.rsplit('/').next(), Some("timeout" | "gtimeout"))
    })
}

/// Whether a program has the name of a function of the script: it cannot be run from outside.
fn is_function(command: &Command, flow: &crate::semantics::shell::Flow) -> bool {
    command
        .argv
        .first()
        .and_then(|arg| arg.text.as_deref())
        .is_some_and(|name| flow.uncalled.iter().any(|function| function.name == name))
}

fn name(command: &Command) -> String {
    command.argv.first().map(Arg::shape).unwrap_or_default()
}

impl Limit {
    fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

/// What limits a command: the tightest of the `timeout`s around it is one that is a limit.
fn limit(command: &Command) -> Limit {
    let mut found = Limit::None;
    for wrapper in &command.wrappers {
        let program = wrapper.first().and_then(|arg| arg.text.as_deref()).unwrap_or_default();
        if !matches!(program.rsplit('/').next(), Some("timeout" | "gtimeout")) {
            continue;
        }
        let mut shown: Vec<&str> = wrapper.iter().map(|arg| arg.raw.as_str()).collect();
        // A variable that was split into words is written once.
        shown.dedup();
        let shown = shown.join(" ");
        match duration(wrapper) {
            Some(Some(text)) if is_limit(&text) => return Limit::For(shown),
            Some(Some(_)) => found = Limit::Void(shown),
            Some(None) if !matches!(found, Limit::Void(_)) => found = Limit::Unknown(shown),
            _ => {}
        }
    }
    found
}

/// The duration of `timeout`: its last word, or the one behind BusyBox's `-t`. The inner `None` when it is
/// not known.
fn duration(wrapper: &[Arg]) -> Option<Option<String>> {
    let texts: Vec<Option<&str>> = wrapper.iter().map(|arg| arg.text.as_deref()).collect();
    for (index, text) in texts.iter().enumerate().skip(1) {
        match text {
            Some("-t") => return Some(texts.get(index + 1)?.map(str::to_owned)),
            Some(text) if text.starts_with("-t") => return Some(text.get(2..).map(str::to_owned)),
            _ => {}
        }
    }
    Some(wrapper.last()?.text.clone())
}

/// Whether `timeout` stops a command after this duration: a number greater than 0 with an optional unit.
fn is_limit(text: &str) -> bool {
    let number = text.trim_end_matches(['s', 'm', 'h', 'd']);
    text.len() - number.len() <= 1
        && number.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && number.parse::<f64>().is_ok_and(|seconds| seconds > 0.0 && seconds.is_finite())
}
