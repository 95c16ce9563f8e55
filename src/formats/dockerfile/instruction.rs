//! One instruction, from its joined line.

use super::json::{Exec, exec};
use super::lex::{Mode, lex};
use super::words::{arguments, at_blanks, is_blank, pairs, trim, whole};
use super::{Args, Instruction, Joined, Word, flags};

/// Every instruction: <https://docs.docker.com/reference/dockerfile/#overview>.
const KEYWORDS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// At most this many mistakes of one instruction are reported.
const MOST_FAULTS: usize = 8;

/// What the directives at the top say about reading instructions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    /// The escape character.
    pub escape: char,
    /// Whether `# syntax=` names another frontend than Docker's: it may know more flags and instructions.
    pub foreign: bool,
}

/// An instruction and what is wrong with it (lower-case fragments; keywords in upper case).
pub(super) struct Read {
    /// Line numbers and stage are still to be filled in.
    pub instruction: Instruction,
    /// What Docker would refuse.
    pub faults: Vec<String>,
}

/// Reads a joined line; `None` when there is nothing on it.
pub(super) fn read(line: &Joined, dialect: Dialect) -> Option<Read> {
    let (start, end) = trim(&line.text, 0, line.text.len());
    let mut read = read_part(line, start, end, dialect, false)?;
    read.faults.truncate(MOST_FAULTS);
    Some(read)
}

fn read_part(line: &Joined, start: usize, end: usize, dialect: Dialect, deferred: bool) -> Option<Read> {
    let text = line.text.get(start..end).filter(|text| !text.is_empty())?;
    let length = text.find(is_blank).unwrap_or(text.len());
    let written = text.get(..length).unwrap_or_default();
    let keyword = written.to_uppercase();
    let rest = text.get(length..).unwrap_or_default();
    let behind = start + length + (rest.len() - rest.trim_start_matches(is_blank).len());
    let (flags, args_start) = flags::flags(line, behind, end);
    let (from, to) = trim(&line.text, args_start, end);
    let mut reader = Reader { line, keyword: &keyword, from, to, dialect, faults: Vec::new() };
    if KEYWORDS.contains(&keyword.as_str()) {
        let faults = flags::faults(&keyword, &flags, dialect.foreign);
        reader.faults.extend(faults.into_iter().map(|fault| format!("{keyword} {fault}")));
    }
    let (args, nested) =
        if keyword == "ONBUILD" { (Args::None, reader.deferred(deferred)) } else { (reader.args(), None) };
    let faults = reader.faults;
    let instruction = Instruction {
        keyword,
        span: line.span(start, end),
        line: 0,
        end_line: 0,
        stage: None,
        flags,
        args,
        heredocs: Vec::new(),
        deferred: nested.map(Box::new),
    };
    Some(Read { instruction, faults })
}

struct Reader<'l> {
    line: &'l Joined,
    keyword: &'l str,
    from: usize,
    to: usize,
    dialect: Dialect,
    faults: Vec<String>,
}

