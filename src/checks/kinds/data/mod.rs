//! `data`: values inside TOML, YAML and JSON files.

mod document;

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::checks::{Args, Body, Field, FieldType, Finding, Kind, Level, Outcome, Reason, TreeCheck};
use crate::repo::RepoPath;
use crate::semantics::files::{Files, SourceFile};
use crate::source::{LineRange, names_a_secret};
use document::{Document, Format, Site};

/// The kind.
pub const KIND: Kind = Kind {
    name: "data",
    summary: "what a path into a TOML, YAML or JSON file finds",
    doc: concat!(
        "The path is RFC 9535's JSONPath, the same for the three formats; which one a file is says its name (`.toml`, ",
        "`poetry.lock`, `uv.lock`, `Cargo.lock`, `Pipfile`; `.yaml`, `.yml`; `.json`, `Pipfile.lock`, `composer.lock`). Give exactly one of ",
        "`equals`, `contains`, `exists` and `absent`. `equals` and `contains` hold when the path finds something and each ",
        "value that it finds fits: it is that value (of the same type: the number 1 is not the text \"1\"; 1 and 1.0 are the same), ",
        "or it is a text with that text in it, a list with that item, a mapping with that key. `exists` holds when the path finds ",
        "something, `absent` when it finds nothing. A missing file fails, also with `absent`. A file that cannot be parsed is unknown, ",
        "and so is one whose search would take more than 5,000,000 steps (values × depth for each `..`). ",
        "YAML is read as Compose reads it, its first document. Dates of TOML are texts. ",
        "Rules: <https://www.rfc-editor.org/rfc/rfc9535>.",
    ),
    example: "check = { data = { file = \"pyproject.toml\", path = \"$.tool.poetry.dependencies.python\", contains = \"3.12\" } }",
    fields: &[
        Field { name: "file", takes: FieldType::Path, required: true, doc: "the file" },
        Field { name: "path", takes: FieldType::JsonPath, required: true, doc: "where to look in it: `$.a.b[0]`" },
        Field { name: "equals", takes: FieldType::Any, required: false, doc: "the value that stands there" },
        Field {
            name: "contains",
            takes: FieldType::Any,
            required: false,
            doc: "a part of the text, an item of the list, or a key of the mapping that stands there",
        },
        Field { name: "exists", takes: FieldType::Flag, required: false, doc: "true: something stands there" },
        Field { name: "absent", takes: FieldType::Flag, required: false, doc: "true: nothing stands there" },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let file = args.path("file")?;
    let path = args.json_path("path")?;
    let shown = args.text("path")?;
    let Some(format) = Format::of(file.name()) else {
        let message =
            format!("`data` reads TOML, YAML and JSON, and the name of {} says none of them", file.shown().raw());
        args.mistake("file", message, Some("name a .toml, .yaml, .yml or .json file, or use `text`".to_owned()));
        return None;
    };
    for (field, other) in [("exists", "absent"), ("absent", "exists")] {
        if args.flag(field) == Some(false) {
            args.mistake(field, format!("`{field} = false` says nothing"), Some(format!("write `{other} = true`")));
        }
    }
    let asks = [
        args.any("equals").map(Ask::Equals),
        args.any("contains").map(Ask::Contains),
        args.flag("exists").map(|_| Ask::Exists),
        args.flag("absent").map(|_| Ask::Absent),
    ];
    let asks: Vec<Ask> = asks.into_iter().flatten().collect();
    match <[Ask; 1]>::try_from(asks) {
        Ok([ask]) => Some(Body::Tree(Box::new(Data { file, format, path, shown, ask }))),
        Err(_) => {
            args.mistake("path", "`data` takes exactly one of `equals`, `contains`, `exists` and `absent`", None);
            None
        }
    }
}

enum Ask {
    Equals(Value),
    Contains(Value),
    Exists,
    Absent,
}

struct Data {
    file: RepoPath,
    format: Format,
    path: JsonPath,
    shown: String,
    ask: Ask,
}

/// So many findings of one kind are listed; the others only counted.
const MOST_FINDINGS: usize = 12;

impl TreeCheck for Data {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        match files.read(&self.file) {
            Ok(Some(file)) => self.judge(files, &file, &mut outcome),
            Ok(None) => {
                let shown = self.file.shown();
                let finding = Finding::fault(format!("there is no file {}", shown.raw())).path(&self.file);
                outcome.push(finding.help(format!("add {}, or name another file in the plan", shown.raw())));
            }
            Err(error) => outcome.unread(&self.file, &error),
        }
        outcome
    }
}

