//! Going over the files of a check so that nothing holds by emptiness.

use super::{FileSet, Finding, Outcome};
use crate::repo::RepoPath;
use crate::semantics::files::Files;

/// Calls `judge` for each file of the set, in the plan's order, each once. A named file that is missing
/// and a pattern that matches nothing are faults; what cannot be listed is a doubt (CHECKS, rule 1).
pub fn each_file(files: &Files<'_>, set: &FileSet, outcome: &mut Outcome, judge: impl FnMut(&RepoPath, &mut Outcome)) {
    go_over(files, set, outcome, |_| true, judge);
}

/// As [`each_file`], but `Dockerfile*` does not stand for `Dockerfile.prod.dockerignore`, which is the ignore file of
/// Dockerfile.prod (<https://docs.docker.com/build/concepts/context/#filename-and-location>).
pub fn each_dockerfile(
    files: &Files<'_>,
    set: &FileSet,
    outcome: &mut Outcome,
    judge: impl FnMut(&RepoPath, &mut Outcome),
) {
    go_over(files, set, outcome, |path| !path.as_bytes().ends_with(b".dockerignore"), judge);
}

/// As [`each_dockerfile`], but `judge` is about the file alone: what it finds follows from the check, from `function`
/// and from what it asks of the tree, and is kept for the next tree ([`Files::part`]).
pub(super) fn each_dockerfile_alone(
    files: &Files<'_>,
    set: &FileSet,
    outcome: &mut Outcome,
    function: usize,
    judge: impl Fn(&RepoPath, &mut Outcome),
) {
    each_dockerfile(files, set, outcome, |path, outcome| {
        let work = || {
            let mut own = Outcome::default();
            judge(path, &mut own);
            own
        };
        let lasts = |own: &Outcome| !own.doubts.iter().any(|doubt| doubt.reason.is_of_the_machine());
        outcome.extend(&files.part(path, function, work, lasts));
    });
}

fn go_over(
    files: &Files<'_>,
    set: &FileSet,
    outcome: &mut Outcome,
    keep: impl Fn(&RepoPath) -> bool,
    mut judge: impl FnMut(&RepoPath, &mut Outcome),
) {
    let mut seen: Vec<RepoPath> = Vec::new();
    for pattern in &set.patterns {
        let matches: Vec<_> = match files.glob(pattern) {
            Ok(matches) => matches.into_iter().filter(|m| pattern.is_literal() || keep(&m.path)).collect(),
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
