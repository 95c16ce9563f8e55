//! The grammar: lists, pipelines, simple commands. Compound commands and words have files of their own.
//!
//! Rules: POSIX Shell Command Language
//! (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html>) and the Bash manual
//! (<https://www.gnu.org/software/bash/manual/bash.html>).

use std::collections::BTreeMap;

use super::text::Text;
use super::{Node, NodeKind, Part, Word};
use crate::formats::DEEPEST;
use crate::source::Span;

/// A script of more statements and words than this is not read to its end.
pub(super) const MOST_NODES: usize = 200_000;

/// Words and here-documents of a script may hold this many bytes, those inside others counted again.
const MOST_COPIED: usize = 1 << 24;

/// Why a construct could not be read.
#[derive(Debug)]
pub(super) struct Fail {
    /// Offset in the text.
    pub at: usize,
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// How far the damage goes.
    pub reach: Reach,
}

/// How far a mistake reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// To the end of its line: the list around it goes on.
    Line,
    /// Through every construct around it: a word that closes something else stands there.
    Outward,
    /// To the end of the text: a shell would read on and find nothing.
    Rest,
}

/// What was read, or why not.
pub(super) type Parsed<T> = Result<T, Fail>;

/// A here-document whose body begins at the next line.
pub(super) struct Pending {
    pub delimiter: String,
    pub chomp: bool,
    pub expand: bool,
    pub key: usize,
}

/// What the parsers of one script share.
#[derive(Default)]
pub(super) struct Shared {
    /// Mistakes, spans in the source.
    pub errors: Vec<(Span, String)>,
    /// Bodies of here-documents by the source offset of their redirection.
    pub bodies: BTreeMap<usize, Word>,
    /// Nodes and words made so far.
    nodes: usize,
    /// Nesting of the construct that is read.
    depth: usize,
    /// Bytes that searches for `))` have looked at.
    pub searched: usize,
    /// Bytes of text that words and here-documents keep.
    copied: usize,
}

/// Reads one text.
pub(super) struct Parser<'a> {
    /// The text.
    pub text: &'a Text,
    /// Next byte.
    pub at: usize,
    /// What outlives this text.
    pub shared: &'a mut Shared,
    pub pending: Vec<Pending>,
}

/// Words that end a list and never begin a command.
const CLOSERS: [&str; 8] = ["then", "elif", "else", "fi", "do", "done", "esac", "}"];

/// Whether a byte ends a word.
pub(super) fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'|' | b'&' | b';' | b'(' | b')' | b'<' | b'>')
}

/// Whether a text is a variable's name.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

impl<'a> Parser<'a> {
    /// Over a text.
    pub fn new(text: &'a Text, shared: &'a mut Shared) -> Self {
        Self { text, at: 0, shared, pending: Vec::new() }
    }

