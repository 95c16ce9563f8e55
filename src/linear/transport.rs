//! One request over HTTP, and what came back.

use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::blocking::{Client as Http, Response};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};

use super::endpoint::Endpoint;
use super::error::{Error, Sent};
use super::key::Key;

/// As many bytes of an answer as are read.
const LARGEST_ANSWER: u64 = 64 << 20;

/// As many bytes as a request may have; Linear refuses more.
pub(super) const LARGEST_REQUEST: usize = 10 << 20;

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until the whole answer is there.
    pub whole: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), whole: Duration::from_secs(60) }
    }
}

/// An answer, whatever its status.
pub(super) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// What makes requests.
pub(super) struct Transport {
    http: Http,
    endpoint: Endpoint,
    key: Key,
    limits: Limits,
}

impl Transport {
    /// Sets requests up; nothing is sent.
    ///
    /// # Errors
    /// TLS cannot be set up on this machine.
    pub fn new(endpoint: Endpoint, key: Key, limits: Limits) -> Result<Self, Error> {
        // Somebody who installed one before is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Http::builder()
            .user_agent(concat!("trueup/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(limits.connect)
            .timeout(limits.whole);
        if endpoint.is_loopback() {
            // A proxy would see the key in the clear, and `localhost` is what it says whatever a name server says.
            let here =
                [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)].map(|ip| SocketAddr::new(ip, 0));
            builder = builder.no_proxy().resolve_to_addrs("localhost", &here);
        } else {
            builder = builder.https_only(true);
        }
        let http = builder.build().map_err(|why| Error::Network { sent: Sent::No, why: chain(&why, &key) })?;
        Ok(Self { http, endpoint, key, limits })
    }

    /// The key, to be taken out of texts.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Sends a body of JSON and reads the whole answer.
    pub fn post(&self, body: Vec<u8>) -> Result<Reply, Error> {
        if body.len() > LARGEST_REQUEST {
            return Err(Error::TooLarge { bytes: body.len() });
        }
        let request = self
            .http
            .post(self.endpoint.url().clone())
            .header(AUTHORIZATION, self.key.header())
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let response = request.send().map_err(|why| self.failed(why))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = self.body(response)?;
        Ok(Reply { status, headers, body })
    }

    fn body(&self, response: Response) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        let read = response.take(LARGEST_ANSWER + 1).read_to_end(&mut body);
        if let Err(why) = read {
            let inner = why.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>());
            if why.kind() == std::io::ErrorKind::TimedOut || inner.is_some_and(reqwest::Error::is_timeout) {
                return Err(Error::Timeout { limit: self.limits.whole, sent: Sent::Perhaps });
            }
            return Err(Error::Network { sent: Sent::Perhaps, why: chain(&why, &self.key) });
        }
        if body.len() as u64 > LARGEST_ANSWER {
            return Err(Error::Malformed { why: format!("it has more than {LARGEST_ANSWER} bytes") });
        }
        Ok(body)
    }

    fn failed(&self, why: reqwest::Error) -> Error {
        let why = why.without_url();
        let sent = if why.is_connect() || why.is_builder() { Sent::No } else { Sent::Perhaps };
        if why.is_timeout() {
            let limit = if sent == Sent::No { self.limits.connect } else { self.limits.whole };
            return Error::Timeout { limit, sent };
        }
        Error::Network { sent, why: chain(&why, &self.key) }
    }
}

/// An error with what caused it, outermost first, each once, without the key.
fn chain(error: &dyn std::error::Error, key: &Key) -> String {
    let mut parts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
        cause = inner.source();
    }
    super::classify::said(&parts.join(": "), key)
}
