//! What Linear says and what a sync would do.
//!
//! ```text
//! ┌ Linear ─────────────────────────────┐
//! │ team, key, when it was last asked   │
//! │ a question, a step, or what is wrong│
//! │ the plan of actions like a diff:    │
//! │ creates, changes, conflicts with    │
//! │ both sides, what is parked          │
//! └──────────────────────────────── ↓ 3 ┘
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::painted::painted;
use super::text::wrap;
use super::waiting;
use crate::report::ago;
use crate::report::encode::line;
use crate::report::human;
use crate::tui::Model;
use crate::tui::pane::{Known, Proposal, Stage};

/// What is told by the words of the command line.
fn report(model: &Model) -> String {
    match &model.linear.stage {
        Stage::Idle => {
            model.known.value.as_deref().map(|known| last_seen(known, model.asked_ago())).unwrap_or_default()
        }
        Stage::Asking => String::new(),
        Stage::Proposed(proposal) | Stage::Confirming(proposal) | Stage::Applying(proposal, _) => plan(proposal),
        Stage::Done(proposal, applied) => {
            let stopped = applied
                .stopped
                .as_ref()
                .map(|error| format!("stopped: {}\n  {}\n", line(&error.to_string()), error.help()));
            let done = human::synced(applied, proposal.changes.creates());
            let known = model.known.value.as_deref().zip(model.asked_ago());
            let drift = known.map(|(known, age)| human::linear_seen(&known.disagreements, age));
            format!("{}{done}{}", stopped.unwrap_or_default(), drift.unwrap_or_default())
        }
    }
}

fn plan(proposal: &Proposal) -> String {
    human::sync(&proposal.changes, &proposal.team, &proposal.published, proposal.room)
}

fn last_seen(known: &Known, age: Option<i64>) -> String {
    let Some(age) = age else { return String::new() };
    let mut out = human::linear_seen(&known.disagreements, age);
    if known.disagreements.is_empty() {
        out.push_str("\nwhen it was last asked, Linear said nothing else than the repository\n");
    }
    if !known.parked.is_empty() {
        let ids: Vec<String> = known.parked.iter().map(|id| line(id)).collect();
        out.push_str(&format!("\nparked, in the plan and not in Linear: issues {}\n", ids.join(", ")));
    }
    out
}

/// Team, key and age.
fn head(model: &Model) -> String {
    let Some(known) = model.known.value.as_deref() else { return "looking at what is known…".to_owned() };
    let team = match &known.team {
        Some(team) => format!("team {}", line(team)),
        None => "the plan names no team (`[linear]`, `team`)".to_owned(),
    };
    let key = if known.key { "a key is there" } else { "no key: set LINEAR_API_KEY" };
    let age = model.asked_ago().map_or_else(|| "never asked".to_owned(), |age| format!("asked {}", ago(age)));
    format!("{team} · {key} · {age}")
}

/// What is waited for, and the keys that go on.
fn state(model: &Model) -> Option<(String, bool)> {
    match &model.linear.stage {
        Stage::Idle if model.can_ask_linear() => Some(("r asks Linear; nothing is written there".to_owned(), false)),
        Stage::Idle => Some(("with a team and a key, Linear can be asked what a sync would do".to_owned(), false)),
        Stage::Asking => Some(("asking Linear…".to_owned(), false)),
        Stage::Proposed(proposal) if proposal.changes.is_empty() => None,
        Stage::Proposed(_) => Some(("a does this, after a yes".to_owned(), false)),
        Stage::Confirming(_) => {
            Some(("Write this to Linear and plan.toml? y: yes · any other key: no".to_owned(), true))
        }
        Stage::Applying(_, None) => Some(("writing…".to_owned(), true)),
        Stage::Applying(_, Some(going)) => {
            Some((format!("writing {} of {} · issue {}", going.done + 1, going.all, line(&going.issue)), true))
        }
        Stage::Done(..) if !model.can_ask_linear() => None,
        Stage::Done(..) => Some(("r asks Linear again".to_owned(), false)),
    }
}

fn lines<'a>(model: &Model, width: u16) -> Vec<Line<'a>> {
    let theme = model.theme;
    let mut out: Vec<Line<'_>> = Vec::new();
    let mut told = |text: String, style| {
        out.extend(wrap(&text, width).into_iter().map(|part| Line::from(Span::styled(part, style))));
    };
    told(head(model), theme.dim());
    if let Some(trouble) = model.linear.trouble.as_ref().or(model.known.trouble.as_ref()) {
        told(line(&trouble.message), theme.fails());
        if let Some(help) = &trouble.help {
            told(format!("→ {}", line(help)), ratatui::style::Style::new());
        }
    }
    if let Some((text, loud)) = state(model) {
        told(text, if loud { theme.loud() } else { theme.strong() });
    }
    for text in report(model).lines() {
        out.extend(wrapped(text, width).iter().map(|text| painted(text, theme)));
    }
    out
}

/// A painted line in pieces of at most `width` cells; what begins a line in a colour goes on in it.
fn wrapped(text: &str, width: u16) -> Vec<String> {
    let blanks = text.len() - text.trim_start_matches(' ').len();
    let (indent, rest) = text.split_at(blanks);
    let style = match rest.strip_prefix('\u{1b}').and_then(|rest| rest.find('m')) {
        Some(end) => rest.get(..end + 2).unwrap_or_default(),
        None => "",
    };
    let more = format!("{indent}  {style}");
    let options = textwrap::Options::new(usize::from(width.max(8))).subsequent_indent(&more);
    let pieces: Vec<String> = textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect();
    if pieces.is_empty() { vec![String::new()] } else { pieces }
}

/// How far the text can be scrolled in an area.
pub(super) fn last(model: &Model, area: Rect) -> usize {
    lines(model, area.width.saturating_sub(2)).len().saturating_sub(usize::from(area.height.saturating_sub(2)))
}

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let title = format!("Linear {}", waiting::place(model));
    let inner = super::framed(&title, true, model.theme, frame, area);
    let last = last(model, area);
    let top = model.linear.scroll.min(last);
    let shown: Vec<Line<'_>> =
        lines(model, inner.width).into_iter().skip(top).take(usize::from(inner.height)).collect();
    frame.render_widget(Paragraph::new(shown), inner);
    super::more(last - top, model.theme, frame, area);
}
