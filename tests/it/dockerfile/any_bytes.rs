//! Nothing that a file may hold makes the parser fail, leave its bounds or take its time.

use std::sync::Arc;

use proptest::prelude::*;
use trueup::formats::dockerfile::{Args, Dockerfile, Instruction, MOST_ERRORS, MOST_INSTRUCTIONS, parse};
use trueup::semantics::stages::Build;
use trueup::source::Span;

use super::corpus;

/// What is true of every file.
fn check(source: &[u8]) -> Dockerfile {
    let file = parse(source);
    let lines = file.lines.count();
    let inside =
        |span: Span| assert!(span.start <= span.end && span.end <= source.len(), "{span:?} of {}", source.len());
    let mut last = 0;
    for instruction in &file.instructions {
        assert!(instruction.line > last, "instructions stand one after the other");
        assert!(instruction.line <= instruction.end_line && instruction.end_line <= lines);
        last = instruction.end_line;
        check_instruction(instruction, &inside);
        if let Some(deferred) = &instruction.deferred {
            assert!(deferred.deferred.is_none(), "ONBUILD does not nest");
            check_instruction(deferred, &inside);
        }
    }
    assert!(file.comments.windows(2).all(|pair| pair[0].line < pair[1].line));
    assert!(file.errors.windows(2).all(|pair| pair[0].line <= pair[1].line));
    for error in &file.errors {
        inside(error.span);
        assert!(error.line >= 1 && error.line <= lines && error.message.len() < 1000);
    }
    let build = Build::of(Arc::new(file.clone()), &[]);
    for stage in &build.stages {
        assert!(build.chain(stage.index).len() <= build.stages.len());
    }
    file
}

fn check_instruction(instruction: &Instruction, inside: &dyn Fn(Span)) {
    inside(instruction.span);
    instruction.flags.iter().for_each(|flag| inside(flag.span));
    instruction.words().iter().for_each(|word| inside(word.span));
    match &instruction.args {
        Args::Pairs(pairs) => pairs.iter().for_each(|pair| inside(pair.span)),
        Args::Shell(line) => {
            check_map(&line.map, &line.text);
            (0..=line.text.len().min(200)).for_each(|at| inside(line.span(at, line.text.len())));
        }
        _ => {}
    }
    for doc in &instruction.heredocs {
        inside(doc.span);
        check_map(&doc.map, &doc.content);
    }
    if let Some(script) = instruction.script() {
        assert!(script.map.windows(2).all(|pair| pair[0].0 < pair[1].0));
        inside(script.span(0, script.text.len()));
    }
    let _ = instruction.copy();
}

fn check_map(map: &[(usize, usize)], text: &str) {
    assert!(map.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1), "{map:?}");
    assert!(map.iter().all(|(joined, _)| *joined <= text.len() && text.is_char_boundary(*joined)));
}

/// Pieces that Dockerfiles are made of, and pieces that break them.
const PIECES: &[&str] = &[
    "FROM a AS b\n",
    "FROM ",
    "RUN ",
    "COPY --from=b a /c\n",
    "COPY ",
    "ENV ",
    "ARG ",
    "ONBUILD ",
    "HEALTHCHECK CMD ",
    "LABEL ",
    "SHELL ",
    "USER x\n",
    "CMD [\"a\", \"b\"]\n",
    "[\"",
    "\"]",
    "[1]",
    "<<EOF",
    "<<-'EOF' ",
    "<< EOF",
    "\nEOF\n",
    "\tEOF\n",
    "\\",
    "`",
    "\\\n",
    "`\n",
    "\r\n",
    "\n",
    "\n\n",
    " ",
    "\t",
    "#",
    "# c\n",
    "# escape=`\n",
    "# syntax=x\n",
    "$A",
    "${A",
    "${A:-",
    "}",
    "${A//b/c}",
    "'",
    "\"",
    "=",
    "A=1 ",
    "--",
    "--x=",
    "--mount=type=bind,from=b ",
    "\u{feff}",
    "\u{a0}",
    "é",
    "\u{0}",
    "&& ",
    "| ",
    "a ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check(&bytes);
    }

    #[test]
    fn any_pieces(pieces in proptest::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = pieces.iter().map(|i| PIECES[*i]).collect();
        check(text.as_bytes());
        let mut bytes = text.into_bytes();
        bytes.push(0xff);
        check(&bytes);
    }

    #[test]
    fn a_file_is_read_the_same_with_crlf(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        let text: String = pieces.iter().map(|i| PIECES[*i]).collect();
        let text = text.replace('\r', "");
        let plain = parse(text.as_bytes());
        let crlf = parse(text.replace('\n', "\r\n").as_bytes());
        let words = |file: &Dockerfile| file.instructions.iter().map(|i| (i.keyword.clone(), i.line, i.end_line, i.stage, i.words().iter().map(|w| w.text.clone()).collect::<Vec<_>>())).collect::<Vec<_>>();
        prop_assert_eq!(words(&plain), words(&crlf));
    }
}

