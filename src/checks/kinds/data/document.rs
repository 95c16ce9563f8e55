//! One file as values, with the places of those values.

use bstr::{BStr, ByteSlice};
use serde_json::{Map, Number, Value};
use serde_json_path::{NormalizedPath, PathElement};

use crate::checks::Reason;
use crate::formats::yaml::{self, Node, Value as Yaml};
use crate::plan::{Toml, TomlValue, parse_toml};
use crate::semantics::files::{Files, SourceFile};
use crate::source::{Lines, Span, names_a_secret};

/// A search may take this many steps.
pub(super) const MOST_STEPS: u64 = 5_000_000;
/// JSON may be this deep.
const DEEPEST: usize = crate::formats::DEEPEST;
/// Values are shown up to this many characters.
const WIDEST: usize = 80;
/// Larger JSON files are read without the places of their values (bytes).
const PLACED_JSON: usize = 512 * 1024;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Toml,
    Yaml,
    Json,
}

impl Format {
    /// By the file's name.
    pub(super) fn of(name: &BStr) -> Option<Self> {
        let name = name.to_str().ok()?;
        match name {
            "poetry.lock" | "uv.lock" | "pdm.lock" | "Cargo.lock" | "Pipfile" => return Some(Self::Toml),
            "Pipfile.lock" | "composer.lock" => return Some(Self::Json),
            _ => {}
        }
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "toml" => Some(Self::Toml),
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Why there is no document.
pub(super) struct Broken {
    pub(super) reason: Reason,
    pub(super) message: String,
    pub(super) span: Option<Span>,
}

impl Broken {
    fn at(span: Option<Span>, message: impl Into<String>) -> Self {
        Self { reason: Reason::Unreadable, message: message.into(), span }
    }

    fn over(message: impl Into<String>) -> Self {
        Self { reason: Reason::TooLarge, message: message.into(), span: None }
    }
}

/// Where values stand.
enum Places {
    Nowhere,
    Toml(Toml),
    Yaml(Node),
}

/// A file's values.
pub(super) struct Document {
    pub(super) value: Value,
    places: Places,
}

/// Where one value stands.
pub(super) struct Site {
    /// `$.a.b[0]`.
    pub(super) path: String,
    /// In the source, where that is known.
    pub(super) span: Option<Span>,
    /// Whether a key on the way names a secret.
    pub(super) secret: bool,
}

impl Document {
    pub(super) fn read(files: &Files<'_>, file: &SourceFile, format: Format) -> Result<Self, Broken> {
        match format {
            Format::Toml => Self::toml(&file.bytes),
            Format::Yaml => Self::yaml(files, file),
            Format::Json => Self::json(&file.bytes),
        }
    }

    fn toml(bytes: &[u8]) -> Result<Self, Broken> {
        let text = bytes.to_str().map_err(|_| Broken::at(None, "it is no UTF-8"))?;
        let (table, mistakes) = parse_toml(text);
        match mistakes.into_iter().next() {
            Some(mistake) if mistake.message.contains("recurs") => Err(Broken::over("values nested too deep")),
            Some(mistake) => Err(Broken::at(Some(mistake.span), mistake.message)),
            None => Ok(Self { value: table.to_json(), places: Places::Toml(table) }),
        }
    }

    fn yaml(files: &Files<'_>, file: &SourceFile) -> Result<Self, Broken> {
        let unreadable = || Broken::at(None, "it is not there any more");
        let read = files.yaml(&file.path).map_err(|error| Broken::at(None, error.to_string()))?;
        let (_, yaml) = read.ok_or_else(unreadable)?;
        if let Some(over) = &yaml.over {
            return Err(Broken::over(over.clone()));
        }
        if let Some(error) = yaml.errors.first() {
            return Err(Broken::at(Some(error.span), error.message.clone()));
        }
        Ok(match &yaml.root {
            Some(node) => Self { value: of_yaml(node), places: Places::Yaml(node.clone()) },
            None => Self { value: Value::Null, places: Places::Nowhere },
        })
    }

    fn json(bytes: &[u8]) -> Result<Self, Broken> {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let value = serde_json::from_slice(text).map_err(|error| {
            let message = error.to_string();
            if message.contains("recursion limit") {
                return Broken::over(format!("values more than {DEEPEST} deep"));
            }
            let start = Lines::of(bytes).start(u32::try_from(error.line()).unwrap_or(u32::MAX));
            Broken::at(start.map(|start| Span::new(start, start)), message)
        })?;
        // JSON is YAML too, and that reader knows places.
        let places = match bytes.len() <= PLACED_JSON {
            true => yaml::parse(bytes).root.map_or(Places::Nowhere, Places::Yaml),
            false => Places::Nowhere,
        };
        Ok(Self { value, places })
    }

    /// At most how many steps a search takes: the values, times the depth for each `..`, times the selectors in each
    /// `[…]`, times the values again where another `$` looks for more than one, times 1,000 where each value is held
    /// against a regular expression.
    pub(super) fn effort(&self, path: &str) -> u64 {
        let (mut values, mut deepest) = (0, 0);
        measure(&self.value, 1, &mut values, &mut deepest);
        let again = path
            .get(1..)
            .and_then(|rest| rest.split_once('$'))
            .is_some_and(|(_, rest)| rest.contains(['*', ':']) || rest.contains(".."));
        let mut effort = if again { values.saturating_mul(values) } else { values };
        if path.contains("match(") || path.contains("search(") {
            effort = effort.saturating_mul(1_000);
        }
        for _ in path.matches("..") {
            effort = effort.saturating_mul(deepest);
        }
        let mut selectors = 1_u64;
        for character in path.chars() {
            match character {
                ',' => selectors += 1,
                ']' => effort = effort.saturating_mul(std::mem::replace(&mut selectors, 1)),
                _ => {}
            }
        }
        effort
    }

    /// Where a value stands.
    pub(super) fn site(&self, location: &NormalizedPath<'_>) -> Site {
        let mut path = "$".to_owned();
        let mut secret = false;
        for element in location.iter() {
            match element {
                PathElement::Name(name) => {
                    secret |= names_a_secret(name);
                    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.is_empty();
                    path += &if plain { format!(".{name}") } else { format!("['{name}']") };
                }
                PathElement::Index(index) => path += &format!("[{index}]"),
            }
        }
        let span = match &self.places {
            Places::Nowhere => None,
            Places::Toml(table) => location.iter().try_fold(table, step_toml).map(|found| found.span),
            Places::Yaml(node) => location.iter().try_fold(node, step_yaml).map(|found| found.span),
        };
        Site { path, span, secret }
    }
}

fn step_toml<'t>(at: &'t Toml, element: &PathElement<'_>) -> Option<&'t Toml> {
    match (element, &at.value) {
        (PathElement::Name(name), _) => at.get(name),
        (PathElement::Index(index), TomlValue::List(items)) => items.get(*index),
        _ => None,
    }
}

fn step_yaml<'n>(at: &'n Node, element: &PathElement<'_>) -> Option<&'n Node> {
    match element {
        PathElement::Name(name) => at.entries().iter().find(|(key, _)| key_of(key) == **name).map(|(_, value)| value),
        PathElement::Index(index) => at.items().get(*index),
    }
}

/// A YAML value as JSON. Depth is bounded by the YAML reader.
fn of_yaml(node: &Node) -> Value {
    match &node.value {
        Yaml::Null => Value::Null,
        Yaml::Bool(flag) => Value::Bool(*flag),
        Yaml::Number(text) => number(text).map_or_else(|| Value::from(text.as_str()), Value::Number),
        Yaml::Text(text) => Value::from(text.as_str()),
        Yaml::List(items) => items.iter().map(of_yaml).collect(),
        Yaml::Map(entries) => {
            let mut map = Map::new();
            for (key, value) in entries.iter() {
                // Merged keys come after a mapping's own.
                map.entry(key_of(key)).or_insert_with(|| of_yaml(value));
            }
            Value::Object(map)
        }
    }
}

fn key_of(key: &Node) -> String {
    key.scalar().unwrap_or("null").to_owned()
}

/// A YAML number: decimal, `0x`, `0o`, `0b`, with `_` between digits, a float.
fn number(text: &str) -> Option<Number> {
    let plain = text.replace('_', "");
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = digits.strip_prefix(prefix) {
            let number = i64::from_str_radix(digits, radix).ok()?;
            return Some(Number::from(if negative { -number } else { number }));
        }
    }
    match plain.strip_prefix('+').unwrap_or(&plain).parse::<i64>() {
        Ok(number) => Some(Number::from(number)),
        Err(_) => digits
            .parse::<u64>()
            .ok()
            .filter(|_| !negative)
            .map(Number::from)
            .or_else(|| Number::from_f64(plain.parse().ok()?)),
    }
}

fn measure(value: &Value, depth: u64, values: &mut u64, deepest: &mut u64) {
    *values += 1;
    *deepest = depth.max(*deepest);
    match value {
        Value::Array(items) => items.iter().for_each(|item| measure(item, depth + 1, values, deepest)),
        Value::Object(map) => map.values().for_each(|item| measure(item, depth + 1, values, deepest)),
        _ => {}
    }
}

/// Whether two values are the same; numbers by what they are worth.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i128(), b.as_i128()) {
            (Some(a), Some(b)) => a == b,
            _ => a.as_f64() == b.as_f64(),
        },
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

