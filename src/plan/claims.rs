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
    let mut reader = Reader {
        markdown,
        lines: Lines::of(markdown.as_bytes()),
        headings: Vec::new(),
        under: Arc::from([]),
        heading: None,
        pieces: None,
        found: Vec::new(),
    };
    let mut events = Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter().peekable();
    while let Some((event, range)) = events.next() {
        let span = Span::from(range);
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                reader.finish();
                reader.heading = Some((level, Span { start: span.end, end: span.start }));
            }
            Event::End(TagEnd::Heading(_)) => reader.end_heading(),
            Event::Start(Tag::Item) => {
                reader.finish();
                let text_follows = !matches!(
                    events.peek(),
                    Some((Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Heading { .. }), _))
                );
                if text_follows {
                    reader.item(span);
                }
            }
            Event::Start(Tag::Paragraph) => {}
            Event::End(TagEnd::Paragraph | TagEnd::Item) | Event::Rule => reader.finish(),
            Event::Start(tag) if is_block(&tag) => reader.finish(),
            Event::SoftBreak | Event::HardBreak => {
                if let Some(pieces) = &mut reader.pieces {
                    pieces.push(Span::new(span.end, span.end));
                }
            }
            _ => reader.inline(span),
        }
    }
    reader.finish();
    reader.found
}

struct Reader<'m> {
    markdown: &'m str,
    lines: Lines,
    headings: Vec<(HeadingLevel, Arc<str>)>,
    /// The headings of the boxes to come.
    under: Arc<[Arc<str>]>,
    /// The heading that is being read, and its inside so far.
    heading: Option<(HeadingLevel, Span)>,
    /// The text of the last box while it is being read: a piece a line.
    pieces: Option<Vec<Span>>,
    found: Vec<MarkdownBox>,
}

impl Reader<'_> {
    fn end_heading(&mut self) {
        let Some((level, inside)) = self.heading.take() else { return };
        let text = self.markdown.get(inside.start..inside.end).unwrap_or_default();
        self.headings.retain(|(above, _)| *above < level);
        self.headings.push((level, Arc::from(text.trim())));
        self.under = self.headings.iter().map(|(_, text)| Arc::clone(text)).collect();
    }

    fn item(&mut self, span: Span) {
        let Some((marker, ticked)) = marker(self.markdown, span) else { return };
        self.found.push(MarkdownBox {
            line: self.lines.line(marker.start),
            marker: self.markdown.get(marker.start..marker.end).unwrap_or_default().to_owned(),
            ticked,
            text: String::new(),
            headings: Arc::clone(&self.under),
        });
        self.pieces = Some(vec![Span::new(marker.end, marker.end)]);
    }

    fn inline(&mut self, span: Span) {
        if let Some((_, inside)) = &mut self.heading {
            *inside = Span { start: inside.start.min(span.start), end: inside.end.max(span.end) };
        } else if let Some(line) = self.pieces.as_mut().and_then(|pieces| pieces.last_mut()) {
            // Only the indent and the quote signs of a line are no part of its text.
            let begins = line.end <= line.start && span.start > line.start;
            let indent = self.markdown.get(line.start..span.start).unwrap_or_default();
            if begins && indent.chars().all(|c| c.is_whitespace() || c == '>') {
                line.start = span.start;
            }
            line.end = line.end.max(span.end);
        }
    }

    /// The text of the box that is being read is complete.
    fn finish(&mut self) {
        let Some(pieces) = self.pieces.take() else { return };
        let lines = pieces.iter().filter_map(|piece| self.markdown.get(piece.start..piece.end)).map(str::trim);
        let text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        if let Some(last) = self.found.last_mut() {
            last.text = text;
        }
    }
}

fn is_block(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::List(_) | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::BlockQuote(_) | Tag::Table(_))
}

/// The box that an item begins with, and whether it is ticked.
fn marker(markdown: &str, item: Span) -> Option<(Span, Option<bool>)> {
    let text = markdown.get(item.start..item.end)?;
    let after_bullet = match text.strip_prefix(['-', '*', '+']) {
        Some(rest) => rest,
        None => text.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(['.', ')'])?,
    };
    let body = after_bullet.trim_start_matches([' ', '\t', '\r', '\n']);
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
    let tick = matches!(sign, "" | "x" | "X");
    let link = rest.starts_with(['(', '['])
        || (rest.starts_with(':') && !tick)
        || (!sign.is_empty() && sign.chars().all(|c| c.is_ascii_digit()));
    let unknown = looks_like_one && !link && (parted || tick);
    (ticked.is_some() || unknown).then(|| (Span::new(start, end), ticked))
}
