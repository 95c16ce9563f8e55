//! What a Markdown plan claims about the tasks of a plan.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::wording::{Counted, Heading, loose, plain};
use crate::plan::{MarkdownBox, Plan, boxes};

/// The boxes of a Markdown plan, told apart by task.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// The boxes of each task, in the order of [`Plan::tasks`]. A task has more than one when it stands in several
    /// sections of the file, at most one in each.
    pub tasks: Vec<Vec<MarkdownBox>>,
    /// Boxes that match no task, in file order.
    pub unmatched: Vec<MarkdownBox>,
    /// Boxes with a marker that nobody knows, in file order, whether they match a task or not.
    pub unknown_markers: Vec<MarkdownBox>,
    /// The ids of tasks that have no box, in plan order.
    pub without_box: Vec<String>,
}

/// Tasks of one issue with the same text are told apart by their order, so many of them at most.
const MOST_ALIKE: usize = 64;

/// A part of the plan that a heading can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Section {
    Issue(usize),
    Checklist,
    Policies,
    Phase(usize),
    Whole,
}

impl Section {
    /// Whether its tasks were written apart from each other, so that only a text that is the only one of its
    /// kind tells which is meant.
    fn is_wide(self) -> bool {
        matches!(self, Self::Phase(_) | Self::Whole)
    }
}

/// Matches the boxes of a Markdown text to the tasks of a plan: by the task's text under the heading of its issue
/// (or of the checklist, or the policies). First by the same words; then by what is left once mojibake is put right
/// and identifiers and signs that people put before headings and texts are taken off. Boxes that stand only under
/// their phase's heading, or under nothing but the plan's title, match when no other task there has the text.
pub fn claims(plan: &Plan, markdown: &str) -> Claims {
    let sections = Sections::of(plan);
    let found = boxes(markdown);
    let places = sections.places(&found);
    let mut matched: Vec<Option<usize>> = vec![None; found.len()];
    let mut taken: HashSet<(usize, usize)> = HashSet::new();
    for (texts, text_of) in [(&sections.plain, plain as fn(&str) -> String), (&sections.loose, loose)] {
        for ((found, place), matched) in found.iter().zip(&places).zip(&mut matched) {
            if matched.is_some() {
                continue;
            }
            let text = text_of(&found.text);
            *matched = place.meant.iter().find_map(|section| {
                let tasks = sections.tasks(texts, *section, &text)?;
                let alone = tasks.len() == 1 || !section.is_wide();
                let free = |task: &&usize| alone && !taken.contains(&(place.number, **task));
                tasks.iter().take(MOST_ALIKE).find(free).copied()
            });
            taken.extend(matched.map(|task| (place.number, task)));
        }
    }
    let ids: Vec<&str> = plan.tasks().map(|(_, task)| task.id.as_str()).collect();
    let mut claims = Claims { tasks: vec![Vec::new(); ids.len()], ..Claims::default() };
    for (found, matched) in found.into_iter().zip(matched) {
        if found.ticked.is_none() {
            claims.unknown_markers.push(found.clone());
        }
        match matched.and_then(|task| claims.tasks.get_mut(task)) {
            Some(boxes) => boxes.push(found),
            None => claims.unmatched.push(found),
        }
    }
    let boxless = ids.iter().zip(&claims.tasks).filter(|(_, boxes)| boxes.is_empty());
    claims.without_box = boxless.map(|(id, _)| (*id).to_owned()).collect();
    claims
}

/// Where a box stands.
#[derive(Clone)]
struct Place {
    /// The same for two boxes under the same heading.
    number: usize,
    /// What the headings above it may mean, the likeliest first.
    meant: Arc<[Section]>,
}

/// Tasks by section and text.
type Texts = HashMap<(Section, String), Vec<usize>>;

/// Sections by what their headings may say.
#[derive(Default)]
struct Titles {
    plain: HashMap<String, Vec<Section>>,
    core: HashMap<String, Vec<Section>>,
    identifier: HashMap<String, Vec<Section>>,
    number: HashMap<String, Vec<Section>>,
}

impl Titles {
    fn add(&mut self, section: Section, title: &str, id: &str, linear: Option<&String>) {
        let heading = Heading::of(title);
        self.plain.entry(heading.plain).or_default().push(section);
        if !heading.core.is_empty() {
            self.core.entry(heading.core).or_default().push(section);
        }
        if !id.is_empty() {
            self.number.entry(id.to_lowercase()).or_default().push(section);
        }
        if let Some(identifier) = linear {
            self.identifier.entry(identifier.to_lowercase()).or_default().push(section);
        }
    }

    /// What a heading names: by its words, exactly or loosely; where several have the same words, the one whose
    /// identifier or number stands there comes first. Without the words the identifier alone tells, or the number
    /// of what is counted so.
    fn named(&self, heading: &Heading, counted: Counted) -> Vec<Section> {
        let by_identifier = heading.identifiers.iter().filter_map(|identifier| self.identifier.get(identifier));
        let numbered = |any: bool| {
            let counts = heading.numbers.iter().filter(move |(what, _)| any || *what == counted);
            counts.filter_map(|(_, number)| self.number.get(number)).flatten().copied()
        };
        let by_words = [(&self.plain, &heading.plain), (&self.core, &heading.core), (&self.core, &heading.short)];
        if let Some(sections) = by_words.into_iter().find_map(|(titles, words)| titles.get(words)) {
            let mut sections = sections.clone();
            if sections.len() > 1 {
                let labelled: HashSet<Section> =
                    by_identifier.clone().flatten().copied().chain(numbered(true)).collect();
                sections.sort_by_key(|section| !labelled.contains(section));
            }
            return sections;
        }
        by_identifier.flatten().copied().chain(numbered(false)).collect()
    }
}

