//! Where requests go.

use std::net::IpAddr;

use reqwest::Url;

/// Linear's own address.
pub const LINEAR: &str = "https://api.linear.app/graphql";

/// An address that a key may be sent to: over TLS, or to this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    loopback: bool,
}

/// Why an address is none to send a key to. The address is not told: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// No URL.
    #[error("the address of Linear is no URL: {why}")]
    NoUrl {
        /// What is wrong.
        why: String,
    },
    /// Plain HTTP to another machine.
    #[error(
        "the address of Linear begins with `{scheme}:`; a key is sent over https only, or over http to this machine"
    )]
    Plain {
        /// What it begins with.
        scheme: String,
    },
    /// A name or password in it.
    #[error("the address of Linear holds a name or a password; the key alone says who asks")]
    UserInfo,
}

impl Endpoint {
    /// Takes an address.
    ///
    /// # Errors
    /// It is no URL, holds a name or password, or would send the key in the clear to another machine.
    pub fn new(text: &str) -> Result<Self, EndpointError> {
        let url = Url::parse(text.trim()).map_err(|why| EndpointError::NoUrl { why: why.to_string() })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::UserInfo);
        }
        let loopback = url.host_str().is_some_and(is_loopback);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            scheme => return Err(EndpointError::Plain { scheme: scheme.to_owned() }),
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(EndpointError::NoUrl { why: "it names no host".to_owned() });
        }
        Ok(Self { url, loopback })
    }

    /// Whether it is this machine.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The address.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }
}

/// Whether a host is this machine: an address of 127.0.0.0/8, `::1`, or the name `localhost`.
fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    match bare.parse::<IpAddr>() {
        Ok(ip) => ip.is_loopback(),
        Err(_) => bare.eq_ignore_ascii_case("localhost"),
    }
}
