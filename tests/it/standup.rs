//! The standup: what is told, since when, to whom it is credited, and how it looks.

#[path = "standup/scene.rs"]
pub mod scene;

use std::sync::Arc;

use jiff::civil::date;
use scene::{FAILS, HOLDS, Owned, STALE, WORD, deed, id, person, time};
use trueup::plan::StandupBy as By;
use trueup::repo::{Person, RepoPath};
use trueup::report::{encode, human, markup, standup as words};
use trueup::standup::{Disagreement, LinearSeen, Standup, Window};

fn talk(owned: &Owned, by: By) -> Standup {
    let window = Window::workday(&owned.calendar, owned.now).unwrap();
    owned.see(|scene| Standup::of(scene, window, by))
}

fn text(owned: &Owned) -> String {
    text_by(owned, By::Person)
}

fn text_by(owned: &Owned, by: By) -> String {
    let outline = words::outline(&talk(owned, by), &owned.calendar);
    anstream::adapter::strip_str(&human::outline(&outline, 80, Some(24))).to_string()
}

fn markdown(owned: &Owned) -> String {
    markup::markdown(&words::outline(&talk(owned, By::Person), &owned.calendar))
}

fn slack(owned: &Owned) -> String {
    markup::slack(&words::outline(&talk(owned, By::Person), &owned.calendar))
}

fn json(owned: &Owned) -> String {
    encode::json(&words::document(&talk(owned, By::Person), &owned.calendar)).unwrap()
}

/// A Monday on which a lot is to be told.
fn busy() -> Owned {
    let mut owned = Owned::at("2026-11-30T09:00:00Z");
    owned.plan_since = Some(time("2026-11-02T08:00:00Z").as_second());
    owned.commit("Ann", "2026-11-10T10:00:00Z", &[("1.1", HOLDS), ("1.2", HOLDS), ("1.3", WORD)]);
    owned.commit("Ann", "2026-11-12T10:00:00Z", &[("T.1", HOLDS)]);
    owned.commit("Cy", "2026-11-13T10:00:00Z", &[("T.1", FAILS)]);
    // Friday.
    owned.commit("Bob", "2026-11-27T15:00:00Z", &[("1.2", FAILS)]);
    let mut shared = deed(4, "Cy", "2026-11-26T10:00:00Z");
    shared.co_authors = vec![person("Dee")];
    shared.subject = "Pin what is pulled".into();
    // Written on Thursday, merged on Saturday.
    let merge = Arc::new(deed(5, "Ann", "2026-11-28T12:00:00Z"));
    owned.land(Arc::new(shared), Some(merge), &[("2.1", HOLDS), ("3.1", HOLDS)]);
    owned.commit("Ann", "2026-11-29T12:00:00Z", &[("4.1", HOLDS)]);
    owned.claimed = vec![owned.task("1.2"), owned.task("1.3"), owned.task("2.1")];
    let mut here = owned.head.clone();
    here[owned.task("1.2")] = HOLDS;
    owned.here = Some(here);
    owned.branch = Some("bob/ab-1-user".to_owned());
    owned.dirty = vec![RepoPath::parse("Dockerfile.prod").unwrap()];
    owned.linear = Some(LinearSeen {
        at: time("2026-11-30T06:00:00Z"),
        rows: vec![Disagreement {
            issue: "1".into(),
            identifier: Some("AB-1".into()),
            message: "is Done there, and 2 of its tasks do not hold".into(),
        }],
    });
    owned
}

#[test]
fn a_monday_after_a_busy_weekend() {
    insta::assert_snapshot!("busy_text", text(&busy()));
    insta::assert_snapshot!("busy_by_issue", text_by(&busy(), By::Issue));
    insta::assert_snapshot!("busy_markdown", markdown(&busy()));
    insta::assert_snapshot!("busy_slack", slack(&busy()));
    insta::assert_snapshot!("busy_json", json(&busy()));
}

#[test]
fn a_day_on_which_nothing_happened() {
    let mut owned = Owned::at("2026-11-26T09:00:00Z");
    owned.commit("Ann", "2026-11-10T10:00:00Z", &[("1.1", HOLDS)]);
    insta::assert_snapshot!("quiet_text", text(&owned));
    assert!(talk(&owned, By::Person).is_unchanged());
}

