//! Burn-up, commits, and what changed at the one under the cursor.
//!
//! ```text
//!  burn-up, the cursor's moment marked
//! ┌ Commits ────────────┬ What changed ──────┐
//! │ work tree           │ id time who        │   (below each other under 100 columns; where there is little
//! │ id day  holds +2 −1 │   ✓ made true  1.2 │    room, the changes are left out)
//! └─────────────────────┴────────────────────┘
//! ```

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::painted::painted;
use super::text::wrap;
use super::waiting;
use crate::report::encode::line;
use crate::report::human::{Pen, burnup, burnup_foot, clip};
use crate::tui::Model;
use crate::tui::pane::Lived;
use crate::tui::theme::Theme;
use crate::verify::{Change, Deed, Start, Step, Transition};

/// The chart takes this much of the height at most, in percent, and at most so many lines.
const CHART: (u16, u16) = (45, 16);
/// From so many lines on there is a chart and not only its words.
pub(super) const LEAST_CHART: u16 = 20;
/// From so many lines on the changes stand under the commits, where they have no room beside them.
const LEAST_STACKED: u16 = 14;

/// In less room, a commit's author is left out.
const LEAST_NAME: usize = 6;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let Some(lived) = model.lived.value.as_deref() else {
        let title = format!("History {}", waiting::state(&model.lived));
        let inner = super::framed(&title, true, theme, frame, area);
        let doing = "judging the plan at every commit of the branch…";
        return waiting::draw(&model.lived, doing, theme, frame, inner);
    };
    let [chart, rest] = Layout::vertical([Constraint::Length(chart_height(area)), Constraint::Min(3)]).areas(area);
    self::chart(model, lived, frame, chart);
    let (list, changes) = parts(rest);
    commits(model, lived, frame, list);
    if let Some(area) = changes {
        let title = if model.history.cursor == 0 { "What changed last" } else { "What changed" };
        let inner = super::framed(title, false, theme, frame, area);
        let lines = changed(model, lived, inner.width);
        frame.render_widget(Paragraph::new(lines), inner);
    }
}

fn chart_height(area: Rect) -> u16 {
    if area.height < LEAST_CHART { 2 } else { (area.height * CHART.0 / 100).min(CHART.1) }
}

fn parts(area: Rect) -> (Rect, Option<Rect>) {
    if area.width >= super::WIDE {
        let [list, changes] = Layout::horizontal([Constraint::Percentage(52), Constraint::Fill(1)]).areas(area);
        (list, Some(changes))
    } else if area.height >= LEAST_STACKED {
        let [list, changes] = Layout::vertical([Constraint::Percentage(50), Constraint::Fill(1)]).areas(area);
        (list, Some(changes))
    } else {
        (area, None)
    }
}

/// Commits on a page.
pub(super) fn page(area: Rect) -> u16 {
    let rest = Rect { height: area.height.saturating_sub(chart_height(area)), ..area };
    parts(rest).0.height.saturating_sub(2)
}

fn chart(model: &Model, lived: &Lived, frame: &mut Frame<'_>, area: Rect) {
    let size = (usize::from(area.width.saturating_sub(2)), usize::from(area.height));
    let text = burnup(&lived.burnup, size, Pen::Braille, &lived.zone);
    let lines: Vec<Line<'_>> = text.lines().map(|text| painted(&format!(" {text}"), model.theme)).collect();
    frame.render_widget(Paragraph::new(lines), area);
    let step = lived.step_of(model.history.cursor);
    let Some(point) = step.and_then(|step| lived.burnup.points().get(step)) else { return };
    let Some((column, line)) = burnup_foot(&lived.burnup, size, point.time) else { return };
    let (column, line) = (u16::try_from(column + 1).unwrap_or(u16::MAX), u16::try_from(line).unwrap_or(u16::MAX));
    for up in 0..=line {
        let place = (area.x.saturating_add(column), area.y.saturating_add(line - up));
        let Some(cell) = frame.buffer_mut().cell_mut(place).filter(|_| area.contains(place.into())) else { continue };
        if up == 0 {
            cell.set_symbol("▲").set_style(model.theme.strong());
        } else if cell.symbol().trim().is_empty() || cell.symbol() == "\u{2800}" {
            cell.set_symbol("┊").set_style(model.theme.dim());
        }
    }
}

fn commits(model: &Model, lived: &Lived, frame: &mut Frame<'_>, area: Rect) {
    let count = lived.life.steps.len();
    let place = model.history.cursor;
    let cut = if lived.life.start == Start::Cut { ", older ones are not in this clone" } else { "" };
    let title = format!("Commits {place}/{count}{cut} {}", waiting::state(&model.lived));
    let inner = super::framed(&title, true, model.theme, frame, area);
    let height = usize::from(inner.height);
    let top = super::window(place, lived.rows(), height);
    let lines: Vec<Line<'_>> = (top..lived.rows())
        .take(height)
        .map(|row| {
            let selected = row == place;
            let mut text = match lived.step_of(row).zip(lived.commit_of(row)) {
                Some((at, step)) => commit(lived, at, step, usize::from(inner.width), model.theme),
                None => Line::from(Span::styled("  work tree, as it is now", model.theme.strong())),
            };
            if selected {
                if let Some(first) = text.spans.first_mut() {
                    *first =
                        Span::styled(format!("▶{}", first.content.chars().skip(1).collect::<String>()), first.style);
                }
                text = super::selected(text, usize::from(inner.width), true, model.theme);
            }
            text
        })
        .collect();
    let below = lived.rows().saturating_sub(top + lines.len());
    frame.render_widget(Paragraph::new(lines), inner);
    super::more(below, model.theme, frame, area);
}

