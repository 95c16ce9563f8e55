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
        Color::DarkGray => "#7f8794",
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

fn run(out: &mut String, look: Look, text: &str, (column, line, cells): (u16, u16, u16)) {
    let x = u32::from(column) * CELL.0 + PADDING;
    let y = u32::from(line) * CELL.1 + PADDING;
    let width = u32::from(cells) * CELL.0;
    if look.ground != GROUND {
        let height = CELL.1;
        let _ = writeln!(out, r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{}"/>"#, look.ground);
    }
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