#[test]
fn a_repository_without_a_commit() {
    insta::assert_snapshot!("unborn_text", text(&Owned::at("2026-11-26T09:00:00Z")));
}

/// What a standup of `now` in a zone says of a commit at `commit`: whether it is told, and since when.
fn told(zone: &str, holidays: &[&str], now: &str, commit: &str) -> (bool, String) {
    let mut owned = Owned::at(now).zone(zone);
    owned.calendar.holidays = holidays.iter().map(|day| day.parse().unwrap()).collect();
    owned.commit("Ann", commit, &[("1.1", HOLDS)]);
    let standup = talk(&owned, By::Person);
    (!standup.made_true.is_empty(), standup.window.from.to_string())
}

#[test]
fn the_window_goes_over_weekends_holidays_clock_changes_and_year_ends() {
    for (zone, holidays, now, begins) in [
        // Tuesday, Monday, Saturday, Sunday.
        ("UTC", &[][..], "2026-11-24T09:00:00Z", "2026-11-23T00:00:00Z"),
        ("UTC", &[], "2026-11-30T09:00:00Z", "2026-11-27T00:00:00Z"),
        ("UTC", &[], "2026-11-28T09:00:00Z", "2026-11-27T00:00:00Z"),
        ("UTC", &[], "2026-11-29T09:00:00Z", "2026-11-27T00:00:00Z"),
        // Friday is off, so that Monday reaches back to Thursday.
        ("UTC", &["2026-11-27"], "2026-11-30T09:00:00Z", "2026-11-26T00:00:00Z"),
        // Over the end of the year: 1 January is a Friday.
        (
            "Europe/Berlin",
            &["2026-12-24", "2026-12-25", "2026-12-31", "2027-01-01"],
            "2027-01-04T09:00:00+01:00",
            "2026-12-29T23:00:00Z",
        ),
        // The Monday after the clocks went back: Friday began in summer time.
        ("Europe/Berlin", &[], "2026-10-26T09:00:00+01:00", "2026-10-22T22:00:00Z"),
        // The Monday after they went forward.
        ("Europe/Berlin", &[], "2026-03-30T09:00:00+02:00", "2026-03-26T23:00:00Z"),
        // Already Tuesday there.
        ("Asia/Tokyo", &[], "2026-11-23T16:00:00Z", "2026-11-22T15:00:00Z"),
    ] {
        let from = time(begins);
        let before = (from - jiff::SignedDuration::from_secs(1)).to_string();
        assert_eq!(told(zone, holidays, now, begins), (true, begins.to_owned()), "{zone} {now}");
        assert_eq!(told(zone, holidays, now, &before), (false, begins.to_owned()), "{zone} {now}");
    }
}

#[test]
fn the_year_is_named_when_it_is_another() {
    let mut owned = Owned::at("2027-01-04T09:00:00Z");
    owned.calendar.holidays = [date(2027, 1, 1)].into();
    owned.commit("Ann", "2026-12-31T10:00:00Z", &[("1.1", HOLDS)]);
    insta::assert_snapshot!("year_end_text", text(&owned));
}

#[test]
fn no_working_day_at_all_is_said() {
    let mut owned = Owned::at("2026-11-24T09:00:00Z");
    owned.calendar.holidays = date(2010, 1, 1).series(jiff::ToSpan::day(1)).take_while(|d| d.year() < 2027).collect();
    assert!(Window::workday(&owned.calendar, owned.now).is_err());
}

