//! The loop: input, workers and signals in one channel; it waits, and draws only after a message.

use std::io::{self, Write as _};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::SystemTime;

use notify::{EventKind, RecursiveMode, Watcher};
use ratatui::DefaultTerminal;
use ratatui::crossterm::clipboard::CopyToClipboard;
use ratatui::crossterm::event::{self, DisableBracketedPaste, EnableBracketedPaste, Event};
use ratatui::crossterm::execute;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;

use super::theme::Theme;
use super::view::view;
use super::{Backend, DayJob, Effect, Follower, LinearJob, Model, Msg, Walked, update};
use crate::plan::Plan;
use crate::repo::CommitId;

/// How the interface ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// By its key.
    Quit,
    /// By Ctrl-C or a signal.
    Interrupted,
}

enum Event_ {
    Msg(Msg),
    Watched(Vec<PathBuf>),
    Signal,
    Input(io::Error),
}

/// Runs the interface until it is left; the terminal is restored whatever happens.
pub fn run(plan: Arc<Plan>, backend: Arc<dyn Backend>, colours: bool) -> io::Result<Ended> {
    let mut terminal = ratatui::try_init()?;
    let pasting = execute!(io::stdout(), EnableBracketedPaste);
    let ended = pasting.and_then(|()| events(&mut terminal, plan, backend, colours));
    let pasted = execute!(io::stdout(), DisableBracketedPaste);
    let restored = ratatui::try_restore();
    let ended = ended?;
    pasted.and(restored)?;
    Ok(ended)
}

fn events(
    terminal: &mut DefaultTerminal,
    plan: Arc<Plan>,
    backend: Arc<dyn Backend>,
    colours: bool,
) -> io::Result<Ended> {
    let size = terminal.size()?;
    let mut model = Model::new(plan, (size.width, size.height), Theme::new(colours));
    terminal.draw(|frame| view(&model, frame))?;
    let (send, receive) = channel();
    let jobs = Jobs::start(&backend, &send);
    let _ = jobs.judge.send(None);
    read_input(send.clone());
    let signals = watch_signals(send.clone())?;
    let mut watch = Watch::new(send);
    let ended = pump(terminal, &mut model, &receive, &jobs, &mut watch);
    signals.close();
    ended
}

fn pump(
    terminal: &mut DefaultTerminal,
    model: &mut Model,
    receive: &Receiver<Event_>,
    jobs: &Jobs,
    watch: &mut Watch,
) -> io::Result<Ended> {
    while let Ok(first) = receive.recv() {
        let mut redraw = false;
        // At rest nobody asks what time it is.
        let mut effects = update(model, Msg::Now(now()));
        for event in std::iter::once(first).chain(receive.try_iter()) {
            match event {
                Event_::Msg(msg) => {
                    redraw = true;
                    effects.extend(update(model, msg));
                }
                Event_::Watched(paths) => watch.only(&paths),
                Event_::Signal => return Ok(Ended::Interrupted),
                Event_::Input(error) => return Err(error),
            }
        }
        for effect in effects {
            match effect {
                Effect::Judge(at) => {
                    let _ = jobs.judge.send(at);
                }
                Effect::History => {
                    let _ = jobs.history.send(());
                }
                Effect::Day(job) => {
                    let _ = jobs.day.send(job);
                }
                Effect::Linear(job) => {
                    let _ = jobs.linear.send(job);
                }
                Effect::Copy(text) => execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))?,
                Effect::Stop => jobs.stop.store(true, Ordering::SeqCst),
                Effect::Quit => return Ok(Ended::Quit),
                Effect::Interrupt => return Ok(Ended::Interrupted),
                Effect::Suspend => suspend(terminal, model)?,
            }
        }
        if redraw {
            terminal.draw(|frame| view(model, frame))?;
        }
    }
    Ok(Ended::Quit)
}

