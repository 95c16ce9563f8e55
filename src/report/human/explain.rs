//! `trueup explain`: evidence as a compiler would show it.

use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level as Shown, Origin, Renderer, Snippet};

use super::paint::{BOLD, DIM, LOUD, paint, sign, style};
use crate::checks::{Finding, Level};
use crate::plan::{Task, TaskPlace};
use crate::progress::TaskStatus;
use crate::report::encode::{line, terminal};

/// One task with every finding, its excerpt and help.
pub fn explain(place: TaskPlace<'_>, task: &Task, judged: &TaskStatus, width: usize) -> String {
    let mut out = String::new();
    let verdict = judged.verdict();
    let head = format!("{} {} {}", sign(verdict), verdict.word(), line(&task.id));
    let _ = writeln!(out, "{} {}", paint(style(verdict).bold(), &head), paint(BOLD, &line(&task.text)));
    let under = match place {
        TaskPlace::Issue(phase, issue) => {
            let linear = issue.linear.as_deref().map(|id| format!(" · {}", line(id))).unwrap_or_default();
            format!(
                "issue {}: {}{linear} · phase {}: {}",
                line(&issue.id),
                line(&issue.title),
                line(&phase.id),
                line(&phase.title)
            )
        }
        TaskPlace::Checklist => "checklist, shared by every issue".to_owned(),
        TaskPlace::Policy => "policy".to_owned(),
    };
    let _ = writeln!(out, "{}", paint(DIM, &under));
    for claim in &judged.claims {
        let says = format!("{} says {}", line(claim.place.raw()), line(claim.value.raw()));
        let text = if judged.is_false_claim() { paint(LOUD, &format!(" claimed, not true: {says} ")) } else { says };
        let _ = writeln!(out, "{text}");
    }
    out.push('\n');
    let renderer = Renderer::styled().decor_style(DecorStyle::Unicode).term_width(width);
    for finding in judged.outcome.ranked() {
        let _ = writeln!(out, "{}\n", render(finding, &renderer));
    }
    out
}

fn render(finding: &Finding, renderer: &Renderer) -> String {
    let level = match finding.level {
        Level::Proof => Shown::INFO.with_name(finding.label()),
        Level::Fault => Shown::ERROR.with_name("fault"),
        Level::Note => Shown::NOTE.with_name("note"),
    };
    let message = line(finding.message.raw());
    let path = finding.path.as_ref().map(|path| line(path.raw()));
    let excerpt = finding.excerpt.as_ref().map(|excerpt| terminal(excerpt.raw()));
    let mut elements: Vec<Element<'_>> = Vec::new();
    match (&path, finding.lines, &excerpt) {
        (Some(path), Some(lines), Some(excerpt)) => {
            let start = excerpt.len() - excerpt.trim_start().len();
            let end = excerpt.trim_end().len().max(start);
            elements.push(
                Snippet::source(excerpt.as_str())
                    .line_start(lines.line as usize)
                    .path(path.as_str())
                    .fold(false)
                    .annotation(AnnotationKind::Primary.span(start..end))
                    .into(),
            );
        }
        (Some(path), lines, _) => {
            let mut origin = Origin::path(path.as_str());
            if let Some(lines) = lines {
                origin = origin.line(lines.line as usize);
            }
            elements.push(origin.into());
        }
        (None, _, _) => {}
    }
    let help = finding.help.as_ref().map(|help| line(help.raw()));
    if let Some(help) = &help {
        elements.push(Shown::HELP.message(help.as_str()).into());
    }
    let title = level.primary_title(message.as_str());
    let group: Group<'_> = title.elements(elements);
    renderer.render(&[group])
}
