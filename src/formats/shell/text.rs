//! The text that is parsed, with the way back to the bytes that it came from.

use crate::source::Span;

/// Text derived from a source: the whole script with LF line ends, a here-document without its tabs, the
/// inside of backquotes without its backslashes.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    /// The text.
    pub text: String,
    /// (offset in `text`, offset in the source) where each piece begins, both rising; inside a piece
    /// both count on together.
    pieces: Vec<(usize, usize)>,
}

/// What stood in the bytes that no shell reads.
#[derive(Debug, Default)]
pub(super) struct Strange {
    /// The first NUL byte.
    pub nul: Option<usize>,
    /// The first byte that is no UTF-8.
    pub not_utf8: Option<usize>,
}

impl Text {
    /// The source as a shell should read it: without byte order mark, with LF for CRLF. NUL bytes are left
    /// out, bytes that are no UTF-8 become U+FFFD.
    pub fn of(source: &[u8]) -> (Self, Strange) {
        let mut text = Self::default();
        let mut strange = Strange::default();
        let mut at = if source.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        for chunk in source.get(at..).unwrap_or_default().utf8_chunks() {
            for line in chunk.valid().split_inclusive('\n') {
                let (body, end) = match line.strip_suffix("\r\n") {
                    Some(body) => (body, "\n"),
                    None => (line, ""),
                };
                let mut from = at;
                for (index, part) in body.split('\0').enumerate() {
                    if index > 0 {
                        strange.nul.get_or_insert(from);
                        from += 1;
                    }
                    text.push(part, from);
                    from += part.len();
                }
                if !end.is_empty() {
                    text.push(end, from + 1);
                }
                at += line.len();
            }
            if !chunk.invalid().is_empty() {
                strange.not_utf8.get_or_insert(at);
                text.push("\u{fffd}", at);
                at += chunk.invalid().len();
            }
        }
        text.pieces.push((text.text.len(), source.len()));
        (text, strange)
    }

    /// Adds text that begins at `source`.
    fn push(&mut self, text: &str, source: usize) {
        if text.is_empty() {
            return;
        }
        self.place(source);
        self.text.push_str(text);
    }

    /// What follows begins at `source`.
    fn place(&mut self, source: usize) {
        let runs_on = self.pieces.last().is_some_and(|(derived, start)| start + (self.text.len() - derived) == source);
        if !runs_on {
            self.pieces.push((self.text.len(), source));
        }
    }

    /// Adds `parent[start..end]` with its places.
    pub fn take(&mut self, parent: &Text, start: usize, end: usize) {
        let mut at = start;
        let mut next = parent.pieces.partition_point(|(derived, _)| *derived <= start);
        while at < end {
            let stop = parent.pieces.get(next).map_or(end, |(derived, _)| (*derived).min(end));
            self.push(parent.text.get(at..stop).unwrap_or_default(), parent.source(at));
            at = stop.max(at + 1);
            next += 1;
        }
        // What was taken may be longer than what it stands for.
        self.place(parent.source(end));
    }

    /// The source offset of an offset in the text.
    pub fn source(&self, offset: usize) -> usize {
        let next = self.pieces.partition_point(|(derived, _)| *derived <= offset);
        let Some((derived, source)) = next.checked_sub(1).and_then(|index| self.pieces.get(index)) else {
            return self.pieces.first().map_or(offset, |(_, source)| *source);
        };
        let at = source + (offset - derived);
        self.pieces.get(next).map_or(at, |(_, source)| at.min(*source))
    }

    /// The source span of `text[start..end]`.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let end = end.min(self.text.len());
        if end <= start {
            let at = self.source(start);
            return Span::new(at, at);
        }
        let last = self.source(end - 1) + 1;
        // A piece may be longer than what it stands for (U+FFFD for one byte).
        let next = self.pieces.partition_point(|(derived, _)| *derived < end);
        let bound = self.pieces.get(next).map_or(last, |(_, source)| *source);
        Span::new(self.source(start), last.min(bound))
    }
}
