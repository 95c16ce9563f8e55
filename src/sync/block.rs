//! The part of an issue's description that belongs to trueup.
//!
//! It stands between two marks that mean nothing in Markdown and ends in a line with the commit and a hash of its
//! checklist, so that it tells by itself whether a person has touched it. Nothing outside of it is ever rewritten.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::normal::{code, leading_code, normal};

/// The mark before the block.
pub const OPEN: &str = "⟦trueup⟧";
/// The mark behind it.
pub const CLOSE: &str = "⟦/trueup⟧";

/// How the last line begins.
const SEALED_BY: &str = "Computed by trueup at commit";
/// The digits of a commit in the last line.
const COMMIT_DIGITS: usize = 12;
/// The digits of a checklist's hash.
const HASH_DIGITS: usize = 12;

/// A box, in each of the spellings that Linear gives it.
static ITEM: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\s*(?:[-*+]|\d+[.)])\s+\\?\[([ xX])\\?\]\s*(.*)$").ok());

/// A task's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The task's id.
    pub id: String,
    /// Its text, Markdown.
    pub text: String,
    /// Whether its box is ticked: the task holds.
    pub ticked: bool,
}

/// What a description says about its block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// There is none.
    Absent,
    /// The marks do not make one block; why.
    Malformed(&'static str),
    /// There is one.
    Block(Block),
}

/// A block as it stands in a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its bytes, marks included.
    pub range: Range<usize>,
    /// Its boxes.
    pub lines: Vec<Line>,
    /// What else stands in it, as it stands there.
    pub foreign: Vec<String>,
    /// What its last line says.
    pub seal: Option<Seal>,
    /// The hash of all of its bytes.
    pub bytes: String,
}

/// A block's last line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// The first digits of the commit whose verdicts the block shows.
    pub commit: String,
    /// The hash of the checklist as it was sent.
    pub hash: String,
}

impl Block {
    /// Whether the last line fits what stands above it: no person has touched the block.
    pub fn is_certified(&self) -> bool {
        self.foreign.is_empty() && self.seal.as_ref().is_some_and(|seal| seal.hash == seal_of(&self.lines))
    }
}

/// The short hash of a checklist in its normal form.
pub fn seal_of(lines: &[Line]) -> String {
    let mut hasher = blake3::Hasher::new();
    for line in lines {
        for part in [line.id.as_str(), if line.ticked { "x" } else { "" }, &normal(&shown_text(&line.text))] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    digits(&hasher.finalize())
}

fn digits(hash: &blake3::Hash) -> String {
    hash.to_hex().chars().take(HASH_DIGITS).collect()
}

/// A block of these lines, as it is sent.
pub fn render(lines: &[Line], commit: &str) -> String {
    let mut out = format!("{OPEN}\n\n");
    for line in lines {
        let mark = if line.ticked { 'x' } else { ' ' };
        out.push_str(&format!("- [{mark}] {} {}\n", code(&line.id), shown_text(&line.text)));
    }
    if !lines.is_empty() {
        out.push('\n');
    }
    let commit: String = commit.chars().take(COMMIT_DIGITS).collect();
    out.push_str(&format!("{SEALED_BY} `{commit}`, checklist `{}`\n\n{CLOSE}", seal_of(lines)));
    out
}

/// A task's text in one line, our own marks made harmless.
fn shown_text(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('⟦', "〚").replace('⟧', "〛")
}

/// Looks for the block of a description.
pub fn find(description: &str) -> Found {
    let opens: Vec<usize> = description.match_indices(OPEN).map(|(at, _)| at).collect();
    let closes: Vec<usize> = description.match_indices(CLOSE).map(|(at, _)| at).collect();
    let (start, end) = match (opens.as_slice(), closes.as_slice()) {
        ([], []) => return Found::Absent,
        ([_, _, ..], _) | (_, [_, _, ..]) => return Found::Malformed("a mark stands there more than once"),
        ([_], []) => return Found::Malformed("its closing mark is gone"),
        ([], [_]) => return Found::Malformed("its opening mark is gone"),
        ([open], [close]) if close < open => return Found::Malformed("its marks stand in the wrong order"),
        ([open], [close]) => (*open, close + CLOSE.len()),
    };
    let whole = description.get(start..end).unwrap_or_default();
    let inner = description.get(start + OPEN.len()..end - CLOSE.len()).unwrap_or_default();
    let mut block = Block {
        range: start..end,
        lines: Vec::new(),
        foreign: Vec::new(),
        seal: None,
        bytes: digits(&blake3::hash(whole.as_bytes())),
    };
    let mut open_item = false;
    for line in inner.lines() {
        if line.trim().is_empty() {
            open_item = false;
            continue;
        }
        let is_item = ITEM.as_ref().and_then(|item| item.captures(line)).and_then(|found| {
            let (id, text) = leading_code(found.get(2)?.as_str())?;
            Some(Line { id, text: text.to_owned(), ticked: found.get(1)?.as_str() != " " })
        });
        match (is_item, seal(line)) {
            (Some(item), _) if block.seal.is_none() => {
                block.lines.push(item);
                open_item = true;
            }
            (None, Some(seal)) if block.seal.is_none() => {
                block.seal = Some(seal);
                open_item = false;
            }
            // A long line that was wrapped.
            (None, None) if open_item && line.starts_with(char::is_whitespace) && ends_open(&block) => {
                if let Some(last) = block.lines.last_mut() {
                    last.text = format!("{} {}", last.text, line.trim());
                }
            }
            _ => {
                block.foreign.push(line.to_owned());
                open_item = false;
            }
        }
    }
    Found::Block(block)
}

/// Whether the last item may go on: nothing but items stands before.
fn ends_open(block: &Block) -> bool {
    block.seal.is_none() && !block.lines.is_empty()
}

/// The last line's commit and hash.
fn seal(line: &str) -> Option<Seal> {
    let text = normal(line);
    let rest = text.strip_prefix(SEALED_BY)?.trim_start().strip_prefix('`')?;
    let (commit, rest) = rest.split_once('`')?;
    let (between, rest) = rest.split_once('`')?;
    let hash = rest.strip_suffix('`')?;
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    (between.trim() == ", checklist" && is_hex(commit) && is_hex(hash))
        .then(|| Seal { commit: commit.to_owned(), hash: hash.to_owned() })
}

/// A description with the block in it: in the place of the one that stands there (what people wrote into that goes
/// below it), else at the end. Every other byte is as it was. `None` when the marks are malformed.
pub fn place(description: &str, block: &str) -> Option<String> {
    match find(description) {
        Found::Malformed(_) => None,
        Found::Absent if description.trim().is_empty() => Some(block.to_owned()),
        Found::Absent => Some(format!("{description}\n\n{block}")),
        Found::Block(old) => {
            let (head, tail) = (description.get(..old.range.start)?, description.get(old.range.end..)?);
            let kept = match old.foreign.is_empty() {
                true => String::new(),
                false => format!("\n\n{}", old.foreign.join("\n")),
            };
            Some(format!("{head}{block}{kept}{tail}"))
        }
    }
}
