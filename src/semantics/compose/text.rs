//! Interpolation: `$X` and `${X…}` in the values of a Compose file.
//!
//! Rules: <https://docs.docker.com/reference/compose-file/interpolation/> and `template.go` of
//! <https://github.com/compose-spec/compose-go>. No variable has a value here, because what a shell or an
//! `.env` file would give is not in question: a default is taken, anything else stays unknown.

/// Defaults inside defaults are followed this deep.
const DEEPEST_DEFAULT: usize = 32;

/// A value with more variables than this is not followed.
const MOST_VARIABLES: usize = 1_000;

/// A text of which parts may be unknown, because they are variables without a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Text {
    parts: Vec<Part>,
}

/// A piece of a [`Text`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// What stands there.
    Known(String),
    /// A variable without a value, as written: `${X}`.
    Unknown(String),
}

/// A variable that a value names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What stands for it when it is unset: `${X:-d}`, `${X-d}`.
    pub default: Option<Text>,
    /// What stands for it when it is set: `${X:+a}`, `${X+a}`.
    pub alternative: Option<Text>,
}

/// A value after interpolation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// As written.
    pub raw: String,
    /// With defaults put in.
    pub text: Text,
    /// The variables that it names, those inside defaults and alternatives too, in order.
    pub variables: Vec<Variable>,
    /// Why Compose refuses it, or which bound it passes; its text is then unknown from there on.
    pub invalid: Option<String>,
}

impl Text {
    /// A text without variables.
    pub fn known(text: impl Into<String>) -> Self {
        Self { parts: vec![Part::Known(text.into())] }
    }

    /// The pieces in order; two known ones never stand side by side, and none is empty but a lone one.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The whole text, or `None` when a part is unknown.
    pub fn value(&self) -> Option<String> {
        self.is_known().then(|| self.shown())
    }

    /// Whether no part is unknown.
    pub fn is_known(&self) -> bool {
        !self.parts.iter().any(|part| matches!(part, Part::Unknown(_)))
    }

    /// Whether it is known to be empty.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Known(text) if text.is_empty()))
    }

    /// Whether any of it stands in the file itself, not in a variable.
    pub fn has_literal(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Known(text) if !text.is_empty()))
    }

    /// The text with unknown variables as they are written.
    pub fn shown(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Known(text) | Part::Unknown(text) => text.as_str(),
        });
        parts.collect()
    }

    /// The unknown variables as they are written.
    pub fn unknowns(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Unknown(text) => Some(text.as_str()),
            Part::Known(_) => None,
        })
    }

    /// Whether it is `text`, or would be with fitting values of its unknown variables.
    pub fn could_be(&self, text: &str) -> bool {
        let mut rest = text;
        let mut free = false;
        let last = self.parts.len().saturating_sub(1);
        for (index, part) in self.parts.iter().enumerate() {
            match part {
                Part::Unknown(_) => free = true,
                Part::Known(known) if free && index == last => return rest.ends_with(known.as_str()),
                Part::Known(known) if free => match rest.split_once(known.as_str()) {
                    Some((_, after)) => (rest, free) = (after, false),
                    None => return false,
                },
                Part::Known(known) => match rest.strip_prefix(known.as_str()) {
                    Some(after) => rest = after,
                    None => return false,
                },
            }
        }
        free || rest.is_empty()
    }

    /// The known text before the first unknown part.
    pub fn known_start(&self) -> &str {
        match self.parts.first() {
            Some(Part::Known(text)) => text,
            _ => "",
        }
    }

    /// The known text after the last unknown part.
    pub fn known_end(&self) -> &str {
        match self.parts.last() {
            Some(Part::Known(text)) => text,
            _ => "",
        }
    }

    /// Split at the first `separator` that stands in a known part.
    pub fn split_once(&self, separator: char) -> Option<(Self, Self)> {
        for (index, part) in self.parts.iter().enumerate() {
            let Part::Known(text) = part else { continue };
            let Some((before, after)) = text.split_once(separator) else { continue };
            let mut head = Self { parts: self.parts.get(..index).unwrap_or_default().to_vec() };
            head.push_known(before);
            let mut tail = Self::default();
            tail.push_known(after);
            for part in self.parts.get(index + 1..).unwrap_or_default() {
                tail.push(part.clone());
            }
            return Some((head, tail));
        }
        None
    }

    /// What stands after the last `separator` in a known part; all of it when there is none.
    #[must_use]
    pub fn after_last(&self, separator: char) -> Self {
        let mut last = Self::default();
        for part in &self.parts {
            match part {
                Part::Known(known) => match known.rsplit_once(separator) {
                    Some((_, after)) => {
                        last = Self::default();
                        last.push_known(after);
                    }
                    None => last.push_known(known),
                },
                unknown => last.push(unknown.clone()),
            }
        }
        last
    }

    /// Adds a known text at the end.
    pub fn push_known(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.parts.last_mut() {
            Some(Part::Known(known)) => known.push_str(text),
            _ => self.parts.push(Part::Known(text.to_owned())),
        }
    }

    /// Adds a piece at the end.
    pub fn push(&mut self, part: Part) {
        match part {
            Part::Known(text) => self.push_known(&text),
            unknown => self.parts.push(unknown),
        }
    }
}

