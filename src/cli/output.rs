//! Writing to the two streams.

use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::ExitCode;

use ratatui::crossterm::clipboard::CopyToClipboard;
use ratatui::crossterm::execute;
use serde::Serialize;

use super::args::Format;
use super::error::{CliError, ErrorKind};
use crate::config::Colour;
use crate::report::encode;
use crate::report::json::ErrorDocument;

/// Columns where there is no terminal to ask.
const COLUMNS: usize = 100;

/// And no more than so many are believed.
const MOST_COLUMNS: usize = 10_000;

/// A document is written in pieces of so many bytes.
const BUFFER: usize = 64 * 1024;

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

/// Columns of the terminal; elsewhere what `COLUMNS` says.
pub(super) fn columns() -> usize {
    let told = match is_terminal() {
        true => ratatui::crossterm::terminal::size().ok().map(|(columns, _)| usize::from(columns)),
        false => std::env::var("COLUMNS").ok().and_then(|told| told.parse().ok()),
    };
    // Some terminals do not know, and say 0.
    told.filter(|columns| (1..=MOST_COLUMNS).contains(columns)).unwrap_or(COLUMNS)
}

/// Prints text; a reader that has gone away is no error.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    let write = |out: &mut dyn Write| out.write_all(text.as_bytes()).and_then(|()| out.flush());
    // Where nothing is coloured, there is nothing to take off.
    let written =
        if text.contains('\u{1b}') { write(&mut anstream::stdout().lock()) } else { write(&mut io::stdout().lock()) };
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CliError::new(ErrorKind::Io, format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a file whole or not at all: beside it, flushed, then renamed.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".trueup-").tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| {
        // The name of the file that it would have been beside for a moment is nobody's business.
        let error = match error.kind() {
            io::ErrorKind::NotFound => io::Error::other("its folder is not there"),
            kind => io::Error::from(kind),
        };
        CliError::io(path, "write", &error).help(format!("is {} a folder that you may write to?", folder.display()))
    })
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
    let mut out = io::BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let written = encode::json_to(&mut out, value);
    match written.and_then(|()| out.flush().map_err(serde_json::Error::io)) {
        Err(error) if error.io_error_kind() == Some(io::ErrorKind::BrokenPipe) => Ok(()),
        Err(error) => Err(CliError::new(ErrorKind::Io, format!("cannot write to standard output: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// One JSON document as text.
pub(super) fn json_text(value: &impl Serialize) -> Result<String, CliError> {
    encode::json(value)
        .map_err(|error| CliError::new(ErrorKind::Io, format!("cannot write the answer as JSON: {error}")))
}

/// Puts a text on the clipboard of the terminal's user: OSC 52, which a terminal obeys at the other end of an SSH
/// connection too. It goes to whichever stream is a terminal; where none is, that is said, and the exit code is 1.
pub(super) fn copy(text: &str) -> Result<ExitCode, CliError> {
    let command = CopyToClipboard::to_clipboard_from(text);
    let failed = |error: io::Error| CliError::new(ErrorKind::Io, format!("cannot write to the terminal: {error}"));
    if is_terminal() {
        execute!(io::stdout(), command).map_err(failed)?;
    } else if io::stderr().is_terminal() {
        execute!(io::stderr(), command).map_err(failed)?;
    } else {
        note(
            "note: nothing was copied: neither standard output nor standard error is a terminal, and only a terminal \
              has a clipboard\n",
        );
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::SUCCESS)
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
