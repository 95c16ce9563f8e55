//! Words into texts: variables, defaults, splitting.

use super::run::Runner;
use super::state::{Place, Scope};
use super::status::{Done, Status};
use super::vars::{Known, Value};
use super::{Arg, Sink, Unseen};
use crate::formats::shell::{self, Node, NodeKind, Part, Word};
use crate::source::Span;

/// Most expansions in one value.
const MOST_EXPANSIONS: usize = 32;
/// A value of more bytes is not followed.
pub(super) const LONGEST_VALUE: usize = 1 << 16;

/// Patterns are taken off texts of at most so many characters.
const LONGEST_CUT: usize = 128;

/// Fields as they grow.
#[derive(Default)]
struct Fields {
    done: Vec<Known>,
    open: Option<Known>,
}

impl Fields {
    /// Adds to the field that is open.
    fn add(&mut self, piece: Known) {
        self.open = Some(match self.open.take() {
            None => piece,
            // The begin of a quoted text adds nothing of its own.
            Some(open) if open.fixed && open.text.as_deref() == Some("") => piece,
            Some(open) => open.joined(piece),
        });
    }

    fn close(&mut self) {
        self.done.extend(self.open.take());
    }

    /// Adds a text that is split at `separators`.
    fn split(&mut self, value: &Known, separators: &str) {
        for piece in value.pieces(separators) {
            match piece {
                Some(piece) => self.add(piece),
                None => self.close(),
            }
        }
    }

    /// Adds whole fields, the first and last joined with what stands beside them.
    fn all(&mut self, fields: Vec<Known>) {
        let last = fields.len().saturating_sub(1);
        for (index, field) in fields.into_iter().enumerate() {
            self.add(field);
            if index < last {
                self.close();
            }
        }
    }
}

/// What a name stands for.
enum Looked {
    One(Known),
    Many(Vec<Known>),
    Unset,
    /// Never assigned in the script: the environment may bring it.
    Outside,
}

