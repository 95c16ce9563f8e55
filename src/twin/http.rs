//! HTTP/1.1, as far as one client on the same machine needs it.

use std::io::{self, BufRead as _, BufReader, Read as _, Write};
use std::net::TcpStream;

/// The most bytes of a request's head.
const LARGEST_HEAD: usize = 64 << 10;

/// The most bytes of a request's body; Linear's own bound.
pub(super) const LARGEST_BODY: usize = 10 << 20;

/// A request.
pub(super) struct Received {
    pub method: String,
    pub authorization: String,
    pub body: Vec<u8>,
    /// Whether the body has more bytes than are read.
    pub too_large: bool,
}

/// Reads the next request of a connection; none when the other side is done.
pub(super) fn receive(reader: &mut BufReader<TcpStream>) -> io::Result<Option<Received>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if reader.by_ref().take(LARGEST_HEAD as u64).read_until(b'\n', &mut head)? == 0 {
            return Ok(None);
        }
        if head.len() > LARGEST_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut headers);
    parsed.parse(&head).map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why))?;
    let header = |name: &str| {
        let found = parsed.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| String::from_utf8_lossy(header.value).trim().to_owned())
    };
    let length: usize = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let too_large = length > LARGEST_BODY;
    let mut body = vec![0; if too_large { 0 } else { length }];
    reader.read_exact(&mut body)?;
    Ok(Some(Received {
        method: parsed.method.unwrap_or_default().to_owned(),
        authorization: header("authorization").unwrap_or_default(),
        body,
        too_large,
    }))
}

/// An answer.
pub(super) struct Response {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// How many bytes of the body are sent at most, whatever is announced.
    pub sent: Option<usize>,
    /// Whether the connection stays open.
    pub stays: bool,
}

impl Response {
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        let headers = vec![("content-type", "application/json; charset=utf-8".to_owned())];
        Self { status, headers, body: value.to_string().into_bytes(), sent: None, stays: true }
    }

    pub fn page(status: u16) -> Self {
        let title = if status == 200 { "Sign in to the network" } else { "Something went wrong" };
        let body = format!(
            "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{status} {title}</h1></body></html>\n"
        );
        let headers = vec![("content-type", "text/html".to_owned())];
        Self { status, headers, body: body.into_bytes(), sent: None, stays: true }
    }

    /// Writes the answer.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {} Twin\r\ncontent-length: {}\r\n", self.status, self.body.len());
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(if self.stays { "\r\n" } else { "connection: close\r\n\r\n" });
        to.write_all(head.as_bytes())?;
        let sent = self.sent.unwrap_or(self.body.len()).min(self.body.len());
        to.write_all(self.body.get(..sent).unwrap_or_default())?;
        to.flush()
    }
}
