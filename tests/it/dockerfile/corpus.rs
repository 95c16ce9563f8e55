//! The second opinion: `parse-dockerfile` on a corpus of valid files.

use parse_dockerfile::{
    Command, Flag, HealthcheckArguments, HereDoc, Instruction as Other, JsonOrStringArray, Source, UnescapedString,
};
use trueup::formats::dockerfile::{Args, Instruction, parse};

use super::corpus;

/// What both parsers can say of an instruction, as text. Blanks are brought together where continuation
/// lines are joined: the two differ in how many they keep.
#[derive(Debug, Default, PartialEq, Eq)]
struct View {
    keyword: String,
    flags: Vec<String>,
    args: Vec<String>,
    heredocs: Vec<String>,
    nested: Option<Box<View>>,
}

fn blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn ours(instruction: &Instruction, reader: &Reader<'_>) -> View {
    let flags = instruction.flags.iter().map(|f| format!("{}={}", f.name, f.value.as_deref().unwrap_or("")));
    let args = match (&instruction.args, instruction.keyword.as_str()) {
        // They do not split these; the place of ours must be the place of theirs.
        (Args::Pairs(pairs), _) => {
            let (first, last) = (pairs.first().unwrap().span, pairs.last().unwrap().span);
            vec![reader.joined(&reader.source[first.start..last.end])]
        }
        // They leave out the words that open here-documents.
        (Args::Shell(line), _) if !instruction.heredocs.is_empty() => {
            let words: Vec<_> = line.text.split_whitespace().skip_while(|word| word.starts_with("<<")).collect();
            vec![words.join(" ")]
        }
        (Args::Shell(line), _) => vec![blanks(&line.text)],
        (Args::Words(words), _) => {
            words.iter().map(|w| w.text.clone()).filter(|w| !w.starts_with("<<")).map(|w| blanks(&w)).collect()
        }
        (Args::Json(words), _) => words.iter().map(|w| w.text.clone()).collect(),
        (Args::None, _) => Vec::new(),
    };
    View {
        keyword: instruction.keyword.clone(),
        flags: flags.collect(),
        args,
        heredocs: instruction.heredocs.iter().map(|d| format!("{} {:?}", d.expand, d.content)).collect(),
        nested: instruction.deferred.as_deref().map(|i| Box::new(ours(i, reader))),
    }
}

struct Reader<'s> {
    escape: char,
    source: &'s str,
}

