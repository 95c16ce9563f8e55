//! Which of the errors an answer is.

use serde::Deserialize;
use serde_json::Value;

use super::error::Error;
use super::key::Key;

/// As much of a message as is kept, in characters.
const LONGEST_MESSAGE: usize = 500;

/// One of `errors[]`.
#[derive(Debug, Deserialize)]
pub(super) struct WireError {
    #[serde(default)]
    message: String,
    #[serde(default)]
    path: Option<Vec<Value>>,
    #[serde(default)]
    extensions: Option<Extensions>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extensions {
    #[serde(default)]
    code: Option<Value>,
    #[serde(default, rename = "type")]
    kind: Option<Value>,
    #[serde(default)]
    user_presentable_message: Option<String>,
    #[serde(default)]
    meta: Option<Value>,
}

impl WireError {
    /// The field of the operation that failed.
    pub fn field(&self) -> Option<&str> {
        self.path.as_ref()?.first()?.as_str()
    }

    /// The error that this is: by code, then by type, then by message.
    pub fn read(&self, status: u16, reset_ms: Option<i64>, bytes: usize, key: &Key) -> Error {
        let extensions = self.extensions.as_ref();
        let word = |value: Option<&Value>| value.and_then(Value::as_str).map(normal).unwrap_or_default();
        let code = word(extensions.and_then(|e| e.code.as_ref()));
        let kind = word(extensions.and_then(|e| e.kind.as_ref()));
        let presentable = extensions.and_then(|e| e.user_presentable_message.as_deref()).filter(|m| !m.is_empty());
        let said = said(presentable.unwrap_or(&self.message), key);
        let metric = || {
            let meta = extensions.and_then(|e| e.meta.as_ref())?;
            meta.get("usageMetric")?.as_str().map(str::to_owned)
        };
        let family = Family::of(&code)
            .or_else(|| Family::of(&kind))
            .or_else(|| Family::of_message(&self.message))
            .or_else(|| Family::of_status(status));
        match family {
            Some(Family::Authentication) => Error::Authentication { said },
            Some(Family::Forbidden) => Error::Forbidden { said },
            Some(Family::Feature) => Error::Feature { said },
            Some(Family::RateLimited) => Error::RateLimited { reset_ms, said },
            Some(Family::UsageLimit) => Error::UsageLimit { metric: metric(), said },
            Some(Family::Lock) => Error::LockTimeout { said },
            Some(Family::Server) => Error::Server { status, said },
            Some(Family::TooLarge) => Error::TooLarge { bytes },
            Some(Family::TooComplex) => Error::TooComplex { said },
            Some(Family::Conflict) => Error::Conflict { said },
            Some(Family::NotFound) => Error::NotFound { said },
            Some(Family::Input) => self.input(said, presentable),
            None => Error::Refused { said },
        }
    }

    /// Linear says `invalid input` of much that deserves its own name.
    fn input(&self, said: String, presentable: Option<&str>) -> Error {
        match Family::of_message(&self.message).or_else(|| Family::of_message(presentable.unwrap_or_default())) {
            Some(Family::Conflict) => Error::Conflict { said },
            Some(Family::NotFound) => Error::NotFound { said },
            Some(Family::TooComplex) => Error::TooComplex { said },
            _ => Error::Input { said },
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Authentication,
    Forbidden,
    Feature,
    RateLimited,
    UsageLimit,
    Lock,
    Server,
    TooLarge,
    TooComplex,
    Conflict,
    NotFound,
    Input,
}

impl Family {
    /// By a code or a type, which differ in spelling only: `USAGE_LIMIT_EXCEEDED`, `usage limit exceeded`.
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "authenticationerror" | "unauthenticated" => Self::Authentication,
            "forbidden" => Self::Forbidden,
            "featurenotaccessible" => Self::Feature,
            "ratelimited" => Self::RateLimited,
            "usagelimitexceeded" => Self::UsageLimit,
            "locktimeout" => Self::Lock,
            "internalerror" | "internalservererror" | "networkerror" | "bootstraperror" => Self::Server,
            "inputerror" | "invalidinput" | "baduserinput" | "usererror" => Self::Input,
            "querytoocomplex" => Self::TooComplex,
            _ => return None,
        })
    }

    fn of_message(message: &str) -> Option<Self> {
        let message = message.to_ascii_lowercase();
        Some(if message.starts_with("entity not found") {
            Self::NotFound
        } else if message.starts_with("conflict on insert") || message.contains("already exists") {
            Self::Conflict
        } else if message.contains("too complex") {
            Self::TooComplex
        } else if message.contains("usage limit exceeded") {
            Self::UsageLimit
        } else if message.contains("rate limit") {
            Self::RateLimited
        } else {
            return None;
        })
    }

    fn of_status(status: u16) -> Option<Self> {
        Some(match status {
            401 => Self::Authentication,
            403 => Self::Forbidden,
            413 => Self::TooLarge,
            429 => Self::RateLimited,
            500.. => Self::Server,
            _ => return None,
        })
    }
}

/// A word without what its spellings differ in.
fn normal(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// A message of bounded length, without the key.
pub(super) fn said(message: &str, key: &Key) -> String {
    let bare = key.taken_out_of(message);
    let trimmed = bare.trim();
    if trimmed.is_empty() {
        return "it gave no reason".to_owned();
    }
    let mut short: String = trimmed.chars().take(LONGEST_MESSAGE).collect();
    if short.len() < trimmed.len() {
        short.push('…');
    }
    short
}

/// The error that an answer is which is no JSON of Linear's: a proxy's page, an empty body.
pub(super) fn page(status: u16, body: &str, reset_ms: Option<i64>, bytes: usize, key: &Key) -> Error {
    let said = said(title(body).unwrap_or(body), key);
    match status {
        300..=399 => Error::Redirected { status },
        401 => Error::Authentication { said },
        413 => Error::TooLarge { bytes },
        429 => Error::RateLimited { reset_ms, said },
        500.. => Error::Server { status, said },
        _ => Error::NotJson { status, said },
    }
}

/// The title of an HTML page.
fn title(body: &str) -> Option<&str> {
    let lower = body.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower.get(start..)?.find("</title>")?;
    body.get(start..end)
}
