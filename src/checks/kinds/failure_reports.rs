//! `failure_reports`: a failing command is noticed, and says so.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::certificate_validation::{same_place, validates};
use crate::checks::script_command::{FILES, ScriptCommand, command};
use crate::checks::{Args, Body, Finding, Kind, Outcome, Reason, Shell, TreeCheck};
use crate::semantics::files::Files;
use crate::semantics::shell::{Command, Flow, Named, Sink};
use crate::source::Span;

/// The kind.
pub const KIND: Kind = Kind {
    name: "failure_reports",
    summary: "every failure of a command in a shell script is handled and reported",
    doc: "The script is run in thought twice for each place where the command stands: once it succeeds there, once it fails. The difference is what its failure brings about.

Holds when each failure is handled (errexit ends the script, or something looks at the status: `if`, `||`, `&&`, `$?`, a flag that is read later), at least one failure reports, and none that is looked at stays silent. A report is a message on standard output or error (`echo`, `printf`, `cat <<EOF`, `tee`; not into /dev/null), `logger`, or a function whose name says that it logs; it may stand in the branch, in the function whose failure led there, or in an ERR or EXIT handler. The same goes for a validation of the certificate (`openssl x509`, `openssl verify`, `certbot certificates`) that runs after the command: where its failure is looked at, that must report.

Fails when a failure changes nothing (also where `if f` or `f || …` switches errexit off inside `f`), when one that is looked at stays silent (`|| true`, `|| exit 1`, a message into /dev/null), when the command never runs, and when errexit alone ends the script at every failure: then nothing reports.

Unknown: a report that only some values lead to, a command without a known value in a silent branch, arguments without a known value that may name the command, regions that cannot be read.

Source: <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html> (`set -e`).",
    example: "check = { failure_reports = { files = \"certbot-entrypoint.sh\", command = \"certbot\" } }",
    fields: &[
        FILES,
        command("the program, and words among its arguments when only some of its runs are meant"),
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(FailureReports(ScriptCommand::of(args)?))))
}

struct FailureReports(ScriptCommand);

impl TreeCheck for FailureReports {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        self.0.each(files, |shell, outcome| self.judge(shell, outcome))
    }
}

/// What a failure brings about.
enum Consequence {
    /// A message, at this place.
    Reported(Span, String),
    /// A message that only some values lead to.
    Perhaps(Span),
    /// Something looks at it, and nothing is said.
    Silent(Vec<String>),
    /// A message that nobody sees, and where it goes.
    Muted(String, &'static str),
    /// Something that cannot be seen runs then.
    Hidden,
    /// errexit ends the script there.
    Stops,
    /// Nothing.
    Ignored,
    /// The command runs again, or first: the other was only asked whether it has to.
    Asked,
}

impl FailureReports {
    fn judge(&self, shell: &Shell<'_>, outcome: &mut Outcome) {
        let flow = shell.flow(true);
        let (mut runs, mut checks, mut unknown) = (Vec::<&Command>::new(), Vec::<&Command>::new(), false);
        for command in &flow.commands {
            let known = |list: &[&Command]| list.iter().any(|other| same_place(other, command));
            if validates(command) {
                if !runs.is_empty() && !known(&checks) {
                    checks.push(command);
                }
                continue;
            }
            match self.0.named(command) {
                Named::Yes if !only_asks(command) && !known(&runs) => runs.push(command),
                Named::Yes | Named::No => {}
                Named::Unknown => {
                    unknown = true;
                    self.0.doubt(shell, command, outcome);
                }
            }
        }
        let bound = !runs.is_empty() && shell.doubt_hidden(outcome, &flow);
        let too_many = bound || shell.doubt_places(outcome, &flow, runs.len() + checks.len(), self.0.text());
        let (mut reported, mut stops) = (false, None);
        let places = runs.iter().map(|run| (*run, true)).chain(checks.iter().map(|check| (*check, false)));
        for (place, required) in places.filter(|_| !too_many) {
            let consequence = self.consequence(shell, place);
            reported |= matches!(consequence, Consequence::Reported(..));
            if required && matches!(consequence, Consequence::Stops) {
                stops = Some(place);
            }
            self.say(shell, outcome, place, consequence, required);
        }
        self.0.note_uncalled(shell, &flow, outcome);
        if runs.is_empty() && !unknown {
            shell.doubt(outcome, &flow.opaque);
            if flow.opaque.is_empty() && shell.script.errors.is_empty() {
                let message = format!("no `{}` runs in {}", self.0.text(), shell.file.path.shown().raw());
                let help = format!(
                    "run it, and say so when it fails: `if ! {} …; then echo … >&2; exit 1; fi`",
                    self.0.text()
                );
                outcome.push(Finding::fault(message).path(&shell.file.path).help(help));
            }
        }
        if let Some(run) = stops.filter(|_| !reported && !outcome.has_fault() && outcome.doubts.is_empty()) {
            let message = format!("errexit ends the script when `{}` fails, and nothing reports it", first_words(run));
            outcome.push(Finding::fault(message).at(shell.file, run.span).help(
                "report before it ends: `… || { echo \"… failed\" >&2; exit 1; }`, or `trap 'echo failed >&2' ERR`",
            ));
        }
    }

