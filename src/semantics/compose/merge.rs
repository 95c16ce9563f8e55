//! One service laid over another: `extends`, several files, several documents.
//!
//! Rules: <https://docs.docker.com/reference/compose-file/merge/> and `override/` of
//! <https://github.com/compose-spec/compose-go>.

use std::collections::HashMap;

use super::item::{Data, Item, Key, Layering, Place};

/// Lays `over` over `base`. `path` is where both stand, from the service on (empty: the service itself).
/// `clash` hears of places where one is a list and the other a mapping.
pub(super) fn merge(base: Item, over: Item, path: &str, clash: &mut dyn FnMut(Place, String)) -> Item {
    if over.layering.is_some() || base.layering == Some(Layering::Reset) {
        return over;
    }
    if matches!(path, "command" | "entrypoint" | "healthcheck.test") || path.starts_with("x-") {
        return over;
    }
    let Item { place, layering, data } = base;
    match (data, over.data) {
        // Nothing written over a list or a mapping leaves it as it is.
        (data @ (Data::List(_) | Data::Map(_)), Data::Null) => Item { place, layering, data },
        (Data::Map(entries), Data::Map(others)) => {
            let replaced = path == "logging" && {
                let driver = |entries: &[(Key, Item)]| {
                    entries.iter().find(|(key, _)| key.name == "driver").and_then(|(_, driver)| driver.text())
                };
                let (a, b) = (driver(&entries), driver(&others));
                a.is_some() && b.is_some() && a != b
            };
            let data = if replaced { others } else { mappings(entries, others, path, clash) };
            Item { place: over.place, layering, data: Data::Map(data) }
        }
        (Data::List(items), Data::List(others)) => {
            Item { place: over.place, layering, data: Data::List(lists(items, others, path)) }
        }
        (Data::Map(_), data @ Data::List(_)) | (Data::List(_), data @ Data::Map(_)) => {
            clash(over.place, format!("`{path}` is a list here and a mapping in what it is laid over"));
            Item { place: over.place, layering: over.layering, data }
        }
        (_, data) => Item { place: over.place, layering: over.layering, data },
    }
}

fn mappings(
    mut entries: Vec<(Key, Item)>,
    others: Vec<(Key, Item)>,
    path: &str,
    clash: &mut dyn FnMut(Place, String),
) -> Vec<(Key, Item)> {
    let mut index: HashMap<String, usize> =
        entries.iter().enumerate().map(|(at, (key, _))| (key.name.clone(), at)).collect();
    for (key, item) in others {
        match index.get(&key.name).copied().and_then(|at| entries.get_mut(at)) {
            Some(slot) => {
                let below = if path.is_empty() { key.name.clone() } else { format!("{path}.{}", key.name) };
                let base = std::mem::replace(&mut slot.1, Item::new(item.place, Data::Null));
                *slot = (key, merge(base, item, &below, clash));
            }
            None => {
                index.insert(key.name.clone(), entries.len());
                entries.push((key, item));
            }
        }
    }
    entries
}

/// The items of both; of two that are the same thing the later one stands in the earlier one's place.
fn lists(items: Vec<Item>, others: Vec<Item>, path: &str) -> Vec<Item> {
    let mut merged: Vec<Item> = Vec::with_capacity(items.len() + others.len());
    let mut index: HashMap<String, usize> = HashMap::new();
    for item in items.into_iter().chain(others) {
        let identity = identity(&item, path);
        let slot = identity.as_ref().and_then(|id| index.get(id)).and_then(|at| merged.get_mut(*at));
        match slot {
            Some(slot) => *slot = item,
            None => {
                if let Some(identity) = identity {
                    index.insert(identity, merged.len());
                }
                merged.push(item);
            }
        }
    }
    merged
}

/// What makes two items of a list the same thing; `None` in lists that are only appended.
fn identity(item: &Item, path: &str) -> Option<String> {
    let text = |item: Option<&Item>| item.and_then(Item::text).map(|text| text.shown());
    match path {
        "volumes" => text(item.get("target")),
        "env_file" => text(item.get("path")),
        "secrets" | "configs" => text(item.get("target")).or_else(|| text(item.get("source"))),
        "ports" if item.text().is_none() => {
            let of = |key: &str| text(item.get(key)).unwrap_or_default();
            Some(format!("{}:{}:{}/{}", of("host_ip"), of("published"), of("target"), of("protocol")))
        }
        "cap_add" | "cap_drop" | "devices" | "dns" | "dns_opt" | "dns_search" | "expose" | "links" | "ports"
        | "profiles" | "security_opt" | "tmpfs" => text(Some(item)),
        _ => None,
    }
}
