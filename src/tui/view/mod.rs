//! The screen, a pure function of the model.
//!
//! ```text
//! header    title, team, place, state of the check
//!           CLAIMED, NOT TRUE
//!           one bar a phase
//! tree      │ evidence           (below each other under 100 columns)
//! footer    keys, or the filter being typed
//! ```

mod evidence;
mod footer;
mod header;
mod help;
mod text;
mod tree;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::Model;

/// Fewer columns than this are too few.
const LEAST_COLUMNS: u16 = 40;
/// Fewer lines than this are too few.
const LEAST_LINES: u16 = 12;
/// From here on tree and evidence stand beside each other.
const WIDE: u16 = 100;

/// Where the parts of the screen are.
struct Areas {
    header: Rect,
    tree: Rect,
    evidence: Rect,
    footer: Rect,
}

fn areas(model: &Model) -> Areas {
    let screen = Rect::new(0, 0, model.size.0, model.size.1);
    let [header, body, footer] =
        Layout::vertical([Constraint::Length(header::height(model)), Constraint::Min(3), Constraint::Length(1)])
            .areas(screen);
    let [tree, evidence] = if model.size.0 >= WIDE {
        Layout::horizontal([Constraint::Percentage(52), Constraint::Fill(1)]).areas(body)
    } else {
        Layout::vertical([Constraint::Percentage(55), Constraint::Fill(1)]).areas(body)
    };
    Areas { header, tree, evidence, footer }
}

/// Lines of the tree that fit on the screen.
pub(super) fn tree_height(model: &Model) -> u16 {
    areas(model).tree.height.saturating_sub(2)
}

/// How far the evidence can be scrolled.
pub(super) fn evidence_last(model: &Model) -> u16 {
    let area = areas(model).evidence;
    let lines = evidence::lines(model, area.width.saturating_sub(2)).len();
    u16::try_from(lines).unwrap_or(u16::MAX).saturating_sub(area.height.saturating_sub(2))
}

/// How far the help can be scrolled; 0 when all of it fits.
pub(super) fn help_last(model: &Model) -> u16 {
    help::last(model)
}

/// Draws the model.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let (columns, lines) = model.size;
    if columns < LEAST_COLUMNS || lines < LEAST_LINES {
        let text = format!("trueup needs {LEAST_COLUMNS}×{LEAST_LINES}; this terminal has {columns}×{lines}");
        let lines: Vec<Line<'_>> = text::wrap(&text, columns).into_iter().map(Line::from).collect();
        frame.render_widget(Paragraph::new(lines), frame.area());
        return;
    }
    let areas = areas(model);
    header::draw(model, frame, areas.header);
    tree::draw(model, frame, areas.tree);
    evidence::draw(model, frame, areas.evidence);
    footer::draw(model, frame, areas.footer);
    if model.help {
        help::draw(model, frame);
    }
}
