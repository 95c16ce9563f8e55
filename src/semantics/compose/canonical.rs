//! One form for what Compose lets people write in several.
//!
//! Rules: <https://docs.docker.com/reference/compose-file/services/> and `transform/` of
//! <https://github.com/compose-spec/compose-go>.

use super::item::{Data, Item, Key, Layering, Place};
use super::text::{Scalar, Text, short};
use super::units::boolean;
use super::volume;

/// What is written in a way that Compose refuses, with its place.
pub(super) type Faults = Vec<(Place, String)>;

/// Where a service has a boolean, from the service on.
const BOOLEANS: &[&str] = &[
    "attach",
    "build.no_cache",
    "build.privileged",
    "build.pull",
    "healthcheck.disable",
    "init",
    "oom_kill_disable",
    "privileged",
    "read_only",
    "stdin_open",
    "tty",
];

/// A service in its one form: `environment`, `labels` and build arguments are mappings, `env_file`,
/// `volumes`, `secrets` and `configs` lists of mappings, `tmpfs` a list, `build`, `depends_on` and
/// `networks` mappings. Tags for the merge stay.
pub(super) fn service(mut item: Item, faults: &mut Faults) -> Item {
    if let Data::Map(entries) = &mut item.data {
        for (key, value) in entries {
            field(&key.name, value, faults);
        }
    }
    for path in BOOLEANS {
        let keys: Vec<&str> = path.split('.').collect();
        if let Some(found) = at_mut(&mut item, &keys) {
            to_boolean(found);
        }
    }
    item
}

fn field(key: &str, value: &mut Item, faults: &mut Faults) {
    match key {
        "environment" | "labels" | "annotations" | "sysctls" => to_mapping(key, value, faults),
        "tmpfs" | "dns" | "dns_search" | "label_file" => to_list(value),
        "env_file" => {
            to_list(value);
            only_list(key, value, faults);
            each_item(value, |item| wrap(item, "path"));
        }
        "volumes" => {
            only_list(key, value, faults);
            each_item(value, |item| volume::canonical(item, faults));
        }
        "secrets" | "configs" => each_item(value, |item| wrap(item, "source")),
        "depends_on" => to_keys(value, |place| {
            let condition = Item::new(place, Data::Text(Scalar::literal("service_started")));
            let key = Key { name: "condition".to_owned(), unresolved: false, place };
            Data::Map(vec![(key, condition)])
        }),
        "networks" => to_keys(value, |_| Data::Null),
        "build" => {
            wrap(value, "context");
            for key in ["args", "labels", "additional_contexts"] {
                if let Some(found) = at_mut(value, &[key]) {
                    to_mapping(key, found, faults);
                }
            }
        }
        "deploy" => {
            if let Some(found) = at_mut(value, &["labels"]) {
                to_mapping("labels", found, faults);
            }
        }
        _ => {}
    }
}

/// A volume of the top level: `external` is a boolean.
pub(super) fn top_volume(item: &mut Item) {
    if let Some(found) = at_mut(item, &["external"]) {
        to_boolean(found);
    }
}

fn at_mut<'i>(item: &'i mut Item, path: &[&str]) -> Option<&'i mut Item> {
    let mut item = item;
    for key in path {
        let Data::Map(entries) = &mut item.data else { return None };
        item = entries.iter_mut().find(|(k, _)| k.name == *key).map(|(_, value)| value)?;
    }
    Some(item)
}

fn each_item(item: &mut Item, visit: impl FnMut(&mut Item)) {
    if let Data::List(items) = &mut item.data {
        items.iter_mut().for_each(visit);
    }
}

/// Anything but a list is a fault: what a mapping there would mean nobody knows.
fn only_list(key: &str, item: &Item, faults: &mut Faults) {
    if !matches!(item.data, Data::List(_) | Data::Null) {
        let takes = if key == "env_file" { "a text or a list" } else { "only a list" };
        faults.push((item.place, format!("`{key}` is {}, and Compose takes {takes} there", item.type_name())));
    }
}

/// A text that Compose reads as a boolean becomes one; of the number `1` it makes none.
pub(super) fn to_boolean(item: &mut Item) {
    if matches!(item.data, Data::Text(_))
        && let Some(flag) = item.value().as_deref().and_then(boolean)
    {
        item.data = Data::Bool(flag);
    }
}

/// A scalar becomes a list of one; the tag stays with the list.
fn to_list(item: &mut Item) {
    if item.text().is_some() {
        let inner = Item { place: item.place, layering: None, data: std::mem::replace(&mut item.data, Data::Null) };
        item.data = Data::List(vec![inner]);
    }
}

/// A scalar becomes a mapping with it under one key; the tag stays with the mapping.
fn wrap(item: &mut Item, key: &str) {
    if item.text().is_some() {
        let inner = Item { place: item.place, layering: None, data: std::mem::replace(&mut item.data, Data::Null) };
        let key = Key { name: key.to_owned(), unresolved: false, place: item.place };
        item.data = Data::Map(vec![(key, inner)]);
    }
}

/// A list of names becomes a mapping of names.
fn to_keys(item: &mut Item, value: impl Fn(Place) -> Data) {
    let Data::List(items) = &item.data else { return };
    let entries = items.iter().filter_map(|name| {
        let text = name.text()?;
        let key = Key { name: text.shown(), unresolved: !text.is_known(), place: name.place };
        Some((key, Item::new(name.place, value(name.place))))
    });
    item.data = Data::Map(entries.collect());
}

/// A list of `K=V` and `K` becomes a mapping; of one key that stands twice the last one counts.
fn to_mapping(name: &str, item: &mut Item, faults: &mut Faults) {
    let Data::List(items) = &mut item.data else { return };
    let mut entries: Vec<(Key, Item)> = Vec::with_capacity(items.len());
    let mut index: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for item in items.drain(..) {
        let place = item.place;
        let layering = item.layering.filter(|layering| *layering == Layering::Reset);
        let Some(text) = item.text() else {
            let what = item.type_name();
            faults.push((place, format!("`{name}` lists {what}; Compose takes `NAME=value` there")));
            continue;
        };
        let (variables, invalid) = match item.data {
            Data::Text(scalar) => (scalar.variables, scalar.invalid),
            _ => (Vec::new(), None),
        };
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (key, Some(value)),
            None => (text, None),
        };
        let unresolved = !key.is_known();
        let key = Key { name: key.shown(), unresolved, place };
        let data = match value {
            Some(text) => Data::Text(Scalar { raw: text.shown(), text: filled(text), variables, invalid }),
            None => {
                faults.extend(invalid.map(|message| (place, format!("a value cannot be read: {message}"))));
                Data::Null
            }
        };
        let entry = (key, Item { place, layering, data });
        match index.get(&entry.0.name).copied() {
            Some(at) if !unresolved => {
                if let Some(slot) = entries.get_mut(at) {
                    *slot = entry;
                }
            }
            _ => {
                index.insert(entry.0.name.clone(), entries.len());
                entries.push(entry);
            }
        }
    }
    if let Some((key, _)) = entries.iter().find(|(key, _)| key.name.is_empty()) {
        faults.push((key.place, format!("`{}` lists an entry without a key", short(name))));
    }
    item.data = Data::Map(entries);
}

/// The same text, with one empty part when it has none.
fn filled(text: Text) -> Text {
    if text.parts().is_empty() { Text::known("") } else { text }
}
