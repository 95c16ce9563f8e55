//! `trueup` without a command: the interface; without a terminal, `status`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use super::args::{self, Format, Global, Status, Where};
use super::error::{CliError, ErrorKind};
use super::gather::Session;
use super::journal::Remembered;
use super::scene::{Gathered, Wanted, window};
use super::sync::Prospect;
use super::today::{Store, change_pins};
use super::{output, status};
use crate::plan::StandupBy;
use crate::repo::CommitId;
use crate::report;
use crate::report::json::MistakePart;
use crate::standup::{Standup, Today};
use crate::sync::{self, Applied, GoOn};
use crate::tui::pane::{Day, Known, Lived, Proposal};
use crate::tui::{self, Backend, DayDone, DayJob, Ended, Follower, Judged, Trouble, Walked};

pub(super) fn run(global: &Global) -> Result<ExitCode, CliError> {
    if global.format == Format::Json || !output::is_interactive() {
        return status::run(global, &Status::default());
    }
    open(global)
}

/// Opens the interface on the work tree.
pub(super) fn open(global: &Global) -> Result<ExitCode, CliError> {
    let session = Session::open(global)?;
    let plan = Arc::clone(session.plan());
    let watched = session.watched(&[]);
    let backend = Fresh {
        global: global.clone(),
        watched: Mutex::new(watched),
        mistakes: Mutex::default(),
        prospect: Mutex::new(None),
    };
    match tui::run(plan, Arc::new(backend), output::colours()) {
        Ok(Ended::Quit) => Ok(ExitCode::SUCCESS),
        Ok(Ended::Interrupted) => Ok(ExitCode::from(130)),
        Err(error) => Err(CliError::new(ErrorKind::Io, format!("cannot use the terminal: {error}"))
            .help("`trueup status` needs none")),
    }
}

/// Opens plan and repository anew for each job, so that a change of either is seen.
struct Fresh {
    global: Global,
    watched: Mutex<Vec<PathBuf>>,
    /// The mistakes of the plan that the last check stumbled on.
    mistakes: Mutex<Vec<MistakePart>>,
    /// What Linear was last asked about, to be done once.
    prospect: Mutex<Option<Prospect>>,
}

impl Fresh {
    fn session(&self) -> Result<Session, CliError> {
        Ok(Session::open(&self.global)?.in_silence())
    }

    /// A session whose walks are told of.
    fn followed_session(&self, follower: Follower) -> Result<Session, CliError> {
        Ok(self.session()?.telling(Arc::new(move |done, all| follower(Walked { done, all }))))
    }

    fn judged(&self, at: Option<CommitId>) -> Result<Judged, CliError> {
        let session = self.session()?;
        let status = match at {
            Some(id) => session.judge(&Where { at: Some(id.to_string()), staged: false })?,
            None => {
                let (mut status, reads) = session.judge_and_reads(&Where::default())?;
                // What Linear says now is no claim about the past.
                if let Some(seen) = Remembered::last_seen(&session) {
                    sync::claim(&seen, &mut status);
                }
                *self.watched.lock().unwrap_or_else(PoisonError::into_inner) = session.watched(&reads);
                status
            }
        };
        let cache = session.cache().and_then(|cache| cache.trouble()).map(|trouble| trouble.to_string());
        Ok(Judged { status: Arc::new(status), cache })
    }

    fn lived(&self, follower: Follower) -> Result<Lived, CliError> {
        let session = self.followed_session(follower)?;
        let life = session.life(session.head()?)?;
        Ok(Lived::of(life, jiff::tz::TimeZone::clone(&session.settings().time_zone.value)))
    }

