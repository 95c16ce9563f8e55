//! The embedded sample: the repository of a small sports-statistics service, with a history of ten working days
//! that tells how a plan was ticked done and is not.

mod dates;
mod linear;
mod story;

pub use linear::workspace;

use std::path::Path;

use jiff::Timestamp;

use crate::plan::{EditError, EditPlace, EditValue, Editing, template};
use crate::repo::{NewCommit, PathError, Person, RepoBuilder, RepoError, RepoPath};

/// The plan's uid, so that the sample is the same each time.
const UID: &str = "5f0c0de5-7a11-4b1d-9c0a-c0de57a71577";

/// Why the sample could not be built.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Git or the disk.
    #[error(transparent)]
    Repo(#[from] RepoError),
    /// A path of the story.
    #[error("bad path: {0}")]
    Path(#[from] PathError),
    /// The plan of the story.
    #[error(transparent)]
    Plan(#[from] EditError),
}

/// Builds the sample in an empty folder; the story ends on the last working day before `now`. The same `now`
/// gives the same bytes, commit ids included.
pub fn build(folder: &Path, now: Timestamp) -> Result<(), DemoError> {
    let plan = plan()?;
    let mut builder = RepoBuilder::create(folder, "main")?;
    for step in story::STEPS {
        for (path, text) in step.files {
            builder.write(&RepoPath::parse(path)?, text.as_bytes())?;
        }
        if step.brings_plan {
            builder.write(&RepoPath::parse("plan.toml")?, plan.as_bytes())?;
        }
        let time = dates::working_days_before(now, step.days_ago, step.time);
        let (name, email) = story::PEOPLE.get(step.author).copied().unwrap_or(("", ""));
        let person = Person { name: name.into(), email: email.into() };
        builder.commit(&NewCommit::by(&person, time.as_second(), step.message))?;
    }
    for (path, text) in story::UNCOMMITTED {
        builder.write_unstaged(&RepoPath::parse(path)?, text.as_bytes())?;
    }
    builder.finish()?;
    Ok(())
}

/// The plan of the sample: the Docker hardening, with the Markdown plan that claims all of it.
fn plan() -> Result<String, EditError> {
    let mut plan = Editing::of(&template::docker_security(UID))?;
    plan.set(EditPlace::Plan, "claims", &EditValue::Text("PLAN.md".to_owned()))?;
    Ok(plan.text().to_owned())
}