/// Id, day, how many hold, what changed, and by whom.
fn commit<'a>(lived: &Lived, at: usize, step: &Step, width: usize, theme: Theme) -> Line<'a> {
    let (gained, lost) = balance(lived.changes(at));
    let id: String = step.id.to_string().chars().take(8).collect();
    let total = step.holds + step.fails + step.unknown;
    let mut spans = vec![
        Span::raw("  "),
        Span::styled(format!("{id} "), theme.code()),
        Span::raw(format!("{} ", moment(step.time, &lived.zone, "%Y-%m-%d"))),
        Span::raw(format!("{:>3}/{total} ", step.holds)),
        sum("+", gained, theme.holds()),
        sum("−", lost, theme.fails()),
    ];
    let used: usize = spans.iter().map(Span::width).sum();
    let who = line(step.author.name.raw());
    let subject = lived.changes(at).last().map(|last| line(last.merge.as_ref().unwrap_or(&last.deed).subject.raw()));
    let text = match subject.or_else(|| claimed(lived, at)) {
        Some(what) => format!("{who} · {what}"),
        None => who,
    };
    let room = width.saturating_sub(used);
    if room >= LEAST_NAME {
        spans.push(Span::styled(clip(&text, room), theme.dim()));
    }
    Line::from(spans)
}

/// How many tasks more (or fewer) are claimed with a step than before it.
fn claimed(lived: &Lived, at: usize) -> Option<String> {
    let steps = &lived.life.steps;
    let now = steps.get(at)?.claimed;
    let before = at.checked_sub(1).and_then(|before| steps.get(before)).map_or(0, |step| step.claimed);
    let sign = if now > before { '+' } else { '−' };
    (now != before).then(|| format!("{sign}{} claimed", now.abs_diff(before)))
}

fn sum<'a>(sign: &str, count: usize, style: Style) -> Span<'a> {
    Span::styled(if count == 0 { "    ".to_owned() } else { format!("{:<4}", format!("{sign}{count}")) }, style)
}

/// How many tasks begin to hold, and how many cease to.
fn balance(transitions: &[Transition]) -> (usize, usize) {
    let count = |is: fn(Change) -> bool| transitions.iter().filter(|transition| is(transition.change)).count();
    (count(Change::is_gain), count(Change::is_loss))
}

/// What changed at the cursor's commit; on the work tree, at the last commit that changed anything.
fn changed<'a>(model: &Model, lived: &Lived, width: u16) -> Vec<Line<'a>> {
    let step = lived.step_of(model.history.cursor);
    let step = step.or_else(|| lived.life.transitions.last().map(|last| last.step));
    let changes = step.map(|step| lived.changes(step)).unwrap_or_default();
    if changes.is_empty() {
        return vec![Line::from(Span::styled("no task's verdict changed here", model.theme.dim()))];
    }
    let mut out = Vec::new();
    let tasks: Vec<_> = lived.life.plan.tasks().map(|(_, task)| task).collect();
    let mut last: Option<&Deed> = None;
    for transition in changes {
        if last.is_none_or(|last| last.id != transition.deed.id) {
            if last.is_some() {
                out.push(Line::default());
            }
            deed(&mut out, transition, lived, model.theme, width);
            last = Some(&transition.deed);
        }
        let (style, sign) = signed(transition.change, model.theme);
        let task = tasks.get(transition.task);
        let (id, text) = task.map(|task| (line(&task.id), line(&task.text))).unwrap_or_default();
        let head = format!("{sign} {:<10} {id:<5}", transition.change.words());
        let room = usize::from(width).saturating_sub(head.chars().count() + 1);
        out.push(Line::from(vec![Span::styled(head, style), Span::raw(format!(" {}", clip(&text, room)))]));
    }
    out
}

fn deed<'a>(out: &mut Vec<Line<'a>>, transition: &Transition, lived: &Lived, theme: Theme, width: u16) {
    let deed = &transition.deed;
    let short = |deed: &Deed| -> String { deed.id.to_string().chars().take(8).collect() };
    let when = |deed: &Deed| moment(deed.time, &lived.zone, "%Y-%m-%d %H:%M");
    let others: String = deed.co_authors.iter().map(|person| format!(" and {}", line(person.name.raw()))).collect();
    let who = format!("{}{others}", line(deed.author.name.raw()));
    out.push(Line::from(vec![
        Span::styled(short(deed), theme.code()),
        Span::raw(format!(" {} ", when(deed))),
        Span::styled(clip(&who, usize::from(width).saturating_sub(26)), theme.strong()),
    ]));
    let subject = wrap(&line(deed.subject.raw()), width);
    out.extend(subject.into_iter().take(2).map(|text| Line::from(Span::styled(text, Style::new()))));
    if let Some(merge) = &transition.merge {
        let text = format!("merged by {} in {}, {}", line(merge.author.name.raw()), short(merge), when(merge));
        out.push(Line::from(Span::styled(clip(&text, usize::from(width)), theme.dim())));
    }
}

fn signed(change: Change, theme: Theme) -> (Style, &'static str) {
    match change {
        Change::MadeTrue | Change::TrueAgain => (theme.holds(), "✓"),
        Change::Broken | Change::Settled => (theme.fails(), "✗"),
        Change::Doubtful | Change::Unclear => (theme.unknown(), "?"),
    }
}

fn moment(time: i64, zone: &TimeZone, format: &str) -> String {
    let Ok(moment) = Timestamp::from_second(time) else { return "no time".to_owned() };
    moment.to_zoned_datetime(zone.clone()).strftime(format).to_string()
}
