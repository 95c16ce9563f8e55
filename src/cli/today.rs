//! `trueup today`.

use std::process::ExitCode;

use super::args::{Form, Global, Today};
use super::error::{CliError, ErrorKind};
use super::gather::Session;
use super::output;
use super::scene::{Gathered, Wanted, window};
use crate::calendar::Calendar;
use crate::plan::nearest;
use crate::report::{human, markup, today as words};
use crate::source::Outside;
use crate::standup::{self, Kept, PinError, Scene, Window};
use crate::store::{State, StateError};

pub(super) fn run(global: &Global, args: &Today) -> Result<ExitCode, CliError> {
    let session = Session::open(global)?;
    let window = window(&session, None)?;
    let gathered = Gathered::of(&session, Wanted::Mine)?;
    session.say_trouble();
    let scene = gathered.scene();
    let store = Store::open(&session, &scene);
    change_pins(&store, &scene, args)?;
    let kept = store.as_ref().map_err(Clone::clone).and_then(Store::read);
    let kept = kept.as_ref().map_err(|trouble| trouble.clone());
    let today = standup::Today::of(&scene, kept.map_err(|trouble| trouble.shown()), window.clone());
    show(global.form, &today, scene.calendar)?;
    // Programs and documents look on behalf of nobody: only a person's look is the last look.
    if let (Form::Human, Ok(store), None) = (global.form, &store, &today.trouble)
        && let Err(trouble) = store.looked(&scene, &window)
    {
        output::note(&format!("note: this look is not kept: {}\n", crate::report::encode::line(trouble.shown().raw())));
    }
    Ok(ExitCode::SUCCESS)
}

fn show(form: Form, today: &standup::Today, calendar: &Calendar) -> Result<(), CliError> {
    let outline = || words::outline(today, calendar);
    match form {
        Form::Json => output::print_json(&words::document(today, calendar)),
        Form::Markdown | Form::Slack => output::print(&markup::markdown(&outline())),
        Form::Human => output::print(&human::outline(&outline(), output::columns(), None)),
    }
}

/// Sets and takes off pins: all that are asked for, or none.
pub(super) fn change_pins(store: &Result<Store, Trouble>, scene: &Scene<'_>, args: &Today) -> Result<(), CliError> {
    if args.pin.is_empty() && args.unpin.is_empty() {
        return Ok(());
    }
    for task in &args.pin {
        standup::Today::can_pin(scene, task).map_err(|error| pin_error(scene, task, &error))?;
    }
    let store = store.as_ref().map_err(Trouble::error)?;
    let day = scene.calendar.day_of(scene.now);
    let mut missing = None;
    store
        .change(|mut kept| {
            missing = args.unpin.iter().find(|task| !kept.is_pinned(task)).cloned();
            if missing.is_none() {
                for task in &args.pin {
                    kept.pin(task, day);
                }
                for task in &args.unpin {
                    kept.unpin(task);
                }
            }
            kept
        })
        .map_err(|trouble| trouble.error())?;
    match missing {
        Some(task) => Err(CliError::new(ErrorKind::Usage, format!("`{task}` is not pinned; no pin was taken off"))
            .help("`trueup today` shows what is")),
        None => Ok(()),
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
pub(super) struct Trouble {
    message: String,
    help: String,
}

impl Trouble {
    /// For people.
    pub(super) fn shown(&self) -> Outside {
        Outside::new(format!("{}; {}", self.message, self.help))
    }

    fn error(&self) -> CliError {
        CliError::new(ErrorKind::Io, format!("the pins cannot be changed: {}", self.message)).help(self.help.clone())
    }
}

/// The state of this repository, and what of it is the checklist of this plan.
pub(super) struct Store {
    state: State,
    key: String,
}

impl Store {
    pub(super) fn open(session: &Session, scene: &Scene<'_>) -> Result<Self, Trouble> {
        let state = session
            .state()
            .map_err(|error| Trouble { help: error.help.unwrap_or_default(), message: error.message })?;
        Ok(Self { state, key: format!("today/{}", scene.here.plan.uid) })
    }

    pub(super) fn read(&self) -> Result<Kept, Trouble> {
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

    /// Keeps that a person looked now, and what stands on the list.
    pub(super) fn looked(&self, scene: &Scene<'_>, window: &Window) -> Result<(), Trouble> {
        self.change(|kept| standup::Today::of(scene, Ok(&kept), window.clone()).kept(scene))
    }
}

impl From<&StateError> for Trouble {
    fn from(error: &StateError) -> Self {
        Self { message: error.to_string(), help: error.help().to_owned() }
    }
}
