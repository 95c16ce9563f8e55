//! Ids that follow from what they name: the same thing made twice is made once.

use uuid::Uuid;

/// The id of an issue in Linear: the same for everybody who syncs this plan with this team.
pub fn issue(organization: &str, team: &str, plan: &str, issue: &str, generation: u32) -> Uuid {
    derived(&["issue", organization, team, plan, issue, &generation.to_string()])
}

/// The id of the milestone of a phase.
pub fn milestone(project: &str, plan: &str, phase: &str) -> Uuid {
    derived(&["milestone", project, plan, phase])
}

/// The id of the comment that says why an issue was moved back: one for each time that it was completed, so that it is
/// said once, whoever syncs and however often that is interrupted. `completed` is when, as Linear gives it; where it
/// gives nothing, the tasks that fail stand in for it.
pub fn comment(issue: &str, completed: Option<&str>, failing: &[String]) -> Uuid {
    let mut parts = vec!["comment", issue];
    match completed {
        Some(time) => parts.extend(["completed", time]),
        None => {
            parts.push("failing");
            parts.extend(failing.iter().map(String::as_str));
        }
    }
    derived(&parts)
}

/// The id of a relation that is made at a commit.
pub fn relation(from: &str, to: &str, commit: &str) -> Uuid {
    derived(&["relation", from, to, commit])
}

/// A hash with the version and variant bits of a version 4 UUID, which is the only version that Linear takes.
fn derived(parts: &[&str]) -> Uuid {
    let mut hasher = blake3::Hasher::new_derive_key("trueup 2026 ids in Linear");
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let mut bytes = [0; 16];
    hasher.finalize_xof().fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// The address of the attachment that carries an issue's evidence; with the issue it is its identity in Linear.
pub fn address(plan: &str, issue: &str) -> String {
    format!("{}{}", addresses(plan), escaped(issue))
}

/// What the addresses of all issues of a plan begin with.
pub fn addresses(plan: &str) -> String {
    format!("trueup://plan/{}/issue/", escaped(plan))
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
