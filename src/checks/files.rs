//! Going over the files of a check so that nothing holds by emptiness.

use super::{FileSet, Finding, Outcome};
use crate::repo::RepoPath;
use crate::semantics::files::Files;

/// Calls `judge` for each file of the set, in the plan's order, each once. A named file that is missing
/// and a pattern that matches nothing are faults; what cannot be listed is a doubt (CHECKS, rule 1).
pub fn each_file(
    files: &Files<'_>,
    set: &FileSet,
    outcome: &mut Outcome,
    mut judge: impl FnMut(&RepoPath, &mut Outcome),
) {
    let mut seen: Vec<RepoPath> = Vec::new();
    for pattern in &set.patterns {
        let matches = match files.glob(pattern) {
            Ok(matches) => matches,
            Err(error) => {
                let at = RepoPath::parse(pattern.as_str()).unwrap_or_default();
                outcome.unread(&at, &error);
                continue;
            }
        };
        if matches.is_empty() {
            let finding = if pattern.is_literal() {
                Finding::fault(format!("there is no file {}", pattern.as_str())).help(format!(
                    "add {} (tracked, or at least not ignored), or name another file in the plan",
                    pattern.as_str()
                ))
            } else {
                Finding::fault(format!("no file matches {}", pattern.as_str()))
                    .help("nothing holds by emptiness: add such a file, or change the pattern in the plan")
            };
            let finding = match RepoPath::parse(pattern.as_str()) {
                Ok(path) if pattern.is_literal() => finding.path(&path),
                _ => finding,
            };
            outcome.push(finding);
        }
        for found in matches {
            if !seen.contains(&found.path) {
                judge(&found.path, outcome);
                seen.push(found.path);
            }
        }
    }
}
