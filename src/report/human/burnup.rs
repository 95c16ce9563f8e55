//! The burn-up as a chart for a terminal.
//!
//! ```text
//! 64 ┤⠂ ⠂ ⠂ ⠂ ⠂ ⠂ ⠂ ⠂ ⠂  scope 64
//!    │        ⡤⠤ ⠤⠄⠠⠤ ⠤  claimed 41
//! 32 ┤   ⡤⠤ ⠤⠄⠅⣀⣀⣀⡤⠤⠤⠤⠤  verified 33
//!    │⣀⣀⡤⠤⠤⠔⠒⠉⠉
//!  0 └──────────────────
//!    2026-01-02 2026-03-05
//! ```

use std::fmt::Write as _;

use anstyle::Style;
use jiff::tz::TimeZone;

use super::paint::{BOLD, DIM, GREEN, RED, YELLOW, paint};
use crate::progress::burnup::{Burnup, Point, moment_of};

/// Below so many columns or lines there is no chart, only its words.
const LEAST: (usize, usize) = (48, 8);
/// Columns that names of lines take at the right.
const NAMES: usize = 14;

/// What a chart is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pen {
    /// Braille: eight dots a cell.
    Braille,
    /// ASCII: for terminals and readers without more.
    Ascii,
}

/// What is drawn: which one shows where several meet is their order, the first before all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ink {
    Verified,
    Claimed,
    Gap,
    Scope,
}

const INKS: [Ink; 4] = [Ink::Verified, Ink::Claimed, Ink::Gap, Ink::Scope];

impl Ink {
    fn style(self) -> Style {
        match self {
            Self::Verified => GREEN.bold(),
            Self::Claimed => YELLOW,
            Self::Gap => RED,
            Self::Scope => DIM,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Claimed => "claimed",
            Self::Gap => "gap",
            Self::Scope => "scope",
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Verified => '#',
            Self::Claimed => 'o',
            Self::Gap => ':',
            Self::Scope => '-',
        }
    }

    /// How it looks, for the legend.
    fn sample(self, pen: Pen) -> String {
        match (pen, self) {
            (Pen::Ascii, ink) => ink.letter().to_string().repeat(3),
            (Pen::Braille, Self::Verified) => "⠤⠤⠤".to_owned(),
            (Pen::Braille, Self::Claimed) => "⠤⠄⠠⠤".to_owned(),
            (Pen::Braille, Self::Gap) => "⠡⢈⠡".to_owned(),
            (Pen::Braille, Self::Scope) => "⠄⠄⠄".to_owned(),
        }
    }

    /// Whether a column of a level line of it is drawn: lines are told apart by their gaps, not only by colour.
    fn has_dot(self, x: usize, pen: Pen) -> bool {
        match (pen, self) {
            (Pen::Ascii, _) | (_, Self::Verified | Self::Gap) => true,
            (_, Self::Claimed) => x % 5 < 3,
            (_, Self::Scope) => x.is_multiple_of(4),
        }
    }
}

/// Dots of each ink, in rows from the top.
struct Canvas {
    pen: Pen,
    cells: (usize, usize),
    dots: Vec<[bool; 4]>,
}

impl Canvas {
    fn new(pen: Pen, cells: (usize, usize)) -> Self {
        let mut canvas = Self { pen, cells, dots: Vec::new() };
        canvas.dots = vec![[false; 4]; canvas.columns() * canvas.rows()];
        canvas
    }

    /// Dots of a cell.
    fn scale(&self) -> (usize, usize) {
        match self.pen {
            Pen::Braille => (2, 4),
            Pen::Ascii => (1, 1),
        }
    }

    fn columns(&self) -> usize {
        self.cells.0 * self.scale().0
    }

    fn rows(&self) -> usize {
        self.cells.1 * self.scale().1
    }

    /// The row of a number: 0 at the bottom, `most` at the top.
    fn row(&self, number: u32, most: u32) -> usize {
        let last = self.rows().saturating_sub(1);
        let up = (number as usize * last * 2 + most as usize) / (most as usize * 2).max(1);
        last.saturating_sub(up)
    }

    fn dot(&mut self, ink: Ink, x: usize, y: usize) {
        let at = y * self.columns() + x;
        if let Some(dot) = self.dots.get_mut(at).and_then(|dots| dots.get_mut(ink as usize)) {
            *dot = true;
        }
    }

    /// A line of stairs. It has its gaps where it runs level; of a step all is drawn, since a step in the last column is
    /// all that shows where the line ends.
    fn line(&mut self, ink: Ink, rows: &[usize]) {
        let mut before = None;
        for (x, row) in rows.iter().copied().enumerate() {
            let from = before.unwrap_or(row);
            if from != row || ink.has_dot(x, self.pen) {
                (from.min(row)..=from.max(row)).for_each(|y| self.dot(ink, x, y));
            }
            before = Some(row);
        }
    }

