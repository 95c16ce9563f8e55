//! Colours. Nothing is said by colour alone, so that all may be absent.

use ratatui::style::{Color, Modifier, Style};

use crate::checks::Verdict;

/// The styles of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    colours: bool,
}

impl Theme {
    /// The terminal's own sixteen colours, or none (`NO_COLOR`).
    pub fn new(colours: bool) -> Self {
        Self { colours }
    }

    fn fg(self, colour: Color) -> Style {
        if self.colours { Style::new().fg(colour) } else { Style::new() }
    }

    /// A verdict's.
    pub fn verdict(self, verdict: Verdict) -> Style {
        match verdict {
            Verdict::Holds => self.holds(),
            Verdict::Fails => self.fails(),
            Verdict::Unknown(_) => self.unknown(),
        }
    }

    /// What holds.
    pub fn holds(self) -> Style {
        self.fg(Color::Green)
    }

    /// What fails.
    pub fn fails(self) -> Style {
        self.fg(Color::Red)
    }

    /// What cannot be told.
    pub fn unknown(self) -> Style {
        self.fg(Color::Yellow)
    }

    /// Claimed, not true: the loudest.
    pub fn loud(self) -> Style {
        let style = Style::new().add_modifier(Modifier::BOLD);
        if self.colours { style.fg(Color::White).bg(Color::Red) } else { style.add_modifier(Modifier::REVERSED) }
    }

    /// The selected line.
    pub fn selected(self, focused: bool) -> Style {
        if focused { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new().add_modifier(Modifier::BOLD) }
    }

    /// Headings.
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// What is less important. No colour: what is a grey in one palette is the background in another.
    pub fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// Code in a text.
    pub fn code(self) -> Style {
        self.fg(Color::Cyan)
    }

    /// Frames.
    pub fn frame(self, focused: bool) -> Style {
        if focused { self.fg(Color::Blue) } else { self.dim() }
    }
}
