//! The mounts of a service, short and long.
//!
//! Rules: `format/volume.go` of <https://github.com/compose-spec/compose-go>.

use super::canonical::{Faults, to_boolean};
use super::item::{Data, Item, Key, Place};
use super::text::{Part, Scalar, Text, short};

/// What a service mounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// What kind.
    pub kind: MountKind,
    /// The volume's name, or the path on the host; `None` where there is none.
    pub source: Option<Text>,
    /// The path in the container; `None` when the long form lacks it.
    pub target: Option<Text>,
    /// Where it stands.
    pub place: Place,
}

/// What kind of mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MountKind {
    /// A folder or file of the host.
    Bind,
    /// A volume with a name.
    Named,
    /// A volume without one.
    Anonymous,
    /// Memory.
    Tmpfs,
    /// Anything else that Compose knows: `npipe`, `cluster`, `image`.
    Other(String),
    /// A variable without a value hides it.
    Unknown,
}

/// The long form of an entry of `volumes`.
pub(super) fn canonical(item: &mut Item, faults: &mut Faults) {
    let place = item.place;
    if let Data::Map(entries) = &mut item.data {
        for (_, value) in entries.iter_mut().filter(|(key, _)| key.name == "read_only") {
            to_boolean(value);
        }
        return;
    }
    let Some(text) = item.text() else {
        faults.push((place, format!("`volumes` lists {}", item.type_name())));
        return;
    };
    if let Data::Text(Scalar { invalid: Some(message), .. }) = &item.data {
        faults.push((place, format!("a value cannot be read: {message}")));
    }
    let mut sections = sections(&text).into_iter();
    let (first, second, options) = (sections.next(), sections.next(), sections.next());
    let empty = [&first, &second, &options].into_iter().flatten().any(Text::is_empty);
    if empty || sections.next().is_some() {
        let what = if empty { "has an empty part" } else { "has too many colons" };
        faults.push((place, format!("volume `{}` {what}", short(&text.shown()))));
    }
    let (source, target) = match second {
        Some(target) => (first, Some(target)),
        None => (None, first),
    };
    let mut entries = Vec::new();
    let mut add = |name: &str, data: Data| {
        let key = Key { name: name.to_owned(), unresolved: false, place };
        entries.push((key, Item::new(place, data)));
    };
    let kind = match &source {
        Some(source) => kind_of(source),
        None if target.as_ref().is_some_and(Text::is_known) => Some("volume"),
        // A variable that is the whole entry may bring a source as well.
        None => None,
    };
    let scalar = |text: Text| Data::Text(Scalar { raw: text.shown(), text, variables: Vec::new(), invalid: None });
    if let Some(kind) = kind {
        add("type", Data::Text(Scalar::literal(kind)));
    }
    if let Some(source) = source {
        add("source", scalar(source));
    }
    if let Some(target) = target {
        add("target", scalar(target));
    }
    if let Some(options) = options.and_then(|options| options.value()) {
        for option in options.split(',') {
            match option {
                "ro" => add("read_only", Data::Bool(true)),
                "nocopy" => {
                    let key = Key { name: "nocopy".to_owned(), unresolved: false, place };
                    add("volume", Data::Map(vec![(key, Item::new(place, Data::Bool(true)))]));
                }
                _ => {}
            }
        }
    }
    item.data = Data::Map(entries);
}

/// What the source of a short entry is; `None` when a variable hides it.
fn kind_of(source: &Text) -> Option<&'static str> {
    let start = source.known_start();
    let mut letters = start.chars();
    let drive = letters.next().is_some_and(|c| c.is_alphabetic()) && letters.next() == Some(':');
    if start.starts_with(['.', '/', '~']) || start.starts_with("\\\\") || drive {
        return Some("bind");
    }
    // What begins like a name is one, `conf/x` too: Compose wants `./` before a folder.
    if !start.is_empty() {
        return Some("volume");
    }
    // A volume's name has no slash: a variable before it can only be a folder.
    let slash = source.parts().iter().any(|part| matches!(part, Part::Known(text) if text.contains('/')));
    slash.then_some("bind")
}

/// The parts between colons; the colon of a drive (`C:\x`) is none, one inside `${…}` neither.
fn sections(text: &Text) -> Vec<Text> {
    if let Some(value) = text.value()
        && value.len() <= 2
    {
        return vec![Text::known(value)];
    }
    let mut sections = Vec::new();
    let mut section = Text::default();
    for part in text.parts() {
        let Part::Known(known) = part else {
            section.push(part.clone());
            continue;
        };
        let mut rest = known.as_str();
        while let Some((before, after)) = rest.split_once(':') {
            section.push_known(before);
            let mut letters = section.known_start().chars();
            let one_letter = letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none();
            if one_letter && section.parts().len() == 1 {
                section.push_known(":");
            } else {
                sections.push(std::mem::take(&mut section));
            }
            rest = after;
        }
        section.push_known(rest);
    }
    sections.push(section);
    sections
}

/// The mount of an entry in long form; `None` when it is no mapping.
pub(super) fn mount(item: &Item) -> Option<Mount> {
    if !matches!(item.data, Data::Map(_)) {
        return None;
    }
    let text = |key: &str| item.get(key).and_then(Item::text).filter(|text| !text.is_empty());
    let source = text("source").or_else(|| text("src"));
    let target = text("target").or_else(|| text("dst")).or_else(|| text("destination"));
    let kind = match item.get("type").and_then(Item::text).map(|kind| kind.value()) {
        Some(Some(kind)) => match (kind.as_str(), &source) {
            ("bind", _) => MountKind::Bind,
            ("volume", Some(_)) => MountKind::Named,
            ("volume", None) => MountKind::Anonymous,
            ("tmpfs", _) => MountKind::Tmpfs,
            _ => MountKind::Other(kind),
        },
        _ => MountKind::Unknown,
    };
    Some(Mount { kind, source, target, place: item.place })
}