    /// The shade between two rows of a column.
    fn shade(&mut self, x: usize, rows: std::ops::Range<usize>) {
        for y in rows {
            if self.pen == Pen::Ascii || (y.is_multiple_of(2) && (x + y).is_multiple_of(4)) {
                self.dot(Ink::Gap, x, y);
            }
        }
    }

    /// What a cell shows: the ink that comes first there, and the sign.
    fn cell(&self, column: usize, row: usize) -> Option<(Ink, char)> {
        let (wide, high) = self.scale();
        let dots = |x: usize, y: usize| {
            self.dots.get((row * high + y) * self.columns() + column * wide + x).copied().unwrap_or_default()
        };
        let seen =
            |ink: Ink| (0..high).any(|y| (0..wide).any(|x| dots(x, y).get(ink as usize).copied().unwrap_or(false)));
        let ink = INKS.into_iter().find(|ink| seen(*ink))?;
        if self.pen == Pen::Ascii {
            return Some((ink, ink.letter()));
        }
        // The bits of a braille sign: Unicode 16, chapter 21.1, left column 1 2 3 7, right column 4 5 6 8.
        const BITS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        let mut bits = 0;
        for (y, pair) in BITS.iter().enumerate() {
            for (x, bit) in pair.iter().enumerate() {
                // The shade keeps out of the cells of lines, which it would make thick.
                let [verified, claimed, gap, scope] = dots(x, y);
                if verified || claimed || scope || (gap && ink == Ink::Gap) {
                    bits |= bit;
                }
            }
        }
        Some((ink, char::from_u32(0x2800 + bits).unwrap_or(' ')))
    }

    /// A row up to the last cell that is not blank.
    fn text(&self, row: usize) -> String {
        let last = (0..self.cells.0).rev().find(|column| self.cell(*column, row).is_some());
        self.cut(row, last.map_or(0, |last| last + 1))
    }

    /// A row with all of its cells.
    fn padded(&self, row: usize) -> String {
        self.cut(row, self.cells.0)
    }

    fn cut(&self, row: usize, columns: usize) -> String {
        let mut out = String::new();
        let mut run: (Option<Ink>, String) = (None, String::new());
        let mut flush = |(ink, text): &mut (Option<Ink>, String)| {
            match ink {
                Some(ink) => out.push_str(&paint(ink.style(), text)),
                None => out.push_str(text),
            }
            text.clear();
        };
        for column in 0..columns {
            let (ink, sign) = self.cell(column, row).map_or((None, ' '), |(ink, sign)| (Some(ink), sign));
            if ink != run.0 {
                flush(&mut run);
                run.0 = ink;
            }
            run.1.push(sign);
        }
        flush(&mut run);
        out
    }
}

/// The burn-up in `size` columns and lines, dates as they are in `zone`. Where there is no room for a chart, or no
/// commit yet, only its words.
pub fn burnup(burnup: &Burnup, size: (usize, usize), pen: Pen, zone: &TimeZone) -> String {
    let (Some(last), Some(span)) = (burnup.last(), burnup.span()) else {
        return "No commit yet: there is no burn-up to draw.\n".to_owned();
    };
    let mut out = String::new();
    if size.0 >= LEAST.0 && size.1 >= LEAST.1 {
        chart(&mut out, burnup, last, size, pen);
        dates(&mut out, burnup.most(), span, size.0, zone);
        legend(&mut out, size.0, pen, burnup.has_claims());
    } else {
        let claimed = if burnup.has_claims() { format!("claimed {}, ", last.claimed) } else { String::new() };
        let _ = writeln!(out, "scope {}, {claimed}verified {}", last.scope, last.verified);
    }
    let style = if last.gap() > 0 { RED.bold() } else { BOLD };
    let _ = writeln!(out, "{}", paint(style, &last.gap_words()));
    out
}

/// The column and the line, from the chart's left and top, of a moment's foot on the axis below a chart of that size;
/// `None` where only words are shown.
pub fn burnup_foot(burnup: &Burnup, size: (usize, usize), time: i64) -> Option<(usize, usize)> {
    let (start, end) = burnup.span().filter(|_| size.0 >= LEAST.0 && size.1 >= LEAST.1)?;
    let last = plot(burnup.most(), size.0).saturating_sub(1);
    let (after, whole) = (i128::from(time.clamp(start, end)) - i128::from(start), i128::from(end) - i128::from(start));
    // Where all is one moment, it is the end.
    let along = (after * last as i128).checked_div(whole).and_then(|along| usize::try_from(along).ok()).unwrap_or(last);
    Some((margin(burnup.most()) + along, size.1 - 4))
}

/// Columns of the numbers at the left, with the axis.
fn margin(most: u32) -> usize {
    most.to_string().len() + 2
}

/// Columns of the chart itself.
fn plot(most: u32, width: usize) -> usize {
    width.saturating_sub(margin(most) + NAMES)
}

