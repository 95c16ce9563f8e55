//! A Compose file, resolved.

use serde_json::{Map, Value, json};

use crate::semantics::compose::{Data, Item, Part, Place, Problem, Project, Scalar, Text};
use crate::source::{mask, names_a_secret};

/// What stands where a secret stood.
const MASK: &str = "***";

/// `{kind, services: {name: resolved}, volumes, errors: [{path, line, service, message}]}`.
///
/// A service is shown in one form, whatever the file's own spelling (`environment` a mapping, `volumes` a list of
/// mappings, …), with what it extends laid under it and defaults of variables put in; a variable without a default
/// stands as written, `${X}`. Values under secret names, and passwords in URLs, are `***`.
pub fn json(project: &Project) -> Value {
    let services = project.services.iter().map(|service| (service.name.clone(), value(&service.item, "")));
    let services: Map<String, Value> = services.collect();
    let volumes = match project.top.get("volumes") {
        Some(volumes) if !volumes.is_null() => value(volumes, ""),
        _ => json!({}),
    };
    let mut errors: Vec<Value> = project.problems.iter().map(|problem| error(project, problem, None)).collect();
    for service in &project.services {
        errors.extend(service.problems.iter().map(|problem| error(project, problem, Some(&service.name))));
    }
    json!({ "kind": "compose", "services": services, "volumes": volumes, "errors": errors })
}

fn error(project: &Project, problem: &Problem, service: Option<&str>) -> Value {
    let file = project.file(problem.place.unwrap_or(Place { file: 0, span: Default::default() }));
    let line = problem.place.and_then(|place| Some(project.file(place)?.range(place.span).line));
    json!({
        "path": file.map(|file| file.path.shown().raw().to_owned()),
        "line": line,
        "service": service,
        "message": mask(&problem.message),
    })
}

/// A value that stands under a key.
fn value(item: &Item, key: &str) -> Value {
    match &item.data {
        Data::Null => Value::Null,
        Data::Bool(_) | Data::Number(_) if is_secret(key) => Value::from(MASK),
        Data::Bool(flag) => Value::from(*flag),
        Data::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str())),
        Data::Text(scalar) => Value::from(shown(scalar, key)),
        Data::List(items) => {
            // The word after `--password` is its value.
            let before = std::iter::once(None).chain(items.iter().map(Some));
            let of = |(item, before): (&Item, Option<&Item>)| match before.and_then(Item::value) {
                Some(option) if option.starts_with('-') && names_a_secret(option.trim_start_matches('-')) => {
                    value(item, "secret")
                }
                _ => value(item, key),
            };
            items.iter().zip(before).map(of).collect()
        }
        Data::Map(entries) => {
            // A secret's declaration stands under names too: `secrets: {db_password: {file: …}}`.
            let pairs = entries.iter().map(|(key, item)| (mask(&key.name), value(item, &key.name)));
            Value::Object(pairs.collect())
        }
    }
}

/// Whether a key says secret, or is itself a variable that may.
fn is_secret(key: &str) -> bool {
    names_a_secret(key) || key.contains('$')
}

fn shown(scalar: &Scalar, key: &str) -> String {
    if is_secret(key) {
        return hidden(&scalar.text);
    }
    let mut text = scalar.text.shown();
    for variable in scalar.variables.iter().filter(|variable| names_a_secret(&variable.name)) {
        for value in [&variable.default, &variable.alternative].into_iter().flatten() {
            for part in value.parts() {
                if let Part::Known(literal) = part
                    && !literal.is_empty()
                {
                    text = text.replace(literal.as_str(), MASK);
                }
            }
        }
    }
    mask(&text)
}

/// A secret: its literal parts masked, its variables by name only.
fn hidden(text: &Text) -> String {
    let parts = text.parts().iter().map(|part| match part {
        Part::Known(text) if text.is_empty() => String::new(),
        Part::Known(_) => MASK.to_owned(),
        Part::Unknown(written) => {
            let name = written.trim_start_matches(['$', '{']);
            let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
            format!("${{{}}}", name.get(..end).unwrap_or_default())
        }
    });
    parts.collect()
}