/// Whether a text has the part in it, a list the item, a mapping the key.
pub(super) fn contains(value: &Value, part: &Value) -> bool {
    match (value, part) {
        (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
        (Value::Array(items), part) => items.iter().any(|item| same(item, part)),
        (Value::Object(map), Value::String(key)) => map.contains_key(key),
        _ => false,
    }
}

/// A value for a message; a secret is not shown.
pub(super) fn shown(value: &Value, secret: bool) -> String {
    match value {
        Value::Null => "nothing (null)".to_owned(),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(map) => format!("a mapping of {}", map.len()),
        _ if secret => "`***`".to_owned(),
        Value::String(text) => {
            let mut short: String = text.chars().take(WIDEST).collect();
            if short.len() < text.len() {
                short.push('…');
            }
            format!("{:?}", crate::source::mask(&short))
        }
        other => other.to_string(),
    }
}

/// Where only the types differ, that is what to say.
pub(super) fn type_help(value: &Value, wanted: &Value) -> &'static str {
    match (value, wanted) {
        (Value::Number(number), Value::String(text)) if number.to_string() == *text => ": a text, in quotes",
        (Value::Bool(flag), Value::String(text)) if flag.to_string() == *text => ": a text, in quotes",
        (Value::String(text), Value::Number(number)) if number.to_string() == *text => ": a number, without quotes",
        (Value::String(text), Value::Bool(flag)) if flag.to_string() == *text => ", without quotes",
        _ => "",
    }
}
