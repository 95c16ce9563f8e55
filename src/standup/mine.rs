//! Which issues are the user's and started.

use std::sync::Arc;

use super::scene::{Scene, names};
use crate::checks::Verdict;
use crate::plan::{Issue, Sets};
use crate::progress::TaskStatus;
use crate::repo::{Commit, Pattern, Person, RepoPath};
use crate::source::Outside;
use crate::verify::Deed;

/// What a person wrote longer ago than this (days) makes nothing theirs.
pub const RECENT_DAYS: i64 = 14;

/// A commit that touches files of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrote {
    /// The issue's id.
    pub issue: String,
    /// The commit.
    pub commit: Commit,
}

/// Why an issue is somebody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MineWhy {
    /// The branch's name has its identifier.
    Branch(Outside),
    /// A commit of theirs changed a verdict of it or names it.
    Deed(Arc<Deed>),
    /// A commit of theirs names it, or touches its files while it is half done.
    Wrote(Commit),
    /// A file that its evidence names is not committed as it is, while the issue is half done.
    Dirty(Outside),
}

/// Why a task of an unfinished issue is the user's; `None` when it is not. The strongest reason counts: the branch is named
/// after it; a recent commit of theirs made or broke a task of it, or names it; or it is half done (a task holds, and
/// one does not) and they touched its files in a recent commit, or the evidence of this task names a file that is not
/// committed. Touching the files alone makes an untouched issue nobody's: many issues share their files.
pub(super) fn mine(scene: &Scene<'_>, issue: &Issue, status: &TaskStatus) -> Option<MineWhy> {
    if scene.branch.is_some_and(|branch| names(branch, issue)) {
        return issue.linear.as_deref().map(|identifier| MineWhy::Branch(identifier.into()));
    }
    let recent = scene.now.as_second() - RECENT_DAYS * 24 * 3600;
    let is_mine = |person: &Person| scene.me.is_some_and(|me| same(me, person));
    let ids: Vec<&str> = issue.tasks.iter().map(|task| task.id.as_str()).collect();
    let plan_ids: Vec<&str> = scene.life.plan.tasks().map(|(_, task)| task.id.as_str()).collect();
    let deed = scene.life.transitions.iter().rev().find(|transition| {
        let deed = &transition.deed;
        let of_issue = plan_ids.get(transition.task).is_some_and(|id| ids.contains(id));
        let named =
            deed.names.iter().any(|name| issue.linear.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(name)));
        let by_me = is_mine(&deed.author) || deed.co_authors.iter().any(is_mine);
        by_me && deed.time >= recent && (of_issue || named)
    });
    if let Some(transition) = deed {
        return Some(MineWhy::Deed(Arc::clone(&transition.deed)));
    }
    let half_done = is_half_done(scene, issue);
    let wrote = scene.wrote.iter().find(|wrote| {
        let commit = &wrote.commit;
        let recent = wrote.issue == issue.id && commit.time >= recent && is_mine(&commit.author);
        recent && (half_done || names(commit.subject.raw(), issue))
    });
    if let Some(wrote) = wrote {
        return Some(MineWhy::Wrote(wrote.commit.clone()));
    }
    let patterns = patterns(issue, &scene.here.plan.sets);
    let is_named = |path: &RepoPath| status.outcome.evidence().any(|found| found.path.as_ref() == Some(&path.shown()));
    let is_of = |path: &&RepoPath| patterns.iter().any(|pattern| pattern.matches(path)) && is_named(path);
    scene.dirty.iter().find(is_of).filter(|_| half_done).map(|path| MineWhy::Dirty(path.shown()))
}

fn is_half_done(scene: &Scene<'_>, issue: &Issue) -> bool {
    let verdicts = || scene.here.tasks.iter().filter(|status| issue.tasks.iter().any(|task| task.id == status.id));
    verdicts().any(|status| status.verdict() == Verdict::Holds)
        && verdicts().any(|status| status.verdict() != Verdict::Holds)
}

/// Whether two are the same person: by address, without case; by name when one has no address.
fn same(a: &Person, b: &Person) -> bool {
    if a.email.is_empty() || b.email.is_empty() {
        return a.name == b.name;
    }
    a.email.raw().eq_ignore_ascii_case(b.email.raw())
}

/// The file patterns of an issue, sets put in.
pub fn patterns(issue: &Issue, sets: &Sets) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    for written in &issue.files {
        match written.strip_prefix('@') {
            Some(set) => patterns.extend(sets.get(set).into_iter().flatten().cloned()),
            None => patterns.extend(Pattern::parse(written)),
        }
    }
    patterns
}
