//! The workspace that the stand-in for Linear begins with: one issue of the plan is there, said to be done by somebody,
//! and there is room for a few more.

use crate::twin::{NotThere, State, Workspace};

/// So many issues find room beside the one that is there: the rest of the plan has to wait.
const ROOM: usize = 3;

/// The workspace of the sample's team.
///
/// # Errors
/// Never, unless the stand-in loses an issue that it was just given.
pub fn workspace() -> Result<Workspace, NotThere> {
    let mut workspace = Workspace::default();
    workspace.add_team("STAB", "StatsboardBack");
    if let Some(team) = workspace.teams.first_mut() {
        team.next_number = 155;
        rename(&mut team.states);
    }
    workspace.add_issue("STAB", "Add non-root user to all Python Dockerfiles")?;
    workspace
        .describe("STAB-155", |_| "The images run as root. Mara wants this before the next release.".to_owned())?;
    workspace.set_state("STAB-155", "completed")?;
    workspace.issue_limit = Some(workspace.unarchived() + ROOM);
    Ok(workspace)
}

/// The names that Linear's own teams begin with, by what a state means, in the order of their places.
const NAMES: [(&str, &[&str]); 7] = [
    ("triage", &["Triage"]),
    ("backlog", &["Backlog"]),
    ("unstarted", &["Todo"]),
    ("started", &["In Progress", "In Review"]),
    ("completed", &["Done", "Released"]),
    ("canceled", &["Canceled"]),
    ("duplicate", &["Duplicate"]),
];

/// Gives the states of the stand-in the names that people know.
fn rename(states: &mut [State]) {
    states.sort_by(|a, b| a.position.total_cmp(&b.position));
    for (kind, names) in NAMES {
        for (state, name) in states.iter_mut().filter(|state| state.kind == kind).zip(names) {
            state.name = (*name).to_owned();
        }
    }
}