    /// Runs the script in the two worlds of one command.
    fn consequence(&self, shell: &Shell<'_>, run: &Command) -> Consequence {
        let is = |ok: bool| move |command: &Command| same_place(command, run).then_some(ok);
        let good = shell.flow_if(&is(true));
        let there = least_conditions(&good);
        let wanted = |command: &Command| is_report(command) && is_new(command, &there);
        let bad = shell.flow_to(&is(false), &wanted);
        let Some(at) = bad.commands.iter().position(|command| same_place(command, run)) else {
            return Consequence::Ignored;
        };
        let branch = only_in(&bad, at, &there, run);
        // A renewal that only starts when the certificate is about to end is no failure.
        if validates(run) && branch.iter().any(|command| self.0.is(command)) {
            return Consequence::Asked;
        }
        if let Some(report) = branch.iter().find(|command| is_report(command)) {
            // A logging function is called on every path: what it prints then is its own matter.
            let logging: Vec<&[Span]> = branch
                .iter()
                .filter(|report| is_report(report) && report.function.as_deref().is_some_and(logs))
                .map(|report| &*report.calls)
                .filter(|calls| !calls.is_empty())
                .collect();
            let reached = bad.reached || (!logging.is_empty() && shell.enters(&is(false), &wanted, &logging));
            return if reached {
                Consequence::Reported(report.span, first_words(report))
            } else {
                Consequence::Perhaps(report.span)
            };
        }
        if bad.opaque.iter().any(|opaque| !good.opaque.contains(opaque)) {
            return Consequence::Hidden;
        }
        let muted = branch.iter().find_map(|command| {
            let says = matches!(command.program(), Some("echo" | "printf"));
            let goes = match command.stdout {
                Sink::Null => "nowhere",
                Sink::File => "into a file",
                Sink::Pipe => "into another command",
                Sink::Captured => "into a value",
                Sink::Shown => return None,
            };
            says.then(|| (first_words(command), goes))
        });
        if let Some((message, goes)) = muted {
            return Consequence::Muted(message, goes);
        }
        if !branch.is_empty() {
            return Consequence::Silent(branch.iter().map(|command| first_words(command)).collect());
        }
        if bad.stops != good.stops {
            return Consequence::Stops;
        }
        let begin = good.commands.iter().position(|command| same_place(command, run)).unwrap_or(0);
        if only_in(&good, begin, &least_conditions(&bad), run).is_empty() {
            Consequence::Ignored
        } else {
            Consequence::Silent(Vec::new())
        }
    }

