//! The boxes of a Markdown plan.

use std::sync::Arc;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::source::{Lines, Span};

/// A list item of a Markdown file that begins with a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkdownBox {
    /// The line of the box, 1-based.
    pub line: u32,
    /// The box as written: `[x]`, `[~]`, `[]`.
    pub marker: String,
    /// Whether it is ticked; `None` for a marker that nobody knows.
    pub ticked: Option<bool>,
    /// The item's own text, as written, without what is nested below it; its lines joined by blanks.
    pub text: String,
    /// The headings that it stands under, outermost first, as written.
    pub headings: Arc<[Arc<str>]>,
}

/// Words that people put into a box. They are known as boxes, not as ticks: nobody guesses what they claim.
const WORDS: &[&str] = &["done", "todo", "wip", "n/a", "na", "ok", "yes", "no", "skip", "skipped", "tbd"];

/// Every box of a Markdown text, in file order. A box is what begins a list item (`-`, `*`, `+`, `1.`, `1)`), in
/// any list, quoted or nested; in code, HTML, tables and running text there are none. `[ ]`, `[x]` and `[X]`
/// before a blank are the boxes of [GitHub's Markdown](https://github.github.com/gfm/#task-list-items-extension-);
/// anything else that looks like one is a box with an unknown marker.
pub fn boxes(markdown: &str) -> Vec<MarkdownBox> {
    // A byte order mark is no part of the first line.
    let markdown = markdown.strip_prefix('\u{feff}').unwrap_or(markdown);
    let lines = Lines::of(markdown.as_bytes());
    let options = Options::ENABLE_TABLES;
    let mut events = Parser::new_ext(markdown, options).into_offset_iter().peekable();
    let mut headings: Vec<(HeadingLevel, Arc<str>)> = Vec::new();
    let mut under: Arc<[Arc<str>]> = Arc::from([]);
    let mut found: Vec<MarkdownBox> = Vec::new();
    // The box whose text is being read, and where its pieces stand.
    let mut reading: Option<(usize, Vec<Span>)> = None;
    let mut heading: Option<(HeadingLevel, Span)> = None;
    while let Some((event, range)) = events.next() {
        let span = Span::from(range);
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                heading = Some((level, Span { start: span.end, end: span.start }));
                finish(&mut reading, &mut found, markdown);
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, inside)) = heading.take() {
                    headings.retain(|(above, _)| *above < level);
                    let text = markdown.get(inside.start..inside.end).unwrap_or_default();
                    headings.push((level, Arc::from(text.trim())));
                    under = headings.iter().map(|(_, text)| Arc::clone(text)).collect();
                }
            }
            Event::Start(Tag::Item) => {
                finish(&mut reading, &mut found, markdown);
                let in_code = matches!(
                    events.peek(),
                    Some((Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Heading { .. }), _))
                );
                if let Some((marker, ticked, text)) = marker(markdown, span).filter(|_| !in_code) {
                    found.push(MarkdownBox {
                        line: lines.line(marker.start),
                        marker: markdown.get(marker.start..marker.end).unwrap_or_default().to_owned(),
                        ticked,
                        text: String::new(),
                        headings: Arc::clone(&under),
                    });
                    reading = Some((found.len() - 1, vec![Span::new(text, text)]));
                }
            }
            Event::Start(Tag::Paragraph) => {}
            Event::End(TagEnd::Paragraph | TagEnd::Item) | Event::Rule => finish(&mut reading, &mut found, markdown),
            Event::Start(tag) if is_block(&tag) => finish(&mut reading, &mut found, markdown),
            Event::SoftBreak | Event::HardBreak => {
                if let Some((_, pieces)) = &mut reading {
                    pieces.push(Span::new(span.end, span.end));
                }
            }
            _ => {
                if let Some((_, inside)) = &mut heading {
                    *inside = Span { start: inside.start.min(span.start), end: inside.end.max(span.end) };
                } else if let Some((_, pieces)) = &mut reading
                    && let Some(last) = pieces.last_mut()
                {
                    if last.end <= last.start && span.start > last.start && pieces_begin(markdown, *last, span) {
                        last.start = span.start;
                    }
                    last.end = last.end.max(span.end);
                }
            }
        }
    }
    finish(&mut reading, &mut found, markdown);
    found
}

/// Whether only blanks and quote signs lie between the begin of a line and its first text.
fn pieces_begin(markdown: &str, line: Span, text: Span) -> bool {
    markdown.get(line.start..text.start).is_some_and(|between| between.chars().all(|c| c.is_whitespace() || c == '>'))
}

fn finish(reading: &mut Option<(usize, Vec<Span>)>, found: &mut [MarkdownBox], markdown: &str) {
    let Some((index, pieces)) = reading.take() else { return };
    let texts: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| markdown.get(piece.start..piece.end))
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .collect();
    if let Some(found) = found.get_mut(index) {
        found.text = texts.join(" ");
    }
}

fn is_block(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::List(_) | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::BlockQuote(_) | Tag::Table(_))
}

/// The box that an item begins with, whether it is ticked, and where its text begins.
fn marker(markdown: &str, item: Span) -> Option<(Span, Option<bool>, usize)> {
    let text = markdown.get(item.start..item.end)?;
    let after_bullet = match text.strip_prefix(['-', '*', '+']) {
        Some(rest) => rest,
        None => text.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(['.', ')'])?,
    };
    let body = after_bullet.trim_start_matches([' ', '\t']);
    let inside = body.strip_prefix('[')?;
    let line = inside.lines().next().unwrap_or_default();
    let (inside, rest) = line.split_once(']')?;
    let start = item.start + (text.len() - body.len());
    let end = start + inside.len() + 2;
    let parted = rest.is_empty() || rest.starts_with([' ', '\t']);
    let ticked = match inside {
        " " if parted => Some(false),
        "x" | "X" if parted => Some(true),
        _ => None,
    };
    let sign = inside.trim();
    let looks_like_one = sign.chars().count() <= 2 || WORDS.contains(&sign.to_lowercase().as_str());
    // `[1]` and `[a][b]`, `[a](b)`, `[a]: b` are references and links.
    let link = rest.starts_with(['(', '[', ':']) || (!sign.is_empty() && sign.chars().all(|c| c.is_ascii_digit()));
    let known = ticked.is_some();
    (known || (looks_like_one && !link && (parted || matches!(sign, "" | "x" | "X")))).then_some((
        Span::new(start, end),
        ticked,
        end,
    ))
}
