//! Simple commands: assignments, words, redirections.

use super::parser::{Parsed, Parser, Pending, Reach, is_name};
use super::{Assign, Node, NodeKind, Redirect, Word};
use crate::source::Span;

/// The subscript of an assignment is looked for in this many bytes.
const LONGEST_SUBSCRIPT: usize = 256;

/// Operators of redirections, the longer before those that they begin with.
const OPERATORS: [&str; 12] = ["<<<", "<<-", "&>>", "<<", "<&", "<>", ">>", ">&", ">|", "&>", "<", ">"];

impl Parser<'_> {
    /// A command without compound syntax, or a function definition.
    pub(super) fn simple(&mut self) -> Parsed<Node> {
        self.count()?;
        let start = self.at;
        let mut assigns = Vec::new();
        let mut words: Vec<Word> = Vec::new();
        let mut redirects = Vec::new();
        let mut end;
        loop {
            end = self.at;
            self.blanks();
            if self.redirect(&mut redirects)? {
                continue;
            }
            if words.is_empty()
                && let Some(assign) = self.assign()?
            {
                assigns.push(assign);
                continue;
            }
            let declares = words.first().is_some_and(declares);
            let word = if declares { self.declared()? } else { self.word()? };
            match word {
                Some(word) => words.push(word),
                None if self.peek(0) == Some(b'(') => {
                    let name = match words.as_slice() {
                        [name] if assigns.is_empty() && redirects.is_empty() => name.literal(),
                        _ => None,
                    };
                    return match name {
                        Some(name) => self.function(start, name),
                        None => self.fail(self.at, Reach::Line, "`(` stands in a command"),
                    };
                }
                None => break,
            }
        }
        if assigns.is_empty() && words.is_empty() && redirects.is_empty() {
            let found: String = self.found().chars().take(20).collect();
            let reach = if self.at_closer() { Reach::Outward } else { Reach::Line };
            if self.peek(0).is_none() {
                return self.fail(start, Reach::Rest, "a command is missing at the end");
            }
            return self.fail(self.at, reach, format!("`{found}` stands where a command should begin"));
        }
        self.at = end;
        let span = self.text.span(start, end);
        Ok(Node { span, kind: NodeKind::Simple { assigns, words }, redirects })
    }

    /// `NAME=value` at the beginning of a command.
    pub(super) fn assign(&mut self) -> Parsed<Option<Assign>> {
        let start = self.at;
        let Some((name, append)) = self.assigned_name() else { return Ok(None) };
        let value_start = self.at;
        let mut assign = Assign { name, value: None, array: None, append, span: Span::default() };
        if self.peek(0) == Some(b'(') {
            assign.array = Some(self.array()?);
        } else {
            let empty = Word { raw: String::new(), parts: Vec::new(), span: self.text.span(value_start, value_start) };
            assign.value = Some(self.word()?.unwrap_or(empty));
        }
        assign.span = self.text.span(start, self.at);
        Ok(Some(assign))
    }

    /// Steps over `NAME=`, `NAME+=`, `NAME[i]=`; answers the name and whether it appends.
    pub(super) fn assigned_name(&mut self) -> Option<(String, bool)> {
        let rest = self.rest();
        let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let mut end = length;
        if !is_name(rest.get(..length)?) {
            return None;
        }
        if rest.as_bytes().get(end) == Some(&b'[') {
            end += rest.get(end..)?.bytes().take(LONGEST_SUBSCRIPT).position(|b| b == b']')? + 1;
        }
        let append = rest.get(end..)?.starts_with("+=");
        end += usize::from(append);
        if rest.as_bytes().get(end) != Some(&b'=') {
            return None;
        }
        let name = rest.get(..end - usize::from(append))?.to_owned();
        self.at += end + 1;
        Some((name, append))
    }

    /// `( words )` after an `=`.
    pub(super) fn array(&mut self) -> Parsed<Vec<Word>> {
        let opened = self.at;
        self.deeper(|p| {
            p.at += 1;
            let mut words = Vec::new();
            loop {
                p.lines();
                match (p.peek(0), p.word()?) {
                    (_, Some(word)) => words.push(word),
                    (Some(b')'), None) => {
                        p.at += 1;
                        return Ok(words);
                    }
                    (None, None) => return p.fail(opened, Reach::Rest, "`(` without `)`"),
                    (Some(_), None) => return p.fail(p.at, Reach::Line, "an operator stands in an array"),
                }
            }
        })
    }

    /// One redirection, if one stands here.
    pub(super) fn redirect(&mut self, redirects: &mut Vec<Redirect>) -> Parsed<bool> {
        let start = self.at;
        let rest = self.rest();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let named = rest.strip_prefix('{').map_or(0, |inside| {
            let name = inside.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
            let after = inside.get(name..).unwrap_or_default();
            if name > 0 && (after.starts_with("}<") || after.starts_with("}>")) { name + 2 } else { 0 }
        });
        let before = digits.max(named);
        let after = rest.get(before..).unwrap_or_default();
        let Some(operator) = OPERATORS.iter().find(|op| after.starts_with(**op)) else {
            return Ok(false);
        };
        if operator.starts_with('&') && before > 0 {
            return Ok(false);
        }
        if matches!(*operator, "<" | ">") && after.as_bytes().get(1) == Some(&b'(') {
            // `<( … )` is a word.
            return Ok(false);
        }
        self.at += before + operator.len();
        let descriptor = rest.get(..digits).and_then(|text| text.parse().ok());
        self.blanks();
        let target_start = self.at;
        let Some(target) = self.word()? else {
            return self.fail(self.at, Reach::Line, format!("`{operator}` without a target"));
        };
        if matches!(*operator, "<<" | "<<-") {
            let raw = self.slice(target_start, self.at).to_owned();
            let delimiter = raw.replace(['\'', '"', '\\'], "");
            let expand = !raw.contains(['\'', '"', '\\']);
            let key = self.text.source(start);
            self.pending.push(Pending { delimiter, chomp: *operator == "<<-", expand, key });
        }
        let here = matches!(*operator, "<<" | "<<-");
        redirects.push(Redirect {
            operator: (*operator).to_owned(),
            descriptor,
            target: (!here).then_some(target),
            span: self.text.span(start, self.at),
        });
        Ok(true)
    }
}

/// Whether the word begins a command whose arguments are assignments.
fn declares(word: &Word) -> bool {
    matches!(word.raw.as_str(), "export" | "declare" | "local" | "readonly" | "typeset")
}
