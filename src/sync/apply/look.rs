//! Reading everything that a plan of actions needs to know: one request when every issue is linked, two when some
//! are not.

use crate::linear::{Ask, Client, Error, Find, Overview};
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
    /// The team's key is another one now.
    #[error("Linear has no team {was}; the plan's issues are in team {now}")]
    TeamRenamed {
        /// The key of the plan.
        was: String,
        /// The key of the team that its issues are in.
        now: String,
    },
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
    let mut overview = match client.overview(&Ask { team, project, find: &find }) {
        Err(error @ Error::NotFound { .. }) => return Err(lost_team(client, &find, team, error)?),
        overview => overview?,
    };
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

/// A team that is not found: its issues tell what it is called now.
fn lost_team(client: &Client, find: &Find, team: &str, error: Error) -> Result<LookError, LookError> {
    let known = Find::ids(find.ids.iter().cloned());
    let issues = if known.is_empty() { Vec::new() } else { client.issues(&known)? };
    let now =
        issues.into_iter().map(|issue| issue.team).find(|now| now.key.raw() != team && now.id.to_string() != team);
    Ok(match now {
        Some(now) => LookError::TeamRenamed { was: team.to_owned(), now: now.key.raw().to_owned() },
        None => LookError::Linear(error),
    })
}

fn add(overview: &mut Overview, found: Vec<crate::linear::Issue>) {
    for issue in found {
        if !overview.issues.iter().any(|known| known.id == issue.id) {
            overview.issues.push(issue);
        }
    }
}