struct Sections {
    issues: Titles,
    others: Titles,
    /// What the heading of the whole file may say.
    titles: Vec<String>,
    plain: Texts,
    loose: Texts,
    ids: Vec<String>,
}

impl Sections {
    fn of(plan: &Plan) -> Self {
        let mut sections = Self {
            issues: Titles::default(),
            others: Titles::default(),
            titles: vec![Heading::of(&plan.title).core, "plan".to_owned(), "tasks".to_owned(), "todo".to_owned()],
            plain: Texts::new(),
            loose: Texts::new(),
            ids: plan.tasks().map(|(_, task)| task.id.to_lowercase()).collect(),
        };
        let texts: Vec<&str> = plan.tasks().map(|(_, task)| task.text.as_str()).collect();
        let mut next = 0;
        for (number, (_, issue)) in plan.issues().enumerate() {
            let section = Section::Issue(number);
            sections.issues.add(section, &issue.title, &issue.id, issue.linear.as_ref());
            sections.add(section, &texts, next..next + issue.tasks.len());
            next += issue.tasks.len();
        }
        let mut first = 0;
        for (number, phase) in plan.phases.iter().enumerate() {
            let end = first + phase.issues.iter().map(|issue| issue.tasks.len()).sum::<usize>();
            sections.others.add(Section::Phase(number), &phase.title, &phase.id, None);
            sections.add(Section::Phase(number), &texts, first..end);
            first = end;
        }
        let own_title = plan.prose.checklist_title.as_deref();
        for title in own_title.into_iter().chain(["Testing Checklist", "Checklist"]) {
            sections.others.add(Section::Checklist, title, "", None);
        }
        for title in ["Policies", "Policy"] {
            sections.others.add(Section::Policies, title, "", None);
        }
        let policies = next + plan.checklist.len();
        sections.add(Section::Checklist, &texts, next..policies);
        sections.add(Section::Policies, &texts, policies..texts.len());
        sections.add(Section::Whole, &texts, 0..texts.len());
        sections
    }

    fn add(&mut self, section: Section, texts: &[&str], tasks: Range<usize>) {
        for index in tasks {
            let Some(text) = texts.get(index) else { return };
            self.plain.entry((section, plain(text))).or_default().push(index);
            self.loose.entry((section, loose(text))).or_default().push(index);
        }
    }

    /// Where each box stands. Each heading is read once, however many boxes stand under it.
    fn places(&self, found: &[MarkdownBox]) -> Vec<Place> {
        let mut named: HashMap<*const u8, [Vec<Section>; 2]> = HashMap::new();
        let mut places: Vec<Place> = Vec::new();
        let mut last: Option<&MarkdownBox> = None;
        for found in found {
            let same = last.is_some_and(|last| Arc::ptr_eq(&last.headings, &found.headings));
            last = Some(found);
            let place = match places.last() {
                Some(place) if same => place.clone(),
                _ => Place { number: places.len(), meant: self.meant(&found.headings, &mut named).into() },
            };
            places.push(place);
        }
        places
    }

    /// The sections that a path of headings may mean, the likeliest first: the issue, wherever it stands on the
    /// path, goes before checklist, policies and phase.
    fn meant(&self, path: &[Arc<str>], named: &mut HashMap<*const u8, [Vec<Section>; 2]>) -> Vec<Section> {
        for heading in path {
            named.entry(heading.as_ptr()).or_insert_with(|| {
                let heading = Heading::of(heading);
                [self.issues.named(&heading, Counted::Issue), self.others.named(&heading, Counted::Phase)]
            });
        }
        for kind in [0, 1] {
            let of_kind =
                |heading: &Arc<str>| named.get(&heading.as_ptr())?.get(kind).filter(|found| !found.is_empty());
            if let Some(sections) = path.iter().rev().find_map(of_kind) {
                return sections.clone();
            }
        }
        let whole = match path {
            [] => true,
            [title] => self.titles.contains(&Heading::of(title).core),
            _ => false,
        };
        if whole { vec![Section::Whole] } else { Vec::new() }
    }

    /// The tasks of a section with a text; a task's own id before the text is taken off.
    fn tasks<'t>(&self, texts: &'t Texts, section: Section, text: &str) -> Option<&'t [usize]> {
        if let Some(tasks) = texts.get(&(section, text.to_owned())) {
            return Some(tasks);
        }
        let (first, rest) = text.split_once(' ')?;
        let id = first.trim_matches(|c: char| matches!(c, ':' | '.' | ')' | '(' | '[' | ']'));
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | ':'));
        let tasks = texts.get(&(section, rest.to_owned()))?;
        tasks.iter().any(|task| self.ids.get(*task).is_some_and(|known| known == id)).then_some(tasks)
    }
}
