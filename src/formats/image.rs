//! Image references: `registry/name:tag@digest`.
//!
//! Rules: <https://github.com/distribution/reference> (grammar at the top of `reference.go`).

/// An image reference, normalised.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImageRef {
    /// `docker.io` when none is written.
    pub registry: String,
    /// Path without the registry; `library/` is written out for Docker's own images.
    pub repository: String,
    /// The tag, `None` when none is written (Docker then takes `latest`).
    pub tag: Option<String>,
    /// `sha256:…`, or `None`.
    pub digest: Option<String>,
}

impl ImageRef {
    /// Reads a reference without variables; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let _ = text;
        None
    }

    /// As people write it: `docker.io/library/python` is `python`, `docker.io/certbot/certbot` is
    /// `certbot/certbot`.
    pub fn familiar(&self) -> String {
        String::new()
    }

    /// Whether both name the same repository, tag and digest aside.
    pub fn same_repository(&self, other: &Self) -> bool {
        self.registry == other.registry && self.repository == other.repository
    }
}
