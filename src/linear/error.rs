//! What can go wrong with Linear, and what the user can do.

use std::time::Duration;

/// Whether a request that failed may have been carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It never left.
    No,
    /// It may have.
    Perhaps,
}

/// Why Linear did not do what was asked. `said` is Linear's own message, best the one that it means for users: text
/// from outside, which a face prints through an encoder; the key is taken out of it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The key is wrong, or was revoked.
    #[error("Linear does not accept the key: {said}")]
    Authentication {
        /// Linear's message.
        said: String,
    },
    /// The key may not do this.
    #[error("Linear forbids it: {said}")]
    Forbidden {
        /// Linear's message.
        said: String,
    },
    /// The workspace's plan has not got this.
    #[error("the workspace does not have this feature: {said}")]
    Feature {
        /// Linear's message.
        said: String,
    },
    /// Too many requests, or too costly ones.
    #[error("Linear's rate limit is used up: {said}")]
    RateLimited {
        /// When it begins anew, in milliseconds since 1970, as far as Linear told.
        reset_ms: Option<i64>,
        /// Linear's message.
        said: String,
    },
    /// The workspace can hold no more issues. Everything else goes on working.
    #[error("the workspace can hold no more issues: {said}")]
    UsageLimit {
        /// What is counted, by Linear's name.
        metric: Option<String>,
        /// Linear's message.
        said: String,
    },
    /// Something with this id is there already.
    #[error("Linear says that it exists already: {said}")]
    Conflict {
        /// Linear's message.
        said: String,
    },
    /// Linear says that an id is taken, and yet nothing is found by it.
    #[error("Linear says that the {what} {id} exists already, and then does not find it")]
    PhantomConflict {
        /// `issue`, `comment`, …
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// Linear does not accept a value.
    #[error("Linear does not accept it: {said}")]
    Input {
        /// Linear's message.
        said: String,
    },
    /// Nothing by that id or name.
    #[error("Linear does not find it: {said}")]
    NotFound {
        /// Linear's message.
        said: String,
    },
    /// Several projects of that name.
    #[error("{count} projects of the team are called `{name}`")]
    Ambiguous {
        /// The name.
        name: String,
        /// How many, at least.
        count: usize,
    },
    /// More of something than trueup reads.
    #[error("there are more than {most} {what}, which is more than trueup reads")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many it reads.
        most: usize,
    },
    /// The request has too many bytes.
    #[error("the request is too large for Linear: {bytes} bytes")]
    TooLarge {
        /// How many.
        bytes: usize,
    },
    /// The request asks for too much at once.
    #[error("the request asks Linear for too much at once: {said}")]
    TooComplex {
        /// Linear's message.
        said: String,
    },
    /// Somebody else is writing the same.
    #[error("Linear is busy with the same thing: {said}")]
    LockTimeout {
        /// Linear's message.
        said: String,
    },
    /// Linear failed.
    #[error("Linear failed with HTTP {status}: {said}")]
    Server {
        /// The HTTP status.
        status: u16,
        /// Its message.
        said: String,
    },
    /// An answer that is not Linear's.
    #[error("something between here and Linear answered with a page instead of data (HTTP {status}): {said}")]
    NotJson {
        /// The HTTP status.
        status: u16,
        /// The page's title, or its beginning.
        said: String,
    },
    /// A redirect, which is not followed: the key would go along.
    #[error("the address redirects elsewhere (HTTP {status}), where the key is not sent")]
    Redirected {
        /// The HTTP status.
        status: u16,
    },
    /// The connection failed.
    #[error("the connection to Linear failed{}: {why}", sent_words(*.sent))]
    Network {
        /// Whether the request may have been carried out.
        sent: Sent,
        /// What the network said.
        why: String,
    },
    /// No answer in time.
    #[error("Linear did not answer within {} s", .limit.as_secs())]
    Timeout {
        /// The time limit.
        limit: Duration,
        /// Whether the request may have been carried out.
        sent: Sent,
    },
    /// An answer that is not what the schema says.
    #[error("Linear's answer cannot be read: {why}")]
    Malformed {
        /// What is wrong with it.
        why: String,
    },
    /// Another error of Linear's.
    #[error("Linear refused: {said}")]
    Refused {
        /// Linear's message.
        said: String,
    },
    /// Two things were asked for in one request; the first was done.
    #[error("{done}, but {failed} was not: {why}")]
    Partial {
        /// What was done.
        done: &'static str,
        /// What was not.
        failed: &'static str,
        /// Why not.
        why: Box<Error>,
    },
}

fn sent_words(sent: Sent) -> &'static str {
    match sent {
        Sent::No => "",
        Sent::Perhaps => " before the answer was there",
    }
}

impl Error {
    /// What the user can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Authentication { .. } => {
                "make a personal key in Linear under Settings, Security & access, and put it in LINEAR_API_KEY"
            }
            Self::Forbidden { .. } => "use the key of somebody who may do this, or ask an admin of the workspace",
            Self::Feature { .. } => "leave the setting out that needs it, or ask an admin of the workspace",
            Self::RateLimited { .. } => "wait for the reset and sync again: what was done stays done",
            Self::UsageLimit { .. } => {
                "archive issues that are done, or change the workspace's plan; then sync again for the rest"
            }
            Self::Conflict { .. } => "sync again: what is there is then read first",
            Self::PhantomConflict { .. } => {
                "it may have been deleted for good, or be in a team that the key does not see; `--recreate` makes it anew"
            }
            Self::Input { .. } => {
                "look whether the issue is archived, and whether state, label and project are its team's"
            }
            Self::NotFound { .. } => "check the key of the team, the name of the project and the ids in plan.toml",
            Self::Ambiguous { .. } => "put the project's id in place of its name",
            Self::TooMany { .. } => "take some of them away in Linear",
            Self::TooLarge { .. } => "shorten the texts of the plan",
            Self::TooComplex { .. } => "please report it: trueup should ask for less at a time",
            Self::LockTimeout { .. } | Self::Server { .. } => "try again later: what was done stays done",
            Self::NotJson { .. } => "look at the proxy or the login page of the network, and at LINEAR_API_URL",
            Self::Redirected { .. } => "put the address that it redirects to in LINEAR_API_URL, if it is Linear's",
            Self::Network { .. } => {
                "look at the network and at LINEAR_API_URL, then sync again: what was done stays done"
            }
            Self::Timeout { .. } => "sync again: what was done stays done",
            Self::Malformed { .. } => "look at LINEAR_API_URL; if it is Linear's, please report it",
            Self::Refused { .. } => "do what the message says, then sync again: what was done stays done",
            Self::Partial { why, .. } => why.help(),
        }
    }

    /// Whether the same request may succeed a moment later.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Network { .. } | Self::Timeout { .. } | Self::Server { .. } | Self::LockTimeout { .. })
    }

    /// Whether what was asked for may have been done all the same.
    pub fn may_have_been_done(&self) -> bool {
        match self {
            Self::Network { sent, .. } | Self::Timeout { sent, .. } => *sent == Sent::Perhaps,
            Self::Server { .. } | Self::NotJson { .. } | Self::Malformed { .. } | Self::LockTimeout { .. } => true,
            Self::Partial { .. } => true,
            _ => false,
        }
    }
}
