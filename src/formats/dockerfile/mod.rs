//! Dockerfiles, line by line as BuildKit reads them, with comments, byte spans and recovery.
//!
//! Rules: <https://docs.docker.com/reference/dockerfile/> and BuildKit's `frontend/dockerfile/parser`.

mod expand;
mod parse;

pub use expand::{Expanded, expand};
pub use parse::parse;

use super::ParseError;
use crate::source::{Lines, Span};

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
    /// What could not be read. The instructions around it are still there.
    pub errors: Vec<ParseError>,
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
    /// Words as the instruction splits them, quotes kept off where Docker takes them off, unexpanded:
    /// FROM, COPY, ADD, WORKDIR, USER, EXPOSE, VOLUME, STOPSIGNAL, MAINTAINER, HEALTHCHECK NONE.
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

/// A command line after continuation lines were joined, with the way back to the source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Joined {
    /// The text that the shell gets: continuations joined, comments between them taken out.
    pub text: String,
    /// (offset in `text`, offset in the source) of each piece, both rising. Here-document text is not
    /// part of it.
    pub map: Vec<(usize, usize)>,
}

impl Joined {
    /// The source offset of an offset in `text`.
    pub fn source_offset(&self, offset: usize) -> usize {
        let at = self.map.partition_point(|(joined, _)| *joined <= offset);
        match at.checked_sub(1).and_then(|i| self.map.get(i)) {
            Some((joined, source)) => source + (offset - joined),
            None => self.map.first().map_or(offset, |(_, source)| *source),
        }
    }
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
}
