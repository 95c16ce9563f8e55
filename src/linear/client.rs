//! What trueup asks of Linear.

use serde_json::{Map, Value, json};

use super::document::{self, Document};
use super::endpoint::Endpoint;
use super::error::Error;
use super::id::{IssueId, RelationId};
use super::input::{AttachmentCreate, CommentCreate, IssueCreate, IssueUpdate, MilestoneCreate, RelationCreate};
use super::key::Key;
use super::pause::{Pause, Sleep};
use super::rate::Rate;
use super::request::{Counts, Failure, Sender};
use super::transport::{Limits, Transport};
use super::types::{Attachment, Issue, Milestone, Relation};
use super::wire::{self, WireAttachment, WireIssue, WireMilestone, WireRelation};

/// What a client is made of.
pub struct Setup {
    /// Where requests go.
    pub endpoint: Endpoint,
    /// Who asks.
    pub key: Key,
    /// What the URLs of the attachments begin with that are read with their issues. Others are not read.
    pub attachments: String,
    /// How to wait before a further try.
    pub pause: Box<dyn Pause>,
    /// How long a request may take.
    pub limits: Limits,
}

impl Setup {
    /// A setup that waits in earnest, with the usual time limits.
    pub fn new(endpoint: Endpoint, key: Key, attachments: impl Into<String>) -> Self {
        Self { endpoint, key, attachments: attachments.into(), pause: Box::new(Sleep), limits: Limits::default() }
    }
}

/// A client of Linear. Its calls block, and may come from several threads; on a thread of an asynchronous runtime
/// they would panic. Every call tries again where that is safe (a lost connection, a failure of the server's), a few
/// times; all writes are safe to repeat.
pub struct Client {
    pub(super) sender: Sender,
    pub(super) prefix: String,
}

/// An issue as it is after it was created, and whether this call is what made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Created {
    /// The issue, with its description as Linear gives it back.
    pub issue: Issue,
    /// Whether it was not there before. False as well when an earlier try's answer was lost.
    pub fresh: bool,
}

/// What a change and its evidence are after they were written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The issue, with its description as Linear gives it back. Its attachments are as before the evidence.
    pub issue: Issue,
    /// The evidence.
    pub evidence: Attachment,
}

impl Client {
    /// Makes a client; nothing is sent.
    ///
    /// # Errors
    /// TLS cannot be set up on this machine.
    pub fn new(setup: Setup) -> Result<Self, Error> {
        let transport = Transport::new(setup.endpoint, setup.key, setup.limits)?;
        Ok(Self { sender: Sender::new(transport, setup.pause), prefix: setup.attachments })
    }

    /// What Linear told last about its limits.
    pub fn rate(&self) -> Rate {
        self.sender.rate()
    }

    /// What was sent so far.
    pub fn counts(&self) -> Counts {
        self.sender.counts()
    }

    /// Creates an issue. When its id is taken, the issue of that id is read: if it is there, that was success.
    ///
    /// # Errors
    /// [`Error::UsageLimit`] when the workspace is full; [`Error::PhantomConflict`] when the id is taken and nothing
    /// is found by it.
    pub fn create_issue(&self, input: &IssueCreate) -> Result<Created, Error> {
        let sent = self.sender.send(&document::ISSUE_CREATE, &json!({"input": input, "prefix": self.prefix}));
        match sent {
            Ok(mut data) => Ok(Created { issue: self.payload_issue(&mut data, "issueCreate")?, fresh: true }),
            Err(failure) => self.created_before(input, failure),
        }
    }

    /// Creates an issue and writes its evidence in the same request. When the id is taken, nothing of the evidence is
    /// written: the issue is read and given back with `None`, for the caller to look at.
    ///
    /// # Errors
    /// As [`Client::create_issue`]; [`Error::Partial`] when the issue was made and its evidence not written.
    pub fn create_issue_with_evidence(
        &self,
        input: &IssueCreate,
        evidence: &AttachmentCreate,
    ) -> Result<(Created, Option<Attachment>), Error> {
        let variables = json!({"input": input, "attachment": evidence, "prefix": self.prefix});
        match self.sender.send(&document::ISSUE_CREATE_WITH_EVIDENCE, &variables) {
            Ok(mut data) => {
                let written = self.written(&mut data)?;
                Ok((Created { issue: written.issue, fresh: true }, Some(written.evidence)))
            }
            Err(failure) if failure.field.as_deref() == Some("evidence") => {
                Err(partial(failure, "the issue was created"))
            }
            Err(failure) => Ok((self.created_before(input, failure)?, None)),
        }
    }

