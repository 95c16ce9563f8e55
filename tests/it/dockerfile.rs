//! The Dockerfile parser, image references and stages, against BuildKit's rules.

mod any_bytes;
mod corpus;
mod expansion;
mod images;
mod inspection;
mod options;
mod parsing;
mod stages;

use std::fmt::Write as _;
use std::path::PathBuf;

use trueup::formats::dockerfile::{Args, Dockerfile, Instruction};

/// The committed corpus: (file name, bytes), sorted.
fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/dockerfile");
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    assert!(files.len() >= 25, "the corpus has {} files", files.len());
    files
}

/// One line an instruction: `lines stage KEYWORD --flags args`, then its here-documents; then the errors.
fn shown(file: &Dockerfile) -> String {
    let mut text = String::new();
    for instruction in &file.instructions {
        text.push_str(&one(instruction));
    }
    for error in &file.errors {
        writeln!(text, "! {} {}", error.line, error.message).unwrap();
    }
    text
}

fn one(instruction: &Instruction) -> String {
    let mut text = match instruction.line == instruction.end_line {
        true => format!("{}", instruction.line),
        false => format!("{}-{}", instruction.line, instruction.end_line),
    };
    match instruction.stage {
        Some(stage) => write!(text, " s{stage} {}", instruction.keyword).unwrap(),
        None => write!(text, " - {}", instruction.keyword).unwrap(),
    }
    for flag in &instruction.flags {
        match &flag.value {
            Some(value) => write!(text, " --{}={value}", flag.name).unwrap(),
            None => write!(text, " --{}", flag.name).unwrap(),
        }
    }
    match &instruction.args {
        Args::Json(words) => {
            write!(text, " json {:?}", words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>()).unwrap();
        }
        Args::Words(words) => words.iter().for_each(|word| write!(text, " ‹{}›", word.text).unwrap()),
        Args::Shell(line) => write!(text, " shell {:?}", line.text).unwrap(),
        Args::Pairs(pairs) => {
            for pair in pairs {
                match &pair.value {
                    Some(value) => write!(text, " ‹{}›=‹{value}›", pair.name).unwrap(),
                    None => write!(text, " ‹{}›", pair.name).unwrap(),
                }
            }
        }
        Args::None => {}
    }
    text.push('\n');
    for doc in &instruction.heredocs {
        let marks = format!("{}{}", if doc.chomp { "-" } else { "" }, if doc.expand { "" } else { "'" });
        writeln!(text, "  <<{marks} {} {:?} at {}", doc.name, doc.content, doc.line).unwrap();
    }
    if let Some(deferred) = &instruction.deferred {
        for line in one(deferred).lines() {
            writeln!(text, "  {line}").unwrap();
        }
    }
    text
}
