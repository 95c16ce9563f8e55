//! The checklist of a day: what comes onto it, what carries over, what leaves it.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::date;
use trueup::repo::{Commit, RepoPath};
use trueup::report::{encode, human, markup, today as words};
use trueup::standup::{ItemWhy, Kept, KeptError, MineWhy, PinError, Today, Window, Wrote};

use crate::standup::scene::{FAILS, HOLDS, Owned, STALE, WORD, deed, person, time};

fn look(owned: &Owned, kept: &Kept) -> (Today, Kept) {
    let window = Window::workday(&owned.calendar, owned.now).unwrap();
    owned.see(|scene| {
        let today = Today::of(scene, Ok(kept), window);
        let kept = today.kept(scene);
        // What is kept comes back out of its bytes.
        assert_eq!(Kept::read(&kept.bytes()).unwrap(), kept);
        (today, kept)
    })
}

/// `broke | pinned | mine | stale | done` by id.
fn lists(today: &Today) -> String {
    let items = |items: &[trueup::standup::Item]| {
        items.iter().map(|item| item.task.id.raw().to_owned()).collect::<Vec<_>>().join(" ")
    };
    let done = today.done.iter().map(|task| task.id.raw().to_owned()).collect::<Vec<_>>().join(" ");
    [items(&today.broke), items(&today.pinned), items(&today.mine), items(&today.stale), done].join("|")
}

fn ready(today: &Today) -> Vec<&str> {
    today.ready.iter().map(|ready| ready.task.id.raw()).collect()
}

#[test]
fn what_broke_stays_until_it_holds() {
    let mut owned = Owned::at("2026-11-24T09:00:00Z");
    owned.commit("Ann", "2026-11-10T10:00:00Z", &[("1.1", HOLDS), ("1.2", HOLDS)]);
    owned.commit("Bob", "2026-11-23T10:00:00Z", &[("1.1", FAILS)]);
    let (today, kept) = look(&owned, &Kept::default());
    assert!(!today.looked);
    assert_eq!(lists(&today), "1.1||||");
    // An hour later nothing is new, and it still stands there.
    owned.now = time("2026-11-24T10:00:00Z");
    let (today, kept) = look(&owned, &kept);
    assert!(today.looked && !today.broke[0].carried);
    assert_eq!(lists(&today), "1.1||||");
    // Weeks later too, marked since when.
    owned.now = time("2026-12-14T10:00:00Z");
    let (today, kept) = look(&owned, &kept);
    assert_eq!(lists(&today), "1.1||||");
    assert!(today.broke[0].carried);
    assert_eq!(today.broke[0].since, date(2026, 11, 24));
    let ItemWhy::Broke(Some(turn)) = &today.broke[0].reason else { panic!("{:?}", today.broke) };
    assert_eq!(turn.deed.author, person("Bob"));
    // Mended in the work tree is not mended.
    let mut here = owned.head.clone();
    here[owned.task("1.1")] = HOLDS;
    owned.here = Some(here);
    let (today, kept) = look(&owned, &kept);
    assert_eq!(lists(&today), "1.1||||");
    assert_eq!(today.broke[0].verdict, HOLDS);
    owned.here = None;
    owned.commit("Bob", "2026-12-14T10:30:00Z", &[("1.1", HOLDS)]);
    let (today, kept) = look(&owned, &kept);
    assert_eq!(lists(&today), "||||1.1");
    assert_eq!(lists(&look(&owned, &kept).0), "||||");
}

#[test]
fn what_broke_is_told_by_what_held_at_the_last_look_whatever_the_clocks_say() {
    let mut owned = Owned::at("2026-11-24T09:00:00Z");
    owned.commit("Ann", "2026-11-10T10:00:00Z", &[("1.1", HOLDS)]);
    let (_, kept) = look(&owned, &Kept::default());
    // Pulled after the last look, committed before it.
    owned.commit("Bob", "2026-11-20T10:00:00Z", &[("1.1", FAILS)]);
    owned.now = time("2026-11-24T10:00:00Z");
    assert_eq!(lists(&look(&owned, &kept).0), "1.1||||");
    // A branch whose history at hand does not say by what.
    owned.life.transitions.clear();
    let (today, _) = look(&owned, &kept);
    assert_eq!(lists(&today), "1.1||||");
    assert_eq!(today.broke[0].reason, ItemWhy::Broke(None));
}

