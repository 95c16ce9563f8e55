//! The next tasks in words.

mod json;

use std::fmt::Write as _;

use super::encode::{line, terminal};
use super::human::{clip, sign};
use super::outline::Part;
use super::standup::{rank_parts, why_parts};
use crate::checks::Verdict;
use crate::source::{Outside, mask};
use crate::standup::{CheckWords, Next, NextTask};

pub use json::{NextDocument, document};

/// So many findings of a task are shown.
const FINDINGS: usize = 4;
/// So many lines of its issue's rationale, and of the way that its issue proposes.
const RATIONALE: usize = 2;
const PROPOSED: usize = 12;

/// The tasks in lines of at most `width` cells, each with why it does not hold and what would make it.
pub fn human(next: &Next, width: usize) -> String {
    let mut out = String::new();
    for task in &next.tasks {
        task_lines(&mut out, task, width);
        out.push('\n');
    }
    if next.tasks.is_empty() && next.more == 0 {
        let _ = match (next.asked_hold, next.elsewhere) {
            (true, 0) => writeln!(out, "Nothing is left: every task holds."),
            (true, 1) => writeln!(out, "Every task that was asked for holds; 1 of the others does not."),
            (true, others) => writeln!(out, "Every task that was asked for holds; {others} of the others do not."),
            (false, _) => writeln!(out, "Nothing is ready: what does not hold waits for an issue that comes first."),
        };
    }
    let mut more = Vec::new();
    if next.more > 0 {
        let verb = if next.more == 1 { "is" } else { "are" };
        more.push(format!("{} more {verb} ready (`--count`)", next.more));
    }
    if next.waiting > 0 && !next.tasks.is_empty() {
        let verb = if next.waiting == 1 { "waits" } else { "wait" };
        more.push(format!("{} {verb} for an issue that comes first", next.waiting));
    }
    if !more.is_empty() {
        let _ = writeln!(out, "{}", more.join(" · "));
    }
    out
}

fn task_lines(out: &mut String, task: &NextTask, width: usize) {
    let bold = anstyle::Style::new().bold();
    let ready = &task.ready;
    let head = format!("{} {} {}", sign(ready.verdict), line(ready.task.id.raw()), line(ready.task.text.raw()));
    for (at, part) in textwrap::wrap(&head, width.max(20)).iter().enumerate() {
        let _ = writeln!(out, "{}{bold}{part}{bold:#}", if at > 0 { "  " } else { "" });
    }
    let mut under = match &ready.task.issue {
        Some(issue) => {
            let linear = issue.linear.as_ref().map(|id| format!(" · {}", line(id.raw()))).unwrap_or_default();
            format!("issue {} {}{linear}", line(issue.id.raw()), line(issue.title.raw()))
        }
        None => "checklist and policies".to_owned(),
    };
    under.extend(rank_parts(ready).iter().map(words));
    if task.testing {
        under.push_str(" · a test");
    }
    labelled(out, "", &under, width);
    for why in task.why.iter().take(FINDINGS) {
        let text: String = why_parts(Some(why)).iter().map(words).collect();
        labelled(out, if ready.verdict == Verdict::Fails { "fails" } else { "unknown" }, &text, width);
        if let Some(help) = &why.help {
            labelled(out, "help", &line(help.raw()), width);
        }
    }
    if task.why.len() > FINDINGS {
        labelled(out, "", &format!("and {} more", task.why.len() - FINDINGS), width);
    }
    labelled(out, "check", &check(&task.check), width);
    labelled(out, "files", &listed(&task.files), width);
    for reason in task.rationale.iter().take(RATIONALE) {
        labelled(out, "why", &line(reason.raw()), width);
    }
    if let Some(implementation) = &task.implementation {
        let title = implementation.title.as_deref().map(line).unwrap_or_else(|| "as the plan proposes".to_owned());
        labelled(out, "how", &title, width);
        let text = terminal(&mask(&implementation.text));
        for text in text.lines().take(PROPOSED) {
            let _ = writeln!(out, "{:11}{}", "", clip(text, width.saturating_sub(11)));
        }
        let rest = text.lines().count().saturating_sub(PROPOSED);
        if rest > 0 {
            let _ = writeln!(out, "{:11}… and {rest} more lines", "");
        }
    }
    if let Some(snippet) = &task.snippet {
        labelled(
            out,
            "plan",
            &format!("lines {} to {} of the plan's file", snippet.lines.line, snippet.lines.end_line),
            width,
        );
    }
}

/// `  label    text`, the text wrapped beside its label.
fn labelled(out: &mut String, label: &str, text: &str, width: usize) {
    if text.is_empty() {
        return;
    }
    let dim = anstyle::Style::new().dimmed();
    for (at, part) in textwrap::wrap(text, width.saturating_sub(11).max(20)).iter().enumerate() {
        let label = if at == 0 { label } else { "" };
        let _ = writeln!(out, "  {dim}{label:<9}{dim:#}{part}");
    }
}

fn words(part: &Part) -> String {
    match part {
        Part::Ours(text) => text.clone(),
        Part::Theirs(text) | Part::Elastic(text) | Part::Code(text) | Part::Strong(text) => line(text.raw()),
    }
}

fn listed(files: &[Outside]) -> String {
    files.iter().map(|file| line(file.raw())).collect::<Vec<_>>().join(", ")
}

/// A check in one line: `text: a pattern stands in files · files: README.md · contains: hello`.
fn check(words: &CheckWords) -> String {
    let mut text = format!("{}: {}", line(words.kind.raw()), words.asks);
    for option in &words.options {
        let _ = write!(text, " · {}: {}", line(option.name.raw()), line(option.value.raw()));
    }
    if !words.parts.is_empty() {
        let parts: Vec<String> = words.parts.iter().map(check).collect();
        let _ = write!(text, " · [{}]", parts.join("] ["));
    }
    text
}
