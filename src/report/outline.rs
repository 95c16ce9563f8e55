//! A text for people as sections of lines, before it is laid out for a terminal, Markdown or Slack.

use crate::checks::Verdict;
use crate::source::Outside;

/// A whole text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outline {
    /// The headline.
    pub title: Vec<Part>,
    /// What stands below it.
    pub lead: Vec<Line>,
    /// The sections, the most important first.
    pub sections: Vec<Section>,
}

/// Lines under a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The title.
    pub title: String,
    /// How many things it is about, shown behind the title; `None` shows nothing.
    pub count: Option<usize>,
    /// What is said beside the title.
    pub aside: Vec<Part>,
    /// How it is painted.
    pub tone: Tone,
    /// Its lines.
    pub lines: Vec<Line>,
    /// The same in fewer lines, for where these do not fit; empty when there is no shorter way.
    pub folded: Vec<Line>,
    /// So many of its items are shown at most; how many are left out is said.
    pub most: usize,
}

/// How a section is painted; its title says the same in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something is lost.
    Bad,
    /// Something is gained.
    Good,
    /// Something is in doubt.
    Doubt,
    /// Neither.
    Plain,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it begins with.
    pub mark: Mark,
    /// Whether it stands under the last line that is a [`Mark::Group`].
    pub under: bool,
    /// Its words.
    pub parts: Vec<Part>,
    /// What is said below it where there is room.
    pub detail: Vec<Part>,
    /// How many things it stands for.
    pub stands_for: usize,
    /// The id of the task that it is about.
    pub task: Option<Outside>,
}

/// What a line begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The sign of a verdict.
    Verdict(Verdict),
    /// A bullet.
    Item,
    /// The heading of the lines under it.
    Group,
    /// Nothing.
    None,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Our own words.
    Ours(String),
    /// Text from outside.
    Theirs(Outside),
    /// Text from outside that is cut first when a line is too long.
    Elastic(Outside),
    /// A path, an id.
    Code(Outside),
    /// Text from outside that stands out.
    Strong(Outside),
}

/// Our own words as a part.
pub(super) fn ours(text: impl Into<String>) -> Part {
    Part::Ours(text.into())
}

/// A path or an id as a part.
pub(super) fn code(text: impl Into<String>) -> Part {
    Part::Code(Outside::new(text))
}

impl Line {
    /// A line.
    pub fn new(mark: Mark, parts: Vec<Part>) -> Self {
        Self { mark, under: false, parts, detail: Vec::new(), stands_for: 1, task: None }
    }

    /// The same line under the last group.
    #[must_use]
    pub fn under(mut self) -> Self {
        self.under = true;
        self
    }

    /// About a task, by its id.
    #[must_use]
    pub fn about(mut self, task: &Outside) -> Self {
        self.task = Some(task.clone());
        self
    }

    /// With what is said below it.
    #[must_use]
    pub fn detail(mut self, parts: Vec<Part>) -> Self {
        self.detail = parts;
        self
    }
}

impl Section {
    /// A section of so many things.
    pub fn new(title: &str, tone: Tone, count: usize) -> Self {
        let (count, title) = (Some(count), title.to_owned());
        Self { title, count, aside: Vec::new(), tone, lines: Vec::new(), folded: Vec::new(), most: usize::MAX }
    }

    /// Its first lines, at most `lines` of them and at most [`Section::most`] items, and how many items are left out.
    /// A group's heading is no item; it is not the last line that is shown.
    pub fn cut(&self, lines: usize) -> (&[Line], usize) {
        self.cut_of(&self.lines, lines)
    }

    /// The same; folded when not all of its lines fit.
    pub fn fit(&self, lines: usize) -> (&[Line], usize) {
        let short = lines < self.lines.len() && !self.folded.is_empty();
        self.cut_of(if short { &self.folded } else { &self.lines }, lines)
    }

    fn cut_of<'s>(&self, of: &'s [Line], lines: usize) -> (&'s [Line], usize) {
        let is_item = |line: &&Line| line.mark != Mark::Group;
        let mut shown = 0;
        let mut items = 0;
        for (at, line) in of.iter().enumerate().take(lines) {
            if is_item(&line) {
                if items == self.most {
                    break;
                }
                items += 1;
                shown = at + 1;
            }
        }
        let left_out = of.iter().skip(shown).filter(is_item).map(|line| line.stands_for).sum();
        (of.get(..shown).unwrap_or_default(), left_out)
    }
}

impl Outline {
    /// The ids of the tasks that its lines are about, in their order, as far as each section is shown.
    pub fn tasks(&self) -> Vec<&Outside> {
        let shown = self.sections.iter().flat_map(|section| section.cut(usize::MAX).0);
        shown.filter_map(|line| line.task.as_ref()).collect()
    }

    /// How many lines each section gets when all of them, their titles counted, have `lines` between them. Each gets
    /// one, under a group's heading two; what is left goes round in their order.
    pub(super) fn share(&self, lines: usize) -> Vec<usize> {
        let wanted: Vec<usize> = self.sections.iter().map(|section| section.lines.len()).collect();
        let first = |section: &Section| match section.lines.first() {
            Some(line) if line.mark == Mark::Group => 2,
            _ => 1,
        };
        let mut shares: Vec<usize> = self.sections.iter().map(|s| first(s).min(s.lines.len())).collect();
        let mut left = lines.saturating_sub(self.sections.len() + shares.iter().sum::<usize>());
        while left > 0 {
            let before = left;
            for (share, wanted) in shares.iter_mut().zip(&wanted) {
                if left > 0 && *share < *wanted {
                    *share += 1;
                    left -= 1;
                }
            }
            if left == before {
                break;
            }
        }
        shares
    }
}
