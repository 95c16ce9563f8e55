//! Runs an expression over a path, all of its threads at once: the time is bounded by (instructions × length),
//! whatever the pattern.

use std::sync::Arc;

use super::Prefixes;
use super::expression::{Node, Place, Set, parse};
use super::rule::characters;

/// What Go's compiler says of the expression that a pattern turns into. Docker finds it as soon as it tries
/// the pattern on a path, and stops the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BadExpression(pub(super) &'static str);

impl BadExpression {
    pub(super) const fn new(what: &'static str) -> Self {
        Self(what)
    }
}

#[derive(Debug)]
enum Instruction {
    /// Goes on after one character of the set.
    One(Arc<Set>),
    /// Goes on at that place only.
    At(Place),
    /// Goes on at both, without consuming anything.
    Both(usize, usize),
    /// Goes on there.
    Jump(usize),
    /// The expression has matched.
    Matched,
}

/// An expression as instructions.
#[derive(Debug)]
pub(super) struct Program {
    instructions: Vec<Instruction>,
}

impl Program {
    /// Compiles; `Ok(None)` when it takes more than `most` instructions.
    pub(super) fn of(expression: &[char], most: usize) -> Result<Option<Self>, BadExpression> {
        let node = parse(expression)?;
        let mut program = Self { instructions: Vec::new() };
        if program.emit(&node, most).is_none() {
            return Ok(None);
        }
        program.instructions.push(Instruction::Matched);
        Ok(Some(program))
    }

    /// How many instructions there are.
    pub(super) fn size(&self) -> usize {
        self.instructions.len()
    }

    fn push(&mut self, instruction: Instruction, most: usize) -> Option<usize> {
        if self.instructions.len() >= most {
            return None;
        }
        self.instructions.push(instruction);
        Some(self.instructions.len() - 1)
    }

    /// Depth: an expression is at most a group with a repetition inside an alternative.
    fn emit(&mut self, node: &Node, most: usize) -> Option<()> {
        match node {
            Node::One(set) => self.push(Instruction::One(Arc::clone(set)), most).map(|_| ()),
            Node::At(place) => self.push(Instruction::At(*place), most).map(|_| ()),
            Node::Then(nodes) => nodes.iter().try_for_each(|node| self.emit(node, most)),
            Node::Either(nodes) => {
                let mut ends = Vec::new();
                for (index, node) in nodes.iter().enumerate() {
                    let last = index + 1 == nodes.len();
                    let both = if last { None } else { Some(self.push(Instruction::Both(0, 0), most)?) };
                    self.emit(node, most)?;
                    if let Some(both) = both {
                        ends.push(self.push(Instruction::Jump(0), most)?);
                        self.set(both, Instruction::Both(both + 1, self.size()));
                    }
                }
                let end = self.size();
                ends.into_iter().for_each(|jump| self.set(jump, Instruction::Jump(end)));
                Some(())
            }
            Node::Repeat { node, min, max } => {
                (0..*min).try_for_each(|_| self.emit(node, most))?;
                let Some(max) = max else {
                    let both = self.push(Instruction::Both(0, 0), most)?;
                    self.emit(node, most)?;
                    self.push(Instruction::Jump(both), most)?;
                    self.set(both, Instruction::Both(both + 1, self.size()));
                    return Some(());
                };
                let mut skips = Vec::new();
                for _ in *min..*max {
                    skips.push(self.push(Instruction::Both(0, 0), most)?);
                    self.emit(node, most)?;
                }
                let end = self.size();
                skips.into_iter().for_each(|skip| self.set(skip, Instruction::Both(skip + 1, end)));
                Some(())
            }
        }
    }

    fn set(&mut self, at: usize, instruction: Instruction) {
        if let Some(slot) = self.instructions.get_mut(at) {
            *slot = instruction;
        }
    }

    /// Whether it matches somewhere in each prefix of the path; `None` when `steps` are used up.
    ///
    /// One run answers for all prefixes: what is open where a prefix ends is followed twice, once as if the
    /// text ended there, and once as if it went on.
    pub(super) fn prefixes(&self, path: &Prefixes, steps: &mut u64) -> Option<Vec<bool>> {
        *steps = steps.checked_sub(1 + self.size() as u64 / 8)?;
        let mut threads = Threads { program: self, seen: vec![0; self.size()], run: 0, stack: Vec::new(), steps };
        let mut answers = Vec::with_capacity(path.ends.len());
        let mut open: Vec<usize> = Vec::new();
        let mut matched = false;
        let mut before = None;
        let mut start = 0;
        for (level, end) in path.ends.iter().enumerate() {
            let text = characters(path.path.get(start..*end).unwrap_or_default());
            let last = level + 1 == path.ends.len();
            let slash = (!last).then_some('/');
            let mut here = Vec::new();
            for character in text {
                matched |= threads.follow(&open, before, Some(character), &mut here)?;
                threads.step(&here, character, &mut open);
                before = Some(character);
            }
            let ended = threads.follow(&open, before, None, &mut here)?;
            answers.push(matched || ended);
            if let Some(slash) = slash {
                matched |= threads.follow(&open, before, Some(slash), &mut here)?;
                threads.step(&here, slash, &mut open);
                before = Some(slash);
            }
            start = end + 1;
        }
        Some(answers)
    }
}

struct Threads<'a> {
    program: &'a Program,
    seen: Vec<u64>,
    run: u64,
    stack: Vec<usize>,
    steps: &'a mut u64,
}

impl Threads<'_> {
    /// Every instruction that waits for a character when `open` and a new begin are followed between two
    /// characters; whether the expression has matched there.
    fn follow(
        &mut self,
        open: &[usize],
        before: Option<char>,
        after: Option<char>,
        waiting: &mut Vec<usize>,
    ) -> Option<bool> {
        waiting.clear();
        self.run += 1;
        let mut matched = false;
        // Nothing anchors an expression but its own `^`: `a|b*` may begin anywhere in its second half.
        self.stack.push(0);
        self.stack.extend(open.iter().rev());
        while let Some(at) = self.stack.pop() {
            let Some(seen) = self.seen.get_mut(at).filter(|seen| **seen != self.run) else { continue };
            *seen = self.run;
            *self.steps = self.steps.checked_sub(1)?;
            match self.program.instructions.get(at) {
                Some(Instruction::One(set)) => {
                    *self.steps = self.steps.checked_sub(set.steps())?;
                    waiting.push(at);
                }
                Some(Instruction::At(place)) if is_at(*place, before, after) => self.stack.push(at + 1),
                Some(Instruction::Both(first, second)) => self.stack.extend([*second, *first]),
                Some(Instruction::Jump(to)) => self.stack.push(*to),
                Some(Instruction::Matched) => matched = true,
                Some(Instruction::At(_)) | None => {}
            }
        }
        Some(matched)
    }

    fn step(&self, waiting: &[usize], character: char, open: &mut Vec<usize>) {
        open.clear();
        open.extend(waiting.iter().filter_map(|at| match self.program.instructions.get(*at) {
            Some(Instruction::One(set)) if set.holds(character) => Some(at + 1),
            _ => None,
        }));
    }
}

fn is_at(place: Place, before: Option<char>, after: Option<char>) -> bool {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    match place {
        Place::Begin => before.is_none(),
        Place::End => after.is_none(),
        Place::Boundary => word(before) != word(after),
        Place::Inside => word(before) == word(after),
    }
}