    /// Changes the pins first: one that cannot be changed is told, and the rest goes on.
    fn worked_out(&self, job: &DayJob, follower: Follower) -> Result<DayDone, CliError> {
        let session = self.followed_session(follower)?;
        let window = window(&session, None)?;
        let gathered = Gathered::of(&session, Wanted::Mine)?.with_linear(&session);
        let scene = gathered.scene();
        let store = Store::open(&session, &scene);
        let mut trouble = None;
        for change in &job.pins {
            let task = vec![change.task.clone()];
            let (pin, unpin) = if change.pinned { (task, Vec::new()) } else { (Vec::new(), task) };
            if let Err(error) = change_pins(&store, &scene, &args::Today { pin, unpin }) {
                trouble = Some(told(error));
            }
        }
        let kept = store.as_ref().map_err(Clone::clone).and_then(Store::read);
        let kept = kept.as_ref().map_err(|trouble| trouble.shown());
        let today = Today::of(&scene, kept, window.clone());
        if let (true, Ok(store), None) = (job.looks, &store, &today.trouble)
            && let Err(error) = store.looked(&scene, &window)
        {
            let message = format!("this look is not kept: {}", error.shown().raw());
            trouble = Some(Trouble { message, help: None });
        }
        let lists = [&today.broke, &today.pinned, &today.mine, &today.stale];
        let pinned = lists.into_iter().flatten().filter(|item| item.pinned.is_some());
        let standup = |by| report::standup::outline(&Standup::of(&scene, window.clone(), by), scene.calendar);
        let day = Day {
            today: report::today::outline(&today, scene.calendar),
            pinned: pinned.map(|item| item.task.id.raw().to_owned()).collect(),
            by_person: standup(StandupBy::Person),
            by_issue: standup(StandupBy::Issue),
            by: session.settings().standup_by.value,
        };
        Ok(DayDone { day: Arc::new(day), trouble })
    }
}

/// Linear.
impl Fresh {
    fn known_of_linear(&self) -> Result<Known, CliError> {
        let session = self.session()?;
        let mut known =
            Known { team: session.plan().linear.team.clone(), key: session.linear().key.is_some(), ..Known::default() };
        if let Some(seen) = Remembered::last_seen(&session) {
            known.age = Some(session.now().as_second().saturating_sub(seen.time).max(0));
            known.disagreements = sync::disagreements(&seen, &session.judge(&session.present())?);
            known.parked = seen.parked;
        }
        Ok(known)
    }

    fn proposed(&self) -> Result<Proposal, CliError> {
        let mut prospect = Prospect::of(self.session()?, &args::Sync::default())?;
        prospect.keep();
        let proposal = Proposal {
            changes: prospect.changes.clone(),
            team: prospect.team.clone(),
            published: prospect.published.clone(),
            room: prospect.room(),
        };
        *self.prospect.lock().unwrap_or_else(PoisonError::into_inner) = Some(prospect);
        Ok(proposal)
    }
}

fn told(error: CliError) -> Trouble {
    Trouble { message: error.placed(), help: error.help }
}

impl Backend for Fresh {
    fn judge(&self, at: Option<CommitId>) -> Result<Judged, Trouble> {
        self.judged(at).map_err(|error| {
            let found = error.plan.as_ref().filter(|_| error.kind == ErrorKind::Plan);
            let found = found.map(|plan| plan.parts.clone()).unwrap_or_default();
            *self.mistakes.lock().unwrap_or_else(PoisonError::into_inner) = found;
            told(error)
        })
    }

    fn mistakes(&self) -> Vec<MistakePart> {
        self.mistakes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn watched(&self) -> Vec<PathBuf> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn history(&self, follower: Follower) -> Result<Arc<Lived>, Trouble> {
        self.lived(follower).map(Arc::new).map_err(told)
    }

    fn day(&self, job: &DayJob, follower: Follower) -> Result<DayDone, Trouble> {
        self.worked_out(job, follower).map_err(told)
    }

    fn known(&self) -> Result<Arc<Known>, Trouble> {
        self.known_of_linear().map(Arc::new).map_err(told)
    }

    fn ask(&self) -> Result<Arc<Proposal>, Trouble> {
        self.proposed().map(Arc::new).map_err(told)
    }

    fn apply(&self, going: GoOn<'_>) -> Result<Arc<Applied>, Trouble> {
        let prospect = self.prospect.lock().unwrap_or_else(PoisonError::into_inner).take();
        let again =
            || Trouble { message: "nothing was asked of Linear since".to_owned(), help: Some("r asks".to_owned()) };
        Ok(Arc::new(prospect.ok_or_else(again)?.apply(going)))
    }
}
