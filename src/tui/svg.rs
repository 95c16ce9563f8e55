//! A rendered screen as a self-contained SVG.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use crate::report::encode::xml;

/// Pixels of one cell.
const CELL: (u32, u32) = (9, 20);
const PADDING: u32 = 12;
const GROUND: &str = "#16181d";
const INK: &str = "#d7dae0";
const DIM_INK: &str = "#7f8794";

fn hex(color: Color, default: &'static str) -> &'static str {
    match color {
        Color::Black => "#16181d",
        Color::Red | Color::LightRed => "#f0626b",
        Color::Green | Color::LightGreen => "#7bc275",
        Color::Yellow | Color::LightYellow => "#e2b93d",
        Color::Blue | Color::LightBlue => "#6cb2eb",
        Color::Magenta | Color::LightMagenta => "#c594e0",
        Color::Cyan | Color::LightCyan => "#67c7c1",
        Color::Gray => "#aab0bb",
        Color::DarkGray => DIM_INK,
        Color::White => "#ffffff",
        _ => default,
    }
}

#[derive(PartialEq, Eq, Clone, Copy)]
struct Look {
    ink: &'static str,
    ground: &'static str,
    bold: bool,
}

fn look(cell: &Cell) -> Look {
    let mut ink = hex(cell.fg, INK);
    let mut ground = hex(cell.bg, GROUND);
    if cell.bg == Color::Red {
        ground = "#b3323b";
    }
    if cell.modifier.contains(Modifier::DIM) && cell.fg == Color::Reset {
        ink = DIM_INK;
    }
    if cell.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut ink, &mut ground);
    }
    Look { ink, ground, bold: cell.modifier.contains(Modifier::BOLD) }
}

