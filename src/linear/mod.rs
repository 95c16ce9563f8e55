//! Linear: the only room that knows HTTP.
//!
//! A [`Client`] sends the documents of `assets/linear/` with typed values and reads typed answers. All of its writes
//! are safe to repeat, since ids are ours or the same value is set again; so a lost connection, a failure of the
//! server's or a lost answer is tried again, a few times, with a wait that the caller gives ([`Pause`]).

mod classify;
mod client;
pub mod document;
mod endpoint;
mod error;
mod id;
mod input;
mod key;
mod maybe;
mod pause;
mod rate;
mod reading;
mod request;
mod transport;
mod types;
mod wire;

pub use client::{Client, Created, MOST_OF_A_BATCH, Setup, Written};
pub use document::Document;
pub use endpoint::{Endpoint, EndpointError, LINEAR};
pub use error::{Error, Sent};
pub use id::{
    AttachmentId, CommentId, IssueId, LabelId, MilestoneId, NoId, OrganizationId, ProjectId, RelationId, StateId,
    TeamId, UserId,
};
pub use input::{
    AttachmentCreate, CommentCreate, Find, IssueCreate, IssueUpdate, MilestoneCreate, RelationCreate, identifier,
};
pub use key::{Key, KeyError};
pub use maybe::Maybe;
pub use pause::{Pause, Sleep, jitter};
pub use rate::{Allowance, Rate};
pub use reading::{Ask, PAGE};
pub use request::{Counts, MOST_TRIES};
pub use transport::Limits;
pub use types::{
    Attachment, FREE_ISSUES, Issue, Label, Milestone, MilestoneOf, Organization, Overview, Priority, Project, Relation,
    RelationType, State, StateType, Team, TeamOf, Viewer,
};
