//! `command`: what only running something can tell.

use crate::checks::{Args, Body, Field, FieldType, Finding, Kind, Outcome, Reason};

/// The kind.
pub const KIND: Kind = Kind {
    name: "command",
    summary: "what a command answers when it is run",
    doc: "Unknown (`needs_command`): this version of trueup runs no command, so nothing makes it hold.",
    example: "check = { command = { run = [\"docker\", \"compose\", \"config\"], inputs = \"docker-compose*.yml\", timeout = 60 } }",
    fields: &[
        Field {
            name: "run",
            takes: FieldType::Texts,
            required: true,
            doc: "the program and its arguments; no shell reads them",
        },
        Field { name: "inputs", takes: FieldType::Files, required: true, doc: "the files that its answer depends on" },
        Field { name: "timeout", takes: FieldType::Number, required: true, doc: "seconds after which it is ended" },
        Field {
            name: "prints",
            takes: FieldType::Regex,
            required: false,
            doc: "what its output has to match; else its exit status decides",
        },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    if args.number("timeout") == Some(0) {
        args.mistake("timeout", "`timeout` is 0 seconds: the command could never answer", None);
    }
    let mut outcome = Outcome::default();
    let line = args.texts("run").join(" ");
    outcome.doubt(
        Reason::NeedsCommand,
        Finding::note(format!("needs `{line}` to be run; this version of trueup runs no commands")),
    );
    Some(Body::Constant(outcome))
}