#[test]
fn a_window_that_begins_with_a_commit_goes_by_the_order_of_the_branch() {
    let mut owned = Owned::at("2026-11-26T09:00:00Z");
    owned.commit("Ann", "2026-11-25T10:00:00Z", &[("1.1", HOLDS)]);
    // The clock went back.
    owned.commit("Ann", "2026-11-24T10:00:00Z", &[("1.2", HOLDS)]);
    let since = |at: usize, time: &str| {
        let window = Window::commit(id(at), "v1", self::time(time));
        let standup = owned.see(|scene| Standup::of(scene, window, By::Issue));
        standup.made_true.iter().flat_map(|g| &g.turns).map(|turn| turn.task.id.raw().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(since(0, "2026-11-25T10:00:00Z"), ["1.2"]);
    assert_eq!(since(1, "2026-11-24T10:00:00Z"), [""; 0]);
    // A commit of another branch: by its time.
    assert_eq!(since(30, "2026-11-24T12:00:00Z"), ["1.1"]);
}

#[test]
fn what_a_task_went_through_is_told_by_where_it_ended() {
    // (before the window, in the window) → (broken, still broken, made true, otherwise)
    let cases: &[(&[trueup::checks::Verdict], &[trueup::checks::Verdict], [usize; 4])] = &[
        (&[], &[], [0, 0, 0, 0]),
        (&[HOLDS], &[], [0, 0, 0, 0]),
        (&[], &[HOLDS], [0, 0, 1, 0]),
        (&[HOLDS], &[FAILS], [1, 0, 0, 0]),
        (&[HOLDS], &[STALE], [1, 0, 0, 0]),
        (&[HOLDS, FAILS], &[], [0, 1, 0, 0]),
        (&[HOLDS, FAILS], &[HOLDS], [0, 0, 1, 0]),
        (&[HOLDS], &[FAILS, HOLDS], [0, 0, 0, 0]),
        (&[], &[HOLDS, FAILS], [1, 0, 0, 0]),
        (&[], &[WORD], [0, 0, 0, 1]),
        (&[WORD], &[FAILS], [0, 0, 0, 1]),
        (&[HOLDS, WORD], &[FAILS], [0, 1, 0, 1]),
    ];
    for (before, inside, wanted) in cases {
        let mut owned = Owned::at("2026-11-26T09:00:00Z");
        for verdict in *before {
            owned.commit("Ann", "2026-11-10T10:00:00Z", &[("1.1", *verdict)]);
        }
        for verdict in *inside {
            owned.commit("Bob", "2026-11-25T10:00:00Z", &[("1.1", *verdict)]);
        }
        let standup = talk(&owned, By::Person);
        let made_true = standup.made_true.iter().map(|group| group.turns.len()).sum();
        let found = [standup.broken.len(), standup.still_broken.len(), made_true, standup.other.len()];
        assert_eq!(found, *wanted, "{before:?} {inside:?}");
        assert_eq!(standup.mended.len(), usize::from(*before == [HOLDS] && *inside == [FAILS, HOLDS]));
        let held = before.last() == Some(&HOLDS);
        assert_eq!(standup.headline.whole.held_before, usize::from(held), "{before:?} {inside:?}");
    }
}

#[test]
fn one_author_with_three_addresses_is_one() {
    // The walk has applied .mailmap; what is left may differ in case.
    let mut owned = Owned::at("2026-11-26T09:00:00Z");
    for (number, (email, task)) in
        [("ann@example.org", "1.1"), ("Ann@Example.org", "1.2"), ("ANN@EXAMPLE.ORG", "2.1")].into_iter().enumerate()
    {
        let mut deed = deed(number, "Ann", "2026-11-25T10:00:00Z");
        deed.author = Person { name: "Ann".into(), email: email.into() };
        owned.land(Arc::new(deed), None, &[(task, HOLDS)]);
    }
    let standup = talk(&owned, By::Person);
    assert_eq!(standup.made_true.len(), 1);
    assert_eq!(standup.made_true[0].turns.len(), 3);
}

#[test]
fn blocked_says_for_how_long() {
    let mut owned = Owned::at("2026-11-26T09:00:00Z");
    owned.plan_since = Some(time("2026-11-20T08:00:00Z").as_second());
    let since = |owned: &Owned| {
        let standup = talk(owned, By::Person);
        let found = standup.blocked.iter().find(|blocked| blocked.issue.id.raw() == "3").map(|b| b.since);
        found.map(|since| since.map(|since| jiff::Timestamp::from_second(since).unwrap().to_string()))
    };
    // Never done: since the plan came in.
    assert_eq!(since(&owned), Some(Some("2026-11-20T08:00:00Z".to_owned())));
    owned.commit("Ann", "2026-11-21T10:00:00Z", &[("1.1", HOLDS), ("1.2", HOLDS), ("1.3", HOLDS)]);
    assert_eq!(since(&owned), None);
    owned.commit("Bob", "2026-11-23T10:00:00Z", &[("1.2", FAILS)]);
    owned.commit("Bob", "2026-11-24T10:00:00Z", &[("1.1", FAILS)]);
    assert_eq!(since(&owned), Some(Some("2026-11-23T10:00:00Z".to_owned())));
    // Done in between.
    owned.commit("Bob", "2026-11-24T11:00:00Z", &[("1.1", HOLDS), ("1.2", HOLDS)]);
    owned.commit("Bob", "2026-11-25T10:00:00Z", &[("1.2", FAILS)]);
    assert_eq!(since(&owned), Some(Some("2026-11-25T10:00:00Z".to_owned())));
}

/// Nine phases of four issues of four tasks.
fn many() -> String {
    let mut plan = String::from("schema = 1\n[plan]\nuid = \"u\"\ntitle = \"Many\"\n");
    for phase in 0..9 {
        plan.push_str(&format!("[[phases]]\nid = \"{phase}\"\ntitle = \"Phase with a long title {phase}\"\n"));
        for issue in 0..4 {
            let needs = if issue > 0 { format!("needs = [\"{phase}-{}\"]\n", issue - 1) } else { String::new() };
            plan.push_str(&format!("[[phases.issues]]\nid = \"{phase}-{issue}\"\ntitle = \"Issue\"\n{needs}"));
            for task in 0..4 {
                let text = "A text that says at length what has to be true of the repository in the end";
                plan.push_str(&format!(
                    "[[phases.issues.tasks]]\nid = \"{phase}-{issue}.{task}\"\ntext = \"{text}\"\ncheck = {{ file = {{ path = \"a\" }} }}\n"
                ));
            }
        }
    }
    plan
}

#[test]
fn what_many_made_true_is_a_line_each() {
    let mut owned = Owned::of(&many(), "2026-11-26T09:00:00Z");
    let ids: Vec<String> = owned.prepared.plan.tasks().map(|(_, task)| task.id.clone()).collect();
    for (at, (who, count)) in [("Ann", 30), ("Bob", 2), ("Cy", 1), ("Dee", 9)].into_iter().enumerate() {
        let made: Vec<_> = ids[at * 36..at * 36 + count].iter().map(|id| (id.as_str(), HOLDS)).collect();
        owned.commit(who, "2026-11-25T10:00:00Z", &made);
    }
    let text = text(&owned);
    insta::assert_snapshot!("folded_text", text);
    assert!(text.lines().count() <= 24, "{text}");
    // Cut off within the folded lines: what they stand for is counted.
    let outline = words::outline(&talk(&owned, By::Person), &owned.calendar);
    let made = outline.sections.iter().find(|section| section.title == "Made true").unwrap();
    assert_eq!((made.fit(2).0.len(), made.fit(2).1), (2, 3));
    assert_eq!(made.fit(usize::MAX).1, 0);
}

#[test]
fn a_text_is_a_screen_whatever_is_to_be_told() {
    let plan = many();
    let mut owned = Owned::of(&plan, "2026-11-26T09:00:00Z");
    let ids: Vec<String> = owned.prepared.plan.tasks().map(|(_, task)| task.id.clone()).collect();
    let all = |to| ids.iter().map(|id| (id.as_str(), to)).collect::<Vec<_>>();
    owned.commit("Ann", "2026-11-09T10:00:00Z", &all(HOLDS));
    let lost: Vec<_> = all(FAILS).into_iter().step_by(3).collect();
    owned.commit("Bob", "2026-11-12T10:00:00Z", &lost[..12]);
    owned.commit("Bob", "2026-11-25T10:00:00Z", &lost[12..]);
    for (at, chunk) in lost[20..].chunks(4).enumerate() {
        let chunk: Vec<_> = chunk.iter().map(|(id, _)| (*id, HOLDS)).collect();
        owned.commit(["Ann", "Bob", "Cy"][at % 3], "2026-11-25T11:00:00Z", &chunk);
    }
    let unclear: Vec<_> = lost[..4].iter().map(|(id, _)| (*id, WORD)).collect();
    owned.commit("Dee", "2026-11-25T12:00:00Z", &unclear);
    owned.claimed = (0..ids.len()).collect();
    owned.linear = Some(LinearSeen {
        at: owned.now,
        rows: (0..20)
            .map(|n| Disagreement { issue: n.to_string().into(), identifier: None, message: "differs".into() })
            .collect(),
    });
    owned.dirty = (0..30).map(|n| RepoPath::parse(format!("a/rather/long/path/of/a/file/{n}")).unwrap()).collect();
    let text = text(&owned);
    insta::assert_snapshot!("crowded_text", text);
    assert!(text.lines().count() <= 24, "{text}");
    assert!(text.lines().all(|line| human::width_of(line) <= 80), "{text}");
    // What is counted is what is left out.
    let slack = slack(&owned);
    assert!(slack.len() < 8_000, "{}", slack.len());
}

#[test]
fn the_same_input_gives_the_same_text() {
    for _ in 0..3 {
        assert_eq!(text(&busy()), text(&busy()));
        assert_eq!(json(&busy()), json(&busy()));
    }
}

/// Escapes, mentions and markup of every face.
pub const HOSTILE: &str =
    "\u{1b}[31m\u{202e}<!channel> <@U1> @here #12 **b** [x](http://e.vil) <img src=x> `c` ~~s~~ & |";

#[test]
fn a_hostile_text_is_obeyed_by_no_face() {
    let toml = HOSTILE.chars().map(|c| format!("\\U{:08X}", c as u32)).collect::<String>();
    let plan = scene::PLAN
        .replace("Set USER in every final stage", &toml)
        .replace("Court plan", &toml)
        .replace("First things", &toml)
        .replace("Run without root", &toml);
    let mut owned = Owned::of(&plan, "2026-11-26T09:00:00Z");
    owned.message = HOSTILE.to_owned();
    owned.branch = Some(format!("ab-1-{HOSTILE}"));
    owned.dirty = vec![RepoPath::parse(HOSTILE.replace('/', ":")).unwrap()];
    owned.claimed = vec![1];
    owned.commit("Ann", "2026-11-10T10:00:00Z", &[("1.2", HOLDS)]);
    for (number, verdict) in [(1, FAILS), (2, HOLDS), (3, FAILS)] {
        let mut deed = deed(number, HOSTILE, "2026-11-25T10:00:00Z");
        deed.subject = HOSTILE.into();
        deed.co_authors = vec![person(HOSTILE)];
        owned.land(Arc::new(deed), None, &[("1.2", verdict)]);
    }
    let mut deed = deed(5, HOSTILE, "2026-11-25T11:00:00Z");
    deed.subject = HOSTILE.into();
    owned.land(Arc::new(deed), None, &[("1.1", HOLDS)]);
    owned.linear = Some(LinearSeen {
        at: owned.now,
        rows: vec![Disagreement { issue: "1".into(), identifier: Some(HOSTILE.into()), message: HOSTILE.into() }],
    });
    for face in [text(&owned), markdown(&owned), slack(&owned), json(&owned)] {
        assert!(!face.contains(encode_active), "{face:?}");
    }
    let slack = slack(&owned);
    assert!(!slack.contains(['<', '>', '@']), "{slack}");
    let unescaped = slack.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "");
    assert!(!unescaped.contains('&'), "{slack}");
    let markdown = markdown(&owned);
    insta::assert_snapshot!("hostile_markdown", markdown);
    assert_no_markup(&markdown);
}

fn encode_active(c: char) -> bool {
    c != '\n' && encode::is_active(c)
}

/// Nothing of a text is a link, an image or HTML, struck out or emphasised, but what we made bold ourselves.
fn assert_no_markup(markdown: &str) {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    for event in Parser::new_ext(markdown, Options::all()) {
        let bad = matches!(
            event,
            Event::Html(_)
                | Event::InlineHtml(_)
                | Event::InlineMath(_)
                | Event::DisplayMath(_)
                | Event::FootnoteReference(_)
                | Event::Start(
                    Tag::Link { .. }
                        | Tag::Image { .. }
                        | Tag::Emphasis
                        | Tag::Strikethrough
                        | Tag::HtmlBlock
                        | Tag::Table(_)
                        | Tag::CodeBlock(_)
                        | Tag::BlockQuote(_)
                )
        );
        assert!(!bad, "{event:?} in {markdown}");
    }
}
