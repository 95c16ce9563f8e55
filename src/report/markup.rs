//! An outline as Markdown, and as a Slack message. What leaves the machine carries paths, lines and messages, never
//! source text.

use std::fmt::Write as _;

use super::encode;
use super::human::sign;
use super::outline::{Line, Mark, Outline, Part, Section};

/// So many items of a section at most: a Markdown text has room, a message has little.
const MOST_IN_MARKDOWN: usize = 50;
const MOST_IN_SLACK: usize = 8;

/// As Markdown (GitHub's, <https://github.github.com/gfm/>).
pub fn markdown(outline: &Outline) -> String {
    let words = |parts: &[Part]| parts.iter().map(markdown_part).collect::<String>();
    let mut out = format!("**{}**\n", words(&outline.title).trim());
    if !outline.lead.is_empty() {
        out.push('\n');
    }
    for lead in &outline.lead {
        let _ = writeln!(out, "- {}", words(&lead.parts).trim());
    }
    for section in &outline.sections {
        let aside = words(&section.aside);
        let aside = if aside.is_empty() { aside } else { format!(" {aside}") };
        let _ = writeln!(out, "\n### {}{}{aside}\n", section.title, count(section));
        let (shown, more) = cut(section, MOST_IN_MARKDOWN);
        for line in shown {
            let indent = if line.under { "  " } else { "" };
            let _ = writeln!(out, "{indent}- {}{}", mark(line), words(&line.parts).trim());
            if !line.detail.is_empty() {
                let _ = writeln!(out, "{indent}  - {}", words(&line.detail).trim());
            }
        }
        if more > 0 {
            let _ = writeln!(out, "- and {more} more");
        }
    }
    out
}

/// As the text of a Slack message (`mrkdwn`).
pub fn slack(outline: &Outline) -> String {
    let words = |parts: &[Part]| parts.iter().map(slack_part).collect::<String>();
    let mut out = format!("*{}*\n", words(&outline.title).replace('*', "").trim());
    for lead in &outline.lead {
        let _ = writeln!(out, "{}", words(&lead.parts).trim());
    }
    for section in &outline.sections {
        let aside = words(&section.aside);
        let aside = if aside.is_empty() { aside } else { format!(" {aside}") };
        let _ = writeln!(out, "\n*{}{}*{aside}", section.title, count(section));
        let (shown, more) = cut(section, MOST_IN_SLACK);
        for line in shown {
            let bullet = if line.under { "    ◦ " } else { "• " };
            let _ = writeln!(out, "{bullet}{}{}", mark(line), words(&line.parts).trim());
            if !line.detail.is_empty() {
                let _ = writeln!(out, "        {}", words(&line.detail).trim());
            }
        }
        if more > 0 {
            let _ = writeln!(out, "• and {more} more");
        }
    }
    out
}

fn cut(section: &Section, most: usize) -> (&[Line], usize) {
    let headings = section.lines.iter().filter(|line| line.mark == Mark::Group).count();
    section.cut(most + headings.min(most))
}

fn count(section: &Section) -> String {
    section.count.map(|count| format!(" ({count})")).unwrap_or_default()
}

fn mark(line: &Line) -> String {
    match line.mark {
        Mark::Verdict(verdict) => format!("{} ", sign(verdict)),
        Mark::Item | Mark::Group | Mark::None => String::new(),
    }
}

/// Blanks at the ends of a part keep words apart, and no encoder keeps them.
fn spaced(text: &str, encoded: String) -> String {
    let blank = |c: char| c.is_whitespace();
    let before = if text.starts_with(blank) { " " } else { "" };
    let after = if text.ends_with(blank) && !encoded.is_empty() { " " } else { "" };
    format!("{before}{encoded}{after}")
}

fn markdown_part(part: &Part) -> String {
    match part {
        Part::Ours(text) => text.clone(),
        Part::Theirs(text) | Part::Elastic(text) => spaced(text.raw(), encode::markdown(text.raw())),
        Part::Code(text) => encode::markdown_code(text.raw()),
        Part::Strong(text) => match encode::markdown(text.raw()) {
            text if text.is_empty() => text,
            text => format!("**{text}**"),
        },
    }
}

fn slack_part(part: &Part) -> String {
    match part {
        Part::Ours(text) => text.clone(),
        Part::Theirs(text) | Part::Elastic(text) => spaced(text.raw(), encode::slack(text.raw())),
        Part::Code(text) => encode::slack_code(text.raw()),
        Part::Strong(text) => match encode::slack(text.raw()) {
            text if text.is_empty() => text,
            text => format!("*{text}*"),
        },
    }
}
