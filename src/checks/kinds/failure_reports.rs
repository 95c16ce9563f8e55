//! `failure_reports`: a failing command is noticed, and says so.

use std::collections::BTreeMap;

use super::certificate_validation::{same_place, validates};
use crate::checks::{
    Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, Shell, TreeCheck, each_script,
};
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
        Field { name: "files", takes: FieldType::Files, required: true, doc: "the scripts" },
        Field {
            name: "command",
            takes: FieldType::Text,
            required: true,
            doc: "the program, and words among its arguments when only some of its runs are meant",
        },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let files = args.files("files");
    let command = args.text("command")?;
    let words = command.split_whitespace().map(str::to_owned).collect();
    Some(Body::Tree(Box::new(FailureReports { files, command, words })))
}

struct FailureReports {
    files: FileSet,
    command: String,
    words: Vec<String>,
}

/// A script with more places where the command runs is not followed to its end.
const MOST_RUNS: usize = 32;

impl TreeCheck for FailureReports {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_script(files, &self.files, &mut outcome, |shell, outcome| self.judge(shell, outcome));
        outcome
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
            match command.named(&self.words) {
                Named::Yes if !only_asks(command) && !known(&runs) => runs.push(command),
                Named::Yes | Named::No => {}
                Named::Unknown => {
                    unknown = true;
                    let message =
                        format!("whether it is `{}` depends on arguments without a known value", self.command);
                    outcome.doubt(Reason::Unresolved, Finding::note(message).at(shell.file, command.span));
                }
            }
        }
        if runs.len() + checks.len() > MOST_RUNS {
            let message = format!("`{}` stands in more than the bound of {MOST_RUNS} places", self.command);
            outcome.doubt(Reason::TooLarge, Finding::note(message).path(&shell.file.path));
        }
        let (mut reported, mut stops) = (false, None);
        for run in runs.iter().take(MOST_RUNS) {
            let consequence = self.consequence(shell, run);
            reported |= matches!(consequence, Consequence::Reported(..));
            if matches!(consequence, Consequence::Stops) {
                stops = Some(*run);
            }
            self.say(shell, outcome, run, consequence, true);
        }
        for check in checks.iter().take(MOST_RUNS) {
            let consequence = self.consequence(shell, check);
            reported |= matches!(consequence, Consequence::Reported(..));
            self.say(shell, outcome, check, consequence, false);
        }
        let is = |command: &Command| command.named(&self.words) == Named::Yes;
        shell.note_uncalled(outcome, &flow, &format!("`{}`", self.command), is);
        if runs.is_empty() && !unknown {
            shell.doubt(outcome, &flow.opaque);
            if flow.opaque.is_empty() && shell.script.errors.is_empty() {
                let message = format!("no `{}` runs in {}", self.command, shell.file.path.shown().raw());
                let help =
                    format!("run it, and say so when it fails: `if ! {} …; then echo … >&2; exit 1; fi`", self.command);
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
        let world = |ok: bool| shell.flow_if(&|command: &Command| same_place(command, run).then_some(ok));
        let (good, bad) = (world(true), world(false));
        let Some(at) = bad.commands.iter().position(|command| same_place(command, run)) else {
            return Consequence::Ignored;
        };
        let branch = only_in(&bad, at, &good, run);
        // A renewal that only starts when the certificate is about to end is no failure.
        if validates(run) && branch.iter().any(|command| command.named(&self.words) == Named::Yes) {
            return Consequence::Asked;
        }
        let reports = |command: &&&Command| is_report(command);
        if let Some(report) = branch.iter().filter(reports).find(|report| report.conditions <= run.conditions) {
            return Consequence::Reported(report.span, first_words(report));
        }
        if let Some(report) = branch.iter().find(reports) {
            return Consequence::Perhaps(report.span);
        }
        if bad.opaque.iter().any(|opaque| !good.opaque.contains(opaque)) {
            return Consequence::Hidden;
        }
        if !branch.is_empty() {
            return Consequence::Silent(branch.iter().map(|command| first_words(command)).collect());
        }
        if bad.stops != good.stops {
            return Consequence::Stops;
        }
        let begin = good.commands.iter().position(|command| same_place(command, run)).unwrap_or(0);
        if only_in(&good, begin, &bad, run).is_empty() { Consequence::Ignored } else { Consequence::Silent(Vec::new()) }
    }

    fn say(&self, shell: &Shell<'_>, outcome: &mut Outcome, run: &Command, consequence: Consequence, required: bool) {
        let what = first_words(run);
        let help = format!("report it where it is handled: `echo \"{what} failed\" >&2`");
        match consequence {
            Consequence::Reported(span, report) => {
                let message = format!("when `{what}` fails, `{report}` reports it");
                outcome.push(Finding::proof(message).at(shell.file, run.span.to(span)));
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

/// The commands behind `at` that the other world does not have, or only under more conditions.
fn only_in<'f>(flow: &'f Flow, at: usize, other: &Flow, run: &Command) -> Vec<&'f Command> {
    let key = |command: &Command| {
        let texts: Vec<Option<String>> = command.argv.iter().map(|arg| arg.text.clone()).collect();
        (command.span, command.calls.clone(), texts)
    };
    let mut there = BTreeMap::new();
    for command in &other.commands {
        let least = there.entry(key(command)).or_insert(command.conditions);
        *least = command.conditions.min(*least);
    }
    flow.commands
        .iter()
        .skip(at + 1)
        .filter(|command| !same_place(command, run))
        .filter(|command| there.get(&key(command)).is_none_or(|least| command.conditions < *least))
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
    let name = name.to_ascii_lowercase();
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        matches!(
            word,
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