    /// The byte `ahead` of the next one.
    pub fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.text.as_bytes().get(self.at + ahead).copied()
    }

    /// What is left.
    pub fn rest(&self) -> &'a str {
        self.text.text.get(self.at..).unwrap_or_default()
    }

    /// `text[start..end]`.
    pub fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.text.get(start..end).unwrap_or_default()
    }

    /// A mistake at an offset.
    pub fn fail<T>(&self, at: usize, reach: Reach, message: impl Into<String>) -> Parsed<T> {
        Err(Fail { at, message: message.into(), reach })
    }

    /// Reads something one level deeper.
    pub fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.shared.depth >= DEEPEST {
            return self.fail(self.at, Reach::Outward, format!("nested deeper than the bound of {DEEPEST}"));
        }
        self.shared.depth += 1;
        let read = read(self);
        self.shared.depth -= 1;
        read
    }

    /// Counts a node or word.
    pub fn count(&mut self) -> Parsed<()> {
        self.shared.nodes += 1;
        if self.shared.nodes > MOST_NODES {
            return self.fail(self.at, Reach::Rest, format!("over the bound of {MOST_NODES} statements and words"));
        }
        Ok(())
    }

    /// Counts text that is kept: what nests deep is kept once a level.
    pub fn copies(&mut self, bytes: usize) -> Parsed<()> {
        self.shared.copied += bytes;
        if self.shared.copied > MOST_COPIED {
            return self.fail(self.at, Reach::Rest, format!("over the bound of {MOST_COPIED} bytes of nested words"));
        }
        Ok(())
    }

    /// Skips blanks, continued line ends and a comment.
    pub fn blanks(&mut self) {
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(b' ' | b'\t'), _) => self.at += 1,
                (Some(b'\\'), Some(b'\n')) => self.at += 2,
                (Some(b'#'), _) => {
                    self.at += self.rest().find('\n').unwrap_or(self.rest().len());
                    return;
                }
                _ => return,
            }
        }
    }

    /// Skips blanks, comments and line ends.
    pub fn lines(&mut self) {
        loop {
            self.blanks();
            if self.peek(0) != Some(b'\n') {
                return;
            }
            self.newline();
        }
    }

    /// Steps over a line end and reads the here-documents that wait for it.
    pub fn newline(&mut self) {
        self.at += 1;
        for pending in std::mem::take(&mut self.pending) {
            self.body(&pending);
        }
    }

    /// Reads a here-document's body from here.
    fn body(&mut self, pending: &Pending) {
        let start = self.at;
        let mut content = Text::default();
        let mut end = start;
        loop {
            let line = self.rest().split_inclusive('\n').next().unwrap_or_default();
            if line.is_empty() {
                break;
            }
            let tabs = if pending.chomp { line.len() - line.trim_start_matches('\t').len() } else { 0 };
            let from = self.at;
            self.at += line.len();
            if line.get(tabs..).unwrap_or_default().trim_end_matches('\n') == pending.delimiter {
                break;
            }
            content.take(self.text, from + tabs, from + line.len());
            end = from + line.len();
        }
        let span = self.text.span(start, end);
        let (raw, parts) = match self.copies(2 * (end - start)) {
            Ok(()) if pending.expand => (self.slice(start, end).to_owned(), self.expanded(&content)),
            Ok(()) => (self.slice(start, end).to_owned(), vec![Part::Literal(content.text, true)]),
            Err(fail) => {
                self.shared.errors.push((span, fail.message));
                (String::new(), vec![Part::Opaque(String::new())])
            }
        };
        self.shared.bodies.insert(pending.key, Word { raw, parts, span });
    }

    /// The parts of a text that stands as if in double quotes.
    fn expanded(&mut self, content: &Text) -> Vec<Part> {
        let mut inner = Parser::new(content, self.shared);
        match inner.quoted_until(None) {
            Ok(parts) => parts,
            Err(fail) => {
                let span = content.span(fail.at, fail.at + 1);
                self.shared.errors.push((span, format!("in a here-document: {}", fail.message)));
                vec![Part::Opaque(content.text.clone())]
            }
        }
    }

    /// The unquoted text up to the next blank, operator or quote.
    pub fn plain(&self) -> &'a str {
        let rest = self.rest();
        let end = rest.bytes().position(|b| ends_word(b) || matches!(b, b'\'' | b'"' | b'\\' | b'$' | b'`'));
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
    }

    /// The next word when it stands without quotes and expansions, as reserved words do.
    pub fn bare(&self) -> Option<&'a str> {
        let plain = self.plain();
        let after = self.peek(plain.len());
        after.is_none_or(ends_word).then_some(plain)
    }

    /// Whether something that ends a list stands here.
    pub fn at_closer(&self) -> bool {
        match self.peek(0) {
            None | Some(b')') => true,
            Some(b';') => matches!(self.peek(1), Some(b';' | b'&')),
            _ => self.bare().is_some_and(|word| CLOSERS.contains(&word)),
        }
    }

    /// The reserved word `word`, or a mistake that names what it closes.
    pub fn expect(&mut self, word: &str, opened: usize, what: &str) -> Parsed<()> {
        self.lines();
        if self.bare() == Some(word) {
            self.at += word.len();
            return Ok(());
        }
        self.unexpected(word, opened, what)
    }

    /// The mistake: `wanted` should stand here, as the end of what was opened.
    pub fn unexpected<T>(&mut self, wanted: &str, opened: usize, what: &str) -> Parsed<T> {
        if self.peek(0).is_none() {
            return self.fail(opened, Reach::Rest, format!("`{what}` without `{wanted}`"));
        }
        let found: String = self.found().chars().take(20).collect();
        self.fail(self.at, Reach::Outward, format!("`{found}` stands where `{what}` needs `{wanted}`"))
    }

    /// The next word or operator, for messages.
    pub fn found(&self) -> &'a str {
        let plain = self.plain();
        if plain.is_empty() { self.rest().get(..1).unwrap_or("") } else { plain }
    }

    /// The whole text: a mistake costs its line (or the rest), nothing more.
    pub fn script(&mut self) -> Vec<Node> {
        let mut body = Vec::new();
        loop {
            let fail = match self.list(&mut body) {
                Ok(()) if self.peek(0).is_none() => return body,
                Ok(()) => {
                    let found = if self.rest().starts_with(";;") { ";;" } else { self.found() };
                    Fail { at: self.at, message: format!("`{found}` closes nothing"), reach: Reach::Line }
                }
                Err(fail) => fail,
            };
            self.recover(fail.at, fail, &mut body);
        }
    }

    /// Notes a mistake, steps over what it reaches, and leaves an unreadable node there.
    fn recover(&mut self, from: usize, fail: Fail, body: &mut Vec<Node>) {
        let at = fail.at.max(self.at);
        let length = self.text.text.len();
        let end = match (fail.reach, self.slice(at, length).find('\n')) {
            (Reach::Line | Reach::Outward, Some(line)) => at + line,
            _ => length,
        };
        let place = self.text.span(fail.at, (fail.at + 1).min(length));
        self.shared.errors.push((place, fail.message));
        body.push(Node {
            span: self.text.span(from.min(fail.at), end),
            kind: NodeKind::Unreadable,
            redirects: Vec::new(),
        });
        self.at = end;
        self.pending.clear();
    }

    /// Statements up to something that ends the list, added to `body` as they are read.
    pub fn list(&mut self, body: &mut Vec<Node>) -> Parsed<()> {
        loop {
            self.lines();
            if self.at_closer() {
                return Ok(());
            }
            let start = self.at;
            match self.statement(start) {
                Ok(node) => body.push(node),
                Err(fail) if fail.reach == Reach::Line || self.shared.depth == 0 => self.recover(start, fail, body),
                Err(fail) => return Err(fail),
            }
        }
    }

    /// An and-or list with the `;`, `&` or line end after it.
    fn statement(&mut self, start: usize) -> Parsed<Node> {
        let node = self.and_or()?;
        self.blanks();
        match (self.peek(0), self.peek(1)) {
            (Some(b'&'), next) if next != Some(b'&') => {
                self.at += 1;
                let span = self.text.span(start, self.at);
                Ok(Node { span, kind: NodeKind::Background(Box::new(node)), redirects: Vec::new() })
            }
            (Some(b';'), next) if !matches!(next, Some(b';' | b'&')) => {
                self.at += 1;
                Ok(node)
            }
            (Some(b'\n'), _) => Ok(node),
            // After a compound command a closing word needs no `;` before it.
            _ if self.at_closer() => Ok(node),
            _ => {
                let found: String = self.found().chars().take(20).collect();
                self.fail(self.at, Reach::Line, format!("`{found}` stands where a command should end"))
            }
        }
    }

    /// `a && b || c`.
    fn and_or(&mut self) -> Parsed<Node> {
        let mut left = self.pipeline()?;
        let mut run: Vec<Node> = Vec::new();
        let mut last = None;
        let mut turns = 0;
        loop {
            self.blanks();
            let and = match (self.peek(0), self.peek(1)) {
                (Some(b'&'), Some(b'&')) => true,
                (Some(b'|'), Some(b'|')) => false,
                _ => break,
            };
            if last.is_some_and(|last| last != and) {
                turns += 1;
                if turns > DEEPEST {
                    return self.fail(self.at, Reach::Line, format!("more than {DEEPEST} turns between `&&` and `||`"));
                }
                left = balanced(left, std::mem::take(&mut run), !and);
            }
            last = Some(and);
            self.at += 2;
            self.lines();
            run.push(self.pipeline()?);
        }
        Ok(balanced(left, run, last.unwrap_or(true)))
    }

    /// `! a | b`.
    fn pipeline(&mut self) -> Parsed<Node> {
        self.blanks();
        let start = self.at;
        let mut negated = false;
        loop {
            if self.peek(0) == Some(b'!') && self.peek(1).is_none_or(|b| ends_word(b) || b == b'\\') {
                negated = !negated;
                self.at += 1;
                self.blanks();
            } else if self.bare() == Some("time") && self.times_a_compound() {
                self.blanks();
            } else {
                break;
            }
        }
        let from = self.at;
        let mut parts = vec![self.command()?];
        let mut end = self.at;
        loop {
            self.blanks();
            if self.peek(0) != Some(b'|') || self.peek(1) == Some(b'|') {
                break;
            }
            self.at += if self.peek(1) == Some(b'&') { 2 } else { 1 };
            self.lines();
            parts.push(self.command()?);
            end = self.at;
        }
        let mut node = match (parts.len(), parts.pop()) {
            (1, Some(one)) => one,
            (_, Some(last)) => {
                parts.push(last);
                Node { span: self.text.span(from, end), kind: NodeKind::Pipeline(parts), redirects: Vec::new() }
            }
            (_, None) => return self.fail(start, Reach::Line, "there is no command"),
        };
        if negated {
            let span = self.text.span(start, end);
            node = Node { span, kind: NodeKind::Not(Box::new(node)), redirects: Vec::new() };
        }
        Ok(node)
    }

    /// Steps over `time [-p]` when a compound command or `!` follows: before a simple command it is a word
    /// like another.
    fn times_a_compound(&mut self) -> bool {
        let before = self.at;
        self.at += 4;
        self.blanks();
        if self.bare() == Some("-p") {
            self.at += 2;
            self.blanks();
        }
        let compound = self.peek(0) == Some(b'(')
            || self.bare().is_some_and(|w| matches!(w, "!" | "{" | "if" | "while" | "until" | "for" | "case" | "[["));
        if !compound {
            self.at = before;
        }
        compound
    }
}

/// `left` joined with the commands of a run of one operator, as flat as possible: `&&` and `||` alone
/// associate either way, and a long chain must not nest deep.
fn balanced(left: Node, mut run: Vec<Node>, and: bool) -> Node {
    if run.is_empty() {
        return left;
    }
    let mut half = run.split_off(run.len() / 2).into_iter();
    let Some(middle) = half.next() else { return left };
    let first = balanced(left, run, and);
    let second = balanced(middle, half.collect(), and);
    let span = first.span.to(second.span);
    let (first, second) = (Box::new(first), Box::new(second));
    let kind = if and { NodeKind::And(first, second) } else { NodeKind::Or(first, second) };
    Node { span, kind, redirects: Vec::new() }
}
