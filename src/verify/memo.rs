//! Answers kept by the questions they rest on: a trie of question, answer, next question.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::checks::{Answer, Outcome, Question, Trace, ask};
use crate::repo::Tree;

enum Node {
    Ask(Question, HashMap<Answer, Node>),
    Known(Outcome),
}

/// The answers of checks, in memory. The same check with the same answers to its questions has the same
/// outcome, whatever else changed between two trees.
#[derive(Default)]
pub struct Memo(Mutex<HashMap<[u8; 32], Node>>);

impl Memo {
    /// The outcome of a check on a tree, when one with the same answers was stored.
    pub fn replay(&self, digest: &[u8; 32], tree: &dyn Tree) -> Option<Outcome> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut node = known.get(digest)?;
        loop {
            match node {
                Node::Known(outcome) => return Some(outcome.clone()),
                Node::Ask(question, answers) => node = answers.get(&ask(tree, question))?,
            }
        }
    }

    /// Stores an outcome, unless it comes from the machine and not from the tree.
    pub fn store(&self, digest: [u8; 32], trace: &Trace, outcome: &Outcome) {
        let of_the_machine = outcome.doubts.iter().any(|doubt| doubt.reason.is_of_the_machine());
        if of_the_machine || trace.0.iter().any(|step| step.answer == Answer::Error) {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let leaf = Node::Known(outcome.clone());
        match known.get_mut(&digest) {
            None => {
                known.insert(digest, path_to(leaf, &trace.0));
            }
            Some(root) => graft(root, &trace.0, leaf),
        }
    }
}

fn path_to(leaf: Node, steps: &[crate::checks::Step]) -> Node {
    steps
        .iter()
        .rev()
        .fold(leaf, |next, step| Node::Ask(step.question.clone(), HashMap::from([(step.answer.clone(), next)])))
}

/// Hangs a trace below the part of the trie that it shares.
fn graft(root: &mut Node, steps: &[crate::checks::Step], leaf: Node) {
    let mut node = root;
    let mut steps = steps;
    loop {
        let (Node::Ask(question, answers), Some((step, rest))) = (node, steps.split_first()) else { return };
        if *question != step.question {
            return;
        }
        if !answers.contains_key(&step.answer) {
            answers.insert(step.answer.clone(), path_to(leaf, rest));
            return;
        }
        let Some(next) = answers.get_mut(&step.answer) else { return };
        node = next;
        steps = rest;
    }
}
