//! Reading everything that a plan of actions needs to know: one request when every issue is linked, two when some
//! are not.

use crate::linear::{Ask, Client, Error, Overview};
use crate::sync::matching::{self, Disagreement, Home, Link};
use crate::sync::wanted::Publication;

/// What Linear says about a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The workspace, the team, the project, and all issues that were found.
    pub overview: Overview,
    /// Where the plan lives.
    pub home: Home,
    /// Each issue's counterpart, in plan order.
    pub links: Vec<Link>,
}

/// Why there is no plan of actions.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LookError {
    /// Linear did not answer.
    #[error(transparent)]
    Linear(#[from] Error),
    /// The ways to find an issue lead to different ones.
    #[error("{}", disagreement(.0))]
    WhichIssue(Vec<Disagreement>),
}

/// Each disagreement in one line.
fn disagreement(found: &[Disagreement]) -> String {
    let lines = found.iter().map(|one| format!("issue {}: {}", one.issue, one.answers.join(", but ")));
    lines.collect::<Vec<_>>().join("; ")
}

/// Reads what Linear says about a plan.
///
/// # Errors
/// Linear did not answer, has no such team or project, or the ways to find an issue lead to different ones.
pub fn look(
    client: &Client,
    publication: &Publication,
    team: &str,
    project: Option<&str>,
    recreate: bool,
) -> Result<Look, LookError> {
    let find = matching::first_look(publication);
    let mut overview = client.overview(&Ask { team, project, find: &find })?;
    let home = Home {
        organization: overview.organization.id.clone(),
        team: overview.team.id.clone(),
        plan: publication.plan.uid.clone(),
    };
    let second = matching::second_look(publication, &home, &overview.issues, recreate);
    if !second.is_empty() {
        add(&mut overview, client.issues(&second)?);
    }
    for identifier in matching::former(publication, &home, &overview.issues) {
        let found = client.issue(&identifier)?;
        add(&mut overview, found.into_iter().collect());
    }
    let links = matching::links(publication, &home, &overview.issues).map_err(LookError::WhichIssue)?;
    Ok(Look { overview, home, links })
}

fn add(overview: &mut Overview, found: Vec<crate::linear::Issue>) {
    for issue in found {
        if !overview.issues.iter().any(|known| known.id == issue.id) {
            overview.issues.push(issue);
        }
    }
}
