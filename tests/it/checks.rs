//! Runs the Markdown cases under `tests/checks`: one file a kind.
//!
//! A case is a `##` heading that begins with its verdict (`holds`, `fails`, `unknown: reason`), a `toml` fence
//! with `check = …` (and `[sets]`, when it uses any, or the task's `word = …`), and one fence a file, whose info
//! string is a language and the file's path. The language `link` makes a symbolic link to its text, `unreadable` a path that cannot be
//! read for the reason its text gives. A `findings` fence, when there is one, lists all evidence: `level path:line-end message`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use trueup::checks::{Finding, KINDS, Outcome, Verdict, compile};
use trueup::plan::{RawCheck, Sets, parse_toml};
use trueup::repo::{Pattern, ReadError, RepoPath, Tree};
use trueup::semantics::files::Parses;
use trueup::verify::{Judge, Prepared};

use crate::memory::{Commits, Memory};

struct Case {
    title: String,
    check: String,
    tree: Memory,
    findings: Option<String>,
}

fn cases(markdown: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    // Line ends of Windows inside a fence are the file's.
    let mut lines = markdown.split('\n');
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            let title = title.trim().to_owned();
            cases.push(Case { title, check: String::new(), tree: Memory::default(), findings: None });
        } else if let Some(info) = line.strip_prefix("```") {
            let ticks: String = line.chars().take_while(|c| *c == '`').collect();
            let mut text = String::new();
            for line in lines.by_ref().take_while(|line| *line != ticks) {
                text.push_str(line);
                text.push('\n');
            }
            let Some(case) = cases.last_mut() else { continue };
            match info.trim_start_matches('`').split_once(' ') {
                Some(("link", path)) => {
                    case.tree.links.insert(RepoPath::parse(path.trim()).unwrap(), text.trim_end().into());
                }
                Some(("unreadable", path)) => {
                    let error = ReadError::Unreadable(text.trim_end().to_owned());
                    case.tree.unreadable.insert(RepoPath::parse(path.trim()).unwrap(), error);
                }
                Some((_, path)) => case.tree.add(path.trim(), text.as_bytes()),
                None if info.ends_with("toml") => case.check = text,
                None if info.ends_with("findings") => case.findings = Some(text),
                None => panic!("a fence is `toml`, `findings`, or a language and a path, not `{info}`"),
            }
        }
    }
    cases
}

pub fn judge(check: &str, tree: &Memory) -> Outcome {
    judge_on(check, tree)
}

/// The outcome of `check = …` (with `[sets]`, when it uses any) on a tree.
pub fn judge_on(check: &str, tree: &dyn Tree) -> Outcome {
    if check.contains("\nword = ") {
        return with_word(check, tree);
    }
    let (table, mistakes) = parse_toml(check);
    assert!(mistakes.is_empty(), "{mistakes:?}\n{check}");
    let mut sets = Sets::default();
    if let Some(entries) = table.get("sets").and_then(|sets| sets.entries()) {
        for (key, value) in entries {
            let patterns = value.texts().unwrap().iter().map(|(text, _)| Pattern::parse(text).unwrap()).collect();
            sets.0.insert(key.name.clone(), patterns);
        }
    }
    let raw = RawCheck { table: table.get("check").expect("the toml fence has no `check`").clone() };
    let check = compile(&raw, &sets).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{check}"));
    Judge { tree, history: &Commits::default(), parses: &Parses::default(), memo: None }.check(&check)
}

/// The same with a `word` behind it, as a task whose text is `Look`.
fn with_word(check: &str, tree: &dyn Tree) -> Outcome {
    let task = "schema = 1\n[plan]\nuid = 'u'\ntitle = 'p'\n[[policies]]\nid = 'N'\ntext = 'Look'\n";
    let prepared = Prepared::read(format!("{task}{check}").as_bytes()).unwrap_or_else(|found| panic!("{found:?}"));
    Judge { tree, history: &Commits::default(), parses: &Parses::default(), memo: None }.check(&prepared.checks[0])
}

pub fn shown(finding: &Finding) -> String {
    let mut line = finding.label().to_owned();
    if let Some(path) = &finding.path {
        write!(line, " {}", path.raw()).unwrap();
    }
    if let Some(range) = finding.lines {
        write!(line, ":{}", range.line).unwrap();
        if range.end_line != range.line {
            write!(line, "-{}", range.end_line).unwrap();
        }
    }
    write!(line, " {}", finding.message.raw()).unwrap();
    line
}

#[test]
fn every_case_is_judged_as_its_heading_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/checks");
    let mut wrong = String::new();
    for kind in KINDS {
        let path = folder.join(format!("{}.md", kind.name));
        let Ok(markdown) = std::fs::read_to_string(&path) else {
            writeln!(wrong, "{}: no case file {}", kind.name, path.display()).unwrap();
            continue;
        };
        let mut verdicts = BTreeSet::new();
        for case in cases(&markdown) {
            let outcome = judge(&case.check, &case.tree);
            let verdict = match outcome.verdict() {
                Verdict::Unknown(reason) => format!("unknown: {}", reason.word()),
                verdict => verdict.word().to_owned(),
            };
            verdicts.insert(outcome.verdict().word());
            let evidence: Vec<String> = outcome.evidence().map(shown).collect();
            let fits = case
                .title
                .strip_prefix(&verdict)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([',', ' ', ':']));
            if !fits {
                writeln!(wrong, "{}: `{}` is judged {verdict}:\n  {}", kind.name, case.title, evidence.join("\n  "))
                    .unwrap();
            }
            if let Some(findings) = &case.findings
                && findings.trim_end() != evidence.join("\n")
            {
                writeln!(wrong, "{}: `{}` found\n{}\nnot\n{findings}", kind.name, case.title, evidence.join("\n"))
                    .unwrap();
            }
        }
        for wanted in wanted(kind.name) {
            if !verdicts.contains(wanted) {
                writeln!(wrong, "{}: no case that is {wanted}", kind.name).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The verdicts that a kind can give: each needs a case.
fn wanted(kind: &str) -> &'static [&'static str] {
    match kind {
        "command" | "attest" => &["holds", "unknown"],
        "commits" => &[],
        _ => &["holds", "fails", "unknown"],
    }
}
