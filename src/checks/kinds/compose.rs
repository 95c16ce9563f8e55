//! `compose`: what stands at a path of a Compose file or of its services.

use serde_json::Value;

use crate::checks::compose::{
    BUILT_FROM, FILES, IMAGE, MERGED, Projects, SERVICES, Selection, at, documented_selection, whole,
};
use crate::checks::{Args, Body, Field, FieldType, Finding, Kind, Outcome, Reason, TreeCheck};
use crate::semantics::compose::{Data, Item, Place, Project};
use crate::semantics::files::Files;
use crate::source::names_a_secret;

/// The kind.
pub const KIND: Kind = Kind {
    name: "compose",
    summary: "a Compose file, or chosen services of it, say a value, contain one, or lack a key",
    doc: documented_selection!(
        "`path` leads through keys, separated by dots (`deploy.resources.limits.memory`); a key with a dot in it stands in double quotes, the number of an item leads into a list. With `services`, `built_from` or `image` it starts at each chosen service, else at the top of the file (`volumes.poetry-cache`).\n\nGive exactly one of `equals`, `contains` and `absent`. `equals` compares numbers, texts and booleans by what they say (`0.5` is `\"0.5\"`; where Compose wants a boolean `yes`, `\"true\"` and `on` are `true`), lists and tables part by part. `contains` asks for an item of a list, a key of a mapping, a part of a text. `absent = true` holds when the key does not stand there at all (`cache:` without a value does stand there; a volume that another key gives the `name` `cache` is `volumes.cache` too), `absent = false` when it does.\n\nServices are seen in one form: `environment`, `labels`, `build`, `build.args`, `networks` and `depends_on` are mappings, `env_file`, `volumes`, `secrets` and `configs` lists of mappings, `tmpfs` is a list; `trueup inspect FILE` shows it.",
    ),
    example: "check = { compose = { files = \"docker-compose.prod.yml\", services = \"web\", path = \"read_only\", equals = true } }",
    fields: &[
        FILES,
        Field { name: "path", takes: FieldType::Text, required: true, doc: "the keys, separated by dots" },
        Field { name: "equals", takes: FieldType::Any, required: false, doc: "the value that stands there" },
        Field {
            name: "contains",
            takes: FieldType::Any,
            required: false,
            doc: "an item of the list, a key of the mapping or a part of the text that stands there",
        },
        Field {
            name: "absent",
            takes: FieldType::Flag,
            required: false,
            doc: "true: nothing stands there; false: something does",
        },
        SERVICES,
        BUILT_FROM,
        IMAGE,
        MERGED,
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let written = args.text("path")?;
    let Some(path) = keys(&written) else {
        let help = "write keys separated by dots: `volumes.cache`, or `labels.\"a.b\"`".to_owned();
        args.mistake("path", format!("`{written}` is no path of keys"), Some(help));
        return None;
    };
    let asks: Vec<Ask> = [
        args.any("equals").map(Ask::Equals),
        args.any("contains").map(Ask::Contains),
        args.flag("absent").map(|absent| if absent { Ask::Absent } else { Ask::Present }),
    ]
    .into_iter()
    .flatten()
    .collect();
    let Ok([ask]) = <[Ask; 1]>::try_from(asks) else {
        args.mistake("path", "`compose` takes exactly one of `equals`, `contains` and `absent`", None);
        return None;
    };
    let (projects, selection) = (Projects::of(args), Selection::of(args));
    Some(Body::Tree(Box::new(Compose { projects, selection, written, path, ask })))
}

/// The keys of a path; `None` when one is empty or a quote is not closed.
fn keys(path: &str) -> Option<Vec<String>> {
    let mut keys = Vec::new();
    let mut rest = path;
    loop {
        let (key, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        if key.is_empty() {
            return None;
        }
        keys.push(key.to_owned());
        if after.is_empty() {
            return Some(keys);
        }
        rest = after.strip_prefix('.')?;
    }
}

struct Compose {
    projects: Projects,
    selection: Selection,
    written: String,
    path: Vec<String>,
    ask: Ask,
}

enum Ask {
    Equals(Value),
    Contains(Value),
    Absent,
    Present,
}

/// What stands at the end of a path.
enum Found<'i> {
    /// A value, where its key stands.
    Here(&'i Item, Place),
    /// Nothing; the place of the last key of the path that is there.
    Nothing(Option<Place>),
    /// A key that is a variable without a value may be the one.
    Hidden(Place),
}

impl TreeCheck for Compose {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        self.projects.each(files, &mut outcome, |project, outcome| {
            if self.selection.is_everything() {
                return self.whole(project, outcome);
            }
            self.selection.each(project, outcome, |service, outcome| {
                let subject = format!("{} of service {}", self.written, service.name);
                let found = walk(&service.item, &self.path, None);
                self.judge(project, &subject, found, Some(service.key), outcome);
            });
        });
        outcome
    }
}

impl Compose {
    /// The path from the top of the file.
    fn whole(&self, project: &Project, outcome: &mut Outcome) {
        let found = match self.path.split_first() {
            Some((first, rest)) if first == "services" => match rest.split_first() {
                Some((name, rest)) => match project.service(name) {
                    Some(service) if !service.problems.is_empty() => {
                        let message = format!("service {name} cannot be read");
                        return outcome.doubt(Reason::Unreadable, at(Finding::note(message), project, service.key));
                    }
                    Some(service) => walk(&service.item, rest, Some(service.key)),
                    None => Found::Nothing(None),
                },
                None => {
                    let message = "`path` names all services; name one, or use the option `services`";
                    return outcome.push(Finding::fault(message).path(&project.path()));
                }
            },
            _ => walk(&project.top, &self.path, None),
        };
        if let (Ask::Absent, Found::Nothing(_), [top, name]) = (&self.ask, &found, self.path.as_slice())
            && top == "volumes"
            && let Some((key, place)) = named(project, name)
        {
            let message = format!("volumes.{key} has the name {name}: it is that volume under another key");
            let help = format!("take volumes.{key} out");
            return outcome.push(at(Finding::fault(message).help(help), project, place));
        }
        self.judge(project, &self.written, found, None, outcome);
    }

    /// Judges what was found; `owner` is where a fault stands when nothing of the path is there.
    fn judge(&self, project: &Project, subject: &str, found: Found<'_>, owner: Option<Place>, outcome: &mut Outcome) {
        let place_of = |place: Option<Place>, finding: Finding| match place.or(owner) {
            Some(place) => at(finding, project, place),
            None => finding.path(&project.path()),
        };
        let (item, place) = match found {
            Found::Here(item, place) => (item, place),
            Found::Nothing(place) => {
                let message = format!("{subject} is not there");
                return outcome.push(match &self.ask {
                    Ask::Absent => place_of(place, Finding::proof(message)),
                    _ => place_of(place, Finding::fault(message).help(self.help())),
                });
            }
            Found::Hidden(place) => {
                let message = format!("{subject} cannot be told: a key beside it is a variable without a value");
                return outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, place));
            }
        };
        let secret = self.path.last().is_some_and(|key| names_a_secret(key));
        // A mapping may hold secrets of its own: only its key is shown.
        let place = if secret || matches!(item.data, Data::Map(_)) { place } else { whole(place, item) };
        let shown = if secret { "***".to_owned() } else { described(item) };
        let fits = match &self.ask {
            Ask::Absent => {
                let help = format!("take {} out", self.written);
                return outcome.push(at(Finding::fault(format!("{subject} is there")).help(help), project, place));
            }
            Ask::Present => Some(true),
            Ask::Equals(wanted) => equal(wanted, item),
            Ask::Contains(wanted) => contains(wanted, item),
        };
        let message = format!("{subject} is {shown}");
        match fits {
            Some(true) => outcome.push(at(Finding::proof(message), project, place)),
            Some(false) => outcome.push(at(Finding::fault(message).help(self.help()), project, place)),
            None => {
                let message = format!("{message}, and a variable in it has no value");
                outcome.doubt(Reason::Unresolved, at(Finding::note(message), project, place));
            }
        }
    }

    fn help(&self) -> String {
        match &self.ask {
            Ask::Equals(wanted) => format!("set {} to {wanted}", self.written),
            Ask::Contains(wanted) => format!("add {wanted} to {}", self.written),
            Ask::Absent | Ask::Present => format!("add {}", self.written),
        }
    }
}

