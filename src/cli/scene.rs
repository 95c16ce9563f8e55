//! From a session to what `standup` and `today` look at.

use jiff::Timestamp;

use super::args::Where;
use super::error::{CliError, ErrorKind, git_error};
use super::gather::Session;
use super::journal::Remembered;
use super::since::{Point, on_branch};
use crate::calendar::Calendar;
use crate::checks::Question;
use crate::progress::Status;
use crate::repo::{AncestryError, Commit, CommitId, Head, People, Person, ReadError, RepoPath};
use crate::standup::{Disagreement, LinearSeen, RECENT_DAYS, Scene, Window, Wrote, patterns};
use crate::sync;
use crate::verify::{Life, Start};

/// What is looked at, owned.
pub(super) struct Gathered {
    life: Life,
    /// `None` where the work tree is looked at alone: there is no commit yet.
    head: Option<Status>,
    here: Status,
    calendar: Calendar,
    now: Timestamp,
    branch: Option<String>,
    dirty: Vec<RepoPath>,
    me: Option<Person>,
    wrote: Vec<Wrote>,
    plan_since: Option<i64>,
    linear: Option<LinearSeen>,
}

/// Whether what the user wrote is looked for: only the checklist asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// It is not.
    Plan,
    /// It is.
    Mine,
}

impl Gathered {
    /// Judges the work tree and HEAD, and walks the branch.
    pub(super) fn of(session: &Session, wanted: Wanted) -> Result<Self, CliError> {
        let view = session.view(&session.present())?;
        let (here, reads) = session.judge_view(&view)?;
        let head = session.repo().head().map_err(|error| git_error(&error))?;
        let (paths, globs) = (reads.iter().filter_map(Question::path), reads.iter().filter_map(Question::pattern));
        let mut gathered = Self {
            life: Life {
                plan: here.plan.clone(),
                steps: Vec::new(),
                planned: None,
                transitions: Vec::new(),
                start: Start::Nothing,
                verdicts: Vec::new(),
                first: Vec::new(),
            },
            head: None,
            dirty: view.changed(paths, globs),
            here,
            calendar: session.settings().calendar(),
            now: session.now(),
            branch: match &head {
                Head::Commit { branch, .. } => branch.clone(),
                Head::Unborn { branch } => Some(branch.clone()),
            },
            me: None,
            wrote: Vec::new(),
            plan_since: None,
            linear: None,
        };
        if let Head::Commit { id, .. } = head {
            let people = session.people(id)?;
            gathered.head = Some(session.judge(&Where { at: Some("HEAD".to_owned()), staged: false })?);
            gathered.life = session.life(id)?;
            gathered.plan_since =
                gathered.life.planned.and_then(|step| gathered.life.steps.get(step)).map(|step| step.time);
            // Without an identity nothing is anybody's, and the rest goes on.
            let me = session.repo().author(|name| std::env::var_os(name));
            gathered.me = me.ok().map(|me| people.known_as(&me));
            if wanted == Wanted::Mine {
                gathered.wrote = gathered.wrote(session, id, &people)?;
            }
        }
        Ok(gathered)
    }

    /// With what Linear said when it was last asked; nobody is asked now.
    pub(super) fn with_linear(mut self, session: &Session) -> Self {
        let Some(seen) = Remembered::last_seen(session) else { return self };
        let rows = sync::disagreements(&seen, self.head.as_ref().unwrap_or(&self.here));
        let row = |found: sync::Disagreement| Disagreement {
            message: found.message().into(),
            issue: found.issue.into(),
            identifier: Some(found.identifier),
        };
        self.linear = Timestamp::from_second(seen.time)
            .ok()
            .map(|at| LinearSeen { at, rows: rows.into_iter().map(row).collect() });
        self
    }

    /// As it is looked at.
    pub(super) fn scene(&self) -> Scene<'_> {
        Scene {
            life: &self.life,
            head: self.head.as_ref().unwrap_or(&self.here),
            here: &self.here,
            calendar: &self.calendar,
            now: self.now,
            branch: self.branch.as_deref(),
            dirty: &self.dirty,
            me: self.me.as_ref(),
            wrote: &self.wrote,
            plan_since: self.plan_since,
            linear: self.linear.as_ref(),
        }
    }

    /// The user's commits of the last days that touch files of issues that are not done.
    fn wrote(&self, session: &Session, tip: CommitId, people: &People) -> Result<Vec<Wrote>, CliError> {
        let Some(me) = &self.me else { return Ok(Vec::new()) };
        let ancestry = session.repo().ancestry(tip).map_err(|error| match error {
            AncestryError::Repo(error) => git_error(&error),
            AncestryError::Read(error) => unreadable(&error),
        })?;
        let (_, root) = session.places();
        let failed = |error: ReadError| unreadable(&error);
        let recent = self.now.as_second() - RECENT_DAYS * 24 * 3600;
        let plan = &self.here.plan;
        let issues: Vec<_> = plan
            .issues()
            .map(|(_, issue)| {
                let patterns: Vec<_> = patterns(issue, &plan.sets).iter().map(|pattern| pattern.below(root)).collect();
                (issue, patterns)
            })
            .filter(|(_, patterns)| !patterns.is_empty())
            .collect();
        let mut wrote = Vec::new();
        for node in (0..ancestry.len()).filter(|node| ancestry.time(*node) >= recent) {
            let words = ancestry.words(node, people).map_err(failed)?;
            if !words.author.email.raw().eq_ignore_ascii_case(me.email.raw()) {
                continue;
            }
            for (issue, patterns) in &issues {
                if ancestry.touches(node, patterns).map_err(failed)? {
                    wrote.push(Wrote {
                        issue: issue.id.clone(),
                        commit: Commit {
                            id: ancestry.id(node).to_string(),
                            author: words.author.clone(),
                            time: ancestry.time(node),
                            subject: words.subject.clone(),
                            parents: ancestry.parents(node).len(),
                        },
                    });
                }
            }
        }
        wrote.sort_by(|a, b| (b.commit.time, &b.commit.id).cmp(&(a.commit.time, &a.commit.id)));
        Ok(wrote)
    }
}

fn unreadable(error: &ReadError) -> CliError {
    CliError::new(ErrorKind::Git, format!("the history cannot be read: {error}"))
        .help("`git fsck` says what is damaged")
}

/// Since when things are told: what was asked for, else the last working day.
pub(super) fn window(session: &Session, asked: Option<&str>) -> Result<Window, CliError> {
    let calendar = session.settings().calendar();
    let Some(asked) = asked.map(str::trim) else {
        return Window::workday(&calendar, session.now()).map_err(|error| {
            CliError::new(ErrorKind::Config, error.to_string())
                .help("`--since` names a day; `trueup config` says where the holidays come from")
        });
    };
    let id = match Point::read(session, asked)? {
        Point::Day(day) => return Ok(Window::day(&calendar, day)),
        Point::Time(moment) => return Ok(Window::moment(moment)),
        Point::Commit(id) => id,
    };
    let id = on_branch(session, id)?;
    let time = session.repo().committed_at(id).map_err(|error| git_error(&error))?;
    Ok(Window::commit(id, asked, Timestamp::from_second(time).unwrap_or(Timestamp::MIN)))
}
