//! Image references: `registry/name:tag@digest`.
//!
//! Rules: <https://github.com/distribution/reference> (grammar at the top of `reference.go`, normalising in
//! `normalize.go`).

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

/// A name, registry included, may have this many characters.
const LONGEST_NAME: usize = 255;
/// A tag may have this many characters.
const LONGEST_TAG: usize = 128;

impl ImageRef {
    /// Reads a reference without variables; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            // Docker reads 64 hex digits as an image's id.
            return None;
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (rest, None),
        };
        let (registry, path) = split_registry(name);
        let registry = if registry == "index.docker.io" { "docker.io" } else { registry };
        let repository =
            if registry == "docker.io" && !path.contains('/') { format!("library/{path}") } else { path.to_owned() };
        let fits = is_registry(registry)
            && is_path(&repository)
            && registry.len() + 1 + repository.len() <= LONGEST_NAME
            && tag.is_none_or(is_tag)
            && digest.is_none_or(is_digest);
        fits.then(|| Self {
            registry: registry.to_owned(),
            repository,
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        })
    }

    /// The name as people write it, without tag and digest: `docker.io/library/python` is `python`,
    /// `docker.io/certbot/certbot` is `certbot/certbot`, `quay.io/a/b` stays.
    pub fn familiar(&self) -> String {
        if self.registry != "docker.io" {
            return format!("{}/{}", self.registry, self.repository);
        }
        match self.repository.strip_prefix("library/") {
            Some(name) if !name.contains('/') => name.to_owned(),
            _ => self.repository.clone(),
        }
    }

    /// [`ImageRef::familiar`] with tag and digest.
    pub fn shown(&self) -> String {
        let mut shown = self.familiar();
        if let Some(tag) = &self.tag {
            shown.push(':');
            shown.push_str(tag);
        }
        if let Some(digest) = &self.digest {
            shown.push('@');
            shown.push_str(digest);
        }
        shown
    }

    /// Whether both name the same repository, tag and digest aside.
    pub fn same_repository(&self, other: &Self) -> bool {
        self.registry == other.registry && self.repository == other.repository
    }
}

/// The first part is a registry when it looks like a host: a dot, a port, an upper-case letter, `localhost`.
fn split_registry(name: &str) -> (&str, &str) {
    match name.split_once('/') {
        Some((first, path))
            if first.contains(['.', ':']) || first == "localhost" || first.chars().any(|c| c.is_ascii_uppercase()) =>
        {
            (first, path)
        }
        _ => ("docker.io", name),
    }
}

fn is_registry(registry: &str) -> bool {
    let (host, port) = match registry.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => {
            if address.is_empty() || !address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':') {
                return false;
            }
            ("x", port.strip_prefix(':').or(if port.is_empty() { None } else { Some("") }))
        }
        None => match registry.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (registry, None),
        },
    };
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    host.split('.').all(label) && port.is_none_or(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
}

/// Components of lower-case letters and digits, held together by one of `.`, `_`, `__` or any number of `-`.
fn is_path(path: &str) -> bool {
    let part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    path.split('/').all(|component| {
        let bytes = component.as_bytes();
        let ends = bytes.first().copied().is_some_and(part) && bytes.last().copied().is_some_and(part);
        ends && component
            .split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            .all(|joint| matches!(joint, "" | "." | "_" | "__") || joint.bytes().all(|b| b == b'-'))
    })
}

fn is_tag(tag: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    tag.len() <= LONGEST_TAG
        && tag.bytes().next().is_some_and(word)
        && tag.bytes().all(|b| word(b) || b == b'.' || b == b'-')
}

/// The digests that registries know, in full length.
fn is_digest(digest: &str) -> bool {
    let length = match digest.split_once(':').map(|(algorithm, _)| algorithm) {
        Some("sha256") => 64,
        Some("sha384") => 96,
        Some("sha512") => 128,
        _ => return false,
    };
    digest.split_once(':').is_some_and(|(_, hex)| {
        hex.len() == length && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}