/// The key and place of a declared volume whose `name` this is.
fn named<'p>(project: &'p Project, name: &str) -> Option<(&'p str, Place)> {
    let volumes = project.top.get("volumes")?.entries();
    let (key, volume) =
        volumes.iter().find(|(_, volume)| volume.get("name").and_then(Item::value).as_deref() == Some(name))?;
    Some((&key.name, whole(key.place, volume)))
}

fn walk<'i>(item: &'i Item, path: &[String], key: Option<Place>) -> Found<'i> {
    let Some((first, rest)) = path.split_first() else {
        return Found::Here(item, key.unwrap_or(item.place));
    };
    if let Data::List(items) = &item.data {
        let found = first.parse::<usize>().ok().and_then(|index| items.get(index));
        return match found {
            Some(found) => walk(found, rest, Some(found.place)),
            None => Found::Nothing(key),
        };
    }
    if let Some((key, value)) = item.pair(first) {
        return walk(value, rest, Some(key.place));
    }
    match item.entries().iter().find(|(key, _)| key.unresolved) {
        Some((key, _)) => Found::Hidden(key.place),
        None => Found::Nothing(key),
    }
}

/// A value for a message.
fn described(item: &Item) -> String {
    match &item.data {
        Data::Null => "empty".to_owned(),
        Data::List(items) => format!("a list of {}", items.len()),
        Data::Map(entries) => format!("a mapping of {}", entries.len()),
        _ => {
            let text = item.text().map(|text| text.shown()).unwrap_or_default();
            match text.char_indices().nth(80) {
                Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
                None if text.is_empty() => "an empty text".to_owned(),
                None => text,
            }
        }
    }
}

