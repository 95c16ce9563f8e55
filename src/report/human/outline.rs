//! An outline for a terminal.

use anstyle::Style;

use super::paint::{BOLD, DIM, GREEN, RED, YELLOW, clip, paint, sign, style, width_of};
use crate::report::encode::line;
use crate::report::outline::{Line, Mark, Outline, Part, Section, Tone};

/// The least that is left of a text that is cut.
const LEAST: usize = 12;

/// One line of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineRow {
    /// The line, painted.
    pub text: String,
    /// Which of [`Outline::tasks`] it is about.
    pub item: Option<usize>,
}

/// An outline in lines of at most `width` cells and, when `height` is given, so many lines at most: what is left out is
/// counted, and what is said below a line is left out. Without a height each section is shown up to its own bound.
pub fn outline(outline: &Outline, width: usize, height: Option<usize>) -> String {
    rows(outline, width, height).iter().map(|row| format!("{}\n", row.text.trim_end())).collect()
}

/// The same, line by line, with what each line is about.
pub fn outline_rows(outline: &Outline, width: usize) -> Vec<OutlineRow> {
    rows(outline, width, None)
}

fn rows(outline: &Outline, width: usize, height: Option<usize>) -> Vec<OutlineRow> {
    let mut rows = Rows { width, details: height.is_none(), items: 0, rows: Vec::new() };
    rows.push(row(&outline.title, width, Some(BOLD)), None);
    for lead in &outline.lead {
        if height.is_some() {
            rows.push(format!("  {}", row(&lead.parts, width.saturating_sub(2), None)), None);
            continue;
        }
        let text: String = lead.parts.iter().map(plain).collect();
        for part in textwrap::wrap(&text, width.saturating_sub(2).max(LEAST)) {
            rows.push(format!("  {part}"), None);
        }
    }
    let shares = match height {
        Some(height) => outline.share(height.saturating_sub(rows.rows.len())),
        None => outline.sections.iter().map(|section| section.lines.len()).collect(),
    };
    for (section, share) in outline.sections.iter().zip(shares) {
        if height.is_none() {
            rows.push(String::new(), None);
        }
        rows.section(section, share);
    }
    rows.rows
}

/// The lines so far.
struct Rows {
    width: usize,
    /// Whether what is said below a line is shown.
    details: bool,
    /// How many lines were about a task.
    items: usize,
    rows: Vec<OutlineRow>,
}

impl Rows {
    fn push(&mut self, text: String, item: Option<usize>) {
        self.rows.push(OutlineRow { text, item });
    }

    fn section(&mut self, section: &Section, share: usize) {
        let painted = match section.tone {
            Tone::Bad => RED.bold(),
            Tone::Good => GREEN.bold(),
            Tone::Doubt => YELLOW.bold(),
            Tone::Plain => BOLD,
        };
        let count = section.count.map(|count| format!(" ({count})")).unwrap_or_default();
        let title = format!("{}{count}", section.title);
        let aside = row(&section.aside, self.width.saturating_sub(width_of(&title) + 1), None);
        self.push(format!("{} {aside}", paint(painted, &title)), None);
        let (shown, more) = section.fit(share);
        for (at, line) in shown.iter().enumerate() {
            // Where lines are counted, it stands behind the last one.
            let last = !self.details && at + 1 == shown.len() && more > 0;
            self.line(line, if last { format!("  (and {more} more)") } else { String::new() });
        }
        match (shown.is_empty(), self.details) {
            _ if more == 0 => {}
            (true, _) => self.push(paint(DIM, &format!("  … {more}")), None),
            (false, true) => self.push(paint(DIM, &format!("  … and {more} more")), None),
            (false, false) => {}
        }
    }

    fn line(&mut self, line: &Line, tail: String) {
        let indent = if line.under { "    " } else { "  " };
        let (mark, mark_style) = match line.mark {
            Mark::Verdict(verdict) => (format!("{} ", sign(verdict)), style(verdict)),
            Mark::Item => ("· ".to_owned(), DIM),
            Mark::Group | Mark::None => (String::new(), Style::new()),
        };
        let item = line.task.is_some().then_some(self.items);
        self.items += usize::from(item.is_some());
        let room = self.width.saturating_sub(width_of(indent) + width_of(&mark) + width_of(&tail));
        let words = row(&line.parts, room, None);
        self.push(format!("{indent}{}{words}{}", paint(mark_style, &mark), paint(DIM, &tail)), item);
        if self.details {
            self.detail(line, item);
        }
    }

    fn detail(&mut self, of: &Line, item: Option<usize>) {
        let text: String = of.detail.iter().map(plain).collect();
        if text.is_empty() {
            return;
        }
        let indent = if of.under { "      " } else { "    " };
        for part in textwrap::wrap(&text, self.width.saturating_sub(indent.len()).max(LEAST)) {
            self.push(format!("{indent}{}", paint(DIM, &part)), item);
        }
    }
}

/// Parts in one line of at most `width` cells: what is elastic gives way first, then the end.
fn row(parts: &[Part], width: usize, base: Option<Style>) -> String {
    let mut texts: Vec<String> = parts.iter().map(plain).collect();
    let mut over = texts.iter().map(|text| width_of(text)).sum::<usize>().saturating_sub(width);
    for (text, part) in texts.iter_mut().zip(parts) {
        if over > 0 && matches!(part, Part::Elastic(_)) {
            let have = width_of(text);
            let keep = have.saturating_sub(over).max(LEAST.min(have));
            *text = clip(text, keep);
            over = over.saturating_sub(have.saturating_sub(width_of(text)));
        }
    }
    let cut = texts.iter().map(|text| width_of(text)).sum::<usize>() > width;
    let mut left = width.saturating_sub(usize::from(cut));
    let mut out = String::new();
    for (text, part) in texts.iter().zip(parts) {
        let text = prefix(text, left);
        left = left.saturating_sub(width_of(text));
        let style = match (base, part) {
            (Some(base), _) => base,
            (None, Part::Strong(_)) => BOLD,
            (None, _) => Style::new(),
        };
        out.push_str(&paint(style, text));
    }
    if cut && width > 0 {
        out.push('…');
    }
    out
}

/// As much of a text as fits into `width` cells.
fn prefix(text: &str, width: usize) -> &str {
    let mut cells = 0;
    let end = text.char_indices().find(|(_, c)| {
        cells += width_of(c.encode_utf8(&mut [0; 4]));
        cells > width
    });
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

fn plain(part: &Part) -> String {
    match part {
        Part::Ours(text) => text.clone(),
        Part::Theirs(text) | Part::Elastic(text) | Part::Code(text) | Part::Strong(text) => line(text.raw()),
    }
}