impl Runner<'_> {
    /// The words of a command, expanded and split.
    pub(super) fn args(&mut self, words: &[Word], scope: &Scope) -> Vec<Arg> {
        let mut args = Vec::new();
        for word in words {
            let span = scope.place.span(word.span);
            for known in self.fields(word, scope, true) {
                self.work(known.text.as_ref().map_or(1, |text| 1 + text.len() / 64), span);
                args.push(Arg::new(known, &word.raw, span));
            }
        }
        args
    }

    /// A word as one text, not split: a value, a target, a subject.
    pub(super) fn text(&mut self, word: &Word, scope: &Scope) -> Known {
        let mut fields = self.fields(word, scope, false).into_iter();
        let first = fields.next().unwrap_or_else(|| Known::fixed(""));
        fields.fold(first, |joined, next| joined.joined(Known::fixed(" ")).joined(next))
    }

    /// The fields of a word.
    fn fields(&mut self, word: &Word, scope: &Scope, split: bool) -> Vec<Known> {
        let expansions = word.parts.iter().filter(|part| !matches!(part, Part::Literal(..))).count();
        let mut fields = Fields::default();
        self.parts(&word.parts, word.span, scope, split, &mut fields);
        fields.close();
        let too_long = |known: &Known| known.text.as_ref().is_some_and(|text| text.len() > LONGEST_VALUE);
        if expansions > MOST_EXPANSIONS || fields.done.iter().any(too_long) {
            let what = if expansions > MOST_EXPANSIONS {
                format!("more than {MOST_EXPANSIONS} expansions in one value")
            } else {
                format!("a value over the bound of {LONGEST_VALUE} bytes")
            };
            self.opaque(Unseen::Bound, scope.place.span(word.span), what);
            return vec![Known::unseen()];
        }
        fields.done
    }

    fn parts(&mut self, parts: &[Part], span: Span, scope: &Scope, split: bool, fields: &mut Fields) {
        for part in parts {
            match part {
                Part::Literal(text, quoted) if !text.is_empty() || *quoted => fields.add(Known::fixed(text.clone())),
                Part::Literal(..) => {}
                Part::Variable { name, operator, quoted } => {
                    let value = self.variable(name, operator.as_ref(), *quoted, scope);
                    self.add(value, split && !quoted, *quoted, fields);
                }
                Part::Command(nodes) => {
                    let value = self.substitute(nodes, scope);
                    if split { fields.split(&value, " \t\n") } else { fields.add(value) }
                }
                Part::Process(nodes) => {
                    self.substitute(nodes, scope);
                    fields.add(Known::unseen());
                }
                Part::Array(words) => {
                    self.args(words, scope);
                    fields.add(Known::unseen());
                }
                Part::Opaque(text) => {
                    self.inside(text, scope.place.span(span), scope);
                    let value = self.arithmetic(text);
                    fields.add(value);
                }
            }
        }
    }

    /// Runs the substitutions in a text that is otherwise not looked at.
    pub(super) fn inside(&mut self, text: &str, span: Span, scope: &Scope) {
        if !text.contains('`') && !text.contains("$(") {
            return;
        }
        let here = Scope { place: Place::Word(span), ..scope.clone() };
        // `$(( … ))` itself is one opaque part: its inside is looked at without the `$((`.
        let text = text.strip_prefix("$((").or_else(|| text.strip_prefix("$[")).unwrap_or(text);
        for part in shell::parts(text) {
            if let Part::Command(nodes) = &part {
                self.substitute(nodes, &here);
            }
        }
    }

    fn add(&mut self, value: Looked, split: bool, quoted: bool, fields: &mut Fields) {
        match value {
            Looked::One(known) if split => fields.split(&known, &self.separators()),
            Looked::One(known) => fields.add(known),
            Looked::Many(many) if quoted || split => fields.all(many),
            Looked::Many(many) => {
                let joined = many.into_iter().reduce(|text, more| text.joined(Known::fixed(" ")).joined(more));
                fields.add(joined.unwrap_or_else(|| Known::fixed("")));
            }
            Looked::Unset if quoted => fields.add(Known::fixed("")),
            Looked::Unset => {}
            Looked::Outside => fields.add(Known::outside()),
        }
    }

    fn separators(&self) -> String {
        match self.vars.get("IFS") {
            Some(Value::Text(Known { text: Some(text), .. })) => text.clone(),
            _ => " \t\n".to_owned(),
        }
    }

    /// `$( … )`: its commands run in a subshell; its text is known when it only prints a known one.
    fn substitute(&mut self, nodes: &[Node], scope: &Scope) -> Known {
        let inner = Scope { stdout: Some(Sink::Captured), must: false, ..scope.clone() };
        self.emitted = None;
        let Done { status, .. } = self.subshell(|runner| runner.list(nodes, &inner));
        self.substituted = Some(status);
        let emitted = self.emitted.take().filter(|_| matches!(nodes, [node] if self.prints_once(node)));
        match emitted {
            Some(mut known) => {
                known.text = known.text.map(|text| text.trim_end_matches('\n').to_owned());
                known
            }
            None => Known::unseen(),
        }
    }

    /// Whether the last thing printed is all that a statement prints, whatever else is true: one command that is no
    /// function, or a pipeline of such.
    pub(super) fn prints_once(&self, node: &Node) -> bool {
        match &node.kind {
            NodeKind::Simple { words, .. } => {
                let name = words.first().and_then(Word::literal);
                name.is_none_or(|name| self.functions.get(&name).is_none())
            }
            NodeKind::Pipeline(parts) => parts.iter().all(|part| self.prints_once(part)),
            _ => false,
        }
    }

    fn look(&mut self, name: &str) -> Looked {
        let known = Arg::known;
        match name {
            // A process is told by how it ends: `wait` asks for that.
            "!" => return Looked::One(Known { status: self.state.background, ..Known::unseen() }),
            "?" | "PIPESTATUS" => return Looked::One(self.status_named(name)),
            "@" | "*" => {
                return match &self.state.positional {
                    Some(args) => Looked::Many(args.iter().map(known).collect()),
                    None => Looked::Outside,
                };
            }
            "#" => {
                return match &self.state.positional {
                    Some(args) => Looked::One(Known::fixed(args.len().to_string())),
                    None => Looked::Outside,
                };
            }
            _ => {}
        }
        if let Ok(index) = name.parse::<usize>() {
            return match (index.checked_sub(1), &self.state.positional) {
                (Some(index), Some(args)) => args.get(index).map_or(Looked::Unset, |arg| Looked::One(known(arg))),
                _ => Looked::Outside,
            };
        }
        let (base, subscript) = match name.split_once('[') {
            Some((base, subscript)) => (base, subscript.strip_suffix(']')),
            None => (name, None),
        };
        if base == "PIPESTATUS" {
            return Looked::One(self.status_named(name));
        }
        let meant = self.meant(base);
        let base = meant.as_str();
        match (
            self.vars.get(name).or_else(|| self.vars.get(base)).filter(|value| !matches!(value, Value::Ref(_))),
            subscript,
        ) {
            (None, _) => Looked::Outside,
            (Some(Value::Unset | Value::Ref(_)), _) => Looked::Unset,
            (Some(Value::Array(args)), Some("@" | "*")) => Looked::Many(args.iter().map(known).collect()),
            (Some(Value::Array(args)), index) => match index.unwrap_or("0").parse::<usize>() {
                Ok(index) => args.get(index).map_or(Looked::Unset, |arg| Looked::One(known(arg))),
                Err(_) => Looked::One(Known::unseen()),
            },
            (Some(Value::Text(known)), _) => Looked::One(known.clone()),
        }
    }

    /// `$?`, and of `PIPESTATUS[0]` how a part of the last pipeline ended.
    pub(super) fn status_named(&self, name: &str) -> Known {
        if name == "?" {
            return Known::status(self.state.last);
        }
        let subscript = name.split_once('[').map_or("0", |(_, rest)| rest.trim_end_matches(']'));
        let part = subscript.parse::<usize>().ok().and_then(|index| self.state.pipe.get(index));
        part.map_or_else(Known::unseen, |status| Known::status(*status))
    }

    fn variable(&mut self, name: &str, operator: Option<&(String, Box<Word>)>, quoted: bool, scope: &Scope) -> Looked {
        let looked = self.look(name);
        let Some((operator, word)) = operator else { return looked };
        let empty = |text: &Option<String>| text.as_ref().is_some_and(String::is_empty);
        let colon = operator.starts_with(':');
        match operator.as_str() {
            ":-" | "-" | ":=" | "=" => {
                let use_word = match &looked {
                    Looked::One(known) => colon && empty(&known.text),
                    Looked::Many(many) => many.is_empty(),
                    Looked::Unset => true,
                    Looked::Outside => {
                        let mut default = self.text(word, scope);
                        default.fixed = false;
                        default.outside = true;
                        default.sketch = None;
                        if operator.ends_with('=') {
                            self.vars.set(name, Some(Value::Text(default.clone())));
                        }
                        return Looked::One(default);
                    }
                };
                // A value that is not seen may be empty: then the default would stand here.
                if !use_word {
                    return looked;
                }
                let default = self.text(word, scope);
                if operator.ends_with('=') {
                    self.vars.set(name, Some(Value::Text(default.clone())));
                }
                Looked::One(default)
            }
            ":+" | "+" => match &looked {
                Looked::Unset => Looked::Unset,
                Looked::One(known) if colon && empty(&known.text) => Looked::Unset,
                Looked::One(known) if known.text.is_some() && !known.outside => Looked::One(self.text(word, scope)),
                Looked::Many(many) if !many.is_empty() => {
                    let mut fields = Fields::default();
                    self.parts(&word.parts, word.span, scope, !quoted, &mut fields);
                    fields.close();
                    Looked::Many(fields.done)
                }
                Looked::Many(_) => Looked::Unset,
                Looked::One(_) | Looked::Outside => {
                    let word = self.text(word, scope);
                    Looked::One(Known { outside: true, ..Known::fixed("").either(word) })
                }
            },
            ":?" | "?" => {
                self.text(word, scope);
                looked
            }
            operator => {
                let pattern = self.text(word, scope);
                match looked {
                    Looked::One(mut known) => {
                        known.fixed &= pattern.fixed;
                        known.status = None;
                        known.sketch = None;
                        known.text =
                            known.text.and_then(|text| changed(&text, operator, &word.raw, pattern.text.as_deref()));
                        Looked::One(known)
                    }
                    Looked::Many(_) => Looked::One(Known::unseen()),
                    other => other,
                }
            }
        }
    }

    /// The status of an assignment: that of the last substitution in its value.
    pub(super) fn assigned_status(&mut self) -> Status {
        self.substituted.take().unwrap_or(Status::OK)
    }
}

