//! The parser: lines, directives, comments, continuations, here-documents.

use bstr::ByteSlice;

use super::instruction::{Dialect, read, takes_heredocs};
use super::{
    Args, Comment, Directive, Dockerfile, Heredoc, Instruction, Joined, MOST_ERRORS, MOST_INSTRUCTIONS, heredoc,
};
use crate::formats::ParseError;
use crate::source::{Lines, Span};

/// BuildKit reads no longer line (bytes, without the line feed).
const LONGEST_LINE: usize = 65_535;

/// Reads any bytes: invalid UTF-8 becomes U+FFFD with an error, and nothing makes it fail or panic.
pub fn parse(source: &[u8]) -> Dockerfile {
    let mut parser = Parser {
        source,
        at: if source.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 },
        number: 0,
        directives: Directives::Open,
        dialect: Dialect { escape: '\\', foreign: false },
        stages: 0,
        file: Dockerfile {
            escape: '\\',
            directives: Vec::new(),
            instructions: Vec::new(),
            comments: Vec::new(),
            errors: Vec::new(),
            over: None,
            lines: Lines::of(source),
        },
        too_early: Vec::new(),
        unlisted: false,
    };
    while let Some(line) = parser.next_line() {
        parser.top(line);
        if parser.file.instructions.len() >= MOST_INSTRUCTIONS && parser.at < source.len() {
            parser.file.over = Some(format!("more than {MOST_INSTRUCTIONS} instructions"));
            break;
        }
    }
    parser.finish()
}

/// A line of the source without its line break.
#[derive(Clone, Copy)]
struct RawLine<'s> {
    bytes: &'s [u8],
    start: usize,
    /// Where the next line begins.
    next: usize,
    number: u32,
}

impl<'s> RawLine<'s> {
    fn end(&self) -> usize {
        self.start + self.bytes.len()
    }

    fn span(&self) -> Span {
        Span::new(self.start, self.end())
    }

    /// Without the blanks before it.
    fn trimmed(self) -> Self {
        let bytes = self.bytes.trim_start_with(char::is_whitespace);
        Self { start: self.start + (self.bytes.len() - bytes.len()), bytes, ..self }
    }

    /// The text after `#`, when the first thing on the line is one.
    fn comment(&self) -> Option<&'s [u8]> {
        self.bytes.trim_start_with(char::is_whitespace).strip_prefix(b"#")
    }

    fn is_blank(&self) -> bool {
        self.bytes.trim_start_with(char::is_whitespace).is_empty()
    }

    /// The line before its continuation character, and whether there is one: the last character, blanks
    /// aside, and not escaped itself.
    fn continued(&self, escape: char) -> (&'s [u8], bool) {
        let bytes = self.bytes.trim_end_with(|c| c == ' ' || c == '\t');
        let mut escape_bytes = [0; 4];
        let escape = escape.encode_utf8(&mut escape_bytes).as_bytes();
        match bytes.strip_suffix(escape) {
            Some(before) if !before.ends_with(escape) => (before, true),
            _ => (self.bytes, false),
        }
    }
}

/// Whether a directive may still come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Directives {
    /// Nothing but directives has been read.
    Open,
    /// A `#!` line has been read: `syntax` and `check` are still found behind it, `escape` is not.
    BehindShebang,
    /// No more.
    Over,
}

struct Parser<'s> {
    source: &'s [u8],
    at: usize,
    number: u32,
    directives: Directives,
    dialect: Dialect,
    stages: usize,
    file: Dockerfile,
    /// Instructions that stand before the first FROM and may not.
    too_early: Vec<ParseError>,
    /// Whether there were more errors than are listed.
    unlisted: bool,
}