/// A small generator of numbers (xorshift), so that a failure can be had again.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

#[test]
fn mutations_of_the_corpus() {
    let corpus = corpus();
    let mut numbers = Numbers(0x5eed);
    for (name, source) in &corpus {
        for round in 0..60 {
            let mut bytes = source.clone();
            for _ in 0..=numbers.next(4) {
                mutate(&mut bytes, &corpus, &mut numbers);
            }
            let caught = std::panic::catch_unwind(|| check(&bytes));
            assert!(caught.is_ok(), "{name}, round {round}:\n{}", String::from_utf8_lossy(&bytes));
        }
    }
}

fn mutate(bytes: &mut Vec<u8>, corpus: &[(String, Vec<u8>)], numbers: &mut Numbers) {
    let at = numbers.next(bytes.len());
    match numbers.next(7) {
        0 => bytes.truncate(at),
        1 if !bytes.is_empty() => bytes[at] = numbers.next(256) as u8,
        2 => bytes.insert(at, b"\\\n\"'$`<#{}[]\r \t\0"[numbers.next(16)]),
        3 => {
            let end = (at + 1 + numbers.next(20)).min(bytes.len());
            bytes.drain(at.min(end)..end);
        }
        4 => {
            let piece = PIECES[numbers.next(PIECES.len())];
            bytes.splice(at..at, piece.bytes());
        }
        5 => {
            let other = &corpus[numbers.next(corpus.len())].1;
            let from = numbers.next(other.len());
            bytes.extend_from_slice(&other[from..]);
        }
        _ => {
            let end = (at + numbers.next(60)).min(bytes.len());
            let copy = bytes[at.min(end)..end].to_vec();
            bytes.splice(at..at, copy);
        }
    }
}

/// Work is counted here as what comes out: every byte of a large file ends up in a bounded number of things.
#[test]
fn large_files_stay_in_proportion() {
    let continued = format!("FROM a\nRUN x{}\n", " \\\n y".repeat(20_000));
    let file = check(continued.as_bytes());
    assert_eq!(file.instructions.len(), 2);
    let instructions = format!("FROM a\n{}", "RUN a && b\n".repeat(20_000));
    assert_eq!(check(instructions.as_bytes()).instructions.len(), 20_001);
    let flags = format!("FROM a\nCOPY {} a b\n", "--link ".repeat(9_000));
    assert!(check(flags.as_bytes()).errors.len() <= 9, "mistakes of one instruction are not all listed");
    let unclosed = format!("FROM a\nRUN {}\n{}", "<<A ".repeat(9_000), "x\n".repeat(1_000));
    assert_eq!(
        check(unclosed.as_bytes()).errors.len(),
        1,
        "what is behind a here-document that is not closed is in it"
    );
    let nested = format!("FROM a\n{}RUN b\n", "ONBUILD ".repeat(8_000));
    assert_eq!(check(nested.as_bytes()).instructions.len(), 2);
    let invalid = [b"FROM a\nRUN ".as_slice(), &[0xff; 60_000]].concat();
    check(&invalid);
    let json = format!("FROM a\nCMD {}{}\n", "[".repeat(30_000), "]".repeat(30_000));
    check(json.as_bytes());
    let words = format!("FROM a\nLABEL {}\n", "a=b ".repeat(15_000));
    check(words.as_bytes());
}

#[test]
fn past_a_bound_the_file_says_so() {
    let file = check("FROM a\n".repeat(MOST_INSTRUCTIONS + 5).as_bytes());
    assert_eq!(file.instructions.len(), MOST_INSTRUCTIONS);
    assert_eq!(file.over.as_deref(), Some("more than 100000 instructions"));
    assert!(file.errors.last().unwrap().message.contains("not read"));
    let file = check(format!("FROM a\n{}", "NO x\n".repeat(MOST_ERRORS + 5)).as_bytes());
    assert_eq!((file.instructions.len(), file.over), (MOST_ERRORS + 6, None));
    assert_eq!(file.errors.len(), MOST_ERRORS + 1);
    assert!(file.errors.last().unwrap().message.contains("not listed"));
}
