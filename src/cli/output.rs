//! Writing to the two streams.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use serde::Serialize;

use super::args::Format;
use super::error::{CliError, ErrorKind};
use crate::config::Colour;
use crate::report::encode;
use crate::report::json::ErrorDocument;

/// Columns where there is no terminal to ask.
const COLUMNS: usize = 100;

/// Sets colour for both streams.
pub(super) fn set_colour(when: Colour) {
    match when {
        Colour::Auto => anstream::ColorChoice::Auto,
        Colour::Always => anstream::ColorChoice::Always,
        Colour::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// Whether standard output is a terminal.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether a person sits before it: both streams are terminals.
pub(super) fn is_interactive() -> bool {
    is_terminal() && io::stdin().is_terminal()
}

/// Whether colours are wanted there.
pub(super) fn colours() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// Columns of the terminal.
pub(super) fn columns() -> usize {
    if is_terminal() {
        ratatui::crossterm::terminal::size().map_or(COLUMNS, |(columns, _)| usize::from(columns))
    } else {
        COLUMNS
    }
}

/// Prints text; a reader that has gone away is no error.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CliError::new(ErrorKind::Io, format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Says something beside the answer, on the error stream.
pub(super) fn note(text: &str) {
    // Nothing can be done when that is gone.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Says on the error stream that something is not as it should be, though the command goes on.
pub(super) fn warn(text: &str) {
    let yellow = anstyle::AnsiColor::Yellow.on_default().bold();
    note(&format!("{yellow}warning:{yellow:#} {}\n", encode::terminal(text)));
}

/// Prints one JSON document.
pub(super) fn print_json(value: &impl Serialize) -> Result<(), CliError> {
    let text = encode::json(value)
        .map_err(|error| CliError::new(ErrorKind::Io, format!("cannot write the answer as JSON: {error}")))?;
    print(&text)
}

/// Prints an error in the format asked for, and answers its exit code. A document that cannot be printed is said on
/// the error stream.
pub(super) fn error(error: &CliError, format: Format) -> ExitCode {
    let printed = format == Format::Json
        && print_json(&ErrorDocument::new(
            error.kind.word(),
            &error.message,
            error.help.as_deref(),
            (error.path.as_deref(), error.line),
            error.plan.as_ref().map_or(&[], |plan| plan.parts.as_slice()),
        ))
        .is_ok();
    if !printed {
        note(&for_people(error));
    }
    error.kind.exit_code()
}

fn for_people(error: &CliError) -> String {
    if let Some(plan) = &error.plan {
        return plan.rendered.clone();
    }
    let red = anstyle::AnsiColor::Red.on_default().bold();
    let mut text = format!("{red}error:{red:#} {}\n", encode::terminal(&error.message));
    if let Some(help) = &error.help {
        let cyan = anstyle::AnsiColor::Cyan.on_default().bold();
        text.push_str(&format!("{cyan}help:{cyan:#} {}\n", encode::terminal(help)));
    }
    text
}