impl<'s> Parser<'s> {
    fn next_line(&mut self) -> Option<RawLine<'s>> {
        let rest = self.source.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find_byte(b'\n').unwrap_or(rest.len());
        let line = rest.get(..length).unwrap_or_default();
        let start = self.at;
        self.at = (start + length + 1).min(self.source.len());
        self.number = self.number.saturating_add(1);
        let bytes = line.trim_end_with(|c| c == '\r');
        let line = RawLine { bytes, start, next: self.at, number: self.number };
        if length > LONGEST_LINE {
            self.error(line.span(), format!("this line has {length} bytes; Docker reads at most {LONGEST_LINE}"));
        }
        Some(line)
    }

    fn error(&mut self, span: Span, message: String) {
        if self.file.errors.len() >= MOST_ERRORS {
            self.unlisted = true;
            return;
        }
        let line = self.file.lines.line(span.start);
        self.file.errors.push(ParseError { span, line, message });
    }

    /// A line that does not continue another.
    fn top(&mut self, line: RawLine<'s>) {
        let line = line.trimmed();
        if let Some(text) = line.comment() {
            if !self.directive(line, text) {
                self.comment(line, text);
            }
            return;
        }
        self.directives = Directives::Over;
        if !line.bytes.is_empty() {
            self.instruction(line);
        }
    }

    fn comment(&mut self, line: RawLine<'s>, text: &[u8]) {
        let text = text.trim_with(char::is_whitespace).to_str_lossy().into_owned();
        self.file.comments.push(Comment { text, line: line.number });
    }

    /// Takes a comment as a directive when it is one: `# name=value`, a known name, before everything else.
    fn directive(&mut self, line: RawLine<'s>, text: &[u8]) -> bool {
        if self.directives == Directives::Over {
            return false;
        }
        if line.number == 1 && text.starts_with(b"!") {
            self.directives = Directives::BehindShebang;
            return false;
        }
        let text = text.to_str_lossy();
        let named = text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
        let Some((name, value)) = named.filter(|(_, value)| !value.is_empty()) else {
            self.directives = Directives::Over;
            return false;
        };
        let name = name.to_ascii_lowercase();
        if !matches!(name.as_str(), "syntax" | "escape" | "check") {
            self.directives = Directives::Over;
            return false;
        }
        if name == "escape" && self.directives == Directives::BehindShebang {
            self.directives = Directives::Over;
            return false;
        }
        if self.file.directives.iter().any(|known| known.name == name) {
            self.error(line.span(), format!("the directive `{name}` stands here a second time"));
            return true;
        }
        match (name.as_str(), value) {
            ("escape", "\\" | "`") => self.dialect.escape = if value == "`" { '`' } else { '\\' },
            ("escape", _) => {
                let shown: String = value.chars().take(40).collect();
                self.error(line.span(), format!("the escape character is \\ or `, not {shown}"));
            }
            ("syntax", image) => self.dialect.foreign = !is_docker_frontend(image),
            _ => {}
        }
        self.file.directives.push(Directive { name, value: value.to_owned(), line: line.number });
        true
    }

    fn instruction(&mut self, first: RawLine<'s>) {
        let mut joined = Joined::default();
        let mut last = first;
        let mut invalid = None;
        let (text, mut more) = first.continued(self.dialect.escape);
        invalid = invalid.or(joined.push_bytes(text, first.start));
        joined.end(first.start + text.len());
        while more {
            let Some(line) = self.next_line() else { break };
            last = line;
            if let Some(text) = line.comment() {
                self.comment(line, text);
                continue;
            }
            if line.is_blank() {
                continue;
            }
            let text;
            (text, more) = line.continued(self.dialect.escape);
            invalid = invalid.or(joined.push_bytes(text, line.start));
            joined.end(line.start + text.len());
        }
        let Some(read) = read(&joined, self.dialect) else {
            let span = Span::new(first.start, last.end());
            return self.error(span, "a continuation character with no instruction".to_owned());
        };
        let mut instruction = read.instruction;
        let start = instruction.span.start;
        instruction.span = Span::new(start, last.end().max(start));
        instruction.line = first.number;
        instruction.end_line = last.number;
        for fault in read.faults {
            self.error(instruction.span, fault);
        }
        if let Some(offset) = invalid {
            self.error(Span::new(offset, offset + 1), "bytes that are no UTF-8".to_owned());
        }
        self.heredocs(&joined.text, &mut instruction);
        self.place(instruction);
    }

    /// Reads the here-documents that a line opens.
    fn heredocs(&mut self, line: &str, instruction: &mut Instruction) {
        if !takes_heredocs(instruction) {
            return;
        }
        let opened = match heredoc::opened(line) {
            Ok(opened) => opened,
            Err(what) => return self.error(instruction.span, what),
        };
        let mut docs = Vec::new();
        for doc in opened {
            // Behind one that is not closed the file is over.
            let (doc, closed) = self.heredoc(doc, instruction);
            docs.push(doc);
            if !closed {
                break;
            }
        }
        let holder = match instruction.deferred.as_deref_mut() {
            Some(deferred) => {
                deferred.span = Span::new(deferred.span.start, instruction.span.end);
                deferred
            }
            None => instruction,
        };
        holder.heredocs = docs;
    }

    /// Reads one here-document, to its closing word or, when there is none, to the end of the file.
    fn heredoc(&mut self, opened: heredoc::Opened, instruction: &mut Instruction) -> (Heredoc, bool) {
        let start = self.at;
        let mut content = Joined::default();
        let mut invalid = None;
        let mut end = start;
        let mut closed = false;
        while let Some(line) = self.next_line() {
            instruction.end_line = line.number;
            instruction.span = Span::new(instruction.span.start, line.end());
            let without_tabs = line.bytes.trim_start_with(|c| c == '\t');
            if opened.name.as_bytes() == if opened.chomp { without_tabs } else { line.bytes } {
                closed = true;
                break;
            }
            let from = if opened.chomp { line.end() - without_tabs.len() } else { line.start };
            let bytes = self.source.get(from..line.next).unwrap_or_default();
            invalid = invalid.or(content.push_bytes(bytes, from));
            end = line.next;
        }
        if !closed {
            let name: String = opened.name.chars().take(80).collect();
            self.error(instruction.span, format!("the here-document `{name}` is not closed: no line is just `{name}`"));
        }
        if let Some(offset) = invalid {
            self.error(Span::new(offset, offset + 1), "bytes that are no UTF-8".to_owned());
        }
        content.end(end);
        let span = Span::new(start.min(end), end);
        let doc = Heredoc {
            name: opened.name,
            content: content.text,
            expand: opened.expand,
            chomp: opened.chomp,
            span,
            line: self.line_after(instruction, start),
            map: content.map,
        };
        (doc, closed)
    }

    /// The line that begins at an offset; behind the last line, one more than the last.
    fn line_after(&self, instruction: &Instruction, offset: usize) -> u32 {
        if offset < self.source.len() { self.file.lines.line(offset) } else { instruction.end_line.saturating_add(1) }
    }

    /// Puts the instruction into its stage.
    fn place(&mut self, mut instruction: Instruction) {
        if instruction.keyword == "FROM" {
            self.stages += 1;
        }
        instruction.stage = self.stages.checked_sub(1);
        if let Some(deferred) = instruction.deferred.as_deref_mut() {
            (deferred.line, deferred.end_line) = (instruction.line, instruction.end_line);
            deferred.span = Span::new(deferred.span.start, instruction.span.end.max(deferred.span.start));
            deferred.stage = instruction.stage;
        }
        if instruction.stage.is_none() && instruction.keyword != "ARG" && self.too_early.len() < MOST_ERRORS {
            let message = format!("{} before the first FROM: only ARG may stand there", shown(&instruction.keyword));
            self.too_early.push(ParseError { span: instruction.span, line: instruction.line, message });
        }
        self.file.instructions.push(instruction);
    }

    fn finish(mut self) -> Dockerfile {
        if self.stages == 0 {
            let message = if self.file.instructions.is_empty() { "no instructions" } else { "no FROM, so no stage" };
            self.error(Span::new(0, 0), format!("the Dockerfile has {message}"));
        } else {
            self.file.errors.append(&mut self.too_early);
        }
        self.file.errors.sort_by_key(|error| error.line);
        if self.unlisted || self.file.errors.len() > MOST_ERRORS {
            self.file.errors.truncate(MOST_ERRORS);
            self.last_error(format!("there are more than {MOST_ERRORS} errors: the rest is not listed"));
        }
        if let Some(over) = self.file.over.clone() {
            self.last_error(format!("{over}: the rest of the file is not read"));
        }
        self.file.escape = self.dialect.escape;
        self.file
    }
}

impl Parser<'_> {
    /// An error about the whole file, behind all others.
    fn last_error(&mut self, message: String) {
        let span = Span::new(self.source.len(), self.source.len());
        self.file.errors.push(ParseError { span, line: self.file.lines.line(span.start), message });
    }
}

/// A keyword short enough for a message.
fn shown(keyword: &str) -> String {
    keyword.chars().take(40).collect()
}

/// Whether `# syntax=` names Docker's own frontend: `docker/dockerfile:1`, `docker/dockerfile-upstream…`,
/// with or without a registry.
fn is_docker_frontend(image: &str) -> bool {
    let name = image.split([' ', '@']).next().unwrap_or_default();
    let path = name.rsplit_once(':').map_or(name, |(path, tag)| if tag.contains('/') { name } else { path });
    path.ends_with("docker/dockerfile") || path.ends_with("docker/dockerfile-upstream")
}

impl Args {
    /// Whether it is the exec form.
    pub fn is_json(&self) -> bool {
        matches!(self, Self::Json(_))
    }
}