    /// The issue that could not be created because it is there: its id is taken, or the workspace is full *with* it,
    /// when an earlier try's answer was lost.
    fn created_before(&self, input: &IssueCreate, failure: Failure) -> Result<Created, Error> {
        let issue = match failure.error {
            Error::Conflict { .. } => self.issue_of_conflict(&input.id)?,
            full @ Error::UsageLimit { .. } if failure.repeats => self.issue(&input.id.to_string())?.ok_or(full)?,
            error => return Err(error),
        };
        Ok(Created { issue, fresh: false })
    }

    /// Changes an issue, and gives it as it is afterwards.
    ///
    /// # Errors
    /// [`Error::Input`] when it is archived, among others.
    pub fn update_issue(&self, id: &IssueId, input: &IssueUpdate) -> Result<Issue, Error> {
        let variables = json!({"id": id, "input": input, "prefix": self.prefix});
        let mut data = self.sender.send(&document::ISSUE_UPDATE, &variables)?;
        self.payload_issue(&mut data, "issueUpdate")
    }

    /// Changes an issue and writes its evidence in the same request, in this order.
    ///
    /// # Errors
    /// [`Error::Partial`] when the issue was changed and its evidence not written; any other error when nothing was
    /// done, or [`Error::may_have_been_done`] says otherwise.
    pub fn update_issue_with_evidence(
        &self,
        id: &IssueId,
        input: &IssueUpdate,
        evidence: &AttachmentCreate,
    ) -> Result<Written, Error> {
        let variables = json!({"id": id, "input": input, "attachment": evidence, "prefix": self.prefix});
        match self.sender.send(&document::ISSUE_UPDATE_WITH_EVIDENCE, &variables) {
            Ok(mut data) => self.written(&mut data),
            Err(failure) => Err(partial(failure, "the issue was changed")),
        }
    }

    /// Makes one change of up to 50 issues, all or none, and gives them as they are afterwards.
    ///
    /// # Errors
    /// [`Error::TooMany`] for more than 50.
    pub fn update_issues(&self, ids: &[IssueId], input: &IssueUpdate) -> Result<Vec<Issue>, Error> {
        if ids.len() > MOST_OF_A_BATCH {
            return Err(Error::TooMany { what: "issues in one change", most: MOST_OF_A_BATCH });
        }
        let variables = json!({"ids": ids, "input": input, "prefix": self.prefix});
        let mut data = self.sender.send(&document::ISSUE_BATCH_UPDATE, &variables)?;
        let mut payload = payload(&mut data, "issueBatchUpdate")?;
        let issues: Vec<WireIssue> = wire::part(&mut payload, "issues")?;
        issues.into_iter().map(|issue| self.whole(issue)).collect()
    }

    /// Writes an attachment, in place of the one with this URL that the issue has.
    pub fn attach(&self, input: &AttachmentCreate) -> Result<Attachment, Error> {
        let mut data = self.sender.send(&document::ATTACHMENT_CREATE, &json!({"input": input}))?;
        let mut payload = payload(&mut data, "attachmentCreate")?;
        Ok(wire::part::<WireAttachment>(&mut payload, "attachment")?.into())
    }

    /// Writes a comment, once whatever happens: its id is ours.
    pub fn comment(&self, input: &CommentCreate) -> Result<(), Error> {
        let found = |client: &Self| client.there(&document::COMMENT, "comment", &input.id.to_string());
        match self.sender.send(&document::COMMENT_CREATE, &json!({"input": input})) {
            Ok(mut data) => payload(&mut data, "commentCreate").map(drop),
            Err(Failure { error: Error::Conflict { .. }, .. }) => found(self).map(drop),
            Err(failure) => Err(failure.error),
        }
    }

