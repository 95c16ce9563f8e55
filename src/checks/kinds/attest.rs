//! `attest`: what only a person can tell.

use crate::checks::{Args, Ask, Body, Field, FieldType, Kind, Reason};

/// The kind.
pub const KIND: Kind = Kind {
    name: "attest",
    summary: "a person's word for what no check can decide",
    doc: "Unknown (`needs_person`) until somebody gives a word for the task: `trueup attest TASK` records who (as git \
          knows them), when, at which commit, and a digest of every file that `covers` matches, in the task's `word`. \
          Holds, as a person's word and apart from proof, while those files (paths, modes and contents) are as they \
          were then; a rebase, a squash or a shallow clone changes nothing about that. Unknown (`stale`) once one of \
          them changed, is new or is gone; when a pattern matches nothing; when the task's text changed; and after \
          the word's last day, `until`, in UTC. Never fails.\n\n\
          `covers` has to be said; `**` is every file below the root, except the plan itself, which changes by the \
          word. One word answers every `attest` and `command` of a task, also inside `all` and `any`, and covers the \
          files of them all; what else stands there is still decided by the repository. A submodule cannot be \
          covered. A link is covered as what it names, not as what stands there. In a work tree whose files git \
          converts (line ends, Git LFS) the contents differ from those of the commit: judge `--at HEAD`.\n\n\
          `history` and `standup` judge every commit by the plan at hand: a word counts wherever those files are the \
          same, also before it was given, and the credit goes to the commit that made them so.",
    example: "check = { attest = { covers = \"src/**\", by = \"reviewer\" } }",
    fields: &[
        Field { name: "covers", takes: FieldType::Files, required: true, doc: "the files that the word is about" },
        Field {
            name: "by",
            takes: FieldType::Text,
            required: false,
            doc: "who should give it, in your own words; it is shown, and nobody is refused",
        },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let by = args.text("by");
    let who = by.clone().unwrap_or_else(|| "somebody".to_owned());
    let covers = args.files("covers");
    let written = covers.written.join(", ");
    Some(args.ask(Ask {
        reason: Reason::NeedsPerson,
        question: format!("needs the word of {who} on {written}; no check can decide it"),
        says: None,
        covers: covers.patterns,
        about: by.into_iter().collect(),
    }))
}