#[test]
fn a_pin_carries_over_until_its_task_holds() {
    let mut owned = Owned::at("2026-11-24T09:00:00Z");
    let mut kept = Kept::default();
    assert!(kept.pin("4.1", date(2026, 11, 24)));
    assert!(!kept.pin("4.1", date(2026, 11, 25)));
    let (today, kept) = look(&owned, &kept);
    assert_eq!(lists(&today), "|4.1|||");
    assert!(!today.pinned[0].carried);
    owned.now = time("2026-11-25T09:00:00Z");
    let (today, kept) = look(&owned, &kept);
    assert_eq!((today.pinned[0].since, today.pinned[0].carried), (date(2026, 11, 24), true));
    let mut unpinned = kept.clone();
    assert!(unpinned.unpin("4.1"));
    assert!(!unpinned.unpin("4.1"));
    assert_eq!(lists(&look(&owned, &unpinned).0), "||||");
    owned.commit("Ann", "2026-11-25T08:00:00Z", &[("4.1", HOLDS)]);
    let (today, kept) = look(&owned, &kept);
    assert_eq!(lists(&today), "||||4.1");
    assert!(kept.items.is_empty());
}

#[test]
fn what_broke_and_was_pinned_stays_when_the_pin_is_taken_off() {
    let mut owned = Owned::at("2026-11-24T09:00:00Z");
    owned.commit("Ann", "2026-11-10T10:00:00Z", &[("1.1", HOLDS)]);
    owned.commit("Ann", "2026-11-23T10:00:00Z", &[("1.1", FAILS)]);
    let (_, mut kept) = look(&owned, &Kept::default());
    kept.pin("1.1", date(2026, 11, 24));
    let (today, mut kept) = look(&owned, &kept);
    assert_eq!(today.broke[0].pinned, Some(date(2026, 11, 24)));
    assert!(kept.unpin("1.1"));
    owned.now = time("2026-12-01T09:00:00Z");
    assert_eq!(lists(&look(&owned, &kept).0), "1.1||||");
}

#[test]
fn what_can_be_pinned() {
    let mut owned = Owned::at("2026-11-24T09:00:00Z");
    owned.commit("Ann", "2026-11-10T10:00:00Z", &[("1.1", HOLDS), ("1.2", HOLDS)]);
    let mut here = owned.head.clone();
    here[owned.task("1.2")] = FAILS;
    owned.here = Some(here);
    let can = |id: &str| owned.see(|scene| Today::can_pin(scene, id));
    assert_eq!(can("1.1"), Err(PinError::Holds("1.1".to_owned())));
    assert_eq!(can("1.2"), Ok(()));
    assert_eq!(can("2.1"), Ok(()));
    assert_eq!(can("9"), Err(PinError::NoTask("9".to_owned())));
}

#[test]
fn an_attestation_gone_stale_is_no_breakage() {
    let mut owned = Owned::at("2026-11-24T09:00:00Z");
    owned.commit("Ann", "2026-11-10T10:00:00Z", &[("1.3", HOLDS)]);
    let (_, kept) = look(&owned, &Kept::default());
    owned.commit("Ann", "2026-11-24T10:00:00Z", &[("1.3", STALE)]);
    owned.now = time("2026-11-24T11:00:00Z");
    let (today, kept) = look(&owned, &kept);
    assert_eq!(lists(&today), "|||1.3|");
    assert!(!ready(&today).contains(&"1.3"));
    owned.now = time("2026-11-25T11:00:00Z");
    let (today, kept) = look(&owned, &kept);
    assert!(today.stale[0].carried);
    // The word is taken back: none is stale, and the task does not leave by that.
    let task = owned.task("1.3");
    owned.head[task] = WORD;
    owned.now = time("2026-11-25T13:00:00Z");
    assert_eq!(lists(&look(&owned, &kept).0), "||1.3||");
}

#[test]
fn a_task_that_left_the_plan_is_said_once() {
    let owned = Owned::at("2026-11-24T09:00:00Z");
    let mut kept = Kept::default();
    kept.pin("0.9", date(2026, 11, 20));
    let (today, kept) = look(&owned, &kept);
    assert_eq!(today.gone, ["0.9".into()]);
    assert!(look(&owned, &kept).0.gone.is_empty());
}

