//! The workspace that the stand-in for Linear begins with: one issue of the plan is there, said to be done by somebody,
//! and there is room for a few more.

use crate::twin::{NotThere, Workspace};

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
    }
    workspace.add_issue("STAB", "Add non-root user to all Python Dockerfiles")?;
    workspace
        .describe("STAB-155", |_| "The images run as root. Mara wants this before the next release.".to_owned())?;
    workspace.set_state("STAB-155", "completed")?;
    workspace.issue_limit = Some(workspace.unarchived() + ROOM);
    Ok(workspace)
}
