//! `certificate_validation`: once a certificate was issued, something looks at it.

use crate::checks::script_command::{FILES, ScriptCommand, command};
use crate::checks::{Args, Body, Finding, Kind, Outcome, Reason, Shell, TreeCheck};
use crate::semantics::files::Files;
use crate::semantics::shell::{Command, Flow, Named, Unseen};

/// The kind.
pub const KIND: Kind = Kind {
    name: "certificate_validation",
    summary: "after a certificate was issued a shell script validates it",
    doc: "Holds when each run of the command is followed, on the path where it succeeded, by a validation of the certificate: `openssl x509` (reading the end date, `-checkend`, is one), `openssl verify`, `certbot certificates`. The script is run in thought: `&&`, `||`, `if`, `$?`, errexit, `exit`, loops and functions (where they are called, not where they are defined) decide what runs then, a deploy hook counts, and a validation under a further condition is enough. What only runs when the command failed, or ran before it, does not count.

Fails when the command never runs, or when nothing after its success validates.

Unknown: regions that cannot be read, and commands without a known value where a validation is missing.

Source: <https://docs.openssl.org/master/man1/openssl-x509/>.",
    example: "check = { certificate_validation = { files = \"certbot-entrypoint.sh\", command = \"certbot certonly\" } }",
    fields: &[
        FILES,
        command("the program and the words among its arguments that issue the certificate"),
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    Some(Body::Tree(Box::new(Validation(ScriptCommand::of(args)?))))
}

struct Validation(ScriptCommand);

impl TreeCheck for Validation {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        self.0.each(files, |shell, outcome| self.judge(shell, outcome))
    }
}

/// Whether a command looks at a certificate.
pub(super) fn validates(command: &Command) -> bool {
    let args = || command.known_args();
    if let Some(argv) = command.started("openssl") {
        let texts: Vec<&str> = argv.iter().skip(1).filter_map(|arg| arg.text.as_deref()).collect();
        // In a container options and the image may stand before it.
        let own = command.program() == Some("openssl");
        let told = if own { texts.first() } else { texts.iter().find(|text| matches!(**text, "x509" | "verify")) };
        return match told {
            Some(&"x509") => !texts.contains(&"-req"),
            Some(&"verify") => true,
            _ => false,
        };
    }
    match command.program() {
        Some("find") => {
            let mut run = args().skip_while(|arg| !matches!(*arg, "-exec" | "-execdir")).skip(1);
            run.next() == Some("openssl") && matches!(run.next(), Some("x509" | "verify"))
        }
        Some("certtool") => args().any(|arg| arg.starts_with("--verify")),
        _ => command.named(&["certbot".to_owned(), "certificates".to_owned()]) == Named::Yes,
    }
}

/// Whether two commands are the same place of a script, reached by the same calls.
pub(super) fn same_place(one: &Command, other: &Command) -> bool {
    one.span == other.span && one.calls == other.calls
}

impl Validation {
    fn judge(&self, shell: &Shell<'_>, outcome: &mut Outcome) {
        let flow = shell.flow(true);
        let mut runs: Vec<&Command> = Vec::new();
        let mut unknown = false;
        for command in &flow.commands {
            match self.0.named(command) {
                Named::No => {}
                Named::Unknown => {
                    unknown = true;
                    self.0.doubt(shell, command, outcome);
                }
                Named::Yes if runs.iter().any(|run| same_place(run, command)) => {}
                Named::Yes => runs.push(command),
            }
        }
        let bounds: Vec<_> = flow.opaque.iter().filter(|opaque| opaque.kind == Unseen::Bound).collect();
        let bound = !runs.is_empty() && !bounds.is_empty();
        if bound {
            shell.doubt(outcome, bounds);
        }
        if !bound && !shell.doubt_places(outcome, &flow, runs.len(), self.0.text()) {
            runs.iter().for_each(|run| self.run(shell, outcome, &flow, run));
        }
        self.0.note_uncalled(shell, &flow, outcome);
        if !runs.is_empty() || unknown {
            return;
        }
        shell.doubt(outcome, &flow.opaque);
        if flow.opaque.is_empty() && shell.script.errors.is_empty() {
            let message = format!("no `{}` runs in {}", self.0.text(), shell.file.path.shown().raw());
            let help = format!("issue the certificate with `{}`, then read it with `openssl x509`", self.0.text());
            outcome.push(Finding::fault(message).path(&shell.file.path).help(help));
        }
    }

    /// Judges one run of the command: the world in which it succeeds.
    fn run(&self, shell: &Shell<'_>, outcome: &mut Outcome, open: &Flow, run: &Command) {
        let assume = |command: &Command| same_place(command, run).then_some(true);
        let flow = shell.flow_if(&assume);
        let Some(at) = flow.commands.iter().position(|command| same_place(command, run)) else {
            let message = format!("whether `{}` runs depends on how it ends", self.0.text());
            return outcome.doubt(Reason::Unresolved, Finding::note(message).at(shell.file, run.span));
        };
        let line = shell.file.range(run.span).line;
        if let Some(validation) = flow.commands.iter().skip(at + 1).find(|command| validates(command)) {
            let condition = if validation.conditional && !run.conditional { ", under a condition" } else { "" };
            let message = format!(
                "`{}` validates after `{}` of line {line} succeeded{condition}",
                first_words(validation),
                self.0.text()
            );
            return outcome.push(Finding::proof(message).at(shell.file, validation.span));
        }
        // What cannot be seen through counts when it can run behind the command.
        let after: Vec<_> = flow
            .opaque
            .iter()
            .filter(|opaque| {
                let place = flow.commands.iter().position(|command| command.span == opaque.span);
                place.is_none_or(|place| place > at) && opaque.span != run.span
            })
            .collect();
        if !after.is_empty() {
            return shell.doubt(outcome, after);
        }
        let elsewhere = open.commands.iter().find(|command| validates(command));
        let uncalled = open.uncalled.iter().find(|function| function.commands.iter().any(validates));
        let why = match (elsewhere, uncalled) {
            (Some(validation), _) if flow.commands.iter().any(|command| same_place(command, validation)) => {
                format!(": the validation of line {} runs before it", shell.file.range(validation.span).line)
            }
            (Some(validation), _) => {
                format!(": the validation of line {} only runs when it failed", shell.file.range(validation.span).line)
            }
            (None, Some(function)) => format!(": the function `{}` that does is never called", function.name),
            (None, None) => String::new(),
        };
        outcome.push(
            Finding::fault(format!("nothing validates the certificate after `{}` succeeded{why}", self.0.text()))
                .at(shell.file, run.span)
                .help(
                    "behind it, run `openssl x509 -checkend 86400 -noout -in …/fullchain.pem` and look at its status",
                ),
        );
    }
}

/// `openssl x509` of a longer command, as written.
fn first_words(command: &Command) -> String {
    let words: Vec<&str> = command.argv.iter().take(2).map(|arg| arg.raw.as_str()).collect();
    words.join(" ")
}