    /// Makes a relation, **in place of the one that the pair has**: look first.
    pub fn relate(&self, input: &RelationCreate) -> Result<Relation, Error> {
        let variables = json!({"input": {
            "id": input.id,
            "issueId": input.issue_id,
            "relatedIssueId": input.related_issue_id,
            "type": input.kind.name(),
        }});
        let wire: WireRelation = match self.sender.send(&document::RELATION_CREATE, &variables) {
            Ok(mut data) => wire::part(&mut payload(&mut data, "issueRelationCreate")?, "issueRelation")?,
            Err(Failure { error: Error::Conflict { .. }, .. }) => {
                wire::read(self.there(&document::RELATION, "issueRelation", &input.id.to_string())?)?
            }
            Err(failure) => return Err(failure.error),
        };
        Ok(wire.into())
    }

    /// Ends a relation. One that is not there is as good as ended.
    pub fn unrelate(&self, id: &RelationId) -> Result<(), Error> {
        match self.sender.send(&document::RELATION_DELETE, &json!({"id": id})) {
            Ok(mut data) => payload(&mut data, "issueRelationDelete").map(drop),
            Err(Failure { error: Error::NotFound { .. }, .. }) => Ok(()),
            Err(failure) => Err(failure.error),
        }
    }

    /// Makes a milestone, once whatever happens: its id is ours.
    pub fn create_milestone(&self, input: &MilestoneCreate) -> Result<Milestone, Error> {
        let wire: WireMilestone = match self.sender.send(&document::MILESTONE_CREATE, &json!({"input": input})) {
            Ok(mut data) => wire::part(&mut payload(&mut data, "projectMilestoneCreate")?, "projectMilestone")?,
            Err(Failure { error: Error::Conflict { .. }, .. }) => {
                wire::read(self.there(&document::MILESTONE, "projectMilestone", &input.id.to_string())?)?
            }
            Err(failure) => return Err(failure.error),
        };
        Ok(wire.into())
    }

    /// The issue whose id is taken. What was made a moment ago may not be found yet, so it is looked for more than
    /// once.
    fn issue_of_conflict(&self, id: &IssueId) -> Result<Issue, Error> {
        wire::read::<WireIssue>(self.there(&document::ISSUE, "issue", &id.to_string())?)
            .and_then(|issue| self.whole(issue))
    }

    /// The thing whose id is taken.
    fn there(&self, document: &Document, what: &'static str, id: &str) -> Result<Value, Error> {
        let mut variables = json!({"id": id});
        if let (Some(variables), true) = (variables.as_object_mut(), *document == document::ISSUE) {
            variables.insert("prefix".to_owned(), Value::from(self.prefix.as_str()));
        }
        let mut tried = 0;
        loop {
            tried += 1;
            match self.sender.send(document, &variables) {
                Ok(mut data) => return wire::part(&mut data, what),
                Err(Failure { error: error @ Error::NotFound { .. }, .. }) => {
                    if !self.sender.wait(tried, &error) {
                        return Err(Error::PhantomConflict { what, id: id.to_owned() });
                    }
                }
                Err(failure) => return Err(failure.error),
            }
        }
    }

    fn payload_issue(&self, data: &mut Map<String, Value>, field: &str) -> Result<Issue, Error> {
        let mut payload = payload(data, field)?;
        self.whole(wire::part(&mut payload, "issue")?)
    }

    fn written(&self, data: &mut Map<String, Value>) -> Result<Written, Error> {
        let issue = self.payload_issue(data, "issue")?;
        let mut evidence = payload(data, "evidence")?;
        Ok(Written { issue, evidence: wire::part::<WireAttachment>(&mut evidence, "attachment")?.into() })
    }
}

/// As many issues as one change may have.
pub const MOST_OF_A_BATCH: usize = 50;

/// The payload of a mutation that succeeded.
fn payload(data: &mut Map<String, Value>, field: &str) -> Result<Map<String, Value>, Error> {
    let mut payload: Map<String, Value> = wire::part(data, field)?;
    if wire::part::<bool>(&mut payload, "success")? {
        Ok(payload)
    } else {
        Err(Error::Refused { said: format!("`{field}` did not succeed, and it gave no reason") })
    }
}

/// The error of a request with two parts: they are carried out one after the other, so when the second failed, the
/// first was done.
fn partial(failure: Failure, done: &'static str) -> Error {
    match failure.field.as_deref() {
        Some("evidence") => Error::Partial { done, failed: "its evidence was written", why: Box::new(failure.error) },
        _ => failure.error,
    }
}
