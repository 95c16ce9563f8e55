//! A document sent, tried again where that is safe, and its answer told apart.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::classify::{self, WireError};
use super::document::Document;
use super::error::{Error, Sent};
use super::pause::Pause;
use super::rate::Rate;
use super::transport::{Reply, Transport};

/// How often a request is sent at most.
pub const MOST_TRIES: u32 = 4;

/// The longest wait before the second try; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// What was sent so far.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Counts {
    /// Requests, repeats among them.
    pub requests: u64,
    /// Those of them that write.
    pub writes: u64,
    /// Those of them that repeat another.
    pub repeats: u64,
    /// Points of complexity, as far as Linear told.
    pub points: f64,
}

/// An answer without data, and which field of the operation failed.
pub(super) struct Failure {
    pub error: Error,
    pub field: Option<String>,
    /// Whether an earlier try may have been carried out.
    pub repeats: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, field: None, repeats: false }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    data: Option<Map<String, Value>>,
    #[serde(default)]
    errors: Option<Vec<WireError>>,
}

/// What sends documents. Each of them may be sent again: those that write carry ids of ours, or set values.
pub(super) struct Sender {
    transport: Transport,
    pause: Box<dyn Pause>,
    state: Mutex<(Rate, Counts)>,
}

impl Sender {
    pub fn new(transport: Transport, pause: Box<dyn Pause>) -> Self {
        Self { transport, pause, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, (Rate, Counts)> {
        // Both are plain numbers: whoever panicked left nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn rate(&self) -> Rate {
        self.state().0
    }

    pub fn counts(&self) -> Counts {
        self.state().1
    }

    /// Waits before a further try for `why`, whose number `tried` gives. False when no more is to be tried.
    pub fn wait(&self, tried: u32, why: &Error) -> bool {
        tried < MOST_TRIES && self.pause.before_retry(FIRST_WAIT * 2_u32.pow(tried.saturating_sub(1)), why)
    }

    /// Sends a document and gives its data.
    pub fn send(&self, document: &Document, variables: &Value) -> Result<Map<String, Value>, Failure> {
        let body = json!({"query": document.text, "operationName": document.name, "variables": variables});
        let body = serde_json::to_vec(&body).map_err(|why| Error::Malformed { why: why.to_string() })?;
        let mut tried = 0;
        let mut repeats = false;
        loop {
            tried += 1;
            let mut failure = match self.once(document, body.clone(), tried > 1) {
                Ok(data) => return Ok(data),
                Err(failure) => failure,
            };
            let again = match &failure.error {
                Error::RateLimited { reset_ms, .. } => tried < MOST_TRIES && self.pause.until_reset(*reset_ms),
                error if error.passes() => self.wait(tried, error),
                _ => false,
            };
            if !again {
                failure.repeats = repeats;
                return Err(failure);
            }
            repeats |= failure.error.may_have_been_done();
        }
    }

    fn once(&self, document: &Document, body: Vec<u8>, repeats: bool) -> Result<Map<String, Value>, Failure> {
        let bytes = body.len();
        {
            let counts = &mut self.state().1;
            counts.requests += 1;
            counts.writes += u64::from(document.writes);
            counts.repeats += u64::from(repeats);
        }
        let reply = self.transport.post(body)?;
        let reset_ms = {
            let (rate, counts) = &mut *self.state();
            rate.read(&reply.headers);
            counts.points += rate.points.unwrap_or(0.0);
            rate.reset_ms()
        };
        self.answer(&reply, reset_ms, bytes)
    }

    /// The data of an answer. `errors` is looked at first, whatever the status: Linear sends it with 200 as well.
    fn answer(&self, reply: &Reply, reset_ms: Option<i64>, bytes: usize) -> Result<Map<String, Value>, Failure> {
        let status = reply.status.as_u16();
        let key = self.transport.key();
        let page = || classify::page(status, &String::from_utf8_lossy(&reply.body), reset_ms, bytes, key);
        if reply.status.is_redirection() {
            return Err(page().into());
        }
        let answer: Answer = match serde_json::from_slice(&reply.body) {
            Ok(answer) => answer,
            Err(why) if reply.status.is_success() && reply.body.starts_with(b"{") => {
                return Err(Failure::from(if why.is_eof() {
                    Error::Network { sent: Sent::Perhaps, why: "the answer broke off".to_owned() }
                } else {
                    Error::Malformed { why: why.to_string() }
                }));
            }
            Err(_) => return Err(page().into()),
        };
        if let Some(first) = answer.errors.as_ref().and_then(|errors| errors.first()) {
            let error = first.read(status, reset_ms, bytes, key);
            return Err(Failure { error, field: first.field().map(str::to_owned), repeats: false });
        }
        if !reply.status.is_success() {
            return Err(page().into());
        }
        answer.data.ok_or_else(|| Error::Malformed { why: "it has no data".to_owned() }.into())
    }
}
