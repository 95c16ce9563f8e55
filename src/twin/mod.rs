//! A stand-in for Linear on loopback, for the demo and the tests.
//!
//! It keeps a [`Workspace`] and answers the documents of `linear` over HTTP, as unkindly as the real one was seen to
//! be: descriptions come back changed, states have names of their own, ids that are taken conflict, the free plan's
//! limit and the rate limits hold, archived issues are hidden and refuse edits. Faults strike on demand.

mod answer;
mod change;
mod complexity;
mod fault;
mod filter;
pub mod graphql;
mod http;
mod markdown;
mod people;
mod refusal;
mod resolve;
mod server;
mod validator;
mod workspace;

pub use complexity::points;
pub use fault::{Fault, Gate, When};
pub use markdown::{Manner, rewritten};
pub use people::NotThere;
pub use refusal::Refusal;
pub use server::{Logged, Outcome, Twin};
pub use validator::{Documents, Request, Validator};
pub use workspace::{
    Attachment, BEGINNING_MS, Comment, Issue, Label, Limits, Milestone, Project, Relation, State, Team, Workspace,
};
