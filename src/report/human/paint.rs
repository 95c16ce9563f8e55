//! Signs, bars and widths.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Color, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::checks::Verdict;
use crate::progress::Tally;

pub(super) const GREEN: Style = AnsiColor::Green.on_default();
pub(super) const RED: Style = AnsiColor::Red.on_default();
pub(super) const YELLOW: Style = AnsiColor::Yellow.on_default();
pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const LOUD: Style =
    Style::new().fg_color(Some(Color::Ansi(AnsiColor::White))).bg_color(Some(Color::Ansi(AnsiColor::Red))).bold();

/// The sign of a verdict: never colour alone.
pub fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "✓",
        Verdict::Fails => "✗",
        Verdict::Unknown(_) => "?",
    }
}

pub(super) fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Holds => GREEN,
        Verdict::Fails => RED,
        Verdict::Unknown(_) => YELLOW,
    }
}

/// A text between a style's codes.
pub(super) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// How many cells each verdict takes of a bar of `width` cells: holds, fails, unknown. None that has tasks
/// disappears while there is room.
pub fn bar(tally: &Tally, width: usize) -> (usize, usize, usize) {
    let total = tally.total();
    if total == 0 || width == 0 {
        return (0, 0, 0);
    }
    let part = |count: usize| if count == 0 { 0 } else { (count * width / total).max(1) };
    let mut cells = [part(tally.holds), part(tally.fails), part(tally.unknown)];
    while cells.iter().sum::<usize>() > width {
        match cells.iter_mut().max() {
            Some(most) if *most > 0 => *most -= 1,
            _ => break,
        }
    }
    let counts = [tally.holds, tally.fails, tally.unknown];
    while cells.iter().sum::<usize>() < width {
        // The one that is furthest below its share gets the next cell.
        let next = (0..3).filter(|i| counts.get(*i).is_some_and(|count| *count > 0)).max_by_key(|i| {
            let count = counts.get(*i).copied().unwrap_or(0);
            let have = cells.get(*i).copied().unwrap_or(0);
            (count * width).saturating_sub(have * total)
        });
        match next.and_then(|i| cells.get_mut(i)) {
            Some(cell) => *cell += 1,
            None => break,
        }
    }
    let [holds, fails, unknown] = cells;
    (holds, fails, unknown)
}

pub(super) fn painted_bar(tally: &Tally, width: usize) -> String {
    let (holds, fails, unknown) = bar(tally, width);
    let mut text = String::new();
    for (style, sign, cells) in [(GREEN, "█", holds), (RED, "▒", fails), (YELLOW, "░", unknown)] {
        if cells > 0 {
            let _ = write!(text, "{}", paint(style, &sign.repeat(cells)));
        }
    }
    text.push_str(&" ".repeat(width - (holds + fails + unknown).min(width)));
    text
}

/// How many cells a text takes.
pub fn width_of(text: &str) -> usize {
    text.width()
}

/// The text in at most `width` cells, cut with `…`.
pub fn clip(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cells = 0;
    let mut clipped = String::new();
    for c in text.chars() {
        let next = c.width().unwrap_or(0);
        if cells + next > width.saturating_sub(1) {
            break;
        }
        cells += next;
        clipped.push(c);
    }
    clipped.push('…');
    clipped
}
