//! `command`: what only running something can tell.

use crate::checks::{Args, Ask, Body, Field, FieldType, Kind, Reason};

/// The kind.
pub const KIND: Kind = Kind {
    name: "command",
    summary: "what a command answers when it is run",
    doc: "Unknown (`needs_command`): trueup runs no commands. Somebody who ran it can say so: `trueup attest TASK` records \
          their word, which counts, as a word and apart from proof, while the files of `inputs` are as they were and \
          `run` and `prints` say the same; see [`attest`](#attest).",
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
    let run = args.texts("run");
    let line = run.join(" ");
    let inputs = args.files("inputs");
    Some(args.ask(Ask {
        reason: Reason::NeedsCommand,
        question: format!("needs `{line}` to be run; this version of trueup runs no commands"),
        says: Some(format!("`{line}` answers as it should")),
        covers: inputs.patterns,
        about: std::iter::once(run.len().to_string()).chain(run).chain(args.text("prints")).collect(),
    }))
}