impl Reader<'_> {
    fn fault(&mut self, what: impl AsRef<str>) {
        self.faults.push(format!("{} {}", self.keyword, what.as_ref()));
    }

    fn is_empty(&self) -> bool {
        self.from >= self.to
    }

    fn args(&mut self) -> Args {
        match self.keyword {
            "RUN" | "CMD" | "ENTRYPOINT" | "SHELL" => self.command(),
            "COPY" | "ADD" | "VOLUME" => self.list(),
            "FROM" => self.image(),
            "EXPOSE" => {
                let words = at_blanks(self.line, self.from, self.to);
                self.some_words(words)
            }
            "WORKDIR" | "USER" | "STOPSIGNAL" | "MAINTAINER" => {
                let words = whole(self.line, self.from, self.to).into_iter().collect();
                self.some_words(words)
            }
            "ENV" | "LABEL" | "ARG" => self.pairs(),
            "HEALTHCHECK" => self.health(),
            _ => {
                if !self.dialect.foreign {
                    self.unknown();
                }
                match at_blanks(self.line, self.from, self.to) {
                    words if words.is_empty() => Args::None,
                    words => Args::Words(words),
                }
            }
        }
    }

    fn unknown(&mut self) {
        let near = KEYWORDS
            .iter()
            .map(|known| (strsim::levenshtein(known, self.keyword.get(..16).unwrap_or(self.keyword)), known))
            .min()
            .filter(|(distance, _)| *distance <= 2 && distance * 2 <= self.keyword.len());
        let shown: String = self.keyword.chars().take(40).collect();
        self.faults.push(match near {
            Some((_, known)) => format!("unknown instruction {shown} (did you mean {known}?)"),
            None => format!("unknown instruction {shown}"),
        });
    }

    /// RUN, CMD, ENTRYPOINT, SHELL.
    fn command(&mut self) -> Args {
        let args = self.exec_or_shell(self.from);
        let shell = self.keyword == "SHELL";
        match &args {
            // Docker takes a bare CMD or ENTRYPOINT as an empty one.
            Args::None if matches!(self.keyword, "RUN" | "SHELL") => self.fault("has no arguments"),
            Args::Json(words) if words.is_empty() && matches!(self.keyword, "RUN" | "SHELL") => {
                self.fault("has no arguments");
            }
            Args::Shell(_) if shell => self.fault("takes a JSON array: [\"/bin/bash\", \"-c\"]"),
            _ => {}
        }
        args
    }

    fn exec_or_shell(&mut self, from: usize) -> Args {
        if from >= self.to {
            return Args::None;
        }
        match exec(self.line, from, self.to) {
            Exec::Words(words) => return Args::Json(words),
            Exec::NotStrings => self.fault("has a JSON array with something else than strings in it"),
            Exec::No => {}
        }
        Args::Shell(self.line.slice(from, self.to))
    }

    /// COPY, ADD, VOLUME.
    fn list(&mut self) -> Args {
        let args = match exec(self.line, self.from, self.to) {
            Exec::Words(words) => Args::Json(words),
            other => {
                if matches!(other, Exec::NotStrings) {
                    self.fault("has a JSON array with something else than strings in it");
                }
                Args::Words(at_blanks(self.line, self.from, self.to))
            }
        };
        let (Args::Json(words) | Args::Words(words)) = &args else { return args };
        let copies = self.keyword != "VOLUME";
        match (copies, words.as_slice()) {
            (_, []) => {
                self.fault("has no arguments");
                return Args::None;
            }
            (true, [_]) => self.fault("has one argument: it needs a source and a destination"),
            (true, [.., last]) if matches!(args, Args::Words(_)) && super::heredoc::opened_by(&last.text).is_some() => {
                self.fault("has a here-document as its destination");
            }
            (false, words) if words.iter().any(|word| word.text.trim().is_empty()) => {
                self.fault("has an empty path");
            }
            _ => {}
        }
        self.check_words(words);
        args
    }

    fn image(&mut self) -> Args {
        let words = at_blanks(self.line, self.from, self.to);
        match words.as_slice() {
            [] => {
                self.fault("has no image");
                return Args::None;
            }
            [_] => {}
            [_, word, name] if word.text.eq_ignore_ascii_case("as") => {
                if !is_stage_name(&name.text) {
                    let name: String = name.text.chars().take(80).collect();
                    self.fault(format!(
                        "`{name}` is no name for a stage: a letter, then letters, digits, `-`, `_`, `.`"
                    ));
                }
            }
            _ => self.fault("takes one image, or an image and `AS name`"),
        }
        self.check_words(words.get(..1).unwrap_or_default());
        Args::Words(words)
    }

    fn some_words(&mut self, words: Vec<Word>) -> Args {
        if words.is_empty() {
            self.fault("has no arguments");
            return Args::None;
        }
        if self.keyword != "MAINTAINER" {
            self.check_words(&words);
        }
        Args::Words(words)
    }

    fn pairs(&mut self) -> Args {
        let read = if self.keyword == "ARG" {
            arguments(self.line, self.from, self.to, self.dialect.escape)
        } else {
            pairs(self.line, self.from, self.to, self.dialect.escape)
        };
        let (pairs, fault) = read;
        match fault {
            Some(what) => self.fault(what),
            None if pairs.is_empty() => self.fault("has no arguments"),
            None => {}
        }
        for value in pairs.iter().filter_map(|pair| pair.value.as_deref()) {
            self.check(value);
        }
        if pairs.is_empty() { Args::None } else { Args::Pairs(pairs) }
    }

    fn health(&mut self) -> Args {
        let text = self.line.text.get(self.from..self.to).unwrap_or_default();
        let length = text.find(char::is_whitespace).unwrap_or(text.len());
        let kind = text.get(..length).unwrap_or_default();
        let rest = text.get(length..).unwrap_or_default();
        let from = self.from + length + (rest.len() - rest.trim_start().len());
        if kind.eq_ignore_ascii_case("CMD") {
            let args = self.exec_or_shell(from);
            if matches!(&args, Args::None) || matches!(&args, Args::Json(words) if words.is_empty()) {
                self.fault("CMD has no command");
            }
            return args;
        }
        let words = at_blanks(self.line, self.from, self.to);
        match words.as_slice() {
            [] => {
                self.fault("has no arguments: it takes CMD and a command, or NONE");
                return Args::None;
            }
            [none] if none.text.eq_ignore_ascii_case("NONE") => {}
            [none, ..] if none.text.eq_ignore_ascii_case("NONE") => self.fault("NONE takes no arguments"),
            [other, ..] => {
                let shown: String = other.text.chars().take(40).collect();
                self.fault(format!("takes CMD and a command, or NONE, not `{shown}`"));
            }
        }
        Args::Words(words)
    }

    /// The instruction behind ONBUILD.
    fn deferred(&mut self, inside: bool) -> Option<Instruction> {
        if self.is_empty() {
            self.fault("has no instruction");
            return None;
        }
        if inside {
            return None;
        }
        let read = read_part(self.line, self.from, self.to, self.dialect, true)?;
        match read.instruction.keyword.as_str() {
            "ONBUILD" => self.fault("cannot stand inside ONBUILD"),
            keyword @ ("FROM" | "MAINTAINER") => {
                self.faults.push(format!("{keyword} cannot stand inside ONBUILD"));
            }
            _ => self.faults.extend(read.faults),
        }
        Some(read.instruction)
    }

    fn check_words(&mut self, words: &[Word]) {
        for word in words {
            self.check(&word.text);
            if self.faults.len() >= MOST_FAULTS {
                return;
            }
        }
    }

    /// Whether Docker could expand a text: quotes closed, known modifiers.
    fn check(&mut self, text: &str) {
        if !text.contains(['$', '"', '\'']) {
            return;
        }
        let mode = Mode {
            escape: self.dialect.escape,
            raw_quotes: true,
            raw_escapes: false,
            keep_unset: true,
            value: &|_| None,
        };
        if let Err(what) = lex(text, mode) {
            self.fault(format!("cannot be read: {what}"));
        }
    }
}

/// A stage's name, its case aside.
fn is_stage_name(name: &str) -> bool {
    let name = name.to_lowercase();
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
}

/// Whether here-documents may follow: only RUN, COPY and ADD take them, and not in exec form.
pub(super) fn takes_heredocs(instruction: &Instruction) -> bool {
    let instruction = instruction.deferred.as_deref().unwrap_or(instruction);
    matches!(instruction.keyword.as_str(), "RUN" | "COPY" | "ADD") && !matches!(instruction.args, Args::Json(_))
}
