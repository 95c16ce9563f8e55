//! From the parser's events to a tree.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Tag};

use super::{MOST_NODES, MOST_TEXT, Node, Value, Yaml, scalar};
use crate::formats::{DEEPEST, ParseError};
use crate::source::{Lines, Span};

/// What a node costs once it is expanded.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    nodes: usize,
    bytes: usize,
    /// Collections inside each other; 0 for a scalar.
    height: usize,
}

/// An open collection.
struct Frame {
    start: usize,
    anchor: usize,
    tag: Option<String>,
    weight: Weight,
    open: Open,
}

enum Open {
    List(Vec<Node>),
    Map { entries: Vec<(Node, Node)>, merges: Vec<(Node, Node)>, key: Option<Node> },
}

struct Builder {
    frames: Vec<Frame>,
    /// Complete anchored nodes by the parser's id, of this document.
    anchors: HashMap<usize, (Node, Weight)>,
    documents: Vec<(Span, Node)>,
    /// Where the document that is being read begins.
    begins: Span,
    total: Weight,
    errors: Vec<ParseError>,
    over: Option<String>,
    lines: Lines,
}

/// Reads any bytes: nothing makes it fail or panic. Bytes that are no UTF-8 and control characters are
/// errors, and stand as `?` in the tree.
pub fn parse(source: &[u8]) -> Yaml {
    let lines = Lines::of(source);
    let (text, bad) = readable(source);
    let mut builder = Builder {
        frames: Vec::new(),
        anchors: HashMap::new(),
        documents: Vec::new(),
        begins: Span::default(),
        total: Weight::default(),
        errors: Vec::new(),
        over: None,
        lines,
    };
    if let Some((at, message)) = bad {
        builder.error(Span::new(at, at + 1), message);
    }
    let options = granit_parser::options! {
        block_scalar_eof_without_line_feed: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    for next in Parser::new_from_str_with_options(&text, options) {
        match next {
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or_default();
                let start = span.tag_start().and_then(|mark| mark.byte_offset()).unwrap_or(range.start);
                builder.event(event, Span::new(range.start, range.end), start.min(range.start));
            }
            Err(error) => builder.stop(&error, &text),
        }
        if builder.over.is_some() {
            break;
        }
    }
    builder.finish()
}

/// The text with what YAML forbids as `?`, offsets kept, and the first such place.
fn readable(source: &[u8]) -> (String, Option<(usize, String)>) {
    let mut bytes = source.to_vec();
    let mut bad: Option<(usize, String)> = None;
    let mut at = 0;
    for chunk in source.utf8_chunks() {
        let valid = chunk.valid();
        for (offset, c) in valid.char_indices().filter(|(_, c)| c.is_control()) {
            if matches!(c, '\t' | '\n' | '\r' | '\u{85}') {
                continue;
            }
            let place = at + offset;
            let message = || format!("control character U+{:04X}, which YAML does not allow", u32::from(c));
            bad.get_or_insert_with(|| (place, message()));
            // C1 characters take two bytes; the parser reads them as any other character.
            if c.is_ascii()
                && let Some(byte) = bytes.get_mut(place)
            {
                *byte = b'?';
            }
        }
        at += valid.len();
        for _ in chunk.invalid() {
            bad.get_or_insert_with(|| (at, "not UTF-8".to_owned()));
            if let Some(byte) = bytes.get_mut(at) {
                *byte = b'?';
            }
            at += 1;
        }
    }
    (String::from_utf8(bytes).unwrap_or_default(), bad)
}

impl Builder {
    fn error(&mut self, span: Span, message: impl Into<String>) {
        let line = self.lines.line(span.start);
        self.errors.push(ParseError { span, line, message: message.into() });
    }

