//! Bringing Linear into line with the verdicts of a commit.
//!
//! A sync is a plain value first: [`Deciding::decide`] makes a plan of actions ([`Changes`]) of what the plan says
//! ([`Publication`]), what Linear says and what both last agreed on. Only [`apply`] calls Linear.

mod apply;
mod base;
pub mod block;
mod changes;
mod decide;
mod fields;
pub mod ids;
mod journal;
mod matching;
pub mod merge;
mod normal;
mod relate;
mod seen;
mod touched;
mod wanted;
mod words;

pub use apply::{Applied, GoOn, Going, Look, LookError, WritePlan, apply, look};
pub use base::{Base, Recorded};
pub use changes::{
    Changes, Comment, Conflict, Edit, EditedValue, Field, NewMilestone, Note, NoteKind, Relate, RelateWhat, Request,
    Work,
};
pub use decide::{Choices, Deciding, recorded};
pub use journal::{Journal, JournalError, Sent};
pub use matching::{Disagreement as WhichIssue, Home, Link, first_look, former, links, second_look};
pub use merge::{SetStep, Step, Take};
pub use normal::normal;
pub use seen::{About, Disagreement, Seen, SeenIssue, Tick, claim, disagreements};
pub use wanted::{Evidence, Publication, Wanted};
