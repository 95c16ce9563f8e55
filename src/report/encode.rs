//! The one way from outside text to a face.

use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter, Serializer};

use crate::source::mask;

/// Whether a terminal, a reader's eye or a text layout would obey this character instead of showing it:
/// C0 and C1 controls, DEL, bidirectional and zero-width controls, line and paragraph separators, tags.
pub fn is_active(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// For a terminal: what is [`is_active`] becomes visible as `\u{1b}`; line breaks stay, a tab becomes four
/// blanks. Emoji joiners are shown as escapes too: nothing invisible is let through.
pub fn terminal(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => shown.push('\n'),
            '\t' => shown.push_str("    "),
            c if is_active(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

/// For one line of a terminal: as [`terminal`], line breaks become blanks, and values of secret keys are masked
/// (what spans lines, an excerpt, is masked where it is made).
pub fn line(text: &str) -> String {
    terminal(&mask(text).replace("\r\n", " ").replace(['\n', '\r'], " "))
}

/// For one line of Markdown: nothing in it is markup, a link, a mention (`@name`, `#12`) or HTML. Blanks at its ends
/// are taken off. A mention is broken by a character reference, since hosts look for it after they have taken the
/// escapes off.
pub fn markdown(text: &str) -> String {
    let text = line(text);
    let text = text.trim();
    let mut shown = String::with_capacity(text.len());
    let mut number = true;
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '@' => shown.push_str("@&#8203;"),
            '#' => shown.push_str("\\#&#8203;"),
            ':' if rest.starts_with("://") => shown.push_str("&#58;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' | '!' | '$' => shown.extend(['\\', c]),
            // What would begin a list or underline a heading.
            '-' | '+' | '=' if at == 0 => shown.extend(['\\', c]),
            '.' | ')' if number && at > 0 => shown.extend(['\\', c]),
            '.' if text.get(..at).is_some_and(|before| before.to_ascii_lowercase().ends_with("www")) => {
                shown.push_str("&#46;");
            }
            c => shown.push(c),
        }
        number = number && c.is_ascii_digit();
    }
    shown
}

/// For a code span of Markdown, its backticks included; empty for nothing.
pub fn markdown_code(text: &str) -> String {
    let text = line(text);
    if text.trim().is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// For one line of a Slack message (`mrkdwn`): `&`, `<` and `>` as Slack asks, so that no `<!channel>`, mention or link
/// of it is obeyed (<https://docs.slack.dev/messaging/formatting-message-text/>). `@`, which counts when a text is
/// pasted, and what would open bold, struck or code text over what follows, stand as signs that look alike: Slack has
/// no escape for them.
pub fn slack(text: &str) -> String {
    let text = line(text);
    let mut shown = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '@' => shown.push('\u{FF20}'),
            '*' => shown.push('\u{2217}'),
            '~' => shown.push('\u{223C}'),
            '`' => shown.push('\u{02CB}'),
            c => shown.push(c),
        }
    }
    shown
}

/// For a code span of a Slack message, its backticks included; empty for nothing.
pub fn slack_code(text: &str) -> String {
    let text = slack(text);
    if text.is_empty() { text } else { format!("`{text}`") }
}

/// For SVG and HTML text and attributes; characters that XML does not know become U+FFFD.
pub fn xml(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            '\n' | '\t' => shown.push(' '),
            c if is_active(c) || matches!(c, '\u{FFFE}' | '\u{FFFF}') => shown.push('\u{FFFD}'),
            c => shown.push(c),
        }
    }
    shown
}

/// JSON, indented, in which what is [`is_active`] stands as `\uXXXX`, so that it can be looked at in a
/// terminal. Ends with a line break.
pub fn json(value: &impl Serialize) -> serde_json::Result<String> {
    let mut bytes = Vec::new();
    let formatter = Escaping(PrettyFormatter::new());
    value.serialize(&mut Serializer::with_formatter(&mut bytes, formatter))?;
    bytes.push(b'\n');
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

struct Escaping(PrettyFormatter<'static>);

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        if fragment.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_control()) {
            return writer.write_all(fragment.as_bytes());
        }
        while let Some(at) = rest.find(is_active) {
            let (plain, tail) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let mut chars = tail.chars();
            if let Some(c) = chars.next() {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
            rest = chars.as_str();
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + io::Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}
