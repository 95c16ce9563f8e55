//! How Linear says no.

use serde_json::{Value, json};

/// A refusal, as one of `errors[]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// `message`.
    pub message: String,
    /// `extensions`.
    pub extensions: Value,
}

impl Refusal {
    /// Its code, for the log.
    pub fn code(&self) -> String {
        self.extensions.get("code").and_then(Value::as_str).unwrap_or("UNKNOWN").to_owned()
    }

    fn new(status: u16, message: impl Into<String>, code: &str, kind: &str, said: &str) -> Self {
        let extensions = json!({
            "type": kind,
            "code": code,
            "statusCode": 400,
            "userError": true,
            "userPresentableMessage": said,
        });
        Self { status, message: message.into(), extensions }
    }

    /// Nothing by that id.
    pub fn not_found(what: &str) -> Self {
        let said = format!("Could not find referenced {what}.");
        Self::new(200, format!("Entity not found: {what}"), "INPUT_ERROR", "invalid input", &said)
    }

    /// The id is taken.
    pub fn conflict(what: &str, id: &str) -> Self {
        let said = format!("Entity {what} with id {id} already exists.");
        Self::new(200, format!("conflict on insert of {what}"), "INPUT_ERROR", "invalid input", &said)
    }

    /// The server broke down.
    pub fn broken() -> Self {
        Self::new(500, "Internal server error", "INTERNAL_SERVER_ERROR", "internal error", "Something went wrong.")
    }

    /// A value that is not accepted.
    pub fn input(said: &str) -> Self {
        Self::new(200, "Argument Validation Error", "INVALID_INPUT", "invalid input", said)
    }

    /// The workspace is full. As it was seen on the live service.
    pub fn full() -> Self {
        Self {
            status: 200,
            message: "usage limit exceeded".to_owned(),
            extensions: json!({
                "code": "USAGE_LIMIT_EXCEEDED",
                "statusCode": 400,
                "userError": true,
                "userPresentableMessage": "You've exceeded the free issue limit for this workspace. Please upgrade or contact sales@linear.app for a free trial.",
                "meta": {"usageMetric": "activeIssueCount"},
            }),
        }
    }

    /// The rate limit is used up: HTTP 400, not 429.
    pub fn rate_limited(what: &str) -> Self {
        let said = format!("Rate limit exceeded. Only {what} are allowed per 1 hour.");
        Self::new(400, "Rate limit exceeded", "RATELIMITED", "ratelimited", &said)
    }

    /// A wrong key. The key is repeated in the message, as careless servers do.
    pub fn key(given: &str) -> Self {
        let said = "You need to authenticate to access this operation.";
        let message = format!("Authentication required, not authenticated: {given}");
        Self::new(401, message, "AUTHENTICATION_ERROR", "authentication error", said)
    }

    /// The request does not fit the schema.
    pub fn invalid(why: &str) -> Self {
        Self::new(400, why, "GRAPHQL_VALIDATION_FAILED", "graphql error", why)
    }

    /// The request asks for too much.
    pub fn too_complex(points: f64) -> Self {
        let said = format!("Query too complex: {points} points, 10000 are allowed.");
        Self::new(400, "Query too complex", "INPUT_ERROR", "invalid input", &said)
    }
}
