//! Shell scripts as a tree with byte spans; what cannot be read is a region of it, and the rest is there.
//!
//! The grammar is bash's, of which POSIX sh is a part. It is read here, line by line as a shell reads it,
//! because meaning hangs on details: which command a `!` or a here-document belongs to, and where a shell
//! would stop reading. Work is linear in the text, nesting at most [`super::DEEPEST`].

mod compound;
mod expansions;
mod parser;
mod simple;
mod text;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::parser::{Parser, Shared};
use self::text::Text;
use super::ParseError;
use crate::source::{Lines, Span};

/// A script of more bytes than this is not read: 1 MiB.
pub const LARGEST_SCRIPT: usize = 1 << 20;

/// A script.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    /// The words after `#!` on the first line.
    pub shebang: Option<String>,
    /// Its statements in file order.
    pub body: Vec<Node>,
    /// Regions that could not be read.
    pub errors: Vec<ParseError>,
}

/// A statement with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: NodeKind,
    /// Redirections that stand on it, in order.
    pub redirects: Vec<Redirect>,
}

/// The statements of a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
    /// `A=1 cmd x y`: assignments, then words (none: only assignments; declare, export, local, readonly,
    /// unset are words like any command).
    Simple {
        /// `NAME=value` before the words.
        assigns: Vec<Assign>,
        /// The words.
        words: Vec<Word>,
    },
    /// `a | b`.
    Pipeline(Vec<Node>),
    /// `! a`.
    Not(Box<Node>),
    /// `a && b`.
    And(Box<Node>, Box<Node>),
    /// `a || b`.
    Or(Box<Node>, Box<Node>),
    /// `a &`.
    Background(Box<Node>),
    /// `{ a; b; }`.
    Group(Vec<Node>),
    /// `( a; b )`.
    Subshell(Vec<Node>),
    /// `if`: (condition, body) of each branch, then `else`.
    If {
        /// `if` and each `elif`.
        branches: Vec<(Vec<Node>, Vec<Node>)>,
        /// `else`.
        otherwise: Vec<Node>,
    },
    /// `while`, `until`, with the condition.
    While {
        /// Whether it is `until`.
        until: bool,
        /// The condition.
        condition: Vec<Node>,
        /// The body.
        body: Vec<Node>,
    },
    /// `for x in words`, `select`; C-style loops have no words.
    For {
        /// The variable, empty for a C-style loop.
        variable: String,
        /// The words; `None` without `in`.
        words: Option<Vec<Word>>,
        /// The body.
        body: Vec<Node>,
    },
    /// `case word in`: patterns as written and the body of each arm.
    Case {
        /// The word.
        word: Word,
        /// The arms.
        arms: Vec<(Vec<Word>, Vec<Node>)>,
    },
    /// `f() { … }`.
    Function {
        /// Its name.
        name: String,
        /// Its body, shared: a shell keeps it for when it is called.
        body: Arc<Node>,
    },
    /// `[[ … ]]`, `(( … ))`: text as written.
    Test(String),
    /// A region that could not be read.
    Unreadable,
}

/// `NAME=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assign {
    /// The name, with the subscript when there is one (`A[0]`).
    pub name: String,
    /// The value; `None` for arrays.
    pub value: Option<Word>,
    /// The elements of `NAME=( … )`.
    pub array: Option<Vec<Word>>,
    /// Whether it is `+=`.
    pub append: bool,
    /// Where.
    pub span: Span,
}

/// A word in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As written.
    pub raw: String,
    /// Its parts, quotes taken off.
    pub parts: Vec<Part>,
    /// Where.
    pub span: Span,
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Literal text, unescaped; whether quotes stood around it (then it is no pattern).
    Literal(String, bool),
    /// `$X`, `${X}`, `${X:-word}`: name, the operator with its word as written (`:-`, `-`, `:?`, `#`, …),
    /// and whether quotes stood around it.
    Variable {
        /// The name (`@`, `1`, `?` too), with the subscript when there is one (`A[@]`).
        name: String,
        /// The operator and its word, when there is one.
        operator: Option<(String, Box<Word>)>,
        /// Whether it stands in double quotes.
        quoted: bool,
    },
    /// `$( … )` or backquotes.
    Command(Vec<Node>),
    /// `<( … )`, `>( … )`.
    Process(Vec<Node>),
    /// `( … )` behind `NAME=` in an argument of export, declare, local, readonly.
    Array(Vec<Word>),
    /// Arithmetic, `${#X}`, `${!X}` and what else has no text before it runs; as written.
    Opaque(String),
}

/// A redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// `>`, `>>`, `<`, `>&`, `&>`, `<<`, `<<<`, …
    pub operator: String,
    /// The descriptor before it, when one is written.
    pub descriptor: Option<u32>,
    /// The target word; for `<<` the body.
    pub target: Option<Word>,
    /// Where.
    pub span: Span,
}

impl Word {
    /// The word's text when nothing in it has to be expanded.
    pub fn literal(&self) -> Option<String> {
        self.parts.iter().try_fold(String::new(), |mut text, part| match part {
            Part::Literal(literal, _) => {
                text.push_str(literal);
                Some(text)
            }
            _ => None,
        })
    }
}