    fn say(&self, shell: &Shell<'_>, outcome: &mut Outcome, run: &Command, consequence: Consequence, required: bool) {
        let what = first_words(run);
        let help = format!("report it where it is handled: `echo \"{what} failed\" >&2`");
        match consequence {
            Consequence::Reported(span, report) => {
                let line = shell.file.range(span).line;
                let message = format!("when `{what}` fails, `{report}` in line {line} reports it");
                outcome.push(Finding::proof(message).at(shell.file, run.span));
            }
            Consequence::Perhaps(span) => {
                let message = format!("when `{what}` fails, the report depends on a value that is not known");
                outcome.doubt(Reason::Unresolved, Finding::note(message).at(shell.file, span));
            }
            Consequence::Hidden => {
                let message = format!("when `{what}` fails, something runs that cannot be seen");
                outcome.doubt(Reason::Unresolved, Finding::note(message).at(shell.file, run.span));
            }
            Consequence::Silent(branch) => {
                let message = match branch.as_slice() {
                    [] => format!("the failure of `{what}` is looked at, and nothing reports it"),
                    [first, ..] => format!("when `{what}` fails, `{first}` runs, and nothing reports the failure"),
                };
                outcome.push(Finding::fault(message).at(shell.file, run.span).help(help));
            }
            Consequence::Muted(said, goes) => {
                let message = format!(
                    "when `{what}` fails, what `{said}` says goes {goes}: nothing on standard output or error reports it"
                );
                outcome.push(Finding::fault(message).at(shell.file, run.span).help(help));
            }
            Consequence::Ignored if required => outcome.push(
                Finding::fault(format!("the failure of `{what}` changes nothing: the script goes on"))
                    .at(shell.file, run.span)
                    .help(format!("look at it: `if ! {what} …; then echo \"{what} failed\" >&2; exit 1; fi`")),
            ),
            Consequence::Stops if required => {
                let message = format!("errexit ends the script when `{what}` fails");
                outcome.push(Finding::note(message).at(shell.file, run.span));
            }
            Consequence::Ignored | Consequence::Stops | Consequence::Asked => {}
        }
    }
}

/// What tells the commands of two worlds apart, and under how few conditions each runs.
type Conditions = BTreeMap<(Span, Arc<[Span]>, Vec<Option<String>>), u32>;

fn key(command: &Command) -> (Span, Arc<[Span]>, Vec<Option<String>>) {
    let texts = command.argv.iter().map(|arg| arg.text.clone()).collect();
    (command.span, Arc::clone(&command.calls), texts)
}

fn least_conditions(flow: &Flow) -> Conditions {
    let mut there = Conditions::new();
    for command in &flow.commands {
        let least = there.entry(key(command)).or_insert(command.conditions);
        *least = command.conditions.min(*least);
    }
    there
}

/// Whether the other world does not have a command, or only under more conditions.
fn is_new(command: &Command, there: &Conditions) -> bool {
    there.get(&key(command)).is_none_or(|least| command.conditions < *least)
}

/// The commands behind `at` that the other world does not have.
fn only_in<'f>(flow: &'f Flow, at: usize, there: &Conditions, run: &Command) -> Vec<&'f Command> {
    flow.commands
        .iter()
        .skip(at + 1)
        .filter(|command| !same_place(command, run) && is_new(command, there))
        .filter(|command| !matches!(command.program(), Some("[" | "test" | "local" | "declare" | "set" | "shift")))
        .collect()
}

/// Runs that change nothing: their failure is none.
fn only_asks(command: &Command) -> bool {
    let asks = ["--version", "--help", "-h", "plugins", "show_account"];
    command.known_args().any(|arg| asks.contains(&arg))
}

/// Whether a command tells somebody something.
fn is_report(command: &Command) -> bool {
    let Some(name) = command.program() else { return false };
    if name == "logger" || name == "systemd-cat" {
        return true;
    }
    if logs(name) {
        return true;
    }
    let says = match name {
        "echo" | "printf" => command.argv.iter().skip(1).any(|arg| {
            let shape = arg.shape();
            !shape.starts_with('-') && shape.contains(|c: char| c.is_alphanumeric() || c == '\u{fffc}')
        }),
        "cat" => command.argv.len() > 1 || command.stdin.is_some(),
        "tail" | "tee" => true,
        _ => return false,
    };
    let logging = command.function.as_deref().is_some_and(logs);
    says && (command.stdout == Sink::Shown || (logging && matches!(command.stdout, Sink::File | Sink::Pipe)))
}

/// Whether a name says that something is logged or said.
fn logs(name: &str) -> bool {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        // `logError` is two words, as `log_error` is.
        if !c.is_ascii_alphanumeric() || (lower && c.is_ascii_uppercase()) {
            words.push(String::new());
        }
        lower = c.is_ascii_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.iter().any(|word| {
        matches!(
            word.as_str(),
            "log"
                | "logs"
                | "logging"
                | "logmsg"
                | "err"
                | "error"
                | "errors"
                | "warn"
                | "warning"
                | "die"
                | "fail"
                | "failed"
                | "failure"
                | "fatal"
                | "abort"
                | "panic"
                | "notify"
                | "alert"
                | "report"
                | "msg"
                | "message"
                | "say"
                | "info"
                | "loginfo"
                | "logerror"
                | "logerr"
                | "logwarn"
                | "critical"
        )
    })
}

/// The first words of a command, as written.
fn first_words(command: &Command) -> String {
    let words: Vec<&str> = command.argv.iter().take(2).map(|arg| arg.raw.as_str()).collect();
    words.join(" ")
}