impl Reader<'_> {
    /// Their text with continuations and the comments between them taken out, as ours has it.
    fn joined(&self, text: &str) -> String {
        let mut joined = String::new();
        for line in text.lines() {
            let line = line.trim_end();
            if !joined.is_empty() && (line.trim_start().starts_with('#') || line.trim().is_empty()) {
                continue;
            }
            joined.push_str(line.strip_suffix(self.escape).unwrap_or(line));
            joined.push(' ');
        }
        blanks(&joined)
    }

    fn word(&self, text: &UnescapedString<'_>) -> String {
        self.joined(&self.source[text.span.clone()])
    }

    fn command(&self, command: &Command<'_>) -> Vec<String> {
        match command {
            Command::Exec(words) => words.value.iter().map(|w| w.value.to_string()).collect(),
            Command::Shell(text) => vec![self.joined(text.value)],
            _ => panic!("a form that this test does not know"),
        }
    }

    fn flags(&self, flags: &[Flag<'_>]) -> Vec<String> {
        flags
            .iter()
            .map(|f| format!("{}={}", f.name.value, f.value.as_ref().map_or("", |v| v.value.as_ref())))
            .collect()
    }

    fn docs(&self, docs: &[&HereDoc<'_>]) -> Vec<String> {
        docs.iter().map(|d| format!("{} {:?}", d.expand, d.value)).collect()
    }

    fn copy(&self, keyword: &str, flags: &[Flag<'_>], sources: &[Source<'_>], to: &UnescapedString<'_>) -> View {
        let mut view = View { keyword: keyword.to_owned(), flags: self.flags(flags), ..View::default() };
        for source in sources {
            match source {
                Source::Path(path) => view.args.push(path.value.to_string()),
                Source::HereDoc(doc) => view.heredocs.extend(self.docs(&[doc])),
                _ => panic!("a source that this test does not know"),
            }
        }
        view.args.push(to.value.to_string());
        view
    }

    fn view(&self, other: &Other<'_>) -> View {
        let plain = |keyword: &str, args: Vec<String>| View { keyword: keyword.to_owned(), args, ..View::default() };
        match other {
            Other::Add(i) => self.copy("ADD", &i.options, &i.src, &i.dest),
            Other::Copy(i) => self.copy("COPY", &i.options, &i.src, &i.dest),
            Other::Arg(i) => plain("ARG", vec![self.word(&i.arguments)]),
            Other::Env(i) => plain("ENV", vec![self.word(&i.arguments)]),
            Other::Label(i) => plain("LABEL", vec![self.word(&i.arguments)]),
            Other::Cmd(i) => plain("CMD", self.command(&i.arguments)),
            Other::Entrypoint(i) => plain("ENTRYPOINT", self.command(&i.arguments)),
            Other::Expose(i) => plain("EXPOSE", i.arguments.iter().map(|w| w.value.to_string()).collect()),
            Other::From(i) => {
                let mut args = vec![i.image.value.to_string()];
                if let Some((word, name)) = &i.as_ {
                    args.push(self.source[word.span.clone()].to_owned());
                    args.push(name.value.to_string());
                }
                View { flags: self.flags(&i.options), ..plain("FROM", args) }
            }
            Other::Healthcheck(i) => {
                let args = match &i.arguments {
                    HealthcheckArguments::Cmd { arguments, .. } => self.command(arguments),
                    _ => vec!["NONE".to_owned()],
                };
                View { flags: self.flags(&i.options), ..plain("HEALTHCHECK", args) }
            }
            Other::Maintainer(i) => plain("MAINTAINER", vec![self.word(&i.name)]),
            Other::Onbuild(i) => View { nested: Some(Box::new(self.view(&i.instruction))), ..plain("ONBUILD", vec![]) },
            Other::Run(i) => View {
                flags: self.flags(&i.options),
                heredocs: self.docs(&i.here_docs.iter().collect::<Vec<_>>()),
                ..plain("RUN", self.command(&i.arguments))
            },
            Other::Shell(i) => plain("SHELL", i.arguments.iter().map(|w| w.value.to_string()).collect()),
            Other::Stopsignal(i) => plain("STOPSIGNAL", vec![self.word(&i.arguments)]),
            Other::User(i) => plain("USER", vec![self.word(&i.arguments)]),
            Other::Volume(i) => plain(
                "VOLUME",
                match &i.arguments {
                    JsonOrStringArray::Json(words) => words.value.iter().map(|w| w.value.to_string()).collect(),
                    JsonOrStringArray::String(words) => words.iter().map(|w| w.value.to_string()).collect(),
                },
            ),
            Other::Workdir(i) => plain("WORKDIR", vec![self.word(&i.arguments)]),
            _ => panic!("an instruction that this test does not know"),
        }
    }
}

/// Valid files that the other parser refuses: a here-document that is not the first word of its RUN, …
const BEYOND: &[&str] = &["31-heredoc-not-first.Dockerfile"];

#[test]
fn both_parsers_read_the_corpus_alike() {
    let mut compared = 0;
    for (name, bytes) in corpus() {
        let file = parse(&bytes);
        assert!(file.errors.is_empty(), "{name}: {:?}", file.errors);
        let source = String::from_utf8(bytes).unwrap();
        let other = match parse_dockerfile::parse(&source) {
            Ok(other) => other,
            Err(_) if BEYOND.contains(&name.as_str()) => continue,
            Err(error) => panic!("{name}: {error}"),
        };
        let reader = Reader { escape: file.escape, source: &source };
        assert_eq!(other.parser_directives.escape.as_ref().map_or('\\', |e| e.value.value), file.escape, "{name}");
        assert_eq!(other.instructions.len(), file.instructions.len(), "{name}");
        for (other, own) in other.instructions.iter().zip(&file.instructions) {
            assert_eq!(reader.view(other), ours(own, &reader), "{name}, line {}", own.line);
            compared += 1;
        }
    }
    assert!(compared > 120, "only {compared} instructions were compared");
}
