//! `text`: what files say, or must not say.

use regex::bytes::Regex;

use crate::checks::{Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, TreeCheck, each_file};
use crate::semantics::files::Files;
use crate::source::Span;

/// The kind.
pub const KIND: Kind = Kind {
    name: "text",
    summary: "each file contains a text or matches a pattern, or lacks it",
    doc: "For files that no other kind understands. Give exactly one of `contains`, `matches`, `lacks`. Holds when *each* file fits; a missing file and a pattern that matches no file fail. `^` and `$` match at line ends.",
    example: "check = { text = { files = \"README.md\", contains = \"## License\" } }",
    fields: &[
        Field { name: "files", takes: FieldType::Files, required: true, doc: "the files" },
        Field { name: "contains", takes: FieldType::Text, required: false, doc: "a text that each file contains" },
        Field {
            name: "matches",
            takes: FieldType::Regex,
            required: false,
            doc: "a regular expression that each file matches",
        },
        Field {
            name: "lacks",
            takes: FieldType::Regex,
            required: false,
            doc: "a regular expression that no file matches",
        },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let files = args.files("files");
    let asks: Vec<Ask> = [
        args.text("contains")
            .and_then(|text| Regex::new(&regex::escape(&text)).ok().map(|regex| Ask { regex, wanted: true })),
        args.regex("matches").map(|regex| Ask { regex, wanted: true }),
        args.regex("lacks").map(|regex| Ask { regex, wanted: false }),
    ]
    .into_iter()
    .flatten()
    .collect();
    match <[Ask; 1]>::try_from(asks) {
        Ok([ask]) => Some(Body::Tree(Box::new(Text { files, ask }))),
        Err(_) => {
            args.mistake("files", "`text` takes exactly one of `contains`, `matches` and `lacks`", None);
            None
        }
    }
}

struct Ask {
    regex: Regex,
    wanted: bool,
}

struct Text {
    files: FileSet,
    ask: Ask,
}

impl TreeCheck for Text {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_file(files, &self.files, &mut outcome, |path, outcome| {
            let file = match files.read(path) {
                Ok(Some(file)) => file,
                Ok(None) => {
                    return outcome.push(Finding::fault(format!("{} leads nowhere", path.shown().raw())).path(path));
                }
                Err(error) => return outcome.unread(path, &error),
            };
            let pattern = self.ask.regex.as_str();
            let finding = match (self.ask.regex.find(&file.bytes), self.ask.wanted) {
                (Some(found), true) => {
                    Finding::proof(format!("matches `{pattern}`")).at(&file, Span::from(found.range()))
                }
                (Some(found), false) => Finding::fault(format!("matches `{pattern}`, which must not stand here"))
                    .at(&file, Span::from(found.range()))
                    .help("take it out"),
                (None, true) => Finding::fault(format!("nothing in it matches `{pattern}`")).path(path).help("add it"),
                (None, false) => Finding::proof(format!("nothing in it matches `{pattern}`")).path(path),
            };
            outcome.push(finding);
        });
        outcome
    }
}
