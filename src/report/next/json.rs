//! The next tasks as JSON, for a coding agent. Field names are fixed; findings carry no source text.

use serde::Serialize;

use crate::checks::Verdict;
use crate::report::json::SCHEMA;
use crate::report::standup::{IssueRefPart, WhyPart, issue_part, why_part};
use crate::source::{Outside, mask};
use crate::standup::{CheckWords, Next, NextTask};

/// What `next --format json` prints.
#[derive(Debug, Serialize)]
pub struct NextDocument {
    schema: u32,
    plan: PlanPart,
    commit: Option<String>,
    tasks: Vec<TaskPart>,
    more: usize,
    waiting: usize,
    all_hold: bool,
    elsewhere: usize,
}

#[derive(Debug, Serialize)]
struct PlanPart {
    uid: String,
    title: String,
}

#[derive(Debug, Serialize)]
struct TaskPart {
    id: String,
    text: String,
    issue: Option<IssueRefPart>,
    testing: bool,
    priority: &'static str,
    unblocks: usize,
    verdict: &'static str,
    reason: Option<&'static str>,
    findings: Vec<WhyPart>,
    files: Vec<String>,
    check: CheckPart,
    snippet: Option<SnippetPart>,
    implementation: Option<ImplementationPart>,
    rationale: Vec<String>,
}

#[derive(Debug, Serialize)]
struct CheckPart {
    kind: String,
    asks: &'static str,
    options: Vec<OptionPart>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<CheckPart>,
}

#[derive(Debug, Serialize)]
struct OptionPart {
    name: String,
    means: &'static str,
    value: String,
}

#[derive(Debug, Serialize)]
struct SnippetPart {
    line: u32,
    end_line: u32,
    text: String,
}

#[derive(Debug, Serialize)]
struct ImplementationPart {
    title: Option<String>,
    lang: String,
    text: String,
}

/// The document of the next tasks.
pub fn document(next: &Next) -> NextDocument {
    NextDocument {
        schema: SCHEMA,
        plan: PlanPart { uid: text(&next.uid), title: text(&next.title) },
        commit: next.commit.clone(),
        tasks: next.tasks.iter().map(task).collect(),
        more: next.more,
        waiting: next.waiting,
        all_hold: next.all_hold,
        elsewhere: next.elsewhere,
    }
}

fn text(text: &Outside) -> String {
    mask(text.raw())
}

fn task(task: &NextTask) -> TaskPart {
    let ready = &task.ready;
    TaskPart {
        id: text(&ready.task.id),
        text: text(&ready.task.text),
        issue: ready.task.issue.as_ref().map(issue_part),
        testing: task.testing,
        priority: ready.priority.word(),
        unblocks: ready.unblocks,
        verdict: ready.verdict.word(),
        reason: match ready.verdict {
            Verdict::Unknown(reason) => Some(reason.word()),
            _ => None,
        },
        findings: task.why.iter().map(why_part).collect(),
        files: task.files.iter().map(text).collect(),
        check: check(&task.check),
        snippet: task.snippet.as_ref().map(|snippet| SnippetPart {
            line: snippet.lines.line,
            end_line: snippet.lines.end_line,
            text: mask(&snippet.text),
        }),
        implementation: task.implementation.as_ref().map(|implementation| ImplementationPart {
            title: implementation.title.as_deref().map(mask),
            lang: mask(&implementation.lang),
            text: mask(&implementation.text),
        }),
        rationale: task.rationale.iter().map(text).collect(),
    }
}

fn check(words: &CheckWords) -> CheckPart {
    CheckPart {
        kind: text(&words.kind),
        asks: words.asks,
        options: words
            .options
            .iter()
            .map(|option| OptionPart { name: text(&option.name), means: option.means, value: text(&option.value) })
            .collect(),
        parts: words.parts.iter().map(check).collect(),
    }
}