/// `${X%pattern}` and its kin on a known text; `None` where the pattern is more than `*` and `?`.
fn changed(text: &str, operator: &str, raw: &str, pattern: Option<&str>) -> Option<String> {
    let pattern = pattern?;
    match operator {
        "^^" if pattern.is_empty() => Some(text.to_uppercase()),
        ",," if pattern.is_empty() => Some(text.to_lowercase()),
        "/" | "//" => {
            let (from, to) = match pattern.split_once('/') {
                Some(pair) => pair,
                None => (pattern, ""),
            };
            if from.is_empty() || from.contains(['*', '?', '[', '\\']) || raw.contains(['$', '`']) {
                return None;
            }
            Some(if operator == "/" { text.replacen(from, to, 1) } else { text.replace(from, to) })
        }
        "#" | "##" | "%" | "%%" => {
            let mut cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            // The shortest match first; the longest for the doubled operator.
            let from_end = operator.starts_with('%');
            if from_end != (operator.len() == 2) {
                cuts.reverse();
            }
            if cuts.len() > LONGEST_CUT {
                return None;
            }
            for cut in cuts {
                let (head, tail) = text.split_at_checked(cut)?;
                let (part, rest) = if from_end { (tail, head) } else { (head, tail) };
                if matches(pattern, part)? {
                    return Some(rest.to_owned());
                }
            }
            Some(text.to_owned())
        }
        _ => None,
    }
}

/// Whether a pattern of `*`, `?` and literal text matches; `None` when it has other syntax.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    if pattern.contains(['[', '\\', '(']) {
        return None;
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(c) if *c == '?' || text.get(from) == Some(c) => {
                at += 1;
                from += 1;
            }
            _ => match star {
                Some((star_at, star_from)) => {
                    star = Some((star_at, star_from + 1));
                    at = star_at + 1;
                    from = star_from + 1;
                }
                None => return Some(false),
            },
        }
    }
    Some(pattern.iter().skip(at).all(|c| *c == '*'))
}