/// Seconds since 1970-01-01 UTC.
fn now() -> i64 {
    let passed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(passed.as_secs()).unwrap_or(i64::MAX)
}

/// Gives the terminal back, stops, and takes it again when the shell continues the job.
fn suspend(terminal: &mut DefaultTerminal, model: &mut Model) -> io::Result<()> {
    execute!(io::stdout(), DisableBracketedPaste)?;
    ratatui::try_restore()?;
    io::stdout().flush()?;
    signal_hook::low_level::emulate_default_handler(SIGTSTP)?;
    // The new terminal's buffers are empty, as its screen is: the next frame is drawn in full. `Terminal::clear` would
    // ask for the cursor's place, and the thread that reads the input would take the answer.
    *terminal = ratatui::try_init()?;
    execute!(io::stdout(), EnableBracketedPaste)?;
    let size = terminal.size()?;
    let _ = update(model, Msg::Resize(size.width, size.height));
    Ok(())
}

/// The workers, by what is sent to them.
struct Jobs {
    judge: Sender<Option<CommitId>>,
    history: Sender<()>,
    day: Sender<DayJob>,
    linear: Sender<LinearJob>,
    /// Ends a sync before its next step.
    stop: Arc<AtomicBool>,
}

impl Jobs {
    fn start(backend: &Arc<dyn Backend>, send: &Sender<Event_>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        Self {
            judge: judge_on_a_worker(Arc::clone(backend), send.clone()),
            history: walk_on_a_worker(Arc::clone(backend), send.clone()),
            day: work_the_day_out(Arc::clone(backend), send.clone()),
            linear: talk_to_linear(Arc::clone(backend), send.clone(), Arc::clone(&stop)),
            stop,
        }
    }
}

/// A thread that works at one job at a time; what was asked for meanwhile waits, and comes to `work` together, the
/// newest last. It ends when nobody asks any more, or `work` says that nobody listens.
fn worker<J: Send + 'static>(mut work: impl FnMut(Vec<J>) -> bool + Send + 'static) -> Sender<J> {
    let (jobs, wanted) = channel::<J>();
    thread::spawn(move || {
        while let Ok(first) = wanted.recv() {
            if !work(std::iter::once(first).chain(wanted.try_iter()).collect()) {
                return;
            }
        }
    });
    jobs
}

fn judge_on_a_worker(backend: Arc<dyn Backend>, send: Sender<Event_>) -> Sender<Option<CommitId>> {
    worker(move |mut jobs: Vec<Option<CommitId>>| {
        let Some(at) = jobs.pop() else { return true };
        if send.send(Event_::Msg(Msg::Judging)).is_err() {
            return false;
        }
        let judged = backend.judge(at);
        let cache = judged.as_ref().ok().and_then(|judged| judged.cache.clone());
        if let Some(trouble) = cache {
            let _ = send.send(Event_::Msg(Msg::Cache(trouble)));
        }
        if judged.is_err() {
            let _ = send.send(Event_::Msg(Msg::Mistakes(backend.mistakes())));
        }
        let status = judged.map(|judged| judged.status);
        let msg = match at {
            Some(id) => Msg::JudgedAt(id, status),
            None => {
                let _ = send.send(Event_::Watched(backend.watched()));
                Msg::Judged(status)
            }
        };
        send.send(Event_::Msg(msg)).is_ok()
    })
}

fn walk_on_a_worker(backend: Arc<dyn Backend>, send: Sender<Event_>) -> Sender<()> {
    worker(move |_| {
        let lived = backend.history(follower(&send, Msg::HistoryAt));
        send.send(Event_::Msg(Msg::Lived(lived))).is_ok()
    })
}

fn work_the_day_out(backend: Arc<dyn Backend>, send: Sender<Event_>) -> Sender<DayJob> {
    worker(move |jobs: Vec<DayJob>| {
        let looks = jobs.iter().any(|job| job.looks);
        let job = DayJob { pins: jobs.into_iter().flat_map(|job| job.pins).collect(), looks };
        let day = backend.day(&job, follower(&send, Msg::DayAt));
        send.send(Event_::Msg(Msg::Day(day))).is_ok()
    })
}