/// Whether a value says the same; `None` when a variable without a value decides.
fn equal(wanted: &Value, item: &Item) -> Option<bool> {
    match (wanted, &item.data) {
        (Value::Array(wanted), Data::List(items)) => {
            if wanted.len() != items.len() {
                return Some(false);
            }
            all(wanted.iter().zip(items).map(|(wanted, item)| equal(wanted, item)))
        }
        (Value::Object(wanted), Data::Map(entries)) => {
            if wanted.len() != entries.len() {
                return Some(false);
            }
            all(entries
                .iter()
                .map(|(key, item)| wanted.get(&key.name).map_or(Some(false), |wanted| equal(wanted, item))))
        }
        (Value::Array(_) | Value::Object(_) | Value::Null, _) | (_, Data::List(_) | Data::Map(_) | Data::Null) => {
            Some(false)
        }
        (wanted, _) => {
            let wanted = said(wanted);
            let text = item.text()?;
            match text.value() {
                Some(value) => Some(value == wanted || same_number(&value, &wanted)),
                None if text.could_be(&wanted) => None,
                None => Some(false),
            }
        }
    }
}

/// False when one is false, else unknown when one is unknown.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let parts: Vec<Option<bool>> = parts.collect();
    if parts.contains(&Some(false)) { Some(false) } else { parts.into_iter().try_fold(true, |a, b| Some(a && b?)) }
}

fn contains(wanted: &Value, item: &Item) -> Option<bool> {
    match &item.data {
        Data::List(items) => {
            let fits: Vec<Option<bool>> = items.iter().map(|item| equal(wanted, item)).collect();
            if fits.contains(&Some(true)) { Some(true) } else { fits.into_iter().try_fold(false, |a, b| Some(a || b?)) }
        }
        Data::Map(entries) => {
            let wanted = said(wanted);
            if entries.iter().any(|(key, _)| key.name == wanted) {
                return Some(true);
            }
            if entries.iter().any(|(key, _)| key.unresolved) { None } else { Some(false) }
        }
        Data::Null => Some(false),
        _ => {
            let text = item.text()?;
            let found = text.shown().contains(&said(wanted));
            if text.is_known() || found { Some(found) } else { None }
        }
    }
}

/// A TOML scalar as a text.
fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

fn same_number(a: &str, b: &str) -> bool {
    matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}
