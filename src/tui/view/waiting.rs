//! What a pane says while it has nothing to show, and what is wrong with what it shows.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::text::wrap;
use crate::report::encode::line;
use crate::tui::pane::Fetched;
use crate::tui::theme::Theme;
use crate::tui::{Model, Walked};

/// The end of a pane's title: whether a worker is at it, and how far.
pub(super) fn state<T>(fetched: &Fetched<T>) -> String {
    match (fetched.coming, fetched.walked, &fetched.trouble) {
        (true, Some(Walked { done, all }), _) => format!("· working it out… {done}/{all} "),
        (true, None, _) => "· working it out… ".to_owned(),
        (false, _, Some(_)) => "· not renewed ".to_owned(),
        (false, _, None) => String::new(),
    }
}

/// A part of a pane's title: what it shows is of the work tree, also while the plan is shown at a commit.
pub(super) fn place(model: &Model) -> &'static str {
    if model.at.is_some() { "· as it is now " } else { "" }
}

/// Says why there is nothing; `doing` is what a worker is at.
pub(super) fn draw<T>(fetched: &Fetched<T>, doing: &str, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let lines: Vec<Line<'_>> = match &fetched.trouble {
        Some(trouble) => {
            let help = trouble.help.as_deref().map(|help| format!("→ {}", line(help)));
            let texts = [Some(line(&trouble.message)), help];
            let styles = [theme.fails(), ratatui::style::Style::new()];
            let told = texts.into_iter().zip(styles).filter_map(|(text, style)| Some((text?, style)));
            told.flat_map(|(text, style)| {
                wrap(&text, area.width).into_iter().map(move |part| Line::from(Span::styled(part, style)))
            })
            .collect()
        }
        None => {
            let far = fetched.walked.map(|walked| format!("{} of {} commits", walked.done, walked.all));
            [Some(doing.to_owned()), far].into_iter().flatten().map(|text| Line::styled(text, theme.dim())).collect()
        }
    };
    frame.render_widget(Paragraph::new(lines), area);
}
