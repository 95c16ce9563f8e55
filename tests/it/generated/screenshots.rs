//! The screens of the README, rendered from the sample.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use trueup::calendar::Calendar;
use trueup::demo;
use trueup::linear::{Client, Endpoint, Key, Setup};
use trueup::plan::StandupBy;
use trueup::progress::{Status, claim, judge};
use trueup::repo::{At, GitEnv, OpenAt, Repo, RepoPath};
use trueup::report as outlines;
use trueup::semantics::files::Parses;
use trueup::standup::{Kept, Scene, Standup, Today, Window};
use trueup::sync::{Choices, Deciding, Publication, Sent, look};
use trueup::tui::pane::{Day, Known, Lived, Pane, Proposal};
use trueup::tui::theme::Theme;
use trueup::tui::view::view as view_of;
use trueup::tui::{DayDone, Model, Msg, svg, update};
use trueup::twin::Twin;
use trueup::verify::{Life, Prepared};

use super::committed;
use crate::walk::Ground;

fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

/// The sample, judged.
struct Sample {
    here: Arc<Status>,
    head: Status,
    life: Life,
}

impl Sample {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        demo::build(folder.path(), now()).unwrap();
        let env = GitEnv::of(folder.path(), |_| None);
        let repo = Repo::open(&OpenAt::Path(folder.path().to_path_buf(), env)).unwrap();
        let file = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
        let prepared = Prepared::read(&file("plan.toml")).map_err(|mistakes| mistakes.len()).unwrap();
        let plan = RepoPath::parse("plan.toml").unwrap();
        let status = |at: At| {
            let view = repo.view(at, &RepoPath::root(), Some(&plan)).unwrap();
            let (mut status, _) = judge(&prepared, &view, &Parses::default(), None, None);
            claim(&mut status, &"PLAN.md".into(), &file("PLAN.md"));
            status
        };
        let here = Arc::new(status(At::WorkTree));
        let head = status(At::Commit(repo.head().unwrap().commit().unwrap()));
        Self { here, head, life: Ground::of_repo(repo, prepared).fresh() }
    }

    fn day(&self) -> Day {
        let calendar = Calendar::plain(TimeZone::UTC);
        let scene = Scene {
            life: &self.life,
            head: &self.head,
            here: &self.here,
            calendar: &calendar,
            now: now(),
            branch: Some("main"),
            dirty: &[],
            me: None,
            wrote: &[],
            plan_since: None,
            linear: None,
        };
        let window = Window::day(&calendar, jiff::civil::date(2026, 2, 25));
        let standup = |by| outlines::standup::outline(&Standup::of(&scene, window.clone(), by), &calendar);
        let kept = Kept::default();
        Day {
            today: outlines::today::outline(&Today::of(&scene, Ok(&kept), window.clone()), &calendar),
            by_person: standup(StandupBy::Person),
            by_issue: standup(StandupBy::Issue),
            ..Day::default()
        }
    }

    /// What a sync with the demo's stand-in for Linear would do.
    fn proposal(&self) -> Proposal {
        let twin = Twin::start(demo::workspace().unwrap()).unwrap();
        let (endpoint, key) = (Endpoint::new(&twin.url()).unwrap(), Key::new(&twin.key()).unwrap());
        let addresses = trueup::sync::ids::addresses(&self.head.plan.uid);
        let client = Client::new(Setup::new(endpoint, key, addresses)).unwrap();
        let publication = Publication::of(&self.head, None).unwrap();
        let team = self.head.plan.linear.team.clone().unwrap();
        let look = look(&client, &publication, &team, None, false).unwrap();
        let deciding = Deciding {
            publication: &publication,
            overview: &look.overview,
            home: &look.home,
            links: &look.links,
            sent: &Sent::default(),
            choices: Choices::default(),
        };
        let room = look.overview.organization.estimated_room();
        Proposal { changes: deciding.decide(), team, published: "main".to_owned(), room }
    }
}

/// Draws a pane, every answer that it waits for given, and compares it with the committed screenshot.
fn shot(model: &Model, name: &str, title: &str) {
    let mut terminal = Terminal::new(TestBackend::new(model.size.0, model.size.1)).unwrap();
    terminal.draw(|frame| view_of(model, frame)).unwrap();
    committed(&format!("assets/screenshots/{name}.svg"), &svg(terminal.backend().buffer(), title));
}

fn press(model: &mut Model, c: char) {
    update(model, Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
}

#[test]
fn the_screenshots_are_as_committed() {
    let sample = Sample::new();
    let mut model = Model::new(Arc::clone(&sample.here.plan), (124, 38), Theme::new(true));
    update(&mut model, Msg::Judged(Ok(Arc::clone(&sample.here))));
    press(&mut model, 'n');
    press(&mut model, 'n');
    let title =
        "trueup: progress of each phase, the tree of tasks, and the evidence of a task that is claimed and not true";
    shot(&model, "plan", title);
    press(&mut model, '?');
    shot(&model, "help", "trueup: what each key does");
    press(&mut model, 'x');
    for pane in Pane::ALL.into_iter().skip(1) {
        press(&mut model, char::from_digit(u32::try_from(pane.place() + 1).unwrap(), 10).unwrap());
        match pane {
            Pane::Plan => {}
            Pane::Today => {
                update(&mut model, Msg::Day(Ok(DayDone { day: Arc::new(sample.day()), trouble: None })));
                shot(&model, "today", "trueup: the checklist of the day");
            }
            Pane::Standup => shot(&model, "standup", "trueup: what to say in the standup"),
            Pane::History => {
                let lived = Lived::of(sample.life.clone(), TimeZone::UTC);
                update(&mut model, Msg::Lived(Ok(Arc::new(lived))));
                let title = "trueup: scope, claimed and verified over time, and the commits with what each changed";
                shot(&model, "history", title);
            }
            Pane::Linear => {
                let known = Known { team: Some("STAB".to_owned()), key: true, age: Some(0), ..Known::default() };
                press(&mut model, 'r');
                update(&mut model, Msg::Proposed(Ok(Arc::new(sample.proposal()))));
                update(&mut model, Msg::Known(Ok(Arc::new(known))));
                shot(&model, "linear", "trueup: what a sync would do in Linear, before it is asked for a yes");
            }
        }
    }
}