    fn stop(&mut self, error: &ScanError, text: &str) {
        let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            self.too_deep(at);
        } else {
            self.error(Span::new(at, at), error.info());
        }
    }

    fn too_deep(&mut self, at: usize) {
        let line = self.lines.line(at);
        self.over.get_or_insert_with(|| format!("nesting deeper than {DEEPEST} at line {line}"));
    }

    fn event(&mut self, event: Event<'_>, span: Span, start: usize) {
        match event {
            Event::DocumentStart(..) => self.begins = span,
            Event::DocumentEnd => self.anchors.clear(),
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                // Nothing written comes as an empty plain scalar or as `~` with an empty span.
                let text = if plain && span.start == span.end { "" } else { text.as_ref() };
                let value = match tag.as_deref() {
                    Some(tag) => scalar::tagged(text, tag.core_suffix()),
                    None => scalar::resolve(text, plain),
                };
                let merges = plain && text == "<<" && tag.as_deref().is_none_or(is_merge);
                let weight = Weight { nodes: 1, bytes: text.len(), height: 0 };
                self.charge(weight, span.start);
                let node = Node { span: Span::new(start, span.end), tag: tag.as_deref().map(written), value };
                self.keep(anchor, &node, weight);
                self.add(node, weight, merges);
            }
            Event::SequenceStart(_, anchor, tag) => self.open(start, anchor, tag.as_deref(), Open::List(Vec::new())),
            Event::MappingStart(_, anchor, tag) => {
                let open = Open::Map { entries: Vec::new(), merges: Vec::new(), key: None };
                self.open(start, anchor, tag.as_deref(), open);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(Some(span)),
            Event::Alias(id) => match self.anchors.get(&id).cloned() {
                Some((node, weight)) => {
                    self.charge(weight, span.start);
                    self.add(node, weight, false);
                }
                None => {
                    self.error(span, "an alias stands inside the value that it names");
                    self.add(Node { span, tag: None, value: Value::Null }, Weight::default(), false);
                }
            },
            Event::UnresolvedAlias(name) => {
                self.error(span, format!("alias `*{}` names no anchor before it", short(&name)));
                self.add(Node { span, tag: None, value: Value::Null }, Weight::default(), false);
            }
            _ => {}
        }
    }

    /// Counts what a node adds to the whole.
    fn charge(&mut self, weight: Weight, at: usize) {
        self.total.nodes = self.total.nodes.saturating_add(weight.nodes);
        self.total.bytes = self.total.bytes.saturating_add(weight.bytes);
        let line = self.lines.line(at);
        if self.total.nodes > MOST_NODES {
            self.over.get_or_insert_with(|| {
                format!("more than {MOST_NODES} nodes once aliases are expanded, reached at line {line}")
            });
        }
        if self.total.bytes > MOST_TEXT {
            self.over.get_or_insert_with(|| {
                format!("more than {MOST_TEXT} bytes of text once aliases are expanded, reached at line {line}")
            });
        }
        if self.frames.len() + weight.height > DEEPEST {
            self.too_deep(at);
        }
    }

    fn keep(&mut self, anchor: usize, node: &Node, weight: Weight) {
        if anchor != 0 && self.over.is_none() {
            self.anchors.insert(anchor, (node.clone(), weight));
        }
    }

    fn open(&mut self, start: usize, anchor: usize, tag: Option<&Tag>, open: Open) {
        let weight = Weight { nodes: 1, bytes: 0, height: 1 };
        self.charge(weight, start);
        self.frames.push(Frame { start, anchor, tag: tag.map(written), weight, open });
    }

    /// Adds a complete node to the collection that is open, or makes it the document.
    fn add(&mut self, node: Node, weight: Weight, merges: bool) {
        let Some(frame) = self.frames.last_mut() else {
            self.documents.push((self.begins, node));
            return;
        };
        frame.weight.nodes = frame.weight.nodes.saturating_add(weight.nodes);
        frame.weight.bytes = frame.weight.bytes.saturating_add(weight.bytes);
        frame.weight.height = frame.weight.height.max(weight.height + 1);
        match &mut frame.open {
            Open::List(items) => items.push(node),
            Open::Map { entries, merges: sources, key } => match key.take() {
                None => {
                    let tag = merges.then(|| "<<".to_owned());
                    *key = Some(if merges { Node { tag, value: Value::Null, ..node } } else { node });
                }
                // A key that merges was set aside as a null with the tag `<<`, which no source can spell.
                Some(k) if k.tag.as_deref() == Some("<<") => sources.push((k, node)),
                Some(k) => entries.push((k, node)),
            },
        }
    }

    /// Ends the innermost collection; without an end event (a syntax error) what is complete is kept.
    fn close(&mut self, end: Option<Span>) {
        let Some(frame) = self.frames.pop() else { return };
        let (value, last) = match frame.open {
            Open::List(items) => {
                let last = items.iter().map(|item| item.span).filter(|s| s.start >= frame.start).map(|s| s.end).max();
                (Value::List(Arc::new(items)), last)
            }
            Open::Map { entries, merges, .. } => {
                let spans = entries.iter().chain(&merges).flat_map(|(k, v)| [k.span, v.span]);
                let last = spans.filter(|s| s.start >= frame.start).map(|s| s.end).max();
                (Value::Map(Arc::new(self.merged(entries, merges))), last)
            }
        };
        // A block collection's end event has no width and stands where the next token begins.
        let last = match end {
            Some(end) if end.end > end.start => end.end,
            _ => last.unwrap_or(frame.start),
        };
        let node = Node { span: Span::new(frame.start, last), tag: frame.tag, value };
        self.keep(frame.anchor, &node, frame.weight);
        self.add(node, frame.weight, false);
    }

    /// The pairs of a mapping with its merge keys merged in.
    fn merged(&mut self, own: Vec<(Node, Node)>, merges: Vec<(Node, Node)>) -> Vec<(Node, Node)> {
        let mut seen: HashMap<String, u32> = HashMap::with_capacity(own.len());
        let mut entries = Vec::with_capacity(own.len());
        for (key, value) in own {
            let Some(name) = name_of(&key) else {
                self.error(key.span, format!("a key is {}; only texts are read", key.type_name()));
                continue;
            };
            let line = self.lines.line(key.span.start);
            if let Some(first) = seen.get(&name).copied() {
                self.error(key.span, format!("key `{}` stands twice, first on line {first}", short(&name)));
                continue;
            }
            seen.insert(name, line);
            entries.push((key, value));
        }
        if let Some((key, _)) = merges.get(1) {
            self.error(key.span, "merge key `<<` stands twice; write one with a list: `<<: [*a, *b]`");
        }
        let mut taken: HashSet<String> = seen.into_keys().collect();
        for (key, source) in merges {
            let maps = match &source.value {
                Value::List(items) => items.as_slice(),
                _ => std::slice::from_ref(&source),
            };
            for map in maps {
                let Value::Map(pairs) = &map.value else {
                    let what = map.type_name();
                    self.error(key.span, format!("merge key `<<` takes a mapping or a list of mappings, not {what}"));
                    continue;
                };
                for pair in pairs.iter() {
                    if name_of(&pair.0).is_some_and(|name| taken.insert(name)) {
                        entries.push(pair.clone());
                    }
                }
            }
        }
        entries
    }

    fn finish(mut self) -> Yaml {
        let broken = !self.frames.is_empty();
        while broken && !self.frames.is_empty() {
            self.close(None);
        }
        let mut documents = self.documents.into_iter();
        let root = documents.next().map(|(_, node)| node);
        let mut further = Vec::new();
        let mut errors = self.errors;
        let mut second = None;
        // `---` at the end of a file begins a document that says nothing.
        for (begins, node) in documents.filter(|(_, node)| !node.is_null()) {
            second.get_or_insert(begins);
            further.push(node);
        }
        if let Some(span) = second {
            let line = self.lines.line(span.start);
            errors.push(ParseError { span, line, message: "a second document begins; only the first is read".into() });
        }
        if self.over.is_some() {
            return Yaml { root: None, further: Vec::new(), errors, over: self.over, lines: self.lines };
        }
        Yaml { root, further, errors, over: None, lines: self.lines }
    }
}

/// What a key is called; `~` and nothing are the text `null`, as Compose's reader prints them.
fn name_of(key: &Node) -> Option<String> {
    match &key.value {
        Value::Null => Some("null".to_owned()),
        _ => key.scalar().map(str::to_owned),
    }
}

/// At most 60 characters of a name, for a message.
fn short(name: &str) -> String {
    match name.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", name.get(..cut).unwrap_or_default()),
        None => name.to_owned(),
    }
}

/// A tag as its author wrote it; core tags in short form.
fn written(tag: &Tag) -> String {
    match tag.core_suffix() {
        Some(suffix) => format!("!!{suffix}"),
        None => tag.original(),
    }
}

/// `!!merge`, or the tag that says nothing.
fn is_merge(tag: &Tag) -> bool {
    tag.original() == "!" || tag.suffix_in_namespace("tag:yaml.org,2002:").as_deref() == Some("merge")
}
