//! Burn-up: the series, the chart and the picture.

use jiff::tz::TimeZone;
use trueup::progress::burnup::{Burnup, Point};
use trueup::report::human::{Pen, burnup as chart, width_of};
use trueup::report::svg;

const DAY: i64 = 86_400;
/// 2026-01-05, a Monday.
const START: i64 = 1_767_571_200;

fn point(time: i64, claimed: u32, verified: u32) -> Point {
    Point { time, scope: 64, claimed, verified }
}

/// A plan that is ticked faster than it comes true.
fn sample() -> Burnup {
    let counts = [
        (0, 0, 3),
        (4, 2, 5),
        (8, 9, 8),
        (9, 9, 10),
        (15, 18, 12),
        (20, 24, 12),
        (22, 24, 15),
        (27, 31, 19),
        (30, 31, 17),
        (33, 40, 22),
        (41, 47, 24),
        (45, 52, 31),
        (52, 64, 31),
        (56, 64, 33),
        (60, 64, 38),
    ];
    Burnup::new(counts.map(|(day, claimed, verified)| point(START + day * DAY, claimed, verified)))
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[test]
fn clocks_that_went_wrong_are_put_right() {
    for (times, wanted) in [
        (&[1, 2, 3][..], &[1, 2, 3][..]),
        (&[1, 99, 2, 3], &[1, 1, 2, 3]), // ahead
        (&[5, 6, 1, 7], &[5, 6, 6, 7]),  // behind
        (&[9, 1, 2, 3], &[1, 1, 2, 3]),  // the first of all
        (&[4, 4, 4], &[4, 4, 4]),
        (&[i64::MAX, 1, 2, i64::MIN], &[1, 1, 2, 2]),
        (&[], &[]),
    ] {
        let burnup = Burnup::new(times.iter().map(|time| point(*time, 0, 0)));
        let times: Vec<i64> = burnup.points().iter().map(|point| point.time).collect();
        assert_eq!(times, wanted);
    }
}

#[test]
fn thinning_keeps_how_things_stood() {
    let sample = sample();
    let thinned = sample.thinned(60);
    assert_eq!(thinned.len(), 60);
    for (day, point) in thinned.iter().enumerate() {
        let until = START + (day as i64 + 1) * DAY;
        let then = sample.points().iter().rfind(|point| point.time <= until).unwrap();
        assert_eq!((point.time, point.claimed, point.verified), (until, then.claimed, then.verified));
    }
    assert_eq!(thinned.last().copied(), sample.last());
    assert!(Burnup::default().thinned(10).is_empty() && sample.thinned(0).is_empty());
    // A moment, and all of time.
    assert_eq!(Burnup::new([point(5, 1, 2)]).thinned(3), [point(5, 1, 2); 3]);
    let all = Burnup::new([point(i64::MIN, 0, 0), point(i64::MAX, 9, 9)]);
    assert_eq!(all.thinned(2).iter().map(|point| point.verified).collect::<Vec<_>>(), [0, 9]);
}

#[test]
fn the_gap_is_named() {
    for (claimed, verified, words) in [
        (9, 4, "gap: 5 more claimed than verified"),
        (4, 9, "5 more verified than claimed"),
        (4, 4, "no gap: as many claimed as verified"),
    ] {
        let burnup = Burnup::new([point(START, claimed, verified)]);
        assert!(plain(&chart(&burnup, (80, 20), Pen::Braille, &TimeZone::UTC)).ends_with(&format!("{words}\n")));
        assert!(svg::burnup(&burnup, "A plan", &TimeZone::UTC).contains(words));
    }
}

#[test]
fn the_chart_as_it_looks() {
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    insta::assert_snapshot!("braille", plain(&chart(&sample(), (72, 14), Pen::Braille, &berlin)));
    insta::assert_snapshot!("ascii", plain(&chart(&sample(), (60, 14), Pen::Ascii, &berlin)));
}

/// Dots that a sign of braille has above and below the middle of its cell.
fn dots(sign: char) -> u32 {
    u32::from(sign).checked_sub(0x2800).filter(|bits| *bits < 256).map_or(0, u32::count_ones)
}

#[test]
fn a_step_in_the_last_column_is_drawn() {
    // The boxes are ticked with the last commit: its step is all that shows it, wherever the line has its gaps.
    for width in 60..80 {
        let burnup = Burnup::new([point(START, 6, 3), point(START + 39 * DAY, 6, 3), point(START + 40 * DAY, 60, 3)]);
        let text = plain(&chart(&burnup, (width, 16), Pen::Braille, &TimeZone::UTC));
        // Between the scope above and both lines below there is nothing but that step.
        let rows: Vec<&str> = text.lines().skip(2).take(7).collect();
        let drawn = rows.iter().filter(|row| row.chars().any(|c| dots(c) > 0)).count();
        assert_eq!(drawn, rows.len(), "{width}\n{text}");
    }
    // One row up: both of its ends are drawn.
    for width in 60..80 {
        let burnup = Burnup::new([point(START, 30, 3), point(START + 40 * DAY, 33, 3)]);
        let text = plain(&chart(&burnup, (width, 16), Pen::Braille, &TimeZone::UTC));
        let plot = width - 4 - 14;
        let last: u32 = text.lines().take(12).skip(4).map(|row| row.chars().nth(plot + 3).map_or(0, dots)).sum();
        assert!(last >= 2, "{width}\n{text}");
    }
}

/// Whatever is drawn fits, and says its three numbers.
#[test]
fn the_chart_fits_its_place() {
    let same = Burnup::new([point(START, 64, 64)]);
    let nothing = Burnup::new([Point { time: START, scope: 0, claimed: 0, verified: 0 }]);
    let bottom = Burnup::new([point(START, 0, 0), point(START + 3600, 0, 0)]);
    let many = Burnup::new((0..5_000).map(|i| Point { time: START + i, scope: 4_000_000, claimed: 7, verified: 3 }));
    let last = Burnup::new([point(i64::MIN, 0, 0), point(i64::MAX, 9, 9)]);
    for burnup in [sample(), same, nothing, bottom, many, last] {
        for pen in [Pen::Braille, Pen::Ascii] {
            for size in [(48, 8), (49, 9), (60, 8), (100, 20), (250, 70), (47, 8), (48, 7), (0, 0)] {
                let text = plain(&chart(&burnup, size, pen, &TimeZone::UTC));
                let drawn = size.0 >= 48 && size.1 >= 8;
                if drawn {
                    assert_eq!(text.lines().count(), size.1, "{size:?}\n{text}");
                    assert!(text.lines().all(|line| width_of(line) <= size.0), "{size:?}\n{text}");
                }
                let last = burnup.last().unwrap();
                for (name, number) in [("scope", last.scope), ("claimed", last.claimed), ("verified", last.verified)] {
                    let told = name != "claimed" || burnup.has_claims();
                    assert_eq!(text.contains(&format!("{name} {number}")), told, "{size:?}\n{text}");
                }
                assert!(pen == Pen::Braille || text.is_ascii(), "{text}");
            }
        }
    }
    let none = chart(&Burnup::default(), (80, 20), Pen::Braille, &TimeZone::UTC);
    assert_eq!(none, "No commit yet: there is no burn-up to draw.\n");
}

#[test]
fn the_picture_is_as_committed() {
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    insta::assert_snapshot!("svg", svg::burnup(&sample(), "Docker Security & Best Practices", &berlin));
}

/// The title is anybody's; nothing of it becomes markup, is obeyed, or tells a secret.
#[test]
fn a_hostile_title_stays_text() {
    let hostile =
        "</title><script>alert(1)</script>]]> \u{1b}]52;c;x\u{7} \u{202e}gnirts\u{2066} \0 & \"'> password=hunter2";
    for burnup in [sample(), Burnup::default()] {
        let picture = svg::burnup(&burnup, hostile, &TimeZone::UTC);
        assert!(!picture.contains("<script") && !picture.contains("hunter2") && !picture.contains("]]>"), "{picture}");
        assert!(!picture.chars().any(|c| trueup::report::encode::is_active(c) && c != '\n'));
        assert_eq!(picture.matches("</title>").count(), 1);
        // Well formed: every element that is opened is closed, in order.
        let mut open = Vec::new();
        for tag in picture.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap();
            let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name));
            } else if !tag.ends_with('/') {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
    let long = svg::burnup(&sample(), &"w".repeat(5_000), &TimeZone::UTC);
    assert!(long.len() < 10_000, "{}", long.len());
}

#[test]
fn many_commits_make_no_larger_picture() {
    let many = Burnup::new((0..100_000).map(|i| point(START + i * 60, (i % 65) as u32, (i % 64) as u32)));
    assert!(svg::burnup(&many, "Many", &TimeZone::UTC).len() < 120_000);
}
