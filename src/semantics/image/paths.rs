//! Paths inside an image.

/// `path` from `folder`, cleaned as `path.Clean` does: absolute, without `.`, `..`, empty parts and a slash at
/// the end. `None` when it is relative and the folder is not known.
pub fn absolute(folder: Option<&str>, path: &str) -> Option<String> {
    let joined = if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", folder?) };
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
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

/// Whether `inner` is `outer` or lies below it; both as [`absolute`] gives them.
pub fn covers(outer: &str, inner: &str) -> bool {
    outer == "/" || inner == outer || inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
}

/// The last name of a path, slashes at its end aside.
pub(super) fn name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}