/// What tells how far a walk is.
fn follower(send: &Sender<Event_>, told: fn(Walked) -> Msg) -> Follower {
    let send = send.clone();
    Arc::new(move |walked| {
        let _ = send.send(Event_::Msg(told(walked)));
    })
}

/// `stop` ends a sync before its next step.
fn talk_to_linear(backend: Arc<dyn Backend>, send: Sender<Event_>, stop: Arc<AtomicBool>) -> Sender<LinearJob> {
    worker(move |mut jobs: Vec<LinearJob>| {
        jobs.dedup();
        jobs.into_iter().all(|job| {
            let msg = match job {
                LinearJob::Known => Msg::Known(backend.known()),
                LinearJob::Ask => Msg::Proposed(backend.ask()),
                LinearJob::Apply => {
                    stop.store(false, Ordering::SeqCst);
                    Msg::Applied(backend.apply(&mut |going| {
                        if stop.load(Ordering::SeqCst) {
                            return ControlFlow::Break(());
                        }
                        let _ = send.send(Event_::Msg(Msg::Going(going.clone())));
                        ControlFlow::Continue(())
                    }))
                }
            };
            send.send(Event_::Msg(msg)).is_ok()
        })
    })
}

fn read_input(send: Sender<Event_>) {
    thread::spawn(move || {
        loop {
            let sent = match event::read() {
                Ok(Event::Key(key)) => send.send(Event_::Msg(Msg::Key(key))),
                Ok(Event::Paste(text)) => send.send(Event_::Msg(Msg::Paste(text))),
                Ok(Event::Resize(columns, lines)) => send.send(Event_::Msg(Msg::Resize(columns, lines))),
                Ok(_) => Ok(()),
                Err(error) => {
                    let _ = send.send(Event_::Input(error));
                    return;
                }
            };
            if sent.is_err() {
                return;
            }
        }
    });
}

fn watch_signals(send: Sender<Event_>) -> io::Result<signal_hook::iterator::Handle> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT])?;
    let handle = signals.handle();
    thread::spawn(move || {
        for _ in signals.forever() {
            if send.send(Event_::Signal).is_err() {
                return;
            }
        }
    });
    Ok(handle)
}

/// Watches just the paths of the last check. Where the system gives no watches, it looks every two seconds.
struct Watch {
    watcher: Option<Box<dyn Watcher>>,
    paths: Vec<PathBuf>,
}

impl Watch {
    fn new(send: Sender<Event_>) -> Self {
        let handler = move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_))) {
                let _ = send.send(Event_::Msg(Msg::Changed));
            }
        };
        let watcher: Option<Box<dyn Watcher>> = match notify::recommended_watcher(handler.clone()) {
            Ok(watcher) => Some(Box::new(watcher)),
            Err(_) => {
                let every = notify::Config::default().with_poll_interval(std::time::Duration::from_secs(2));
                match notify::PollWatcher::new(handler, every) {
                    Ok(watcher) => Some(Box::new(watcher)),
                    Err(_) => None,
                }
            }
        };
        Self { watcher, paths: Vec::new() }
    }

    fn only(&mut self, paths: &[PathBuf]) {
        let Some(watcher) = self.watcher.as_mut() else { return };
        for gone in self.paths.iter().filter(|path| !paths.contains(path)) {
            let _ = watcher.unwatch(gone);
        }
        let new = paths.iter().filter(|path| !self.paths.contains(path));
        let watched = new.filter(|path| watcher.watch(path, RecursiveMode::NonRecursive).is_ok()).cloned();
        let watched: Vec<PathBuf> = watched.collect();
        self.paths.retain(|path| paths.contains(path));
        self.paths.extend(watched);
    }
}