/// Reads any bytes as bash reads them (POSIX sh is a part of it); CRLF line ends are read as LF.
pub fn parse(source: &[u8]) -> Script {
    let lines = Lines::of(source);
    let error = |span: Span, message: String| ParseError { span, line: lines.line(span.start), message };
    let whole = Span::new(0, source.len());
    let unreadable = |span| Node { span, kind: NodeKind::Unreadable, redirects: Vec::new() };
    if source.len() > LARGEST_SCRIPT {
        let message = format!("{} bytes are over the bound of {LARGEST_SCRIPT} for a script", source.len());
        let span = Span::new(0, 1);
        return Script { shebang: None, body: vec![unreadable(whole)], errors: vec![error(span, message)] };
    }
    let (text, strange) = Text::of(source);
    let mut shared = Shared::default();
    let mut body = Parser::new(&text, &mut shared).script();
    if !shared.bodies.is_empty() {
        fill(&mut body, &shared.bodies);
    }
    let mut errors: Vec<ParseError> = shared.errors.into_iter().map(|(span, message)| error(span, message)).collect();
    if let Some(at) = strange.nul {
        // Bash calls such a file binary, other shells end or skip there.
        let span = Span::new(at, at + 1);
        errors.push(error(span, "a NUL byte: shells do not agree on what follows".to_owned()));
        let before = body.partition_point(|node| node.span.end <= at);
        body.insert(before.min(body.len()), unreadable(span));
    }
    errors.sort_by_key(|error| error.span);
    let shebang = text.text.strip_prefix("#!").map(|rest| rest.lines().next().unwrap_or_default().trim().to_owned());
    Script { shebang, body, errors }
}

/// The parts of a text that is expanded as if it stood in double quotes: `[[ … ]]`, arithmetic. A text that
/// cannot be read so is one opaque part.
pub fn parts(text: &str) -> Vec<Part> {
    let (text, _) = Text::of(text.as_bytes());
    let mut shared = Shared::default();
    match Parser::new(&text, &mut shared).quoted_until(None) {
        Ok(mut parts) => {
            parts.iter_mut().for_each(|part| fill_part(part, &shared.bodies));
            parts
        }
        Err(_) => vec![Part::Opaque(text.text)],
    }
}

/// Puts the bodies of here-documents, which are read after the commands that they belong to, in their place.
fn fill(nodes: &mut [Node], bodies: &BTreeMap<usize, Word>) {
    for node in nodes {
        for redirect in &mut node.redirects {
            match &mut redirect.target {
                Some(target) => fill_word(target, bodies),
                None => {
                    let mut body = bodies.get(&redirect.span.start).cloned();
                    body.iter_mut().for_each(|word| fill_word(word, bodies));
                    redirect.target = body;
                }
            }
        }
        fill_kind(&mut node.kind, bodies);
    }
}

fn fill_kind(kind: &mut NodeKind, bodies: &BTreeMap<usize, Word>) {
    match kind {
        NodeKind::Simple { assigns, words } => {
            for assign in assigns {
                assign.value.iter_mut().chain(assign.array.iter_mut().flatten()).for_each(|w| fill_word(w, bodies));
            }
            words.iter_mut().for_each(|word| fill_word(word, bodies));
        }
        NodeKind::Pipeline(nodes) | NodeKind::Group(nodes) | NodeKind::Subshell(nodes) => fill(nodes, bodies),
        NodeKind::Not(node) | NodeKind::Background(node) => fill(std::slice::from_mut(&mut **node), bodies),
        NodeKind::Function { body, .. } => {
            if let Some(node) = Arc::get_mut(body) {
                fill(std::slice::from_mut(node), bodies);
            }
        }
        NodeKind::And(left, right) | NodeKind::Or(left, right) => {
            fill(std::slice::from_mut(&mut **left), bodies);
            fill(std::slice::from_mut(&mut **right), bodies);
        }
        NodeKind::If { branches, otherwise } => {
            for (condition, body) in branches {
                fill(condition, bodies);
                fill(body, bodies);
            }
            fill(otherwise, bodies);
        }
        NodeKind::While { condition, body, .. } => {
            fill(condition, bodies);
            fill(body, bodies);
        }
        NodeKind::For { words, body, .. } => {
            words.iter_mut().flatten().for_each(|word| fill_word(word, bodies));
            fill(body, bodies);
        }
        NodeKind::Case { word, arms } => {
            fill_word(word, bodies);
            for (patterns, body) in arms {
                patterns.iter_mut().for_each(|word| fill_word(word, bodies));
                fill(body, bodies);
            }
        }
        NodeKind::Test(_) | NodeKind::Unreadable => {}
    }
}

fn fill_word(word: &mut Word, bodies: &BTreeMap<usize, Word>) {
    word.parts.iter_mut().for_each(|part| fill_part(part, bodies));
}

fn fill_part(part: &mut Part, bodies: &BTreeMap<usize, Word>) {
    match part {
        Part::Command(nodes) | Part::Process(nodes) => fill(nodes, bodies),
        Part::Array(words) => words.iter_mut().for_each(|word| fill_word(word, bodies)),
        Part::Variable { operator: Some((_, word)), .. } => fill_word(word, bodies),
        Part::Variable { operator: None, .. } | Part::Literal(..) | Part::Opaque(_) => {}
    }
}
