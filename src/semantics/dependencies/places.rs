//! Paths inside an image.

/// `path` as an absolute path without `.`, `..`, doubled or trailing slashes, seen from `directory`;
/// `None` when it is relative and the directory is not known.
pub fn absolute(directory: Option<&str>, path: &str) -> Option<String> {
    let base = if path.starts_with('/') { "" } else { directory? };
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(format!("/{}", parts.join("/")))
}

/// What of `path` lies below `folder`: `Some("")` when they are the same, `None` when it lies elsewhere.
/// Both absolute and clean.
pub fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder == "/" {
        return path.strip_prefix('/');
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Whether one lies in the other.
pub fn overlap(one: &str, other: &str) -> bool {
    below(one, other).is_some() || below(other, one).is_some()
}

/// The part of a path before its first wildcard, cut at a `/`; the path itself when it has none.
pub fn fixed(path: &str) -> &str {
    match path.find(['*', '?', '[']) {
        None => path,
        Some(at) => {
            let head = path.get(..at).unwrap_or_default();
            match head.rfind('/') {
                Some(0) => "/",
                Some(slash) => head.get(..slash).unwrap_or_default(),
                None => "",
            }
        }
    }
}

/// Whether a path has a wildcard.
pub fn is_wild(path: &str) -> bool {
    path.contains(['*', '?', '['])
}
