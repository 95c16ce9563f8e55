//! What only a person can tell: the questions in a task's check, and a word that answers them.

use std::sync::Arc;

use jiff::Timestamp;

use super::kind::{Body, Check, Mistakes};
use super::vouched::{Vouch, Vouched};
use super::{Finding, Outcome, Reason, registry};
use crate::plan::{Mistake, Sets, Task};
use crate::repo::Pattern;

/// The question of one check that nothing but a person's word answers.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Why it is unknown without a word.
    pub reason: Reason,
    /// What is asked, a lower-case fragment that is shown while nobody has answered.
    pub question: String,
    /// What a word then says: `` `make test` answers as it should ``; `None` where the task's text says it all.
    pub says: Option<String>,
    /// The files that the answer depends on.
    pub covers: Vec<Pattern>,
    /// What of its options makes it another question when it changes; its files do not.
    pub about: Vec<String>,
}

impl Ask {
    /// The answer while nobody has given a word.
    pub(super) fn unanswered(&self) -> Outcome {
        let mut outcome = Outcome::default();
        let help = "`trueup attest TASK` records your word, once you have looked";
        outcome.doubt(self.reason, Finding::note(self.question.clone()).help(help));
        outcome
    }
}

/// Everything that a task asks of a person. One word answers it all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The files that the word covers: those of every question, each pattern once.
    pub covers: Vec<Pattern>,
    /// Digest of the task's text and of its questions.
    pub about: [u8; 8],
}

impl Check {
    /// What it asks of a person for the task of this text; `None` when it decides by itself.
    pub fn asks(&self, text: &str) -> Option<Asked> {
        let mut asks = Vec::new();
        self.collect(&mut asks);
        if asks.is_empty() {
            return None;
        }
        let mut covers: Vec<Pattern> = Vec::new();
        let mut about = blake3::Hasher::new();
        let mut tell = |text: &str| {
            about.update(&(text.len() as u64).to_le_bytes());
            about.update(text.as_bytes());
        };
        tell(text.trim());
        for (kind, ask) in asks {
            tell(kind);
            ask.about.iter().for_each(|part| tell(part));
            for pattern in &ask.covers {
                if !covers.contains(pattern) {
                    covers.push(pattern.clone());
                }
            }
        }
        let mut digest = [0; 8];
        about.finalize_xof().fill(&mut digest);
        Some(Asked { covers, about: digest })
    }

    /// The kinds in it that answer by themselves, each once.
    pub fn deciding_kinds(&self) -> Vec<&'static str> {
        let mut kinds = Vec::new();
        self.leaves(&mut |check| {
            if check.ask.is_none() && !kinds.contains(&check.kind.name) {
                kinds.push(check.kind.name);
            }
        });
        kinds
    }

    fn leaves<'c>(&'c self, visit: &mut dyn FnMut(&'c Self)) {
        match &self.body {
            Body::All(checks) | Body::Any(checks) => checks.iter().for_each(|check| check.leaves(visit)),
            _ => visit(self),
        }
    }

    fn collect<'c>(&'c self, asks: &mut Vec<(&'static str, &'c Ask)>) {
        self.leaves(&mut |check| asks.extend(check.ask.as_ref().map(|ask| (check.kind.name, ask))));
    }

    /// Whether something in it asks a person.
    fn is_asking(&self) -> bool {
        let mut asks = Vec::new();
        self.collect(&mut asks);
        !asks.is_empty()
    }

    /// Answers every question in it by a word. The word becomes part of what the check is: of its digest, and of
    /// that of everything around it.
    fn answer(&mut self, word: &Arc<Vouch>) {
        if !self.is_asking() {
            return;
        }
        self.digest = word.digest_with(&self.digest);
        if let Body::All(checks) | Body::Any(checks) = &mut self.body {
            checks.iter_mut().for_each(|check| check.answer(word));
        }
        if let Some(ask) = &self.ask {
            self.body = Body::Tree(Box::new(Vouched { vouch: Arc::clone(word), says: ask.says.clone() }));
        }
    }
}

/// Makes a task's check, with the word that stands in the plan for it. `now` tells whether a word with a last day
/// still counts; without it such a word does not.
pub fn compile_task(task: &Task, sets: &Sets, now: Option<Timestamp>) -> Result<Check, Mistakes> {
    let mut check = registry::compile(&task.check, sets)?;
    let Some(word) = &task.word else { return Ok(check) };
    match check.asks(&task.text) {
        Some(asked) => check.answer(&Arc::new(Vouch::new(word.clone(), asked, now))),
        None => {
            let kinds: Vec<String> = check.deciding_kinds().iter().map(|kind| format!("`{kind}`")).collect();
            let message = format!("nobody's word counts for task `{}`: {} decides it", task.id, kinds.join(", "));
            let help = format!("take `word` out: `trueup attest {} --revoke` does", task.id);
            return Err(vec![Mistake::new(task.span, message, Some(help))]);
        }
    }
    Ok(check)
}