fn chart(out: &mut String, burnup: &Burnup, last: Point, size: (usize, usize), pen: Pen) {
    let most = burnup.most();
    // The axis, the dates, the legend and the gap are lines of their own.
    let lines = size.1 - 4;
    let mut canvas = Canvas::new(pen, (plot(most, size.0), lines));
    let points = burnup.thinned(canvas.columns());
    let rows = |number: fn(&Point) -> u32| -> Vec<usize> {
        points.iter().map(|point| canvas.row(number(point), most)).collect()
    };
    let (scope, claimed, verified) = (rows(|p| p.scope), rows(|p| p.claimed), rows(|p| p.verified));
    for (x, (claimed, verified)) in claimed.iter().zip(&verified).enumerate() {
        canvas.shade(x, claimed + 1..*verified);
    }
    canvas.line(Ink::Scope, &scope);
    if burnup.has_claims() {
        canvas.line(Ink::Claimed, &claimed);
    }
    canvas.line(Ink::Verified, &verified);
    let high = canvas.scale().1;
    let ends = [(Ink::Scope, last.scope), (Ink::Claimed, last.claimed), (Ink::Verified, last.verified)]
        .into_iter()
        .filter(|(ink, _)| *ink != Ink::Claimed || burnup.has_claims())
        .map(|(ink, number)| (ink, number, canvas.row(number, most) / high));
    let names = names(ends.collect(), lines);
    let middle = canvas.row(most / 2, most) / high;
    let (digits, tick, bar) = (margin(most) - 2, sign(pen, '┤', '+'), sign(pen, '│', '|'));
    for row in 0..lines {
        let number = match row {
            0 => most.to_string(),
            _ if row == lines - 1 => "0".to_owned(),
            _ if row == middle && most > 1 => (most / 2).to_string(),
            _ => String::new(),
        };
        let axis = if number.is_empty() { bar } else { tick };
        let name = names.iter().find(|(_, at)| *at == row);
        let name = name.map(|((ink, text), _)| paint(ink.style(), text)).unwrap_or_default();
        let axis = paint(DIM, &format!("{number:>digits$} {axis}"));
        let line = if name.is_empty() { canvas.text(row) } else { format!("{} {name}", canvas.padded(row)) };
        let _ = writeln!(out, "{axis}{line}");
    }
    let line = sign(pen, '─', '-').to_string().repeat(plot(most, size.0));
    let _ = writeln!(out, "{}", paint(DIM, &format!("{} {}{line}", " ".repeat(digits), sign(pen, '└', '+'))));
}

fn sign(pen: Pen, drawn: char, ascii: char) -> char {
    if pen == Pen::Ascii { ascii } else { drawn }
}

/// The names of the lines with the rows that they stand on: beside their ends, each on a row of its own.
fn names(mut ends: Vec<(Ink, u32, usize)>, lines: usize) -> Vec<((Ink, String), usize)> {
    // From the top; where two numbers meet the greater is above, and scope, claimed, verified keep their order.
    ends.sort_by_key(|(_, number, row)| (*row, std::cmp::Reverse(*number)));
    let mut free = 0;
    let mut placed: Vec<((Ink, String), usize)> = Vec::new();
    let count = ends.len();
    for (i, (ink, number, row)) in ends.into_iter().enumerate() {
        // Those that follow need a row each.
        let at = row.max(free).min(lines.saturating_sub(count - i));
        free = at + 1;
        placed.push(((ink, format!("{} {number}", ink.name())), at));
    }
    placed
}

fn dates(out: &mut String, most: u32, (start, end): (i64, i64), width: usize, zone: &TimeZone) {
    let moment = |time: i64| moment_of(time).to_zoned_datetime(zone.clone());
    let same_day = moment(start).date() == moment(end).date();
    let shown = |time: i64| {
        let moment = moment(time);
        if same_day { moment.strftime("%Y-%m-%d %H:%M").to_string() } else { moment.date().to_string() }
    };
    let (first, last) = (shown(start), shown(end));
    let room = plot(most, width).saturating_sub(first.len() + last.len());
    let between = if start == end { String::new() } else { format!("{}{last}", " ".repeat(room.max(1))) };
    let _ = writeln!(out, "{}{}", " ".repeat(margin(most)), paint(DIM, &format!("{first}{between}")));
}

fn legend(out: &mut String, width: usize, pen: Pen, claims: bool) {
    let inks: &[Ink] =
        if claims { &[Ink::Scope, Ink::Claimed, Ink::Verified, Ink::Gap] } else { &[Ink::Scope, Ink::Verified] };
    let parts: Vec<String> =
        inks.iter().map(|ink| format!("{} {}", paint(ink.style(), &ink.sample(pen)), ink.name())).collect();
    let gap = if width < 60 { "  " } else { "    " };
    let _ = writeln!(out, "{}", parts.join(gap));
}
