//! Byte spans and the lines they stand on.

/// A half-open byte range of one source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span `start..end`; an end before the start is moved to it.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// Lines of a text, 1-based, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineRange {
    /// First line, 1-based.
    pub line: u32,
    /// Last line, included.
    pub end_line: u32,
}

impl LineRange {
    /// One line.
    pub fn at(line: u32) -> Self {
        Self { line, end_line: line }
    }

    /// `line..=end_line`.
    pub fn new(line: u32, end_line: u32) -> Self {
        Self { line, end_line: end_line.max(line) }
    }
}

/// Where each line of a text begins: turns byte offsets into line numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    starts: Vec<usize>,
    len: usize,
}

impl Lines {
    /// Indexes `text`; a line ends after `\n`.
    pub fn of(text: &[u8]) -> Self {
        let mut starts = vec![0];
        starts.extend(text.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(i, _)| i + 1));
        Self { starts, len: text.len() }
    }

    /// The 1-based line of a byte offset; one past the end counts to the last line that has bytes.
    pub fn line(&self, offset: usize) -> u32 {
        let offset = offset.min(self.len.saturating_sub(1));
        let line = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(line.max(1)).unwrap_or(u32::MAX)
    }

    /// Where a 1-based line begins, in bytes; `None` when there is no such line.
    pub fn start(&self, line: u32) -> Option<usize> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }

    /// The lines that a span touches; an empty span touches the line it stands on.
    pub fn range(&self, span: Span) -> LineRange {
        let last = if span.end > span.start { span.end - 1 } else { span.start };
        LineRange::new(self.line(span.start), self.line(last))
    }

    /// The bytes of a 1-based line in the text it was made of, without its line break.
    pub fn bytes<'t>(&self, text: &'t [u8], line: u32) -> &'t [u8] {
        let index = (line as usize).saturating_sub(1);
        let Some(start) = self.starts.get(index).copied() else { return &[] };
        let end = self.starts.get(index + 1).copied().unwrap_or(self.len);
        let bytes = text.get(start..end.min(text.len())).unwrap_or_default();
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        bytes.strip_suffix(b"\r").unwrap_or(bytes)
    }

    /// How many lines there are: at least 1.
    pub fn count(&self) -> u32 {
        let trailing = self.starts.last().is_some_and(|s| *s == self.len && self.len > 0);
        u32::try_from(self.starts.len() - usize::from(trailing)).unwrap_or(u32::MAX)
    }
}