/// The buffer as SVG; the same buffer gives the same bytes. `title` is for readers who cannot see it.
pub fn svg(buffer: &Buffer, title: &str) -> String {
    let area = buffer.area;
    let width = u32::from(area.width) * CELL.0 + 2 * PADDING;
    let height = u32::from(area.height) * CELL.1 + 2 * PADDING;
    let mut out = String::new();
    let _ = writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">"#
    );
    let _ = writeln!(out, "<title>{}</title>", xml(title));
    let _ = writeln!(out, r#"<rect width="100%" height="100%" rx="8" fill="{GROUND}"/>"#);
    let _ = writeln!(
        out,
        r#"<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="15" xml:space="preserve">"#
    );
    for y in area.top()..area.bottom() {
        let mut x = area.left();
        while x < area.right() {
            let Some(first) = buffer.cell((x, y)).map(look) else { break };
            let start = x;
            let mut text = String::new();
            while let Some(cell) = buffer.cell((x, y)).filter(|cell| x < area.right() && look(cell) == first) {
                text.push_str(cell.symbol());
                x += u16::try_from(cell.symbol().width().max(1)).unwrap_or(1);
            }
            run(&mut out, first, &text, (start - area.left(), y - area.top(), x - start));
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// What a sign is drawn as. Frames, bars and braille are shapes, so that they meet in every font.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Drawn {
    /// Letters of the font, cell by cell.
    Letters,
    /// A sign that a font may have in another width: it begins at its own cell.
    Sign(char),
    /// A line that leaves the middle of its cell to these sides.
    Frame,
    /// A part of the cell that is filled, in percent.
    Block(u8),
    /// Dots.
    Braille,
}

fn drawn(sign: char) -> Drawn {
    match sign {
        '█' => Drawn::Block(100),
        '▒' => Drawn::Block(65),
        '░' => Drawn::Block(40),
        '\u{2800}'..='\u{28ff}' => Drawn::Braille,
        _ if !arms(sign).is_empty() => Drawn::Frame,
        _ if sign.is_ascii() || sign.is_alphanumeric() => Drawn::Letters,
        _ => Drawn::Sign(sign),
    }
}

/// The sides to which a sign of a frame goes: up, down, left, right; a dotted one goes nowhere else.
fn arms(sign: char) -> &'static str {
    match sign {
        '─' => "lr",
        '│' | '┊' => "ud",
        '┌' => "dr",
        '┐' => "dl",
        '└' => "ur",
        '┘' => "ul",
        '├' => "udr",
        '┤' => "udl",
        '┬' => "dlr",
        '┴' => "ulr",
        _ => "",
    }
}

fn run(out: &mut String, look: Look, text: &str, (column, line, cells): (u16, u16, u16)) {
    let place = |column: u32| (column * CELL.0 + PADDING, u32::from(line) * CELL.1 + PADDING);
    let start = u32::from(column);
    if look.ground != GROUND {
        let ((x, y), width) = (place(start), u32::from(cells) * CELL.0);
        let height = CELL.1;
        let _ = writeln!(out, r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{}"/>"#, look.ground);
    }
    let mut at = start;
    let mut rest = text.chars().peekable();
    while let Some(first) = rest.next() {
        let kind = drawn(first);
        let mut part = String::from(first);
        while let Some(next) = rest.next_if(|next| drawn(*next) == kind && !matches!(kind, Drawn::Sign(_))) {
            part.push(next);
        }
        shape(out, look, kind, &part, place(at));
        at += u32::try_from(part.width()).unwrap_or(0);
    }
}

/// Signs of one kind that stand beside each other.
fn shape(out: &mut String, look: Look, kind: Drawn, part: &str, (x, y): (u32, u32)) {
    match kind {
        Drawn::Letters | Drawn::Sign(_) => letters(out, look, part, (x, y)),
        Drawn::Block(share) => {
            let (width, height) = (u32::try_from(part.chars().count()).unwrap_or(0) * CELL.0, CELL.1);
            let opacity = if share < 100 { format!(r#" fill-opacity="0.{share}""#) } else { String::new() };
            // A hair less than the cell, so that bars below each other stay apart.
            let (y, height, ink) = (y + 1, height - 2, look.ink);
            let _ = writeln!(out, r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{ink}"{opacity}/>"#);
        }
        Drawn::Frame => {
            let mut path = String::new();
            for (sign, x) in part.chars().zip((x..).step_by(CELL.0 as usize)) {
                frame(&mut path, sign, x, y);
            }
            let _ = writeln!(out, r#"<path d="{path}" stroke="{}" fill="none"/>"#, look.ink);
        }
        Drawn::Braille => {
            let mut path = String::new();
            for (sign, x) in part.chars().zip((x..).step_by(CELL.0 as usize)) {
                braille(&mut path, sign, x, y);
            }
            if !path.is_empty() {
                let ink = look.ink;
                let _ = writeln!(
                    out,
                    r#"<path d="{path}" stroke="{ink}" stroke-width="2.4" stroke-linecap="round" fill="none"/>"#
                );
            }
        }
    }
}

/// Lines from the middle of the cell to its sides; its width is odd and its height even, so the middle is between pixels.
fn frame(path: &mut String, sign: char, x: u32, y: u32) {
    let (width, height) = CELL;
    let (middle, half) = (format!("{}.5", x + width / 2), y + height / 2);
    if sign == '┊' {
        let _ = write!(path, "M{middle} {}v3M{middle} {}v3M{middle} {}v3", y + 1, y + 8, y + 15);
        return;
    }
    for arm in arms(sign).chars() {
        let _ = match arm {
            'u' => write!(path, "M{middle} {half}.5V{y}"),
            'd' => write!(path, "M{middle} {half}.5V{}", y + height),
            'l' => write!(path, "M{middle} {half}.5H{x}"),
            _ => write!(path, "M{middle} {half}.5H{}", x + width),
        };
    }
}

/// The dots of a sign of braille: Unicode 16, chapter 21.1, left column 1 2 3 7, right column 4 5 6 8.
fn braille(path: &mut String, sign: char, x: u32, y: u32) {
    const BITS: [(u32, u32, u32); 8] = [
        (0x01, 0, 0),
        (0x02, 0, 1),
        (0x04, 0, 2),
        (0x08, 1, 0),
        (0x10, 1, 1),
        (0x20, 1, 2),
        (0x40, 0, 3),
        (0x80, 1, 3),
    ];
    let bits = u32::from(sign) - 0x2800;
    for (_, column, row) in BITS.into_iter().filter(|(bit, _, _)| bits & bit != 0) {
        // Half a cell, a quarter of its height: the dots of cells beside each other are as far apart as within one.
        let _ = write!(path, "M{}.25 {}.5h.01", x + 2 + column * 4, y + 2 + row * 5);
    }
}

fn letters(out: &mut String, look: Look, text: &str, (x, y): (u32, u32)) {
    let shown = text.trim_end();
    if shown.trim_start().is_empty() {
        return;
    }
    let blanks = u32::try_from(shown.len() - shown.trim_start().len()).unwrap_or(0);
    let shown = shown.trim_start();
    let length = u32::try_from(shown.width()).unwrap_or(0) * CELL.0;
    let weight = if look.bold { r#" font-weight="700""# } else { "" };
    let _ = writeln!(
        out,
        r#"<text x="{}" y="{}" textLength="{length}" lengthAdjust="spacingAndGlyphs" fill="{}"{weight}>{}</text>"#,
        x + blanks * CELL.0,
        y + 15,
        look.ink,
        xml(shown)
    );
}
