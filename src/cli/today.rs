//! `trueup today`.

use std::process::ExitCode;

use super::args::{Form, Global, Today};
use super::error::{CliError, ErrorKind};
use super::gather::Session;
use super::output;
use super::scene::{Gathered, Wanted, window};
use crate::calendar::Calendar;
use crate::plan::nearest;
use crate::report::encode::line;
use crate::report::{human, markup, today as words};
use crate::source::Outside;
use crate::standup::{self, Kept, PinError, Scene, Window};
use crate::store::{State, StateError};

pub(super) fn run(global: &Global, args: &Today) -> Result<ExitCode, CliError> {
    let session = Session::open(global)?;
    let gathered = Gathered::of(&session, Wanted::Mine, Session::life)?;
    session.say_trouble();
    let checklist = Checklist::open(&session, &gathered)?;
    checklist.pin(&args.pin, &args.unpin)?;
    let today = checklist.today();
    show(global.form, &today, gathered.scene().calendar)?;
    // Programs and documents look on behalf of nobody: only a person's look is the last look.
    if global.form == Form::Human
        && today.trouble.is_none()
        && let Err(trouble) = checklist.looked()
    {
        output::note(&format!("note: this look is not kept: {}\n", line(trouble.raw())));
    }
    Ok(ExitCode::SUCCESS)
}

/// The checklist of this plan in this repository, with what is kept of it.
pub(super) struct Checklist<'g> {
    scene: Scene<'g>,
    window: Window,
    store: Result<Store, Trouble>,
}

impl<'g> Checklist<'g> {
    /// Opens what is kept; where that cannot be had, the rest goes on without.
    pub(super) fn open(session: &Session, gathered: &'g Gathered) -> Result<Self, CliError> {
        let scene = gathered.scene();
        Ok(Self { scene, window: window(session, None)?, store: Store::open(session, &scene) })
    }

    /// The checklist as it stands now.
    pub(super) fn today(&self) -> standup::Today {
        let kept = self.store.as_ref().map_err(Clone::clone).and_then(Store::read);
        standup::Today::of(&self.scene, kept.as_ref().map_err(Trouble::shown), self.window.clone())
    }

    /// Keeps that a person looked now, and what stands on the list; why it could not be kept.
    pub(super) fn looked(&self) -> Result<(), Outside> {
        let store = self.store.as_ref().map_err(Trouble::shown)?;
        let look = |kept: Kept| standup::Today::of(&self.scene, Ok(&kept), self.window.clone()).kept(&self.scene);
        store.change(look).map_err(|trouble| trouble.shown())
    }

    /// Pins tasks and takes pins off: all of it or nothing.
    pub(super) fn pin(&self, pin: &[String], unpin: &[String]) -> Result<(), CliError> {
        if pin.is_empty() && unpin.is_empty() {
            return Ok(());
        }
        for task in pin {
            standup::Today::can_pin(&self.scene, task).map_err(|error| pin_error(&self.scene, task, &error))?;
        }
        let store = self.store.as_ref().map_err(Trouble::error)?;
        let day = self.scene.calendar.day_of(self.scene.now);
        let mut missing = None;
        let change = |mut kept: Kept| {
            missing = unpin.iter().find(|task| !kept.is_pinned(task)).cloned();
            if missing.is_none() {
                for task in pin {
                    kept.pin(task, day);
                }
                for task in unpin {
                    kept.unpin(task);
                }
            }
            kept
        };
        store.change(change).map_err(|trouble| trouble.error())?;
        match missing {
            Some(task) => Err(CliError::new(ErrorKind::Usage, format!("`{task}` is not pinned; no pin was taken off"))
                .help("`trueup today` shows what is")),
            None => Ok(()),
        }
    }
}

fn show(form: Form, today: &standup::Today, calendar: &Calendar) -> Result<(), CliError> {
    let outline = || words::outline(today, calendar);
    match form {
        Form::Json => output::print_json(&words::document(today, calendar)),
        Form::Markdown | Form::Slack => output::print(&markup::markdown(&outline())),
        Form::Human => output::print(&human::outline(&outline(), output::columns(), None)),
    }
}

fn pin_error(scene: &Scene<'_>, task: &str, error: &PinError) -> CliError {
    let error = CliError::new(ErrorKind::Usage, format!("{error}; nothing was pinned"));
    match nearest(task, scene.here.tasks.iter().map(|status| status.id.as_str())).filter(|near| *near != task) {
        Some(near) => error.help(format!("did you mean `{near}`? `trueup status` lists them all")),
        None => error.help("`trueup next` shows tasks that do not hold"),
    }
}

/// Why what was kept is not to be had.
#[derive(Debug, Clone)]
struct Trouble {
    message: String,
    help: String,
}

impl Trouble {
    fn shown(&self) -> Outside {
        Outside::new(format!("{}; {}", self.message, self.help))
    }

    fn error(&self) -> CliError {
        CliError::new(ErrorKind::Io, format!("the pins cannot be changed: {}", self.message)).help(self.help.clone())
    }
}

/// The state of this repository, and what of it is the checklist of this plan.
struct Store {
    state: State,
    key: String,
}

impl Store {
    fn open(session: &Session, scene: &Scene<'_>) -> Result<Self, Trouble> {
        let state = session
            .state()
            .map_err(|error| Trouble { help: error.help.unwrap_or_default(), message: error.message })?;
        Ok(Self { state, key: format!("today/{}", scene.here.plan.uid) })
    }

    fn read(&self) -> Result<Kept, Trouble> {
        let bytes = self.state.get(&self.key).map_err(|error| Trouble::from(&error))?;
        self.kept(bytes.as_deref())
    }

    fn kept(&self, bytes: Option<&[u8]>) -> Result<Kept, Trouble> {
        let Some(bytes) = bytes else { return Ok(Kept::default()) };
        Kept::read(bytes).map_err(|error| Trouble {
            message: format!("{}, `{}`: {error}", self.state.path().display(), self.key),
            help: "use the trueup that wrote it, or move the file away to begin anew".to_owned(),
        })
    }

    /// Changes the checklist whatever other processes do at the same time. What cannot be read is left as it is.
    fn change(&self, change: impl FnOnce(Kept) -> Kept) -> Result<(), Trouble> {
        let mut trouble = None;
        let change = |bytes: Option<Vec<u8>>| match self.kept(bytes.as_deref()) {
            Ok(kept) => Some(change(kept).bytes()),
            Err(found) => {
                trouble = Some(found);
                bytes
            }
        };
        self.state.update(&self.key, change).map_err(|error| Trouble::from(&error))?;
        trouble.map_or(Ok(()), Err)
    }
}

impl From<&StateError> for Trouble {
    fn from(error: &StateError) -> Self {
        Self { message: error.to_string(), help: error.help().to_owned() }
    }
}
