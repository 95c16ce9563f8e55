//! Plans to start from.

/// The plan of this repository's own plan.toml: eleven issues about the security of Docker images.
const DOCKER_SECURITY: &str = include_str!("../../plan.toml");

/// The small plan, with `{uid}` and `{title}` to be filled in.
const SMALL: &str = include_str!("../../assets/templates/small.toml");

/// The templates that `trueup init` knows, by name, each with what it is.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("small", "three tasks that fit any repository, with comments"),
    ("docker-security", "eleven issues about the security of Docker images"),
];

/// The template `docker-security` with a uid of its own.
pub fn docker_security(uid: &str) -> String {
    let line = format!("uid = {}", quoted(uid));
    let lines = DOCKER_SECURITY.split('\n').map(|old| if old.starts_with("uid = ") { line.as_str() } else { old });
    lines.collect::<Vec<_>>().join("\n")
}

/// The template `small` with a uid and a title.
pub fn small(uid: &str, title: &str) -> String {
    let title = if title.trim().is_empty() { "What should become true" } else { title };
    SMALL.replace("\"{uid}\"", &quoted(uid)).replace("\"{title}\"", &quoted(title))
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}
