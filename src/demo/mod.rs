//! The embedded sample: the repository of a small sports-statistics service, with a history of ten working days
//! that tells how a plan was ticked done and is not.

mod dates;
mod story;

use std::path::Path;

use jiff::Timestamp;

use crate::plan::template;
use crate::repo::build::{BuildError, Builder, Signature};

/// The plan's uid, so that the sample is the same each time.
const UID: &str = "5f0c0de5-7a11-4b1d-9c0a-c0de57a71577";

/// Builds the sample in an empty folder; the story ends on the last working day before `now`. The same `now`
/// gives the same bytes, commit ids included.
pub fn build(folder: &Path, now: Timestamp) -> Result<(), BuildError> {
    let plan = plan();
    let mut builder = Builder::create(folder, "main")?;
    for step in story::STEPS {
        for (path, text) in step.files {
            builder.write(path, text.as_bytes())?;
        }
        if step.brings_plan {
            builder.write("plan.toml", plan.as_bytes())?;
        }
        let time = dates::working_days_before(now, step.days_ago, step.time);
        let (name, email) = story::PEOPLE.get(step.author).copied().unwrap_or(("", ""));
        builder.commit(&Signature::new(name, email, time), step.message)?;
    }
    for (path, text) in story::UNCOMMITTED {
        builder.write(path, text.as_bytes())?;
    }
    Ok(())
}

/// The plan of the sample: the Docker hardening, with the Markdown plan that claims all of it.
fn plan() -> String {
    let plan = template::docker_security(UID);
    match plan.split_once("\n[plan]\n") {
        Some((head, rest)) => format!("{head}\n[plan]\nclaims = \"PLAN.md\"\n{rest}"),
        None => plan,
    }
}
