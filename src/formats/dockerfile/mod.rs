//! Dockerfiles, line by line as BuildKit reads them, with comments, byte spans and recovery.
//!
//! Rules: <https://docs.docker.com/reference/dockerfile/> and BuildKit's `frontend/dockerfile/parser`.

mod expand;
mod flags;
mod heredoc;
mod instruction;
mod joined;
mod json;
mod lex;
mod parse;
mod substitute;
mod words;

pub use expand::{Expanded, expand};
pub use joined::Joined;
pub use parse::parse;

use std::collections::HashMap;

use super::ParseError;
use crate::source::{Lines, Span};

/// A file with more instructions is not read to its end.
pub const MOST_INSTRUCTIONS: usize = 100_000;

/// Of a file with more errors the rest is not listed.
pub const MOST_ERRORS: usize = 1_000;

/// A Dockerfile as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// `# escape=` (a backslash when absent).
    pub escape: char,
    /// `# syntax=`, `# escape=`, `# check=` at the top, names in lower case.
    pub directives: Vec<Directive>,
    /// Every instruction in file order.
    pub instructions: Vec<Instruction>,
    /// Every whole-line comment, in file order, those inside a continued instruction too; directives
    /// are none.
    pub comments: Vec<Comment>,
    /// What could not be read, by line. The instructions around it are still there. At most
    /// [`MOST_ERRORS`], and then one that says so.
    pub errors: Vec<ParseError>,
    /// The bound that was passed, as words (among the errors too): what stands behind it was not read.
    pub over: Option<String>,
    /// The lines of the source.
    pub lines: Lines,
}

/// A parser directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// Lower-case name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// 1-based line.
    pub line: u32,
}

/// A whole-line comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The text after `#`, trimmed.
    pub text: String,
    /// 1-based line.
    pub line: u32,
}

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// In upper case; unknown ones too (then there is an error as well).
    pub keyword: String,
    /// From the keyword to the end of the last line (heredocs included), without the line break.
    pub span: Span,
    /// 1-based first line.
    pub line: u32,
    /// 1-based last line, continuations and heredocs included.
    pub end_line: u32,
    /// 0-based index of the stage it stands in; `None` before the first FROM. A FROM is in its own.
    pub stage: Option<usize>,
    /// `--name=value` and `--name` right after the keyword, in order (after HEALTHCHECK too, before its CMD).
    pub flags: Vec<Flag>,
    /// What follows the flags.
    pub args: Args,
    /// Here-documents, in the order they are opened.
    pub heredocs: Vec<Heredoc>,
    /// For ONBUILD: the instruction that it defers.
    pub deferred: Option<Box<Instruction>>,
}

/// A flag of an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Without the dashes, as written.
    pub name: String,
    /// After the `=`, unexpanded, quotes removed; `None` when there is no `=`.
    pub value: Option<String>,
    /// Where.
    pub span: Span,
}

/// The arguments of an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Args {
    /// A valid JSON array of strings (exec form). For HEALTHCHECK: the array after CMD.
    Json(Vec<Word>),
    /// One command line for a shell (RUN, CMD, ENTRYPOINT, SHELL in shell form; HEALTHCHECK: after CMD).
    Shell(Joined),
    /// Words as the instruction splits them: FROM, COPY, ADD, EXPOSE, VOLUME at blanks (quotes do not
    /// hold words together there), WORKDIR, USER, STOPSIGNAL, MAINTAINER not at all, HEALTHCHECK NONE.
    /// Quotes stay: [`expand`] takes them off where Docker does. A `<<EOF` of COPY is among the words;
    /// [`Instruction::copy`] tells sources and here-documents apart.
    Words(Vec<Word>),
    /// ENV, LABEL, ARG: pairs in order; an ARG without default has no value.
    Pairs(Vec<Pair>),
    /// None (an instruction without arguments, also an error; ONBUILD).
    None,
}

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word; variables unexpanded.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// One `name=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The name.
    pub name: String,
    /// The value as written, quotes included (they decide what is expanded), or `None`.
    pub value: Option<String>,
    /// Where.
    pub span: Span,
}

/// A here-document of an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// The word after `<<`, quotes taken off.
    pub name: String,
    /// Its lines; with `<<-` leading tabs taken off.
    pub content: String,
    /// Whether variables in it are expanded (the word was not quoted).
    pub expand: bool,
    /// Whether it is `<<-`.
    pub chomp: bool,
    /// The content in the source (without the closing word).
    pub span: Span,
    /// 1-based first line of the content.
    pub line: u32,
    /// (offset in `content`, offset in the source) of each piece, both rising.
    pub map: Vec<(usize, usize)>,
}

/// What a COPY or ADD copies, and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy<'i> {
    /// The sources that are paths (or URLs, for ADD), unexpanded.
    pub sources: Vec<&'i Word>,
    /// The sources that are here-documents.
    pub inline: Vec<&'i Heredoc>,
    /// The last word.
    pub destination: &'i Word,
    /// The value of `--from`.
    pub from: Option<&'i str>,
}

impl Instruction {
    /// The value of the first flag of that name (`Some("")` when it has none).
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().find(|f| f.name.eq_ignore_ascii_case(name)).map(|f| f.value.as_deref().unwrap_or(""))
    }

    /// Its words, for the instructions that have words or a JSON array.
    pub fn words(&self) -> &[Word] {
        match &self.args {
            Args::Words(words) | Args::Json(words) => words,
            _ => &[],
        }
    }

    /// What a COPY or ADD copies; `None` for other instructions, and when it has no source and destination.
    pub fn copy(&self) -> Option<Copy<'_>> {
        if !matches!(self.keyword.as_str(), "COPY" | "ADD") {
            return None;
        }
        let (destination, words) = self.words().split_last()?;
        let docs: HashMap<&str, &Heredoc> = self.heredocs.iter().map(|doc| (doc.name.as_str(), doc)).collect();
        let mut sources = Vec::new();
        let mut inline = Vec::new();
        for word in words {
            let opened = match self.args {
                Args::Words(_) => heredoc::opened_by(&word.text),
                _ => None,
            };
            match opened.and_then(|opened| docs.get(opened.name.as_str())) {
                Some(doc) => inline.push(*doc),
                None => sources.push(word),
            }
        }
        (!words.is_empty()).then_some(Copy { sources, inline, destination, from: self.flag("from") })
    }

    /// What the shell of a shell form reads: the command line; for `RUN <<EOF` alone the here-document's
    /// content, which is then the script (run by its own `#!` line when it has one); else the command
    /// line with its here-documents under it, as in a script.
    pub fn script(&self) -> Option<Joined> {
        let Args::Shell(line) = &self.args else { return None };
        match self.heredocs.as_slice() {
            [] => Some(line.clone()),
            [only] if heredoc::opened_by(&line.text).is_some() => {
                Some(Joined { text: only.content.clone(), map: only.map.clone() })
            }
            docs => {
                let mut script = line.clone();
                for doc in docs {
                    script.push("\n", doc.span.start.saturating_sub(1));
                    script.append(&doc.content, &doc.map);
                    script.push(&doc.name, doc.span.end);
                }
                script.end(self.span.end.max(self.heredocs.last().map_or(0, |doc| doc.span.end)));
                Some(script)
            }
        }
    }
}