impl Data {
    fn judge(&self, files: &Files<'_>, file: &SourceFile, outcome: &mut Outcome) {
        let document = match Document::read(files, file, self.format) {
            Ok(document) => document,
            Err(broken) => {
                let shown = self.file.shown();
                let finding = Finding::note(format!("cannot read {}: {}", shown.raw(), broken.message));
                let finding = match broken.span {
                    Some(span) => finding.at(file, span),
                    None => finding.path(&self.file),
                };
                return outcome.doubt(broken.reason, finding);
            }
        };
        if document.effort(&self.shown) > document::MOST_STEPS {
            let shown = self.file.shown();
            let message =
                format!("looking for {} in {} takes more than {} steps", self.shown, shown.raw(), document::MOST_STEPS);
            return outcome.doubt(Reason::TooLarge, Finding::note(message).path(&self.file));
        }
        let found = self.path.query_located(&document.value);
        let sites: Vec<(Site, &Value)> =
            found.iter().map(|node| (document.site(node.location()), node.node())).collect();
        if sites.is_empty() {
            let message = format!("{} finds nothing in {}", self.shown, self.file.shown().raw());
            return outcome.push(match self.ask {
                Ask::Absent => Finding::proof(message).path(&self.file),
                _ => Finding::fault(message).path(&self.file).help(self.wanted()),
            });
        }
        let judged: Vec<Finding> = sites.iter().map(|(site, value)| self.finding(file, site, value)).collect();
        for level in [Level::Proof, Level::Fault] {
            let of_level = judged.iter().filter(|finding| finding.level == level);
            let more = of_level.clone().count().saturating_sub(MOST_FINDINGS);
            of_level.take(MOST_FINDINGS).for_each(|finding| outcome.push(finding.clone()));
            if more > 0 {
                outcome.push(Finding::note(format!("{more} more like these")).path(&self.file));
            }
        }
    }

    /// What is to be done where nothing stands.
    fn wanted(&self) -> String {
        match &self.ask {
            Ask::Equals(value) => format!("set it to {}", document::shown(value, self.names_a_secret())),
            Ask::Contains(value) => format!("add it, with {} in it", document::shown(value, self.names_a_secret())),
            Ask::Exists | Ask::Absent => "add it".to_owned(),
        }
    }

    /// Whether the path itself speaks of a secret: then what it is compared with is one.
    fn names_a_secret(&self) -> bool {
        words(&self.shown).any(names_a_secret)
    }

    fn finding(&self, file: &SourceFile, site: &Site, value: &Value) -> Finding {
        let secret = site.secret || self.names_a_secret();
        let is = document::shown(value, secret);
        let at = &site.path;
        let expected = |value: &Value| document::shown(value, secret);
        let (fits, message, help) = match &self.ask {
            Ask::Equals(wanted) => (
                document::same(value, wanted),
                format!("{at} is {is}"),
                format!("set it to {}{}", expected(wanted), document::type_help(value, wanted)),
            ),
            Ask::Contains(part) => {
                let fits = document::contains(value, part);
                let verb = if fits { "contains" } else { "does not contain" };
                (fits, format!("{at} {verb} {}: it is {is}", expected(part)), format!("add {} to it", expected(part)))
            }
            Ask::Exists => (true, format!("{at} is {is}"), String::new()),
            Ask::Absent => (false, format!("{at} is there: it is {is}"), "take it out".to_owned()),
        };
        let finding = if fits { Finding::proof(message) } else { Finding::fault(message).help(help) };
        let mut finding = match site.span {
            Some(span) => finding.lines(file, LineRange::at(file.range(span).line)),
            None => finding.path(&self.file),
        };
        // Masking goes by `key: value`; a secret's mapping on the same line would slip through.
        let nests = |text: &str| text.contains(['{', '[']) && words(text).any(names_a_secret);
        if secret || finding.excerpt.as_ref().is_some_and(|excerpt| nests(excerpt.raw())) {
            finding.excerpt = None;
        }
        finding
    }
}

/// What could be keys in a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
}
