//! Continued lines as one text, with the way back to the source.

use crate::source::Span;

/// A command line after continuation lines were joined, with the way back to the source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Joined {
    /// The text that the shell gets: continuations joined, comments between them taken out.
    pub text: String,
    /// (offset in `text`, offset in the source) of each piece, both rising; the last entry may stand at
    /// the end of `text`. Here-document text is not part of it.
    pub map: Vec<(usize, usize)>,
}

impl Joined {
    /// The source offset of an offset in `text`.
    pub fn source_offset(&self, offset: usize) -> usize {
        let at = self.map.partition_point(|(joined, _)| *joined <= offset);
        match at.checked_sub(1).and_then(|i| self.map.get(i)) {
            Some((joined, source)) => {
                let here = source + (offset - joined);
                self.map.get(at).map_or(here, |(_, next)| here.min(*next))
            }
            None => self.map.first().map_or(offset, |(_, source)| *source),
        }
    }

    /// Where `start..end` of `text` stands in the source: from its first byte to behind its last, so that
    /// a piece that ends with its line does not reach into the next one.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let from = self.source_offset(start);
        if end <= start {
            return Span::new(from, from);
        }
        let at = self.map.partition_point(|(joined, _)| *joined < end);
        let to = match at.checked_sub(1).and_then(|i| self.map.get(i)) {
            Some((joined, source)) => {
                let here = source + (end - joined);
                self.map.get(at).map_or(here, |(_, next)| here.min(*next))
            }
            None => from,
        };
        Span::new(from, to)
    }

    /// `start..end` of it.
    pub(super) fn slice(&self, start: usize, end: usize) -> Self {
        let text = self.text.get(start..end).unwrap_or_default().to_owned();
        let mut map = Vec::new();
        if !text.is_empty() {
            map.push((0, self.source_offset(start)));
            let first = self.map.partition_point(|(joined, _)| *joined <= start);
            let inside = self.map.get(first..).unwrap_or_default().iter().take_while(|(joined, _)| *joined < end);
            map.extend(inside.map(|(joined, source)| (joined - start, *source)));
            map.push((end - start, self.span(start, end).end));
        } else {
            map.push((0, self.source_offset(start)));
        }
        Self { text, map }
    }

    /// Adds bytes of the source that begin at `offset`; what is no UTF-8 becomes U+FFFD. Answers the
    /// offset of the first such byte.
    pub(super) fn push_bytes(&mut self, bytes: &[u8], offset: usize) -> Option<usize> {
        let mut invalid = None;
        let mut at = offset;
        for chunk in bytes.utf8_chunks() {
            self.push(chunk.valid(), at);
            at += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                invalid.get_or_insert(at);
                self.push("\u{fffd}", at);
                at += chunk.invalid().len();
            }
        }
        invalid
    }

    /// Marks where the text that was pushed last ends in the source.
    pub(super) fn end(&mut self, offset: usize) {
        if self.map.last().is_none_or(|(joined, _)| *joined < self.text.len()) {
            self.map.push((self.text.len(), offset));
        }
    }

    /// Adds a text that stands at `offset` in the source.
    pub(super) fn push(&mut self, text: &str, offset: usize) {
        if !text.is_empty() {
            self.mark(offset);
            self.text.push_str(text);
        }
    }

    /// Adds a text that has a map of its own.
    pub(super) fn append(&mut self, text: &str, map: &[(usize, usize)]) {
        let base = self.text.len();
        for (joined, source) in map.iter().filter(|(joined, _)| *joined < text.len()) {
            self.mark_at(base + joined, *source);
        }
        self.text.push_str(text);
    }

    fn mark(&mut self, offset: usize) {
        self.mark_at(self.text.len(), offset);
    }

    fn mark_at(&mut self, joined: usize, source: usize) {
        if self.map.last().is_some_and(|(last, _)| *last == joined) {
            self.map.pop();
        }
        self.map.push((joined, source));
    }
}
