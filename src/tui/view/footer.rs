//! The footer: the keys that matter most, the filter being typed, or what is to be told until the next key.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::report::encode::line;
use crate::report::human::{clip, width_of};
use crate::tui::pane::{Pane, Stage};
use crate::tui::{Action, Model, actions_of};

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    if model.tree.editing {
        let spans = vec![
            Span::styled(" /", theme.strong()),
            Span::raw(line(&model.tree.filter)),
            Span::raw("▏"),
            Span::styled("  Enter keeps it, Esc drops it", theme.dim()),
        ];
        frame.render_widget(Paragraph::new(Line::from(spans)), area);
        return;
    }
    if model.pane == Pane::Linear && model.linear.is_confirming() {
        let spans = vec![
            Span::styled(" y", theme.strong()),
            Span::styled(" yes, write it  ", theme.dim()),
            Span::styled("any other key", theme.strong()),
            Span::styled(" no", theme.dim()),
        ];
        frame.render_widget(Paragraph::new(Line::from(spans)), area);
        return;
    }
    if let Some(notice) = &model.notice {
        let help = notice.help.as_deref().map(|help| format!(" · {}", line(help))).unwrap_or_default();
        let text = clip(&format!(" {}{help}", line(&notice.message)), usize::from(area.width));
        frame.render_widget(Paragraph::new(Span::styled(text, theme.unknown())), area);
        return;
    }
    let mut spans = vec![Span::raw(" ")];
    let syncing = syncing(model);
    if let Some(text) = &syncing {
        spans.extend([Span::styled(format!(" {text} "), theme.loud()), Span::raw("  ")]);
    }
    let taken = syncing.map_or(0, |text| width_of(&text) + 4);
    for action in shown(model, usize::from(area.width).saturating_sub(taken)) {
        spans.push(Span::styled(first_key(action), theme.strong()));
        spans.push(Span::styled(format!(" {}  ", action.name), theme.dim()));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// The help and the palette have the others.
fn first_key(action: &Action) -> &'static str {
    action.keys.split(' ').next().unwrap_or(action.keys)
}

/// That Linear is being written to: it goes on whatever pane is on the screen.
fn syncing(model: &Model) -> Option<String> {
    let Stage::Applying(_, going) = &model.linear.stage else { return None };
    if model.linear.leaving {
        return Some("stopping the sync after the request at hand · q leaves at once".to_owned());
    }
    let far = going.as_ref().map(|going| format!(" {} of {}", going.done + 1, going.all)).unwrap_or_default();
    Some(format!("syncing{far} · q stops"))
}

/// The actions that fit, in the registry's order. Where not all do, its last ones (the help, the way out) stay.
fn shown(model: &Model, width: usize) -> Vec<&'static Action> {
    let mut room = width.saturating_sub(1);
    let mut kept: Vec<&Action> = Vec::new();
    let of_footer: Vec<&'static Action> =
        actions_of(model.pane).filter(|action| action.is_in_the_footer(model)).collect();
    let last = of_footer.len().saturating_sub(2);
    let by_weight = of_footer.iter().skip(last).chain(of_footer.iter().take(last));
    for action in by_weight {
        let needed = width_of(first_key(action)) + 1 + width_of(action.name);
        if needed > room {
            break;
        }
        kept.push(action);
        room = room.saturating_sub(needed + 2);
    }
    of_footer.into_iter().filter(|action| kept.iter().any(|kept| kept.keys == action.keys)).collect()
}