#[test]
fn the_rest_goes_on_without_what_was_kept() {
    let mut owned = Owned::at("2026-11-24T09:00:00Z");
    owned.commit("Ann", "2026-11-10T10:00:00Z", &[("1.1", HOLDS)]);
    owned.commit("Bob", "2026-11-23T10:00:00Z", &[("1.1", FAILS)]);
    let window = Window::workday(&owned.calendar, owned.now).unwrap();
    let trouble = "state.db is damaged".into();
    let today = owned.see(|scene| Today::of(scene, Err(trouble), window));
    assert_eq!(lists(&today), "1.1||||");
    assert!(text(&owned, &today).contains("state.db is damaged"));
}

/// Who looks is Ann, on a branch; which issues are hers.
fn mine(change: impl FnOnce(&mut Owned)) -> Vec<(String, &'static str)> {
    let mut owned = Owned::at("2026-11-24T09:00:00Z");
    owned.me = Some(person("ANN"));
    change(&mut owned);
    let (today, _) = look(&owned, &Kept::default());
    let found = today.mine.iter().map(|item| {
        let why = match &item.reason {
            ItemWhy::Mine(Some(MineWhy::Branch(_))) => "branch",
            ItemWhy::Mine(Some(MineWhy::Deed(_))) => "deed",
            ItemWhy::Mine(Some(MineWhy::Wrote(_))) => "wrote",
            ItemWhy::Mine(Some(MineWhy::Dirty(_))) => "dirty",
            other => panic!("{other:?}"),
        };
        (item.task.id.raw().to_owned(), why)
    });
    found.collect()
}

fn wrote(issue: &str, by: &str, at: &str, subject: &str) -> Wrote {
    let time = time(at).as_second();
    let commit = Commit { id: "0".repeat(40), author: person(by), time, subject: subject.into(), parents: 1 };
    Wrote { issue: issue.to_owned(), commit }
}

fn of(ids: &[&str], why: &'static str) -> Vec<(String, &'static str)> {
    ids.iter().map(|id| ((*id).to_owned(), why)).collect()
}

#[test]
fn what_is_mine() {
    let nothing = of(&[], "");
    assert_eq!(mine(|_| ()), nothing);
    // The branch names AB-1, and neither AB-12 nor a part of a word.
    for (branch, wanted) in [
        ("ann/ab-1-root", of(&["1.1", "1.2", "1.3"], "branch")),
        ("AB-12", of(&["2.1"], "branch")),
        ("crab-1", nothing.clone()),
        ("ab-123", nothing.clone()),
    ] {
        assert_eq!(mine(|owned| owned.branch = Some(branch.to_owned())), wanted, "{branch}");
    }
    let rest = of(&["1.2", "1.3"], "deed");
    let made = |by: &'static str, at: &'static str| {
        move |owned: &mut Owned| {
            owned.commit(by, at, &[("1.1", HOLDS)]);
        }
    };
    assert_eq!(mine(made("Ann", "2026-11-20T09:00:00Z")), rest);
    assert_eq!(mine(made("Bob", "2026-11-20T09:00:00Z")), nothing);
    assert_eq!(mine(made("Ann", "2026-11-09T09:00:00Z")), nothing);
    // As a co-author too.
    let paired = mine(|owned| {
        let mut deed = deed(0, "Bob", "2026-11-20T09:00:00Z");
        deed.co_authors = vec![person("Ann")];
        owned.land(Arc::new(deed), None, &[("1.1", HOLDS)]);
    });
    assert_eq!(paired, rest);
    // A commit that touches its files counts when the issue is half done or it names it.
    let touched = |by: &'static str, subject: &'static str, half: bool| {
        move |owned: &mut Owned| {
            if half {
                owned.commit("Bob", "2026-11-20T09:00:00Z", &[("1.1", HOLDS)]);
            }
            owned.wrote = vec![wrote("1", by, "2026-11-20T09:00:00Z", subject)];
        }
    };
    assert_eq!(mine(touched("Ann", "work", true)), of(&["1.2", "1.3"], "wrote"));
    assert_eq!(mine(touched("Ann", "work", false)), nothing);
    assert_eq!(mine(touched("Ann", "work on AB-1", false)), of(&["1.1", "1.2", "1.3"], "wrote"));
    assert_eq!(mine(touched("Bob", "work on AB-1", true)), nothing);
    // So does a file of it that is not committed, for the tasks whose evidence names it.
    let dirty = |path: &'static str, half: bool| {
        move |owned: &mut Owned| {
            if half {
                owned.commit("Bob", "2026-11-20T09:00:00Z", &[("1.1", HOLDS)]);
            }
            owned.dirty = vec![RepoPath::parse(path).unwrap()];
        }
    };
    assert_eq!(mine(dirty("Dockerfile", true)), of(&["1.2", "1.3"], "dirty"));
    assert_eq!(mine(dirty("Dockerfile", false)), nothing);
    // No evidence names it.
    assert_eq!(mine(dirty("Dockerfile.prod", true)), nothing);
    assert_eq!(mine(dirty("README.md", true)), nothing);
}

