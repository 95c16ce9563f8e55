//! Assignments, and the builtins whose arguments are assignments.

use super::Arg;
use super::run::Runner;
use super::state::Scope;
use super::vars::{Known, Value};
use crate::formats::shell::{Assign, Part, Word};
use crate::source::Span;

/// A name may mean another one over so many steps.
const DEEPEST_REF: usize = 8;

impl Runner<'_> {
    /// The value of `A=1 cmd`, which only that command sees.
    pub(super) fn temporary(&mut self, assign: &Assign, scope: &Scope) -> Arg {
        let span = scope.place.span(assign.span);
        match &assign.value {
            Some(word) => {
                let known = self.text(word, scope);
                Arg::new(known, &word.raw, span)
            }
            None => Arg::new(Known::unseen(), "", span),
        }
    }

    /// `A=1`.
    pub(super) fn assign(&mut self, assign: &Assign, scope: &Scope) {
        let name = &self.meant(&assign.name);
        let elements = assign.array.as_ref().map(|words| self.args(words, scope));
        let value = match (&assign.value, elements) {
            (_, Some(mut elements)) => {
                if assign.append {
                    let mut all = match self.vars.get(name) {
                        Some(Value::Array(before)) => before.clone(),
                        Some(Value::Text(known)) => vec![Arg::new(
                            known.clone(),
                            name,
                            elements.first().map_or(Span::default(), |arg| arg.span),
                        )],
                        _ => Vec::new(),
                    };
                    all.append(&mut elements);
                    self.work(all.len(), scope.place.span(assign.span));
                    elements = all;
                }
                Value::Array(elements)
            }
            (Some(word), None) => {
                let new = self.text(word, scope);
                Value::Text(if assign.append { self.appended(name, new) } else { new })
            }
            (None, None) => Value::Text(Known::unseen()),
        };
        self.vars.set(name, Some(value));
    }

    /// The variable that a name means: `local -n list=$1` makes `list` another name.
    pub(super) fn meant(&self, name: &str) -> String {
        let mut name = name;
        for _ in 0..DEEPEST_REF {
            match self.vars.get(name) {
                Some(Value::Ref(other)) => name = other,
                _ => break,
            }
        }
        name.to_owned()
    }

    pub(super) fn appended(&self, name: &str, new: Known) -> Known {
        match self.vars.get(name) {
            Some(Value::Text(before)) => before.clone().joined(new),
            Some(Value::Unset) => new,
            _ => Known::outside().joined(new),
        }
    }

    /// `export A=b C`, `local x=$1`, `declare -a A=( … )`.
    pub(super) fn declaration(&mut self, words: &[Word], scope: &Scope) -> Vec<Arg> {
        let mut argv = Vec::new();
        let local = words.first().is_some_and(|word| word.raw == "local")
            || (!self.locals.is_empty()
                && words.first().is_some_and(|word| matches!(word.raw.as_str(), "declare" | "typeset")));
        for (index, word) in words.iter().enumerate() {
            let span = scope.place.span(word.span);
            let assigned = match word.parts.first() {
                Some(Part::Literal(text, false)) if index > 0 => {
                    text.split_once('=').map(|(name, rest)| (name.to_owned(), rest.to_owned()))
                }
                _ => None,
            };
            let Some((name, rest)) = assigned else {
                let args = self.args(std::slice::from_ref(word), scope);
                if local && index > 0 {
                    for name in args.iter().filter_map(|arg| arg.text.as_deref()).filter(|text| !text.starts_with('-'))
                    {
                        self.hide(name);
                        self.vars.set(name, Some(Value::Unset));
                    }
                }
                argv.extend(args);
                continue;
            };
            let (name, append) = match name.strip_suffix('+') {
                Some(name) => (name.to_owned(), true),
                None => (name, false),
            };
            let array = word.parts.iter().find_map(|part| match part {
                Part::Array(words) => Some(words.clone()),
                _ => None,
            });
            let mut parts = vec![Part::Literal(rest, false)];
            parts.extend(word.parts.iter().skip(1).cloned());
            let value = Word { raw: word.raw.clone(), parts, span: word.span };
            if local {
                self.hide(&name);
            }
            let reference = argv
                .iter()
                .skip(1)
                .any(|arg: &Arg| arg.text.as_deref().is_some_and(|text| text.starts_with('-') && text.contains('n')));
            if reference && argv.first().is_some_and(|arg| arg.raw != "export" && arg.raw != "readonly") {
                let target = self.text(&value, scope);
                let other = target.text.clone().filter(|other| *other != name);
                self.vars.set(&name, Some(other.map_or_else(|| Value::Text(Known::unseen()), Value::Ref)));
                argv.push(Arg::new(Known::fixed(format!("{name}=")).joined(target), &word.raw, span));
                continue;
            }
            let assign =
                Assign { name: name.clone(), value: array.is_none().then_some(value), array, append, span: word.span };
            self.assign(&assign, scope);
            let text = match self.vars.get(&name) {
                Some(Value::Text(known)) => known.clone(),
                _ => Known::unseen(),
            };
            let text = Known::fixed(format!("{name}=")).joined(text);
            argv.push(Arg::new(text, &word.raw, span));
        }
        argv
    }

    /// Remembers what a function's local variable hides.
    pub(super) fn hide(&mut self, name: &str) {
        let before = self.vars.get(name).cloned();
        if let Some(locals) = self.locals.last_mut()
            && !locals.iter().any(|(hidden, _)| hidden == name)
        {
            locals.push((name.to_owned(), before));
        }
    }
}

/// Whether the word begins a command whose arguments are assignments.
pub(super) fn declares(raw: &str) -> bool {
    matches!(raw, "export" | "declare" | "local" | "readonly" | "typeset")
}
