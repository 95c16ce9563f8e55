//! The burn-up as a picture: an SVG that stands alone, without scripts and fonts of others, in light and in dark.

use std::fmt::Write as _;

use jiff::tz::TimeZone;

use super::encode::{line, xml};
use super::human::clip;
use crate::progress::burnup::{Burnup, Point, moment_of};

/// The picture, in pixels.
const SIZE: (f64, f64) = (960.0, 480.0);
/// The chart in it: left, top, right, bottom.
const LEFT: f64 = 64.0;
const TOP: f64 = 92.0;
const RIGHT: f64 = 828.0;
const BOTTOM: f64 = 412.0;
/// So many points are drawn at most: more than one a pixel nobody sees.
const MOST_POINTS: usize = 764;
/// A longer title (columns) is cut.
const LONGEST_TITLE: usize = 90;
/// Least distance of two names, pixels.
const APART: f64 = 20.0;

/// Colours: of light first; what a dark screen changes stands in the media query.
const STYLE: &str = "\
text { font-family: system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif; font-size: 14px; fill: #57606a; }
.paper { fill: #ffffff; stroke: #d0d7de; }
.title { font-size: 18px; font-weight: 600; fill: #1f2328; }
.grid { stroke: #d8dee4; stroke-width: 1; }
.scope { fill: none; stroke: #6e7781; stroke-width: 2; stroke-dasharray: 2 5; }
.claimed { fill: none; stroke: #9a6700; stroke-width: 2.5; stroke-dasharray: 9 4; }
.verified { fill: none; stroke: #1a7f37; stroke-width: 3; }
.below { fill: #1a7f37; fill-opacity: 0.1; }
.hatch { stroke: #cf222e; stroke-width: 1.5; stroke-opacity: 0.55; }
.name { font-weight: 600; }
.name-scope { fill: #6e7781; }
.name-claimed { fill: #9a6700; }
.name-verified { fill: #1a7f37; }
@media (prefers-color-scheme: dark) {
text { fill: #9198a1; }
.paper { fill: #0d1117; stroke: #3d444d; }
.title { fill: #f0f6fc; }
.grid { stroke: #2a313c; }
.scope { stroke: #9198a1; }
.claimed { stroke: #e3b341; }
.verified { stroke: #3fb950; }
.below { fill: #3fb950; }
.hatch { stroke: #ff7b72; }
.name-scope { fill: #9198a1; }
.name-claimed { fill: #e3b341; }
.name-verified { fill: #3fb950; }
}";

/// Where times and numbers stand.
struct Scale {
    start: i64,
    end: i64,
    most: u32,
}

impl Scale {
    fn x(&self, time: i64) -> f64 {
        let whole = self.end.saturating_sub(self.start) as f64;
        let part = time.saturating_sub(self.start) as f64;
        if whole <= 0.0 { RIGHT } else { LEFT + (RIGHT - LEFT) * part / whole }
    }

    fn y(&self, number: u32) -> f64 {
        BOTTOM - (BOTTOM - TOP) * f64::from(number) / f64::from(self.most)
    }

    /// The stairs of a line: each number holds until the next one's time.
    fn stairs(&self, points: &[Point], number: fn(&Point) -> u32) -> String {
        let mut path = String::new();
        let mut before = None;
        for point in points {
            let (x, number) = (self.x(point.time), number(point));
            match before {
                None => drop(write!(path, "M{} {:.1}", LEFT, self.y(number))),
                Some(last) if last != number => drop(write!(path, "H{x:.1}V{:.1}", self.y(number))),
                Some(_) => {}
            }
            before = Some(number);
        }
        let _ = write!(path, "H{RIGHT}");
        path
    }

    /// The area between what is verified and what is claimed, where more is claimed.
    fn gap(&self, points: &[Point]) -> String {
        let mut path = String::new();
        let mut from: Option<(f64, &Point)> = None;
        let mut close = |from: Option<(f64, &Point)>, to: f64| {
            if let Some((x, point)) = from
                && point.gap() > 0
                && to > x
            {
                let (top, bottom) = (self.y(point.claimed), self.y(point.verified));
                let _ = write!(path, "M{x:.1} {top:.1}H{to:.1}V{bottom:.1}H{x:.1}Z");
            }
        };
        for point in points {
            let x = if from.is_none() { LEFT } else { self.x(point.time) };
            if from.is_none_or(|(_, last)| (last.claimed, last.verified) != (point.claimed, point.verified)) {
                close(from, x);
                from = Some((x, point));
            }
        }
        close(from, RIGHT);
        path
    }
}

/// The burn-up as an SVG; the same burn-up gives the same bytes. `title` is the plan's, in its own words; dates are as
/// they are in `zone`. Before the first commit it says that there is nothing to draw.
pub fn burnup(burnup: &Burnup, title: &str, zone: &TimeZone) -> String {
    let mut out = String::new();
    let (width, height) = SIZE;
    let _ = writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title desc">"#
    );
    let title = xml(&clip(&line(title), LONGEST_TITLE));
    let _ = writeln!(out, r#"<title id="title">Burn-up of {title}</title>"#);
    let _ = writeln!(out, r#"<desc id="desc">{}</desc>"#, xml(&description(burnup, zone)));
    let _ = writeln!(out, "<style>\n{STYLE}\n</style>");
    out.push_str(
        "<defs><pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V7\"/></pattern></defs>\n",
    );
    let _ = writeln!(
        out,
        r#"<rect class="paper" x="0.5" y="0.5" width="{}" height="{}" rx="8"/>"#,
        width - 1.0,
        height - 1.0
    );
    let _ = writeln!(out, r#"<text class="title" x="24" y="38">{title}</text>"#);
    match (burnup.last(), burnup.span()) {
        (Some(last), Some((start, end))) => {
            let scale = Scale { start, end, most: burnup.most() };
            let _ = writeln!(out, r#"<text x="24" y="64">{}</text>"#, xml(&headline(&last)));
            grid(&mut out, &scale, zone);
            lines(&mut out, &scale, burnup);
            names(&mut out, &scale, &last, burnup.has_claims());
            legend(&mut out, burnup.has_claims());
        }
        _ => out.push_str("<text x=\"24\" y=\"64\">No commit yet: there is no burn-up to draw.</text>\n"),
    }
    out.push_str("</svg>\n");
    out
}

fn headline(last: &Point) -> String {
    let Point { scope, claimed, verified, .. } = last;
    match claimed {
        0 => format!("{verified} of {scope} verified; {}", last.gap_words()),
        _ => format!("{verified} of {scope} verified, {claimed} claimed; {}", last.gap_words()),
    }
}

/// What a reader who cannot see it needs.
fn description(burnup: &Burnup, zone: &TimeZone) -> String {
    let (Some(first), Some(last)) = (burnup.points().first(), burnup.last()) else {
        return "There is no commit yet.".to_owned();
    };
    format!(
        "From {} to {} verified went from {} to {} and claimed from {} to {}, of {} tasks; {}.",
        date(first.time, zone),
        date(last.time, zone),
        first.verified,
        last.verified,
        first.claimed,
        last.claimed,
        last.scope,
        last.gap_words(),
    )
}

fn date(time: i64, zone: &TimeZone) -> String {
    moment_of(time).to_zoned_datetime(zone.clone()).date().to_string()
}

fn grid(out: &mut String, scale: &Scale, zone: &TimeZone) {
    // Four steps, fewer where the numbers are few, so that none occurs twice.
    let steps = scale.most.min(4);
    for step in 0..=steps {
        let number = scale.most * step / steps.max(1);
        let y = scale.y(number);
        let _ = writeln!(out, r#"<path class="grid" d="M{LEFT} {y:.1}H{RIGHT}"/>"#);
        let _ = writeln!(out, r#"<text x="{}" y="{:.1}" text-anchor="end">{number}</text>"#, LEFT - 10.0, y + 5.0);
    }
    let whole = scale.end.saturating_sub(scale.start);
    let ticks: i64 = if whole < 4 * 86_400 { 1 } else { 4 };
    let mut last = String::new();
    for tick in 0..=ticks {
        let time = scale.start.saturating_add(whole / ticks * tick);
        let shown = date(if tick == ticks { scale.end } else { time }, zone);
        if shown == last {
            continue;
        }
        let x = LEFT + (RIGHT - LEFT) * tick as f64 / ticks as f64;
        let anchor = if tick == 0 {
            "start"
        } else if tick == ticks {
            "end"
        } else {
            "middle"
        };
        let _ = writeln!(out, r#"<text x="{x:.1}" y="{}" text-anchor="{anchor}">{shown}</text>"#, BOTTOM + 24.0);
        last = shown;
    }
}

fn lines(out: &mut String, scale: &Scale, burnup: &Burnup) {
    let thinned;
    let points = if burnup.points().len() > MOST_POINTS {
        thinned = burnup.thinned(MOST_POINTS);
        thinned.as_slice()
    } else {
        burnup.points()
    };
    let verified = scale.stairs(points, |point| point.verified);
    let _ = writeln!(out, r#"<path class="below" d="{verified}V{BOTTOM}H{LEFT}Z"/>"#);
    let gap = scale.gap(points);
    if !gap.is_empty() {
        let _ = writeln!(out, r#"<path fill="url(#hatch)" d="{gap}"/>"#);
    }
    let lines = [
        ("scope", scale.stairs(points, |point| point.scope)),
        ("claimed", scale.stairs(points, |point| point.claimed)),
        ("verified", verified),
    ];
    for (class, path) in lines.into_iter().filter(|(class, _)| *class != "claimed" || burnup.has_claims()) {
        let _ = writeln!(out, r#"<path class="{class}" d="{path}"/>"#);
    }
}

/// The names beside the ends of the lines, none over another.
fn names(out: &mut String, scale: &Scale, last: &Point, claims: bool) {
    let mut ends = vec![("scope", last.scope), ("verified", last.verified)];
    if claims {
        ends.insert(1, ("claimed", last.claimed));
    }
    let count = ends.len();
    ends.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    let mut free = f64::MIN;
    for (i, (name, number)) in ends.into_iter().enumerate() {
        // Those that follow need their room above the axis.
        let lowest = BOTTOM - APART * (count - 1 - i) as f64;
        let y = scale.y(number).max(free).min(lowest);
        free = y + APART;
        let _ = writeln!(
            out,
            r#"<text class="name name-{name}" x="{}" y="{:.1}">{name} {number}</text>"#,
            RIGHT + 12.0,
            y + 5.0
        );
    }
}

fn legend(out: &mut String, claims: bool) {
    let y = BOTTOM + 50.0;
    let names: &[&str] = if claims { &["verified", "claimed", "scope"] } else { &["verified", "scope"] };
    for (i, name) in names.iter().enumerate() {
        let x = LEFT + 130.0 * i as f64;
        let _ = writeln!(out, r#"<path class="{name}" d="M{x} {}H{}"/>"#, y - 5.0, x + 36.0);
        let _ = writeln!(out, r#"<text x="{}" y="{y}">{name}</text>"#, x + 44.0);
    }
    if !claims {
        return;
    }
    let x = LEFT + 390.0;
    let _ = writeln!(out, r#"<rect x="{x}" y="{}" width="36" height="14" fill="url(#hatch)"/>"#, y - 12.0);
    let _ = writeln!(out, r#"<text x="{}" y="{y}">gap: claimed beyond what is verified</text>"#, x + 44.0);
}