#[test]
fn ready_goes_by_priority_then_by_what_it_unblocks() {
    let mut owned = Owned::at("2026-11-24T09:00:00Z");
    let (today, _) = look(&owned, &Kept::default());
    assert_eq!(ready(&today), ["1.1", "1.2", "1.3", "2.1", "T.1"]);
    assert_eq!(today.waiting, 2);
    // What fails goes before what needs a person.
    owned.commit("Ann", "2026-11-10T09:00:00Z", &[("1.1", WORD)]);
    assert_eq!(ready(&look(&owned, &Kept::default()).0), ["1.2", "1.3", "1.1", "2.1", "T.1"]);
    // Issue 3 waits for all of issue 1: what cannot be told keeps it.
    owned.commit("Ann", "2026-11-10T09:00:00Z", &[("1.2", HOLDS), ("1.3", HOLDS)]);
    assert_eq!(ready(&look(&owned, &Kept::default()).0), ["1.1", "2.1", "T.1"]);
    owned.commit("Ann", "2026-11-10T09:00:00Z", &[("1.1", HOLDS)]);
    let (today, _) = look(&owned, &Kept::default());
    assert_eq!(ready(&today), ["2.1", "3.1", "T.1"]);
    assert_eq!(today.ready[1].unblocks, 1);
}

#[test]
fn bytes_of_a_newer_version_or_of_none_are_refused() {
    assert_eq!(Kept::read(br#"{"version":2,"anything":1}"#), Err(KeptError::Newer(2)));
    for bytes in [&b""[..], b"{}", b"[]", br#"{"version":1}"#, br#"{"version":1,"looked":null,"items":[],"more":1}"#] {
        assert!(matches!(Kept::read(bytes), Err(KeptError::Broken(_))), "{:?}", String::from_utf8_lossy(bytes));
    }
}

fn text(owned: &Owned, today: &Today) -> String {
    let outline = words::outline(today, &owned.calendar);
    anstream::adapter::strip_str(&human::outline(&outline, 80, None)).to_string()
}

/// A day with something in every list.
fn full() -> (Owned, Today) {
    let mut owned = Owned::at("2026-11-24T09:00:00Z");
    owned.me = Some(person("Ann"));
    owned.commit("Ann", "2026-11-10T10:00:00Z", &[("1.1", HOLDS), ("1.3", HOLDS), ("2.1", HOLDS), ("T.1", HOLDS)]);
    let mut kept = Kept::default();
    kept.pin("4.1", date(2026, 11, 20));
    let (_, kept) = look(&owned, &kept);
    owned.commit("Bob", "2026-11-24T10:00:00Z", &[("T.1", FAILS), ("1.3", STALE)]);
    owned.branch = Some("ann/ab-1".to_owned());
    owned.dirty = vec![RepoPath::parse("Dockerfile").unwrap()];
    let mut here = owned.head.clone();
    here[owned.task("2.1")] = FAILS;
    owned.here = Some(here);
    owned.now = "2026-11-25T09:00:00Z".parse::<Timestamp>().unwrap();
    let (today, _) = look(&owned, &kept);
    (owned, today)
}

#[test]
fn a_full_day() {
    let (owned, today) = full();
    assert_eq!(lists(&today), "T.1|4.1|1.2|1.3|");
    insta::assert_snapshot!("full_text", text(&owned, &today));
    insta::assert_snapshot!("full_markdown", markup::markdown(&words::outline(&today, &owned.calendar)));
    insta::assert_snapshot!("full_json", encode::json(&words::document(&today, &owned.calendar)).unwrap());
}

#[test]
fn a_day_with_nothing_to_do() {
    let mut owned = Owned::at("2026-11-24T09:00:00Z");
    let all: Vec<String> = owned.prepared.plan.tasks().map(|(_, task)| task.id.clone()).collect();
    let all: Vec<_> = all.iter().map(|id| (id.as_str(), HOLDS)).collect();
    owned.commit("Ann", "2026-11-10T10:00:00Z", &all);
    let (today, _) = look(&owned, &Kept::default());
    assert!(text(&owned, &today).contains("Nothing to do: every task holds"));
}