impl Scalar {
    /// A text that is taken as it stands.
    pub fn literal(text: impl Into<String>) -> Self {
        let raw = text.into();
        Self { text: Text::known(raw.clone()), raw, variables: Vec::new(), invalid: None }
    }

    /// Interpolates a value.
    pub fn interpolate(raw: &str) -> Self {
        if !raw.contains('$') {
            return Self::literal(raw);
        }
        let mut scalar = Self { raw: raw.to_owned(), text: Text::default(), variables: Vec::new(), invalid: None };
        scalar.text = scalar.expand(raw, 0);
        scalar
    }

    fn refuse(&mut self, message: String) {
        self.invalid.get_or_insert(message);
    }

    fn expand(&mut self, raw: &str, depth: usize) -> Text {
        let mut text = Text::default();
        let mut rest = raw;
        while let Some((before, after)) = rest.split_once('$') {
            text.push_known(before);
            let written = rest.get(before.len()..).unwrap_or_default();
            if self.variables.len() >= MOST_VARIABLES {
                self.refuse(format!("it names more than {MOST_VARIABLES} variables"));
            } else if let Some(after) = after.strip_prefix('$') {
                text.push_known("$");
                rest = after;
                continue;
            } else if let Some(after) = after.strip_prefix('{') {
                if let Some((inner, after)) = braced(after) {
                    let length = written.len() - after.len();
                    self.substitute(inner, written.get(..length).unwrap_or_default(), depth, &mut text);
                    rest = after;
                    continue;
                }
                self.refuse("`${` is not closed".to_owned());
            } else {
                let name = name_at_start(after);
                if !name.is_empty() {
                    self.variables.push(Variable { name: name.to_owned(), default: None, alternative: None });
                    text.push(Part::Unknown(format!("${name}")));
                    rest = after.get(name.len()..).unwrap_or_default();
                    continue;
                }
                self.refuse("`$` stands before no variable's name; a dollar sign is written `$$`".to_owned());
            }
            text.push(Part::Unknown(written.to_owned()));
            return text;
        }
        text.push_known(rest);
        if text.parts.is_empty() {
            text.parts.push(Part::Known(String::new()));
        }
        text
    }

    /// What stands between `${` and its `}`.
    fn substitute(&mut self, inner: &str, written: &str, depth: usize, text: &mut Text) {
        let name = name_at_start(inner);
        let rest = inner.get(name.len()..).unwrap_or_default();
        let (operator, argument) = match rest.strip_prefix(':') {
            Some(rest) => (rest.chars().next(), rest.get(1..).unwrap_or_default()),
            None => (rest.chars().next(), rest.get(1..).unwrap_or_default()),
        };
        let known = matches!(operator, Some('-' | '+' | '?')) || rest.is_empty();
        if name.is_empty() || !known {
            self.refuse(format!("`{}` is no variable that Compose understands", short(written)));
            text.push(Part::Unknown(written.to_owned()));
            return;
        }
        if depth >= DEEPEST_DEFAULT {
            self.refuse(format!("defaults stand more than {DEEPEST_DEFAULT} deep inside each other"));
            text.push(Part::Unknown(written.to_owned()));
            return;
        }
        let place = self.variables.len();
        self.variables.push(Variable { name: name.to_owned(), default: None, alternative: None });
        let value = match operator {
            Some('-' | '+') => Some(self.expand(argument, depth + 1)),
            _ => None,
        };
        if let Some(value) = value {
            let variable = self.variables.get_mut(place);
            if operator == Some('-') {
                for part in value.parts() {
                    text.push(part.clone());
                }
                if let Some(variable) = variable {
                    variable.default = Some(value);
                }
                return;
            }
            if let Some(variable) = variable {
                variable.alternative = Some(value);
            }
        }
        text.push(Part::Unknown(written.to_owned()));
    }
}

/// What stands before the `}` that closes, and after it; `${` opens another.
fn braced(text: &str) -> Option<(&str, &str)> {
    let mut open = 1usize;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'}' => {
                open -= 1;
                if open == 0 {
                    return Some((text.get(..at)?, text.get(at + 1..)?));
                }
            }
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                open += 1;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The variable's name that a text begins with, or nothing.
fn name_at_start(text: &str) -> &str {
    let first = text.bytes().next();
    if !first.is_some_and(|b| b.is_ascii_alphabetic() || b == b'_') {
        return "";
    }
    let end = text.bytes().position(|b| !b.is_ascii_alphanumeric() && b != b'_').unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// At most 60 characters, for a message.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
        None => text.to_owned(),
    }
}
